"""What a deviation text says: why something fell short, what will be done about it, by whom and by when."""

import functools
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from fuhe.policy import simplify
from fuhe.readings.clauses import Piece, pieces
from fuhe.readings.content_words import is_in_noun, tagged
from fuhe.readings.deeds_promised import names_a_deed, tells_only_effort
from fuhe.readings.restating import (
    behind_marker,
    content,
    denies,
    has_marker,
    is_own_work,
    is_stock,
    leaves_undone,
    says_short,
    tells_amount,
    went_well,
)
from fuhe.readings.who_and_when import (
    after_date,
    agent_at_head,
    agent_in,
    dates,
    due_in,
    first_due,
    is_date,
    is_limit,
    is_recurring,
    last_year,
)
from fuhe.readings.wordlists import begins, ends, finds, holds, listed, strike
from fuhe.text import squeeze

if TYPE_CHECKING:
    from fuhe.readings.sheet import Row

Role = Literal["cause", "measure", "shortfall", "wish", "nothing"]
_ENOUGH = 2
_TO_WHOM = ("给", "对")
_ENDS_LABEL = ("。", "\n", "!", "！")
_LABELS: dict[str, Role] = {
    "cause_labels": "cause",
    "measure_labels": "measure",
    "who_labels": "measure",
    "when_labels": "measure",
}


@dataclass(frozen=True, slots=True)
class ReasonClause:
    """One clause of a deviation text: the part it plays, where it stands in the print, and what told so."""

    text: str
    role: Role
    why: str
    start: int
    end: int
    opens: bool
    owner: str | None = None
    due: str | None = None
    check: str | None = None
    says_what: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether it gives a cause in so many words (因, 导致, 未能, 推迟), so that it is one outside a reason cell too."""
        return self.role == "cause" and (has_marker(self.text) or denies(self.text))


@dataclass(frozen=True, slots=True)
class Reason:
    """A deviation text read once; True, False, or None where it could not be told."""

    clauses: tuple[ReasonClause, ...]

    @property
    def is_stock(self) -> bool:
        """Whether it is empty or holds nothing but stock words (完成, 无, /, 正常 …)."""
        return all(clause.why == "stock" for clause in self.clauses)

    @property
    def has_cause(self) -> bool | None:
        """Whether it names something outside the deviation itself."""
        if self.of("cause"):
            return True
        return None if any(clause.why == "perhaps" for clause in self.clauses) else False

    @property
    def has_measure(self) -> bool | None:
        """Whether it names an act on a thing; None where there is a measure only in form (加强管理, 由办公室负责)."""
        measures = self.of("measure")
        return True if any(clause.says_what for clause in measures) else None if measures else False

    @property
    def owner(self) -> str | None:
        """The office or role that is to act."""
        return next((clause.owner for clause in self.clauses if clause.owner), None)

    @property
    def due(self) -> str | None:
        """The date or period by which it is to be done: one with a limit (6月底前) before a bare one."""
        return first_due([clause.due for clause in self.clauses if clause.due])

    @property
    def check(self) -> str | None:
        """How it will be seen that it was done."""
        return next((clause.check for clause in self.clauses if clause.check), None)

    @property
    def restates(self) -> bool:
        """Whether a clause only says again that it was not done."""
        return bool(self.of("shortfall"))

    @property
    def unfinished(self) -> bool:
        """Whether it says that something is not done, and not afterwards that it was done after all."""
        said = [is_unfinished for clause in self.clauses if (is_unfinished := _ended(clause)) is not None]
        return bool(said) and said[-1]

    @property
    def why(self) -> tuple[str, ...]:
        """How each clause was understood."""
        return tuple(f"{clause.text} → {clause.role}（{clause.why}）" for clause in self.clauses)

    def of(self, *roles: Role) -> tuple[ReasonClause, ...]:
        """Return the clauses that play one of these parts."""
        return tuple(clause for clause in self.clauses if clause.role in roles)


def reason(text: str | None, row: "Row | None" = None, year: int | None = None) -> Reason:
    """Read a deviation text, beside its row where there is one; `year` is the form's own."""
    return read_reason(text or "", squeeze(simplify(row.name)) if row else "", year)


