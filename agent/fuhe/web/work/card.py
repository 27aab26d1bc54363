"""One finding as its card shows it: the message with linked figures, the sum, copies side by side, the proposed wording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fuhe.drafts import Draft
from fuhe.findings import Basis, Cell, Finding, Severity
from fuhe.outputs.html.report_page import pieces
from fuhe.outputs.in_words import cell_name, grounds
from fuhe.outputs.opinion_text import blanks_of, proposed, with_draft
from fuhe.outputs.typos import typos_of
from fuhe.readings.misspelt import put_right
from fuhe.similarity import differences
from fuhe.text import one_line
from fuhe.web.work.evidence_marks import EvidenceMarks, relation, together
from fuhe.web.work.form_stops import Stop
from fuhe.web.work.linked_text import Link, TextPiece, cut, fact_links, message_pieces, proposal_pieces, unique_links
from fuhe.web.work.open_form import MarkedFinding, OpenForm, Other

_COPIES_SHOWN = 4
OWN_WORDS = "这一条需要按本单位实际情况改写，系统不代填"


@dataclass(frozen=True, slots=True)
class Copy:
    """A cell set against others: its name, its slot, its text cut into what is shared (True) and what is not."""

    named: str
    slot: str | None
    parts: tuple[tuple[str, bool], ...]
    form_id: int | None = None
    alike: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one finding; `proposal` is the wording offered, None where only the unit can write it.

    `apart` is a model's wording nobody has vouched for, cut into what is known and what is foreign (True); `adopted` the
    text a person takes over with it.
    """

    marked: MarkedFinding
    message: tuple[TextPiece, ...]
    guess: tuple[TextPiece, ...]
    sum: tuple[TextPiece, ...]
    copies: tuple[Copy, ...]
    relation: EvidenceMarks
    proposal: str | None
    proposal_pieces: tuple[TextPiece, ...]
    blanks: tuple[str, ...]
    origin: str
    refused: bool
    field: str
    target: str
    apart: tuple[tuple[str, bool], ...] = ()
    adopted: str = ""

    @property
    def finding(self) -> Finding:
        """What was found."""
        return self.marked.finding

    @property
    def severity(self) -> Severity:
        """Its level."""
        return self.marked.finding.severity


def card(seen: OpenForm, entry: MarkedFinding, others: Sequence[Other] = ()) -> Card:
    """Return the card of one finding, as its form's side words it; `others` are cells of other forms to set beside."""
    finding, marked = entry.finding, seen.marked
    field, offered = suggestion(seen, entry)
    kept = entry.decision.text if entry.decision else None
    text = kept or offered
    links = unique_links(finding, entry.mark.slots)
    draft = entry.draft
    if text is None:
        shown = []
    elif seen.side == "review":
        shown = proposal_pieces(text, finding, draft, marked)
    else:
        shown = cut(text, fact_links(draft, marked) if draft else links)
    return Card(
        marked=entry,
        message=tuple(message_pieces(finding, entry.mark.slots)),
        guess=tuple(cut((finding.guess or "").removeprefix("可能是").removeprefix("可能"), links)),
        sum=tuple(_sum(finding, seen)),
        copies=tuple(_copies(seen, entry, others)),
        relation=relation(finding, marked),
        proposal=text,
        proposal_pieces=tuple(shown),
        blanks=blanks_of(text or ""),
        origin=_origin(draft),
        refused=bool(draft and draft.violations and draft.source == "rule"),
        field=field,
        target=cell_name(marked.form.record, field),
        apart=_apart(draft),
        adopted=_adopted(seen, entry),
    )


def suggestion(seen: OpenForm, entry: MarkedFinding) -> tuple[str, str | None]:
    """Return the cell a change would go into and the wording offered for it; None where only the unit can know.

    A reviewer is offered a sentence for the opinion, a unit the new text of the cell.
    """
    finding = entry.finding
    first = finding.cells[0].field
    if seen.side == "review":
        return first, proposed(finding, entry.draft)
    if entry.draft is not None:
        return entry.draft.field, entry.draft.text
    return first, _corrected(seen, finding)


def _apart(draft: Draft | None) -> tuple[tuple[str, bool], ...]:
    """Cut a suggestion into what is known and what is foreign."""
    if draft is None or draft.suggestion is None:
        return ()
    marks = tuple((word.start, word.end) for word in draft.suggestion.foreign)
    return tuple(pieces(draft.suggestion.text, marks))


def _adopted(seen: OpenForm, entry: MarkedFinding) -> str:
    """Return the text a person takes over as his own: the cell's for a unit, the sentence of the opinion for a reviewer."""
    draft = entry.draft
    if draft is None or draft.suggestion is None:
        return ""
    text = draft.suggestion.text
    return text if seen.side == "fill" else proposed(entry.finding, draft.model_copy(update={"text": text}))


def _corrected(seen: OpenForm, finding: Finding) -> str | None:
    """Return the cell's text with a listed typo put right."""
    cell = finding.cells[0]
    listed = typos_of(seen.marked.form.model_copy(update={"findings": (finding,), "decisions": {}}), ())
    text = cell.text or ""
    for typo in listed:
        text = put_right(text, typo.wrong)
    return text if listed and text != cell.text else None


def _origin(draft: Draft | None) -> str:
    return "本机模型起草，需人工核定" if draft and draft.source == "model" else "规则模板，需人工核定"


