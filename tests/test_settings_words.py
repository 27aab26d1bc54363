"""What a settings file says wrong is told in Chinese, with the line and the values that are allowed."""

import re
from pathlib import Path

import pytest

from fuhe.errors import SettingsError
from fuhe.settings import load


def told(text: str, folder: Path) -> str:
    (folder / "fuhe.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(folder, environ={"XDG_CONFIG_HOME": str(folder / "无")})
    return str(caught.value).replace(str(folder), "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('fail_on = "eror"', "可用的值：error、warning、info、never"),
        ('[severity]\nA005 = "high"', "可用的值：error、warning、info"),
        ('[model]\nthinking = "on"', "auto、leave、deepseek"),
        ("[model]\nconcurrency = 0", "不小于 1"),
        ("[model]\ntimeout = 4000", "不大于 3600"),
        ('[model]\ntimeout = "x"', "可用的值：数"),
        ('[model]\nallow_public = "也许"', "true、false"),
        ("policy = 3", "文字，前后加引号"),
        ('select = "A"', "方括号"),
        ('[[suppress]]\ncode = "F003"', "缺少“suppress.0.reason”"),
        ('[[suppress]]\ncode = "F003"\nreason = "a"', "至少 2 个字"),
        ('polcy = "x"', "没有“polcy”这项设置。可用的设置：policy"),
    ],
)
def test_bad_value_lists_what_is_allowed(text: str, words: str, tmp_path: Path) -> None:
    assert words in told(text, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('fail_on "error"', "第 1 行第 9 字：名称后面缺少“=”"),
        ("a = 1\nfail_on = error", "第 2 行第 11 字：“=”后面的值写得不对"),
        ('fail_on = "error', "引号没有成对"),
        ('words = "C:\\词表"', "要写成“/”"),
        ('select = ["A"', "方括号没有成对"),
        ("a = 1\na = 2", "写了两次"),
        ("[model]\n[model]", "同一节写了两次"),
        ("[model", "缺少“]”"),
        ("a = 1 2", "值后面多出了内容"),
        ("= 1", "第 1 行"),
        ("a = “x”", "第 1 行"),
        ("a = {b = 1", "没有成对"),
    ],
)
def test_broken_file_is_told_in_chinese_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    message = told(text, tmp_path)
    assert words in message
    assert re.findall(r"[A-Za-z]{4,}", message.replace("fuhe.toml", "")) == []
