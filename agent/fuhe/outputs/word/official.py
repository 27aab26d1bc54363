"""A Word document in the layout of official papers (GB/T 9704): page, fonts, numbered headings, tables, blanks in yellow."""

import io
import re
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from fuhe.outputs.in_words import BLANK
from fuhe.outputs.parts import undated

TITLE_FONT, BODY_FONT, HEAD_FONT, SUBHEAD_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
TITLE_POINTS, BODY_POINTS, TABLE_POINTS, NOTE_POINTS = 22, 16, 10.5, 10.5
MARGINS_CM = (3.7, 3.5, 2.8, 2.6)
FALLBACKS = {
    TITLE_FONT: "FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    BODY_FONT: "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    HEAD_FONT: "SimHei,Noto Sans CJK SC",
    SUBHEAD_FONT: "楷体,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
}
"""Faces to set a text in where the one GB/T 9704 asks for is not installed."""
_LINE, _CELL_SPACE = Pt(28), Pt(2)
_SUBHEADING = re.compile(r"^（[一二三四五六七八九十]+）[^。；]{1,20}$")
_HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。；，：”\d\s]{1,20}$")


class Paper:
    """One document being written, from its title down."""

    def __init__(self, margins: tuple[float, float, float, float] = MARGINS_CM) -> None:
        """Begin an A4 page with margins at top, bottom, left and right in centimetres."""
        self.document = docx.Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Cm, margins)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = "Times New Roman", Pt(BODY_POINTS)
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        _number_pages(section)

    def title(self, text: str, *, new_page: bool = False) -> None:
        """Write the title, centred, at the top of a new page where asked."""
        paragraph = self._paragraph(text, TITLE_FONT, TITLE_POINTS)
        paragraph.paragraph_format.page_break_before = new_page
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(34)
        paragraph.paragraph_format.space_after = Pt(16)
        paragraph.paragraph_format.keep_with_next = True

    def heading(self, text: str) -> None:
        """Write a heading of the first level (一、)."""
        self._indented(self._paragraph(text, HEAD_FONT, BODY_POINTS)).paragraph_format.keep_with_next = True

    def subheading(self, text: str) -> None:
        """Write a heading of the second level (（一）)."""
        self._indented(self._paragraph(text, SUBHEAD_FONT, BODY_POINTS)).paragraph_format.keep_with_next = True

    def addressee(self, name: str) -> None:
        """Write whom the paper goes to, flush left."""
        self._paragraph(f"{name}：", BODY_FONT, BODY_POINTS)

    def body(self, text: str) -> None:
        """Write a paragraph; a short line that begins with 一、 becomes a heading, with （一） a subheading."""
        if _HEADING.match(text):
            self.heading(text)
        elif _SUBHEADING.match(text):
            self.subheading(text)
        else:
            self._indented(self._paragraph(text, BODY_FONT, BODY_POINTS))

    def signature(self, lines: Sequence[str]) -> None:
        """Write the lines a person signs, set to the right."""
        self._paragraph("", BODY_FONT, BODY_POINTS).paragraph_format.keep_with_next = True
        for number, line in enumerate(lines, 1):
            paragraph = self._paragraph(line, BODY_FONT, BODY_POINTS)
            paragraph.paragraph_format.keep_with_next = number < len(lines)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = Pt(BODY_POINTS * (2 if line.endswith("日") else 8))
            paragraph.paragraph_format.keep_together = True

    def note(self, text: str, *, centred: bool = False, new_page: bool = False) -> None:
        """Write a small grey line, such as the provenance, at the top of a new page where asked."""
        paragraph = self._paragraph(text, BODY_FONT, NOTE_POINTS, colour=RGBColor(0x59, 0x59, 0x59))
        paragraph.paragraph_format.line_spacing = Pt(16)
        paragraph.paragraph_format.space_before = Pt(6)
        paragraph.paragraph_format.page_break_before = new_page
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, caption: str = ""
    ) -> None:
        """Write a table with a head that repeats on every page; widths in centimetres.

        The last value of a shorter row goes across the columns that are left; a row of one value heads those below it.
        """
        if caption:
            shown = self._paragraph(caption, HEAD_FONT, TABLE_POINTS)
            shown.alignment = WD_ALIGN_PARAGRAPH.CENTER
            shown.paragraph_format.keep_with_next = True
        grid = self.grid(widths)
        for number, values in enumerate([heads, *rows]):
            line = grid.add_row()
            keep_whole(line)
            cells = list(line.cells)
            for cell, width in zip(cells, widths, strict=True):
                cell.width = Cm(width)
            if len(values) < len(cells):
                cells[len(values) - 1].merge(cells[-1])
            for cell, value in zip(cells, values, strict=False):
                self.write(cell, value, bold=number == 0, heads=len(values) == 1 < len(heads))
        _repeat(grid.rows[0])
        self._paragraph("", BODY_FONT, 6).paragraph_format.line_spacing = Pt(8)

    def grid(self, widths: Sequence[float]) -> Any:
        """Begin an empty table with columns of these widths in centimetres."""
        grid = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        grid.autofit = False
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = Cm(width)
        return grid

    def write(
        self,
        cell: Any,
        text: str,
        *,
        bold: bool = False,
        centred: bool = False,
        heads: bool = False,
        points: float = TABLE_POINTS,
    ) -> None:
        """Write a text into a table cell, one paragraph a line; one that `heads` rows stays with the row below it."""
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        for index, line in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
            if bold or centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            paragraph.paragraph_format.line_spacing = Pt(points * 1.4)
            if index == 0:
                paragraph.paragraph_format.space_before = _CELL_SPACE
            paragraph.paragraph_format.keep_with_next = heads or None
            _runs(paragraph, line, HEAD_FONT if bold or heads else BODY_FONT, points)
        paragraph.paragraph_format.space_after = _CELL_SPACE

    def save(self, *, title: str, comments: str) -> bytes:
        """Return the file; title and provenance also stand in its properties."""
        self.document.core_properties.title = title
        self.document.core_properties.comments = comments[:255]
        self.document.core_properties.author = "复核 fuhe"
        _name_fallbacks(self.document.part.package)
        out = io.BytesIO()
        self.document.save(out)
        return undated(out.getvalue())

    def _paragraph(self, text: str, font: str, points: float, colour: RGBColor | None = None) -> Any:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = _LINE
        _runs(paragraph, text, font, points, colour)
        return paragraph

    def _indented(self, paragraph: Any) -> Any:
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), str(BODY_POINTS * 40))
        return paragraph


