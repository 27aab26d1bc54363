"""The points of a stored batch by kind: in how many forms and with what stake."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from fuhe.outputs.figures import CommonPoint
from fuhe.point import HINTS, THEMES
from fuhe.pointing.phrasebook import kinds, phrasing, theme_names
from fuhe.store import schema
from fuhe.store.selection import Selection, chosen


def common_points(connection: Connection, whole: Selection) -> tuple[CommonPoint, ...]:
    """Return the kinds of points of a batch by theme and stake, each with the words of its query."""
    stakes, forms = defaultdict[str, float](float), defaultdict[str, set[int]](set)
    for form_id, kind, stake in (*_own(connection, whole), *_across(connection, whole)):
        stakes[kind] += stake
        forms[kind].add(form_id)
    told = sorted(forms, key=lambda kind: (THEMES.index(kinds()[kind].theme), -stakes[kind], -len(forms[kind]), kind))
    return tuple(
        CommonPoint(
            theme=theme_names()[kinds()[kind].theme],
            name=kinds()[kind].judged,
            forms=len(forms[kind]),
            stake=stakes[kind],
            query=whole.model_copy(update={"point": kind}).query,
        )
        for kind in told
    )


def _own(connection: Connection, whole: Selection) -> Iterator[tuple[int, str, float]]:
    """Yield each form's points that are more than hints: the form, the kind, the score points that rest on it."""
    form, point = schema.form, schema.form_point
    rows = connection.execute(
        select(point.c.form_id, point.c.kind, func.sum(point.c.stake))
        .join(form, form.c.id == point.c.form_id)
        .where(chosen(whole), point.c.kind != HINTS)
        .group_by(point.c.form_id, point.c.kind)
    )
    yield from ((form_id, kind, stake) for form_id, kind, stake in rows)


def _across(connection: Connection, whole: Selection) -> Iterator[tuple[int, str, float]]:
    """Yield what shows between forms, for each of them."""
    across, link = schema.batch_finding, schema.batch_finding_form
    rows = connection.execute(
        select(link.c.form_id, across.c.code)
        .join(across, across.c.id == link.c.batch_finding_id)
        .join(schema.form, schema.form.c.id == link.c.form_id)
        .where(chosen(whole), across.c.batch_id == whole.batch, across.c.severity != "info")
    )
    yield from ((form_id, phrasing(code).kind, 0.0) for form_id, code in rows)
