"""Numbers print as their format shows them on a Chinese computer."""

import pytest

from fuhe.readers.numfmt import BUILTIN, printed, printed_text

ACCOUNTS = BUILTIN[43]
DATE = 45366.75  # 2024-03-15 18:00, a Friday


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (12.0, "General", "12"),
        (98.5, "General", "98.5"),
        (0.1 + 0.2, "General", "0.3"),
        (100 / 3, "General", "33.33333333"),
        (13800138000, "General", "13800138000"),
        (1e20, "General", "1E+20"),
        (0.00001234567, "General", "1.23457E-05"),
        (5, "@", "5"),
        (5, 'G/通用格式"分"', "5分"),
        (1, "0.0", "1.0"),
        (0.285, "0.00", "0.29"),
        (5, "000", "005"),
        (5, "0.##", "5."),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00", "1,234.50"),
        (5, "0,000", "0,005"),
        (0.83, "0%", "83%"),
        (1, "0.00%", "100.00%"),
        (12345678, '0.00,,"百万"', "12.35百万"),
        (5, "0\\天", "5天"),
        (100, "[$¥-804]#,##0.00", "¥100.00"),
        (1385551234, "000-0000-0000", "013-8555-1234"),
        (1e300, "0", "1" + "0" * 300),
    ],
)
def test_numbers_keep_their_digits(value: float, pattern: str, text: str) -> None:
    assert printed(value, pattern) == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (-5, "0.0", "-5.0"),
        (-5, "0.00;[Red](0.00)", "(5.00)"),
        (0, '0;-0;"—"', "—"),
        (0, "0;-0;", ""),
        (5, ";;;", ""),
        (98, "0_ ", "98"),
        (1234.5, ACCOUNTS, "1,234.50"),
        (-3, ACCOUNTS, "-3.00"),
        (0, ACCOUNTS, "-"),
        (120, '[>=100]0"大";0"小"', "120大"),
        (20, '[>=100]0"大";0"小"', "20小"),
    ],
)
def test_sections_choose_by_value(value: float, pattern: str, text: str) -> None:
    assert printed(value, pattern) == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (123456, "0.00E+00", "1.23E+05"),
        (9.999, "0.0E+0", "1.0E+1"),
        (12345, "##0.0E+0", "12.3E+3"),
        (1.5, "# ?/?", "1 1/2"),
        (0.25, "# ??/??", "1/4"),
        (3, "# ?/?", "3"),
        (1.3, "# ?/8", "1 2/8"),
    ],
)
def test_powers_and_fractions_print(value: float, pattern: str, text: str) -> None:
    assert printed(value, pattern) == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (DATE, "yyyy/m/d", "2024/3/15"),
        (DATE, 'yyyy"年"m"月"d"日"', "2024年3月15日"),
        (DATE, "yyyy\\-mm\\-dd hh:mm:ss", "2024-03-15 18:00:00"),
        (DATE, "yyyy/m/d h:mm AM/PM", "2024/3/15 6:00 PM"),
        (DATE, '上午/下午h"时"', "下午6时"),
        (DATE, "[$-804]aaaa", "星期五"),
        (DATE, "d-mmm-yy", "15-Mar-24"),
        (DATE, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二四年三月十五日"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (0.0005, "mm:ss.0", "00:43.2"),
        (60, "yyyy/m/d", "1900/2/29"),
        (0, "yyyy/m/d", "1900/1/0"),
        (-1, "yyyy/m/d", "########"),
        (1e308, "yyyy/m/d", "########"),
    ],
)
def test_dates_print_as_chinese_excel_does(value: float, pattern: str, text: str) -> None:
    assert printed(value, pattern) == text


def test_mac_dates_start_in_1904() -> None:
    assert printed(0, "yyyy/m/d", date1904=True) == "1904/1/1"


def test_text_formats_change_strings() -> None:
    assert printed_text("甲", '@"组"') == "甲组"
    assert printed_text("甲", ";;;") == ""
    assert printed_text("甲", ACCOUNTS) == "甲"


@pytest.mark.parametrize(
    "pattern", ["0" * 300, "[", '"', "\\", "0/0/0", "E+", "[>]0", "?" * 250 + "/?", ";" * 255, "yE+"]
)
@pytest.mark.parametrize("value", [0, 5e-324, -1.7e308, 0.5, float("nan"), float("inf")])
def test_odd_patterns_still_print(value: float, pattern: str) -> None:
    assert isinstance(printed(value, pattern), str)
