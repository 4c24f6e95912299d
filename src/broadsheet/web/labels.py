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
FRENCH = Words(
    own_name="Français",
    archive="Toutes les éditions",
    asterisk="Votre adresse sert à vous envoyer ceci, et à rien d’autre.",
    subscribe_title="{title}, par courriel",
    subscribe_lead="Vous confirmez d’abord depuis votre boîte. Chaque courriel contient un lien pour partir.",
    address="Votre adresse",
    subscribe="S’abonner",
    no_address="Ce n’est pas une adresse de courriel. Écrivez-la comme ann@example.org.",
    asked_title="Regardez dans votre boîte",
    asked="S’il y a un abonnement à confirmer, un courriel avec le lien est en route. Le lien vaut {hours} heures.",
    asked_nothing="Rien n’est arrivé ? Regardez dans les indésirables. "
    "Une adresse déjà abonnée ne reçoit pas de second courriel.",
    confirm_title="Confirmez votre abonnement",
    confirm_lead="Appuyez sur le bouton, et la prochaine édition vous parviendra.",
    confirm="Confirmer",
    confirmed_title="Vous êtes abonné",
    confirmed="La prochaine édition vous parviendra.",
    choose="Choisir ce qui vient, et quand",
    leave_title="Quitter {title} ?",
    leave_lead="Appuyez sur le bouton, et plus aucune édition ne vous parviendra.",
    leave="Se désabonner",
    left_title="Vous êtes désabonné",
    left="Plus aucune édition ne vous parviendra. Une édition déjà en route peut encore arriver.",
    return_="S’abonner de nouveau",
    preferences_title="Ce qui vous parvient",
    name="Votre nom",
    interests="Vos centres d’intérêt",
    interests_hint="Un par ligne, {most} au plus. Les articles qui y répondent viennent en tête.",
    frequency="À quel rythme",
    frequencies=MappingProxyType({"daily": "Chaque jour", "weekly": "Chaque semaine", "monthly": "Une fois par mois"}),
    language="Langue du courriel",
    edition_language="Celle de l’édition",
    save="Enregistrer",
    saved="Enregistré.",
    dead_title="Ce lien ne vaut plus",
    dead="Il est trop ancien, a été coupé en route, ou était fait pour autre chose.",
    dead_next="En demander un nouveau",
    missing_title="Cette page n’existe pas",
    missing="Le lien est peut-être ancien ou incomplet.",
    often_title="Trop à la fois",
    often="Attendez une minute et réessayez.",
    foreign_title="Ce formulaire vient d’ailleurs",
    foreign="Ouvrez la page ici et envoyez-le de nouveau.",
    busy_title="Pas maintenant",
    busy="Quelque chose n’a pas marché de notre côté. Réessayez dans une minute.",
    mail_subject="À confirmer : {title}",
    mail_preheader="Un bouton, et la prochaine édition vous parviendra.",
    mail_lead="Quelqu’un, sans doute vous, a demandé à recevoir {title} à cette adresse.",
    mail_button="Confirmer l’abonnement",
    mail_counts="Le lien vaut {hours} heures.",
    mail_otherwise="Si ce n’était pas vous, ne faites rien : sans ce lien, plus aucun courriel ne viendra.",
)
SPANISH = Words(
    own_name="Español",
    archive="Todas las ediciones",
    asterisk="Su dirección sirve para enviarle esto, y para nada más.",
    subscribe_title="{title}, por correo",
    subscribe_lead="Primero confirma desde su buzón. Cada correo lleva un enlace para darse de baja.",
    address="Su dirección",
    subscribe="Suscribirse",
    no_address="Esto no es una dirección de correo. Escríbala como ann@example.org.",
    asked_title="Mire en su buzón",
    asked="Si hay una suscripción que confirmar, un correo con el enlace está en camino. El enlace vale {hours} horas.",
    asked_nothing="¿No ha llegado nada? Mire en el correo no deseado. "
    "Una dirección ya suscrita no recibe un segundo correo.",
    confirm_title="Confirme su suscripción",
    confirm_lead="Pulse el botón y la próxima edición le llegará.",
    confirm="Confirmar",
    confirmed_title="Está suscrito",
    confirmed="La próxima edición le llegará.",
    choose="Elegir qué llega y con qué frecuencia",
    leave_title="¿Dejar {title}?",
    leave_lead="Pulse el botón y no le llegará ninguna edición más.",
    leave="Darse de baja",
    left_title="Se ha dado de baja",
    left="No le llegará ninguna edición más. Una que ya esté en camino aún puede llegar.",
    return_="Suscribirse de nuevo",
    preferences_title="Lo que le llega",
    name="Su nombre",
    interests="Sus intereses",
    interests_hint="Uno por línea, {most} como mucho. Los artículos que les corresponden van primero.",
    frequency="Con qué frecuencia",
    frequencies=MappingProxyType({"daily": "Cada día", "weekly": "Cada semana", "monthly": "Una vez al mes"}),
    language="Idioma del correo",
    edition_language="El de la edición",
    save="Guardar",
    saved="Guardado.",
    dead_title="Este enlace ya no vale",
    dead="Es demasiado antiguo, se cortó en el camino o se hizo para otra cosa.",
    dead_next="Pedir uno nuevo",
    missing_title="Esta página no existe",
    missing="Puede que el enlace sea antiguo o esté incompleto.",
    often_title="Demasiados a la vez",
    often="Espere un minuto e inténtelo de nuevo.",
    foreign_title="Este formulario vino de otro sitio",
    foreign="Abra la página aquí y envíelo de nuevo.",
    busy_title="Ahora no",
    busy="Algo ha fallado por nuestra parte. Inténtelo de nuevo en un minuto.",
    mail_subject="Por confirmar: {title}",
    mail_preheader="Un botón, y la próxima edición le llegará.",
    mail_lead="Alguien, probablemente usted, ha pedido recibir {title} en esta dirección.",
    mail_button="Confirmar la suscripción",
    mail_counts="El enlace vale {hours} horas.",
    mail_otherwise="Si no fue usted, no haga nada: sin este enlace no llegará ningún correo más.",
)
SPOKEN: Mapping[str, Words] = MappingProxyType({"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH})


def labels_for(code: str) -> Words:
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
