"""A bureau's scoring standard: an ordered list of what is taken off for what, read from YAML a clerk can edit."""

import functools
import re
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from fuhe.errors import PolicyError, StandardError
from fuhe.policy import FirstLevel, SecondLevel, data_folder
from fuhe.readings.levels import PARENT
from fuhe.records import Frozen
from fuhe.rescoring.row_conditions import CONDITIONS
from fuhe.rules import every_rule
from fuhe.rules.batch_rule import BatchRule
from fuhe.yamlfiles import did_you_mean, line_of, load

CODE = re.compile(r"[A-Z]\d{3}")
SLOT = re.compile(r"\{([^{}]*)\}")
SLOTS = ("指标", "指标值", "完成值", "分值", "自评得分")
LONGEST_REASON = 120
FORM_CODES = frozenset(
    ("A001", "A002", "A003", "A004", "A007", "A008", "A009", "A010", "A011", "A012", "D006", "D007", "N001", "N002", "N003", "N004", "N012", "N014", "P003")
)  # fmt: skip
"""Codes whose findings stand at the form, its money or its narrative, never at a row of indicators."""

Percent = Annotated[Decimal, Field(ge=0, le=100)]


def _share(value: Any) -> Any:
    """Take 60 and 60% for the same share."""
    return value.strip().removesuffix("%") if isinstance(value, str) and value.strip().endswith("%") else value


Deduct = Annotated[Literal["按比例", "按档次"] | Percent, BeforeValidator(_share)]
"""A share of the weight in percent; 按比例 and 按档次 give what 财预〔2020〕10号 gives by figures and by grade."""
Scope = FirstLevel | SecondLevel


class ScoringRule(Frozen):
    """One line of a standard: when it applies, what only a person can tick, what is taken off, in what words."""

    case: str = Field(min_length=1)
    when: tuple[str, ...] = ()
    tick: str = ""
    of: tuple[Scope, ...] = ()
    deduct: Deduct
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class ExecutionRule(Frozen):
    """How 预算执行 is scored: weight × rate, in full from `full_from` percent on, nothing below `zero_below`."""

    formula: Literal["分值×执行率"] = "分值×执行率"
    full_from: Percent = Decimal(100)
    zero_below: Percent = Decimal(0)


class CitedRule(Frozen):
    """A rule with the words it is cited by: the standard it stands in and its number there."""

    rule: ScoringRule
    cited: str


class Standard(Frozen):
    """One bureau's standard; `base` names a packaged one whose rules come after its own."""

    name: str
    title: str = Field(min_length=1)
    issuer: str = ""
    year: int | None = None
    source: str = ""
    base: str = ""
    execution: ExecutionRule = ExecutionRule()
    weights: dict[Literal["执行率", "产出", "效益", "满意度", "成本"], Percent] = {}
    rows: tuple[ScoringRule, ...]
    caps: dict[Scope, Percent] = {}
    grades: dict[Literal["优", "良", "中", "差"], Percent] = {
        "优": Decimal(90),
        "良": Decimal(80),
        "中": Decimal(60),
        "差": Decimal(0),
    }
    deviation: Literal["(自评得分-复核得分)/自评得分", "(自评得分-复核得分)/分值"] = "(自评得分-复核得分)/自评得分"

    @property
    def rules(self) -> tuple[CitedRule, ...]:
        """Every rule in the order that decides: the standard's own, then those of its base."""
        own = tuple(
            CitedRule(rule=rule, cited=f"“{self.title}”第{number}项") for number, rule in enumerate(self.rows, 1)
        )
        return (*own, *(standard(self.base).rules if self.base else ()))


def standard_names() -> list[str]:
    """Return the names of the standards that come with the program."""
    return sorted(path.stem for path in (data_folder() / "rescoring").glob("*.yaml"))


@functools.cache
def standard(name: str) -> Standard:
    """Return a standard by its name or by the path of a YAML file; raises StandardError with line and entry."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else data_folder() / "rescoring" / f"{name}.yaml"
    if not path.is_file():
        named = "、".join(standard_names())
        raise StandardError("missing", f"没有评分口径“{name}”", todo=f"可用的有：{named}；也可给出 .yaml 文件路径")
    return _read(path)


@functools.lru_cache(maxsize=32)
def standard_in(name: str, text: str) -> Standard:
    """Return a county's own standard from its text, `name` being its file's; raises StandardError with line and entry."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{Path(name.replace(chr(92), '/')).stem or '本县'}.yaml"
        path.write_text(text, "utf-8")
        try:
            return _read(path)
        except StandardError as error:
            raise StandardError(error.code, error.what, where=path.name, todo=error.todo) from error


def _read(path: Path) -> Standard:
    try:
        own = load(path)
        made = Standard(**{**own, "name": path.stem})
    except ValidationError as error:
        raise _refused(path, error) from error
    except PolicyError as error:
        raise StandardError("entry", error.what, where=error.where, todo=error.todo) from error
    _hold_against_itself(path, made)
    return made


def _hold_against_itself(path: Path, made: Standard) -> None:
    """Refuse what is well written and cannot be meant: raises StandardError."""
    _base_is_known(path, made)
    _weights_add_up(path, made)
    _grades_fall(path, made)
    for number, rule in enumerate(made.rows):
        _conditions_are_known(path, number, rule)
        _slots_are_known(path, number, rule)
        _can_apply(path, number, made.rows)


