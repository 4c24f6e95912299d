"""Every word that pages, mails and served pages say of their own accord: in English here, in others by catalogues.

A template finds a word by its name, `labels.find` or `words.address`; what has braces is filled in with `format`. A
comment that begins with `Translators:` stands in the catalogues too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from broadsheet.locale.dates import (
    format_date,
    format_dollars,
    format_month,
    format_number,
    format_period,
    list_separators,
)
from broadsheet.locale.translations import ENGLISH, Language


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A message that an object of labels says in its language."""

    english: str

    def __get__(self, labels: Labels | None, owner: type[Labels]) -> str:
        """The translation; of a class the English."""
        return labels.say(self.english) if labels else self.english


@dataclasses.dataclass(frozen=True, slots=True)
class Plural:
    """A message for one and for more, which an object of labels says in its language; the number is `{number}`."""

    one: str
    more: str

    def __get__(self, labels: Labels | None, owner: type[Labels]) -> Counted:
        """What is filled in with the number; of a class in English."""
        return Counted(self, labels._language if labels else ENGLISH)


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """A message whose form depends on the number that it is filled in with."""

    message: Plural
    language: Language

    def format(self, *, number: int) -> str:
        """`1 paper`, `1,204 papers`."""
        form = self.language.translations.ngettext(self.message.one, self.message.more, number)
        return form.format(number=format_number(number, self.language.code))


class Labels:
    """Words in one language."""

    def __init__(self, language: Language = ENGLISH) -> None:
        self._language = language

    def say(self, english: str) -> str:
        """The translation of a message."""
        return self._language.translations.gettext(english)

    def format_date(self, date: dt.date) -> str:
        """`3 November 2026`."""
        return format_date(date, self._language.code)

    def format_period(self, first: dt.date, last: dt.date) -> str:
        """`3–9 November 2026`."""
        return format_period(first, last, self._language.code)

    def format_month(self, month: dt.date) -> str:
        """`November 2026`."""
        return format_month(month, self._language.code)

    def list_separators(self, count: int) -> list[str]:
        """What stands after each of so many items but the last: `, ` and ` and `."""
        return list_separators(count, self._language.code)

    def format_dollars(self, dollars: float) -> str:
        """`$1.20`."""
        return format_dollars(dollars, self._language.code)

    def format_number(self, number: float) -> str:
        """`1,204`; to a tenth where it is no whole one."""
        return format_number(number, self._language.code)


class DigestLabels(Labels):
    """What the page and the mail both say."""

    # Translators: The full stop at the end of a sentence.
    stop = Text(".")
    # Translators: Between a heading and what it says, with its space.
    colon = Text(": ")
    # Translators: Between the items of a list, which may have commas of their own, with its space.
    semicolon = Text("; ")
    number = Text("No. {number}")
    dated = Text("{title}, {date}")
    papers = Plural("{number} paper", "{number} papers")
    themes = Plural("{number} theme", "{number} themes")
    contents = Text("In this edition")
    vanished = Text("Gone since the last edition")
    highlights = Text("Read first")
    note = Text("From the editor")
    interests = Text("Ranked by your interests")
    match = Text("Why it’s here")
    untitled = Text("Untitled")
    more = Plural("and {number} more", "and {number} more")
    # Translators: {papers} is such as "12 papers"; the reason follows.
    left_out = Text("{papers} left out: {why}")

    @property
    def gap(self) -> str:
        """What stands between two sentences: nothing where the full stop has its space within."""
        return "" if self.stop == "。" else " "