def says_nothing(text: str | None) -> bool:
    """Tell whether a cell is empty or holds only stock words (完成, 无, /, 正常 …)."""
    return reason(text).is_stock


@functools.lru_cache(maxsize=1 << 12)
def read_reason(text: str, name: str = "", year: int | None = None) -> Reason:
    """Read a deviation text beside the folded name of its indicator."""
    telling = _Telling(name, year)
    return Reason(_settled([telling.clause(piece) for piece in pieces(text)]))


def _ended(clause: ReasonClause) -> bool | None:
    if clause.role in ("cause", "shortfall") and (leaves_undone(clause.text) or _lags(clause.text)):
        return True
    return False if went_well(clause.text) and clause.role in ("nothing", "shortfall", "cause") else None


def _lags(text: str) -> bool:
    return (
        holds(text, listed("causes", "works", "goals"))
        and says_short(text)
        and bool(ends(text, listed("causes", "falls_short")))
    )


def _settled(clauses: list[ReasonClause]) -> tuple[ReasonClause, ...]:
    """Look at neighbours: what leads to a result (导致…), or an act before a decline, is a cause; an act before a term is none."""
    for at, (clause, after) in enumerate(pairwise(clauses)):
        if after.opens:
            continue
        leads = begins(after.text, listed("causes", "results"))
        declines = clause.why == "perhaps" and after.role in ("cause", "shortfall")
        if clause.role == "measure" and (leads or declines):
            clauses[at] = replace(clause, role="cause", why="led to a result", owner=None, due=None, check=None)
        elif (
            clause.role == "cause"
            and after.role == "measure"
            and after.owner is None
            and _is_act_of_office(clause.text)
        ):
            says_what = names_a_deed(clause.text)
            clauses[at] = _with_terms(replace(clause, role="measure", why="before a term", says_what=says_what))
    return tuple(clauses)


def _is_act_of_office(text: str) -> bool:
    """Recognise 会展办提前半年发出邀约: an office did something, and nothing failed; of a firm it may be the cause."""
    agent = agent_at_head(text)
    fails = denies(text) or says_short(text) or has_marker(text)
    return bool(agent) and not fails and not _is_outsider(agent)


def _is_outsider(agent: str) -> bool:
    """Tell 原中标厂家 and 县财政局 from a firm that does the work (水务公司)."""
    return holds(strike(agent, listed("causes", "offices"), "　"), listed("causes", "outside"))


def _with_terms(clause: ReasonClause, *, is_owner: bool = False) -> ReasonClause:
    """Add who acts, by when, and how it is checked."""
    check = next((word for _, word in finds(clause.text, listed("causes", "checks"))), None)
    owner = clause.text if is_owner else _named(clause.text) or agent_in(_without_lead(clause.text))
    return replace(clause, owner=owner, due=due_in(clause.text), check=check)


