"""F 形式: what a filled form must hold."""

import re
from collections.abc import Iterator

from fuhe.findings import Cell
from fuhe.readings.numbers import endless
from fuhe.readings.placeholder import is_placeholder, is_unfilled
from fuhe.readings.sheet import Row, Sheet
from fuhe.readings.template_prompt import is_prompt
from fuhe.records import LABELS, FundingRow, Indicator, Record
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.text import is_blank, squeeze

_DRAFT_BLANK = re.compile(r"【待补充[:：][^】]*】")
_LIMIT = re.compile(r"[(（]?(?:限|不超过|控制在)?\d+字(?:以内|左右|内)?[)）]?[。.]?$")
_UNFILLED_COUNT = re.compile(
    r"(?:(?<![×＊*])[×＊*]{2,}|(?<![xX])[xX]{2,})(?:[%％个次户座套件亩吨元米]|人次|人(?!民)|项(?!目)|万[元人户亩]|公里)"
)
_ASKS = re.compile(r"说明|分析|提出|填写|填列|概述|概括|简述|简要|描述|列出")
_OPEN_YEAR = re.compile(r"[(（][_＿×x*]*年度?[)）]")
_MAY_DIFFER = re.compile(r"特殊|调整|酌情|自行|不适用|没有的|无.{0,4}的")


@rule("F001", "missing-field", "error", "必填的栏目没有填", "evaluation")
def missing_field(sheet: Sheet) -> Iterator[Hit]:
    """表头、资金、目标、总分等必填栏目是空的，或者没有指标。

    查什么：项目名称、实施单位、年度、全年预算数、全年执行数、预期目标、实际完成情况、总分得分，以及指标表本身。
    为什么：缺了这些内容，自评表不完整，无法复核。
    反例：实际完成情况空白，总分得100分。
    正例：各栏填写齐全。
    不算问题：表格本来就没有的栏目；表格在此处以下被截断；还没有打分的表不要求总分；资金总额没填而分项填了的（见A004）。
    依据：单位自评表应当填报完整。
    """
    if sheet.form.form_type not in ("project", "department", "transfer") or _is_fragment(sheet):
        return
    for field in _missing(sheet):
        yield hit(
            sheet.cell(field),
            "表中没有填写任何绩效指标。" if field == "indicators" else "“{name}”一栏没有填写。",
            name=LABELS.get(field.rpartition(".")[2], ""),
            fix=("请补充填写",),
        )


def _is_fragment(sheet: Sheet) -> bool:
    """Tell whether a form starts in its middle: no whole form lacks the heading 项目名称."""
    return not sheet.has("project") and is_blank(sheet.form.record.project)


def _missing(sheet: Sheet) -> Iterator[str]:
    record, ends_early = sheet.form.record, sheet.form.truncated
    for field in ("project", "unit", "year"):
        prints = sheet.has(field) or (field == "year" and _leaves_year_open(sheet.form.title))
        if prints and is_blank(sheet.form.text(field)):
            yield field
    if not (ends_early and not sheet.rows):
        yield from _missing_funds(sheet)
        yield from (name for name in ("goal", "outcome") if sheet.has(name) and is_blank(sheet.form.text(name)))
    if not record.indicators and sheet.has("name") and sheet.has("weight") and not ends_early:
        yield "indicators"
    if sheet.has("total_score") and is_blank(record.total_score) and sheet.is_scored and not ends_early:
        yield "total_score"


def _leaves_year_open(title: str | None) -> bool:
    """Recognise a title that prints （    年度） with nothing filled in."""
    return bool(_OPEN_YEAR.search(squeeze(title)))


def _missing_funds(sheet: Sheet) -> Iterator[str]:
    execution = sheet.execution
    if execution is None or not sheet.has_fund_total:
        return
    for column in ("full_year_budget", "executed"):
        filled = any(not is_blank(getattr(row, column)) for row in sheet.form.record.funding)
        if sheet.has(f"funding.{column}") and not filled:
            yield f"funding[{execution.index}].{column}"


