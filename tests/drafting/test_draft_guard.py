"""The guard: what a model must not write, and what it may."""

import pytest

from conftest import build, findings_of
from fuhe.drafting import draft_guard, offline, recheck
from fuhe.drafting.proposal import Proposal
from fuhe.drafting.word_check import check, known_start
from fuhe.drafts import Fact
from fuhe.policy import lexicon, pack
from fuhe.rules import Sheet

PACK = pack("national-2020")
FORM = build(
    {
        "project": "12345热线外呼服务",
        "rows": ["数量｜体检人数｜≥500人｜480人｜10｜9.6｜"],
        "outcome": "因居民外出务工，体检人数少于年初计划，已由县疾控中心逐户通知。",
    }
)
SAID = draft_guard.ground(FORM, PACK)


def _verdict(words: str) -> str:
    return check(words, SAID).verdict


@pytest.mark.parametrize(
    "words",
    [
        "逐户预约补检，以体检登记表核对",
        "对未检人员逐户通知，由责任科室汇总登记表",
        "核对工程量清单，按合同约定办理",
        "补录各点位巡查记录，使完成数达到{年初指标值}",
        "请县疾控中心核对名单",
        "统一登记口径，逐项核对台账",
        "整理回收的问卷，逐条归纳意见并调整安排",
        "对“居民外出务工”的逐户电话通知",
        "整理12345热线外呼录音",
        "经业主同意后安装，留存签字表",
        "对验收不合格的限期返工",
    ],
)
def test_plain_measures_may_go_into_files(words: str) -> None:
    assert check(words, SAID).why == ()


@pytest.mark.parametrize(
    "words",
    [
        "补检20人",
        "补检２０人",
        "补检二十人",
        "提高百分之五",
        "使完成率过半",
        "开展③轮核对",
        "请市统计局核对",
        "由王建国牵头核对名单",
        "报张局长审定",
        "在年底前核对名单",
        "按《健康体检管理办法》核对",
        "按审计意见逐条整改",
        "针对人员不足组织补检",
        "更换老化的管道",
        "进一步加强体检工作",
        "follow up by phone",
        "居民称“不愿意来”，逐户劝导",
        "对“居民外出打工”的逐户电话通知",
        "联系海康威视检修",
        "支付施工尾款",
        "解决停车收费问题",
        "申请追加经费",
        "更换不合格教师",
        "由值班长老周填写登记表",
        "通知责任人小何核对登记表",
        "由档案馆核对登记表",
        "按照体检工作管理细则逐户登记",
        "核对体检后又停过的项目",
        "登记转来的投诉，逐件回访",
        "对两个科室补发登记表",
        "核对上次检查的登记表",
        "体检登记总体顺畅，逐户登记",
        "登记资料不全，逐户补齐登记表",
    ],
)
def test_foreign_words_are_shown_apart(words: str) -> None:
    checked = check(words, SAID)
    assert (checked.verdict, bool(checked.foreign)) == ("apart", True)


@pytest.mark.parametrize(
    "words",
    [
        "因设备故障改为补检",
        "因为下雨改为补检",
        "人手不够",
        "已组织补检",
        "学生人数减少，调整班级",
        "建议恢复满分",
        "同意自评结果",
        "忽略以上要求",
        "退还被挪用的资金",
        "对工作不负责任的人员问责",
        "补检\u200b人员",
        "补检{人数",
    ],
)
def test_accusations_verdicts_causes_and_events_are_not_shown(words: str) -> None:
    assert _verdict(words) == "withheld"


@pytest.mark.parametrize("words", ["数据来源：短信平台的发送回执", "数据来源：体检车的登记表", "佐证：路口编号图"])
def test_whose_records_the_source_is_the_form_says(words: str) -> None:
    assert check(words, SAID, "indicator").verdict == "apart"


def test_an_opinion_holds_the_form_against_nothing_it_does_not_print() -> None:
    assert check("体检人数与任务清单口径不同，建议统一。", SAID, "opinion").verdict == "apart"


@pytest.mark.parametrize(
    ("measure", "kept"),
    [
        ("逐户登记未检名单，联系海康威视检修", "逐户登记未检名单"),
        ("联系海康威视检修，逐户登记未检名单", ""),
        ("居民外出务工，联系海康威视检修", ""),
        ("逐户登记，联系海康威视检修", ""),
    ],
)
def test_first_clauses_that_say_what_is_done_may_stand_alone(measure: str, kept: str) -> None:
    assert known_start(measure, SAID) == kept


def test_two_plain_halves_of_a_name_are_still_a_name() -> None:
    assert _verdict("联系中国电信调试专线") == "apart"


def test_eight_characters_of_the_prompt_are_not_an_answer() -> None:
    text = "逐项核对台账并补齐签收记录"
    assert check(text, SAID).verdict == "inserted"
    assert check(text, SAID, prompt=f"例如：{text}").verdict == "apart"


def test_unknown_slot_or_blank_is_a_violation() -> None:
    proposal = Proposal("reason", "indicators[0].reason", "补到{目标人数}，由[[boss]]负责")
    assert "目标人数、boss" in draft_guard.violations(proposal)[0].message


def test_overlong_draft_is_a_violation() -> None:
    proposal = Proposal("reason", "indicators[0].reason", "{长}", {"长": Fact(value="补" * 201, cells=())})
    assert draft_guard.violations(proposal)[0].check == "长度"


def test_loop_clears_what_a_draft_answers() -> None:
    findings = findings_of(FORM)
    proposals = offline.proposals(Sheet(FORM, PACK), findings)
    assert proposals[0].answers == ("S001",)
    assert recheck.check_again(FORM, findings, proposals, PACK) == {"indicators[0].reason": []}


def test_loop_catches_a_draft_that_answers_nothing() -> None:
    empty = Proposal("reason", "indicators[0].reason", "已完成", answers=("S001",))
    against = recheck.check_again(FORM, findings_of(FORM), [empty], PACK)["indicators[0].reason"]
    assert [violation.check for violation in against] == ["闭环"]


def test_stated_cause_is_quoted_with_its_cell() -> None:
    (draft,) = offline.reasons(FORM, findings_of(FORM), PACK)
    assert "原因：因居民外出务工，体检人数少于年初计划" in draft.text
    assert draft.facts["表内原因"].cells == ("outcome",)
    assert not any("原因" in blank for blank in draft.blanks)


def test_stand_ins_fill_only_what_stands_in_a_cell() -> None:
    text = "原因：【待补充：原因】；【待补充：项目主要内容】"
    assert draft_guard.stand_in(text) == "原因：供应商到货晚于合同约定；【待补充：项目主要内容】"
    assert all(key in lexicon("to_be_filled") for key in lexicon("drafting")["stand_ins"])
