"""Packs and word lists a clerk edits: mistakes are reported with the place."""

from pathlib import Path

import pytest

from fuhe.errors import PolicyError
from fuhe.policy import pack, simplify
from fuhe.yamlfiles import load


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("title: 甲\nweights: [1\n", "utf-8")
    with pytest.raises(PolicyError, match="第 3 行"):
        load(path)


def test_wrong_entry_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("title: 甲\ndocuments: {}\nweights: {产出: 五十}\n", "utf-8")
    with pytest.raises(PolicyError, match="weights\\.产出"):
        pack(str(path))


def test_unknown_pack_lists_the_known() -> None:
    with pytest.raises(PolicyError, match="national-2020"):
        pack("nowhere")


def test_traditional_characters_fold() -> None:
    assert simplify("績效自評表") == "绩效自评表"
