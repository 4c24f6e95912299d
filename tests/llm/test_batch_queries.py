"""Asking about many items: each ends under its own key, and only what is missing or wrong is asked again."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import json
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import BackendBusy, BackendRefused, BadAnswer, ContextTooLong, Stopped
from broadsheet.llm.batch_queries import BatchQuery, Item, Share, batch_items, share_of, short_ids
from broadsheet.llm.batching import Limits
from broadsheet.llm.cache import cache_key
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.models import Finding
from notes import Notes
from scripted import ScriptedModel, answer, faithful, first_sentence, papers_in

KEYS = [f"key-{number}" for number in range(23)]
IDS = short_ids(KEYS)
ITEMS = [Item(key=key, id=IDS[key], text=f"Title\n\nThe fact of {key}.") for key in KEYS]
TRUTH = {key: f"The fact of {key}." for key in KEYS}


class Echo:
    """The question whose right answer is the first sentence of the text."""

    field = "tldr"
    fingerprint = rules = "echo"
    distinct = True
    examines = False

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.judged: list[str] = []
        self.prepared: list[str] = []

    def prompt(self, batch, faults):
        self.faults += [finding.detail for finding in faults.values()]
        user = "\n".join(f'<paper id="{item.id}">\n{item.text}\n</paper>' for item in batch)
        return Prompt(system="", user=user, schema={}, max_tokens=9)

    def prepare(self, item):
        self.prepared.append(item.key)

    def judge(self, batch, texts):
        self.judged += texts
        for key, text in texts.items():
            yield key, (None if "fact" in text else Finding(kind="wrong", detail="not a fact"))

    async def examine(self, batch, texts):
        return {}


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


def ask(
    script,
    *,
    size: int = 8,
    at_once: int = 3,
    repairs: int = 2,
    then=faithful,
    memory=None,
    retry=False,
    items=ITEMS,
    question=None,
    model=None,
):
    model, question = model or ScriptedModel(script, then), question or Echo()

    async def run():
        dispatcher = Dispatcher(model, at_once=at_once, sleep=no_sleep, memory=memory)
        limits = Limits(items=size, tokens=10_000, at_once=at_once)
        asking = BatchQuery(
            question, dispatcher, limits=lambda: limits, count=lambda item: 10, repairs=repairs, retry=retry
        )
        return await asking.run(items)

    return asyncio.run(run()), model, question


def texts(replies):
    return {key: reply.text for key, reply in replies.items()}


def drop_last(prompt: Prompt) -> str:
    tldrs = {id: first_sentence(text) for id, text in papers_in(prompt).items()}
    tldrs.popitem()
    return answer(tldrs)


def swap_ids(prompt: Prompt) -> str:
    ids = list(papers_in(prompt))
    items = [{"id": id, "tldr": first_sentence(papers_in(prompt)[id])} for id in reversed(ids)]
    return json.dumps({"papers": items})


def test_a_good_model_is_asked_once_for_everything():
    replies, model, _ = ask([])
    assert texts(replies) == TRUTH
    assert len(model.prompts) == 3
    assert {reply.asked for reply in replies.values()} == {1}


def test_a_dropped_item_alone_is_asked_again():
    replies, model, _ = ask([drop_last])
    assert texts(replies) == TRUTH
    assert len(model.prompts) == 4
    assert len(papers_in(model.prompts[-1])) == 1


def test_reordered_answers_stay_with_their_papers():
    replies, _, _ = ask([swap_ids, swap_ids, swap_ids])
    assert texts(replies) == TRUTH


def test_a_garbled_answer_is_asked_again_in_halves():
    replies, model, _ = ask(["I would rather not."])
    assert texts(replies) == TRUTH
    assert sorted(len(papers_in(prompt)) for prompt in model.prompts[3:]) == [4, 4]


def test_a_wrong_answer_is_asked_again_with_what_was_wrong():
    wrong = lambda prompt: answer(dict.fromkeys(papers_in(prompt), "Nonsense."))  # noqa: E731
    replies, _, question = ask([wrong])
    assert texts(replies) == TRUTH
    assert set(question.faults) == {"not a fact"}


@pytest.mark.parametrize(("spoils", "calls"), [(1, 2), (6, 5)])
def test_only_what_is_refused_twice_word_for_word_and_the_second_time_alone_is_not_asked_a_third_time(spoils, calls):
    """One item makes the model say the same of so many: its neighbours come right once they are apart from it."""
    bad, spoiled = ITEMS[5].id, {item.id for item in ITEMS[5 : 5 + spoils]}

    def insists(prompt: Prompt) -> str:
        right = json.loads(faithful(prompt))["papers"]
        wrong = spoiled if bad in papers_in(prompt) else set()
        return answer({one["id"]: "Nonsense." if one["id"] in wrong else one["tldr"] for one in right})

    replies, model, _ = ask([], then=insists, items=ITEMS[5:11], size=6, at_once=1)
    assert replies.pop(ITEMS[5].key).why == "not a fact"
    assert texts(replies) == {item.key: TRUTH[item.key] for item in ITEMS[6:11]}
    assert len(model.prompts) == calls


def test_what_fails_alone_is_given_up_and_its_neighbours_are_not():
    bad = ITEMS[5].id

    def refuses_one(prompt: Prompt) -> str | Completion:
        return Completion("", finish="content_filter") if bad in papers_in(prompt) else faithful(prompt)

    replies, _, _ = ask([], then=refuses_one, repairs=5)
    assert replies.pop(ITEMS[5].key).why == "the server's content filter held it back"
    assert texts(replies) == {key: text for key, text in TRUTH.items() if key != ITEMS[5].key}


@pytest.mark.parametrize("error", [ContextTooLong("too long"), BadAnswer("html"), BackendRefused("policy", status=400)])
def test_a_call_that_fails_is_split_to_find_the_one_that_breaks_it(error):
    bad = ITEMS[9].id
    replies, _, _ = ask([], then=lambda prompt: error if bad in papers_in(prompt) else faithful(prompt))
    assert replies.pop(ITEMS[9].key).text is None
    assert texts(replies) == {key: text for key, text in TRUTH.items() if key != ITEMS[9].key}


def test_an_item_that_stands_alone_shares_its_prompt_with_none():
    items = [dataclasses.replace(item, alone=at in (0, 3)) for at, item in enumerate(ITEMS[:6])]
    batches = batch_items(items, [10] * 6, Limits(items=8, tokens=10_000, at_once=1))
    assert sorted(len(batch) for batch in batches) == [1, 1, 4]
    assert sorted(item.key for batch in batches for item in batch) == sorted(item.key for item in items)
    assert all(len(batch) == 1 for batch in batches if any(item.alone for item in batch))


def kept_for(*answers: str) -> Notes:
    """A memory of earlier runs that holds these answers for the first items."""
    notes = Notes()
    notes.kept = {cache_key(Echo.fingerprint, item.text): text for item, text in zip(ITEMS, answers, strict=False)}
    return notes


def test_what_was_answered_before_is_not_asked_again():
    replies, model, _ = ask([], memory=kept_for(TRUTH[KEYS[0]], TRUTH[KEYS[1]]))
    assert texts(replies) == TRUTH
    assert [replies[key].asked for key in KEYS[:3]] == [0, 0, 1]
    assert not {ITEMS[0].id, ITEMS[1].id} & {id for prompt in model.prompts for id in papers_in(prompt)}


def test_one_sentence_kept_for_two_items_is_good_for_neither_and_both_are_asked_again():
    replies, _, _ = ask([], memory=kept_for("The fact of nobody.", "the fact of nobody", TRUTH[KEYS[2]]))
    assert texts(replies) == TRUTH
    assert [replies[key].asked for key in KEYS[:3]] == [1, 1, 0]


def test_what_was_kept_and_passes_the_checks_no_more_is_asked_again():
    replies, _, _ = ask([], memory=kept_for("Nonsense."))
    assert texts(replies) == TRUTH


def test_answers_that_passed_side_by_side_are_not_checked_again_and_those_in_other_company_are():
    memory = Notes()
    _, _, question = ask([], memory=memory)
    assert sorted(question.judged) == sorted(KEYS)
    replies, model, question = ask([], memory=memory)
    assert (texts(replies), model.prompts, question.judged) == (TRUTH, [], [])
    _, model, question = ask([], memory=memory, items=ITEMS[:5])
    assert (model.prompts, sorted(question.judged)) == ([], sorted(KEYS[:5]))


def test_answers_that_another_run_put_in_the_place_of_those_that_passed_are_checked():
    memory = Notes()
    ask([], memory=memory)
    memory.kept = {key: "Nonsense." if text == TRUTH[KEYS[0]] else text for key, text in memory.kept.items()}
    replies, _, _ = ask([], memory=memory)
    assert texts(replies) == TRUTH


class Unhurried(ScriptedModel):
    """Takes a while for its answers."""

    async def complete(self, prompt):
        for _ in range(50):
            await asyncio.sleep(0)
        return await super().complete(prompt)


def test_what_needs_no_answer_is_done_for_the_first_answers_and_for_no_others():
    assert len(ask([], size=2, at_once=3, model=Unhurried([], faithful))[2].prepared) == 6
    assert ask([], memory=kept_for(*TRUTH.values()))[2].prepared == []


def test_nothing_is_prepared_for_what_is_answered_by_then():
    assert len(ask([], size=8, at_once=1)[2].prepared) < 8


def test_nothing_is_prepared_for_answers_that_come_after_others_of_the_run():
    first, second = Echo(), Echo()

    async def run():
        dispatcher = Dispatcher(Unhurried([], faithful), at_once=3, sleep=no_sleep)
        limits = Limits(items=8, tokens=10_000, at_once=3)
        for question in (first, second):
            await BatchQuery(
                question, dispatcher.beside(), limits=lambda: limits, count=lambda item: 10, repairs=2
            ).run(ITEMS)

    asyncio.run(run())
    assert (sorted(first.prepared), second.prepared) == (sorted(KEYS), [])


def test_a_run_that_asks_nobody_counts_nothing_of_what_it_leaves():
    async def run():
        dispatcher = Dispatcher(ScriptedModel(), at_once=1, sleep=no_sleep)
        dispatcher.stop(Stopped("nobody is asked"))

        def count(item: Item) -> int:
            raise AssertionError(f"{item.key} was counted")

        limits = Limits(items=8, tokens=10_000, at_once=1)
        return await BatchQuery(Echo(), dispatcher, limits=lambda: limits, count=count, repairs=2).run(ITEMS)

    assert {reply.why for reply in asyncio.run(run()).values()} == {"nobody is asked"}


def test_a_good_answer_is_kept_and_a_wrong_one_is_not():
    memory = Notes()
    ask([lambda prompt: answer(dict.fromkeys(papers_in(prompt), "Nonsense."))], memory=memory)
    assert sorted(memory.kept.values()) == sorted(TRUTH.values())


def test_a_run_that_ends_while_it_checks_has_kept_what_was_answered():
    class Ending(Echo):
        def judge(self, batch, texts):
            raise RuntimeError("the run ends here")

    memory = Notes()
    with pytest.raises(RuntimeError, match="ends here"):
        ask([], size=len(ITEMS), memory=memory, question=Ending())
    replies, model, _ = ask([], memory=memory)
    assert (texts(replies), model.prompts) == (TRUTH, [])


def test_answers_that_come_in_while_another_is_judged_are_kept_meanwhile():
    class Slow(Echo):
        def judge(self, batch, texts):
            for number, verdict in enumerate(super().judge(batch, texts)):
                if number == 1:
                    kept.append(len(memory.kept) - len(batch))
                yield verdict

    memory, kept = Notes(), []
    ask([], size=len(ITEMS) // 2, at_once=2, memory=memory, question=Slow())
    assert kept[0] > 0


class Ending(Echo):
    """Its run ends while a second call reads the answers."""

    examines = True

    async def examine(self, batch, texts):
        raise RuntimeError("the run ends here")


class Examining(Echo):
    """Notes whose answers are read by a second call, and refuses those of some."""

    examines = True

    def __init__(self, refused: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.examined: list[str] = []
        self.refused = refused

    async def examine(self, batch, texts):
        self.examined += texts
        first = [key for key in texts if key in self.refused and self.examined.count(key) == 1]
        return {key: Finding(kind="judge", detail="not borne out") for key in first}


def ended_in_its_second_reading() -> Notes:
    memory = Notes()
    with pytest.raises(RuntimeError, match="ends here"):
        ask([], size=len(ITEMS), memory=memory, question=Ending())
    assert memory.recall([cache_key("echo", item.text) for item in ITEMS]) == {}
    return memory


def test_an_answer_that_a_run_ended_before_a_second_call_examined_is_examined_by_the_next_and_not_asked_for():
    memory, question = ended_in_its_second_reading(), Examining()
    replies, model, _ = ask([], memory=memory, question=question)
    assert (texts(replies), model.prompts) == (TRUTH, [])
    assert sorted(question.examined) == sorted(KEYS)
    assert {reply.asked for reply in replies.values()} == {0}
    again = Examining()
    replies, model, _ = ask([], memory=memory, question=again)
    assert (texts(replies), model.prompts, again.examined) == (TRUTH, [], [])


def test_what_the_next_run_has_examined_and_found_wrong_is_asked_for_and_never_taken_from_what_was_kept():
    memory = ended_in_its_second_reading()
    replies, model, _ = ask([], memory=memory, question=Examining(refused=(KEYS[0],)))
    assert texts(replies) == TRUTH
    assert [len(papers_in(prompt)) for prompt in model.prompts] == [1]
    assert replies[KEYS[0]].asked == 1


def test_what_was_examined_and_found_wrong_is_kept_nowhere():
    memory = ended_in_its_second_reading()
    with pytest.raises(BackendRefused):
        ask([], memory=memory, then=lambda prompt: BackendRefused("no", status=401), question=Examining(tuple(KEYS)))
    assert memory.kept == {}


def test_a_server_that_refuses_at_once_is_an_error_and_later_a_shorter_result():
    with pytest.raises(BackendRefused):
        ask([], then=lambda prompt: BackendRefused("no key", status=401))
    replies, _, _ = ask([faithful], at_once=1, then=lambda prompt: BackendRefused("no credit", status=429))
    assert sum(reply.text is not None for reply in replies.values()) == 8
    assert all("no credit" in reply.why for reply in replies.values() if reply.text is None)
    assert set(replies) == set(KEYS)


def test_ids_are_stable_distinct_and_no_sequence():
    many = short_ids([f"arxiv:2401.{number:05}" for number in range(5000)])
    assert len(set(many.values())) == 5000
    assert short_ids(["arxiv:2401.00001"])["arxiv:2401.00001"] == many["arxiv:2401.00001"]


faults = st.lists(
    st.sampled_from(
        [
            faithful,
            drop_last,
            swap_ids,
            "garbled",
            "",
            lambda prompt: faithful(prompt)[: len(faithful(prompt)) // 2],
            lambda prompt: answer(dict.fromkeys(papers_in(prompt), "Nonsense.")),
            lambda prompt: answer({"zz99": "The fact of nobody."}),
            lambda prompt: Completion(faithful(prompt)[:50], finish="length"),
            Completion("", finish="refusal"),
            BackendBusy("busy", retry_after=0.0),
            BadAnswer("html"),
            ContextTooLong("long"),
        ]
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(faults, st.integers(1, 12), st.integers(1, 12))
def test_no_sequence_of_faults_loses_or_swaps_a_paper(script, size, at_once):
    replies, _, _ = ask(script, size=size, at_once=at_once)
    assert set(replies) == set(KEYS)
    for key, reply in replies.items():
        assert reply.text in (None, TRUTH[key])
        assert (reply.text is None) == bool(reply.why)


def test_more_papers_than_there_are_short_ids_get_longer_ones():
    keys = [f"hash:{number}" for number in range(23_200)]
    ids = short_ids(keys)
    assert len(set(ids.values())) == len(keys)
    assert {len(id) for id in ids.values()} == {4, 6}
    assert ids[keys[0]] == short_ids(keys[:1])[keys[0]]


def lies(prompt: Prompt) -> str:
    return answer(dict.fromkeys(papers_in(prompt), "A lie."))


def test_what_was_refused_is_remembered_and_asked_again_only_on_retry(caplog):
    memory = Notes()
    first, asked, _ = ask([], then=lies, memory=memory)
    assert len(asked.prompts) > 0
    again, silent, _ = ask([], then=faithful, memory=memory)
    assert silent.prompts == []
    assert {key: (reply.why, reply.asked) for key, reply in again.items()} == dict.fromkeys(KEYS, ("not a fact", 0))
    assert [reply.findings for reply in again.values()] == [reply.findings for reply in first.values()]
    assert "23 answers refused in an earlier run" in caplog.text
    retried, _, _ = ask([], memory=memory, retry=True)
    assert texts(retried) == TRUTH
    assert texts(ask([], memory=memory)[0]) == TRUTH  # what was kept since counts, and not the note


def test_another_number_of_tries_asks_again_for_what_was_refused():
    memory = Notes()
    ask([], then=lies, memory=memory)
    assert texts(ask([], memory=memory, repairs=3)[0]) == TRUTH


@pytest.mark.parametrize(
    ("play", "noted"),
    [
        (Completion("", finish="refusal"), True),
        (Completion("", finish="content_filter"), True),
        (Completion(""), False),
        (Completion("{", finish="length"), False),
        (Completion("Error: overloaded"), False),
        (Completion("", finish="tool_call"), False),
        (BackendRefused("no", status=400), False),
    ],
)
def test_what_was_no_answer_to_judge_is_asked_again_by_the_next_run(play, noted):
    memory = Notes()
    with contextlib.suppress(BackendRefused):
        ask([], then=lambda prompt: play, memory=memory)
    assert bool(memory.notes) == noted


def test_an_answer_that_was_cut_off_is_asked_again_with_twice_the_room():
    cut = Completion(answer({IDS["key-0"]: "The fact of"}), finish="length")
    replies, model, _ = ask([cut], size=1, at_once=1)
    assert texts(replies) == TRUTH
    assert [prompt.max_tokens for prompt in model.prompts].count(18) == 1


def test_of_a_cut_answer_whole_sentences_are_kept():
    text = "The fact of key-0. And then th"
    cut = Completion(answer({IDS["key-0"]: text}), finish="length")
    replies, model, _ = ask([cut], size=1, at_once=1)
    assert texts(replies) == TRUTH
    assert len(model.prompts) == len(KEYS)


def test_the_shares_of_a_prompts_items_add_up_to_its_tokens():
    completion = Completion("", prompt_tokens=100, completion_tokens=7, cached_tokens=3)
    shares = [share_of(completion, at, 8) for at in range(8)]
    whole = functools.reduce(operator.add, shares)
    assert whole == Share(100, 7, 3)
    assert {share.prompt_tokens for share in shares} == {12, 13}


def test_a_reply_has_its_share_of_every_call_it_stood_in():
    told = Completion("{}", prompt_tokens=10, completion_tokens=2)
    replies, _, _ = ask([told, told], items=ITEMS[:1], repairs=1)
    assert replies[KEYS[0]].share == Share(20, 4)


def test_what_was_refused_while_other_calls_wait_is_asked_again_in_one_prompt_with_others_and_with_its_reason():
    refused = {KEYS[at] for at in (5, 9, 13, 17)}
    refused_ids = {IDS[key] for key in refused}

    def errs_at_first(prompt: Prompt) -> str:
        said = {id: first_sentence(text) for id, text in papers_in(prompt).items()}
        known = len(question.faults) > 0
        return answer({id: "Nonsense." if id in refused_ids and not known else one for id, one in said.items()})

    question = Echo()
    replies, model, _ = ask([], then=errs_at_first, size=4, at_once=1, question=question)
    assert texts(replies) == TRUTH
    assert [len(papers_in(prompt)) for prompt in model.prompts] == [4, 4, 4, 4, 4, 3, 4]
    assert question.faults == ["not a fact"] * 4
    assert {key: reply.asked for key, reply in replies.items()} == {key: 1 + (key in refused) for key in KEYS}
