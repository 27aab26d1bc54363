"""The words of one point: its headline, its facts in one or two sentences, its request; no clause is said twice."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from fuhe.findings import BatchFinding, Finding
from fuhe.pointing.better_names import named_examples
from fuhe.pointing.phrasebook import Phrasing, order, phrasing, words
from fuhe.pointing.row_subject import RowSubject, called, over_forms, owner
from fuhe.records import Record
from fuhe.text import one_line

_SLOT = re.compile(r"\{(\w+)\}")
_ROW = re.compile(r"indicators\[(\d+)\]")
_ASIDE = re.compile(r"（[^（）]*）")
_MOST_VALUES = 3
_MOST_REQUESTS = 3
_ENDS = "。；， "


@dataclass(frozen=True)
class SaidFact:
    """One finding of a point and the rows it is about; `own` where a person put it into words of their own.

    `guessed` is the row its guess names.
    """

    finding: Finding | BatchFinding
    rows: tuple[RowSubject, ...] = ()
    own: bool = False
    form: int = 0
    guessed: RowSubject | None = None

    @property
    def code(self) -> str:
        """The code of the finding."""
        return self.finding.code

    @property
    def clause(self) -> Phrasing:
        """How its code is said."""
        return phrasing(self.finding.code)

    @property
    def told_as_is(self) -> bool:
        """Whether the finding's own message is said."""
        return self.own or "{message}" in self.clause.says


def fact(record: Record, finding: Finding, *, form: int = 0, project: str = "", own: bool = False) -> SaidFact:
    """Return a finding with the row it stands at, or every row it sets beside another; a sum is about no row."""
    clause = phrasing(finding.code)
    cells = finding.cells if clause.beside == "row" else finding.cells[:1]
    indexes = sorted({int(found[1]) for cell in cells if (found := _ROW.match(cell.field))})
    of_form = clause.kind == "total" or clause.beside == "form"
    rows = () if of_form else tuple(RowSubject(record, index, form, project) for index in indexes)
    guess = finding.guess or ""
    named = (index for index, row in enumerate(record.indicators) if row.name and f"“{row.name}”" in guess)
    guessed = next((RowSubject(record, index, form, project) for index in named), None)
    return SaidFact(finding, rows, own or finding.source == "model" or finding.slug == "rule-crashed", form, guessed)


def headline(facts: Sequence[SaidFact]) -> str:
    """Name what a point is about: its rows and the weightiest thing said of them."""
    first = min(facts, key=weight)
    if not first.rows:
        return first.clause.head
    loud = [entry for entry in facts if entry.finding.severity in (first.finding.severity, "error", "warning")]
    rows = _rows(entry for entry in loud if entry.code == first.code)
    head = _run_on(called(rows), first.clause.head)
    left = [entry for entry in loud if not set(entry.rows) & set(rows)]
    return f"{head}，{headline(left)}" if left else head


def weight(entry: SaidFact) -> tuple[int, int]:
    """Order facts by what weighs most: hints last, then as they are said."""
    severity = {"error": 0, "warning": 0, "info": 1}[entry.finding.severity]
    return severity, order(entry.code)


def says(facts: Sequence[SaidFact], *, most: int = 0) -> str:
    """Say the facts as one or two sentences; hints only as far as `most` characters leave room."""
    loud = [entry for entry in facts if entry.finding.severity != "info"] or list(facts)
    said = _sentence(loud)
    for entry in facts:
        if entry not in loud and len(longer := _sentence([*loud, entry])) <= most:
            loud, said = [*loud, entry], longer
    return said


def ask(facts: Sequence[SaidFact], *, examples: bool = False) -> str:
    """Say what the unit is asked to do, each request once; with `examples` of better names where templates offer one."""
    codes = {entry.code for entry in facts}
    loud = [entry for entry in facts if entry.finding.severity != "info"] or list(facts)
    asked = [entry for entry in sorted(loud, key=_place) if not entry.own and not codes & set(entry.clause.asked)]
    requests = list(dict.fromkeys(_request(entry, asked, examples) for entry in asked))[:_MOST_REQUESTS]
    rest = [request.removeprefix("请") for request in requests[1:]]
    return "；".join([*requests[:1], *rest]) + "。" if requests else ""