@rule("F002", "missing-class", "warning", "缺少应设的指标类别", "guidance")
def missing_class(sheet: Sheet) -> Iterator[Hit]:
    """产出、效益、满意度中应设的二级指标没有设。

    查什么：产出指标是否有数量指标，并有质量、时效中的至少一类；效益指标是否至少一类；注明了满意度分值的，是否设有满意度指标。
    为什么：类别不全，绩效反映不完整。
    反例：产出指标下只有质量指标，没有数量指标。
    正例：数量、质量、时效各有指标，效益有社会效益指标，另有满意度指标。
    不算问题：转移支付表、部门整体表；没有印二级指标、分值的表；有自拟类别的；表格被截断。表中没有印明该类分值的，只作提示。
    依据：绩效指标一般包括产出、效益、满意度三类。
    """
    form, printed = sheet.form, sheet.has("level2") and sheet.has("weight")
    if form.form_type != "project" or form.truncated or not sheet.rows or not printed or _is_fragment(sheet):
        return
    if any(row.level is None or (row.subclass is None and row.level != "满意度") for row in sheet.rows):
        return
    for level, group in _lacking(sheet):
        notes = _naming(sheet, (*group, level) if level != "产出" else group)
        lacking = level if len(group) > 2 else "、".join(group)
        yield hit(
            next((row for row in sheet.rows if row.level == level), sheet.rows[0]).cell("level1"),
            "表中没有{lacking}指标，{why}{printed}。",
            lacking=lacking,
            why=_WHY.get(group[0], "产生的效果没有反映"),
            printed="，而表下注明了这一类的分值" if notes else "",
            also=(*(row.cell("level2") for row in sheet.rows), *notes),
            severity="warning"
            if notes and not any(_MAY_DIFFER.search(squeeze(cell.text)) for cell in notes)
            else "info",
            fix=("确属适用的，请补充相应指标并分配分值", "确不适用的，请说明"),
        )


_WHY = {"数量": "完成了多少没有反映", "质量": "完成得好不好、及时不及时没有反映", "满意度": "服务对象是否满意没有反映"}


