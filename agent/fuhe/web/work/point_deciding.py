"""What a reviewer does about a point: one verb for all its findings in one step, one of them struck out of it."""

from fastapi import HTTPException
from sqlalchemy import Connection

from fuhe.findings import Decision
from fuhe.outputs.decided import own_words
from fuhe.store.decisions import REASONS, decide_together
from fuhe.store.typing_kept import drop_typed
from fuhe.web.desk import Desk
from fuhe.web.roles import Person
from fuhe.web.work.deciding import DONE, LONGEST, STATES, Step, begun
from fuhe.web.work.form_stops import Stop, stops_of
from fuhe.web.work.open_form import OpenForm

STRUCK = "其他"
"""The reason kept where a finding is struck out of its point without one."""


def act_on_point(
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
    """Do what a verb says about the point a finding is in; raises 404 for another form's, 422 where words are missing.

    What a person wrote is kept with the first finding and stands for all the others, which are kept as reworded without words.
    """
    stop, state = _stop(seen, fingerprint), STATES[verb]
    own = _own_words(stop, text) if state == "rewritten" else None
    if own == stop.offered:
        state, own = "listed", None  # saved as it was offered
    if state == "dismissed" and reason not in REASONS:
        raise HTTPException(422, "请选一个不采纳的理由")
    kept = {
        entry.finding.fingerprint: Decision(state=state, reason=reason or None)
        if own is None
        else _worded(stop, entry.finding.fingerprint, own)
        for entry in stop.standing
    }
    head = stop.head.finding.fingerprint
    decide_together(connection, seen.id, head, kept, by=person.name, at=desk.now())
    begun(connection, seen)
    for entry in stop.entries:
        drop_typed(connection, seen.id, entry.finding.fingerprint, by=person.name, side=seen.side)
    return Step(stop.number, f"第 {stop.number} 条{DONE['review'][state]}" + (f"：{reason}" if reason else ""), head)


def strike(connection: Connection, desk: Desk, seen: OpenForm, person: Person, fingerprint: str) -> Step:
    """Strike a finding out of its point, or put it back to go with the rest of it; raises 422 for the last one."""
    stop = _stop(seen, fingerprint)
    entry = next(entry for entry in stop.entries if entry.finding.fingerprint == fingerprint)
    is_struck = entry in stop.struck
    if not is_struck and len(stop.standing) == 1:
        raise HTTPException(422, "这一条只剩这一处，请直接选“不采纳”")
    kept = {fingerprint: _as_the_rest(stop) if is_struck else Decision(state="dismissed", reason=STRUCK)}
    if own := own_words(entry.decision):
        heir = next(other for other in stop.standing if other is not entry)
        kept[heir.finding.fingerprint] = Decision(state="rewritten", text=own)
    decide_together(connection, seen.id, fingerprint, kept, by=person.name, at=desk.now())
    begun(connection, seen)
    told = "已放回" if is_struck else "已划去"
    return Step(stop.number, f"第 {stop.number} 条里的“{entry.finding.title}”{told}", fingerprint)


def _stop(seen: OpenForm, fingerprint: str) -> Stop:
    stop = stops_of(seen).holding(fingerprint)
    if stop is None:
        raise HTTPException(404, "这一条在本表已不存在，可能单位已重新报送，请刷新")
    return stop


def _own_words(stop: Stop, text: str) -> str:
    own = text.replace("\r\n", "\n").strip()[:LONGEST]
    if not own:
        raise HTTPException(422, "请先写好文字再保存")
    return own


def _worded(stop: Stop, fingerprint: str, own: str) -> Decision:
    """Return what is kept of a finding of a point somebody worded: the words with the first, the others said with them."""
    is_head = fingerprint == stop.head.finding.fingerprint
    return Decision(state="rewritten", text=own if is_head else None)


def _as_the_rest(stop: Stop) -> Decision | None:
    state = stop.state
    return Decision(state=state) if state in ("rewritten", "listed", "doubtful") else None
