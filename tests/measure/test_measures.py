"""How the evaluations count: agreement, order, register, and answers replayed."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from evals import drafts, labelled, quality, rules
from evals.baselines import units, wordlist
from evals.drafts import Register
from evals.judge import Agreement
from evals.labelled import Case
from evals.quality import Pair, ordered, told
from evals.recorded import Recorded, request_key
from evals.said import Said
from fuhe.drafting.writing import Outcome
from fuhe.drafts import Draft, Fact
from fuhe.errors import ModelAnswerError
from fuhe.model.budget import Requests
from fuhe.prompts import Message

ASKED: tuple[Message, ...] = (("user", "问"),)


class Word(BaseModel):
    """A reply."""

    word: str


def _case(name: str) -> Case:
    return next(case for case in labelled.faulty() if case.id == name)


def test_labels_missed_and_false_alarms_are_told_apart() -> None:
    case = _case("自印口径")
    said = [Said("P004", "indicators[0].weight", "warning"), Said("V001", "indicators[1].target", "warning")]
    right, wrong = rules.compare(case, said)
    assert (right.due, right.said) == (True, True)
    assert wrong.about.startswith("误报 自印口径 V001")
    assert next(rules.compare(case, [])).about.startswith("漏报 自印口径 P004")


def test_a_hint_nobody_labelled_counts_neither_way() -> None:
    said = [Said("N013", "indicators[3].actual", "info")]
    assert [verdict.said for verdict in rules.compare(_case("自印口径"), said)] == [False]


def test_tied_pairs_are_not_right() -> None:
    form = _case("自印口径")
    pairs = [Pair(form, form, None, str(n)) for n in range(4)]
    scores = iter([(2.0, 1.0), (2.0, 1.0), (1.0, 1.0), (1.0, 2.0)])
    found = ordered(told(pairs, lambda _: next(scores)))
    assert (found.accuracy, found.tau) == (0.5, 0.25)


def test_pairs_cover_every_dimension_with_reasons() -> None:
    pairs = quality.pairs()
    assert len(pairs) >= 60
    assert len({pair.dimension for pair in pairs}) == 7
    assert all(len(pair.why) >= 4 and pair.better.form != pair.worse.form for pair in pairs)


def test_kappa_is_nothing_when_one_answer_fits_all() -> None:
    always = Agreement(both_usable=10, both_not=0, too_lenient=10, too_strict=0, unscored=2)
    assert (always.share, always.kappa, always.scored) == (0.5, 0.0, 20)
    assert Agreement(5, 5, 0, 0, 0).kappa == 1


def _registered(text: str, **facts: str) -> dict[str, int]:
    known = {name: Fact(value=value, cells=()) for name, value in facts.items()}
    draft = Draft(kind="reason", field="indicators[0].reason", text=text, facts=known)
    context = type("Context", (), {"output": Outcome([draft]), "inputs": None})
    return Register().evaluate(context)  # type: ignore[arg-type]


def test_register_sees_stock_words_padding_and_length() -> None:
    assert _registered("切实做好名单核对。")["套话"] == 1
    assert _registered("逐户核对未完成名单，逐户核对未完成名单。")["重复凑字"] == 1
    assert _registered("核" * 201)["超长"] == 1
    clean = _registered("逐户核对名单，留存照片。")
    assert (clean["套话"], clean["重复凑字"], clean["超长"]) == (0, 0, 0)


def test_quoted_stock_words_are_the_forms_own() -> None:
    assert _registered("表内写“切实加强管理”。")["套话"] == 0
    assert _registered("原因：切实加强管理。", 表内原因="切实加强管理")["套话"] == 0


def _recorded(tmp_path: Path, **entry: object) -> Recorded:
    path = tmp_path / "m.jsonl"
    costs = {"rung": "plain", "tries": 1, "tokens_in": 1, "tokens_out": 1, "ms": 1}
    path.write_text(json.dumps({"key": request_key(ASKED, "Word", 1), **costs, **entry}), "utf-8")
    return Recorded(path)


def test_recorded_answer_is_replayed_within_its_budget(tmp_path: Path) -> None:
    requests = Requests()
    reply = _recorded(tmp_path, value={"word": "答"}).ask(ASKED, Word, requests=requests)
    assert (reply.value.word, reply.model, requests.used) == ("答", "m", 1)


def test_failure_is_replayed_as_a_failure(tmp_path: Path) -> None:
    model = _recorded(tmp_path, fault="没有给出可用的回复")
    with pytest.raises(ModelAnswerError, match="没有给出"):
        model.ask(ASKED, Word)
    assert model.missing == 0


def test_question_never_asked_is_missing(tmp_path: Path) -> None:
    model = _recorded(tmp_path, value={"word": "答"})
    with pytest.raises(ModelAnswerError, match="没有录下"):
        model.ask((("user", "另问"),), Word)
    model.take = 2
    with pytest.raises(ModelAnswerError, match="没有录下"):
        model.ask(ASKED, Word)
    assert model.missing == 2


def test_answers_nobody_asks_for_are_pruned(tmp_path: Path) -> None:
    model = _recorded(tmp_path, value={"word": "答"})
    model.prune()
    assert model.path.read_text("utf-8") == ""


def test_units_checks_see_sums_and_blank_reasons_only() -> None:
    said = {(found.code, found.field) for found in units.check(_case("校园安保"))}
    assert ("A002", "total_score") in said
    assert not {code for code, _ in said} & {"V001", "N008", "S001"}  # 填了“完成”就过得去


def test_word_list_finds_words_not_figures() -> None:
    codes = {found.code for found in wordlist.check(_case("村道硬化"))}
    assert "S003" not in codes
    assert {"V001", "N001"} <= {found.code for found in wordlist.check(_case("路灯维护"))}


def test_forms_asked_of_a_model_are_known() -> None:
    assert all(drafts.cases(kind) for kind in drafts.KINDS)
    assert set(drafts.REPEATED) <= set(drafts.ASKED["reason"])