class _Telling:
    """Tells clause after clause what part it plays, knowing what went before."""

    def __init__(self, name: str, year: int | None) -> None:
        self.name, self.year = name, year
        self.label: Role | None = None
        self.stop = ""
        self.asks: str | None = None
        self.before: ReasonClause | None = None
        self.has_cause = False

    def clause(self, piece: Piece) -> ReasonClause:
        """Return the clause with its part."""
        if self.stop in _ENDS_LABEL and self.label == "cause":
            self.label = None
        self.stop = piece.stop
        role, why = self._labelled(piece) or self._role(piece)
        found = ReasonClause(piece.text, role, why, piece.start, piece.end, piece.opens)
        if role == "measure":
            term = self.before.text if self.before and self._follows_term() else None
            found = _with_terms(found, is_owner=self.asks == "who_labels")
            found = replace(found, due=found.due or term)
            named = self.asks or _named(found.text) or ends(found.text, listed("causes", "who_labels"))
            found = replace(found, says_what=not named and names_a_deed(_without_lead(found.text), self.name))
        self.before = found
        self.has_cause = self.has_cause or role in ("cause", "shortfall")
        return found

    def _labelled(self, piece: Piece) -> tuple[Role, str] | None:
        """Read 原因：, 措施：, 责任科室：: a label says what stands behind it."""
        if piece.opens:
            self.asks = None
        plain = piece.text.strip("()【】[]")
        kind = next((key for key in _LABELS if _is_label(plain, key)), None)
        if piece.stop not in (":", "：") or kind is None:
            return None
        self.label, self.asks = _LABELS[kind], kind if kind.startswith("wh") else None
        return "nothing", "label"

    def _role(self, piece: Piece) -> tuple[Role, str]:
        text = piece.text
        if is_stock(text):
            return "nothing", "stock"
        if begins(_without_lead(text), listed("causes", "wishes")):
            return ("measure", "asked of an office by a date") if _orders(text) else ("wish", "asks others")
        if self.asks or _names_measure(text) or _named(text):
            return "measure", "terms"
        if why := self._acts(piece):
            return "measure", why
        return self._told(text)

    def _told(self, text: str) -> tuple[Role, str]:
        """Tell a cause from a shortfall told again, and both from what went well."""
        left = content(text, self.name)
        if len(left) < _ENOUGH or tells_amount(text, self.name):
            return ("shortfall", "told again") if says_short(text) else ("nothing", "no content")
        if is_own_work(behind_marker(text), self.name):
            return "shortfall", "not finished"
        if went_well(text) and not has_marker(text):
            return "nothing", "went well"
        if tells_only_effort(left):
            return ("shortfall" if says_short(text) or denies(text) else "nothing"), "only effort"
        return "cause", left

    def _acts(self, piece: Piece) -> str | None:
        """Tell why a clause is something the unit does about it; None where it is not."""
        text = piece.text
        if has_marker(text):
            return None
        head = _without_lead(text)
        leads = begins(text, listed("causes", "leads")) and not denies(head)
        if self.label == "measure" or leads or (self._follows_term() and not denies(head)):
            self.label = "measure" if self.label == "measure" else None
            return "from now on"
        if self.label == "cause" or _is_hard(head):
            return None
        first = self.before is None or self.before.role == "nothing"
        return (
            self._by_intent(head)
            or _by_left_over(head)
            or self._by_act(head, first=first)
            or self._by_time(head, first=first)
            or self._goes_on(head, piece)
            or self._answers_cause(head, piece)
            or self._by_disposal(head, piece)
        )

    def _follows_term(self) -> bool:
        """Tell whether the clause before was a term and nothing else: 2025年起，公卫办上门体检."""
        before = self.before.text if self.before else ""
        return bool(before) and not after_date(before) and is_limit(before)

    def _by_intent(self, head: str) -> str | None:
        agent = agent_at_head(head)
        rest = head.removeprefix(agent)
        if agent and (rest.startswith("计划") or begins(rest, listed("causes", "duties"))) and not denies(rest):
            return "intent"
        proposes = "拟" in strike(rest, listed("causes", "not_intents"))
        return "intent" if (proposes or _intends(_to_predicate(rest))) and not denies(rest) else None

    def _by_act(self, head: str, *, first: bool) -> str | None:
        """Recognise an act that mends at the place of the predicate: 养护科6月底前补植."""
        agent = agent_at_head(head)
        rest = head.removeprefix(agent)
        act = _act_of(_to_predicate(rest), first=first)
        if not act or denies(rest) or self._only_names(act, rest, agent):
            return None
        settled = (
            agent.startswith("由")
            or begins(_to_predicate(rest), listed("causes", "through_whom"))
            or "已" in rest[:12]
            or any(is_limit(word) for _, word in dates(head))
        )
        if not first or settled or act in listed("causes", "mending").words:
            return "act"
        return None if agent else "perhaps"

    def _only_names(self, act: str, rest: str, agent: str) -> bool:
        """Tell whether an act is only named (轮换粮 in a row named 轮换量), is over (增加了…) or fell short (申请仅402件)."""
        over = not agent and rest.partition(act)[2].startswith("了")
        return (
            over
            or (not agent and (rest.startswith(act) and act in self.name))
            or (act in listed("causes", "loose").words and says_short(rest))
        )

    def _by_time(self, head: str, *, first: bool) -> str | None:
        """Recognise somebody and a time still to come: 采购股2025年2月底前供货; after the first clause any time will do."""
        if denies(head) or says_short(head) or self._is_past(head):
            return None
        found = [word for _, word in dates(head)]
        agent = agent_at_head(head) or agent_at_head(after_date(head))
        due = any(is_limit(word) or is_recurring(word) for word in found) or self._is_later(head)
        did = agent and head.removeprefix(agent)[:1] == "已" and not holds(agent, listed("causes", "outside"))
        by_whom = head[:1] == "由" and head[1:2] != "于" and not first
        if agent.startswith("由") or by_whom or did or (agent and (due or (found and not first))):
            return "who and when"
        if first or not due:
            return None
        at_once = head.startswith(tuple(word for word in found if word.endswith("前") and is_date(word)))
        return "when" if at_once or holds(head, listed("causes", "finishing", "mending", "loose")) else None

    def _goes_on(self, head: str, piece: Piece) -> str | None:
        """A clause after a measure goes on with it, unless it says that something failed."""
        after = self.before is not None and self.before.role == "measure" and self.before.why != "perhaps"
        return "goes on" if after and not piece.opens and not denies(head) else None

    def _answers_cause(self, head: str, piece: Piece) -> str | None:
        """Behind a cause, what the unit has done (已签…), or a sentence with an office as its subject, answers it."""
        if not self.has_cause or self._is_past(head):
            return None
        if head[:1] == "已" and not begins(head[1:], listed("causes", "negations")) and not says_short(head[1:]):
            return "answers the cause"
        if denies(head) or says_short(head):
            return None
        office = agent_at_head(head) or (agent_in(head) or "" if "由" in head[1:] else "")
        acts = begins(after_date(head), listed("causes", "verbs")) if piece.opens else ""
        governs = piece.opens or (ends(office, listed("causes", "governs")) and not _happened(head))
        by_office = office and governs and not _is_outsider(office)
        return "answers the cause" if acts or by_office else None

    def _by_disposal(self, head: str, piece: Piece) -> str | None:
        """A new sentence behind a cause that opens with what is done, and nobody else does it: 把长线拆成短线, 改接省平台."""
        told = self.before is not None and self.before.role in ("cause", "shortfall")
        if not told or not piece.opens or self._is_past(head) or _happened(head):
            return None
        return "disposes" if _opens_with_act(_to_predicate(head)) else None

    def _is_past(self, text: str) -> bool:
        year = last_year(text)
        return self.year is not None and year is not None and year < self.year

    def _is_later(self, text: str) -> bool:
        year = last_year(text)
        if self.year is not None and year is not None:
            return year > self.year
        return any(word[:1] in "下次明来" for _, word in dates(text))