def _request(entry: SaidFact, facts: Sequence[SaidFact], examples: bool) -> str:
    alike = [other for other in facts if other.code == entry.code]
    rows, several = _rows(alike), len({other.form for other in facts}) > 1
    offered = named_examples(rows) if examples else ""
    like = words()["such_as"].format(names=offered) if offered else ""
    return slots_filled((several and entry.clause.ask_all) or entry.clause.ask, rows, like)


def slots_filled(request: str, rows: Sequence[RowSubject] = (), like: str = "") -> str:
    """Name in a request the rows it is about, 有关指标 without any, and what they could be `like`."""
    several = len({row.form for row in rows}) > 1
    named = words()["above"] if several else called(rows) if rows else words()["those"]
    return _SLOT.sub(lambda slot: like if slot[1] == "like" else named, request)


def _place(entry: SaidFact) -> int:
    return order(entry.code)


def _rows(facts: Iterable[SaidFact]) -> list[RowSubject]:
    """Return the rows facts are about, in printed order."""
    found = {row.key: row for entry in facts for row in entry.rows}
    return [found[key] for key in sorted(found)]


def _is_said(entry: SaidFact, facts: Sequence[SaidFact]) -> bool:
    """Tell whether another code already said it of the same row."""
    return any(
        other.code in entry.clause.after and (set(other.rows) & set(entry.rows) or not entry.rows) for other in facts
    )


def _sentence(facts: Sequence[SaidFact]) -> str:
    spoken = _in_order([entry for entry in facts if not _is_said(entry, facts)])
    pieces: list[list[str]] = []
    seen = set[str]()
    for heading, raw in _parts(spoken, facts):
        if not (text := _unsaid(raw, seen)):
            continue
        if heading or not pieces:
            pieces.append([_run_on(heading, text)])
        else:
            pieces[-1].append(text)
    return "；".join("，".join(piece) for piece in pieces) + "。" if pieces else ""


def _in_order(facts: Sequence[SaidFact]) -> list[SaidFact]:
    """Order facts as they are said; over several forms what only one of them has comes last."""
    forms: dict[str, set[int]] = defaultdict(set)
    for entry in facts:
        forms[entry.code].add(entry.form)
    several = len({entry.form for entry in facts}) > 1
    return sorted(facts, key=lambda entry: (several and len(forms[entry.code]) == 1, _place(entry)))


def _parts(spoken: Sequence[SaidFact], facts: Sequence[SaidFact]) -> Iterator[tuple[str, str]]:
    """Yield each clause with the rows it is said of; nothing where they were named just before."""
    everywhere, codes = _rows(facts), {entry.code for entry in facts}
    named: list[RowSubject] = []
    guessed = any(isinstance(entry.finding, Finding) and entry.finding.guess and not entry.rows for entry in spoken)
    for code, entries in groupby(spoken, key=lambda entry: entry.code):
        mine = list(entries)
        short = _short(code, codes)
        yield from (
            ("", message_of(entry) if entry.own else short or message_of(entry)) for entry in mine if entry.told_as_is
        )
        plain = [entry for entry in mine if not entry.told_as_is]
        if plain:
            rows = _rows(plain)
            heading, text = _said_of(code, codes, rows, named, everywhere)
            yield heading if named or not guessed else words()["if_right"], text
            named = rows


def _short(code: str, codes: Container[str]) -> str:
    """Return how a code is said beside others that already said half of it; nothing where they are not there."""
    clause = phrasing(code)
    return clause.short if any(other in codes for other in clause.shortened) else ""


def _said_of(
    code: str,
    codes: Container[str],
    rows: Sequence[RowSubject],
    named: Sequence[RowSubject],
    everywhere: Sequence[RowSubject],
) -> tuple[str, str]:
    """Return what stands before a clause, and the clause with what sets each row apart in brackets.

    Over several forms the list behind a letter says which rows; the letter gives their number.
    """
    clause = phrasing(code)
    if len({row.form for row in everywhere}) > 1:
        return _over_forms(rows, named), _filled(clause.says_all or clause.says, rows)
    text = _filled(_short(code, codes) or clause.says, rows)
    of_one = len({row.form for row in rows}) == 1
    if clause.each and of_one and len(rows) <= _MOST_VALUES:
        if rows == named or len(everywhere) == 1:
            heading = "" if named else called(rows)
            return heading, f"{text}（{_filled(clause.each, rows)}）" if len(rows) == 1 else text
        return owner(rows[0]) + _joined(f"{row.title}（{_filled(clause.each, [row])}）" for row in rows), text
    if rows == named or clause.beside == "funding":
        return "", text
    if len(rows) > _MOST_VALUES and set(rows) < set(named):
        return f"其中{len(rows)}行", text
    return called(rows), text


