"""Every word that a mail says of its own accord, in the languages it speaks; titles and TL;DRs stay as they are."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from broadsheet.models import Period
from broadsheet.rendering.labels import ENGLISH as PAGE
from broadsheet.rendering.labels import Labels

Forms = tuple[str, str]
"""For one, and for more; filled in with `number`."""


@dataclasses.dataclass(frozen=True, slots=True)
class MailLabels:
    """The words of a mail under the name `labels`; those with braces are filled in with `format`."""

    code: str = "en"
    subject: str = "{title}, {date}"
    number: str = "No. {number}"
    papers: Forms = ("{number} paper", "{number} papers")
    themes: Forms = ("{number} theme", "{number} themes")
    reading_time: str = "{minutes} min read"
    archive: str = "Read it in the archive"
    contents: str = "In this edition"
    vanished: str = "Gone since the last edition"
    highlights: str = "Highlights"
    note: str = "From the editor"
    interests: str = "Ranked by your interests"
    match: str = "Why it’s here"
    own_sentence: str = "The abstract’s own sentence."
    more: Forms = ("and {number} more", "and {number} more")
    shown: str = "{shown} of {all} papers fit into this mail."
    rest_in_archive: str = "The whole edition is in the archive."
    rest_by_reply: str = "For the whole edition, answer this mail."
    nothing: str = "Nothing new came in."
    earlier: str = "With the papers of the editions since your last mail."
    account: str = "{received} received, {duplicates} of them twice; TL;DRs: {written} written, {extracted} extracted."
    made: str = "Made by {engine}."
    why: str = "You get this because you subscribed to {title}."
    leave: str = "Leave this list"
    preferences: str = "Choose what comes, and how often"
    notify: str = "{papers} in {themes}"
    date: str = "{day} {month} {year}"
    months: tuple[str, ...] = (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    )  # fmt: skip
    page: Labels = PAGE


_GERMAN = MailLabels(
    code="de",
    subject="{title}, {date}",
    number="Nr. {number}",
    papers=("{number} Arbeit", "{number} Arbeiten"),
    themes=("{number} Thema", "{number} Themen"),
    reading_time="{minutes} Min. Lesezeit",
    archive="Im Archiv lesen",
    contents="In dieser Ausgabe",
    vanished="Seit der letzten Ausgabe verschwunden",
    highlights="Empfehlungen",
    note="Von der Redaktion",
    interests="Geordnet nach Ihren Interessen",
    match="Warum das hier steht",
    own_sentence="Satz aus dem Abstract, im Wortlaut.",
    more=("und {number} weitere", "und {number} weitere"),
    shown="{shown} von {all} Arbeiten passen in diese Mail.",
    rest_in_archive="Die ganze Ausgabe steht im Archiv.",
    rest_by_reply="Die ganze Ausgabe gibt es auf Antwort hin.",
    nothing="Es kam nichts Neues.",
    earlier="Mit den Arbeiten der Ausgaben seit Ihrer letzten Mail.",
    account="{received} eingegangen, davon {duplicates} doppelt; TL;DRs: {written} geschrieben, {extracted} entnommen.",
    made="Gemacht mit {engine}.",
    why="Sie erhalten diese Mail, weil Sie {title} abonniert haben.",
    leave="Abmelden",
    preferences="Wählen, was kommt und wie oft",
    notify="{papers} in {themes}",
    date="{day}. {month} {year}",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    page=dataclasses.replace(
        PAGE,
        more_authors="und {number} weitere",
        further="Weitere Arbeiten",
        untitled="Ohne Titel",
        no_abstract="Ohne Abstract in der Liste.",
        no_tldr="Ohne TL;DR.",
        code="Code",
        statuses=MappingProxyType({"new": "neu", "grown": "gewachsen", "continued": ""}),
    ),
)  # fmt: skip

_FRENCH = MailLabels(
    code="fr",
    number="Nᵒ {number}",
    papers=("{number} article", "{number} articles"),
    themes=("{number} thème", "{number} thèmes"),
    reading_time="{minutes} min de lecture",
    archive="Lire dans les archives",
    contents="Dans ce numéro",
    vanished="Disparus depuis le dernier numéro",
    highlights="À lire d’abord",
    note="Le mot de la rédaction",
    interests="Classés selon vos intérêts",
    match="Pourquoi il est là",
    own_sentence="Phrase tirée du résumé d’origine.",
    more=("et {number} autre", "et {number} autres"),
    shown="{shown} articles sur {all} tiennent dans ce message.",
    rest_in_archive="Le numéro entier est dans les archives.",
    rest_by_reply="Pour le numéro entier, répondez à ce message.",
    nothing="Rien de nouveau n’est arrivé.",
    earlier="Avec les articles des numéros parus depuis votre dernier message.",
    account="{received} reçus, dont {duplicates} en double ; TL;DR : {written} rédigés, {extracted} extraits.",
    made="Fait avec {engine}.",
    why="Vous recevez ce message parce que vous êtes abonné à {title}.",
    leave="Se désabonner",
    preferences="Choisir ce qui vient, et à quel rythme",
    notify="{papers}, {themes}",
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    page=dataclasses.replace(
        PAGE,
        more_authors="et {number} autres",
        further="Autres articles",
        untitled="Sans titre",
        no_abstract="Sans résumé dans la liste.",
        no_tldr="Sans TL;DR.",
        code="Code",
        statuses=MappingProxyType({"new": "nouveau", "grown": "en hausse", "continued": ""}),
    ),
)  # fmt: skip

_SPANISH = MailLabels(
    code="es",
    number="N.º {number}",
    papers=("{number} artículo", "{number} artículos"),
    themes=("{number} tema", "{number} temas"),
    reading_time="{minutes} min de lectura",
    archive="Leer en el archivo",
    contents="En este número",
    vanished="Desaparecidos desde el último número",
    highlights="Para leer primero",
    note="De la redacción",
    interests="Ordenados según sus intereses",
    match="Por qué está aquí",
    own_sentence="Frase tomada del resumen original.",
    more=("y {number} más", "y {number} más"),
    shown="{shown} de {all} artículos caben en este correo.",
    rest_in_archive="El número entero está en el archivo.",
    rest_by_reply="Para el número entero, responda a este correo.",
    nothing="No llegó nada nuevo.",
    earlier="Con los artículos de los números desde su último correo.",
    account="{received} recibidos, {duplicates} de ellos repetidos; TL;DR: {written} escritos, {extracted} extraídos.",
    made="Hecho con {engine}.",
    why="Recibe este correo porque está suscrito a {title}.",
    leave="Darse de baja",
    preferences="Elegir qué llega y con qué frecuencia",
    notify="{papers} en {themes}",
    date="{day} de {month} de {year}",
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
    page=dataclasses.replace(
        PAGE,
        more_authors="y {number} más",
        further="Otros artículos",
        untitled="Sin título",
        no_abstract="Sin resumen en la lista.",
        no_tldr="Sin TL;DR.",
        code="Código",
        statuses=MappingProxyType({"new": "nuevo", "grown": "en aumento", "continued": ""}),
    ),
)  # fmt: skip

SPOKEN: Mapping[str, MailLabels] = MappingProxyType({"en": MailLabels(), "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH})


def mail_labels(code: str) -> MailLabels:
    """The labels for a language code such as `de` or `de-at`; English ones where we have no others."""
    return SPOKEN.get(code.partition("-")[0].lower(), SPOKEN["en"])


def count_of(forms: Forms, number: int) -> str:
    """`1 paper`, `1,204 papers`."""
    return forms[number != 1].format(number=f"{number:,}")


def say_date(date: dt.date, labels: MailLabels) -> str:
    """`3 November 2026`, `3. November 2026`."""
    return labels.date.format(day=date.day, month=labels.months[date.month - 1], year=date.year)


def say_period(period: Period, labels: MailLabels) -> str:
    """`3–9 November 2026`: within one month the first day alone is enough."""
    first, last = sorted((period.first, period.last))
    if first == last:
        return say_date(last, labels)
    if (first.year, first.month) == (last.year, last.month):
        dot = "." if labels.date.startswith("{day}.") else ""
        return f"{first.day}{dot}–{say_date(last, labels)}"
    return f"{say_date(first, labels)} – {say_date(last, labels)}"
