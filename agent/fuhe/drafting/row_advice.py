"""What a reviewer says to the unit about a row, on the point: write this, put that back, take it out; never for the cell."""

from collections.abc import Iterable, Iterator, Sequence

from fuhe.drafting import causes, facts, offline
from fuhe.drafting.proposal import Proposal, label
from fuhe.drafts import Fact
from fuhe.findings import Finding
from fuhe.readings.sheet import Row, Sheet
from fuhe.text import one_line

_DELETED = ("F003",)
_REWORDED = ("V001", "V007", "N007", "L001", "L002", "L003", "V016")


def advice(sheet: Sheet, findings: Iterable[Finding]) -> list[Proposal]:
    """Return one piece of advice a row that a reason is asked of, in the order of the form."""
    asked = list(findings)
    told = offline.cause_by_row(sheet, asked, causes.stated(sheet))
    return [
        _proposal(sheet, row, codes, asked, stated=row.index in told)
        for row in sheet.rows
        if (codes := offline.answered(asked, row))
    ]


def _proposal(sheet: Sheet, row: Row, codes: tuple[str, ...], findings: Sequence[Finding], *, stated: bool) -> Proposal:
    here = {finding.code for finding in findings if offline.is_about(finding, row)}
    name = {"指标名称": Fact(value=one_line(row.name), cells=(f"indicators[{row.index}].name",))}
    return Proposal(
        kind="advice",
        field=f"indicators[{row.index}].advice",
        template="“{指标名称}”：" + "；".join(_parts(sheet, row, here, stated=stated)) + "。",
        facts=facts.of_row(row) | name,
        answers=codes,
    )


def _parts(sheet: Sheet, row: Row, codes: set[str], *, stated: bool) -> Iterator[str]:
    if offline.is_slip(sheet, row):
        yield "本行得分与总分对不上，疑为笔误，先核实得分"
    if "V015" in codes:
        yield "指标值的方向可能写反，请先更正方向，再核对是否达到"
        return
    if "D008" in codes:
        yield "偏差原因与其他行相同，请分别写明本行自己的原因"
    yield from _of_score(row, stated=stated)
    if codes & {"N008", "N009", "S001"} and not offline.is_cut_though_met(row):
        yield "写明改进措施、责任科室和完成时间"
    if codes & set(_REWORDED):
        yield "指标改为能统计的数量或比率，写明计算方法"
    if codes & set(_DELETED):
        yield "没有考核内容的，删去本行，分值并入同类指标"


def _of_score(row: Row, *, stated: bool) -> Iterator[str]:
    """Say what is to become of the points and of the cause."""
    wanted = label(offline.asks(row)[0]).removeprefix("【待补充：").removesuffix("】")
    if offline.is_cut_though_met(row):
        yield "已达到目标而扣{扣分}分" + (
            "" if stated else "，没有说明依据；有扣分事由的写明依据，没有的恢复为{分值}分"
        )
    elif row.met == "unmet" and not row.deducted and row.full:
        yield "没有达到目标而未扣分，按实际完成情况核减得分，或者更正实际完成值"
    elif not stated:
        yield f"写明{wanted}"
