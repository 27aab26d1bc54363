"""D, N: narratives and names as texts: names repeated, typos, slogans, length."""

from collections.abc import Iterator

from fuhe.policy import simplify
from fuhe.readings.echo import restated
from fuhe.readings.misspelt import misspelt, right_for
from fuhe.readings.printed_limits import printed_limits
from fuhe.readings.sheet import Sheet
from fuhe.readings.slogan_names import is_slogan_name
from fuhe.records import LABELS
from fuhe.rules.rule import PRACTICE, Hit, hit, rule
from fuhe.text import squeeze


@rule("D007", "narrative-echoes-indicator", "info", "叙述照抄指标名称", PRACTICE)
def narrative_echoes_indicator(sheet: Sheet) -> Iterator[Hit]:
    """预期目标或完成情况里的一句话就是某个指标的名称，没有增加数字。

    查什么：完成情况的各分句，去掉虚词后是否与某一指标名称相同，且没有数字。
    为什么：叙述与指标互相照抄，两处都没有内容。
    反例：指标“提升群众办事便捷度”，完成情况“提升了群众办事便捷度”。
    正例：完成情况写“网上可办事项由320项增加到410项”。
    不算问题：分句带数字的；名称很短的。每张表合并为一条。
    依据：复核惯例。
    """
    outcome = sheet.form.record.outcome or ""
    rows = [row for row in sheet.rows if restated(outcome, row.name)]
    if rows:
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况中的{names}与指标名称相同，没有数据。",
            names="、".join(f"“{row.name}”" for row in rows[:3]),
            also=tuple(row.cell("name") for row in rows),
            fix=("请改为写明该项工作的实际结果",),
        )


@rule("N006", "typo", "warning", "疑似错别字", PRACTICE)
def typo(sheet: Sheet) -> Iterator[Hit]:
    """栏内文字有常见的错别字。

    查什么：名称、目标、完成情况、原因等栏是否出现易错字表里的写法（不段→不断、台帐→台账等）。
    为什么：错别字影响表格的严肃性，公开后尤其明显。
    反例：“不段提升服务水平”。
    正例：“不断提升服务水平”。
    不算问题：“的、地、得”；人名、地名、机构名中的字；表外的字；换个断法就成立的（完成绿化、严峻工作）。
    依据：复核惯例。
    """
    for field, text in sheet.texts:
        for wrong in dict.fromkeys(misspelt(simplify(squeeze(text)))):
            right = right_for(wrong)
            yield hit(
                sheet.cell(field),
                "“{label}”中的“{wrong}”疑为“{right}”之误。",
                label=LABELS.get(field.rpartition(".")[2], "文字栏"),
                wrong=wrong,
                right=right,
                fix=(f"建议改为“{right}”",),
            )


@rule("N007", "slogan-indicator", "warning", "指标名称是口号或做法", "guidance")
def slogan_indicator(sheet: Sheet) -> Iterator[Hit]:
    """三级指标名称是一句表示意愿、做法的话，不是可以衡量的事项。

    查什么：名称以“充分利用、为……提供、通过……”等开头，成句，而且不以数量、比率、满意度等可以衡量的词结尾。
    为什么：口号无法核对完成与否，也无法打分。
    反例：“充分利用平台优势，节约采购成本，为群众提供优质服务”。
    正例：“单件办理成本”“网上可办率”。
    不算问题：以数量、人数、率、面积、时间等结尾的名称；指标值带数量单位的；与其他指标重复而由D001指出的。
    依据：指标应当指向明确、可衡量。
    """
    for row in sheet.rows:
        counted = row.target.exact is not None and row.target.unit not in (None, "%")
        if (
            is_slogan_name(row.name)
            and not counted
            and (row.weight or row.score is not None or not sheet.has("weight"))
        ):
            yield hit(
                row.cell("name"),
                "{class_}的三级指标“{name}”是做法或意愿，不是可以衡量的事项。",
                class_=row.printed.level2 or f"第{row.index + 1}行",
                name=row.cell("name"),
                also=(row.cell("target"),),
                fix=("请改为能够统计、核对的事项，写明考核什么数量、比率或时间",),
            )


@rule("N011", "overlong", "info", "超过表上规定的字数", PRACTICE)
def overlong(sheet: Sheet) -> Iterator[Hit]:
    """文字超过了表上印明的字数限制。

    查什么：栏目名称或表下注写明“××字以内”的，相应栏的文字是否超过。
    为什么：系统录入时会被截断，审核时也会退回。
    反例：栏目要求100字以内，填了260字。
    正例：填了95字。
    不算问题：表上没有印字数要求的。
    依据：表上注明的要求。
    """
    for field, limit in printed_limits(sheet):
        text = sheet.form.text(field) or ""
        if len(squeeze(text)) > limit:
            yield hit(
                sheet.cell(field),
                "该栏要求{limit}字以内，现有{count}字。",
                limit=limit,
                count=len(squeeze(text)),
                fix=("请压缩文字，保留事实和数据",),
            )
