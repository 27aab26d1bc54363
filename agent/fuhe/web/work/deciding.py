"""What a person does about a finding, and how it is taken back: four verbs from each side, each with a line in the trail."""

from dataclasses import dataclass
from typing import Literal

from fastapi import HTTPException
from sqlalchemy import Connection

from fuhe.findings import Decision, State
from fuhe.store import schema
from fuhe.store.decisions import BULK_POINT, POINT, REASONS, LastStep, decide, decide_together, last_step
from fuhe.store.fillings import FILL_STEPS, Filling, fill, unfill
from fuhe.store.typing_kept import drop_typed, keep_typed
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work.card import suggestion
from fuhe.web.work.form_stops import Stop, stops_of
from fuhe.web.work.open_form import MarkedFinding, OpenForm, Side

STATES: dict[str, State] = {"list": "listed", "rewrite": "rewritten", "dismiss": "dismissed", "doubt": "doubtful"}
VERBS: dict[Side, dict[str, str]] = {
    "review": {"list": "列入意见", "rewrite": "改写", "dismiss": "不采纳", "doubt": "待核"},
    "fill": {"list": "改到表里", "rewrite": "自己改", "dismiss": "不改", "doubt": "稍后"},
}
DONE: dict[Side, dict[State, str]] = {
    "review": {"listed": "已列入意见", "rewritten": "已改写并列入意见", "dismissed": "已标为不采纳", "doubtful": "已转单位核实"},
    "fill": {
        "listed": "已改到表里（留修订痕迹）",
        "rewritten": "已按您的写法改到表里（留修订痕迹）",
        "dismissed": "已标为不改",
        "doubtful": "已留待稍后处理",
    },
}  # fmt: skip
_BULK = "bulk"
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did, in words for the toast, and to which finding or row of the 复核底稿."""

    number: int
    words: str
    fingerprint: str
    can_undo: bool = True
    of: Literal["findings", "scores"] = "findings"


def act(
    connection: Connection,
    desk: Desk,
    seen: OpenForm,
    person: Person,
    fingerprint: str,
    verb: str,
    *,
    text: str = "",
    reason: str = "",
) -> Step:
    """Do what a verb says about one finding; raises 404 for another form's finding, 422 where words are missing."""
    entry, stop = seen.named(fingerprint), stops_of(seen).holding(fingerprint)
    if entry is None or stop is None:
        raise HTTPException(404, "这一条在本表已不存在，可能单位已重新报送，请刷新")
    state = STATES[verb]
    words = _words(seen, entry, state, text)
    if state == "rewritten" and words == suggestion(seen, entry)[1]:
        state = "listed"  # saved as it was offered
    if state == "dismissed" and reason not in REASONS and seen.side == "review":
        raise HTTPException(422, "请选一个不采纳的理由")
    kept = Decision(state=state, text=words, reason=reason or None)
    if seen.side == "review":
        decide(connection, seen.id, fingerprint, kept, by=person.name, at=desk.now())
        begun(connection, seen)
    else:
        _answer(connection, desk, seen, person, entry, stop, kept)
    drop_typed(connection, seen.id, fingerprint, by=person.name, side=seen.side)
    part = f"的“{entry.finding.title}”" if seen.side == "fill" and len(stop.entries) > 1 else ""
    told = f"第 {stop.number} 条{part}{DONE[seen.side][state]}" + (f"：{reason}" if reason else "")
    return Step(stop.number, told, fingerprint)


def _words(seen: OpenForm, entry: MarkedFinding, state: State, text: str) -> str | None:
    """Return the wording to keep: the person's own, for a unit's cell the offered one, none for what is said as it is."""
    own = text.replace("\r\n", "\n").strip()[:LONGEST]
    if state == "rewritten":
        if not own:
            raise HTTPException(422, "请先写好文字再保存")
        return own
    if state == "dismissed" or seen.side == "review":
        return None
    offered = suggestion(seen, entry)[1]
    if state == "listed" and offered is None:
        raise HTTPException(422, "这一条需要按本单位实际情况改写，系统不代填")
    return offered


def _answer(
    connection: Connection,
    desk: Desk,
    seen: OpenForm,
    person: Person,
    entry: MarkedFinding,
    stop: Stop,
    decision: Decision,
) -> None:
    """Keep what a unit does about a fact; a text put into a cell answers what else is open of the point about that cell."""
    field = suggestion(seen, entry)[0] if decision.state in ("listed", "rewritten") else None
    also = (other for other in stop.entries if field and other.state == "open" and suggestion(seen, other)[0] == field)
    filling = Filling(**decision.model_dump(include={"state", "reason", "text"}), field=field)
    fillings = dict.fromkeys((other.finding.fingerprint for other in (entry, *also)), filling)
    fill(connection, seen.id, entry.finding.fingerprint, fillings, by=person.name, at=desk.now())


def begun(connection: Connection, seen: OpenForm) -> None:
    """A form somebody has decided something on is no longer waiting."""
    table = schema.form
    connection.execute(
        table.update().where(table.c.id == seen.id, table.c.stage == "waiting").values(stage="reviewing")
    )


def take_back(connection: Connection, desk: Desk, seen: OpenForm, person: Person) -> Step:
    """Take this person's last step on the form back, on whichever findings it was; raises 409 where there is none."""
    steps, undo = (("decide", _BULK, POINT, BULK_POINT), "undo") if seen.side == "review" else (FILL_STEPS, "unfill")
    step = last_step(connection, seen.id, by=person.name, steps=steps, undo=undo)
    entry = seen.named(step.fingerprint) if step else None
    stop = stops_of(seen).holding(step.fingerprint) if step else None
    if step is None or entry is None or stop is None:
        raise HTTPException(409, "没有可以撤销的步骤")
    if entry.decision is not None and entry.decision.state == "rewritten" and entry.decision.text:
        own, by, at = entry.decision.text, person.name, desk.now()
        keep_typed(connection, seen.id, step.fingerprint, own, by=by, side=seen.side, at=at)
    if step.action in (POINT, BULK_POINT):
        _restore(connection, desk, seen, person, step)
    elif seen.side == "fill":
        unfill(connection, seen.id, step, by=person.name, at=desk.now())
    else:
        before = None if step.before is None else Decision.model_validate(step.before)
        decide(connection, seen.id, step.fingerprint, before, by=person.name, at=desk.now(), action=undo)
    return Step(stop.number, f"已撤销，第 {stop.number} 条恢复原样", step.fingerprint, can_undo=False)


def _restore(connection: Connection, desk: Desk, seen: OpenForm, person: Person, step: LastStep) -> None:
    """Set every finding of a point back to what stood before the step."""
    before: dict[str, object] = step.before if isinstance(step.before, dict) else {}
    kept = {
        fingerprint: None if stood is None else Decision.model_validate(stood)
        for fingerprint, stood in before.items()
        if seen.named(fingerprint)
    }
    decide_together(connection, seen.id, step.fingerprint, kept, by=person.name, at=desk.now(), action="undo")
