"""Reading, digesting and rendering from Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import broadsheet
from broadsheet.errors import NoPapers, SourceError
from commands import LISTING
from kettle_site import kettle_site
from site_of_ours import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with kettle_site() as site:
        yield site


def test_sources_and_addresses_are_read_from_python(site):
    assert len(broadsheet.read("crossref:kettles").papers) == 7
    assert len(broadsheet.read(f"{site.url}/listing").papers) == 3
    assert len(broadsheet.read(f"arxiv:cs.CL\n\n{LISTING}").papers) >= 3
    with pytest.raises(NoPapers):
        broadsheet.read("arxiv:cs.CL")
    with pytest.raises(SourceError):
        broadsheet.read("hf:daily")
