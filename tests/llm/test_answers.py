"""Answers are matched by id, never by position, whatever form they come in."""

from __future__ import annotations

import json
import time
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.llm.answers import find_object, read_answers, read_objects, without_thoughts
from scripted import answer

IDS = ("b7k2", "c3m4", "d5n6")
GOOD = {"b7k2": "One.", "c3m4": "Two.", "d5n6": "Three."}


def read(text: str, ids=IDS):
    return read_answers(text, ids, field="tldr")


@pytest.mark.parametrize(
    "text",
    [
        answer(GOOD),
        "Sure! Here it is:\n```json\n" + answer(GOOD) + "\n```\nHope this helps {smile}.",
        '<think>First {"papers": [{"id": "b7k2", "tldr": "Wrong."}]} hmm</think>' + answer(GOOD),
        "I think so.</think>\n" + answer(GOOD),
        json.dumps([{"id": id, "tldr": said} for id, said in GOOD.items()]),
        json.dumps(GOOD),
        json.dumps({"papers": {id: {"tldr": said} for id, said in GOOD.items()}}),
        json.dumps({"papers": [{"id": id.upper(), "tldr": said} for id, said in reversed(GOOD.items())]}),
        "\n".join(json.dumps({"id": id, "tldr": said}) for id, said in GOOD.items()),
        answer(GOOD)[:-1] + ",}",
    ],
)
def test_every_form_an_answer_takes_is_read(text):
    found = read(text)
    assert found.texts == GOOD
    assert not found.missing | found.repeated


def test_numbers_as_ids_match_their_spelling():
    assert read('{"papers": [{"id": 3, "tldr": "Three."}]}', ids=("3", "4")).texts == {"3": "Three."}


def test_an_answer_cut_off_keeps_its_whole_items():
    text = answer(GOOD)
    found = read(text[: text.index("Three") + 3])
    assert found.texts == {"b7k2": "One.", "c3m4": "Two."}
    assert found.missing == {"d5n6"}


def test_an_unknown_id_is_nobodys():
    found = read(answer({"b7k2": "One.", "zzzz": "Other."}))
    assert found.texts == {"b7k2": "One."}
    assert found.unknown == ("zzzz",)


def test_an_id_that_comes_twice_with_two_texts_is_nobodys():
    twice = '[{"id": "b7k2", "tldr": "One."}, {"id": "b7k2", "tldr": "Uno."}, {"id": "c3m4", "tldr": "Two."}]'
    found = read(twice)
    assert found.texts == {"c3m4": "Two."}
    assert found.repeated == {"b7k2"}
    assert found.missing == {"d5n6"}


def test_one_paper_alone_may_answer_without_an_id_but_not_under_another():
    assert read('{"tldr": "One."}', ids=("b7k2",)).texts == {"b7k2": "One."}
    assert read('{"id": "c3m4", "tldr": "One."}', ids=("b7k2",)).texts == {}
    assert read('{"tldr": "One."}').texts == {}


@pytest.mark.parametrize("text", ["", "I cannot do that.", "null", "{", '{"papers": null}', answer({"b7k2": "  "})])
def test_no_answer_leaves_every_id_missing(text):
    assert read(text).missing == set(IDS)


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 500_000, '{"a":' * 50_000, "<think>" * 50_000, "[1]" * 200_000])
def test_hostile_text_takes_bounded_time(text):
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 5  # a bound against quadratic time, not a speed claim


def test_open_thoughts_are_dropped_with_all_behind_them():
    assert without_thoughts("a<think>b") == "a"
    assert without_thoughts("<think>b</think>a") == "a"
    assert without_thoughts("a<think>b</think>c<think>d</think>e") == "ace"
    assert without_thoughts("b</think>a") == "a"
    assert find_object('<think>{"x": 1}</think>so {"title": "T"}') == {"title": "T"}


@pytest.mark.parametrize(
    "said", ["They stand in <think> and </think>.", "</think> ends them.", "<reasoning>", "a <think"]
)
@pytest.mark.parametrize("before", ["", '<think>One: {"tldr": "x"} and <think> so</think>', "So be it.</think>\n"])
def test_a_tag_that_a_paper_names_is_no_thought_of_the_model(said, before):
    whole = answer({"b7k2": said, "c3m4": "Two."})
    assert read(before + whole).texts == {"b7k2": said, "c3m4": "Two."}
    assert read(before + whole[:-3]).texts["b7k2"] == said
    assert read(before + str(json.loads(whole))).texts == {"b7k2": said, "c3m4": "Two."}


def test_quotes_in_thoughts_hide_no_end_of_them():
    assert read('<think>He says: "one</think>' + answer(GOOD)).texts == read(answer(GOOD)).texts
    assert read("<think>It isn't, 'tis</think>" + answer(GOOD)).texts == read(answer(GOOD)).texts


signs = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffd\ufffe\uffff")
texts = st.text(signs, min_size=1, max_size=40).filter(lambda text: text.strip())


@example({"b7k2": "<thinking>"}, Random(0), False)
@given(st.dictionaries(st.sampled_from(IDS), texts), st.randoms(use_true_random=False), st.booleans())
def test_order_and_spelling_never_move_a_text_to_another_paper(said, random, indented):
    items = [{"id": id, "tldr": text} for id, text in said.items()]
    random.shuffle(items)
    found = read(json.dumps({"papers": items}, indent=2 if indented else None))
    assert found.texts == {id: text.strip() for id, text in said.items()}
    assert found.missing == set(IDS) - set(said)


