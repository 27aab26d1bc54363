"""Acts of a clause that end in something to inspect: a deliverable, a standard, a payment, a dated act, what holds."""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from fuhe.policy import words
from fuhe.readings.parts_of_clause import Clause, Part, holds_a, parts, tail_is, traits, without, words_with
from fuhe.readings.value import class_of_unit
from fuhe.readings.vocabulary import known_words
from fuhe.readings.wordlists import WordList, finds, known

_STOP = re.compile(r"[、()（）/]")
_DOERS = re.compile(r"[由被经]")
_PADDING = ("generic", "tense", "in_full", "done", "bounds", "paces")
_ACTS = ("makes", "loose", "closes", "pays", "ends", "does")
_CLOSING = ("makes", "loose", "closes", "pays")
_LONGEST_OBJECT = 40
_LONG_TITLE = 4
_MOST_ACTS = 30
_MEASURES = tuple("率数量度额费")  # 接通率, 验收合格率: the name of a measure, no act
_GRADE = re.compile(r"(?:[一二三四五六七八九ⅰ-ⅻivx甲乙丙丁]+|\d?a{1,5}|\d)[级类等星](?:[a-e甲乙丙])?|[国省市县]家?级")


Ending = Literal["standard", "deliverable", "payment", "dated", "holds"]


@dataclass(frozen=True, slots=True)
class Done:
    """An act that can be checked: its kind, its object, its date, its span in the clause."""

    kind: Ending
    act: str | None
    object: str
    date: str | None
    start: int
    end: int


def delivered(clause: Clause) -> Iterator[Done]:
    """Yield what a clause promises or tells that can be looked at; a clause of dozens of acts is no sentence."""
    if clause.has("undone") or sum(part.is_a(*_ACTS) for part in clause.parts) > _MOST_ACTS:
        return
    date = _date(clause)
    governor: Part | None = None
    for index, part in enumerate(clause.parts):
        if part.is_a("done", "transparent"):
            governor = None
        elif part.is_a("wishes", "turns") and not part.is_a(*_ACTS) and not _is_modifier(clause, part):
            governor = part
        found = _one(clause, index, governor, date)
        if found:
            yield found


def is_unclear(clause: Clause) -> bool:
    """Tell whether a clause without an item does something to a thing that can be inspected: too near to call it empty."""
    governed = False
    for index, part in enumerate(clause.parts[:_MOST_ACTS]):
        governed = governed or (part.is_a("wishes", "turns", "transparent") and not part.is_a(*_ACTS))
        if part.is_a("does", "closes", "loose") and not governed and not _is_purpose(clause, index):
            core = _core(_after(clause, index))
            if len(core) > 2 and tail_is(core) == "things":
                return True
    return False


def _is_modifier(clause: Clause, part: Part) -> bool:
    """Tell whether a word of will only describes: 保护性修缮."""
    return clause.text[part.end : part.end + 1] in ("性", "型", "化")


def acted_on(clause: Clause) -> Iterator[str]:
    """Yield the things the acts of a clause are done to, whether or not that can be checked: 护林员, 广场舞比赛."""
    for index, part in enumerate(clause.parts[:_MOST_ACTS]):
        if part.is_a(*_ACTS):
            behind = _named(clause.text[part.end : _object_end(clause, index)])
            before = _named(clause.text[_object_start(clause, index) : part.start])
            yield from behind or [piece for piece in before if not _opens_with_act(piece)]


def _opens_with_act(piece: str) -> bool:
    first = next(iter(parts(piece)), None)
    return first is not None and first.start == 0 and first.is_a(*_ACTS)


def _named(text: str) -> list[str]:
    pieces = (_trimmed(piece) for piece in _NO_NAME.split(text) if piece[:1] not in _LEADS)
    return [piece for piece in pieces if _names_thing(piece)]


def _names_thing(piece: str) -> bool:
    if len(_core(piece)) < 2 or _is_act(piece) or class_of_unit(piece):
        return False
    return tail_is(piece) != "abstract"


_LEADS = frozenset("按每向从由将把对以为在")
_NO_NAME = re.compile(r"\d[\d.,]*[万亿千百余多]*|[、()（）/.,%+和及与□]")
_EDGES = ("generic", "tense", "in_full", "done", "paces", "bounds", "manner", "spending")


def _trimmed(text: str) -> str:
    """Take padding from both ends of a noun phrase; one that ends in money names no thing."""
    known, start, end = parts(text), 0, len(text)
    if known and known[-1].end == end and known[-1].is_a("spending"):
        return ""
    for part in known:
        start = part.end if part.start == start and part.is_a(*_EDGES) else start
    for part in reversed(known):
        end = part.start if part.end == end and part.is_a(*_EDGES) else end
    return text[start:end]


