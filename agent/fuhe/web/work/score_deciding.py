"""What a reviewer does about a row of the 复核底稿: confirm, give another score with a reason, leave, tick, take back."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Form, HTTPException
from sqlalchemy import Connection

from fuhe.outputs.worksheet_words import STATED, amount_taken
from fuhe.readings.typed_points import typed_points
from fuhe.readings.value import plain
from fuhe.rescoring.row_decisions import DecidedRow, DecidedSheet, basis_of
from fuhe.store.decisions import last_step
from fuhe.store.scored_rows import SCORE, SCORE_UNDO, decide_row
from fuhe.store.typing_kept import drop_typed
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work.deciding import LONGEST, Step, begun
from fuhe.web.work.open_form import OpenForm
from fuhe.web.work.score_words import decision_in_words
from fuhe.worksheets import HandEntry, RowDecision, RowState, WorkRow, cents, with_ticks

RowVerb = Literal["confirm", "change", "leave", "tick", "undo"]
TYPED_SIDE = "score"
"""What is typed on a row and not saved is kept under this side, beside what is typed on the cards."""
_AMOUNT = re.compile(r"^\s*(?:扣\s*[\d.]+\s*[%％](?:（[\d.]+分）)?|不扣分|不计分)\s*[：:]\s*")
_DECIMALS = 2


@dataclass(frozen=True)
class GivenScore:
    """What is sent with a verb; `stood` is what was decided on the row when the page was made."""

    score: Annotated[str, Form()] = ""
    reason: Annotated[str, Form()] = ""
    actual: Annotated[str, Form()] = ""
    tick: Annotated[str, Form()] = ""
    stood: Annotated[str, Form()] = ""
    queue: Annotated[str, Form()] = ""


def token_of(decision: RowDecision | None) -> str:
    """Return a short mark of what is decided on a row; it is another one as soon as anything of it is."""
    return "" if decision is None else hashlib.sha256(decision.model_dump_json().encode()).hexdigest()[:12]


def act_on_row(
    connection: Connection,
    desk: Desk,
    seen: OpenForm,
    made: DecidedSheet,
    person: Person,
    key: str,
    verb: RowVerb,
    given: GivenScore,
) -> Step:
    """Do what a verb says about a row; raises 404 for a row that is gone, 409 where another was first, 422 for what cannot be taken."""
    if verb == "undo":
        return _take_back(connection, desk, seen, made, person)
    number, entry = _row(made, key)
    _refuse_late(entry, given.stood)
    if verb == "confirm" and entry.is_settled and entry.decision:
        told = f"第 {number} 行早先已{decision_in_words(entry.decision)}，没有变；要改请按 E"
        return Step(number, told, key, can_undo=False, of="scores")
    decision, told = _decision(entry, verb, given, person, desk.now())
    decide_row(connection, seen.id, key, decision, by=person.name, at=desk.now())
    if verb != "tick":
        drop_typed(connection, seen.id, key, by=person.name, side=TYPED_SIDE)
    begun(connection, seen)
    return Step(number, f"第 {number} 行{told}", key, of="scores")


def _row(made: DecidedSheet, key: str) -> tuple[int, DecidedRow]:
    found = ((number, entry) for number, entry in enumerate(made.rows, 1) if entry.row.key == key)
    at = next(found, None)
    if at is None:
        raise HTTPException(404, "这一行在现在的表上没有，可能单位已重新报送，请刷新")
    return at


def _refuse_late(entry: DecidedRow, stood: str) -> None:
    """Tell the later of two who decide a row what the first has decided."""
    now = entry.decision
    if stood == token_of(now):
        return
    if now is None:
        raise HTTPException(409, f"“{entry.row.name}”刚被别人恢复为待核定，您的没有保存；请刷新后再定")
    raise HTTPException(
        409,
        f"{now.by} 已在 {now.at.replace('T', ' ')[:16]} 把“{now.name}”{decision_in_words(now)}，您的没有保存；请刷新，看过再定",
    )


def _decision(
    entry: DecidedRow, verb: RowVerb, given: GivenScore, person: Person, at: str
) -> tuple[RowDecision | None, str]:
    """Return what is to be kept of a row, and what was done in words."""
    row = entry.row
    if verb == "tick":
        return _ticked(entry, given.tick, person, at)
    if verb == "change":
        hand = _entry(row, given)
        scored = row.model_copy(update={"hand": hand})
        state: RowState = "confirmed" if hand == HandEntry() else "changed"
    else:
        scored = row
        state = "left" if verb == "leave" else "confirmed" if row.hand == HandEntry() else "changed"
    made = _kept(scored, state, person, at)
    told = {"left": "已留待，没有核定", "changed": f"已改为 {plain(scored.score)} 分"}
    return made, told.get(state, f"已核定 {plain(scored.score)} 分")


def _kept(row: WorkRow, state: RowState, person: Person, at: str) -> RowDecision:
    ticks = tuple(tick.label for tick in row.ticks if tick.on)
    basis = basis_of(row)
    return RowDecision(
        name=row.name, state=state, score=row.score, ticks=ticks, entry=row.hand, basis=basis, by=person.name, at=at
    )


def _ticked(entry: DecidedRow, label: str, person: Person, at: str) -> tuple[RowDecision | None, str]:
    """Set a tick or take it away; the row is then to be confirmed again, a score of one's own no longer stands."""
    row = entry.row
    if label not in [tick.label for tick in row.ticks]:
        raise HTTPException(422, f"这一行不适用“{label}”，没有勾选")
    on = {tick.label for tick in row.ticks if tick.on}
    now = with_ticks(row.model_copy(update={"hand": HandEntry()}), on ^ {label})
    told = f"{'取消' if label in on else '已'}勾选“{label}”，建议 {plain(now.proposed)} 分，待核定"
    if entry.state == "changed":
        told += f"；原改的 {plain(row.score)} 分不再用"
    return (_kept(now, "open", person, at) if on ^ {label} else None), told


