"""复核意见 to one unit: the points of its forms by theme, each fault said once, each request in the paragraph of its fault."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fuhe.drafts import Draft
from fuhe.findings import Finding
from fuhe.point import HINTS, SHARED, THEMES, BatchPoint, Point, Theme
from fuhe.pointing import wording
from fuhe.pointing.opening import judged, money_and_scores, names_of, short_project
from fuhe.pointing.phrasebook import kinds, letter_list, letter_words, order, theme_names
from fuhe.pointing.row_subject import called
from fuhe.pointing.wording import SaidFact
from fuhe.readings.value import plain
from fuhe.records import LABELS, Record
from fuhe.text import one_line

_NUMERALS = "一二三四五六七八九十"
_WHOLE = ("narrative",)
"""Kinds whose points are said whole over several forms as well."""
_FORM_BY_FORM = ("total", "score", "funds", "unspent", "clash", "undone", "blank")
_DOCUMENT, _HINTED, _CELLS = "《", 4, 2
_REMARKED: Theme = "other"


@dataclass(frozen=True)
class LetterForm:
    """A form of a letter: its findings, points and drafts as they go out, and how many findings nobody has decided on.

    `remarks` are a reviewer's own points, said word for word.
    """

    record: Record
    findings: tuple[Finding, ...]
    points: tuple[Point, ...]
    drafts: tuple[Draft, ...] = ()
    own: Collection[str] = ()
    doubtful: tuple[str, ...] = ()
    undecided: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterItem:
    """One numbered paragraph: its theme, what is said, and the score points that rest on it."""

    theme: Theme
    text: str
    stake: Decimal


@dataclass(frozen=True)
class ChangeList:
    """What is to be changed in one form: a line a point with its row, what is wrong and the request; hints in one text."""

    project: str
    lines: tuple[tuple[str, str, str], ...]
    hints: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter in paragraphs, and its appendix form by form."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    appendix: tuple[ChangeList, ...] = ()
    is_draft: bool = False


def letter(forms: Sequence[LetterForm], between: Sequence[BatchPoint] = (), central: Collection[str] = ()) -> Letter:
    """Write the letter to the unit of some forms; `between` are points over several of them.

    `central` are documents that bind central departments only and are cited to no other unit.
    """
    said = letter_words()
    items = [*_items(forms), *(_between(point) for point in between if point.kind != HINTS)]
    undecided = sum(form.undecided for form in forms)
    return Letter(
        title=_title(forms, draft=undecided > 0),
        addressee=one_line(forms[0].record.unit or forms[0].record.department or said["no_unit"]),
        paragraphs=(
            _opening(forms, bool(items), undecided),
            *_themes(items),
            *_hinted(forms),
            *_doubtful(forms),
            *([said["closing"]] if items or any(form.doubtful for form in forms) else []),
            *_basis(forms, central),
        ),
        appendix=tuple(_appendix(forms)),
        is_draft=undecided > 0,
    )


def _title(forms: Sequence[LetterForm], *, draft: bool) -> str:
    said = letter_words()
    unit = forms[0].record.unit or forms[0].record.department or ""
    years = {form.record.year for form in forms}
    year = years.pop() if len(years) == 1 else None
    named = said["title"].format(unit=one_line(unit), year=f"{year}年度" if year and year.isdigit() else "")
    return named + (said["draft"] if draft else "")


def _opening(forms: Sequence[LetterForm], has_items: bool, undecided: int) -> str:
    said, records = letter_words(), [form.record for form in forms]
    sentences = [said["received"].format(forms=names_of(records)), money_and_scores(records)]
    found = [_kinds(form) for form in forms]
    if any(found):
        sentences.append(judged(found))
    elif has_items:
        sentences.append(said["opinions"])
    elif not undecided:
        sentences.append(said["nothing"])
    return "".join(sentences)


def _kinds(form: LetterForm) -> set[str]:
    """Return the kinds of fault a form has, each fact counted by its own."""
    return {_bucket(point, fact) for point in outright(form.points) for fact in _loud(_facts(form, point, 0))}


def themed(forms: Sequence[LetterForm]) -> list[str]:
    """Return the body of a letter to the unit of some forms: each theme's heading and its paragraphs, hints last."""
    return [*_themes(_items(forms)), *_hinted(forms)]