def _over_forms(rows: Sequence[RowSubject], named: Sequence[RowSubject]) -> str:
    """Name rows of several forms by number and classes; those of the classes just named as 同类指标."""
    if rows == named:
        return ""
    alike = {row.class_name for row in rows} == {row.class_name for row in named}
    return words()["alike"].format(count=len({row.form for row in rows})) if alike else over_forms(rows)


def _run_on(heading: str, text: str) -> str:
    """Set a clause behind the rows it is about: 社会效益指标 and 指标值 take a 的 between them."""
    link = "的" if heading.endswith("指标") and text.startswith("指标") else ""
    return f"{heading}{link}{text}"


def _joined(titles: Iterable[str]) -> str:
    return "、".join(titles)


def _filled(text: str, rows: Sequence[RowSubject]) -> str:
    """Fill a clause from its rows: the values of several stand side by side, each once."""

    def fill(slot: re.Match[str]) -> str:
        if slot[1] == "lost":
            return _lost([row.lost for row in rows])
        values = list(dict.fromkeys(row.value(slot[1]) for row in rows))
        shown = values[:_MOST_VALUES]
        glue = "" if all(value.endswith("”") for value in shown) else "、"
        return glue.join(shown) + ("等" if len(values) > len(shown) else "")

    return _SLOT.sub(fill, text)


def _lost(points: Sequence[str]) -> str:
    """Say how many points rows lost: 扣1分 for one, 各扣1分 or 分别扣1、2分 for several."""
    if len(points) == 1:
        return f"扣{points[0]}分"
    return f"各扣{points[0]}分" if len(set(points)) == 1 else f"分别扣{'、'.join(points[:_MOST_VALUES])}分"


def message_of(entry: SaidFact) -> str:
    """Return a finding's own words, rows called as points call them, and its guess."""
    finding, text = entry.finding, entry.finding.message
    if isinstance(finding, Finding) and not entry.own:
        text = _renamed(finding, entry.rows)
        if finding.guess:
            guess = finding.guess.removesuffix(words()["please_check"])
            if row := entry.guessed:
                guess = guess.replace(f"“{row.printed.name}”一行", row.title)
            text = f"{text.rstrip(_ENDS)}，{guess}".replace("该行", "")
    return one_line(text).rstrip(_ENDS)


def _renamed(finding: Finding, rows: Sequence[RowSubject]) -> str:
    """Put a row's short title where the message prints its whole name."""
    text, titles = finding.message, {f"indicators[{row.index}].name": row for row in rows}
    for span in sorted(finding.spans, key=lambda span: span.start, reverse=True):
        row = titles.get(finding.cells[span.cell].field)
        before, after = text[: span.start], text[span.end :]
        if row and before.endswith("“") and after.startswith("”"):
            text = before[:-1].removesuffix(row.class_name) + row.title + after[1:]
    return text


def _unsaid(text: str, seen: set[str]) -> str:
    """Drop from a clause the parts that were said before, and remember the rest."""
    kept = []
    for part in text.split("，"):
        bare = _ASIDE.sub("", part).strip(_ENDS)
        if bare not in seen or not bare:
            kept.append(part)
        seen.add(bare)
    return "，".join(kept)


def hints(facts: Sequence[SaidFact]) -> tuple[str, str]:
    """Say what may be bettered in one line: each thing once, with its rows, or in the finding's own words."""
    ordered = sorted(facts, key=_place)
    said = [_hint(code, list(entries)) for code, entries in groupby(ordered, key=lambda entry: entry.code)]
    return "；".join(said) + "。", words()["hints_ask" if len(said) > 1 else "hint_ask"]


def _hint(code: str, entries: list[SaidFact]) -> str:
    rows, clause = _rows(entries), phrasing(code)
    own = [message_of(entry) for entry in entries if entry.own]
    if own:
        return "；".join(dict.fromkeys(own))
    if rows or not clause.tell:
        return f"{called(rows) if rows else ''}{clause.head}"
    return "；".join(dict.fromkeys(message_of(entry) for entry in entries))
