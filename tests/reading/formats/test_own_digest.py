"""Our own digests read back: the same papers, with their abstracts where the page has them."""

from __future__ import annotations

import functools

import pytest

import broadsheet
from broadsheet.models import Digest
from broadsheet.reading.listing import read_text
from places import EXAMPLES
from sample_digest import DIGEST
from sectioned import sectioned_digest

LISTING = EXAMPLES / "listing.txt"


@functools.cache
def digest() -> Digest:
    return broadsheet.digest(broadsheet.read(LISTING))


@pytest.mark.parametrize("language", ["English", "French", "Japanese"])
@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_a_digest_read_back_has_its_papers_and_no_others(form, language):
    made = digest().model_copy(update={"language": language})
    papers = {paper.key: paper for paper in made.papers}
    expected = [papers[key] for theme in made.themes for key in theme.paper_keys] if form != "json" else made.papers
    found = read_text(broadsheet.render(made, form)).papers
    assert [paper.title for paper in found] == [paper.title for paper in expected]
    assert [paper.abstract for paper in found] == [paper.abstract if form != "md" else "" for paper in expected]
    if form != "md":
        assert [paper.authors for paper in found] == [paper.authors for paper in expected]


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_digest_with_sections_is_read_back_too(form):
    made = sectioned_digest()
    found = read_text(broadsheet.render(made, form))
    assert sorted(paper.title for paper in found.papers) == sorted(paper.title for paper in made.papers)
    assert (found.sources[0].format, found.fragments) == ("a digest of Broadsheet's", ())


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_digest_of_hostile_papers_is_read_back_too(form):
    found = read_text(broadsheet.render(DIGEST, form))
    assert len(found.papers) == len(DIGEST.papers)
    assert found.sources[0].format == "a digest of Broadsheet's"
