"""设置: the model's address, whether text may leave the network, words of the opinion, keys, rule pack, accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from fuhe.errors import ModelError, SettingsError, UsageError
from fuhe.model.address import parse, statement
from fuhe.model.sending import connect
from fuhe.model.trial_question import trial
from fuhe.policy import pack, pack_names
from fuhe.settings import ModelSettings
from fuhe.store.decisions import note
from fuhe.web.access import accounts, sessions
from fuhe.web.access.admission import At, Person, allowed, may, scheme_of
from fuhe.web.desk import Desk
from fuhe.web.pages.audit_page import trail
from fuhe.web.preferences import Keys, Preferences
from fuhe.web.rendering import fragment, page
from fuhe.web.roles import GIVEN, MAY, VERB_LABELS

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Person, Depends(allowed("see"))]
Setter = Annotated[Person, Depends(allowed("settings"))]
Manager = Annotated[Person, Depends(allowed("accounts"))]
Text = Annotated[str, Form(max_length=300)]
_TRIAL_SECONDS = 20.0


@router.get("/settings")
def settings(request: Request, desk: At, person: Viewer) -> Response:
    """Show what is set."""
    return page(request, "settings.html.j2", known=_context(desk, person))


def _context(desk: Desk, person: Person, **more: object) -> dict[str, object]:
    with desk.store.reading() as connection:
        listed = accounts.listed(connection) if may(person, "accounts") else []
        tokens = sessions.tokens(connection, person.account)
        lines = trail(connection, 20) if may(person, "audit") else []
    known = {
        "settings": desk.settings, "packs": [pack(name) for name in pack_names()], "accounts": listed, "tokens": tokens,
        "lines": lines, "roles": GIVEN, "may_table": MAY, "verbs": VERB_LABELS, "told": None, "saved": False, "link": None,
        "token": None,
    }  # fmt: skip
    return known | more


@router.post("/settings")
def change(
    request: Request,
    desk: At,
    person: Setter,
    model_url: Text = "",
    model_name: Text = "",
    offline: Text = "",
    heading: Text = "",
    author: Text = "",
    keys: Annotated[Keys, Form()] = "on",
    policy: Text = "",
) -> Response:
    """Keep what was set; what cannot be used is said beside the form and nothing is kept."""
    before = desk.preferences()
    try:
        made = before.model_copy(
            update={
                "model_url": _address(model_url, desk.base.model.base_url),
                "model_name": _unless(model_name.strip(), desk.base.model.name),
                "offline": offline == "yes",
                "heading": heading.strip(),
                "author": author.strip() or Preferences().author,
                "keys": keys,
                "policy": _pack(policy, desk.base.policy),
            }
        )
    except (SettingsError, UsageError) as error:
        return page(request, "settings.html.j2", status=422, known=_context(desk, person, told=str(error)))
    # model_dump, not dict(): a field is called keys, and dict() would take the model for a mapping
    old, new = before.model_dump(mode="json"), made.model_dump(mode="json")
    changed = [name for name in new if new[name] != old[name]]
    with desk.store.writing() as connection:
        made.keep(connection)
        told = [{name: side[name] for name in changed} for side in (old, new)]
        note(connection, "settings", by=person.name, at=desk.now(), before=told[0], after=told[1])
    return page(request, "settings.html.j2", known=_context(desk, person, saved=True))


def _unless(given: str, set_elsewhere: str) -> str | None:
    return None if given == set_elsewhere else given


def _address(given: str, set_elsewhere: str) -> str | None:
    """Return an address that can be used, None where it is the one set elsewhere, "" for no model."""
    if not given.strip() or given.strip() == set_elsewhere:
        return _unless(given.strip(), set_elsewhere)
    return parse(given).url


def _pack(given: str, set_elsewhere: str) -> str | None:
    """Return a pack by name; a path would let a page read files of the server."""
    if given in ("", set_elsewhere):
        return None
    if given not in pack_names():
        raise UsageError(f"没有规则包“{given}”", todo="请从列表里选")
    return given


@router.post("/settings/trial")
def try_model(request: Request, desk: At, person: Setter, model_url: Text = "", model_name: Text = "") -> Response:
    """Ask the model one small question and say how it answered."""
    kept = desk.preferences()
    asked = kept.model_copy(update={"model_url": model_url.strip() or None, "model_name": model_name.strip() or None})
    found = asked.over(desk.base).model.model_copy(update={"timeout": _TRIAL_SECONDS, "ledger": ""})
    told, is_right = _tried(found)
    return fragment(request, "trial.html.j2", told=told, is_right=is_right)


def _tried(settings: ModelSettings) -> tuple[str, bool]:
    if not settings.configured:
        return "没有填写模型地址和名称，建议稿按规则起草", True
    try:
        model = connect(settings)
        reply = trial(model)
    except (ModelError, SettingsError) as error:
        return str(error), False
    return f"{model.name} 已答复，用时 {reply.ms / 1000:.1f} 秒。{statement(model.place, model.name)}", True


@router.post("/settings/accounts")
def add_account(
    request: Request, desk: At, person: Manager, name: Text = "", role: Text = "", unit: Text = ""
) -> Response:
    """Make an account and show the link by which its owner sets the password, once."""
    try:
        with desk.store.writing() as connection:
            _, token = accounts.invite(connection, name, role, unit, by=person.name, at=desk.now(), now=desk.clock())
    except UsageError as error:
        return page(request, "settings.html.j2", status=422, known=_context(desk, person, told=str(error)))
    return page(request, "settings.html.j2", known=_context(desk, person, link=(name.strip(), _link(request, token))))


def _link(request: Request, token: str) -> str:
    return f"{scheme_of(request)}://{request.headers['host']}/setup/{token}"


@router.post("/settings/accounts/{account}")
def change_account(
    request: Request, desk: At, person: Manager, account: int, role: Text, unit: Text = "", active: Text = ""
) -> Response:
    """Change an account's role and unit, or stop it."""
    try:
        with desk.store.writing() as connection:
            accounts.change(
                connection, account, role=role, unit=unit, active=active == "yes", by=person.name, at=desk.now()
            )
    except UsageError as error:
        return page(request, "settings.html.j2", status=422, known=_context(desk, person, told=str(error)))
    return RedirectResponse("/settings#accounts", 303)