def _themes(items: Iterable[LetterItem]) -> Iterator[str]:
    """Yield a heading and its paragraphs for each theme that occurs, the weightiest paragraph first."""
    by_theme: dict[Theme, list[LetterItem]] = defaultdict(list)
    for item in items:
        by_theme[item.theme].append(item)
    for number, theme in enumerate((theme for theme in THEMES if by_theme[theme]), 1):
        yield f"{numeral(number)}、{theme_names()[theme]}"
        ordered = sorted(by_theme[theme], key=lambda item: -item.stake)
        for place, item in enumerate(ordered, 1):
            yield f"（{numeral(place)}）{item.text}" if len(ordered) > 1 else item.text


def numeral(number: int) -> str:
    """Write 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十") + (
        _NUMERALS[ones - 1] if ones else ""
    )


def _items(forms: Sequence[LetterForm]) -> Iterator[LetterItem]:
    """Yield the paragraphs: form by form where figures are at stake, over all forms where they share a fault; own remarks last."""
    shared: dict[str, list[SaidFact]] = defaultdict(list)
    for number, form in enumerate(forms):
        whole = [point for point in outright(form.points) if len(forms) == 1 or point.kind in _FORM_BY_FORM]
        yield from _of_one(form, whole, len(forms) > 1)
        for point in outright(form.points):
            if point not in whole:
                for fact in _loud(_facts(form, point, number, short_project(form.record))):
                    shared[_bucket(point, fact)].append(fact)
    for kind, facts in shared.items():
        yield _of_several(kind, facts)
    for form in forms:
        named = f"{short_project(form.record)}：" if len(forms) > 1 else ""
        yield from (LetterItem(_REMARKED, f"{named}{text}", Decimal(0)) for text in form.remarks)


def outright(points: Iterable[Point]) -> list[Point]:
    """Return the points that are more than hints."""
    return [point for point in points if point.kind not in (HINTS, SHARED)]


def _loud(facts: Sequence[SaidFact]) -> list[SaidFact]:
    """Leave out hints, which the list behind the letter tells; keep them where a point has nothing else."""
    return [fact for fact in facts if fact.finding.severity != "info"] or list(facts)


def _bucket(point: Point, fact: SaidFact) -> str:
    """Return the kind a fact is said under over several forms: its own, in a narrative that of its point."""
    return point.kind if point.kind in _WHOLE else fact.clause.said_with or fact.clause.kind


def _facts(form: LetterForm, point: Point, number: int, project: str = "") -> list[SaidFact]:
    findings = (form.findings[fact] for fact in point.facts)
    return [
        wording.fact(form.record, entry, form=number, project=project, own=entry.fingerprint in form.own)
        for entry in findings
    ]


def _of_one(form: LetterForm, points: Sequence[Point], named: bool) -> Iterator[LetterItem]:
    """Yield the points of one form: each a paragraph, or one a theme where the form has to be named."""
    if not named:
        yield from (LetterItem(point.theme, point.text, Decimal(str(point.stake or 0))) for point in points)
        return
    for theme in dict.fromkeys(point.theme for point in points):
        mine = [point for point in points if point.theme == theme]
        told = "".join(point.text for point in mine)
        stake = max(Decimal(str(point.stake or 0)) for point in mine)
        yield LetterItem(theme, f"{short_project(form.record)}：{told}", stake)


def _of_several(kind: str, facts: Sequence[SaidFact]) -> LetterItem:
    rows = {row.key: row for fact in facts if fact.finding.severity != "info" for row in fact.rows}
    stake = sum((row.weight for row in rows.values()), Decimal(0))
    told = wording.says(facts) if rows else _by_code(facts)
    counted = letter_words()["involved"].format(stake=plain(stake)) if len(rows) > 1 else ""
    return LetterItem(kinds()[kind].theme, f"{told.rstrip('。')}{counted}。{wording.ask(facts, examples=True)}", stake)


def _by_code(facts: Sequence[SaidFact]) -> str:
    """Say what is about no row code by code, each with the number of its forms."""
    said = []
    for code in dict.fromkeys(fact.code for fact in sorted(facts, key=lambda fact: order(fact.code))):
        mine = [fact for fact in facts if fact.code == code]
        count = len({fact.form for fact in mine})
        said.append(
            letter_words()["some_forms"].format(count=count)
            + (mine[0].clause.says_all or wording.says(mine[:1])).rstrip("。")
        )
    return "；".join(said) + "。"


def _between(point: BatchPoint) -> LetterItem:
    return LetterItem(point.theme, f"{point.says}{point.ask}", Decimal(0))


def _hinted(forms: Sequence[LetterForm]) -> Iterator[str]:
    """Say in one line what may be bettered, what most forms share first."""
    counts: dict[str, set[int]] = defaultdict(set)
    for number, form in enumerate(forms):
        for point in form.points:
            if point not in outright(form.points):
                for fact in _facts(form, point, number):
                    counts[fact.clause.head].add(number)
    if counts:
        told = sorted(counts, key=lambda head: -len(counts[head]))
        more = "等" if len(told) > _HINTED else ""
        yield letter_words()["hints"].format(heads="、".join(told[:_HINTED]) + more)


def _doubtful(forms: Sequence[LetterForm]) -> Iterator[str]:
    told = [text for form in forms for text in form.doubtful]
    if told:
        yield letter_words()["doubtful"]
        yield from (f"{number}．{text}" for number, text in enumerate(told, 1))


def _basis(forms: Sequence[LetterForm], central: Collection[str]) -> Iterator[str]:
    """Name the documents once, those for central departments only where the unit is one."""
    unit = forms[0].record.department or forms[0].record.unit or ""
    is_central = unit.startswith(letter_list("central_units"))
    documents = dict.fromkeys(
        re.sub(r"所附.*$", "", basis.document)
        for form in forms
        for finding in form.findings
        for basis in finding.basis
        if basis.document.startswith(_DOCUMENT) and (is_central or basis.document not in central)
    )
    if documents:
        yield letter_words()["basis"].format(documents="、".join(documents))


def _appendix(forms: Iterable[LetterForm]) -> Iterator[ChangeList]:
    """Yield the changes asked of each form that has any."""
    for number, form in enumerate(forms):
        told = outright(form.points)
        remarked = ((theme_names()[_REMARKED], text, letter_words()["as_said"]) for text in form.remarks)
        lines = (*(_change_line(form, point, number) for point in told), *remarked)
        hints = "；".join(point.says.rstrip("。") for point in form.points if point not in told and point.says)
        if lines or hints:
            yield ChangeList(short_project(form.record), lines, hints)


def _change_line(form: LetterForm, point: Point, number: int) -> tuple[str, str, str]:
    """Return a point's row, what is wrong there without naming the row again, and what is asked, with drafts to go by."""
    facts = _facts(form, point, number)
    rows = {row.key: row for fact in facts for row in fact.rows}
    named = called([rows[key] for key in sorted(rows)]) if rows else _columns(point)
    said = point.says.removeprefix(named).removeprefix("的") if rows else point.says
    asked = wording.ask(facts, examples=True).removesuffix("。") or point.ask.removesuffix("。")
    asked = asked.replace(f"把{named}改为", "改为").replace(f"把{named}的", "把")
    return named, said.lstrip("，"), "；".join([asked, *_drafted(form, point)])


def _columns(point: Point) -> str:
    """Name the cells of a point that is about no row."""
    names = dict.fromkeys(LABELS.get(cell.field.rpartition(".")[2], "") for cell in point.subject)
    return "、".join(name for name in list(names)[:_CELLS] if name) or theme_names()[point.theme]


def _drafted(form: LetterForm, point: Point) -> Iterator[str]:
    """Quote the drafts of a point that leave nothing open: an indicator's name, the text of a reason."""
    for draft in (form.drafts[place] for place in point.drafts):
        if draft.indicator is not None and draft.indicator.action == "rewrite":
            yield letter_words()["could_be"].format(name=draft.indicator.name)
        elif draft.kind == "reason" and not draft.blanks:
            yield letter_words()["could_say"].format(text=one_line(draft.text).rstrip("。"))
