"""The unit's own Word file annotated: comments at their cells, everything else as it was."""

import io
import re
from collections import Counter
from pathlib import Path

import docx
import pytest
from lxml import etree

from fuhe.outputs.notes import note_text
from fuhe.outputs.returned import annotated
from fuhe.outputs.word.annotation import without_comments
from fuhe.point import HINTS
from fuhe.readers.docxtext import W
from libreoffice import needs_libreoffice, saved_again
from officeforms import (
    ROWS,
    STAMP,
    anchored,
    body,
    canonical,
    changed_parts,
    checked,
    comments,
    crowded,
    packed,
    parts,
    replaced,
    saved,
    with_names,
    word,
)

EXTENDED = "http://schemas.microsoft.com/office/word/2012/wordml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def commented() -> bytes:
    """Make a form with a comment of its unit's own, threaded as Word 2013 and later write it."""
    document = docx.Document(io.BytesIO(word()))
    document.add_comment(document.paragraphs[0].runs, text="单位自己的批注", author="填表人")
    data = replaced(
        saved(document),
        "word/_rels/document.xml.rels",
        (
            "</Relationships>",
            '<Relationship Id="rIdExt" Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended" Target="commentsExtended.xml"/></Relationships>',
        ),
    )
    extended = (
        f'<w15:commentsEx xmlns:w15="{EXTENDED}"><w15:commentEx w15:paraId="00000001" w15:done="0"/></w15:commentsEx>'
    )
    return packed(parts(data) | {"word/commentsExtended.xml": extended.encode()})


def wrapped() -> bytes:
    """Wrap parts of a form in what Word and WPS themselves write."""
    data = with_names(
        word(),
        wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData",
        wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        w14="http://schemas.microsoft.com/office/word/2010/wordml",
        w15=EXTENDED,
    )
    text = parts(data)["word/document.xml"].decode()
    start = text.rindex("<w:tc>", 0, text.index("群众出行不段改善"))
    end = text.index("</w:tc>", start) + len("</w:tc>")
    last = text.rindex("<w:tr", 0, text.index("总分"))
    stop = text.index("</w:tr>", last) + len("</w:tr>")
    return replaced(
        data,
        "word/document.xml",
        (text[last:stop], f"<w:sdt><w:sdtPr/><w:sdtContent>{text[last:stop]}</w:sdtContent></w:sdt>"),
        (text[start:end], f"<w:sdt><w:sdtPr/><w:sdtContent>{text[start:end]}</w:sdtContent></w:sdt>"),
        (
            "<w:t>18公里</w:t>",
            '<w:t>1</w:t></w:r><w:del w:id="6" w:author="填表人" w:date="2025-01-01T00:00:00Z"><w:r><w:delText>7公里</w:delText></w:r></w:del>'
            '<w:ins w:id="7" w:author="填表人" w:date="2025-01-01T00:00:00Z"><w:r><w:t>8公里</w:t></w:r></w:ins><w:r><w:t/>',
        ),
        (
            "<w:t>95%</w:t></w:r>",
            '<w:t>95%</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing/></mc:Choice><mc:Fallback/></mc:AlternateContent></w:r>',
        ),
        ("<w:body>", '<w:body><w:p w14:paraId="1A2B3C4D"><w:pPr/></w:p>'),
    )