class PageLabels(DigestLabels):
    """The words of the page and of the archive's front page, under the name `labels`."""

    skip = Text("Skip to the papers")
    minutes = Text("{number} min")
    # Translators: {time} is such as "5 min".
    reading_time = Text("{time} read")
    # Translators: Of papers that stand under their authors or journals in place of themes.
    groups = Plural("{number} group", "{number} groups")
    by_author = Text(
        "By author: a paper of several stands once, under the one with most papers here, or else the one named first."
    )
    by_venue = Text("By venue: each paper stands under the journal or conference that its listing names.")
    # Translators: The heading over papers that fit no theme.
    others = Plural("One other paper", "Other papers")
    no_author = Text("No author named")
    no_venue = Text("No venue named")
    # Translators: {papers} is such as "12 papers", {themes} such as "3 themes".
    papers_in_themes = Text("{papers} in {themes}")
    edited_by = Text("Edited by {editor}")
    # Translators: Why a paper leads the page, such as "closest to the middle of the largest theme", and that theme.
    reason_of_theme = Text("{reason}, {theme}")
    returned = Text("Returned in a new version")
    version = Text("version {version}")
    new_version = Text("a new version")
    stood_in = Text("after no. {number}")
    nothing_new = Text("Nothing new since the last edition.")
    editions = Text("Editions")
    all_editions = Text("All editions")
    earlier = Text("The one before")
    later = Text("The next one")
    previous_edition = Text("Previous edition")
    next_edition = Text("Next edition")
    subscribe = Text("Subscribe")
    trend = Text("Themes over time")
    trend_caption = Plural(
        "Papers in the last {number} edition.", "Papers in each of the last {number} editions, the newest at the right."
    )
    # Translators: {period} is such as "3–9 November 2026".
    papers_over = Text("Papers, {period}")
    rising = Text("Subjects that rise")
    # Translators: Of a theme that the edition before had and this one has not.
    gone = Text("gone")
    skip_to_editions = Text("Skip to the editions")
    feed = Text("Feed")
    find_all = Text("Find in all editions")
    found_all = Text("{shown} of {all} papers")
    not_found = Text("The search cannot be reached.")
    edition_count = Plural("{number} edition", "{number} editions")
    # Translators: {papers} is such as "12 papers"; the names of themes follow.
    papers_on = Text("{papers} on")
    # Translators: Stands at the end of a list of themes, as one of its items.
    more_themes = Plural("{number} more theme", "{number} more themes")
    papers_returned = Plural("{number} paper in a new version", "{number} papers in a new version")
    no_edition = Text("There is no edition yet.")
    cited = Text("Cited above")

    map = Text("A map of this edition")
    map_caption = Text("Each mark is a paper, in the colour of its theme. Near means alike.")
    skip_map = Text("Skip the map")

    find = Text("Find in this edition")
    found = Text("{shown} of {all} papers")
    table = Text("All papers in a table")
    column_paper = Text("Paper")
    column_author = Text("First author")
    column_theme = Text("Theme")
    column_author_group = Text("Author")
    column_venue = Text("Venue")
    column_date = Text("Date")
    column_match = Text("Match")

    # Translators: A button that keeps a paper in mind, and the one that shows those kept.
    star = Text("Star")
    starred = Text("Starred")
    # Translators: The keys of the keyboard that do something on the page.
    keys = Text("Keys")
    key_find = Text("find")
    key_move = Text("next paper, and the one before")
    key_open = Text("open the paper")
    key_star = Text("star it, on this device")
    key_help = Text("show these keys")
    keys_on = Text("The keys are on")
    close = Text("Close")

    theme = Text("Theme")
    see_also = Text("See also")
    abstract = Text("Abstract")
    # Translators: A link to the program code of a paper.
    code = Text("Code")
    # Translators: Beside a title without an address: its link leads to a search for it.
    search = Text("search")
    # Translators: A link to the place of a paper or theme on this page, to be copied.
    permalink = Text("Link")
    # Translators: Authors of a paper, or papers of a theme.
    more_authors = Plural("and {number} more", "and {number} more")
    further = Text("Further papers")
    no_abstract = Text("No abstract in the listing.")
    no_tldr = Text("No TL;DR was made.")
    extracted_because = Text("Extracted, because {why}.")
    # Translators: Of a theme that the edition before did not have.
    new = Text("new")
    # Translators: Of a theme that has more papers than in the edition before.
    grown = Text("grown")

    # Translators: What the mark beside a TL;DR means that is a sentence of the abstract, word for word; no full stop.
    own_sentence = Text("The abstract’s own sentence")
    # Translators: Beside a TL;DR that the reader has put in other words.
    edited = Text("edited")
    own_note = Text("Your note")
    others_written = Text("The other TL;DRs were written by {model}.")
    all_shortened = Text("TL;DRs are the abstracts’ own words, shortened.")
    all_written = Text("TL;DRs were written by {model}.")
    open_an_abstract = Text("Open an abstract to see what each rests on.")

    made = Text("How this digest was made")
    account = Text("What came in and what became of it")
    again = Text("Read from {sources}. To make it again:")
    fragment_where = Text("Where")
    fragment_begins = Text("Begins")
    fragment_why = Text("Why")
    more_fragments = Text("And {number} more; digest.json has them all.")
    # Translators: The account of a digest, a line a message, with a number beside each; those in small letters are
    # parts of the line above.
    received = Text("Papers received")
    duplicates = Text("duplicates")
    seen = Text("in earlier editions")
    replaced = Text("replacements left out")
    excluded = Text("never shown here")
    capped = Text("above what a theme or source may have")
    outranked = Text("left out for better matches")
    digested = Text("digested")
    tldrs_written = Text("TL;DRs written")
    repaired = Text("asked for again")
    tldrs_extracted = Text("TL;DRs extracted")
    failed = Text("after the model failed")
    unasked = Text("that no model was asked for")
    without_abstract = Text("Papers without an abstract")
    unreadable = Text("Fragments not understood")
    # Translators: {engine} is the program's name and version.
    built_in = Text("{engine}, the built-in engine.")
    with_model = Text("{engine}, {model} through {backend}.")
    with_backend = Text("{engine}, {backend}.")
    # Translators: {seconds} is a number, such as 3.2.
    no_call = Text("No call to a model; {seconds} seconds.")
    # Translators: {calls} is such as "12 calls", {money} such as "$1.20".
    usage = Text("{calls}, {asked} prompt tokens{cached}, {said} completion tokens; {money}; {seconds} seconds.")
    # Translators: Stands behind the prompt tokens, with the space before it.
    cached = Text(" ({number} of them cached)")
    call_count = Plural("{number} call", "{number} calls")
    no_price = Text("price not configured")
    less_than = Text("under {money}")
    not_understood = Plural("{number} fragment was not understood", "{number} fragments were not understood")
    line = Text("line {first}")
    lines = Text("lines {first}–{last}")
    standard_input = Text("standard input")

    @property
    def statuses(self) -> Mapping[str, str]:
        """The words for a theme against the edition before; that one goes on as it was is not worth a word."""
        return {"new": self.new, "grown": self.grown, "continued": ""}

    @property
    def columns(self) -> Mapping[str, str]:
        """What papers stand under, by the word of the configuration."""
        return {"theme": self.column_theme, "author": self.column_author_group, "venue": self.column_venue}

    @property
    def arrangements(self) -> Mapping[str, str]:
        """How papers that stand under something else than themes are arranged, by the word of the configuration."""
        return {"author": self.by_author, "venue": self.by_venue}

    @property
    def some_extracted(self) -> str:
        """The legend of a page with TL;DRs of both kinds."""
        return f"{self.own_sentence}{self.stop} {self.others_written}"


