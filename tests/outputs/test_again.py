"""Files that have been through before: notes and changes are said anew, never twice; odd files are written whole."""

from pathlib import Path

import pytest
from lxml import etree

from fuhe.outputs.contract import FileReport
from fuhe.outputs.returned import annotated, revised
from fuhe.readers import office
from fuhe.readers.docxtext import W
from libreoffice import needs_libreoffice
from officeforms import STAMP, body, checked, packed, parts, replaced, word, workbook


def comments(data: bytes) -> list[str]:
    """Return the comments of a Word file or workbook."""
    held = [part for name, part in parts(data).items() if "/comments" in name]
    roots = [etree.fromstring(part) for part in held]
    return ["".join(map(str, entry.itertext())) for root in roots for entry in root.iter("{*}comment")]


@pytest.mark.parametrize(("make", "ending"), [(word, "docx"), (workbook, "xlsx")])
def test_notes_of_an_earlier_run_are_replaced(make: object, ending: str, tmp_path: Path) -> None:
    data = make()  # type: ignore[operator]
    first = annotated(checked(data, tmp_path / f"表.{ending}"), data, STAMP).data
    again = annotated(checked(first, tmp_path / f"再.{ending}"), first, STAMP).data
    assert [text.split("SHA-256")[0] for text in comments(first)] == [
        text.split("SHA-256")[0] for text in comments(again)
    ]


def test_note_a_person_wrote_stays_through_two_runs(tmp_path: Path) -> None:
    data = workbook()
    for number in range(2):
        data = annotated(checked(data, tmp_path / f"{number}.xlsx"), data, STAMP).data
    said = "".join(comments(data))
    assert (said.count("单位自己的批注"), said.count("复核意见共")) == (1, 1)


def test_changes_nobody_accepted_are_proposed_anew(tmp_path: Path) -> None:
    data = word()
    first = revised(checked(data, tmp_path / "表.docx"), data, STAMP).data
    file = checked(first, tmp_path / "再.docx")
    again = revised(file, first, STAMP).data
    assert [problem.code for problem in file.problems] == ["own_changes"]
    assert file.forms[0].record == checked(data, tmp_path / "表.docx").forms[0].record
    marks = [[mark.tag for mark in body(made).iter(f"{W}ins", f"{W}del")] for made in (first, again)]
    assert marks[0] == marks[1] != []


def test_names_with_backslashes_are_put_right(tmp_path: Path) -> None:
    data = packed({name.replace("/", "\\"): part for name, part in parts(word()).items()})
    made = annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data
    assert not [name for name in parts(made) if "\\" in name]


def test_cell_without_a_paragraph_takes_its_draft(tmp_path: Path) -> None:
    held = parts(word())
    document = held["word/document.xml"].decode()
    at = document.index("完成</w:t>")
    start, end = document.rindex("<w:p>", 0, at), document.index("</w:p>", at) + len("</w:p>")
    held["word/document.xml"] = (document[:start] + document[end:]).encode()
    data = packed(held)
    made = revised(checked(data, tmp_path / "表.docx"), data, STAMP).data
    assert next(body(made).iter(f"{W}ins"), None) is not None


@needs_libreoffice
@pytest.mark.parametrize(
    ("make", "source", "old", "ending"), [(word, "docx", "doc", ".docx"), (workbook, "xlsx", "xls", ".xlsx")]
)
def test_legacy_file_goes_back_in_its_own_family(
    make: object, source: str, old: str, ending: str, tmp_path: Path
) -> None:
    data = turned(make(), source, old, tmp_path)  # type: ignore[operator]
    file: FileReport = checked(data, tmp_path / f"某局自评.{old}")
    made = annotated(file, data, STAMP)
    assert made.name == f"某局自评_批注{ending}"
    assert len(comments(made.data)) > 1


def turned(data: bytes, source: str, old: str, room: Path) -> bytes:
    """Save a file in the old format by LibreOffice, which loses a table nothing follows."""
    import subprocess

    if source == "docx":
        data = replaced(
            data, "word/document.xml", ("</w:tbl>", "</w:tbl><w:p><w:r><w:t>注：以上为全年数。</w:t></w:r></w:p>")
        )
    (room / f"in.{source}").write_bytes(data)
    program = office.find() or "soffice"
    command = [program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--convert-to", old]
    subprocess.run([*command, "--outdir", str(room / "old"), str(room / f"in.{source}")], check=True, timeout=120)
    return (room / "old" / f"in.{old}").read_bytes()
