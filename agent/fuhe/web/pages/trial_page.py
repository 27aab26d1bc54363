"""用本批数据试跑: what a changed pack, word list or choice of rules would newly hit and miss on the forms of a batch."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection, select

from fuhe import policy
from fuhe.batch.rule_trial import Difference, Hits, TrialTerms, by_code, hits_apart
from fuhe.checking import Options
from fuhe.checking import chosen as chosen_rules
from fuhe.errors import PolicyError, UsageError
from fuhe.findings import SEVERITY_LABELS, Severity
from fuhe.intake.bounded import Apart
from fuhe.records import Form as FormRecord
from fuhe.rules import title_of
from fuhe.store import schema
from fuhe.store.selection import Selection, chosen
from fuhe.web.access.admission import At, Person, allowed
from fuhe.web.desk import Desk
from fuhe.web.rendering import page

router = APIRouter(include_in_schema=False)
Keeper = Annotated[Person, Depends(allowed("rules"))]
_MOST, _SHOWN, _SECONDS, _LARGEST = 500, 30, 120.0, 1 << 20
_BETWEEN = re.compile(r"[\s,，、;；]+")
_LEVELS: dict[str, Severity] = {label: severity for severity, label in SEVERITY_LABELS.items()}


@dataclass(frozen=True)
class Trial:
    """What the forms tried say: how many of how many were tried, and where the reports differ."""

    tried: int
    forms: int
    found: Difference
    ids: dict[tuple[str, str], int]

    def codes(self) -> list[tuple[str, str, int, int, int, int, int]]:
        """Return for each code that differs: code, title, before, after, more, less, at another level."""
        found = self.found
        parts = [by_code(part) for part in (found.before, found.after, found.more, found.less, found.relevelled)]
        changed = sorted(set().union(*(part for part in parts[2:])))
        return [(code, title_of(code), *(part.get(code, 0) for part in parts)) for code in changed]  # type: ignore[misc]

    def shown(self, hits: Hits) -> list[tuple[int | None, str, str, str]]:
        """Return the first of some hits as form id, file, code, message."""
        listed = list(hits.items())[:_SHOWN]
        return [(self.ids.get((path, number)), path, code, told.message) for (path, number, code, _), told in listed]


@router.get("/rules/try")
def ask(request: Request, desk: At, person: Keeper) -> Response:
    """Ask what to try."""
    return _page(request, desk)


def _page(request: Request, desk: Desk, **more: object) -> Response:
    packs = [(name, policy.pack(name).title) for name in policy.pack_names()]
    known: dict[str, object] = {
        "packs": packs,
        "present": desk.settings.policy,
        "trial": None,
        "asked": dict.fromkeys(("pack", "off", "on", "levels", "own"), ""),
        "SHOWN": _SHOWN,
        "MOST": _MOST,
    }
    return page(request, "rule_trial.html.j2", known=known | more)


@router.post("/rules/try")
def try_out(
    request: Request,
    desk: At,
    person: Keeper,
    pack: Annotated[str, Form()] = "",
    off: Annotated[str, Form()] = "",
    on: Annotated[str, Form()] = "",
    levels: Annotated[str, Form()] = "",
    own: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Check the forms of the newest batch as now and as proposed, and show what differs; nothing is kept."""
    given = own.file.read(_LARGEST + 1) if own is not None and own.filename else b""
    name = PurePosixPath((own.filename or "") if own is not None else "").name
    asked = {"pack": pack, "off": off, "on": on, "levels": levels}
    return _tried(request, desk, asked, name, given)


def _tried(request: Request, desk: Desk, asked: dict[str, str], name: str, given: bytes) -> Response:
    if len(given) > _LARGEST:
        raise HTTPException(413, "规则包或词表不超过 1 MB")
    if asked["pack"] and asked["pack"] not in policy.pack_names():
        raise UsageError(f"没有政策包“{asked['pack']}”", todo=f"可用的有：{'、'.join(policy.pack_names())}")
    present = TrialTerms(desk.settings.policy, desk.options)
    options = _options(desk.options, asked)
    with tempfile.TemporaryDirectory() as folder:
        proposed = _proposed(asked["pack"] or present.policy, options, Path(folder), name, given)
        with desk.store.reading() as connection:
            forms, ids, total = _forms(connection, desk)
        found = Difference(_apart(forms, present), _apart(forms, proposed))
    return _page(request, desk, trial=Trial(len(forms), total, found, ids), asked=asked | {"own": name})


def _options(present: Options, asked: dict[str, str]) -> Options:
    """Return the rules and levels as proposed; raises UsageError for a code or level that does not exist."""
    off, on = (tuple(word.upper() for word in _BETWEEN.split(asked[name]) if word) for name in ("off", "on"))
    levels = dict(present.severities)
    for word in filter(None, _BETWEEN.split(asked["levels"])):
        code, _, label = word.replace("＝", "=").partition("=")
        if label not in _LEVELS:
            raise UsageError(f"“{word}”不是级别", todo="请写成 V001=提示，级别可用错误、警告、提示")
        levels[code.upper()] = _LEVELS[label]
    ignore = tuple(dict.fromkeys((*(code for code in present.ignore if code not in on), *off)))
    made = Options(present.select, ignore, levels, present.suppressions)
    chosen_rules(Options(select=on, ignore=ignore, severities=levels))
    return made


def _proposed(pack: str, options: Options, folder: Path, name: str, given: bytes) -> TrialTerms:
    """Put a file that was sent in its place, a word list by its name, else a pack; raises PolicyError by its own name."""
    if not given:
        return TrialTerms(pack, options)
    words = folder / "lexicon"
    words.mkdir()
    is_words = (policy.data_folder() / "lexicon" / name).is_file()
    path = (words if is_words else folder) / (name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    path.write_bytes(given)
    try:
        if is_words:
            policy.check_lexicons(words)
            return TrialTerms(pack, options, words)
        policy.pack(str(path))
    except PolicyError as error:
        raise PolicyError(error.what, where=error.where.replace(str(path), name), todo=error.todo) from error
    return TrialTerms(str(path), options)


def _forms(connection: Connection, desk: Desk) -> tuple[list[tuple[str, str]], dict[tuple[str, str], int], int]:
    """Return forms of the newest batch, spread evenly where there are many, with their ids, and how many there are."""
    batch = desk.batch(connection)
    if batch is None:
        raise HTTPException(422, "还没有可以试跑的表，请先在工作台放入自评表")
    form, file = schema.form.c, schema.file.c
    wanted = chosen(Selection(batch=batch.id))
    every = list(connection.execute(select(form.id).where(wanted).order_by(form.id)).scalars())
    step = -(-len(every) // _MOST) or 1
    rows = connection.execute(
        select(form.id, form.body, file.path)
        .join(schema.file, file.id == form.file_id)
        .where(form.id.in_(every[::step]))
    ).all()
    read: list[tuple[int, FormRecord, str]] = [(row.id, row.body, row.path) for row in rows]
    ids = {(path, one.id): number for number, one, path in read}
    return [(path, one.model_dump_json()) for _, one, path in read], ids, len(every)


def _apart(forms: Sequence[tuple[str, str]], terms: TrialTerms) -> Hits:
    """Check in a process of its own: it keeps no one waiting, and takes changed words with it when it ends."""
    apart = Apart()
    try:
        found: Hits = apart.call(_SECONDS, hits_apart, forms, terms)
    except (EOFError, OSError) as error:
        raise UsageError("试跑用时过长或没有跑完", todo="请减少改动后再试") from error
    finally:
        apart.close()
    return found
