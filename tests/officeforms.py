"""Builders of Word and Excel forms, and readers of what came back: parts, comments with their cells, accepted changes."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
from lxml import etree

from fuhe import checking
from fuhe.drafting import reason_draft
from fuhe.drafting.writing import write
from fuhe.intake.paths import read_paths
from fuhe.outputs.contract import FileReport, Report, form_report
from fuhe.outputs.stamp import Stamp
from fuhe.policy import pack
from fuhe.readers.docxtext import W
from fuhe.readings.sheet import Sheet

PACK = pack("national-2020")
STAMP = Stamp("national-2020", "2025-03-01T09:30:00+08:00", ("c" * 64,))
ROWS: Sequence[Sequence[str]] = (
    ("项目名称", "道路改造", "", "", "", "", "", ""),
    ("主管部门", "县交通局", "", "实施单位", "县公路中心", "", "", ""),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因及改进措施"),
    ("产出指标", "数量指标", "改造里程", "≥20公里", "18公里", "50", "45", "完成"),
    ("效益指标", "社会效益指标", "群众出行不段改善", "明显改善", "明显改善", "30", "30", ""),
    ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "95%", "10", "10", ""),
    ("总分", "", "", "", "", "90", "85", ""),
)


def word(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    """Make a Word form whose reason cell has its own letters."""
    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表（2024年度）")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for values in rows:
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    run = table.cell(3, 7).paragraphs[0].runs[0]
    run.font.bold, run.font.name = True, "楷体"
    return saved(document)


def workbook(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    """Make a workbook form with a comment of its unit's own and a reason cell in bold."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.active["H4"].font = openpyxl.styles.Font(bold=True, name="楷体")
    book.active["A1"].comment = openpyxl.comments.Comment("单位自己的批注", "填表人")
    return saved(book)


def crowded(rows: int = 70) -> Sequence[Sequence[str]]:
    """Return a form with three findings or more in every row."""
    faulty = [
        ("效益指标", "社会效益指标", f"效益提升{number}", "明显", "明显", "2", "1", "完成") for number in range(rows)
    ]
    return [*ROWS[:3], *faulty, ROWS[-1]]


def saved(document: Any) -> bytes:
    """Return what a document or workbook is saved as."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def checked(data: bytes, path: Path) -> FileReport:
    """Write a file, read, check and draft it."""
    path.write_bytes(data)
    report = Report(policy="national-2020")
    file = next(iter(read_paths((str(path),), b"")))
    framed = []
    for form in file.forms:
        found = checking.check(form, PACK, checking.Options()).findings
        drafts = write(reason_draft.task(Sheet(form, PACK), found), None, "").drafts
        framed.append(form_report(form, found, tuple(drafts)))
    report.add(file, framed)
    return report.files[0]


def codes(file: FileReport) -> list[str]:
    """Return the codes of all findings of a file."""
    return [finding.code for form in file.forms for finding in form.findings or ()]


def parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of an Office file."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(changed: Mapping[str, bytes]) -> bytes:
    """Return an Office file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in changed.items():
            file.writestr(name, part)
    return out.getvalue()


def replaced(data: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """Return the file with texts of one part changed; each has to be there."""
    text = parts(data)[part].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return packed(parts(data) | {part: text.encode()})


def body(data: bytes) -> Any:
    """Return the tree of a Word file's body."""
    return etree.fromstring(parts(data)["word/document.xml"])


def canonical(root: Any) -> bytes:
    """Return a tree in canonical form (C14N)."""
    return etree.tostring(root, method="c14n")


def anchored(data: bytes) -> dict[str, str]:
    """Return, by comment number, the text of the cell it stands in."""
    return {
        mark.get(f"{W}id"): "".join(next(mark.iterancestors(f"{W}tc")).itertext())
        for mark in body(data).iter(f"{W}commentRangeStart")
        if next(mark.iterancestors(f"{W}tc"), None) is not None
    }


def comments(data: bytes) -> dict[str, str]:
    """Return the comments of a Word file by number."""
    root = etree.fromstring(parts(data)["word/comments.xml"])
    return {str(entry.get(f"{W}id")): "\n".join(map(str, entry.itertext())) for entry in root}


def accept(data: bytes) -> bytes:
    """Accept every tracked change, as Word does."""
    root = body(data)
    for mark in list(root.iter(f"{W}del")):
        above = mark.getparent()
        above.remove(mark)
        if above.tag == f"{W}rPr":
            _join(next(above.iterancestors(f"{W}p")))
    for kept in list(root.iter(f"{W}ins")):
        above = kept.getparent()
        at = above.index(kept)
        above[at : at + 1] = list(kept)
    changed = {"word/document.xml": etree.tostring(root, encoding="UTF-8", xml_declaration=True)}
    return packed(parts(data) | changed)


def _join(paragraph: Any) -> None:
    """Join a paragraph whose end was deleted with the one after it."""
    after = paragraph.getnext()
    for child in [child for child in paragraph if child.tag != f"{W}pPr"][::-1]:
        at = 1 if len(after) and after[0].tag == f"{W}pPr" else 0
        after.insert(at, child)
    paragraph.getparent().remove(paragraph)


def changed_parts(before: bytes, after: bytes) -> set[str]:
    """Return the names of parts that came or whose bytes changed."""
    old = parts(before)
    assert set(old) <= set(parts(after))
    return {name for name, part in parts(after).items() if old.get(name) != part}


def with_names(data: bytes, **names: str) -> bytes:
    """Declare vendors' namespaces on the body, ignorable as vendors do."""
    text = parts(data)["word/document.xml"].decode()
    head = re.search(r"<w:document [^>]*>", text)
    assert head
    names["mc"] = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    more = "".join(f' xmlns:{name}="{uri}"' for name, uri in names.items() if f"xmlns:{name}=" not in head[0])
    ignorable = " ".join(name for name in names if name != "mc")
    made = re.sub(r' mc:Ignorable="[^"]*"', "", head[0])[:-1] + f'{more} mc:Ignorable="{ignorable}">'
    return packed(parts(data) | {"word/document.xml": text.replace(head[0], made, 1).encode()})
