"""Printed values: operators, numbers, units, phrases, dates, in the variants people type."""

from decimal import Decimal

import pytest

from fuhe.readings.value import amount, factor_of, in_unit, parse, same_measure


@pytest.mark.parametrize(
    ("printed", "operator", "number", "unit"),
    [
        ("≥20 人", "≥", "20", "人"),
        (">=21933人", "≥", "21933", "人"),
        ("≧735人次", "≥", "735", "人次"),
        ("＞＝９５％", "≥", "95", "%"),
        ("不少于12 种", "≥", "12", "种"),
        ("90%以上", "≥", "90", "%"),
        ("达到90%以上", "≥", "90", "%"),
        ("100万元以内", "≤", "100", "万元"),
        ("不超过 3 起", "≤", "3", "起"),
        ("小于5次", "<", "5", "次"),
        ("＝100%", "=", "100", "%"),
        ("≥100百分比", "≥", "100", "%"),
        ("1,234.50", None, "1234.50", None),
        ("已完成12公里", None, "12", "公里"),
        (">=530元/人*月", "≥", "530", "元/人·月"),
        ("五次", None, "5", "次"),
        ("百分之九十五", None, "95", "%"),
        ("0起", None, "0", "起"),
    ],
)
def test_number_with_operator_and_unit(printed: str, operator: str | None, number: str, unit: str | None) -> None:
    value = parse(printed)
    assert (value.kind, value.operator, value.number, value.unit) == ("number", operator, Decimal(number), unit)


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("2024 年度", (2024, 0, 0)),
        ("2024年12月31日前", (2024, 12, 31)),
        ("9月前", (0, 9, 0)),
        ("12月底前", (0, 12, 0)),
        ("2024.12.31", (2024, 12, 31)),
        ("2021年1月-12月", (2021, 12, 0)),
        ("2021年12月完成", (2021, 12, 0)),
    ],
)
def test_dates_and_periods(printed: str, date: tuple[int, int, int]) -> None:
    assert (parse(printed).kind, parse(printed).date) == ("date", date)


@pytest.mark.parametrize("printed", ["30天", "12个月", "3年", "24小时内"])
def test_durations_are_numbers_not_dates(printed: str) -> None:
    assert parse(printed).kind == "number"


@pytest.mark.parametrize(
    ("printed", "kind"),
    [("效果显著", "phrase"), ("接通率95%,办结率98%", "mixed"), ("—", "blank"), (None, "blank"), ("5-10个", "range")],
)
def test_what_is_no_single_figure(printed: str | None, kind: str) -> None:
    assert parse(printed).kind == kind


def test_printed_precision_is_kept() -> None:
    assert (parse("84.630").decimals, parse("84.630").raw) == (3, "84.630")


def test_money_converts_between_units() -> None:
    assert in_unit(parse("4800万元"), parse("≤0.5亿元")) == Decimal("0.48")


@pytest.mark.parametrize(("left", "right", "same"), [("人", "个", False), ("%", None, True), ("元", "万元", True)])
def test_which_units_measure_the_same(left: str, right: str | None, same: bool) -> None:
    assert same_measure(left, right) is same


def test_points_are_amounts_without_operator() -> None:
    assert amount("≥10") is None
    assert amount("10分") is not None
    found = amount("2030.4")
    assert found
    assert found.number == Decimal("2030.4")


@pytest.mark.parametrize(
    ("name", "measure", "factor"), [("万元", "钱", 10000), ("公顷", "面积", 10000), ("‰", "比例", Decimal("0.1"))]
)
def test_units_that_convert(name: str, measure: str, factor: int | Decimal) -> None:
    assert factor_of(name) == (measure, Decimal(factor))


def test_units_nobody_listed_do_not_convert() -> None:
    assert factor_of("车") is None
    assert factor_of(None) is None
