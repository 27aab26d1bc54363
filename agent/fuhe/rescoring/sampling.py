"""Which forms to look at closely: by money, by risk points, and by lots anyone can draw again from the seed."""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from fuhe.findings import Finding
from fuhe.follow_up import Candidate, Pick, PickedBy, Sample
from fuhe.readings.value import plain
from fuhe.records import Form
from fuhe.text import squeeze

_ERROR, _WARNING = 3, 1
_LOT = 12


def candidate(file: str, form: Form, findings: Iterable[Finding], budget: Decimal | None, seed: str) -> Candidate:
    """Return a form as it stands in the draw; an error is 3 risk points, a warning 1."""
    record = form.record
    levels = [finding.severity for finding in findings]
    errors, warnings = levels.count("error"), levels.count("warning")
    return Candidate(
        file=file,
        form=form.id,
        project=record.project,
        department=record.department,
        unit=record.unit or record.department,
        budget=budget,
        risk=errors * _ERROR + warnings * _WARNING,
        errors=errors,
        warnings=warnings,
        lot=lot_of(seed, record.project, record.unit or record.department),
    )


def lot_of(seed: str, project: str | None, unit: str | None) -> str:
    """Return a form's lot: the first 12 hexadecimal digits of SHA-256 over seed|project|unit, spaces left out."""
    drawn = "|".join((seed, squeeze(project), squeeze(unit)))
    return hashlib.sha256(drawn.encode()).hexdigest()[:_LOT]


def draw(candidates: Sequence[Candidate], count: int, seed: str) -> Sample:
    """Pick a third by money, a third by risk, the rest by lot; nobody twice."""
    count = min(count, len(candidates))
    by_money = math.ceil(count / 3)
    by_risk = math.ceil((count - by_money) / 2)
    picks: list[Pick] = []
    _take(picks, candidates, by_money, "金额", lambda one: (-(one.budget or Decimal(0)), one.lot), _by_money)
    _take(picks, candidates, by_risk, "风险", lambda one: (-one.risk, one.lot), _by_risk)
    _take(picks, candidates, count - len(picks), "随机", lambda one: (one.lot,), _by_lot)
    return Sample(seed=seed, picks=tuple(picks), candidates=tuple(candidates))


def _take(
    picks: list[Pick],
    candidates: Sequence[Candidate],
    count: int,
    by: PickedBy,
    order: Callable[[Candidate], tuple[object, ...]],
    told: Callable[[Candidate, int], str],
) -> None:
    taken = [pick.candidate for pick in picks]
    left = sorted((one for one in candidates if one not in taken), key=order)
    picks += [Pick(candidate=one, by=by, reason=told(one, place)) for place, one in enumerate(left[:count], 1)]


def _by_money(one: Candidate, place: int) -> str:
    shown = "没有读到预算数" if one.budget is None else f"全年预算数{plain(one.budget)}万元"
    return f"{shown}，列第{place}位"


def _by_risk(one: Candidate, place: int) -> str:
    return (
        f"风险分{one.risk}（错误{one.errors}处×{_ERROR}＋警告{one.warnings}处×{_WARNING}），在其余项目中列第{place}位"
    )


def _by_lot(one: Candidate, place: int) -> str:
    return f"随机抽取，抽签号{one.lot}，在其余项目中由小到大第{place}个"