def _one(clause: Clause, index: int, governor: Part | None, date: str | None) -> Done | None:
    part = clause.parts[index]
    if _is_purpose(clause, index) or clause.text[part.end : part.end + 1] in _MEASURES:
        return None
    for kind, reads in _READERS:
        if what := reads(clause, index, governor):
            return Done(kind, part.word, what, date, part.start, part.end)
    if date and part.is_a(*_ACTS, "done") and governor is None and (dated := _objects(clause, index)):
        return Done("dated", part.word, dated[0], date, part.start, part.end)
    return None


def _is_purpose(clause: Clause, index: int) -> bool:
    """Tell whether an act is only what something is for: 为建设…营造氛围, 用于设备采购."""
    before, first = clause.parts[max(0, index - _MOST_ACTS) : index], clause.parts[0]
    if any(part.word.endswith("用于") for part in before):
        return True
    if before and first.word == "通过" and first.start == 0 and not clause.numbers:
        return True  # 通过医疗设备更新, …: how, not what
    return bool(before) and before[-1].is_a("purposes") and before[-1].end == clause.parts[index].start


def _deliverable(clause: Clause, index: int, governor: Part | None) -> str | None:
    part = clause.parts[index]
    if governor is not None or not part.is_a("makes", "loose", "closes", "done"):
        return None
    after, before = _after(clause, index), _before(clause, index)
    if part.is_a("makes") and (_is_something(after) or (part.is_a("issues") and len(after) > _LONG_TITLE)):
        return after
    if part.is_a("makes", "loose", "done") and _is_thing(after):
        return after
    if part.is_a("makes", "loose", "done") and _is_thing(before) and _stands_as_done(clause, index):
        return before
    if part.is_a("closes", "makes") and clause.has("done"):
        return next((what for what in (after, before) if _is_something(what)), None)
    return None


def _ends(clause: Clause, index: int, governor: Part | None) -> str | None:
    """An end that can be seen: 竣工, 开通班线; before any other noun it only names a matter (通航保障能力)."""
    part = clause.parts[index]
    if not part.is_a("ends") or governor is not None:
        return None
    after = _after(clause, index)
    return (_before(clause, index) or after or part.word) if _is_thing(after) or _stands_last(clause, index) else None


def _stands_last(clause: Clause, index: int) -> bool:
    """Tell whether nothing but tense, a figure, a mark or another end follows an act."""
    part, following = clause.parts[index], clause.parts[index + 1 : index + 2]
    if any(after.start == part.end and after.is_a("tense", "ends", "done", "manner") for after in following):
        return True
    return not ("\u4e00" <= clause.text[part.end : part.end + 1] <= "\u9fff")


def _payment(clause: Clause, index: int, governor: Part | None) -> str | None:
    """Money owed to somebody by name: 足额发放教师工资; 规范补贴发放 and 落实补贴政策 pay nothing."""
    part = clause.parts[index]
    if not part.is_a("pays") or (governor is not None and governor.word not in _LETS_PAY):
        return None
    after, before = _after(clause, index), _before(clause, index)
    if tail_is(after) == "payables":
        return after
    if part.is_a("turns") or not before:
        return None
    in_full, owed = clause.has("in_full", "paces"), any(word.is_a("payables") for word in clause.parts[:index])
    named = owed and (in_full or clause.has("done") or not after)
    return before if named or (in_full and tail_is(before) != "abstract") else None


_LETS_PAY = ("保障", "实现", "做好")


def _standard(clause: Clause, index: int, governor: Part | None) -> str | None:
    """A standard with a name is reached, or something passes: 达到一级A标准, 水质达标; 达到预期效果 names none."""
    part = clause.parts[index]
    if part.is_a("passes"):
        before = _before(clause, index)
        return before if _stands_last(clause, index) and len(before) > 1 and tail_is(before) != "abstract" else None
    if not part.is_a("reaches"):
        return None
    rest = _STOP.split(clause.text[part.end : part.end + _LONGEST_OBJECT])[0]
    found = _GRADE.search(rest)
    if found and tail_is(rest) != "abstract":
        return rest[: found.end()]
    if part.word == "通过" and rest.endswith(tuple(words_with("verdicts"))):
        return rest
    named = without(rest, "generic", "tense", "abstract", "done", "standards", "manner", "payables")
    return rest if len(named) > 1 and rest.endswith(_standards()) else None


@functools.cache
def _standards() -> tuple[str, ...]:
    return (
        *(word for word, kinds in traits().items() if "standards" in kinds),
        *words("phrases", "norms"),
        *words("phrases", "checks"),
    )


