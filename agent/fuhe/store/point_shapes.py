"""What is counted of a form's points: kind, stake, and a shape that is the same for points that say the same of other figures."""

import hashlib
import re
from collections.abc import Sequence

from fuhe.findings import Finding
from fuhe.point import Point
from fuhe.pointing.form_points import form_points
from fuhe.records import Form
from fuhe.store.rows import FormPointRow

_QUOTED = re.compile(r"“[^”]*”")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def point_rows(form_id: int, form: Form, findings: Sequence[Finding]) -> tuple[FormPointRow, ...]:
    """Return a row for each point of a form's own findings."""
    points = form_points(form.record, findings)
    return tuple(FormPointRow(form_id, point.rank, point.kind, point.stake or 0, shape(point)) for point in points)


def shape(point: Point) -> str:
    """Name what a point says with its figures and quoted words left out."""
    said = _FIGURE.sub("0", _QUOTED.sub("“”", point.text))
    return hashlib.sha256(f"{point.kind}\x1f{said}".encode()).hexdigest()[:16]
