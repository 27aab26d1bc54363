"""How many forms were done by the end of each day, against the day the batch is due."""

from datetime import date

from sqlalchemy import Connection, func, select

from fuhe.outputs.figures import Pace
from fuhe.store import schema
from fuhe.store.selection import Selection, chosen, is_done


def pace(connection: Connection, whole: Selection, start: str, today: str, due: str | None) -> Pace | None:
    """Return the days of a batch; a form is done on the day of its last decision, one without findings when it came."""
    form, decision = schema.form.c, schema.decision.c
    total: int = connection.execute(select(func.count()).where(chosen(whole))).scalar_one()
    if not total:
        return None
    last = func.coalesce(func.max(decision.at), form.changed_at)
    each = (
        select(func.substr(last, 1, 10).label("day"))
        .select_from(schema.form.outerjoin(schema.decision, decision.form_id == form.id))
        .where(chosen(whole), is_done())
        .group_by(form.id, form.changed_at)
        .subquery()
    )
    rows = connection.execute(select(each.c.day, func.count()).group_by(each.c.day).order_by(each.c.day)).all()
    days, done = [], 0
    for day, count in rows:
        done += count
        days.append((str(day), done))
    first = min([start, *(day for day, _ in days[:1])])
    return Pace(
        start=first, today=max([today, *(day for day, _ in days[-1:])]), due=_day(due), days=tuple(days), total=total
    )


def _day(text: str | None) -> str | None:
    """Return the day of an ISO date or time; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None
