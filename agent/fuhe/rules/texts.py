"""D, N: goal, outcome and names as texts: echoes, typos, slogans, length."""

import functools
import re
from collections.abc import Iterator

from fuhe.policy import simplify, words
from fuhe.readings.misspelt import misspelt, right_for
from fuhe.readings.phrases import has_result_figure
from fuhe.readings.sheet import Row, Sheet
from fuhe.records import LABELS
from fuhe.rules.rule import PRACTICE, Hit, contrast, hit, rule
from fuhe.similarity import bigrams, key
from fuhe.text import bare, is_blank, sentences, squeeze

_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*[%％个人户次件台公亩万元]")
_TENSE = re.compile(r"已经?|全部|均|都|较好|圆满|顺利|如期|按时|按期|完成|实现|达到|取得|得到")
_YEAR = re.compile(r"20\d\d(?:年度?)?")
_ECHO = 0.85
_HALF = 0.5
_LEAST = 10


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
    clauses = {_subject(part) for part in re.split(r"[，,。；;\n]", outcome) if not _FIGURE.search(part)}
    rows = [row for row in sheet.rows if len(_subject(row.name)) >= 6 and _subject(row.name) in clauses]
    if rows:
        yield hit(
            sheet.cell("outcome"),
            "实际完成情况中的{names}与指标名称相同，没有数据。",
            names="、".join(f"“{row.name}”" for row in rows[:3]),
            also=tuple(row.cell("name") for row in rows),
            fix=("请改为写明该项工作的实际结果",),
        )


def _subject(text: str) -> str:
    """Return a phrase without the change it claims, wherever it stands: 提升满意度 and 满意度提升 are one subject."""
    return re.sub("提升|保障|促进", "", key(text))


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
    不算问题：以数量、人数、率、面积、时间、金额等结尾的名称；与其他指标重复而由D001指出的。
    依据：指标应当指向明确、可衡量。
    """
    for row in sheet.rows:
        if _is_slogan(row) and (row.weight or row.score is not None or not sheet.has("weight")):
            yield hit(
                row.cell("name"),
                "{class_}的三级指标“{name}”是做法或意愿，不是可以衡量的事项。",
                class_=row.printed.level2 or f"第{row.index + 1}行",
                name=row.cell("name"),
                also=(row.cell("target"),),
                fix=("请改为能够统计、核对的事项，写明考核什么数量、比率或时间",),
            )


def _is_slogan(row: Row) -> bool:
    name = bare(simplify(row.name))
    if len(name) < 10 or name.endswith(tuple(words("narrative", "measurable_ends"))):
        return False
    return bool(_slogan().match(simplify(squeeze(row.name))))


@functools.cache
def _slogan() -> re.Pattern[str]:
    return re.compile("|".join(words("narrative", "slogans")))


_LIMIT = re.compile(r"(?:≤|<=|不超过|限|控制在)?(\d{2,4})字(?:以内|以下|左右|内)?")


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
    for field, limit in _limits(sheet):
        text = sheet.form.text(field) or ""
        if len(squeeze(text)) > limit:
            yield hit(
                sheet.cell(field),
                "该栏要求{limit}字以内，现有{count}字。",
                limit=limit,
                count=len(squeeze(text)),
                fix=("请压缩文字，保留事实和数据",),
            )


def _limits(sheet: Sheet) -> Iterator[tuple[str, int]]:
    for index, box in enumerate(sheet.form.record.remarks):
        if found := _LIMIT.search(squeeze(box.label)):
            yield f"remarks[{index}].text", int(found[1])
    for sentence in (part for note in sheet.form.record.notes for part in sentences(note)):
        plain = squeeze(sentence)
        if found := _LIMIT.search(plain):
            if "原因" in plain or "措施" in plain:
                yield from ((f"indicators[{row.index}].reason", int(found[1])) for row in sheet.rows)
            elif "完成情况" in plain:
                yield "outcome", int(found[1])
