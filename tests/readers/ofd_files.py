"""Builds small OFD files from objects written out in the test, in millimetres."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from readers.tables import Part, zipped

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
GRID = "M 10 30 L 110 30 M 10 40 L 110 40 M 10 30 L 10 40 M 60 30 L 60 40 M 110 30 L 110 40"


def say(text: str, x: float, y: float, inside: str = "", attributes: str = "", size: float = 4) -> str:
    """Set text in letters of 4 mm with its first baseline 3.4 mm under y."""
    width = size * len(text)
    steps = " ".join(f"{size / 2 if char.isascii() else size:g}" for char in text)
    return (
        f'<ofd:TextObject Boundary="{x} {y} {width} {size}" Font="3" Size="{size}" {attributes}>{inside}'
        f'<ofd:TextCode X="0" Y="3.4" DeltaX="{steps}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def lines(data: str = GRID, inside: str = "", attributes: str = "") -> str:
    """Draw a path; without more said, a table of one row and two cells."""
    return (
        f'<ofd:PathObject Boundary="0 0 210 297" LineWidth="0.2" {attributes}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page(*objects: str, before: str = "") -> str:
    """Write a page."""
    body = f'<ofd:Content><ofd:Layer Type="Body">{"".join(objects)}</ofd:Layer></ofd:Content>'
    return f"<ofd:Page {NS}>{before}{body}</ofd:Page>"


def ofd(*pages: str, common: str = "", after: str = "", extra: Mapping[str, Part] | None = None) -> bytes:
    """Pack pages into a file; `common` and `after` go into its document, `extra` are more parts."""
    return zipped(parts(pages, common, after) | dict(extra or {}))


def parts(pages: Sequence[str], common: str = "", after: str = "") -> dict[str, Part]:
    """Return the parts of a file by name."""
    listed = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    made: dict[str, Part] = {f"Doc_0/Pages/Page_{i}/Content.xml": content for i, content in enumerate(pages)}
    made["OFD.xml"] = (
        f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    made["Doc_0/Document.xml"] = (
        f"<ofd:Document {NS}><ofd:CommonData>{area}{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{after}</ofd:Document>"
    )
    return made