def _orders(text: str) -> bool:
    """Recognise 请环卫所负责人于5月1日前补课: an own office is asked, with a date."""
    asked = text.removeprefix("请")
    office = agent_at_head(asked) if asked != text else ""
    return bool(office) and not _is_outsider(office) and any(is_limit(word) for _, word in dates(text))


def _happened(text: str) -> bool:
    """Tell whether a clause tells what came about or failed, not what somebody sets out to do."""
    over = any(
        text[at - 1 : at + 1] != "为了" and not is_in_noun(text, at) for at, char in enumerate(text) if char in "了过着"
    )
    return over or denies(text) or says_short(text) or _is_hard(text)


def _opens_with_act(predicate: str) -> bool:
    first, tag = next(iter(tagged(predicate[:_OPENING])), ("", ""))
    disposes = first in _DISPOSING and len(predicate) > _ENOUGH
    return disposes or (tag == "v" and not begins(predicate, listed("causes", "happens", "judges")))


_OPENING = 12
_DISPOSING = ("把", "将", "对", "让", "给")


def _is_label(text: str, kind: str) -> bool:
    """Recognise 责任人 and 学校后勤负责人: who is to act may be named more closely."""
    labels = listed("causes", kind)
    return text in labels.words or (kind == "who_labels" and bool(ends(text, labels)))