def test_each_point_is_a_comment_at_its_main_cell(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    done = annotated(file, word(), STAMP, infos=True).data
    cells, told = anchored(done), comments(done)
    for point in file.forms[0].points or ():
        numbers = [number for number, text in told.items() if f"【复核{point.rank}】" in text]
        assert any(cells[number] == (point.subject[0].text or "") for number in numbers), point.headline


def test_what_may_be_bettered_is_left_out_unless_asked(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    points = [point for point in file.forms[0].points or () if point.kind != HINTS]
    told = comments(annotated(file, word(), STAMP).data)
    assert len(points) < len(file.forms[0].points or ())
    assert f"复核意见共 {len(points)} 条。" in "".join(told.values())


def test_no_comment_is_longer_than_allowed(tmp_path: Path) -> None:
    data = word(crowded())
    told = comments(annotated(checked(data, tmp_path / "表.docx"), data, STAMP, infos=True).data)
    assert max(len(text) for text in list(told.values())[1:]) <= 120


def test_first_comment_says_where_it_comes_from(tmp_path: Path) -> None:
    told = comments(annotated(checked(word(), tmp_path / "表.docx"), word(), STAMP).data)
    assert any("规则包 national-2020" in text and "建议稿，未经人工核定" in text for text in told.values())


def test_other_parts_keep_their_bytes(tmp_path: Path) -> None:
    done = annotated(checked(word(), tmp_path / "表.docx"), word(), STAMP).data
    links = {"word/_rels/document.xml.rels", "[Content_Types].xml"}
    assert changed_parts(word(), done) == {"word/document.xml", "word/comments.xml"} | links


@pytest.mark.parametrize("make", [word, commented, wrapped])
def test_body_without_comments_is_as_before(tmp_path: Path, make: object) -> None:
    data = make()  # type: ignore[operator]
    done = annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data
    root = body(done)
    before = set(comments(data)) if "word/comments.xml" in parts(data) else set()
    without_comments(root, set(comments(done)) - before)
    assert canonical(root) == canonical(body(data))


def test_threaded_comments_already_there_stay(tmp_path: Path) -> None:
    data = commented()
    done = annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data
    told = comments(done)
    assert "单位自己的批注" in told["0"]
    assert len(told) == len(set(told)) > 1
    assert changed_parts(data, done) == {"word/document.xml", "word/comments.xml"}


def test_constructs_of_word_and_wps_survive(tmp_path: Path) -> None:
    data = wrapped()
    file = checked(data, tmp_path / "表.docx")
    done = annotated(file, data, STAMP).data
    assert len(set(anchored(done).values())) >= 3
    assert "明显改善" in anchored(done).values()
    for kept in (b"AlternateContent", b"wpsCustomData", b"w14:paraId", b'w:author="\xe5\xa1\xab'):
        assert kept in parts(done)["word/document.xml"]


def test_crowded_numbers_leave_room_for_comments(tmp_path: Path) -> None:
    data = commented()
    text = parts(data)["word/document.xml"].decode() + parts(data)["word/comments.xml"].decode()
    assert 'w:id="0"' in text
    for part in ("word/document.xml", "word/comments.xml"):
        old = parts(data)[part].decode()
        data = packed(
            parts(data) | {part: re.sub(r'(comment\w*[^>]*) w:id="0"', r'\1 w:id="2147483647"', old).encode()}
        )
    told = comments(annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data)
    assert "2147483647" in told
    assert all(int(number) < 2**31 for number in told)


def test_file_with_macros_keeps_its_kind(tmp_path: Path) -> None:
    data = replaced(word(), "[Content_Types].xml", (PLAIN, MACROS))
    data = packed(parts(data) | {"word/vbaProject.bin": b"macros"})
    done = annotated(checked(data, tmp_path / "表.docm"), data, STAMP)
    assert done.name == "表_批注.docm"
    assert parts(done.data)["word/vbaProject.bin"] == b"macros"


def test_long_cell_keeps_its_row(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][7] = "\n".join(f"第{number}行说明" for number in range(40))
    data = word(rows)
    done = docx.Document(io.BytesIO(annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data))
    assert [len(row.cells) for row in done.tables[0].rows] == [8] * len(rows)
    assert done.tables[0].cell(3, 7).text.count("\n") == 39


def test_two_hundred_findings_in_one_form(tmp_path: Path) -> None:
    data = word(crowded())
    file = checked(data, tmp_path / "表.docx")
    told = comments(annotated(file, data, STAMP).data)
    assert len(file.forms[0].findings or ()) > 200
    bare = [text for text in told.values() if re.fullmatch(r"【复核\d+】", text)]
    again = Counter(text for text in told.values() if "同上" in text)
    assert len(told) - len(bare) - again.total() < 10
    assert again.total() + len(bare) >= 69
    assert bare
    assert max(again.values()) <= 5


@needs_libreoffice
@pytest.mark.parametrize("make", [word, commented, wrapped])
def test_libreoffice_keeps_every_comment(tmp_path: Path, make: object) -> None:
    data = make()  # type: ignore[operator]
    file = checked(data, tmp_path / "表.docx")
    done = annotated(file, data, STAMP).data
    again = comments(saved_again(done, ".docx", tmp_path / "lo"))
    told = re.sub(r"\s", "", "".join(again.values()))
    assert len(again) == len(comments(done))
    shown = [point for point in file.forms[0].points or () if point.kind != HINTS]
    assert shown
    assert all(re.sub(r"\s", "", note_text(point)) in told for point in shown)


@needs_libreoffice
def test_two_hundred_comments_break_no_page(tmp_path: Path) -> None:
    data = word(crowded())
    done = annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data
    again = docx.Document(io.BytesIO(saved_again(done, ".docx", tmp_path / "lo")))
    assert [row.cells[2].text for row in again.tables[0].rows] == [row[2] for row in _printed(data)]


def _printed(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(data)).tables[0].rows]


def test_bomb_beside_the_form_is_not_unpacked(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    data = packed(parts(word()) | {f"word/media/{number}.png": bytes(50 << 20) for number in range(10)})
    done = annotated(file, data, STAMP)
    assert done.name == "表_批注（重排）.docx"


def test_comment_paragraphs_name_their_number_first(tmp_path: Path) -> None:
    done = annotated(checked(word(), tmp_path / "表.docx"), word(), STAMP).data
    root = etree.fromstring(parts(done)["word/comments.xml"])
    first = ["".join(map(str, comment[0].itertext())) for comment in root][1:]
    assert all(re.match(r"【复核\d+】", line) for line in first)
    assert {comment.get(f"{W}author") for comment in root} == {"复核（建议稿）"}
