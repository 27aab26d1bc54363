"""Facts in a draft that its form does not hold: an independent reader that knows nothing of slots.

python -m evals.leaks REPORT.json     the JSON of fuhe draft, plan or opinion
"""

import itertools
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from evals.labelled import COLUMNS
from fuhe import checking
from fuhe.drafts import Draft
from fuhe.outputs.contract import form_report
from fuhe.policy import pack
from fuhe.records import Form, Record

NUMBER = re.compile(r"\d+(?:\.\d+)?")
HAN_AMOUNT = re.compile(
    r"百分之[零一二三四五六七八九十百]+|[一二两三四五六七八九十百千万]{1,6}(?:余|多)?(?:人次|个百分点|万元|元|户|人|名|台|件|亩|公里|场|成|倍)|过半|半数"
)
NAMED = re.compile(r"[\u4e00-\u9fff]{2,10}(?:局|厅|委员会|办公室|公司|集团|医院|银行|大学|学院|街道|镇|乡)")
DATE = re.compile(r"\d{2,4}年|\d{1,2}月|\d{1,2}日|[上下]半年|年底|月底|[一二三四]季度|春节|国庆|明年|去年|次年")
DOCUMENT = re.compile(r"《[^》]+》|[\u4e00-\u9fff]{1,6}〔\d{4}〕\d+号")
LATIN = re.compile(r"[A-Za-z]{2,}")
QUOTED = re.compile(r"“([^”]+)”")
OWNER = re.compile(r"由([\u4e00-\u9fff]{2,8}?)(?:牵头|负责)")
CAUSE = re.compile(r"(?:因|由于)[\u4e00-\u9fff]{2,8}")
DONE = re.compile(r"已[^，。；、已]{0,8}(?:整改|验收)")
ORDER = re.compile(r"恢复满分|给满分|免于扣分|忽略[^，。]{0,4}要求")
PATTERNS = (
    ("数", HAN_AMOUNT),
    ("名", NAMED),
    ("名", OWNER),
    ("时", DATE),
    ("文", DOCUMENT),
    ("外文", LATIN),
    ("引", QUOTED),
    ("因", CAUSE),
    ("事", DONE),
    ("令", ORDER),
)
LEXICON = Path(__file__).parents[1] / "data/lexicon"
BLANKS = "|".join(
    re.escape(words) for words in yaml.safe_load((LEXICON / "to_be_filled.yaml").read_text("utf-8")).values()
)
BLANK = re.compile(f"【待补充：(?:{BLANKS})】")
LEAD = re.compile(r"^(?:由|请|对|按照|根据|依据|参照|按|与|在|向|经|报|核对|有关|相关|各)")
ORDINARY = re.compile(r"^(?:结局|格局|布局|当局|乡镇|城镇|本公司)$")


def folded(text: str) -> str:
    """Return text by which to compare: NFKC, no white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def strings(value: object) -> Iterator[str]:
    """Yield every string in a nested value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def at(record: dict[str, Any], field: str) -> str:
    """Return the text at a field path."""
    value: Any = record
    for part in field.replace("]", "").replace("[", ".").split("."):
        value = value[int(part)] if isinstance(value, list) else value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def computed(numbers: list[float]) -> set[float]:
    """Return what a reader could compute of a few numbers: differences, sums, shares of each other in percent."""
    found = set(numbers)
    for a, b in itertools.permutations(numbers, 2):
        found |= {round(abs(a - b), 6), round(a + b, 6)}
        if b:
            found |= {round(x, digits) for x in (a / b * 100, (b - a) / b * 100) for digits in (0, 1, 2)}
    return found


def leaks(form: dict[str, Any], draft: dict[str, Any], allowed: str = "") -> list[str]:
    """Name what a draft states that is neither in the form nor computed from cited cells.

    That is numbers, names, dates, documents, quotations, causes, work said to be done and orders about the score; a
    blank with words of its own is read like any text.

    `allowed` is other text a draft may lean on: for an opinion the messages of the checker.
    """
    year = f"{form['record'].get('year') or ''}年"
    said = folded("␟".join([*strings(form["record"]), year, form.get("title") or "", allowed]))
    text = folded(BLANK.sub("␟", draft["text"]).replace("\n", "␟"))
    cited = [
        number
        for fact in draft["facts"].values()
        for cell in fact["cells"]
        for number in _numbers(at(form["record"], cell))
    ]
    known = computed(cited[:24]) | set(_numbers(said))
    found = [f"数 {number}" for number in NUMBER.findall(text) if float(number) not in known]
    for kind, pattern in PATTERNS:
        found += [f"{kind} {hit}" for hit in pattern.findall(text) if not _held(kind, hit, said)]
    return found


def _numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(folded(text).replace(",", ""))]


def _held(kind: str, hit: str, said: str) -> bool:
    """Accept words that stand in the form whole, names and documents without the verb before them, quotations cut short.

    A longer run of words may come before a name: its last four characters will do, never its bare ending.
    """
    if hit in said or (kind == "外文" and hit.casefold() in said.casefold()):
        return True
    if kind == "引" and hit.endswith("......"):
        return hit.removesuffix("......") in said
    named = LEAD.sub("", hit.rpartition("的")[2])  # no body has 的 in its name
    if kind == "文":
        return named in said
    return kind == "名" and (named in said or bool(ORDINARY.match(named)) or (len(hit) > 4 and hit[-4:] in said))


def of_report(report: dict[str, Any]) -> list[str]:
    """Check every draft of a report; opinions and plans may lean on what the checker and the fixed patterns say."""
    found = []
    for file in report["files"]:
        for form in file["forms"]:
            allowed = checked(form)
            for draft in form["drafts"]:
                more = "" if draft["kind"] == "reason" else allowed
                found += [f"{form['id']} {draft['field']} {leak}" for leak in leaks(form, draft, more)]
    return found


def in_drafts(form: Form, drafts: Iterable[Draft]) -> list[str]:
    """Check drafts as they leave the drafting verb."""
    told = json.loads(form_report(form).model_dump_json())
    allowed, found = checked(told), []
    for draft in drafts:
        shown = json.loads(draft.model_dump_json(by_alias=True))
        found += leaks(told, shown, "" if draft.kind == "reason" else allowed)
    return found


def checked(form: dict[str, Any]) -> str:
    """Return what the checker says of the form, with its counts, and the fixed words of plans."""
    again = Form(
        id=form["id"],
        record=Record(**form["record"]),
        columns=COLUMNS,
        form_type=form["form_type"],
        inferred=tuple(form["inferred"]),
    )
    chosen = pack("national-2020")
    findings = checking.check(again, chosen).findings
    documents = [entry.document for entry in chosen.documents.values() if entry.verified]
    wordings = [LEXICON / "plan.yaml", *(LEXICON.parent / "templates").glob("*.yaml")]
    fixed = "".join(path.read_text("utf-8") for path in wordings) + "100%"
    counted = "、".join(str(number) for number in range(len(findings) + 40))
    return "␟".join(
        [
            *documents,
            *(f.title + f.message + (f.guess or "") + "".join(f.fix) for f in findings),
            fixed,
            counted,
        ]
    )


if __name__ == "__main__":
    report_ = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    drafts = sum(len(form["drafts"]) for file in report_["files"] for form in file["forms"])
    print("\n".join(of_report(report_)))
    print(f"{drafts} 份建议稿，表外事实 {len(of_report(report_))} 处")
