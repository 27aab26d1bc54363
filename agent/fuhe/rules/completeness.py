"""F 形式: what a filled form must hold."""

import re
from collections.abc import Iterator

from fuhe.policy import lexicon, simplify, words
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.rules.sheet import Row, Sheet
from fuhe.text import bare, is_blank, squeeze

_BARE_TEMPLATE = re.compile(r"指标\d*|[≥≤><=]*\**[×xX＊*]+[%％\w]{0,2}|[≥≤><=]+")


@rule("F003", "placeholder-indicator", "error", "指标名称是占位，却有分值", PRACTICE, "guidance")
def placeholder_indicator(sheet: Sheet) -> Iterator[Hit]:
    """三级指标只填了“无”“/”之类，或只说明“没有这一项”，却占了分值、得了分。

    查什么：指标名称是占位用语（无、暂无、不涉及、/、……、××），或整句只是说没有这项效益，而分值或得分不为空。
    为什么：没有考核内容就不能得分；这几分使总分虚高，也挤占了应考核的内容。
    反例：经济效益指标“无”，指标值100%，完成值100%，10分得10分。
    正例：经济效益指标“窗口服务外包单件办理成本”，≤12元，11.6元，10分得10分。
    不算问题：没有分值也没有得分的空行；“无安全事故发生”这类有考核内容的名称；“指标1：”后面写了内容的。
    依据：指标应当指向明确、可衡量；没有对应内容的二级指标可以不设，分值调整到其他指标。
    """
    for row in sheet.rows:
        if _is_placeholder(row) and (row.weight or row.score):
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


def _is_placeholder(row: Row) -> bool:
    text = simplify(squeeze(row.name)).strip("。.;；,，:：、")
    if is_blank(row.printed.name) or is_blank(text) or _BARE_TEMPLATE.fullmatch(text):
        return True
    return text.lower() in lexicon("fillers")["placeholders"] or _only_says_absent(text)


def _only_says_absent(text: str) -> bool:
    tails = "|".join(words("fillers", "absent"))
    return bool(
        re.fullmatch(rf".{{0,16}}(?:无|没有|不产生|不涉及|未涉及|不存在)(?:明显|直接)?(?:{tails})(?:指标)?", bare(text))
    )


@rule("F004", "blank-value", "error", "指标值或完成值是空的", "evaluation")
def blank_value(sheet: Sheet) -> Iterator[Hit]:
    """有分值的指标，年度指标值或实际完成值没有填。

    查什么：分值大于0的指标行，年度指标值或实际完成值为空，或只有横线、斜线。
    为什么：没有目标就谈不上完成，没有完成值就谈不上得分。
    反例：工程质量合格，指标值空白，完成值空白，10分得10分。
    正例：工程质量合格率，100%，100%，10分得10分。
    不算问题：没有分值的空行；表格本来就没有这一栏；表格在此处被截断。
    依据：单位自评应当将实际完成值与年初指标值对照打分。
    """
    for row in sheet.rows:
        if not row.weight or _is_placeholder(row):
            continue
        blank = [
            field for field in ("target", "actual") if sheet.has(field) and is_blank(row.form.text(_path(row, field)))
        ]
        if blank and not _cut_off(sheet, row):
            yield hit(
                row.cell(blank[0]),
                "“{name}”分值{weight}分，{what}为空{scored}，无从核对完成情况。",
                name=row.cell("name"),
                weight=row.cell("weight"),
                what="和".join({"target": "年度指标值", "actual": "实际完成值"}[field] for field in blank),
                scored=f"，却得{row.printed.score}分" if row.score else "",
                also=tuple(row.cell(field) for field in ("target", "actual", "score")),
                fix=tuple(_fill_in(field) for field in blank),
            )


def _path(row: Row, field: str) -> str:
    return f"indicators[{row.index}].{field}"


def _cut_off(sheet: Sheet, row: Row) -> bool:
    return sheet.form.truncated and row.index == len(sheet.rows) - 1


def _fill_in(field: str) -> str:
    if field == "target":
        return "请按年初批复的绩效目标补填年度指标值"
    return "请据实补填实际完成值，并附统计依据"
