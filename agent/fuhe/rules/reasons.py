"""N 叙述: whether 偏差原因及改进措施 names a cause and a measure."""

from collections.abc import Iterator

from fuhe.readings.reason import Reason, reason, says_nothing
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.template_prompt import is_prompt
from fuhe.readings.years import own_year
from fuhe.rules.rule import PRACTICE, Hit, contrast, hit, rule
from fuhe.text import bare

_LEAST_COPIED = 6


def _explained(sheet: Sheet) -> Iterator[tuple[Row, Reason]]:
    """Yield the rows that fall short, in figures or points, and what they say about it in words of their own."""
    year = own_year(sheet)
    for row in sheet.rows:
        short = row.deducted or row.met == "unmet"
        if short and not says_nothing(row.printed.reason) and not is_prompt(row.printed.reason):
            yield row, reason(row.printed.reason, row, year)


@rule("N008", "reason-circular", "warning", "偏差原因没有说出原因", "evaluation")
def reason_circular(sheet: Sheet) -> Iterator[Hit]:
    """偏差原因只是把“没有完成”换个说法，没有说为什么没有完成。

    查什么：扣分或未达到目标的行，原因文字逐句看：除了“未完成、进度滞后、未达到目标”和指标本身，有没有说到别的事（天气、征地、人员、价格、政策、别人没有办的事）。
    为什么：以偏差解释偏差，等于没有说明原因。
    反例：“因项目未完工，下一步加快进度。”
    正例：“因汛期连续降雨停工45天，路面工程未完工；由工程科于3月底前完成。”
    不算问题：空白或只填“完成”“无”的（见S001）；写明了具体事由的，哪怕很短。
    依据：未完成的要分析说明原因。
    """
    for row, told in _explained(sheet):
        only_measure = told.of("measure") and not told.restates
        if told.has_cause is False and not only_measure and not told.of("wish"):
            yield hit(
                row.cell("reason"),
                "“{name}”的偏差原因“{reason}”只说明没有完成，没有说明为什么。",
                name=row.cell("name"),
                reason=row.cell("reason"),
                also=(row.cell("target"), row.cell("actual")),
                fix=("请写明造成偏差的具体事由（时间、事项、影响）",),
            )


@rule("N009", "reason-without-measure", "warning", "原因与改进措施没有写全", "evaluation")
def reason_without_measure(sheet: Sheet) -> Iterator[Hit]:
    """写了原因没有措施，或只有措施没有原因，或措施没有承办者和时间。

    查什么：扣分或未达到目标的行，原因文字里有没有改进措施；措施有没有写明谁来做或什么时候做完。
    为什么：本栏要求“偏差原因及改进措施”，缺一项就无法跟踪整改。
    反例：“20名学生转学。”“下一步加强管理。”
    正例：“20名学生转学；教育股于9月底前按实有人数调整下年度指标值。”
    不算问题：满分且达到目标的行；另有一栏统一写改进措施的；没有说出原因的（见N008）。
    依据：未完成的要分析原因，提出改进措施。
    """
    elsewhere = any("措施" in box.label and not says_nothing(box.text) for box in sheet.form.record.remarks)
    for row, told in _explained(sheet):
        if lacks := _lacks(told, measures_elsewhere=elsewhere):
            yield hit(
                row.cell("reason"),
                "“{name}”的偏差原因及改进措施为“{reason}”，{lacks}。",
                name=row.cell("name"),
                reason=row.cell("reason"),
                lacks=lacks,
                fix=("请补充改进措施，写明承办科室和完成时间" if told.has_cause else "请补充偏差的具体原因",),
            )


def _lacks(told: Reason, *, measures_elsewhere: bool) -> str | None:
    if told.has_cause is False:
        return "只有措施，没有写原因" if told.of("measure") and not told.restates else None
    if not told.has_cause or measures_elsewhere:
        return None
    if told.has_measure is False:
        return "没有写改进措施"
    if not (told.owner or told.due):
        return "措施没有写明承办者和时间"
    return None if told.has_measure or (told.owner and told.due) else "措施没有写明具体做什么"


@rule("N010", "reason-on-full", "info", "达到目标得满分的行写了未完成的原因", PRACTICE)
def reason_on_full(sheet: Sheet) -> Iterator[Hit]:
    """一行已达到目标、得了满分，偏差原因栏却说没有完成。

    查什么：达到目标且得满分的行，原因文字里有没有“未完成、未达到、尚未完工”等说法。
    为什么：两处说法不一致，要么数填错，要么原因写串了行。
    反例：目标≥5公里，完成5公里，10分得10分，原因写“因降雨未完成”。
    正例：达到目标的行，原因栏写“无”或空着。
    不算问题：说明超额完成的；没有打分的。
    依据：复核惯例。
    """
    for row in sheet.rows:
        if row.full and row.weight and row.met == "met" and reason(row.printed.reason, row).unfinished:
            yield hit(
                row.cell("reason"),
                "“{name}”指标值{target}，完成值{actual}，得满分{score}分，偏差原因却写“{reason}”。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                score=row.cell("score"),
                reason=row.cell("reason"),
                fix=("请核实完成值、得分和原因，使三者一致",),
            )


@rule("D008", "copied-reason", "warning", "几行偏差原因完全相同", PRACTICE)
def copied_reason(sheet: Sheet) -> Iterator[Hit]:
    """不同的指标、不同的偏差，偏差原因写的是同一段话。

    查什么：扣分或未达到目标的行，原因文字（去掉标点、空格）相同，而指标值、完成值不同。
    为什么：不同的偏差一般有不同的原因，照抄的说明不能用于整改。
    反例：道路长度和验收合格率两行都写“因疫情影响，下一步加快进度”。
    正例：逐行写明各自的原因。
    不算问题：合并单元格；空白和“完成”“无”等用语（见S001）；指标值、完成值都相同的行。
    依据：复核惯例。
    """
    groups: dict[str, list[Row]] = {}
    for row, _ in _explained(sheet):
        groups.setdefault(bare(row.printed.reason), []).append(row)
    for text, rows in groups.items():
        apart = [row for row in rows if row is rows[0] or not _one_cell(rows[0], row)]
        deviations = {(row.printed.target, row.printed.actual) for row in apart}
        if len(text) >= _LEAST_COPIED and len(apart) > 1 and len(deviations) > 1:
            first, second = contrast(apart[0].cell("reason"), apart[1].cell("reason"))
            yield hit(
                second,
                "{names}等{count}行的偏差原因都是“{text}”，这几行的偏差并不相同。",
                names="、".join(f"“{row.printed.name or ''}”" for row in apart[:3]),
                count=len(apart),
                text=first,
                also=tuple(row.cell("reason") for row in apart[2:]),
                fix=("请逐行写明各自的原因和措施",),
            )


def _one_cell(left: Row, right: Row) -> bool:
    """Tell whether both reasons stand in one merged cell."""
    a, b = left.cell("reason").place, right.cell("reason").place
    return a is not None and a == b
