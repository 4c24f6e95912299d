"""A model's groups by id: whatever it answers, each paper stands in exactly one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.themes.answers import Group, Proposal, assign, merge_groups, read_proposals

KEYS = {f"{letter}2": f"hash:{letter}" for letter in "bcdfgh"}


def said(*groups: tuple[str, list[object]]) -> str:
    return json.dumps(
        {"themes": [{"title": title, "ids": ids, "blurb": "", "cites": ids[:2]} for title, ids in groups]}
    )


def keys(groups) -> list[str]:
    return [key for group in groups for key in group.keys]


def test_a_good_answer_is_taken_as_it_is():
    made = assign(read_proposals(said(("Wet knots", ["b2", "d2"]), ("Kites", ["c2", "f2", "g2", "h2"]))), KEYS)
    assert [(group.title, group.keys) for group in made.groups] == [
        ("Wet knots", ("hash:b", "hash:d")),
        ("Kites", ("hash:c", "hash:f", "hash:g", "hash:h")),
    ]
    assert made.groups[0].cites == ("hash:b", "hash:d")
    assert (made.missing, made.repeated, made.unknown) == ((), (), ())


def test_a_paper_named_twice_stays_in_the_first_theme_and_is_seen_from_the_second():
    made = assign(read_proposals(said(("Wet knots", ["b2", "c2"]), ("Kites", ["c2", "d2", "c2"]))), KEYS)
    assert [group.keys for group in made.groups] == [("hash:b", "hash:c"), ("hash:d",)]
    assert [group.see_also for group in made.groups] == [(), ("hash:c",)]
    assert made.repeated == ("hash:c",)


def test_ids_left_out_and_ids_unheard_of_are_said():
    made = assign(read_proposals(said(("Wet knots", ["b2", "x9", "c2"]), ("Nobody", ["y7"]))), KEYS)
    assert made.missing == ("hash:d", "hash:f", "hash:g", "hash:h")
    assert made.unknown == ("x9", "y7")
    assert len(made.groups) == 1


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"themes": [{"title": "Wet knots", "ids": ["B2", "#c2"]}]}\n```',
        '<think>b2 and c2?</think> Here: [{"title": "Wet knots", "ids": ["b2", "c2"]}]',
        '{"themes": [{"title": "Wet knots", "ids": "b2, c2"}]}',
        '{"themes": [{"title": "Wet knots", "ids": ["b2", "[c2]", null, {}]}, {"title": "Cut o',
    ],
)
def test_the_form_of_an_answer_may_be_loose(text):
    assert [group.keys for group in assign(read_proposals(text), KEYS).groups] == [("hash:b", "hash:c")]


@pytest.mark.parametrize("text", ["", "Sorry.", "<html>", '{"themes": 7}', '{"themes": [{"ids": 3}]}', "[" * 5000])
def test_garbage_groups_nothing(text):
    made = assign(read_proposals(text), KEYS)
    assert made.groups == ()
    assert made.missing == tuple(KEYS.values())


def test_a_theme_of_the_rest_is_known_by_its_name():
    assert all(
        Group(keys=("k",), title=title).rest for title in ("Other papers", "Misc.", "others", "Miscellaneous topics")
    )
    assert not any(Group(keys=("k",), title=title).rest for title in ("Other minds", "Rest in sleep", "Wet knots"))


_GROUPS = [Group(keys=(f"k{n}", f"m{n}"), title=f"T{n}", see_also=("k0",)) for n in range(4)]


def test_merged_themes_take_the_new_title_and_others_keep_theirs():
    proposals = [Proposal("Both", "A blurb.", ("a", "c", "a")), Proposal("New name", "", ("b", "c"))]
    made = merge_groups(_GROUPS, proposals, ["a", "b", "c", "d"])
    assert [(group.title, group.keys) for group in made] == [
        ("Both", ("k0", "m0", "k2", "m2")),
        ("T1", ("k1", "m1")),
        ("T3", ("k3", "m3")),
    ]
    assert made[0].see_also == ()


_ID = st.one_of(st.sampled_from([*KEYS, "x1", "B2", "", "b2 c2"]), st.integers(), st.none(), st.text(max_size=5))
_THEME = st.fixed_dictionaries(
    {}, optional={"title": st.text(max_size=9), "ids": st.lists(_ID, max_size=9), "blurb": st.none(), "cites": _ID}
)


@given(st.one_of(st.lists(_THEME, max_size=8).map(lambda themes: json.dumps({"themes": themes})), st.text()))
def test_every_answer_makes_a_partition(text):
    made = assign(read_proposals(text), KEYS)
    assert sorted([*keys(made.groups), *made.missing]) == sorted(KEYS.values())
    assert set(made.repeated) <= set(keys(made.groups))
    assert all(group.keys and not set(group.see_also) & set(group.keys) for group in made.groups)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", "x"]), max_size=5), max_size=5))
def test_every_merge_keeps_every_paper(unions):
    made = merge_groups(_GROUPS, [Proposal("U", "", tuple(ids)) for ids in unions], ["a", "b", "c", "d"])
    assert sorted(keys(made)) == sorted(keys(_GROUPS))