def _entry(row: WorkRow, given: GivenScore) -> HandEntry:
    """Return what a person has written over a proposal; only what differs from it."""
    score = _score(row, given.score)
    own = None if score == row.proposed else score
    reason = _reason(row.model_copy(update={"hand": HandEntry(score=own)}), given.reason)
    actual = " ".join(given.actual.split())[:LONGEST]
    return HandEntry(score=own, reason=reason, actual=None if actual in ("", row.review_actual) else actual)


def _score(row: WorkRow, text: str) -> Decimal:
    """Return a typed score; raises 422 with the one thing that is wrong with it."""
    fits = f"请填 0 到 {plain(row.weight)} 之间的数"
    number = typed_points(text)
    if not text.strip():
        raise HTTPException(422, f"“{row.name}”的复核得分没有填，没有保存；{fits}")
    if number is None:
        raise HTTPException(422, f"“{row.name}”的复核得分写着“{text.strip()[:20]}”，不是数，没有保存；{fits}")
    if number > row.weight or number < 0:
        limit = f"超过分值 {plain(row.weight)}" if number > row.weight else "小于 0"
        raise HTTPException(422, f"“{row.name}”的复核得分 {plain(number)} {limit}，没有保存；{fits}")
    if number != cents(number):
        raise HTTPException(422, f"“{row.name}”的复核得分 {plain(number)} 超过{_DECIMALS}位小数，没有保存；{fits}")
    return number


def _reason(row: WorkRow, text: str) -> str | None:
    """Return a reason that begins with what is really taken off; raises 422 where it says another percent or nothing."""
    stated = STATED.search(text)
    taken = cents(row.lost / row.weight * 100) if row.weight else Decimal(0)
    if stated and Decimal(stated[1]) != taken:
        raise HTTPException(
            422, f"原因里写的是扣 {stated[1]}%，按得分是扣 {plain(taken)}%，没有保存；扣百分之几不用写，由程序写"
        )
    words = _AMOUNT.sub("", " ".join(text.split()))[:LONGEST]
    if not words and row.score != row.proposed:
        raise HTTPException(422, f"“{row.name}”改了得分，没有写原因，没有保存；请写明为什么")
    return amount_taken(row) + words if words else None


def bare_reason(reason: str | None) -> str:
    """Return a reason as a person writes it, without what the program puts before it."""
    return _AMOUNT.sub("", reason or "")


def _take_back(connection: Connection, desk: Desk, seen: OpenForm, made: DecidedSheet, person: Person) -> Step:
    """Take this person's last step on the form's rows back, unless another has decided the row since."""
    step = last_step(connection, seen.id, by=person.name, steps=(SCORE,), undo=SCORE_UNDO)
    if step is None:
        raise HTTPException(409, "没有可以撤销的步骤")
    number, entry = _row(made, step.fingerprint)
    if entry.decision is not None and entry.decision.by != person.name:
        raise HTTPException(
            409, f"“{entry.row.name}”后来由 {entry.decision.by} {decision_in_words(entry.decision)}，没有撤销"
        )
    before = None if step.before is None else RowDecision.model_validate(step.before)
    decide_row(connection, seen.id, step.fingerprint, before, by=person.name, at=desk.now(), action=SCORE_UNDO)
    return Step(number, f"已撤销，第 {number} 行恢复原样", step.fingerprint, can_undo=False, of="scores")
