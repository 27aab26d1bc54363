"""V 指标值: targets that measure nothing: a percentage of what, a deadline everybody meets, a bar set too low."""

from collections.abc import Iterator
from decimal import Decimal

from fuhe.readings.measure import measurable
from fuhe.readings.overshoot import times_over
from fuhe.readings.reason import says_nothing
from fuhe.readings.sheet import Row, Sheet, rounded
from fuhe.rules.rule import Hit, hit, plain, rule
from fuhe.text import bare, squeeze

_HUNDRED = Decimal(100)


@rule("V007", "undefined-ratio", "warning", "指标值是数，名称看不出数的是什么", "guidance")
def undefined_ratio(sheet: Sheet) -> Iterator[Hit]:
    """年度指标值填了百分比或一个数，指标名称却没有说明是什么占什么的比例、数的是什么。

    查什么：指标值是百分比，或没有单位的数，而名称的落脚词是能力、水平、效果、运行顺畅一类没有尺度的说法，或是件数、事项，与百分比对不上。
    为什么：不知道分子分母、数的是什么，无从统计，也无从核对。
    反例：质量指标“信息系统运行顺畅”，≥95%；社会效益指标“学校发展能力”，100。
    正例：质量指标“信息系统全年无故障运行天数占比”，≥95%。
    不算问题：满意度类指标；名称写明率、占比、（%）或“提高收入”这类可以算增幅的；指标值100%表示“全部办到”的具体事项；应保尽保；读不懂的名称。
    依据：绩效指标应当细化量化、指向明确、可衡量。
    """
    for row in sheet.rows:
        if (row.target.kind in ("number", "range") and _measures_nothing(row)) or _raises_nothing(row):
            yield hit(
                row.cell("target"),
                "“{name}”的年度指标值为{target}，{why}，无法统计和核对。",
                name=row.cell("name"),
                target=row.cell("target"),
                why="名称没有写明是什么的比例"
                if row.target.unit or _raises_nothing(row)
                else "名称说的不是可以计数、计量的事，看不出这个数指什么",
                also=(row.cell("actual"),),
                fix=("请把名称改为“××率”“××占××的比例”，写明分子和分母", "不宜用比例的，请改为数量或可核对的标准"),
            )


def _measures_nothing(row: Row) -> bool:
    if row.target.unit not in ("%", "分", None) or row.level == "满意度" or len(bare(row.name)) < 2 or row.is_deadline:
        return False
    return measurable(row.measure, row.target) is False


def _raises_nothing(row: Row) -> bool:
    """Recognise 干部综合素质 提升100%: so many percent more of what has no measure."""
    shares = row.target.kind == "mixed" and "%" in squeeze(row.printed.target)
    return shares and row.measure.kind == "none" and row.level != "满意度"


@rule("V008", "calendar-target", "info", "时效指标值只是年度，或在期限上填100%", "guidance")
def calendar_target(sheet: Sheet) -> Iterator[Hit]:
    """时效指标的指标值只写“××××年度”，或名称是期限而指标值填100%。

    查什么：时效指标值只有本年度；“完成时限”“完成时间”一类指标的指标值为100%。
    为什么：当年的项目都在当年，这样的目标谁都达到，考核不出是否及时。
    反例：设备采购完成时间，指标值“2024年度”。
    正例：设备采购完成时间，指标值“2024年9月底前”；按合同期限完成率100%。
    不算问题：写到月、日的；及时率、按时完成率；写明“12个月”等天数、月数的；别的年度（见V013）。
    依据：绩效指标应当细化量化、可衡量。
    """
    for row in sheet.rows:
        if _is_only_the_year(sheet, row) or _is_share_of_deadline(row):
            yield hit(
                row.cell("target"),
                "时效指标“{name}”的指标值为“{target}”，没有具体期限，当年的项目都能达到，考核不出是否及时。",
                name=row.cell("name"),
                target=row.cell("target"),
                also=(row.cell("actual"),),
                fix=("请写明应完成的月份或日期，或“签订合同后××天内”", "也可改为按期完成率，并写明期限依据"),
            )


def _is_only_the_year(sheet: Sheet, row: Row) -> bool:
    if row.target.phrase != "年度" or row.target.date is None or not (row.subclass == "时效" or row.is_deadline):
        return False
    return not row.target.date[0] or sheet.year in (None, row.target.date[0])


def _is_share_of_deadline(row: Row) -> bool:
    return row.target.kind == "number" and row.target.unit == "%" and row.target.number == _HUNDRED and row.is_deadline


@rule("V012", "target-too-low", "warning", "实际完成值大大超过指标值，没有说明", "evaluation")
def target_too_low(sheet: Sheet) -> Iterator[Hit]:
    """实际完成值超过“≥”指标值的三成以上，表内没有说明原因。

    查什么：越多越好的指标，实际完成值达到指标值的1.3倍（政策包所定）以上，而偏差原因栏为空或只写“完成”等。
    为什么：超出太多，多半是年初指标值定低了；各地一般要求说明，并据此调整下年指标值。
    反例：健康讲座≥12场，实际96场，偏差原因栏为空。
    正例：健康讲座≥12场，实际16场，原因写明“下半年增加进校园活动4场”。
    不算问题：成本和越少越好的指标；“=”的指标值；补助标准等政策标准；只差一个单位（1项→2项）；单位不同的。
    依据：未完成或偏离绩效目标的，要分析说明原因。
    """
    for row in sheet.rows:
        if (times := times_over(row, sheet.pack.thresholds.over_target_ratio)) and not _says_why(sheet, row):
            yield hit(
                row.cell("actual"),
                "“{name}”年度指标值{target}，实际完成值{actual}，为指标值的{percent}%，没有说明原因。",
                name=row.cell("name"),
                target=row.cell("target"),
                actual=row.cell("actual"),
                percent=plain(rounded(times * 100, 0)),
                also=(row.cell("reason"),) if sheet.has("reason") else (),
                fix=("请说明超出指标值较多的原因", "如年初指标值定得偏低，请在编报下年目标时相应提高"),
            )


def _says_why(sheet: Sheet, row: Row) -> bool:
    return not says_nothing(row.printed.reason) or sheet.explains_all or sheet.tells_of_more
