"""What an indicator of a class could be called in a project of a topic: the names of `plan.yaml`, nothing else."""

from collections.abc import Sequence

from fuhe.pointing.row_subject import RowSubject
from fuhe.policy import lexicon, simplify
from fuhe.records import Record
from fuhe.text import squeeze

_MOST_NAMES = 2


def named_examples(rows: Sequence[RowSubject]) -> str:
    """Return names for some rows, of several forms one a topic; "" where the templates offer none."""
    several = len({row.form for row in rows}) > 1
    offered: dict[str, str] = {}
    for row in rows:
        topic = project_topic(row.record)
        name = lexicon("plan")["better"].get(topic, {}).get(row.class_name.removesuffix("指标"))
        used = {squeeze(entry.name) for entry in row.record.indicators}
        if name and name not in used:
            offered.setdefault(topic if several else name, name)
    return "、".join(list(offered.values())[:_MOST_NAMES])


def project_topic(record: Record) -> str:
    """Return the topic of a project by the words of its name, the last of them where two topics have as many; else ""."""
    name = simplify(squeeze(record.project))
    found: dict[str, tuple[int, int]] = {}
    for topic, entry in lexicon("plan")["topics"].items():
        places = [name.rfind(word) for word in entry["words"] if word in name]
        if places:
            found[topic] = (len(places), max(places))
    return max(found, key=lambda topic: found[topic], default="")
