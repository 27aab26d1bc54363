"""Which files of a folder are inputs: links, results, odd names and kinds, and files of records."""

import os
from pathlib import Path

import pytest

from batch.conftest import form_text, write_forms
from fuhe.batch.inputs import RECORD, Source, count, opened, sources
from fuhe.errors import UsageError


def found(start: Path, out: Path | None = None) -> dict[str, Source]:
    return {source.path: source for source in sources(start, out or start.parent / "结果")}


def test_folders_are_walked_in_order_of_name(tmp_path: Path) -> None:
    write_forms(tmp_path / "in/乙 局😀", 1)
    write_forms(tmp_path / "in/a 局", 2)
    assert list(found(tmp_path / "in")) == ["a 局/附件000.csv", "a 局/附件001.csv", "乙 局😀/附件000.csv"]


def test_results_inside_are_never_read(tmp_path: Path) -> None:
    start = write_forms(tmp_path / "in", 1)
    write_forms(start / "结果/带批注原表", 2)
    write_forms(start / "旧结果", 2)
    (start / "旧结果" / RECORD).write_text("{}", encoding="utf-8")
    there = found(start, start / "结果")
    assert list(there) == ["旧结果", "附件000.csv"]
    assert there["旧结果"].status == "skipped"


def test_results_over_the_inputs_are_refused(tmp_path: Path) -> None:
    start = write_forms(tmp_path / "in", 1)
    with pytest.raises(UsageError, match="就是原表所在"):
        sources(start, tmp_path / "x/../in")


def test_links_that_lead_back_are_noted_not_followed(tmp_path: Path) -> None:
    start = write_forms(tmp_path / "in", 1)
    (start / "回到上级").symlink_to(tmp_path)
    (start / "自己").symlink_to(start / "自己")
    (start / "同一份.csv").symlink_to(start / "附件000.csv")
    (start / "断了.csv").symlink_to(tmp_path / "没有")
    told = {path: source.status for path, source in found(start).items() if source.problem}
    assert told == {"回到上级": "skipped", "自己": "failed", "同一份.csv": "skipped", "断了.csv": "failed"}


def test_linked_folder_outside_is_read_once(tmp_path: Path) -> None:
    start, other = write_forms(tmp_path / "in", 1), write_forms(tmp_path / "other", 1)
    (start / "甲").symlink_to(other)
    (start / "乙").symlink_to(other)
    (other / "圈").symlink_to(other)
    there = found(start)
    assert [path for path, source in there.items() if not source.problem] == ["乙/附件000.csv", "附件000.csv"]


def test_other_kinds_are_named_not_lost(tmp_path: Path) -> None:
    start = write_forms(tmp_path / "in", 1)
    (start / "扫描件.jpg").write_bytes(b"\xff\xd8\xff")
    (start / "~$附件000.csv").write_bytes(b"")
    os.mkfifo(start / "管道.docx")
    there = found(start)
    assert list(there) == ["扫描件.jpg", "管道.docx", "附件000.csv"]
    assert [path for path, source in there.items() if source.problem] == ["管道.docx"]


def test_name_in_gbk_is_shown_as_text(tmp_path: Path) -> None:
    start = write_forms(tmp_path / "in", 1)
    name = os.fsencode(start) + "/自评表.csv".encode("gbk")
    Path(os.fsdecode(name)).write_text(form_text("甲"), encoding="utf-8")
    assert "自评表.csv" in found(start)


def test_folder_without_inputs_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".隐藏").write_bytes(b"x")
    with pytest.raises(UsageError, match="没有能读的文件"):
        sources(tmp_path, tmp_path / "out")


def test_file_of_records_is_opened_in_groups(tmp_path: Path) -> None:
    path = tmp_path / "表.jsonl"
    path.write_bytes(b"{}\n\n" * 70)
    there = sources(path, tmp_path / "out")
    groups = list(opened(there))
    assert [len(group) for group in groups] == [64, 6]
    assert groups[0][1].path == "表.jsonl!0000003"
    assert count(there) == 140
