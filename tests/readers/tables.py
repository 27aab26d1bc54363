"""Builds small .docx and .xlsx files, from rows of (text, rowspan, colspan) or from XML written out in the test."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": W_NS,
        "r": R_NS,
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    }.items()
)

Row = Sequence[tuple[str, int, int]]
Part = str | bytes


def zipped(parts: Mapping[str, Part], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack parts into a zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def links(**targets: str) -> str:
    """Return a relations part; each keyword is an id whose part before `_` is the last word of the type."""
    rows = (
        f'<Relationship Id="{name}" Type="{R_NS}/{name.partition("_")[0]}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE_NS}">{"".join(rows)}</Relationships>'


def docx(body: str, parts: Mapping[str, Part] | None = None) -> bytes:
    """Return a .docx whose body holds this XML."""
    document = f"<w:document {_NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"
    usual = {"_rels/.rels": links(officeDocument="word/document.xml"), "word/document.xml": document}
    return zipped(usual | dict(parts or {}))


def paragraph(text: str, look: str = "") -> str:
    """Return a paragraph of one run."""
    return f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>"


def cell(content: str, look: str = "") -> str:
    """Return a table cell of block XML."""
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def table(*rows: str) -> str:
    """Return a table of rows given as the XML of their cells."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def docx_of(rows: Sequence[Row], before: Iterable[str] = ()) -> bytes:
    """Return a .docx of paragraphs and one table with true merges."""
    return docx("".join(map(paragraph, before)) + table(*map("".join, _word_rows(rows))))


def _word_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    running: dict[int, tuple[int, int]] = {}  # column: rows still to come, columns
    for row in rows:
        out, col, waiting = [], 0, list(row)
        while waiting or col in running:
            if col in running:
                left, span = running.pop(col)
                out.append(cell("<w:p/>", f'<w:gridSpan w:val="{span}"/><w:vMerge/>'))
                running |= {col: (left - 1, span)} if left > 1 else {}
            else:
                text, rowspan, span = waiting.pop(0)
                merge = '<w:vMerge w:val="restart"/>' if rowspan > 1 else ""
                out.append(cell(paragraph(text), f'<w:gridSpan w:val="{span}"/>{merge}'))
                running |= {col: (rowspan - 1, span)} if rowspan > 1 else {}
            col += span
        yield out


def xlsx(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    styles: str = "",
    states: Mapping[str, str] | None = None,
    workbook: str = "",
    parts: Mapping[str, Part] | None = None,
) -> bytes:
    """Return an .xlsx; `sheets` maps names to the XML inside `worksheet`, `states` says which are hidden."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{(states or {}).get(name, "visible")}" r:id="worksheet_{at}"/>'
        for at, name in enumerate(sheets, 1)
    )
    targets = {f"worksheet_{at}": f"worksheets/sheet{at}.xml" for at in range(1, len(sheets) + 1)}
    head = f'<workbook xmlns="{S_NS}" xmlns:r="{R_NS}">{workbook}<sheets>{listed}</sheets></workbook>'
    usual = {
        "_rels/.rels": links(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": head,
        "xl/_rels/workbook.xml.rels": links(**targets, sharedStrings="sharedStrings.xml", styles="/xl/styles.xml"),
        "xl/sharedStrings.xml": f'<sst xmlns="{S_NS}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{S_NS}">{styles}</styleSheet>',
    }
    bodies = (f'<worksheet xmlns="{S_NS}">{body}</worksheet>' for body in sheets.values())
    pages = {f"xl/worksheets/sheet{at}.xml": body for at, body in enumerate(bodies, 1)}
    return zipped(usual | pages | dict(parts or {}))


def text_cell(address: str, text: str) -> str:
    """Return a cell with an inline string."""
    return f'<c r="{address}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet_data(*cells: str) -> str:
    """Return sheet data with one row element a cell; the cells carry their addresses."""
    return f"<sheetData>{''.join(f'<row>{one}</row>' for one in cells)}</sheetData>"


def xlsx_of(rows: Sequence[Row], name: str = "Sheet1") -> bytes:
    """Return an .xlsx of one sheet with true merges."""
    taken: set[tuple[int, int]] = set()
    lines, merges = [], []
    for at, row in enumerate(rows):
        col, out = 0, []
        for text, rowspan, colspan in row:
            while (at, col) in taken:
                col += 1
            taken |= {(at + down, col + right) for down in range(rowspan) for right in range(colspan)}
            out.append(text_cell(address(at, col), text))
            if rowspan * colspan > 1:
                merges.append(f'<mergeCell ref="{address(at, col)}:{address(at + rowspan - 1, col + colspan - 1)}"/>')
        lines.append(f'<row r="{at + 1}">{"".join(out)}</row>')
    return xlsx({name: f"<sheetData>{''.join(lines)}</sheetData><mergeCells>{''.join(merges)}</mergeCells>"})


def address(row: int, col: int) -> str:
    """Return A1 for 0, 0; columns up to Z."""
    return f"{chr(65 + col)}{row + 1}"
