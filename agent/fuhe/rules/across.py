"""D 重复 across forms: the same text standing in for several projects."""

import re
from collections.abc import Iterator

from fuhe.rules.batch_rule import BatchHit, Group, Tally, Trace, batch_rule, common_names, trace
from fuhe.similarity import differences
from fuhe.traces import FormTrace

_LEAST_NARRATIVE = 10
_MOST_WORDINGS = 5
_WHOSE_SATISFACTION = re.compile(r"[^对与和及的升促保障]{1,8}满意度")
_LABELS = {"goal": "预期目标", "outcome": "实际完成情况"}


def _benefits(seen: FormTrace) -> Iterator[Trace]:
    for line in seen.lines:
        if line.level in ("效益", "满意度") and not line.placeholder and len(line.key) > 1:
            printed = f"indicators[{line.index}].name"
            yield trace(seen, line.key, printed, line.printed_name, line.name)


@batch_rule("D003", "copied-across-forms", "warning", "效益、满意度指标在不同项目间照搬", gather=_benefits, near=True)
def copied_across_forms(group: Group) -> Iterator[BatchHit]:
    """一个项目的效益、满意度指标名称，与另一个项目的相同或近似。

    查什么：同一批表中，不同项目的效益、满意度指标名称；按组列出，标出不同的字。同一单位的表之间从宽比对，不同单位之间从严。
    为什么：不同项目产生的效益不同，照搬说明没有结合本项目设置。
    反例：热线服务费、大楼管理费两个项目，社会效益都是“不断提升市民对政务服务满意度”。
    正例：热线项目考核“来电接通率”，大楼项目考核“设施设备完好率”。
    不算问题：服务对象满意度等通用名称（只作提示）；对象或度量不同的（只作疑似提示）；同一项目各年度、各版本的表（见B002、D005）。
    依据：复核惯例。
    """
    tally, first, is_common, only_whose = Tally(), "", group.doubtful, True
    for found in group.traces:
        tally.add(found)
        first = first or found.facts[0]
        whose = bool(_WHOSE_SATISFACTION.fullmatch(found.bucket))
        is_common, only_whose = is_common or whose or found.bucket in common_names(), only_whose and whose
    if len(tally.projects) > 1 and not (group.doubtful and only_whose):
        yield BatchHit(
            tally.marked(),
            f"{len(tally.projects)}个项目的效益、满意度指标名称{'疑似' if group.doubtful else ''}相同或近似：“{first}”等{tally.count}处。",
            f"D003{'疑似' if group.doubtful else ''}{group.name}",
            ("请结合各项目实际，分别设置反映本项目效果的指标",),
            "info" if is_common else None,
        )


def _narratives(seen: FormTrace) -> Iterator[Trace]:
    for name, text, folded in (("goal", seen.goal, seen.goal_key), ("outcome", seen.outcome, seen.outcome_key)):
        if len(folded) >= _LEAST_NARRATIVE:
            yield trace(seen, folded, name, text, topic=name)


@batch_rule("D004", "copied-narrative", "warning", "预期目标、完成情况在不同项目间照搬", gather=_narratives, near=True)
def copied_narrative(group: Group) -> Iterator[BatchHit]:
    """一个项目的预期目标或实际完成情况，与另一个项目的相同或近似。

    查什么：同一批表中，不同项目的预期目标、实际完成情况；按组列出，标出不同的字。同一单位的表之间从宽比对，不同单位之间从严。
    为什么：不同项目的目标和成果不会相同，照搬说明没有据实填写。
    反例：两个项目的目标都写“保障单位平稳、有序、高效运转，保障日常工作需要”。
    正例：各项目分别写明本年度要完成的事项和数量。
    不算问题：很短的文字；同一项目各年度、各版本的表（见B002、D005）。套用同一句式、换了对象的，与照搬的分开列，只作提示。
    依据：复核惯例。
    """
    wordings, frame = _by_wording(group)
    for folded, tally in wordings.items():
        if len(tally.projects) > 1 and not group.doubtful:
            yield BatchHit(
                tally.marked(),
                f"{len(tally.projects)}个项目的{_LABELS[group.topic]}相同或近似。",
                f"D004{group.topic}{folded}",
                (f"请按各项目实际填写{_LABELS[group.topic]}",),
            )
    if len(frame.projects) > 1:
        yield BatchHit(
            frame.marked(),
            f"{len(frame.projects)}个项目的{_LABELS[group.topic]}套用同一句式。",
            f"D004{group.topic}套用{group.name}",
            (f"请按各项目实际填写{_LABELS[group.topic]}",),
            "info",
        )


def _by_wording(group: Group) -> tuple[dict[str, Tally], Tally]:
    """Divide a group into wordings that are copies of each other, by their smallest keys; the frame lists each once.

    After a few wordings the rest are only counted to the frame.
    """
    wordings, homes, frame = dict[str, Tally](), dict[str, str](), Tally()
    for found in group.traces:
        if found.bucket not in homes:
            like = (folded for folded in wordings if not _other_object(folded, found.bucket))
            home = next(like, found.bucket if len(wordings) < _MOST_WORDINGS else "")
            homes[found.bucket] = home
            if group.doubtful or home not in wordings:
                frame.add(found)
        if home := homes[found.bucket]:
            wordings.setdefault(home, Tally()).add(found)
    return {min(name for name in homes if homes[name] == home): tally for home, tally in wordings.items()}, frame


def _other_object(left: str, right: str) -> bool:
    """Tell whether two near-copies differ by more than a character in a row: a frame around another object."""
    spans = differences(left, right)
    return any(end - start >= 2 for side in spans for start, end in side)
