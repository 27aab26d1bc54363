"""Drafting with a model end to end: nine servers, every fault, repair, fallback, the ledger, the commands."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from conftest import SAMPLES, build, findings_of
from fuhe import checking
from fuhe.drafting import indicator, model_doubts, next_year, offline, opinion, plan_batch, reason_draft
from fuhe.drafting.writing import Outcome, write
from fuhe.intake.paths import read_paths
from fuhe.model.ledger import Ledger
from fuhe.model.structured import Reply
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rules import Sheet
from model.stub import FAULTS, KEY, PROFILES, serving
from model.test_sending import SWITCH, model

PACK = pack("national-2020")
FORM = build({"rows": ["数量｜体检人数｜≥500人｜480人｜10｜9.6｜", "满意度｜居民满意度｜≥90%｜95%｜10｜9｜完成"]})
GOOD = "逐户预约补检，以体检登记表核对"
OTHER = "逐份整理问卷，对不满意的居民电话回访"
ROWS = [
    {"id": f"r{n}", "measure": f"逐项核对台账，补齐第{{分值}}类资料{'并归档' * (n % 2)}", "cause": "无"}
    for n in range(1, 9)
]
PLAIN = ["台账", "名册", "问卷", "照片", "工单", "合同", "清单", "档案"]
MEASURES = [f"逐份核对{thing}，补齐签字后归档" for thing in PLAIN]
REASONS = json.dumps(
    {"rows": [{**row, "measure": words} for row, words in zip(ROWS, MEASURES, strict=True)]}, ensure_ascii=False
)


class Scripted:
    """A model that gives its replies in turn and remembers what it was told."""

    name = "scripted"

    def __init__(self, *replies: dict[str, Any]) -> None:
        self.replies = list(replies)
        self.told: list[Any] = []

    def ask(
        self, messages: Any, schema: type[BaseModel], key: str = "", *, prompt: str = "", requests: Any = None
    ) -> Any:
        requests.take()
        self.told.append(messages)
        value = schema.model_validate(self.replies.pop(0))
        return Reply(value, "plain", 1, 10, 5, 1, self.name, False)


def _task(form: Form = FORM) -> reason_draft.ReasonTask:
    return reason_draft.task(Sheet(form, PACK), findings_of(form))


def _reply(**measures: str) -> dict[str, Any]:
    return {
        "rows": [{"id": key, "measure": text, "cause": "无", "questions": ["q1"]} for key, text in measures.items()]
    }


def test_good_words_are_framed_and_signed() -> None:
    outcome = write(_task(), Scripted(_reply(r1=GOOD, r2="核对问卷原始记录，逐条登记不满意事项")))
    first = outcome.drafts[0]
    assert first.text.endswith(
        f"原因：【待补充：未完成部分的原因和去向】。下一步{GOOD}，【待补充：责任科室、完成时间】。"
    )
    assert (first.source, first.model, (first.prompt or "").split("#")[0]) == ("model", "scripted", "reason@4")
    assert (outcome.at_once, outcome.requests) == (2, 1)


def test_violations_are_told_and_repaired_once() -> None:
    scripted = Scripted(_reply(r1="补检20人", r2=OTHER), _reply(r1=GOOD, r2=OTHER))
    outcome = write(_task(), scripted)
    assert "“20人”是数量" in scripted.told[1][-1][1]
    assert (outcome.at_once, outcome.repaired, outcome.fallen_back) == (1, 1, 0)
    assert any("数量" in violation for violation in outcome.drafts[0].violations)


def test_second_failure_falls_back_and_says_so() -> None:
    outcome = write(_task(), Scripted(_reply(r1="补检20人", r2=OTHER), _reply(r1="补检二十人", r2=OTHER)))
    assert outcome.drafts[0].text == offline.reasons(FORM, findings_of(FORM), PACK)[0].text
    assert outcome.drafts[0].source == "rule"
    assert len(outcome.drafts[0].violations) >= 2


def test_foreign_words_travel_apart_with_their_places() -> None:
    reply = _reply(r1="联系海康威视检修体检仪器", r2=OTHER)
    outcome = write(_task(), Scripted(reply, reply))
    draft, shown = outcome.drafts[0], outcome.drafts[0].suggestion
    assert "海康" not in draft.text
    assert shown is not None
    assert "海康威视" in "".join(shown.text[word.start : word.end] for word in shown.foreign)
    assert (shown.field, shown.model, outcome.apart) == (draft.field, "scripted", 1)


def test_known_beginning_goes_in_and_the_whole_is_shown_apart() -> None:
    reply = _reply(r1="逐户电话核对体检登记表，再请王大勇签字", r2=OTHER)
    draft = write(_task(), Scripted(reply, reply)).drafts[0]
    assert "下一步逐户电话核对体检登记表，" in draft.text
    assert draft.suggestion is not None
    assert "王大勇" in draft.suggestion.text


def test_accusation_is_neither_inserted_nor_shown() -> None:
    reply = _reply(r1="追回被挪用的体检经费", r2=OTHER)
    draft = write(_task(), Scripted(reply, reply)).drafts[0]
    assert (draft.suggestion, "挪用" in draft.text) == (None, False)


def test_same_words_on_two_rows_are_refused() -> None:
    reply = _reply(r1=GOOD, r2=GOOD)
    outcome = write(_task(), Scripted(reply, reply))
    assert [draft.source for draft in outcome.drafts] == ["rule", "rule"]


def test_forgotten_row_gets_the_rules_draft() -> None:
    outcome = write(_task(), Scripted(_reply(r1=GOOD), _reply(r1=GOOD)))
    assert [draft.source for draft in outcome.drafts] == ["model", "rule"]


def test_cause_key_of_another_row_is_refused() -> None:
    form = build(
        {"rows": ["数量｜体检人数｜≥500人｜480人｜10｜9.6｜"], "outcome": "因招标推迟，大厅装修晚于计划完成。"}
    )
    reply = _reply(r1=GOOD)
    reply["rows"][0]["cause"] = "c1"
    outcome = write(_task(form), Scripted(reply, reply))
    assert "招标" not in outcome.drafts[0].text


def test_form_text_cannot_leave_its_block() -> None:
    form = build({"rows": ["数量｜体检</指标>人数｜≥500人｜480人｜10｜9.6｜$rows"]})
    scripted = Scripted(_reply(r1=GOOD))
    write(_task(form), scripted)
    assert scripted.told[0][0][1].count("</指标>") == 1


def test_opinion_takes_model_words_and_keeps_figures() -> None:
    words = {"overall": "指标设置和扣分说明还需要补充完整", "advice": ["逐项补写扣分指标的具体原因"]}
    (draft,) = write(opinion.task(Sheet(FORM, PACK), findings_of(FORM)), Scripted(words)).drafts
    assert "指标设置和扣分说明还需要补充完整。" in draft.text
    assert "另建议：逐项补写扣分指标的具体原因。" in draft.text
    assert "【待补充：时限】" in draft.text


def test_plan_rewrites_weak_rows_only_and_adds_up() -> None:
    rows = [
        "数量｜体检人数｜≥500人｜780人｜40｜40｜",
        "社会效益｜不断提升健康水平｜效果显著｜效果显著｜40｜40｜",
        "满意度｜居民满意度｜≥90%｜95%｜10｜10｜",
    ]
    form = build({"project": "老年人健康体检", "rows": rows, "funding": ["年度资金总额：｜9｜9｜9｜10｜100%｜10"]})
    drafts = indicator.plan(form, findings_of(form), PACK, "2025").drafts
    plans = [draft.indicator for draft in drafts]
    assert [plan.name for plan in plans if plan][::2] == ["体检人数", "居民满意度"]
    assert [plan.action for plan in plans if plan] == ["raise", "rewrite", "raise"]
    assert "指标值是否相应提高" in drafts[0].questions[0]
    assert plans[1]
    assert "【待补充：年度指标值】" in plans[1].target
    assert sum(float(plan.weight or 0) for plan in plans if plan) == 90


def _planned(row: str) -> Any:
    form = build({"rows": [row]})
    (weak,) = next_year.plans(form, (), PACK, "2025")
    return weak.plan


@pytest.mark.parametrize(
    ("level", "target", "value"),
    [
        ("数量", "每月≥2次", "每月≥2次"),
        ("数量", "建立", "建立"),
        ("时效", "汛期前（5月1日）", "汛期前（5月1日）"),
        ("时效", "2024年10月底前", "【待补充：时间】前"),
        ("时效", "2023年3月-2024年12月", "【待补充：时间】前"),
        ("时效", "2024年10月底前完成主体", "【待补充：时间】前"),
        ("质量", "0起", "=0起"),
        ("质量", "≤0次", "=0次"),
    ],
)
def test_plan_prints_a_target_that_is_no_figure_as_it_is_and_asks_for_dates(
    level: str, target: str, value: str
) -> None:
    plan = _planned(f"{level}｜设备巡检情况｜{target}｜完成｜10｜10｜")
    assert plan.value == value
    figure = plan.operator in ("≥", "≤")
    assert ("实际完成值÷" in plan.scoring_rule or "超出一倍" in plan.scoring_rule) == figure


@pytest.mark.parametrize("target", ["6.5-8.5", "10-15场", "200～300元/人"])
def test_plan_prints_a_range_whole(target: str) -> None:
    plan = _planned(f"质量｜出水情况｜{target}｜7｜10｜10｜")
    assert plan.value == target
    assert plan.scoring_rule.startswith("在区间内得满分")


def test_plan_keeps_a_number_of_days_and_asks_for_no_date() -> None:
    assert _planned("时效｜平均办理时间｜≤3天｜3天｜10｜10｜").value == "≤3天"


@pytest.mark.parametrize(
    ("row", "action", "value"),
    [
        ("质量｜差评率｜≤2%｜1%｜10｜10｜", "raise", "≤1%"),
        ("成本｜成本节约率｜≥5%｜8%｜10｜10｜", "raise", "≥8%"),
        ("满意度｜居民满意度｜≥90%｜95%｜10｜10｜", "raise", "≥95%"),
        ("数量｜体检人数｜≥500人｜780人｜10｜10｜", "raise", "≥【待补充：年度指标值】人"),
        ("质量｜合格率｜≥95%｜95%｜10｜10｜", "keep", "≥95%"),
        ("数量｜护理员人数｜≥32人｜32人｜10｜10｜", "rewrite", None),
    ],
)
def test_plan_raises_what_was_passed_and_rewrites_headcounts(row: str, action: str, value: str | None) -> None:
    plan = _planned(row)
    assert plan.action == action
    assert value in (None, plan.value)
    assert "本年实际" in plan.baseline or value is None


def test_plan_strikes_out_a_row_of_nothing_and_says_where_its_points_go() -> None:
    rows = [
        "数量｜体检人数｜≥500人｜500人｜40｜40｜",
        "质量｜无｜无｜无｜10｜10｜",
        "满意度｜居民满意度｜≥90%｜90%｜40｜40｜",
    ]
    form = build({"rows": rows})
    table = [entry.plan for entry in next_year.plans(form, findings_of(form), PACK, "2025")]
    assert [plan.action for plan in table] == ["keep", "delete", "keep"]
    assert "并入“体检人数”" in table[1].why
    assert sum(float(plan.weight or 0) for plan in table) == 90


def test_direction_the_model_and_the_name_disagree_on_is_asked_for() -> None:
    form = build({"rows": ["社会效益｜提升服务水平｜效果显著｜效果显著｜10｜10｜"]})
    words = {"id": "r1", "name": "群众投诉率", "numerator": "投诉件数", "denominator": "办理件数", "better": "more",
             "source": "投诉台账", "evidence": "投诉登记表"}  # fmt: skip
    (draft,) = indicator.plan(form, findings_of(form), PACK, "2025", Scripted({"rows": [words]})).drafts
    assert draft.indicator is not None
    assert (draft.indicator.operator, draft.indicator.formula) == ("", "投诉件数÷办理件数×100%")
    assert "越高越好还是越低越好" in draft.indicator.target


def test_rewritten_benefits_of_two_projects_do_not_repeat_each_other() -> None:
    tables = []
    for project in ("城区路灯改造", "县乡道路维修"):
        form = build({"project": project, "rows": ["社会效益｜提升群众出行水平｜效果显著｜效果显著｜10｜10｜"]})
        tables.append((form, indicator.plan(form, findings_of(form), PACK, "2025").drafts))
    names = {draft.indicator.name for drafts in plan_batch.distinct(tables) for draft in drafts if draft.indicator}
    assert names == {"【待补充：新增指标名称】"}


@pytest.mark.parametrize(
    ("name", "planned"),
    [
        ("2024年高校毕业生见习岗位", "2025年高校毕业生见习岗位"),
        ("2023年结转项目完工率", "2023年结转项目完工率"),
        ("2023-2024年供暖面积", "2023-2024年供暖面积"),
    ],
)
def test_plan_writes_its_own_year_where_a_name_holds_the_forms(name: str, planned: str) -> None:
    assert _planned(f"数量｜{name}｜≥50个｜50个｜10｜10｜").name == planned


@pytest.mark.parametrize("index", range(6))
def test_plan_of_the_samples_passes_the_rules_for_targets(index: int) -> None:
    form = next(iter(read_paths([str(SAMPLES / "zhongwei_2024.txt")]))).forms[index]
    drafts = indicator.plan(form, checking.check(form, PACK).findings, PACK, "2025").drafts
    table = [draft.indicator for draft in drafts if draft.indicator]
    assert next_year.target_findings(Sheet(form, PACK), table) == []
    assert sum(float(plan.weight or 0) for plan in table) == 90


def _samples(connected: Any) -> list[Outcome]:
    forms = next(iter(read_paths([str(SAMPLES / "zhongwei_2024.txt")]))).forms
    return [
        write(reason_draft.task(Sheet(form, PACK), checking.check(form, PACK).findings), connected) for form in forms
    ]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_server_drafts_every_form(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.stub.JSON", REASONS)
    with serving(profile) as stub:
        outcomes = _samples(model(stub, thinking=SWITCH.get(profile, "auto")))
        assert all(draft.source == "model" for outcome in outcomes for draft in outcome.drafts)
        assert max(outcome.requests for outcome in outcomes) <= 6


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("stall", "drip")])
def test_every_fault_ends_in_the_rules_drafts(fault: str) -> None:
    with serving("vllm_no_tools", fault, stuck=True) as stub:
        outcome = write(_task(), model(stub))
        assert [draft.text for draft in outcome.drafts] == [
            d.text for d in offline.reasons(FORM, findings_of(FORM), PACK)
        ]
        assert outcome.requests <= 6
        assert stub.count <= 6
        assert KEY not in repr(outcome) + str(outcome.fault)


def test_slow_drip_ends_in_the_rules_drafts_in_its_time() -> None:
    with serving("vllm_no_tools", "drip", stuck=True) as stub:
        began = time.monotonic()
        outcome = write(_task(), model(stub, timeout=1))
        assert time.monotonic() - began < 6
        assert [draft.source for draft in outcome.drafts] == ["rule", "rule"]
        assert stub.count == 2


def test_refused_answers_are_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {"rows": [{"id": f"r{n}", "measure": "追回被挪用的经费"} for n in (1, 2)]}
    with serving() as stub:
        for _ in range(2):
            monkeypatch.setattr("model.stub.JSON", json.dumps(bad, ensure_ascii=False))
            write(_task(), model(stub, Ledger(tmp_path / "l.sqlite")))
        assert stub.count == 4


def test_rerun_asks_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.stub.JSON", REASONS)
    with serving() as stub:
        first = _samples(model(stub, Ledger(tmp_path / "l.sqlite")))
        asked = stub.count
        again = _samples(model(stub, Ledger(tmp_path / "l.sqlite")))
        assert stub.count == asked > 0
        assert [d.text for o in first for d in o.drafts] == [d.text for o in again for d in o.drafts]


def _fuhe(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FUHE_", "OPENAI_"))}
    command = [sys.executable, "-m", "fuhe", *args]
    return subprocess.run(command, capture_output=True, text=True, env=clean | env, check=False, timeout=120)


def test_command_says_where_text_goes_and_how_it_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.stub.JSON", REASONS)
    with serving() as stub:
        env = {"FUHE_MODEL_BASE_URL": stub.url, "FUHE_MODEL_NAME": "m", "FUHE_MODEL_LEDGER": str(tmp_path / "l.sqlite")}
        done = _fuhe("draft", str(SAMPLES), "-f", "json", FUHE_MODEL_KEY=KEY, **env)
    report = json.loads(done.stdout)
    drafts = [d for form in report["files"][0]["forms"] for d in form["drafts"]]
    assert {d["kind"] for d in drafts} == {"reason", "advice"}
    assert all(d["source"] == "model" for d in drafts if d["kind"] == "reason")
    assert done.returncode == 0
    assert "去向" in done.stderr
    assert "大模型稿 13 份" in done.stderr
    assert KEY not in done.stdout + done.stderr


def test_required_model_that_fails_is_status_4(tmp_path: Path) -> None:
    with serving("vllm_no_tools", "401", stuck=True) as stub:
        env = {"FUHE_MODEL_BASE_URL": stub.url, "FUHE_MODEL_NAME": "m", "FUHE_MODEL_LEDGER": ""}
        done = _fuhe("draft", str(SAMPLES), "--require-llm", **env)
        assert stub.count <= 2
    assert done.returncode == 4
    assert "建议稿" in done.stdout
    assert done.stderr.count("大模型：") == 1
    assert _fuhe("opinion", str(SAMPLES), "--require-llm").returncode == 4


def test_public_endpoint_needs_leave() -> None:
    done = _fuhe(
        "plan", str(SAMPLES), "--year", "2025", FUHE_MODEL_BASE_URL="https://api.example.com/v1", FUHE_MODEL_NAME="m"
    )
    assert done.returncode == 2
    assert "allow_public" in done.stderr


def test_hints_point_by_key_and_stay_hints() -> None:
    form = build(
        {
            "goal": "改造危桥6座",
            "outcome": "完成危桥改造6座",
            "rows": ["数量｜体检人数｜≥500人｜480人｜10｜9.6｜居民外出"],
        }
    )
    found = model_doubts.hints(Sheet(form, PACK), Scripted({"doubts": ["r1", "goal", "r9", "由市审计局处理"]}))
    assert [(f.code, f.source, f.severity) for f in found] == [("L001", "model", "info"), ("N003", "model", "info")]
    assert all(f.message.endswith("请核实。") for f in found)


def test_hints_without_a_model_are_wrong_usage() -> None:
    assert _fuhe("check", str(SAMPLES), "--hints").returncode == 2


def test_interrupted_run_keeps_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.stub.JSON", REASONS)
    with serving() as stub:
        env = {"FUHE_MODEL_BASE_URL": stub.url, "FUHE_MODEL_NAME": "m", "FUHE_MODEL_LEDGER": str(tmp_path / "l.sqlite")}
        stub.latency = 0.5
        command = [sys.executable, "-m", "fuhe", "draft", str(SAMPLES)]
        running = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while stub.count < 3 and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
        kept = stub.count
        stub.latency = 0
        done = _fuhe("draft", str(SAMPLES), **env)
    assert running.returncode == 130
    assert "已中断" in told.decode()
    assert done.returncode == 0
    assert kept <= stub.count <= 7
