"""The guard: a proposal that states a figure, name, date, document or cause the form does not hold is not shown."""

import difflib
import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fuhe.drafting.proposal import BLANK, SLOT, Proposal, printed
from fuhe.policy import Pack, lexicon, simplify, words
from fuhe.records import Form
from fuhe.text import HAN, squeeze

LONGEST = {"reason": 200, "indicator": 400, "opinion": 4000, "report": 20000}
"""Characters of a printed draft by kind, unless the form prints a limit of its own."""

_GAP = "\u241f"
_NAME_RUN = 4
_HAN_NUMBER = "零〇一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟半几数"
_COUNTED = "成倍元人户名位场次天日号月年季周时分秒台套座辆亩吨米里条件份册期批只头个项处家间所本篇级"
_GENERIC_COUNT = re.compile(
    r"[一二两三][项个方次条点步类](?![月年天日])|一[致并定般律旦时些起体道]|逐一|统一|唯一|之一|第一时间|万一|十分|百姓|千方百计|千万别"
)
_AMOUNT = re.compile(
    rf"百分之|[{_HAN_NUMBER}]+(?:余|多)?(?:个百分点|[{_COUNTED}])|第[{_HAN_NUMBER}]+|过半|翻番|翻一番|倍增|大多数|绝大部分|[{_HAN_NUMBER}]{{2,}}"
)
_QUOTED = re.compile(r"[“\"「『《〈](.*?)[”\"」』》〉]")
_LATIN = re.compile(r"[a-zA-Z]{2,}")
_OWNER = re.compile(
    rf"由([{HAN}]{{1,12}}?)(?=负责|牵头|组织|落实|会同|办理|完成|核|于|在|对|按|逐|每|向|将|与|开展|建立|制定|编制|$)"
)
_NOT_PLAIN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)


@dataclass(frozen=True)
class Violation:
    """What a proposal does that it must not; `message` is what the model is told in the repair round."""

    check: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}：{self.message}"


@dataclass(frozen=True)
class Ground:
    """Everything the form says, folded for exact search; a verified document's title counts as said."""

    text: str

    def holds(self, words: str) -> bool:
        """Tell whether these words stand in the form, character for character on folded text."""
        return bool(needle := squeeze(simplify(words))) and needle in self.text

    def taken_from(self, words: str) -> str:
        """Return the words without the runs of four characters and more that stand in the form."""
        index = 0
        while index < len(words) - _NAME_RUN + 1:
            end = index
            while end < len(words) and self.holds(words[index : end + 1]):
                end += 1
            if end - index >= _NAME_RUN:
                words = words[:index] + _GAP + words[end:]
            index += 1
        return words


