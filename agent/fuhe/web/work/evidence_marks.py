"""How a finding's cells hang together on the table: which are outlined, which tinted, and the rail between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fuhe.findings import Finding
from fuhe.outputs.marks import MarkedForm
from fuhe.text import bare

_PAIRS = (("target", "actual"), ("score", "reason"), ("goal", "outcome"), ("weight", "score"))


@dataclass(frozen=True, slots=True)
class EvidenceMarks:
    """`focus` cells are outlined, `evidence` cells tinted; a rail joins the `railed` ones and may carry a tag.

    A sum's rail ends at `stated`, under whose printed figure `tag` shows the figure that was added up.
    """

    focus: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    rail: Literal["sum", "same", "pair", ""] = ""
    railed: tuple[str, ...] = ()
    stated: str = ""
    tag: str = ""


def relation(finding: Finding, marked: MarkedForm) -> EvidenceMarks:
    """Return how the cells of a finding are to be shown together."""
    if not finding.cells:
        return EvidenceMarks()
    if finding.calc is not None:
        return _sum(finding, marked)
    return _same(finding, marked) or _pair(finding, marked) or _plain(finding, marked)


def together(shown: Sequence[EvidenceMarks]) -> EvidenceMarks:
    """Return how the cells of several findings of one point are shown: as what hangs together most, the rest tinted."""
    order = ("sum", "same", "pair", "")
    main = min(shown, key=lambda marks: order.index(marks.rail))
    cells = dict.fromkeys(slot for marks in (main, *shown) for slot in (*marks.evidence, *marks.focus))
    return replace(main, evidence=tuple(slot for slot in cells if slot not in main.focus))


def _slots(marked: MarkedForm, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slot for slot in map(marked.slot, fields) if slot))


def _sum(finding: Finding, marked: MarkedForm) -> EvidenceMarks:
    assert finding.calc is not None
    stated = marked.slot(finding.cells[0].field) or ""
    terms = tuple(slot for slot in _slots(marked, [term.field for term in finding.calc.terms]) if slot != stated)
    differs = finding.calc.printed != finding.calc.computed
    tag = f"合计 {finding.calc.computed:g}" if differs else ""
    return EvidenceMarks((stated,) if stated else (), terms, "sum", (*terms, stated) if stated else terms, stated, tag)


def _same(finding: Finding, marked: MarkedForm) -> EvidenceMarks | None:
    """Cells of one column set against each other: copies, repeats, uneven scores."""
    name = _column(finding.cells[0].field)
    row = _row(finding.cells[0].field)
    alike = [cell for cell in finding.cells if _column(cell.field) == name]
    focus = _slots(marked, [cell.field for cell in alike])
    if len(focus) < 2 or name in ("weight", "score") or not row:
        return None
    texts = {bare(cell.text or "") for cell in alike}
    tag = "内容相同" if len(texts) == 1 else "内容相近" if finding.code.startswith("D") else ""
    return EvidenceMarks(focus, _rest(finding, marked, focus), "same", focus, tag=tag)


def _pair(finding: Finding, marked: MarkedForm) -> EvidenceMarks | None:
    """Two cells of one row that do not go together, such as a lost point and its reason."""
    row, name = _row(finding.cells[0].field), _column(finding.cells[0].field)
    here = {_column(cell.field): cell.field for cell in finding.cells if _row(cell.field) == row}
    for pair in _PAIRS:
        if name in pair and all(other in here for other in pair):
            focus = _slots(marked, [here[other] for other in pair])
            return EvidenceMarks(focus, _rest(finding, marked, focus), "pair", focus) if len(focus) == 2 else None
    return None


def _plain(finding: Finding, marked: MarkedForm) -> EvidenceMarks:
    focus = _slots(marked, [finding.cells[0].field])
    return EvidenceMarks(focus, _rest(finding, marked, focus))


def _rest(finding: Finding, marked: MarkedForm, focus: Sequence[str]) -> tuple[str, ...]:
    return tuple(slot for slot in _slots(marked, [cell.field for cell in finding.cells]) if slot not in focus)


def _row(field: str) -> str:
    return field.rpartition(".")[0]


def _column(field: str) -> str:
    return field.rpartition(".")[2]