def _base_is_known(path: Path, made: Standard) -> None:
    known = [name for name in standard_names() if name != path.stem]
    if made.base and made.base not in known:
        raise _wrong(path, ("base",), "entry", f"没有自带的口径“{made.base}”", did_you_mean(made.base, known))


def _weights_add_up(path: Path, made: Standard) -> None:
    total = sum(made.weights.values(), Decimal(0))
    if made.weights and total != 100:
        raise _wrong(path, ("weights",), "weights", f"各类合计 {total.normalize():f}，应为 100", "请核对各类的分值")


def _grades_fall(path: Path, made: Standard) -> None:
    least = list(made.grades.values())
    if least != sorted(least, reverse=True) or not least or least[-1] != 0:
        raise _wrong(
            path, ("grades",), "entry", "各等次的下限应由高到低，最后一个为 0", "如 {优: 90, 良: 80, 中: 60, 差: 0}"
        )


def _conditions_are_known(path: Path, number: int, rule: ScoringRule) -> None:
    codes = {entry.code for entry in every_rule()}
    for name in rule.when:
        if name in codes or name in CONDITIONS:
            continue
        near = "运行 fuhe rules 查看全部代码" if CODE.fullmatch(name) else did_you_mean(name, list(CONDITIONS))
        raise _wrong(
            path,
            ("rows", number, "when"),
            "unknown-condition",
            f"没有“{name}”这个条件",
            f"{near}；只有人能判断的写在 tick",
        )


def _slots_are_known(path: Path, number: int, rule: ScoringRule) -> None:
    for slot in SLOT.findall(rule.reason):
        if slot not in SLOTS:
            todo = f"可用的有：{'、'.join(f'{{{name}}}' for name in SLOTS)}"
            raise _wrong(path, ("rows", number, "reason"), "entry", f"没有“{{{slot}}}”这一项可填", todo)


def _can_apply(path: Path, number: int, rows: Sequence[ScoringRule]) -> None:
    rule = rows[number]
    if why := next(_why_never(rule, rows[:number]), ""):
        raise _wrong(path, ("rows", number), "never-applies", why, "请删去这一条，或改它的条件、次序")


def _why_never(rule: ScoringRule, earlier: Sequence[ScoringRule]) -> Iterator[str]:
    batch = {entry.code for entry in every_rule() if isinstance(entry, BatchRule)}
    if rule.when and all(name in batch | FORM_CODES for name in rule.when):
        yield f"“{rule.case}”永远用不上：{'、'.join(rule.when)} 不落在指标行上"
    fit = [CONDITIONS[name].of for name in rule.when if name in CONDITIONS]
    if rule.of and fit and len(fit) == len(rule.when) and not any(_meet(rule.of, scope) for scope in fit):
        yield f"“{rule.case}”永远用不上：条件只见于{'、'.join(fit[0])}，of 写的是{'、'.join(rule.of)}"
    for place, other in enumerate(earlier, 1):
        if _hides(other, rule):
            yield f"“{rule.case}”永远用不上：凡是它管的，第 {place} 条“{other.case}”已经先管了"


def _meet(left: Sequence[str], right: Sequence[str]) -> bool:
    return not right or any(_within(one, other) or _within(other, one) for one in left for other in right)


def _within(inner: str, outer: str) -> bool:
    return inner == outer or PARENT.get(inner) == outer


def _hides(earlier: ScoringRule, later: ScoringRule) -> bool:
    """Tell whether an earlier rule takes every row a later one could: order decides, the first that applies counts."""
    if isinstance(earlier.deduct, str) or (earlier.tick and earlier.tick != later.tick):
        return False
    reaches = not earlier.of or bool(later.of and all(any(_within(one, own) for own in earlier.of) for one in later.of))
    same = not earlier.when or (bool(later.when) and set(later.when) <= set(earlier.when))
    return reaches and same


def _refused(path: Path, error: ValidationError) -> StandardError:
    """Say in Chinese which entry is wrong, on which line, and what it should be."""
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    keys = tuple(part for part in first["loc"] if part == "rows" or not isinstance(part, str) or part in _ENTRIES)
    if first["type"] == "extra_forbidden":
        keys = (*keys, str(first["loc"][-1]))
        known = list((ScoringRule if keys[0] == "rows" else Standard).model_fields)
        return _wrong(path, keys, "entry", "没有这个条目", did_you_mean(str(keys[-1]), known))
    said = (
        _DEDUCT
        if "deduct" in keys and first["type"] != "missing"
        else _SAID.get(first["type"], f"值不能用（{first['msg']}）")
    )
    return _wrong(path, keys, "entry", said, "请参照自带的口径改正")


def _wrong(path: Path, keys: Sequence[str | int], code: str, what: str, todo: str) -> StandardError:
    place = "".join(f"第 {key + 1} 条" if isinstance(key, int) else f"“{key}”" for key in keys)
    return StandardError(code, f"第 {line_of(path, keys)} 行 {place}：{what}", where=str(path), todo=todo)


_ENTRIES = {*ScoringRule.model_fields, *ExecutionRule.model_fields, *Standard.model_fields}
_DEDUCT = "应为 0 到 100 的百分数，或“按比例”“按档次”"
_SAID = {
    "missing": "缺少这个条目",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": f"不能超过 {LONGEST_REASON} 字",
    "tuple_type": "应为列表",
    "model_type": "应为“名称: 值”",
    "dict_type": "应为“名称: 值”",
    "literal_error": "没有这一种写法",
    "int_parsing": "应为整数",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "greater_than_equal": "应在 0 到 100 之间",
    "less_than_equal": "应在 0 到 100 之间",
}