class ComparisonLabels(PageLabels):
    """The words of the page that compares writers, under the name `labels`."""

    side_by_side = Text("Side by side")
    # Translators: Who writes TL;DRs: a model, or the program itself.
    writers = Plural("{number} writer", "{number} writers")
    figures = Text("What each writer made and took")
    recalled_count = Text("answered in earlier runs")
    flagged_count = Text("TL;DRs the check objects to")
    mean_words = Text("Words, on average")
    calls = Text("Calls")
    tokens_in = Text("Tokens read")
    tokens_out = Text("Tokens written")
    money = Text("Money")
    time = Text("Time")
    drawn = Text("{shown} of {all} papers, drawn with seed {seed}.")
    bare_left_out = Plural(
        "{number} paper without an abstract is left out.", "{number} papers without an abstract are left out."
    )
    # Translators: Left out by the reader's own rules, which name words, authors or sources.
    never_shown = Plural("{number} paper is never shown here.", "{number} papers are never shown here.")
    words = Plural("{number} word", "{number} words")
    # Translators: How a TL;DR came about.
    written = Text("written")
    extracted = Text("extracted")
    asked = Plural("asked {number} time", "asked {number} times")
    check = Text("The check")
    hidden = Text("Who wrote what stands at the end of the page.")
    key = Text("Who wrote what")
    made_comparison = Text("How this comparison was made")


