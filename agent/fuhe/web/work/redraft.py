"""Drafts written anew on demand, by the model that is set or by the rules; next year's table."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fuhe.drafts import Draft
from fuhe.model.asked_once import EndpointModel
from fuhe.model.ledger import Ledger, chosen_path
from fuhe.model.sending import connect
from fuhe.pipeline import drafted
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.decisions import note
from fuhe.store.recording import put_drafts
from fuhe.web.access.admission import At, Person, allowed, form_row
from fuhe.web.desk import Desk
from fuhe.web.rendering import environment

router = APIRouter(include_in_schema=False)
Drafter = Annotated[Person, Depends(allowed("draft"))]


def connected(desk: Desk) -> EndpointModel | None:
    """Return the model that is set, None where none is; raises SettingsError for one that cannot be used."""
    settings = desk.settings.model
    return connect(settings, Ledger(chosen_path(settings.ledger))) if settings.configured else None


def stored(desk: Desk, person: Person, form_id: int) -> CurrentForm:
    """Return a form a person may see; raises 404."""
    with desk.store.reading() as connection:
        form_row(connection, person, form_id)
        return load_forms(connection, [form_id])[0]


def draft_anew(desk: Desk, person: Person, form_id: int) -> tuple[tuple[Draft, ...], str]:
    """Draft a form with the model and keep the drafts; returns them and how it went, in words.

    Whatever the model lacks or gets wrong is drafted by the rules. Raises 409 where no model is set.
    """
    entry, model = stored(desk, person, form_id), connected(desk)
    if model is None:
        raise HTTPException(409, "没有配置大模型，建议稿按规则起草；可在“设置”里填写模型地址")
    outcome = drafted(entry.form, entry.findings, desk.pack, model)
    drafts, fault = tuple(outcome.drafts), outcome.fault
    by_model = sum(draft.source == "model" for draft in drafts)
    told = (
        f"大模型：{fault}有关各稿改按规则起草。"
        if fault
        else f"重新起草 {len(drafts)} 份，其中大模型稿 {by_model} 份，其余按规则起草"
    )
    with desk.store.writing() as connection:
        put_drafts(connection, form_id, drafts)
        note(connection, "draft", by=person.name, at=desk.now(), form_id=form_id, after=f"{model.name}：{told}")
    return drafts, told


def plan(desk: Desk, person: Person, form_id: int, year: str) -> tuple[Draft, ...]:
    """Draft next year's table of indicators by the rules."""
    entry = stored(desk, person, form_id)
    return tuple(drafted(entry.form, entry.findings, desk.pack, kinds=("indicator",), year=year).drafts)


@router.post("/forms/{form_id}/drafts")
def anew(request: Request, form_id: int, desk: At, person: Drafter) -> Response:
    """Draft a form anew; the page is told to load again and what happened."""
    _, told = draft_anew(desk, person, form_id)
    if request.headers.get("hx-request"):
        text = environment().get_template("told.html.j2").render(told=told)
        return HTMLResponse(text, headers={"HX-Trigger": "drafted"})
    return RedirectResponse(f"/forms/{form_id}", 303)
