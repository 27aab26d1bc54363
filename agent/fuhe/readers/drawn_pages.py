"""The pages of a drawn file as they are read: which were pictures, what was recognised in them, and what is to be said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fuhe.readers.drawn_page import Drawn, told_of
from fuhe.readers.grid import Document, Grid, Para
from fuhe.readers.scans import ocr_extra
from fuhe.readers.scans.lined_up import LinedUpPages
from fuhe.records import Place, Problem

if TYPE_CHECKING:
    from fuhe.readers.scans.recogniser import Pixels


@dataclass(slots=True)
class DrawnPages:
    """What was seen page by page, and the numbers of those that were pictures."""

    drawn: list[Drawn] = field(default_factory=list)
    scanned: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    line: LinedUpPages = field(default_factory=LinedUpPages)

    def recognised(self, found: Drawn, number: int, pages: int, picture: "Callable[[], Pixels | None]") -> Drawn:
        """Return what a picture page shows; as it was where pictures cannot be read here, or too many have been."""
        if not ocr_extra.is_installed():
            return found
        from fuhe.readers.scans import scanned

        if len(self.scanned) >= scanned.MOST_PAGES:
            self.left_out.add(number)
            return found
        if (seen := picture()) is None:
            return found
        self.scanned.add(number)
        return self.line.moved(scanned.drawn_picture(seen, number, pages))

    def document(self, kind: str, found: list[Para | Grid]) -> Document:
        """Return the file as read, with what a person has to know of its pages."""
        problems, unsure = list(self._problems()), frozenset[Place]()
        if self.scanned:
            from fuhe.readers.scans import scanned

            found = scanned.settled(found)
            problems += scanned.doubts(found, frozenset(self.scanned))
            unsure = scanned.unsure(found)
        return Document(kind, tuple(found), tuple(problems), unsure)

    def _problems(self) -> Iterator[Problem]:
        for number, page in enumerate(self.drawn, 1):
            if number in self.left_out:
                told = f"第 {number} 页是扫描图像，扫描页超过了一个文件识别的上限，没有读入。"
                yield Problem(code="scan_page", message=told, place=Place(page=number))
            elif number not in self.scanned:
                yield from told_of(number, page)