def _holds(clause: Clause, index: int, governor: Part | None) -> str | None:
    """Something that did not happen, or reaches everybody: 无安全事故, 行政村宽带全覆盖, 应保尽保."""
    part = clause.parts[index]
    if part.is_a("covers"):
        before = _before(clause, index)
        return before or (part.word if part.word.startswith("应") else None)
    if not part.is_a("zero"):
        return None
    rest = clause.text[part.end : part.end + 20]
    return next((rest[: at + len(word)] for at, word in finds(rest, _mishaps())), None)


@functools.cache
def _mishaps() -> WordList:
    """Return what can be said not to have happened; breaches of rules (违规) are about conduct, not about results."""
    bad = [word for word, (part, more) in known_words().items() if part == "object" and more.get("valence") == "bad"]
    told = (word for word in bad if not known_words()[word][1].get("breach") and tail_is(word) != "abstract")
    return known(*told)


_READERS: tuple[tuple[Ending, Callable[[Clause, int, Part | None], str | None]], ...] = (
    ("payment", _payment),
    ("deliverable", _deliverable),
    ("deliverable", _ends),
    ("standard", _standard),
    ("holds", _holds),
)


def _after(clause: Clause, index: int) -> str:
    """Return the object behind an act, without padding; it ends where another verb of will or purpose begins."""
    begin = clause.parts[index].end
    pieces = _STOP.split(clause.text[begin : _object_end(clause, index)])
    pieces += _STOP.split(clause.text[begin : begin + _LONGEST_OBJECT])
    return next((left for piece in pieces if (left := _bare(piece))), "")


def _object_end(clause: Clause, index: int) -> int:
    ends = (later.start for later in clause.parts[index + 1 :] if later.is_a("wishes", "purposes", "undone"))
    return min(next(ends, len(clause.text)), clause.parts[index].end + _LONGEST_OBJECT)


def _before(clause: Clause, index: int) -> str:
    """Return the object before an act, without padding: 设备|安装, 教师工资|足额发放."""
    pieces = [
        piece for piece in _STOP.split(clause.text[_object_start(clause, index) : clause.parts[index].start]) if piece
    ]
    return _bare(_DOERS.split(pieces[-1])[0]) if pieces else ""


def _object_start(clause: Clause, index: int) -> int:
    """Return where the object before an act may begin: behind the last verb of will, purpose or completion."""
    for early in reversed(clause.parts[max(0, index - _LONGEST_OBJECT) : index]):
        if early.is_a("wishes", "purposes", "transparent", "done"):
            return max(early.end, clause.parts[index].start - _LONGEST_OBJECT)
    return max(0, clause.parts[index].start - _LONGEST_OBJECT)


def _objects(clause: Clause, index: int) -> list[str]:
    found = (_after(clause, index), _before(clause, index))
    return [what for what in found if len(what) > 1 and tail_is(what) != "abstract"]


def _bare(text: str) -> str:
    return without(text, *_PADDING).strip(",.:;≥≤><=-— ")


def _is_something(what: str) -> bool:
    """Tell whether an object behind a concrete act is more than an abstract noun."""
    core = _core(what)
    return "□" in what or (len(core) > 1 and tail_is(core) != "abstract" and not _opens_abstract(core))


def _is_thing(what: str) -> bool:
    core = _core(what)
    if "□" in what or (len(core) > 1 and tail_is(core) == "things"):
        return True
    return tail_is(core) is None and holds_a(core, "things")


def _opens_abstract(what: str) -> bool:
    """Tell whether an object begins with an abstract noun and says something of it: 手续合规, 流程规范."""
    first = next(iter(parts(what)), None)
    return first is not None and first.start == 0 and first.is_a("abstract") and tail_is(what) != "things"


def _core(what: str) -> str:
    """Strip acts that close a noun phrase: 老旧小区|改造, 农村道路|硬化."""
    for _ in range(3):
        tail = next((what[-size:] for size in (4, 3, 2) if _is_act(what[-size:])), None)
        if tail is None or len(tail) == len(what):
            break
        what = what[: -len(tail)]
    return what


def _is_act(word: str) -> bool:
    kinds = traits().get(word)
    return kinds is not None and not kinds.isdisjoint(_CLOSING) and "things" not in kinds


def _stands_as_done(clause: Clause, index: int) -> bool:
    """Tell whether an act with its object before it is the whole thing, not a matter that merely goes well."""
    rest = clause.parts[index + 1 :]
    behind = clause.text[clause.parts[index].end :]
    if any(part.is_a("done", "ends") for part in rest):
        return True
    return not any(part.is_a("manner", "wishes", "turns", "abstract") for part in rest) and len(behind) < 8


def _date(clause: Clause) -> str | None:
    """Return the day or month a clause names, or its pace; a year alone dates nothing."""
    for number in clause.numbers:
        if number.role == "date" and clause.text[number.end : number.end + 1] in ("月", "日", "号"):
            return clause.text[number.start : number.end + 1]
    return next((part.word for part in clause.parts if part.is_a("terms", "paces")), None)