def _runs(paragraph: Any, text: str, font: str, points: float, colour: RGBColor | None = None) -> None:
    """Write a text in runs, what is left to be filled in with a yellow ground."""
    for part in BLANK.split(text):
        if not part:
            continue
        run = paragraph.add_run(part)
        run.font.name, run.font.size = "Times New Roman", Pt(points)
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        if colour is not None:
            run.font.color.rgb = colour
        if BLANK.fullmatch(part):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _name_fallbacks(package: Any) -> None:
    """List each face with the ones that may stand in for it; Word and LibreOffice look there."""
    part = next(part for part in package.iter_parts() if part.partname == "/word/fontTable.xml")
    fonts = parse_xml(part.blob)
    for name, others in FALLBACKS.items():
        font = OxmlElement("w:font")
        font.set(qn("w:name"), name)
        other = OxmlElement("w:altName")
        other.set(qn("w:val"), others)
        font.append(other)
        fonts.append(font)
    part._blob = serialize_part_xml(fonts)


def _number_pages(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in ((None, "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), (None, " —")):
        run = paragraph.add_run(text if kind is None else "")
        run.font.size = Pt(14)
        if kind == "instr":
            element = OxmlElement("w:instrText")
            element.text = text
            run._r.append(element)
        elif kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """Keep a table row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