def _named(text: str) -> str:
    """Return whom 责任人为孙海 or 责任单位为镇建设办 names."""
    for at, word in finds(text, listed("causes", "who_labels")):
        rest = text[at + len(word) :]
        if rest[:1] in ("为", "是") and rest[1:]:
            return rest[1:]
    return ""


def _names_measure(text: str) -> bool:
    """Recognise 措施是…, 改进措施为…: a label without a colon."""
    label = begins(text, listed("causes", "measure_labels"))
    return bool(label) and text[len(label) : len(label) + 1] in ("是", "为")


def _act_of(predicate: str, *, first: bool) -> str:
    """Return the act a predicate names; behind a preposition (对…进行复查, 与…签订) it may stand anywhere."""
    acts = listed("causes", "mending", "loose")
    if act := begins(predicate, acts):
        return act
    through = begins(predicate, listed("causes", "through", "through_whom", "not_whom"))
    if not through or through in listed("causes", "not_whom").words or (first and through not in _TO_WHOM):
        return ""
    behind = listed("causes", "mending") if first and through == "对" else acts
    return next((word for _, word in finds(predicate, behind)), "")


def _by_left_over(text: str) -> str | None:
    """Recognise 剩余500盏纳入…一并更换: what is left over, and the act that ends it."""
    left = text.removeprefix(begins(text, listed("causes", "parting")))
    acts = ends(text, listed("causes", "mending", "loose"))
    going = denies(text) or "在" in (text[-len(acts) - 1 : -len(acts)] if acts else "")
    return "act" if acts and left != text and left[:1].isdigit() and not going else None


def _is_hard(text: str) -> bool:
    """Recognise a state where an act might be read: 协调难度大, 整改周期较长."""
    acts = listed("causes", "mending", "loose")
    return bool(ends(text, listed("causes", "hardships"))) and not ends(text, acts)


def _intends(predicate: str) -> bool:
    plain = strike(predicate, listed("causes", "not_intents"), "　")
    if begins(plain, listed("causes", "intents")):
        return True
    return plain[:2] == "计划" and (
        plain[2:3].isdigit() or bool(begins(plain[2:], listed("causes", "leads", "dues", "through")))
    )


@functools.lru_cache(maxsize=1 << 12)
def _to_predicate(text: str) -> str:
    """Strip adverbs and dates before the verb."""
    while True:
        rest = after_date(text)
        rest = rest.removeprefix(begins(rest, listed("causes", "before_acts", "joins")))
        if rest == text or not rest:
            return text
        text = rest


def _without_condition(text: str) -> str:
    """Strip what is waited for: 等方案批复后|民政局…, 待资金到位后|支付."""
    until = text[:_FAR].find("后")
    return text[until + 1 :] if text[:1] in ("等", "待") and until > 1 and text[until + 1 :] else text


_FAR = 16


@functools.lru_cache(maxsize=1 << 12)
def _without_lead(text: str) -> str:
    """Strip 下一步, 今后, 同时 at the start, what is waited for, and a date where somebody stands behind it."""
    while True:
        rest = _without_condition(text)
        rest = rest.removeprefix(begins(rest, listed("causes", "leads", "joins")))
        rest = rest[len(begins(rest, listed("causes", "measure_labels"))) + 1 :] if _names_measure(rest) else rest
        rest = after_date(rest) if agent_at_head(after_date(rest)) else rest
        if rest == text or not rest:
            return text
        text = rest