def _sum(finding: Finding, seen: OpenForm) -> list[TextPiece]:
    """Write the arithmetic out: every addend links its cell, and so does the printed figure."""
    calc = finding.calc
    if calc is None:
        return []
    shown: list[TextPiece] = []
    for term in calc.terms:
        shown += [TextPiece(" + ")] if shown else []
        shown.append(TextPiece(term.text, "cell", seen.marked.slot(term.field)))
    if len(calc.terms) > 1:
        shown += [TextPiece(" = "), TextPiece(f"{calc.computed:g}", "sum")]
    if calc.printed is None:
        return [*shown, TextPiece("（表内未填）")]
    shown.append(TextPiece(" = " if calc.printed == calc.computed else " ≠ "))
    return [*shown, TextPiece(f"{calc.printed:g}", "cell", seen.marked.slot(finding.cells[0].field))]


def _copies(seen: OpenForm, entry: MarkedFinding, others: Sequence[Other]) -> list[Copy]:
    """Set copied cells side by side: those of this form, then those of others with how alike they are."""
    rail = relation(entry.finding, seen.marked)
    cells = entry.finding.cells
    if not others and rail.rail != "same":
        return []
    column = cells[0].field.rpartition(".")[2]
    own = [cell for cell in cells if cell.field.rpartition(".")[2] == column][:_COPIES_SHOWN]
    first = others[0].cell if others else own[1]
    here = [_own(seen, own[0], first)] + [_own(seen, cell, own[0]) for cell in own[1:]]
    away = [
        Copy(
            named="",
            slot=None,
            parts=_parts(other.cell, own[0]),
            form_id=other.form_id,
            alike=other.alike,
            project=other.named,
        )
        for other in others
    ]
    return [*here, *away]


def _own(seen: OpenForm, cell: Cell, against: Cell) -> Copy:
    return Copy(_short_name(seen, cell.field), seen.marked.slot(cell.field), _parts(cell, against))


def _short_name(seen: OpenForm, field: str) -> str:
    """Name a row by its level in a word that fits a narrow column."""
    record = seen.marked.form.record
    block, _, rest = field.partition("[")
    if block == "indicators":
        row = record.indicators[int(rest.partition("]")[0])]
        return one_line(row.level2 or row.level1 or "").replace("指标", "") or "本表"
    return cell_name(record, field)


def _parts(cell: Cell, against: Cell) -> tuple[tuple[str, bool], ...]:
    """Cut a text into what it shares with another and what it does not."""
    text = cell.text or ""
    marks = cell.marks or differences(text, against.text or "")[0]
    return tuple((part, not differs) for part, differs in pieces(text, marks))


@dataclass(frozen=True, slots=True)
class PointCard:
    """A point on its card: what is said of it, the evidence of its facts, one fact a card; `relation` as on the table.

    `sum` and `copies` are shown once, of the first fact that has them. `fact` is the one a unit is at: its cell is what
    is offered and written to.
    """

    stop: Stop
    text: tuple[TextPiece, ...]
    facts: tuple[Card, ...]
    relation: EvidenceMarks
    sum: tuple[TextPiece, ...]
    copies: tuple[Copy, ...]
    blanks: tuple[str, ...]
    basis: tuple[Basis, ...]
    fact: Card | None = None

    @property
    def finding(self) -> Finding:
        """The finding that names the point, or the one a unit is at."""
        return self.fact.finding if self.fact else self.stop.head.finding

    @property
    def proposal(self) -> str | None:
        """The wording that would go out, or into the cell."""
        return self.fact.proposal if self.fact else self.stop.text

    @property
    def severity(self) -> Severity:
        """The worst level among its findings."""
        return self.stop.severity

    @property
    def shared_codes(self) -> list[tuple[str, str]]:
        """The codes of its facts with their titles, each once: what most forms of the batch have in common."""
        return list({fact.finding.code: fact.finding.title for fact in self.facts}.items())

    @property
    def grounds(self) -> str:
        """The documents it leans on, each once."""
        named = (grounds(fact.finding) for fact in self.facts)
        return "；".join(dict.fromkeys(name for names in named for name in names.split("；")))

    @property
    def adopted(self) -> str:
        """The wording with the model's, once a person vouches for it."""
        if self.fact:
            return self.fact.adopted
        found = self.modelled
        draft = found.marked.draft if found else None
        if draft is None or draft.suggestion is None:
            return ""
        return with_draft(self.stop.text, draft.model_copy(update={"text": draft.suggestion.text}))

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The drafts that answer its facts, each once."""
        found = {draft.field: draft for fact in self.facts if (draft := fact.marked.draft)}
        return tuple(found.values())

    @property
    def modelled(self) -> Card | None:
        """The first fact a model has a wording for."""
        return next((fact for fact in self.facts if fact.apart), None)


def point_card(
    seen: OpenForm, stop: Stop, others: Mapping[str, Sequence[Other]], wanted: str | None = None
) -> PointCard:
    """Return the card of a point; `others` are cells of other forms to set beside, by the fingerprint of the finding.

    `wanted` is the fingerprint of the fact a unit asks for.
    """
    facts = tuple(card(seen, entry, others.get(entry.finding.fingerprint, ())) for entry in stop.entries)
    is_unit, at = seen.side == "fill", stop.fact(wanted)
    standing = [fact for fact in facts if is_unit or fact.marked in stop.standing]
    current = next(fact for fact in facts if fact.marked is at) if is_unit else None
    links = {
        link.value: link for fact in reversed(standing) for link in unique_links(fact.finding, fact.marked.mark.slots)
    }
    sums = [Link(f"{fact.finding.calc.computed:g}", "sum") for fact in standing if fact.finding.calc]
    return PointCard(
        stop,
        tuple(cut(stop.text, [*sums, *links.values()])),
        facts,
        current.relation if current else together([fact.relation for fact in standing]),
        next((fact.sum for fact in standing if fact.sum), ()),
        next((fact.copies for fact in standing if fact.copies), ()),
        blanks_of(stop.text),
        tuple({(b.document, b.article, b.quote): b for fact in standing for b in fact.finding.basis}.values()),
        current,
    )
