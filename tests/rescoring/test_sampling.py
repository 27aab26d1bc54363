"""抽样清单: by money, by risk and by lots anyone can draw again; every figure has its source."""

import hashlib
import io
from decimal import Decimal

import openpyxl

from conftest import build, findings_of
from fuhe.follow_up import Candidate
from fuhe.outputs.excel.sample_book import how_drawn, to_sample_book
from fuhe.policy import pack
from fuhe.rescoring.proposing import money_of
from fuhe.rescoring.sampling import candidate, draw, lot_of
from worksheet_desk import LINE


def _candidates(count: int = 12, seed: str = "2025") -> list[Candidate]:
    return [
        Candidate(
            file=f"{number}.docx", form="1", project=f"项目{number}", department="县局", unit="县局", budget=Decimal(number * 10),
            risk=number % 5 * 3, errors=number % 5, warnings=0, lot=lot_of(seed, f"项目{number}", "县局"),
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def test_a_third_each_and_nobody_twice() -> None:
    sample = draw(_candidates(), 6, "2025")
    assert [pick.by for pick in sample.picks] == ["金额", "金额", "风险", "风险", "随机", "随机"]
    assert len({pick.candidate.project for pick in sample.picks}) == 6


def test_the_reason_says_why() -> None:
    first, _, risky, *_, last = draw(_candidates(), 6, "2025").picks
    assert first.reason == "全年预算数120万元，列第1位"
    assert risky.reason == "风险分12（错误4处×3＋警告0处×1），在其余项目中列第1位"
    assert last.candidate.lot in last.reason


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    one, other = draw(_candidates(), 6, "2025"), draw(_candidates()[::-1], 6, "2025")
    assert [pick.candidate.project for pick in one.picks] == [pick.candidate.project for pick in other.picks]
    lots = {seed: [pick.candidate.project for pick in draw(_candidates(60, seed), 30, seed).picks] for seed in "123"}
    assert len({tuple(names) for names in lots.values()}) > 1


def test_a_lot_can_be_worked_out_by_anyone() -> None:
    assert lot_of("2025", "县道 改造", "公路中心") == hashlib.sha256("2025|县道改造|公路中心".encode()).hexdigest()[:12]


def test_more_than_there_are_takes_all() -> None:
    assert len(draw(_candidates(2), 9, "1").picks) == 2


def test_money_and_risk_are_those_of_the_form() -> None:
    form = build(
        {"rows": ["数量｜供养人数｜≥500人｜400人｜10｜10"], "funding": ["年度资金总额：｜100｜80｜80｜10｜100%｜10"]}
    )
    findings = findings_of(form)
    one = candidate("表.txt", form, findings, money_of(form, pack("national-2020")), "1")
    levels = [finding.severity for finding in findings]
    errors, warnings = levels.count("error"), levels.count("warning")
    assert (one.budget, one.errors, one.risk) == (Decimal(80), errors, errors * 3 + warnings)


def test_money_in_yuan_is_counted_in_ten_thousands() -> None:
    form = build(
        {
            "rows": ["数量｜里程｜≥5公里｜5公里｜10｜10"],
            "funding": ["年度资金总额：｜｜1200000元｜1200000元｜10｜100%｜10"],
        }
    )
    assert money_of(form, pack("national-2020")) == 120


def test_the_book_tells_the_draw_and_everybody_in_it() -> None:
    sample = draw(_candidates(), 6, "2025")
    book = openpyxl.load_workbook(io.BytesIO(to_sample_book(sample, LINE)))
    picked, everybody = book["抽样清单"], book["全部项目"]
    assert picked["A2"].value == how_drawn(sample)
    assert "随机种子 2025" in how_drawn(sample)
    assert [picked[f"B{line}"].value for line in range(4, 10)] == [pick.candidate.project for pick in sample.picks]
    assert picked["E10"].value == "=SUM(E4:E9)"
    assert everybody["G4"].value == "=E4*3+F4"
    assert sum(bool(everybody[f"I{line}"].value) for line in range(4, 16)) == 6
