"""Bytes of files and pipes become text, or one clear sentence."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import BinaryInput, EmptyInput, InputTooLarge, ReadingError
from broadsheet.reading.input import decode, read_file, read_stream

TEXT = "Fréchet distances – a “naïve” survey\nΑ second line…\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_gives_the_same_text(encoding):
    assert decode(TEXT.encode(encoding), name="x") == TEXT


def test_a_windows_file_is_read_with_its_quotes_and_dashes():
    text = "Fréchet – a “naïve” survey of 40 €"
    assert decode(text.encode("cp1252"), name="x") == text


def test_a_stray_byte_does_not_turn_utf8_into_mojibake():
    assert decode("Fréchet, Gödel, Tülu and na\xefve".encode() + b" caf\xe9", name="x").startswith("Fréchet, Gödel")


def test_newlines_of_windows_and_old_macs_are_normal_ones():
    assert decode(b"a\r\nb\rc\n", name="x") == "a\nb\nc\n"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u200b\ufeff \n".encode()])
def test_nothing_to_see_is_empty_input(data):
    with pytest.raises(EmptyInput, match=r"list\.txt is empty"):
        decode(data, name="list.txt")


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\x89PNG\r\n", bytes(range(256)) * 20, b"text\0\0\0text" * 50])
def test_binary_rubbish_is_refused(data):
    with pytest.raises(BinaryInput, match=r"list\.txt is"):
        decode(data, name="list.txt")


def test_a_file_above_the_limit_is_refused_without_being_read(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(2**30)  # sparse: takes no disk, and would take a gigabyte of memory
    tracemalloc.start()
    with pytest.raises(InputTooLarge, match="256 MiB"):
        read_file(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


class EndlessPipe(io.RawIOBase):
    """A stream without an end, which counts what was taken from it."""

    taken = 0

    def read(self, size=-1):
        self.taken += size
        return b"a" * size


def test_an_endless_pipe_is_left_just_above_the_limit():
    pipe = EndlessPipe()
    with pytest.raises(InputTooLarge, match="standard input is larger"):
        read_stream(pipe, limit=5 * 2**20)
    assert pipe.taken <= 7 * 2**20


@pytest.mark.parametrize("name", ["missing.txt", "x" * 5000, "nul\0byte", "~nobody-at-all/listing.txt"])
def test_a_path_that_is_no_file_is_said_in_one_sentence(name, tmp_path):
    with pytest.raises(ReadingError) as caught:
        read_file(name if name.startswith("~") else str(tmp_path / name))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ReadingError, match="is a folder"):
        read_file(str(tmp_path))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_reading_error(data):
    try:
        text = decode(data, name="x")
    except ReadingError:
        return
    assert "\r" not in text
    text.encode("utf-8")


@pytest.mark.parametrize("codec", ["hex", "rot13", "punycode", "idna", "unicode_escape", "undefined", "nonsense"])
def test_an_encoding_that_is_no_text_is_not_believed(codec):
    page = f'<html><meta charset="{codec}"><p>caf\u00e9</p></html>'
    assert decode(page.encode("cp1252"), name="page") == page


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("shift_jis", '<?xml version="1.0" encoding="Shift_JIS"?>'),
        ("koi8-r", "<html><head><meta charset='koi8-r'></head>"),
        ("iso2022_jp", '<?xml version="1.0" encoding="ISO-2022-JP"?>'),
    ],
)
def test_a_document_is_read_in_the_encoding_it_declares(encoding, head):
    text = f"{head}<title>{'Козы' if encoding == 'koi8-r' else '山羊'}</title>"
    assert decode(text.encode(encoding), name="x.xml") == text


def test_utf8_is_believed_before_a_declaration_that_is_wrong():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><title>Zürich – goats</title>'
    assert decode(text.encode(), name="x.xml") == text
    assert decode(b'<?xml version="1.0" encoding="no-such"?><a>\xe9</a>', name="x.xml").endswith("<a>é</a>")
