"""P 政策: the form's weights, classes and grade against the scheme it prints and against the chosen policy pack."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from fuhe.findings import Cell
from fuhe.policy import simplify
from fuhe.readings.sheet import Row, Sheet, printed_points
from fuhe.rules.rule import PRACTICE, Hit, hit, plain, rule
from fuhe.text import bare, squeeze

EXECUTION = "执行率"
_HUNDRED = Decimal(100)
_SHARE = re.compile(
    r"(产出|效益|满意度|成本|执行)(?:率|情况)?(?:指标)?(?:的?(?:分值|权重|总分))?(?:各?占|设置?为|为|是|[:：=,，(（])*(\d{1,3})(?![\d.%％]*(?:[-—~～至]|分?(?:以上|以下|\(?含)))"
)
_MAY_DIFFER = re.compile(r"原则上|适当调整|酌情|可(?:以|作|做)?调整|自行|参考|如有特殊|特殊情况")
_OWN_BOUNDS = re.compile(r"优秀?[^。；;]{0,8}\d{2}")
_GRADES = {"优": "优", "优秀": "优", "良": "良", "良好": "良", "中": "中", "中等": "中", "差": "差", "较差": "差"}

Shares = dict[str, Decimal]


def shares(sheet: Sheet) -> Shares | None:
    """Return the points each first-level class and 执行率 carry; None where a weighted row has no class."""
    found: Shares = {}
    if (execution := sheet.execution) is not None and execution.weight is not None:
        found[EXECUTION] = execution.weight
    for row in sheet.rows:
        if not row.weight:
            continue
        level = "满意度" if row.subclass == "满意度" else row.level
        if level is None:
            return None
        found[level] = found.get(level, Decimal(0)) + row.weight
    return found


def _fits(own: Mapping[str, Decimal], scheme: Mapping[str, Decimal]) -> bool:
    """Tell whether a form keeps a scheme; a form without 满意度 may add its points to 效益."""
    if "满意度" not in own and {"效益", "满意度"} <= set(scheme):
        scheme = {**scheme, "效益": scheme["效益"] + scheme["满意度"], "满意度": Decimal(0)}
    return all(_sum(own, key) == wanted for key, wanted in scheme.items())


def _sum(own: Mapping[str, Decimal], key: str) -> Decimal:
    return sum((own.get(part, Decimal(0)) for part in key.split("+")), Decimal(0))


def _cost_within_outputs(own: Shares) -> Shares:
    """Count 成本 among the outputs, for a scheme that does not separate it."""
    merged = {name: number for name, number in own.items() if name != "成本"}
    return {**merged, "产出": own.get("产出", Decimal(0)) + own["成本"]} if "成本" in own else merged


def _listed(scheme: Mapping[str, Decimal]) -> str:
    return "、".join(f"{name.replace('+', '和')}{plain(number)}" for name, number in scheme.items())


def _weight_cells(sheet: Sheet) -> tuple[Cell, ...]:
    execution = sheet.execution
    head = (sheet.cell(f"funding[{execution.index}].weight"),) if execution and execution.weight is not None else ()
    return (*head, *(row.cell("weight") for row in sheet.rows if row.weight))


@rule("P001", "weights-differ", "info", "一级指标权重与所选口径不同", "weights", PRACTICE)
def weights_differ(sheet: Sheet) -> Iterator[Hit]:
    """本表各一级指标的分值与所选政策包规定的权重不同；一批表都这样的，只说一次。

    查什么：按一级指标合计分值，连同预算执行率的分值，与政策包的权重比较。
    为什么：各地权重不一；与口径不同的，需要知道依据的是哪一份规定。
    反例：执行率10、产出40、效益30、满意度20，而所选口径为执行率10、产出50、效益30、满意度10。
    正例：执行率10、产出50、效益30、满意度10。
    不算问题：合计不是100分的（见A001）；没有满意度指标、分值并入效益的；表下注明了另外权重而未照办的（见P004）；部门整体、转移支付表。
    依据：所选政策包；当地另有规定的按当地规定。
    """
    own = shares(sheet)
    if not own or sheet.form.form_type != "project" or sheet.form.truncated or sum(own.values()) != _HUNDRED:
        return
    pack = sheet.pack
    scheme = pack.weights_with_cost if "成本" in own and pack.weights_with_cost else pack.weights
    compared = own if "成本" in scheme else _cost_within_outputs(own)
    cells = _weight_cells(sheet)
    if cells and not _fits(compared, scheme):
        yield hit(
            cells[0],
            "本表权重为{own}，与所选口径“{title}”的{scheme}不同。",
            own=_listed(own),
            title=pack.title,
            scheme=_listed(scheme),
            also=cells,
            fix=("当地另有规定的，以当地规定为准，可用 --policy 选用当地的政策包", "没有规定的，请说明权重的依据"),
        )


@rule("P002", "retired-class", "info", "所选口径已不再单设的二级指标", "guidance")
def retired_class(sheet: Sheet) -> Iterator[Hit]:
    """表里还有所选口径已经不再单设的二级指标，如可持续影响指标。

    查什么：各行的二级指标是否属于政策包列出的不再单设的类别；全表只说一次。
    为什么：新口径下这部分内容并入其他效益指标，继续单设会与新的目标表对不上。
    反例：选用成本单列的口径，表中仍设可持续影响指标10分。
    正例：可持续影响的内容写入社会效益指标。
    不算问题：没有选用这一口径的；没有分值的空行。
    依据：所选政策包。
    """
    rows = [row for row in sheet.rows if row.subclass in sheet.pack.retired and row.weight]
    if rows:
        yield hit(
            rows[0].cell("level2"),
            "本表仍设{classes}（{count}行，{weight}分），所选口径“{title}”已不再单设这一类。",
            classes="、".join(dict.fromkeys(f"{row.subclass}指标" for row in rows)),
            count=len(rows),
            weight=sum((row.weight or Decimal(0) for row in rows), Decimal(0)),
            title=sheet.pack.title,
            also=tuple(cell for row in rows for cell in (row.cell("level2"), row.cell("name"), row.cell("weight"))),
            fix=("以后年度编制目标时，可把这部分内容并入其他效益指标",),
        )


@rule("P003", "grade-mismatch", "error", "等级与总分不对应", "evaluation")
def grade_mismatch(sheet: Sheet) -> Iterator[Hit]:
    """表上填的等级，不是总分应得的等级。

    查什么：等级栏填优（优秀）、良（良好）、中、差，而总分不在该等级的分数段内（优≥90、良≥80、中≥60，以政策包为准）。
    为什么：等级由总分得出，两者不一致时至少有一处填错。
    反例：总分86分，等级填“优”。
    正例：总分86分，等级填“良”。
    不算问题：总分满分不是100的；表上印了自己的分数段的；等级写成合格、通过或可勾选的一串的。
    依据：90分（含）以上为优，80分（含）以上为良，60分（含）以上为中，其余为差。
    """
    record = sheet.form.record
    grade, score = _GRADES.get(simplify(bare(record.grade)).removesuffix("等")), printed_points(record.total_score)
    whole = printed_points(record.total_weight) or _HUNDRED
    if grade is None or score is None or not 0 <= score <= _HUNDRED or whole != _HUNDRED or _prints_bounds(sheet):
        return
    bounds = sorted(sheet.pack.grades.items(), key=lambda entry: -entry[1])
    due = next((name for name, least in bounds if score >= least), grade)
    if due != grade:
        yield hit(
            sheet.cell("grade"),
            "等级填“{grade}”，总分{score}分，按{bounds}的标准应为“{due}”。",
            grade=sheet.cell("grade"),
            score=sheet.cell("total_score"),
            bounds="、".join(f"{name}≥{plain(least)}" for name, least in bounds if least),
            due=due,
            fix=("请先核对总分，再按总分更正等级",),
        )


def _prints_bounds(sheet: Sheet) -> bool:
    return any(_OWN_BOUNDS.search(squeeze(text)) for _, text in _notes(sheet))


@rule("P004", "own-scheme-broken", "warning", "分值与表上注明的权重不符", PRACTICE)
def own_scheme_broken(sheet: Sheet) -> Iterator[Hit]:
    """表下的注写明了各一级指标的权重，各行的分值却没有照办。

    查什么：注或说明栏写明产出、效益、满意度、执行率各多少分（合计100分），与各行分值按一级指标的合计比较。
    为什么：同一张表先写明规则又不照办，分值的依据就说不清。
    反例：注写“产出50分、效益30分、满意度10分、执行率10分”，各行合计为产出60、效益20、满意度10、执行率10。
    正例：各行合计与注一致。
    不算问题：注里的数凑不成100分的；注里列了几套权重、符合其中一套的；没有满意度指标、分值并入效益的；表格被截断的。注里写明可以调整的，只作提示。
    依据：表上自己注明的权重。
    """
    own = shares(sheet)
    if not own or sheet.form.truncated or not sheet.has("weight"):
        return
    printed = [(field, text, scheme) for field, text in _notes(sheet) for scheme in schemes(text)]
    if not printed or any(_keeps(own, scheme) for _, _, scheme in printed):
        return
    field, text, scheme = printed[0]
    compared = own if "成本" in scheme else _cost_within_outputs(own)
    off = [name for name, wanted in scheme.items() if compared.get(name, Decimal(0)) != wanted]
    cells = _cells_of(sheet, off) or _weight_cells(sheet)
    flexible = bool(_MAY_DIFFER.search(squeeze(text)))
    yield hit(
        cells[0],
        "表上注明权重为{scheme}，各行分值合计为{own}，{off}不一致{flexible}。",
        scheme=_listed(scheme),
        own=_listed(compared),
        off="、".join(off),
        flexible="；注里允许调整，请核实依据" if flexible else "",
        also=(*cells, sheet.cell(field)),
        severity="info" if flexible else "warning",
        fix=("请按注明的权重调整各行分值", "权重经批准调整的，请注明依据"),
    )


def _keeps(own: Shares, scheme: Shares) -> bool:
    return _fits(own if "成本" in scheme else _cost_within_outputs(own), scheme)


def _notes(sheet: Sheet) -> Iterator[tuple[str, str]]:
    record = sheet.form.record
    yield from ((f"notes[{index}]", note) for index, note in enumerate(record.notes))
    yield from ((f"remarks[{index}].text", box.text) for index, box in enumerate(record.remarks) if box.text)


def schemes(note: str) -> list[Shares]:
    """Return the weight schemes a note prints: runs of class and points that add up to 100."""
    found: list[Shares] = [{}]
    for name, number in _SHARE.findall(simplify(squeeze(note))):
        label = EXECUTION if name == "执行" else name
        if label in found[-1]:
            found.append({})
        found[-1][label] = Decimal(number)
    return [scheme for scheme in found if len(scheme) > 1 and sum(scheme.values()) == _HUNDRED]


def _cells_of(sheet: Sheet, classes: list[str]) -> tuple[Cell, ...]:
    """Return the weights of the classes that differ: the first is where the finding is at."""
    rows: list[Row] = [row for row in sheet.rows if row.weight and {row.level, row.subclass} & set(classes)]
    execution = sheet.execution
    if EXECUTION in classes and execution is not None and execution.weight is not None:
        return (sheet.cell(f"funding[{execution.index}].weight"), *(row.cell("weight") for row in rows))
    return tuple(row.cell("weight") for row in rows)