@given(st.text(max_size=300), st.integers(0, 200))
def test_any_text_is_read_without_a_crash_and_every_id_accounted_for(noise, cut):
    found = read(noise + answer(GOOD)[:cut] + noise)
    assert set(found.texts) | found.missing | found.repeated == set(IDS)


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ('{"papers": [{"id": "b7k2", "tldr": "One is whole. Two is not wh', "One is whole."),
        ('{"papers": [{"id": "b7k2", "tldr": "A \\"quoted\\" one. Then a half \\', 'A "quoted" one.'),
        ('{"papers": [{"id": "b7k2", "tldr": "Not even one is wh', None),
        ('{"papers": [{"id": "zzzz", "tldr": "One is whole. Two is not', None),
        ('{"tldr": "One is whole. Two is not wh', "One is whole."),
        ('{ "tldr" : "Not even one is wh', None),
    ],
)
def test_of_an_item_that_was_cut_off_only_whole_sentences_count(cut, said):
    assert read(cut, ids=("b7k2",)).texts == ({"b7k2": said} if said else {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"themes": [{"ids": [1]}, {"ids": [2], "x": {"ids": [3]}}]}', [[1], [2]]),
        ('[{"ids": [1]}] and {"ids": [2]}', [[1], [2]]),
        ('{"themes": [{"ids": [1]}, {"ids": [2], "title": "cut', [[1]]),
        ('<think>{"ids": [9]}</think>{"a": {"b": {"ids": [1]}}}', [[1]]),
        ("none at all", []),
        ("[" * 100_000, []),
    ],
)
def test_the_objects_with_a_field_are_found_wherever_they_stand(text, found):
    assert [one["ids"] for one in read_objects(text, field="ids")] == found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"$\tau = 3$ s at $\rho$", "$\\tau = 3$ s at $\\rho$"),
        (r"$\nabla f$, \nu, $a \ne b$ and \neq", "$\\nabla f$, \\nu, $a \\ne b$ and \\neq"),
        (r"\beta, \frac{1}{2}, \bar{x}, \times", "\\beta, \\frac{1}{2}, \\bar{x}, \\times"),
        (r"\upsilon, \uparrow and \underline{u}", "\\upsilon, \\uparrow and \\underline{u}"),
        (r"\alpha, 5\%, \(x\), \sqrt{2}", "\\alpha, 5\\%, \\(x\\), \\sqrt{2}"),
        (r"\nicefrac{1}{2} of \textsubscript{2}", "\\nicefrac{1}{2} of \\textsubscript{2}"),
        (r"One.\nTwo, \"quoted\"\/ \u03b1 \\tau", 'One.\nTwo, "quoted"/ α \\tau'),
        (r"Uno.\ne due", "Uno.\ne due"),
        (r"\tThe kettle", "The kettle"),
    ],
)
def test_tex_that_is_not_escaped_in_json_means_what_it_means(written, meant):
    assert read('{"papers": [{"id": "b7k2", "tldr": "' + written + '"}]}', ids=("b7k2",)).texts == {"b7k2": meant}


@pytest.mark.parametrize(
    "text",
    [
        str({"papers": [{"id": id, "tldr": said} for id, said in GOOD.items()]}),
        json.dumps({"papers": [{"paper_id": id, "summary": said} for id, said in GOOD.items()]}),
        json.dumps({"papers": [{"ID": id, "TLDR": said} for id, said in GOOD.items()]}),
        json.dumps({"papers": [{"Paper": id, "TL;DR": said} for id, said in GOOD.items()]}),
    ],
)
def test_other_names_and_other_quotes_are_read_by_id_all_the_same(text):
    assert read(text).texts == GOOD
    assert read(text.replace("b7k2", "zzzz")).texts == {id: said for id, said in GOOD.items() if id != "b7k2"}


@pytest.mark.parametrize(
    "sign", ["\\ud83d", "\\u0000", "\\u0008", "\\ufffd", "\ufffd", "\x01", "\\u0085x\\u009f", "\\b"]
)
def test_a_text_with_what_is_no_character_costs_that_text_alone(sign):
    found = read('[{"id": "b7k2", "tldr": "One ' + sign + ' is."}, {"id": "c3m4", "tldr": "Two."}]')
    assert found.texts == {"c3m4": "Two."}
    assert found.garbled == {"b7k2"}
    assert find_object('{"title": "A ' + sign + '", "blurb": "Fine."}') == {"title": None, "blurb": "Fine."}


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("Kettles boil sooner. The consent form and th", "Kettles boil sooner."),
        ("The consent form and th", ""),
        ("It came every 51.", ""),
        ("It came. Once in 51.", "It came."),
        ("Kettles boil sooner.", "Kettles boil sooner."),
        ("Is it “so”? It is, e.g.", "Is it “so”?"),
        ("水は沸く。湯は", "水は沸く。"),
        ("Kettles boil", ""),
    ],
)
def test_of_a_cut_answer_whose_json_is_whole_only_whole_sentences_count(said, whole):
    assert read(answer({"b7k2": said}), ids=("b7k2",)).texts == {"b7k2": said}
    found = read_answers(answer({"b7k2": said}), ("b7k2",), field="tldr", cut=True)
    assert found.texts == ({"b7k2": whole} if whole else {})
