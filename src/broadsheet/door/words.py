"""Every word of the door's pages and of the mail that confirms, in the languages they speak."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from types import MappingProxyType


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The words of a page under the name `words`; those with braces are filled in with `format`."""

    own_name: str = "English"
    archive: str = "All editions"
    asterisk: str = "Your address is kept to send you this, and for nothing else."

    subscribe_title: str = "{title}, by mail"
    subscribe_lead: str = "You confirm from your mailbox first. Each mail has a link to leave."
    address: str = "Your address"
    subscribe: str = "Subscribe"
    no_address: str = "This is not one mail address. Write it like ann@example.org."
    asked_title: str = "Look into your mailbox"
    asked: str = (
        "If a subscription can be confirmed, a mail with the link is on its way. The link counts for {hours} hours."
    )
    asked_nothing: str = "Nothing came? Look under spam. An address that is subscribed already gets no second mail."

    confirm_title: str = "Confirm your subscription"
    confirm_lead: str = "Press the button, and the next edition comes to you."
    confirm: str = "Confirm"
    confirmed_title: str = "You are subscribed"
    confirmed: str = "The next edition comes to you."
    choose: str = "Choose what comes, and how often"

    leave_title: str = "Leave {title}?"
    leave_lead: str = "Press the button, and no further edition comes to you."
    leave: str = "Leave"
    left_title: str = "You have left"
    left: str = "No further edition comes to you. One that is on its way may still arrive."
    return_: str = "Subscribe again"

    preferences_title: str = "What comes to you"
    name: str = "Your name"
    interests: str = "Your interests"
    interests_hint: str = "One a line, at most {most}. Papers that match them come first."
    frequency: str = "How often"
    frequencies: Mapping[str, str] = dataclasses.field(
        default_factory=lambda: MappingProxyType(
            {"daily": "Every day", "weekly": "Every week", "monthly": "Once a month"}
        )
    )
    language: str = "Language of the mail"
    edition_language: str = "As the edition is"
    save: str = "Save"
    saved: str = "Saved."

    dead_title: str = "This link no longer counts"
    dead: str = "It is too old, was cut off on its way, or was made for something else."
    dead_next: str = "Ask for a new one"
    missing_title: str = "There is no such page"
    missing: str = "The link may be old, or have lost a piece."
    often_title: str = "Too many at once"
    often: str = "Wait a minute and try again."
    foreign_title: str = "This form came from elsewhere"
    foreign: str = "Open the page here and send it again."
    busy_title: str = "Not now"
    busy: str = "Something went wrong on our side. Try again in a minute."

    mail_subject: str = "Confirm: {title}"
    mail_preheader: str = "One button, and the next edition comes to you."
    mail_lead: str = "Somebody, probably you, asked to get {title} at this address."
    mail_button: str = "Confirm the subscription"
    mail_counts: str = "The link counts for {hours} hours."
    mail_otherwise: str = "If it was not you, do nothing: without the link being used, no further mail comes."


ENGLISH = Words()
GERMAN = Words(
    own_name="Deutsch",
    archive="Alle Ausgaben",
    asterisk="Ihre Adresse dient nur dazu, Ihnen dies zu senden.",
    subscribe_title="{title} per E-Mail",
    subscribe_lead="Sie bestätigen zuerst aus Ihrem Postfach. In jeder E-Mail steht ein Link zum Abmelden.",
    address="Ihre Adresse",
    subscribe="Abonnieren",
    no_address="Das ist nicht genau eine E-Mail-Adresse. Schreiben Sie sie wie ann@example.org.",
    asked_title="Sehen Sie in Ihr Postfach",
    asked="Wenn es ein Abonnement zu bestätigen gibt, ist eine E-Mail mit dem Link unterwegs. "
    "Der Link gilt {hours} Stunden.",
    asked_nothing="Nichts gekommen? Sehen Sie im Spam-Ordner nach. "
    "Wer schon abonniert hat, bekommt keine zweite E-Mail.",
    confirm_title="Abonnement bestätigen",
    confirm_lead="Mit dem Knopf kommt die nächste Ausgabe zu Ihnen.",
    confirm="Bestätigen",
    confirmed_title="Sie haben abonniert",
    confirmed="Die nächste Ausgabe kommt zu Ihnen.",
    choose="Auswählen, was kommt und wie oft",
    leave_title="{title} abbestellen?",
    leave_lead="Mit dem Knopf kommt keine weitere Ausgabe mehr zu Ihnen.",
    leave="Abbestellen",
    left_title="Sie sind abgemeldet",
    left="Es kommt keine weitere Ausgabe mehr. Eine, die schon unterwegs ist, kann noch eintreffen.",
    return_="Wieder abonnieren",
    preferences_title="Was zu Ihnen kommt",
    name="Ihr Name",
    interests="Ihre Interessen",
    interests_hint="Eines je Zeile, höchstens {most}. Was dazu passt, steht vorn.",
    frequency="Wie oft",
    frequencies=MappingProxyType({"daily": "Jeden Tag", "weekly": "Jede Woche", "monthly": "Einmal im Monat"}),
    language="Sprache der E-Mail",
    edition_language="Wie die Ausgabe",
    save="Speichern",
    saved="Gespeichert.",
    dead_title="Dieser Link gilt nicht mehr",
    dead="Er ist zu alt, wurde unterwegs abgeschnitten oder war für etwas anderes bestimmt.",
    dead_next="Einen neuen anfordern",
    missing_title="Diese Seite gibt es nicht",
    missing="Der Link ist vielleicht alt oder unvollständig.",
    often_title="Zu viele auf einmal",
    often="Warten Sie eine Minute und versuchen Sie es noch einmal.",
    foreign_title="Dieses Formular kam von anderswo",
    foreign="Öffnen Sie die Seite hier und senden Sie es noch einmal.",
    busy_title="Gerade nicht",
    busy="Bei uns ist etwas schiefgegangen. Versuchen Sie es in einer Minute noch einmal.",
    mail_subject="Bitte bestätigen: {title}",
    mail_preheader="Ein Knopf, und die nächste Ausgabe kommt zu Ihnen.",
    mail_lead="Jemand, vermutlich Sie, möchte {title} an diese Adresse bekommen.",
    mail_button="Abonnement bestätigen",
    mail_counts="Der Link gilt {hours} Stunden.",
    mail_otherwise="Waren Sie es nicht, tun Sie nichts: Ohne den Link kommt keine weitere E-Mail.",
)
SPOKEN: Mapping[str, Words] = MappingProxyType({"en": ENGLISH, "de": GERMAN})


def words_in(code: str) -> Words:
    """The words for a language code such as `de` or `de-at`; English where we have no others."""
    return SPOKEN.get(code.partition("-")[0].lower(), ENGLISH)


def language_for(wanted: str, otherwise: str) -> str:
    """Which of our languages a browser's `Accept-Language` asks for first; `otherwise` where it names none of them."""
    ranked = []
    for place, part in enumerate(wanted[:300].split(",")[:20]):
        code, _, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        ranked.append((-(float(weight[1]) if weight else 1.0), place, code.partition("-")[0].lower()))
    spoken = [code for weight, _, code in sorted(ranked) if weight < 0 and code in SPOKEN]
    return spoken[0] if spoken else otherwise
