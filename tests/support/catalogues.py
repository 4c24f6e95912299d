"""The catalogues of translations against the words of the program: what each should hold, and bringing them up to date.

After a word was added to `locale/labels.py` or `locale/reasons.py` or changed there:

    python tests/support/catalogues.py

It writes the template `broadsheet.pot`, puts what is new into the complete catalogues, empty, and drops from all what
the program no longer says.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from broadsheet.locale import labels, reasons
from broadsheet.locale.translations import complete_languages

FOLDER = Path(labels.__file__).parent
TEMPLATE = FOLDER / "broadsheet.pot"
UPDATE = "python tests/support/catalogues.py"
KEYWORDS = {"Text": None, "Plural": (1, 2)}
HEAD = """\
# Translations of Broadsheet.
# Copy this file to CODE.po, such as it.po, and write behind each `msgstr`.
# What is in braces stays as it is; what you leave empty is said in English.
# Programs such as Poedit open this file too.
#"""
_EMPTY = re.compile(
    r'^"(?:Report-Msgid-Bugs-To|POT-Creation-Date|Generated-By|[^"]*(?:VERSION|EMAIL@|LL@li|YEAR))[^"]*\\n"\n',
    re.MULTILINE,
)


def said() -> Catalog:
    """What the program says, without translations, in the order of its labels."""
    catalogue = Catalog(header_comment=HEAD, charset="utf-8")
    for module in (labels, reasons):
        words = extract_from_file(
            "python", module.__file__, keywords=KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
        )
        for _, message, comments, context in words:
            catalogue.add(message, auto_comments=[" ".join(comments)] if comments else [], context=context)
    return catalogue


def paths() -> list[Path]:
    """The catalogues."""
    return sorted(FOLDER.glob("*.po"))


def read(path: Path) -> Catalog:
    """A catalogue, or the template."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem if path != TEMPLATE else None, abort_invalid=True)


def forms(message: Message) -> tuple[str, ...]:
    """The translation, which has several forms where the English has two; empty ones where there is none."""
    return tuple(message.string) if message.pluralizable else (str(message.string or ""),)


def write(catalogue: Catalog, path: Path) -> None:
    """Writes a catalogue in the order of the labels, without the lines of babel's header that say nothing."""
    written = io.BytesIO()
    write_po(written, catalogue, no_location=True, ignore_obsolete=True)
    path.write_text(_EMPTY.sub("", written.getvalue().decode()), encoding="utf-8")


def main() -> None:
    """Brings all of them up to date."""
    template = said()
    write(template, TEMPLATE)
    for path in paths():
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        for message in () if path.stem in complete_languages() else list(catalogue):
            if not any(forms(message)):
                catalogue.delete(message.id, message.context)
        write(catalogue, path)


if __name__ == "__main__":
    main()