def ground(form: Form, pack: Pack) -> Ground:
    """Collect the form's printed text, cell by cell, and the titles of the pack's verified documents."""
    documents = [entry.document for entry in pack.documents.values() if entry.verified]
    cells = [value for value in _strings(form.record.model_dump()) if value]
    return Ground(_GAP.join(squeeze(simplify(text)) for text in (*cells, form.title or "", *documents)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def violations(proposal: Proposal, *, longest: int | None = None) -> list[Violation]:
    """Check a proposal's slots, blanks and printed length (characters); its words are for `in_words`."""
    if unknown := proposal.unknown():
        return [Violation("事实", f"没有这些事实或留空代号：{'、'.join(unknown)}")]
    limit = longest or LONGEST[proposal.kind]
    if len(printed(proposal.template, proposal.facts)) > limit:
        return [Violation("长度", f"超过{limit}字")]
    return []


def in_words(template: str, said: Ground, names: tuple[str, ...] = ()) -> list[Violation]:
    """Check the words a model wrote between slots and blanks; an empty list means they may be shown.

    `names` are the names the words are about (the indicator's): what repeats them exactly is not judged.
    """
    if _NOT_PLAIN.search(template) or re.search(r"[{}\[\]]", BLANK.sub("", SLOT.sub("", template))):
        return [Violation("格式", "含有不可见字符或多余的括号")]
    own = unicodedata.normalize("NFKC", simplify(BLANK.sub(_GAP, SLOT.sub(_GAP, template))))
    for name in names:
        own = _without(own, unicodedata.normalize("NFKC", simplify(name)))
    return list(dict.fromkeys(violation for check in _CHECKS for violation in check(own, said)))


def _without(own: str, name: str) -> str:
    """Take out every run of characters that stands in the name: 12345 in 12345热线 is no figure."""
    blocks = difflib.SequenceMatcher(None, own, name, autojunk=False).get_matching_blocks()
    for block in sorted(blocks, key=lambda found: -found.a):
        if block.size >= _NAME_RUN:
            own = own[: block.a] + _GAP + own[block.a + block.size :]
    return own


def _figures(own: str, said: Ground) -> Iterator[Violation]:
    if any(unicodedata.category(char) in ("Nd", "No", "Nl") and char not in _HAN_NUMBER for char in own):
        yield Violation("数字", "写了数字；数字只能用给出的事实代号")
    for found in _AMOUNT.finditer(_GENERIC_COUNT.sub(_GAP, own)):
        yield Violation("数字", f"写了数量“{found[0]}”；数字只能用给出的事实代号")


def _quotes(own: str, said: Ground) -> Iterator[Violation]:
    for found in _QUOTED.finditer(own):
        if not all(said.holds(part) for part in found[1].split(_GAP) if part):
            yield Violation("引用", f"“{found[1].replace(_GAP, '…')}”不是表内原文")


def _documents(own: str, said: Ground) -> Iterator[Violation]:
    if re.search(r"[〔〕]|号文|文件精神|规定第|条例第", own):
        yield Violation("文号", "写了文件名或文号")


def _organisations(own: str, said: Ground) -> Iterator[Violation]:
    plain = _ordinary().sub(_GAP, said.taken_from(own))
    for found in _organisation().finditer(plain):
        named = found[0]
        if not any(said.holds(named[start:]) for start in range(max(1, len(named) - 2))):
            yield Violation("名称", f"“{named[-6:]}”不在表内，单位、科室请用[[office]]")


def _owners(own: str, said: Ground) -> Iterator[Violation]:
    for found in _OWNER.finditer(own):
        if not found[1].startswith(words("drafting", "generic_owners")) and not said.holds(found[1]):
            yield Violation("名称", f"承办者“{found[1]}”不在表内，请用[[office]]")


def _latin(own: str, said: Ground) -> Iterator[Violation]:
    for word in _LATIN.findall(own):
        if not said.holds(word):
            yield Violation("文字", f"写了外文“{word[:20]}”")


def _listed(check: str, key: str, message: str) -> "Check":
    """Make a check that finds the expressions of a list unless the form itself holds the words around them."""

    def run(own: str, said: Ground) -> Iterator[Violation]:
        for found in _expressions(key).finditer(own):
            if not said.holds(_clause_around(own, found)):
                yield Violation(check, message.format(found[0]))

    return run


def _clause_around(own: str, found: re.Match[str]) -> str:
    """Return the found words with a few neighbours, so that one common word in the form does not excuse them."""
    start, end = found.span()
    while start > 0 and end - start < 6 and re.match(f"[{HAN}]", own[start - 1]):
        start -= 1
    while end < len(own) and end - start < 6 and re.match(f"[{HAN}]", own[end]):
        end += 1
    return own[start:end]


@functools.cache
def _expressions(key: str) -> re.Pattern[str]:
    return re.compile("|".join(words("drafting", key)))


@functools.cache
def _ordinary() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words("drafting", "ordinary")))


@functools.cache
def _organisation() -> re.Pattern[str]:
    ends = "|".join(words("drafting", "organisations"))
    return re.compile(rf"[{HAN}]{{1,10}}?(?:{ends})")


Check = Callable[[str, Ground], Iterator[Violation]]
_CHECKS: tuple[Check, ...] = (
    _figures,
    _quotes,
    _documents,
    _organisations,
    _owners,
    _latin,
    _listed("时间", "dates", "写了时间“{}”，请用[[date]]"),
    _listed("名称", "titles", "写了职务“{}”，请用[[office]]"),
    _listed("原因", "cause_markers", "写了原因（“{}”）；表内没有说明的原因只能留空"),
    _listed("原因", "implied_causes", "“{}”等于写了原因；表内没有说明的原因只能留空"),
    _listed("事实", "claims", "“{}”把没有依据的事写成了事实"),
    _listed("套话", "stock", "套话“{}”，请写具体做什么"),
    _listed("结论", "verdicts", "“{}”：评分和结论不由建议稿来写"),
)


def stand_in(text: str) -> str:
    """Return a draft as if its blanks were filled, for the closed loop only; a report's blanks never stand in a cell."""
    labels, fills = lexicon("blanks"), lexicon("drafting")["stand_ins"]
    for key, fill in fills.items():
        text = text.replace(f"【待补充：{labels[key]}】", str(fill))
    return text
