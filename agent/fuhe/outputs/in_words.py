"""Cells, places and evidence in words, the same in every output; only characters a GBK console has."""

import re
from collections.abc import Iterator

from fuhe.drafts import Suggestion
from fuhe.findings import BatchFinding, Finding
from fuhe.records import LABELS, Place, Record
from fuhe.text import one_line

BLANK = re.compile(r"(【待补充[^】]{0,60}】)")
"""What is left to be filled in; splitting at it keeps it."""

UNVERIFIED = "【模型补充，未核】"
"""What stands before a model's words that nobody has vouched for."""


def foreign_in(suggestion: Suggestion) -> tuple[str, ...]:
    """Return the words of a suggestion to be verified, in printed order, each once."""
    return tuple(dict.fromkeys(suggestion.text[word.start : word.end] for word in suggestion.foreign))


def where(place: Place | None) -> str:
    """Say where a value stands, in the words of its format; nothing where it has no place."""
    if place is None:
        return ""
    if place.address:
        return f"{place.sheet or ''} {place.address}".strip()
    if place.line is not None:
        return f"第 {place.line} 行" + (f"第 {place.cell} 格" if place.cell else "")
    if place.row is not None:
        page = f"第 {place.page} 页" if place.page else ""
        return f"{page}表 {place.table} 第 {place.row} 行第 {place.col} 列"
    return ""


def bracketed(place: Place | None) -> str:
    """Say where a value stands inside ［］, nothing where it has no place."""
    told = where(place)
    return f"［{told}］" if told else ""


def cell_name(record: Record, field: str) -> str:
    """Name a cell as its unit would: the row it is in and the column."""
    block, _, rest = field.partition("[")
    if not rest:
        return LABELS.get(field, "表")
    number, _, name = rest.partition("].")
    index = int(number.rstrip("]"))
    if block == "remarks":
        return record.remarks[index].label
    row = row_name(record, field)
    return f"{row}的{LABELS[name]}" if name in LABELS and name not in ("name", "label") else row


def row_name(record: Record, field: str) -> str:
    """Name the row a field path leads into."""
    index = int(field.split("[")[1].split("]")[0])
    if field.startswith("funding"):
        return f"资金“{one_line(record.funding[index].label or '')}”".replace("：”", "”").replace(":”", "”")
    row = record.indicators[index]
    return f"指标 {index + 1}“{one_line(row.name or row.level2 or '')}”"


def file_name(path: str) -> str:
    """Return a path's last part, whichever system wrote it."""
    return path.replace("\\", "/").rpartition("/")[2]


def inner_quotes(text: str) -> str:
    """Turn the quotes inside a quoted text into single ones: “a“b”c” is “a‘b’c”."""
    shown, depth = [], 0
    for char in text:
        depth -= char == "”"
        shown.append({"“": "‘", "”": "’"}.get(char, char) if depth > 0 else char)
        depth += char == "“"
    return "".join(shown)


def with_marks(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """Print a text with the parts that differ inside 〔〕."""
    for start, end in reversed(marks):
        text = f"{text[:start]}〔{text[start:end]}〕{text[end:]}"
    return one_line(text)


def sum_line(finding: Finding) -> str:
    """Write the arithmetic of a finding out, nothing where it has none."""
    calc = finding.calc
    if calc is None:
        return ""
    terms = " + ".join(term.text for term in calc.terms)
    printed = "（未填）" if calc.printed is None else f"{calc.printed:g}"
    sign = "=" if calc.printed == calc.computed else "≠"
    alone = len(calc.terms) == 1  # one figure adds up to nothing but itself
    return f"{terms} {sign} {printed}" if alone else f"{terms} = {calc.computed:g} {sign} {printed}"


def segments(finding: Finding) -> Iterator[tuple[str, int | None]]:
    """Cut a message at its spans: each piece with the index of the cell whose text it is, None for plain words."""
    end = 0
    for span in sorted(finding.spans, key=lambda span: span.start):
        if span.start < end:
            continue
        if span.start > end:
            yield finding.message[end : span.start], None
        yield finding.message[span.start : span.end], span.cell
        end = span.end
    if end < len(finding.message):
        yield finding.message[end:], None


def advice(finding: Finding | BatchFinding) -> str:
    """Write what to do about a finding as one sentence after 建议."""
    steps = "；".join(step.removeprefix("建议") for step in finding.fix)
    return f"建议：{steps}。" if steps else ""


def grounds(finding: Finding) -> str:
    """Name the documents a finding leans on; an article only where it has been checked against its text."""
    named = (
        entry.document + (f"{entry.article}" if entry.article and entry.verified else "") for entry in finding.basis
    )
    return "；".join(dict.fromkeys(named)) or "复核惯例"


def free_name(name: str, names: set[str], mark: str = "_{}") -> str:
    """Return a file name that is not among `names`, numbered by `mark` where it must be, and add it to them."""
    stem, dot, ending = name.rpartition(".")
    number = 2
    while name in names:
        name = f"{stem}{mark.format(number)}{dot}{ending}"
        number += 1
    names.add(name)
    return name
