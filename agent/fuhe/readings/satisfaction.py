"""Whether a row measures satisfaction itself, or only mentions it."""

from fuhe.policy import words
from fuhe.readings.sheet import Row


def is_satisfaction(row: Row) -> bool:
    """Tell whether a name's head is satisfaction: 不断提升群众满意度 is, 满意度调查次数 and 满意度调查覆盖率 are not."""
    read = row.measure
    headed = read.kind == "share" and (read.head or "").startswith(words("satisfaction", "satisfaction"))
    return headed or (read.head is None and "survey" in read.about and row.target.unit == "%")