class MailLabels(DigestLabels):
    """The words of a mail, under the name `labels`."""

    reading_time = Text("{minutes} min read")
    archive = Text("Read it in the archive")
    shown = Text("{shown} of {all} papers fit into this mail.")
    rest_in_archive = Text("The whole edition is in the archive.")
    rest_by_reply = Text("For the whole edition, answer this mail.")
    nothing = Text("Nothing new came in.")
    earlier = Text("With the papers of the editions since your last mail.")
    # Translators: {engine} is such as "Broadsheet 1.0".
    made = Text("Made by {engine}.")
    why = Text("You get this because you subscribed to {title}.")
    why_named = Text("You get this because whoever makes {title} named your address.")
    leave = Text("Leave this list")
    preferences = Text("Choose what comes, and how often")
    notify = Text("{papers} in {themes}")

    @property
    def code(self) -> str:
        """The code of the language."""
        return self._language.code

    @property
    def page(self) -> PageLabels:
        """The words of the page in the same language."""
        return PageLabels(self._language)

    @property
    def own_sentence(self) -> str:
        """What the mark beside an extracted TL;DR means."""
        return f"{self.page.own_sentence}{self.stop}"


class WebLabels(Labels):
    """The words of the served pages and of the mail that confirms, under the name `words`."""

    archive = Text("All editions")
    asterisk = Text("Your address is kept to send you this, and for nothing else.")

    subscribe_title = Text("{title}, by mail")
    subscribe_lead = Text("You confirm from your mailbox first. Each mail has a link to leave.")
    address = Text("Your address")
    subscribe = Text("Subscribe")
    no_address = Text("This is not one mail address. Write it like ann@example.org.")
    asked_title = Text("Look into your mailbox")
    asked = Text(
        "If a subscription can be confirmed, a mail with the link is on its way. The link counts for {hours} hours."
    )
    asked_nothing = Text("Nothing came? Look under spam. An address that is subscribed already gets no second mail.")

    confirm_title = Text("Confirm your subscription")
    confirm_lead = Text("Press the button, and the next edition comes to you.")
    confirm = Text("Confirm")
    confirmed_title = Text("You are subscribed")
    confirmed = Text("The next edition comes to you.")
    choose = Text("Choose what comes, and how often")

    leave_title = Text("Leave {title}?")
    leave_lead = Text("Press the button, and no further edition comes to you.")
    leave = Text("Leave")
    left_title = Text("You have left")
    left = Text("No further edition comes to you. One that is on its way may still arrive.")
    return_ = Text("Subscribe again")

    preferences_title = Text("What comes to you")
    name = Text("Your name")
    interests = Text("Your interests")
    interests_hint = Text("One a line, at most {most}. Papers that match them come first.")
    frequency = Text("How often")
    daily = Text("Every day")
    weekly = Text("Every week")
    monthly = Text("Once a month")
    language = Text("Language of the mail")
    edition_language = Text("As the edition is")
    # Translators: The name of your own language in itself, as readers find it in a list. Leave it empty until
    # everything else is translated: with it, mails and served pages come in your language.
    own_name = Text("English")
    save = Text("Save")
    saved = Text("Saved.")

    star = Text("Star")
    star_title = Text("Star this paper?")
    starred_title = Text("Starred")
    starred_note = Text("Your next mails heed it.")
    take_star = Text("Take the star away")
    take_stars = Text("Take all stars away")
    your_stars = Text("Your stars")

    dead_title = Text("This link no longer counts")
    dead = Text("It is too old, was cut off on its way, or was made for something else.")
    dead_next = Text("Ask for a new one")
    missing_title = Text("There is no such page")
    missing = Text("The link may be old, or have lost a piece.")
    often_title = Text("Too many at once")
    often = Text("Wait a minute and try again.")
    foreign_title = Text("This form came from elsewhere")
    foreign = Text("Open the page here and send it again.")
    busy_title = Text("Not now")
    busy = Text("Something went wrong on our side. Try again in a minute.")

    mail_subject = Text("Confirm: {title}")
    mail_preheader = Text("One button, and the next edition comes to you.")
    mail_lead = Text("Somebody, probably you, asked to get {title} at this address.")
    mail_button = Text("Confirm the subscription")
    mail_counts = Text("The link counts for {hours} hours.")
    mail_otherwise = Text("If it was not you, do nothing: without the link being used, no further mail comes.")

    @property
    def frequencies(self) -> Mapping[str, str]:
        """How often mails come, by the word of the configuration."""
        return {"daily": self.daily, "weekly": self.weekly, "monthly": self.monthly}
