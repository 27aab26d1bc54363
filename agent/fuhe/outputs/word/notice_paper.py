"""整改通知.docx: one letter a unit in the layout of official papers: what to put right in which project, by when."""

from collections.abc import Sequence
from itertools import groupby

from fuhe.follow_up import DutyItem
from fuhe.outputs.in_words import inner_quotes
from fuhe.outputs.word.official import Paper
from fuhe.text import one_line

_NUMERALS = "一二三四五六七八九十"
_BLANK_DUE, _BLANK_OFFICE = "【待补充：整改时限】", "【待补充：发文单位】"
_DATE = "年　　月　　日"
_ASKED = (
    "1．请对照上述事项逐项核实。确需更正的，更正自评表并重新报送；核实无误的，书面说明理由并附佐证资料。",
    "2．请明确责任人，将办理情况填入所附整改台账，随修改后的自评表一并反馈。",
)


def to_notices(items: Sequence[DutyItem], *, due: str = "", office: str = "", line: str = "") -> bytes:
    """Return one document with a letter to every unit, each on its own page; what is not given is left to fill in."""
    paper = Paper()
    ordered = sorted(items, key=lambda item: item.unit or "")
    for number, (unit, group) in enumerate(groupby(ordered, key=lambda item: item.unit or "")):
        _letter(paper, unit, list(group), due, office, new_page=number > 0)
        paper.note(line)
    return paper.save(title="整改通知", comments=line)


def _letter(paper: Paper, unit: str, items: Sequence[DutyItem], due: str, office: str, *, new_page: bool) -> None:
    paper.title("关于项目支出绩效自评有关事项整改的通知", new_page=new_page)
    paper.addressee(one_line(unit) if unit else "【待补充：单位】")
    projects = [(name, list(group)) for name, group in groupby(items, key=lambda item: item.project or "")]
    paper.body(
        f"根据绩效自评复核工作安排，对你单位报送的{len(projects)}个项目的绩效自评表进行了复核，"
        f"有{len(items)}处需要核实更正。现将有关事项通知如下，各事项所在的格见附件。"
    )
    paper.body("一、需要核实更正的事项")
    for number, (name, group) in enumerate(projects, 1):
        paper.subheading(f"（{numeral(number)}）{inner_quotes(one_line(name)) or '（未填项目名称）'}")
        alike = [list(same) for _, same in groupby(group, key=lambda item: (item.codes, item.advice))]
        for place, same in enumerate(alike, 1):
            paper.body(f"{place}．{_told(same)}")
    paper.body("二、有关要求")
    for asked in _ASKED:
        paper.body(asked)
    paper.body("三、时限")
    paper.body(f"请于{due or _BLANK_DUE}前反馈。")
    paper.body("附件：整改台账")
    paper.signature([office or _BLANK_OFFICE, _DATE])


def _told(items: Sequence[DutyItem]) -> str:
    """Tell items of one kind in one paragraph, what to do said once; the ledger says where each stands."""
    told = "".join(f"{item.what.rstrip('。')}。" for item in items)
    return told + (f"{items[0].advice}。" if items[0].advice else "")


def numeral(number: int) -> str:
    """Write a number below 100 as official papers count: 一, 十二, 三十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return head + (_NUMERALS[ones - 1] if ones else "")