@router.post("/settings/accounts/{account}/reset")
def reset_account(request: Request, desk: At, person: Manager, account: int) -> Response:
    """Take a password away and show a new link, once."""
    with desk.store.writing() as connection:
        name = accounts.get(connection, account).name
        token = accounts.invite_again(connection, account, by=person.name, at=desk.now(), now=desk.clock())
    return page(request, "settings.html.j2", known=_context(desk, person, link=(name, _link(request, token))))


@router.post("/settings/tokens")
def add_token(request: Request, desk: At, person: Viewer, purpose: Text = "") -> Response:
    """Give a program a token with one's own rights, shown once."""
    named = purpose.strip()[:100] or "其他程序"
    with desk.store.writing() as connection:
        token = sessions.begin_token(connection, person.account, named, desk.clock())
        note(connection, "token-add", by=person.name, at=desk.now(), after=named)
    return page(request, "settings.html.j2", known=_context(desk, person, token=token))


@router.post("/settings/tokens/{token}/end")
def end_token(desk: At, person: Viewer, token: str) -> Response:
    """End one of one's own programs' tokens."""
    with desk.store.writing() as connection:
        own = {row.token: row.purpose for row in sessions.tokens(connection, person.account)}
        if token in own:
            sessions.end(connection, token)
            note(connection, "token-end", by=person.name, at=desk.now(), before=own[token])
    return RedirectResponse("/settings#tokens", 303)
