"""整改通知.docx: one letter a unit in the layout of official papers: what to put right, by theme, and by when."""

from collections import defaultdict
from collections.abc import Sequence

from fuhe.follow_up import DutyItem
from fuhe.outputs.in_words import inner_quotes
from fuhe.outputs.word.official import Paper
from fuhe.pointing.letter import LetterForm, numeral, themed
from fuhe.text import one_line

_BLANK_DUE, _BLANK_OFFICE = "【待补充：整改时限】", "【待补充：发文单位】"
_DATE = "年　　月　　日"
_ASKED = (
    "请逐项核实。确需更正的，更正自评表并重新报送；核实无误的，书面说明理由并附佐证资料。"
    "请明确责任人，将办理情况填入所附整改台账，于{due}前随修改后的自评表一并反馈。"
)


def to_notices(
    forms: Sequence[LetterForm], items: Sequence[DutyItem], *, due: str = "", office: str = "", line: str = ""
) -> bytes:
    """Return one document with a letter to every unit that has something to put right, each on its own page.

    `items` are counted, the ledger lists them one by one; what is not given is left to fill in.
    """
    paper = Paper()
    units: dict[str, list[LetterForm]] = defaultdict(list)
    for form in forms:
        units[form.record.unit or form.record.department or ""].append(form)
    counted = {unit: sum(1 for item in items if (item.unit or "") == unit) for unit in units}
    for number, unit in enumerate(unit for unit in sorted(units) if counted[unit]):
        _letter(paper, unit, units[unit], counted[unit], due or _BLANK_DUE, new_page=number > 0)
        paper.signature([office or _BLANK_OFFICE, _DATE])
    return paper.save(title="整改通知", comments=line)


def _letter(paper: Paper, unit: str, forms: Sequence[LetterForm], count: int, due: str, *, new_page: bool) -> None:
    paper.title("关于项目支出绩效自评有关事项整改的通知", new_page=new_page)
    paper.addressee(one_line(unit) if unit else "【待补充：单位】")
    paper.body(
        f"根据绩效自评复核工作安排，对你单位报送的{len(forms)}个项目的绩效自评表进行了复核，"
        f"有{count}项需要核实更正。现将有关事项通知如下，逐项见附件。"
    )
    told = themed(forms)
    for text in told:
        paper.body(inner_quotes(text))
    headings = sum(1 for text in told if text[1:2] == "、")
    paper.heading(f"{numeral(headings + 1)}、有关要求")
    paper.body(_ASKED.format(due=due))
    paper.body("附件：整改台账")
