"""整改前后对照.docx: the first hand-in of every form against the second, point by point: 已改, 部分改, 未改, 新出现."""

from collections import Counter
from collections.abc import Iterable, Sequence

from fuhe.follow_up import ChangeState, FormChange, ItemChange
from fuhe.outputs.in_words import inner_quotes
from fuhe.outputs.word.official import Paper
from fuhe.pointing.letter import numeral
from fuhe.text import one_line

_HEADS = ("序号", "事项", "整改前", "整改后", "结果")
_WIDTHS = (1.3, 6.5, 3.0, 3.0, 1.8)
_STATES: tuple[ChangeState, ...] = ("已改", "部分改", "未改", "新出现")
_NOT_RESUBMITTED, _UNCHANGED, _LONGEST = "未重报", "未变", 40


def to_before_after(changes: Sequence[FormChange], line: str) -> bytes:
    """Return the document: the counts over all forms, then a table a form."""
    paper = Paper()
    paper.title("绩效自评整改前后对照")
    paper.body(_overall(changes))
    for number, form in enumerate(changes, 1):
        _form(paper, number, form)
    paper.note(
        "“已改”指一项里的情况都不再查出，“部分改”指还有一部分，“未改”指仍都查出，“新出现”指重报后才有；是否整改到位由复核人核定。"
    )
    paper.note(line)
    return paper.save(title="整改前后对照", comments=line)


def counts_of(forms: Iterable[FormChange]) -> Counter[str]:
    """Return how many items of some forms were put right, were not, and are new."""
    return Counter(change.state for form in forms for change in form.changes)


def _overall(changes: Sequence[FormChange]) -> str:
    missing = sum(form.missing for form in changes)
    counted = _in_words(counts_of(changes))
    told = f"共对照{len(changes)}个项目"
    return told + (f"，其中{missing}个没有收到重报的表" if missing else "") + f"。{counted}。"


def _in_words(counts: Counter[str]) -> str:
    return "，".join(f"{state}{counts[state]}项" for state in _STATES)


def _form(paper: Paper, number: int, form: FormChange) -> None:
    name = inner_quotes(one_line(form.project or "（未填项目名称）"))
    paper.heading(f"{numeral(number)}、{name}")
    scores = [text for text in (form.score_before, form.score_after) if text]
    told = f"实施单位：{one_line(form.unit or '（未填）')}。"
    told += f"自评得分：{'→'.join(scores)}。" if scores else ""
    paper.body(
        told
        + (
            f"没有收到重报的表，原有{len(form.changes)}项待整改。"
            if form.missing
            else _in_words(counts_of([form])) + "。"
        )
    )
    rows = [
        [
            str(place),
            _told(change),
            _cut(change.before) if change.state != "新出现" else "—",
            _NOT_RESUBMITTED if form.missing else _after(change),
            change.state,
        ]
        for place, change in enumerate(form.changes, 1)
    ]
    if rows:
        paper.table(_HEADS, rows, _WIDTHS)


def _after(change: ItemChange) -> str:
    """Return the text after, 未变 where it is the one before."""
    return _UNCHANGED if change.state != "新出现" and change.after == change.before else _cut(change.after)


def _cut(text: str) -> str:
    """Show the beginning of a long text, 空 for nothing."""
    return f"{text[:_LONGEST]}……" if len(text) > _LONGEST + 2 else text or "（空）"


def _told(change: ItemChange) -> str:
    """Say what an item was, and of one put right in part what is left."""
    return change.item.what + (f"\n仍有：{change.left}" if change.left else "")