def _lacking(sheet: Sheet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return what the pack requires and the form lacks; 满意度 only where the pack or the form gives it points."""
    present = {row.subclass or row.level for row in sheet.rows}
    for level, groups in sheet.pack.required.items():
        if level == "满意度" and level not in sheet.pack.weights and not _naming(sheet, (level,)):
            continue
        yield from ((level, group) for group in groups if not present & set(group))


def _naming(sheet: Sheet, classes: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the notes of the form that give one of the classes points."""
    given = re.compile(rf"(?:{'|'.join(classes)})[^\d。；;，,]{{0,6}}\d+")
    notes = (sheet.cell(f"notes[{index}]") for index in range(len(sheet.form.record.notes)))
    return tuple(cell for cell in notes if given.search(squeeze(cell.text)))


@rule("F003", "placeholder-indicator", "error", "指标名称是占位，却有分值", PRACTICE, "guidance")
def placeholder_indicator(sheet: Sheet) -> Iterator[Hit]:
    """三级指标只填了“无”“/”之类，或只说明“没有这一项”，却占了分值、得了分。

    查什么：指标名称去掉括号、引号和看不见的字符后是占位用语（无、零、暂无、无内容、不涉及、/、……、××），或整句只是说没有这项效益，而分值或得分不为空。
    为什么：没有考核内容就不能得分；这几分使总分虚高，也挤占了应考核的内容。
    反例：经济效益指标“无”，指标值100%，完成值100%，10分得10分。
    正例：经济效益指标“窗口服务外包单件办理成本”，≤12元，11.6元，10分得10分。
    不算问题：没有分值也没有得分的空行；“无安全事故发生”这类有考核内容的名称；“指标1：”后面写了内容的。
    依据：指标应当指向明确、可衡量；没有对应内容的二级指标可以不设，分值调整到其他指标。
    """
    for row in sheet.rows:
        if is_placeholder(row) and (row.weight or row.score):
            yield hit(
                row.cell("name"),
                "{class_}下的三级指标名称为“{name}”，没有可考核的内容，却设分值{weight}分、得{score}分。",
                class_=row.cell("level2") if row.printed.level2 else "该行",
                name=row.cell("name"),
                weight=row.cell("weight") if row.weight is not None else "（空）",
                score=row.cell("score") if row.score is not None else "（空）",
                also=(row.cell("target"), row.cell("actual")),
                fix=(
                    "如确无此类效益，请删除该行，把分值调整到同一一级指标下的其他指标",
                    "如有此类效益，请补充可以核对的指标名称、指标值和完成值",
                ),
            )


@rule("F004", "blank-value", "error", "指标值或完成值是空的", "evaluation")
def blank_value(sheet: Sheet) -> Iterator[Hit]:
    """有分值的指标，年度指标值或实际完成值没有填。

    查什么：分值大于0的指标行，年度指标值或实际完成值为空，或只有横线、斜线、“略”；别的行打了分、这一行没有打分；没有分值栏的表，只填了其中一格的。
    为什么：没有目标就谈不上完成，没有完成值就谈不上得分。
    反例：工程质量合格，指标值空白，完成值空白，10分得10分。
    正例：工程质量合格率，100%，100%，10分得10分。
    不算问题：没有分值的空行；标了★或合计、下面各行分列的总行；表格本来就没有这一栏；表格在此处被截断。
    依据：单位自评应当将实际完成值与年初指标值对照打分。
    """
    for row in sheet.rows:
        if is_placeholder(row) or row.index in sheet.headings:
            continue
        blank = [
            field
            for field in ("target", "actual")
            if sheet.has(field) and is_unfilled(row.form.text(_path(row, field)))
        ]
        if blank and _is_in_use(sheet, row, blank) and not _cut_off(sheet, row):
            yield hit(
                row.cell(blank[0]),
                "“{name}”分值{weight}分，{what}为空{scored}，无从核对完成情况。"
                if row.weight
                else "“{name}”{what}为空，无从核对完成情况。",
                name=row.cell("name"),
                weight=row.cell("weight"),
                what="和".join({"target": "年度指标值", "actual": "实际完成值"}[field] for field in blank),
                scored=f"，却得{row.printed.score}分" if row.score else "",
                also=tuple(row.cell(field) for field in ("target", "actual", "score")),
                fix=tuple(_fill_in(field) for field in blank),
            )


@rule("F007", "blank-score", "error", "有分值的指标没有得分", "evaluation")
def blank_score(sheet: Sheet) -> Iterator[Hit]:
    """有分值的指标，得分栏没有填，别的指标却已评分。

    查什么：表中一半以上有分值的指标已有得分，这一行的得分为空，或只有横线、斜线。
    为什么：漏评的行不能当作0分，也不能当作满分，总分因此不实。
    反例：验收合格率，100%，100%，40分，得分空白，其余各行都有得分。
    正例：验收合格率，100%，100%，40分得40分。
    不算问题：全表都没有评分；得分按一级指标合并填写；标了★或合计、下面各行分列的总行；表格在此处被截断。
    依据：单位自评应当逐项指标评分。
    """
    weighted = [row for row in sheet.rows if row.weight and row.index not in sheet.headings and not is_placeholder(row)]
    blank = [row for row in weighted if is_blank(row.form.text(_path(row, "score")))]
    if not sheet.has("score") or 2 * len(blank) >= len(weighted):
        return
    for row in blank:
        if not _cut_off(sheet, row):
            yield hit(
                row.cell("score"),
                "“{name}”分值{weight}分，得分栏为空，其他指标已经评分。",
                name=row.cell("name"),
                weight=row.cell("weight"),
                fix=("请按评分办法填写得分，并核对总分",),
            )


def _is_in_use(sheet: Sheet, row: Row, blank: list[str]) -> bool:
    """A row counts by its points; in a layout without points, by a target or an actual in one of the two cells."""
    if sheet.has("weight"):
        return bool(row.weight)
    return sheet.has("target") and sheet.has("actual") and len(blank) == 1


def _path(row: Row, field: str) -> str:
    return f"indicators[{row.index}].{field}"


def _cut_off(sheet: Sheet, row: Row) -> bool:
    return sheet.form.truncated and row.index == len(sheet.rows) - 1


def _fill_in(field: str) -> str:
    if field == "target":
        return "请按年初批复的绩效目标补填年度指标值"
    return "请据实补填实际完成值，并附统计依据"


@rule("F005", "missing-level", "info", "指标类别没有填或与内容不符", "guidance")
def missing_level(sheet: Sheet) -> Iterator[Hit]:
    """有分值的指标行没有填一级、二级指标，或者按上一行推定的类别与内容对不上。

    查什么：有分值的行，一级、二级指标是否为空且无法推定；沿用上一行的“数量”而名称、指标值是比率的。
    为什么：类别不清，分值结构就无从核对。
    反例：数量指标下第二行未填类别，名称为“设备验收合格率”。
    正例：“设备验收合格率”一行写明质量指标。
    不算问题：合并单元格；按二级指标能推定一级指标的；全表都没有这一栏的。
    依据：指标应当归入相应类别。
    """
    for row in sheet.rows:
        if not (row.weight or row.score) or is_placeholder(row):
            continue
        if lacking := [name for name in ("level1", "level2") if _is_unsettled(sheet, row, name)]:
            yield _level_hit(row, lacking[-1], f"没有填写{'、'.join(LABELS[name] for name in lacking)}")
        elif _inherits_wrongly(sheet, row):
            yield _level_hit(row, "level2", "没有填写二级指标，按上一行应归入数量指标，内容却是比率")


def _is_unsettled(sheet: Sheet, row: Row, name: str) -> bool:
    """Tell whether a level that other rows fill in is blank here, and nothing else in the row settles it."""
    if not is_blank(row.form.text(_path(row, name))) or not any(
        row.form.text(_path(each, name)) for each in sheet.rows
    ):
        return False
    return row.level is None if name == "level1" else row.subclass is None and row.level not in ("满意度", "成本")


def _inherits_wrongly(sheet: Sheet, row: Row) -> bool:
    inferred = f"indicators[{row.index}].level2" in sheet.form.inferred
    return inferred and row.subclass == "数量" and row.measure.asks == "share" and row.target.unit == "%"


def _level_hit(row: Row, name: str, what: str) -> Hit:
    return hit(
        row.cell(name),
        "“{name}”一行{what}。",
        name=row.cell("name"),
        what=what,
        also=(row.cell("target"), row.cell("level1"), row.cell("level2")),
        fix=("请写明该行的一级、二级指标",),
    )


@rule("F006", "unfilled-template", "error", "栏内还留着填表提示或待补充的内容", PRACTICE)
def unfilled_template(sheet: Sheet) -> Iterator[Hit]:
    """栏内仍是模板的填写提示，或建议稿里的“【待补充：…】”没有补上。

    查什么：各栏文字是否为“对照年度目标，说明……（100字以内）”一类的填表提示，是否还有“××人”之类没有填的数，或含有“【待补充：”。
    为什么：提示没有替换，说明这一栏没有填。
    反例：实际完成情况填“对照年度目标，说明完成情况（100字以内）”。
    正例：实际完成情况写明完成的数量和比率。
    不算问题：资金表原因栏和表格边上印的填表说明；已经写了内容、只是开头或末尾保留了提示用语的。
    依据：复核惯例。
    """
    for field, text in sheet.texts:
        if left := _left_over(field, text):
            yield hit(
                sheet.cell(field),
                "“{label}”一栏{left}。",
                label=_heading(sheet, field),
                left=left,
                fix=("请按实际情况填写，并删去提示文字",),
            )


@rule("F008", "endless-number", "error", "一格里的数字长得不是数", PRACTICE)
def endless_number(sheet: Sheet) -> Iterator[Hit]:
    """金额、分值、得分、指标值、完成值一格里，一个数有18位以上。

    查什么：这些栏里不间断的一串数字是否超过18位；超过的不当作数，与它有关的核对都不作。
    为什么：没有这样大、也没有这样细的金额和分值，多半是粘贴出错或几个数连在了一起。
    反例：全年执行数填“100000000000000000000000”。
    正例：全年执行数填“100.00”。
    不算问题：18位以内的数，带逗号的也只数数字；文字栏里的编号、账号。
    依据：复核惯例。
    """
    for field, text in _numbered(sheet.form.record):
        if digits := endless(squeeze(text)):
            yield hit(
                sheet.cell(field),
                "“{label}”一格里有一个{digits}位的数，读不成数，与它有关的没有核对。",
                label=_heading(sheet, field),
                digits=digits,
                fix=("请核对这一格填的数",),
            )


_AMOUNTS = ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score")
_IN_ROWS = ("target", "actual", "weight", "score")


def _numbered(record: Record) -> Iterator[tuple[str, str | None]]:
    """Yield the fields that hold numbers, with what they print."""
    places: list[tuple[str, Record | FundingRow | Indicator, tuple[str, ...]]] = [
        ("", record, ("total_weight", "total_score")),
        *((f"funding[{index}].", row, _AMOUNTS) for index, row in enumerate(record.funding)),
        *((f"indicators[{index}].", row, _IN_ROWS) for index, row in enumerate(record.indicators)),
    ]
    for path, row, names in places:
        yield from ((f"{path}{name}", getattr(row, name)) for name in names)


def _heading(sheet: Sheet, field: str) -> str:
    """Return how the form calls a cell's column or box."""
    boxes = {f"remarks[{index}].text": box.label for index, box in enumerate(sheet.form.record.remarks)}
    return boxes.get(field) or LABELS.get(field.rpartition(".")[2], "文字栏")


_VALUES = ("goal", "outcome", "target", "actual", "reason", "text")


def _left_over(field: str, text: str) -> str | None:
    """Say what of a template or a draft still stands in a cell; the help printed beside the amounts is no value."""
    if found := _DRAFT_BLANK.search(text):
        return f"还有“{found[0]}”没有补上"
    if field.startswith("funding") or field.rpartition(".")[2] not in _VALUES:
        return None
    if found := _UNFILLED_COUNT.search(text):
        return f"还留着“{found[0]}”，没有填写实际数"
    if _is_instruction(text):
        return f"仍是填表提示“{text if len(text) <= 30 else text[:30] + '……'}”，没有填写实际内容"
    return None


def _is_instruction(text: str) -> bool:
    """Tell a prompt from a text that only begins or ends like one: it asks for something and states nothing."""
    if not is_prompt(text):
        return False
    asked = _LIMIT.sub("", squeeze(text))
    states = re.search(r"\d", asked) or (asked == squeeze(text) and re.search(r"[了已我:：]", asked))
    return bool(_ASKS.search(asked)) and not states
