"""Policy packs, lexicons and units: everything a finance clerk can edit, read from packaged data."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fuhe.county import added
from fuhe.errors import PolicyError
from fuhe.yamlfiles import did_you_mean, load, wrong

_HERE = Path(__file__).parent
_EXECUTION = "执行率"
_PATTERN = re.compile(r"[\\|^$\[\]]|\(\?|(?<=.)[?]|[.)][*+{]")


@functools.cache
def data_folder() -> Path:
    """Return the folder of the packaged data: inside the wheel, or `data/` of a checkout."""
    packaged = _HERE / "_data"
    return packaged if packaged.is_dir() else _HERE.parents[1] / "data"


class Lexicon(dict[str, Any]):
    """The entries of a word file; one that is missing, or no list where a list is meant, is an error with its place."""

    def __init__(self, path: Path, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.path = path

    def __missing__(self, key: str) -> Any:
        raise PolicyError(f"缺少条目“{key}”", where=str(self.path), todo="请参照自带的同名词表补上")

    def words(self, key: str) -> list[str]:
        """Return an entry's words (the names of a mapping); raises PolicyError when the entry is neither."""
        entry = self[key]
        if not isinstance(entry, list | dict) or not all(isinstance(word, str | int | float) for word in entry):
            raise wrong(self.path, (key,), "应为词语的列表", "请写成 [词, 词] 或每词一行、前面加“- ”")
        return [str(word) for word in entry]


@functools.cache
def lexicon(name: str) -> Lexicon:
    """Return the word list `data/lexicon/<name>.yaml`, its entries replaced by those of an overlay's file."""
    path = data_folder() / "lexicon" / f"{name}.yaml"
    entries, last = load(path), path
    for own in (folder / f"{name}.yaml" for folder in added().words):
        if own.is_file():
            entries, last = {**entries, **load(own)}, own
    return Lexicon(last, entries)


@functools.cache
def template(name: str) -> dict[str, Any]:
    """Return the wording `data/templates/<name>.yaml`: sentences to be filled in, which no word list holds."""
    return load(data_folder() / "templates" / f"{name}.yaml")


def check_lexicons(folder: Path) -> None:
    """Hold a folder of word lists against the packaged ones; raises PolicyError with file, line and entry."""
    known = sorted(path.stem for path in (data_folder() / "lexicon").glob("*.yaml"))
    for path in sorted(folder.glob("*.y*ml")):
        if path.stem not in known or path.suffix != ".yaml":
            raise PolicyError(f"没有词表“{path.name}”", where=str(path), todo=did_you_mean(path.stem, known))
        own, ours = load(path), load(data_folder() / "lexicon" / path.name)
        for keys, word in patterns_in(own):
            raise wrong(path, keys, f"“{word}”是正则写法", "词表里只写词本身，一个说法一个词，各种写法分别列出")
        for keys, what in _misfits(own, ours):
            raise wrong(
                path,
                keys,
                what,
                did_you_mean(keys[-1], list(ours))
                if keys[0] not in ours
                else "请照自带的同名词表改正；yes、no、null 之类作词语时要加引号",
            )


def patterns_in(entries: object, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield words written as patterns, each with the entries it stands under; a word list holds words as they stand."""
    if isinstance(entries, dict):
        for key, value in entries.items():
            yield from patterns_in(str(key), (*keys, str(key)))
            yield from patterns_in(value, (*keys, str(key)))
    elif isinstance(entries, list):
        for value in entries:
            yield from patterns_in(value, keys)
    elif isinstance(entries, str) and (_PATTERN.search(entries) or not _brackets_meet(entries)):
        yield keys, entries


def _brackets_meet(word: str) -> bool:
    return all(word.count(opening) == word.count(closing) for opening, closing in ("()", "[]", "{}", "（）"))


def _misfits(own: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Name entries that the packaged file does not have, or has as something else."""
    for key, value in own.items():
        if key not in ours:
            yield (str(key),), "没有这个条目"
        elif _kind(value) != _kind(ours[key]):
            yield (key,), f"应为{_kind(ours[key])}"
        elif isinstance(value, dict):
            kinds = dict.fromkeys(map(_kind, ours[key].values()))
            yield from (((key, str(k)), f"应为{'或'.join(kinds)}") for k, v in value.items() if _kind(v) not in kinds)
        elif isinstance(value, list) and any(_kind(word) not in ("数字", _kind(ours[key][0])) for word in value):
            yield (key,), f"每一项应为{_kind(ours[key][0])}"


def _kind(value: Any) -> str:
    kinds = {list: "列表", dict: "“名称: 值”", str: "词语", int: "数字", float: "数字"}
    return kinds.get(type(value), "词语或数字")


@functools.cache
def words(name: str, key: str) -> tuple[str, ...]:
    """Return one list of a lexicon, longest words first, so that a prefix never hides the longer word."""
    return tuple(sorted(set(lexicon(name).words(key)), key=lambda word: (-len(word), word)))


@functools.cache
def _simplifying() -> dict[int, int]:
    table = lexicon("traditional")
    pairs = zip("".join(table["traditional"].split()), "".join(table["simplified"].split()), strict=True)
    return {ord(old): ord(new) for old, new in pairs}


@functools.lru_cache(maxsize=1 << 14)
def simplify(text: str) -> str:
    """Replace traditional characters by simplified ones, one for one, for comparison only."""
    return text.translate(_simplifying())


@functools.cache
def vocabulary() -> Mapping[str, frozenset[str]]:
    """Return the open vocabulary of plain work in `data/vocabulary/`: for each class of words all its words."""
    found: dict[str, set[str]] = {}
    for path in sorted((data_folder() / "vocabulary").glob("*.yaml")):
        for kind, written in load(path).items():
            found.setdefault(kind, set()).update(str(written).split())
    return {kind: frozenset(group) for kind, group in found.items()}


FirstLevel = Literal["产出", "效益", "满意度", "成本"]
SecondLevel = Literal[
    "数量", "质量", "时效", "成本", "经济效益", "社会效益", "生态效益", "可持续影响", "满意度", "经济成本", "社会成本", "生态环境成本"
]  # fmt: skip
Grade = Literal["优", "良", "中", "差"]
Points = Annotated[Decimal, Field(ge=0, le=100)]
OneOf = Annotated[tuple[SecondLevel, ...], Field(min_length=1)]
Weights = dict[str, Points]
"""Points by first-level class or 执行率; `效益+满意度` sets one figure for both together."""

_REQUIRED: dict[FirstLevel, tuple[OneOf, ...]] = {
    "产出": (("数量",), ("质量", "时效")),
    "效益": (("经济效益", "社会效益", "生态效益", "可持续影响"),),
    "满意度": (("满意度",),),
}
_GRADES: dict[Grade, Points] = {"优": Decimal(90), "良": Decimal(80), "中": Decimal(60), "差": Decimal(0)}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackDocument(_Entry):
    """A document a pack leans on; cited to users only when `verified`, in a letter only to units it `applies` to."""

    document: str
    paraphrase: str
    verified: bool = False
    applies: Literal["all", "central"] = "all"


class Thresholds(_Entry):
    """The figures rules compare with; ratios and points as named."""

    low_rate_percent: Decimal = Decimal(90)
    asked_rate_percent: Decimal = Decimal(96)
    over_target_ratio: Decimal = Decimal("1.3")
    score_tolerance: Decimal = Decimal("0.01")
    rate_tolerance_points: Decimal = Decimal("0.5")
    execution_score_tolerance: Decimal = Decimal("0.1")
    budget_change_ratio: Decimal = Decimal("0.3")
    claims_over_rate_points: Decimal = Decimal(5)
    ratio_rule_tolerance: Decimal = Decimal("0.05")
    small_cut_ratio: Decimal = Decimal("0.1")
    uniform_spread_points: Decimal = Decimal("1.5")
    uniform_least_forms: int = 4


class Pack(_Entry):
    """One place's or document's figures, from `data/policy/<name>.yaml` or a file of the user's.

    `required` lists, for a first-level class, groups of second-level classes of which one at least must stand; `grades`
    the least score of each grade; `retired` the second-level classes that the document no longer separates.
    """

    name: str
    title: str
    documents: dict[str, PackDocument]
    weights: Weights
    weights_with_cost: Weights = {}
    required: dict[FirstLevel, tuple[OneOf, ...]] = _REQUIRED
    retired: tuple[SecondLevel, ...] = ()
    grades: dict[Grade, Points] = _GRADES
    thresholds: Thresholds = Thresholds()

    @field_validator("weights", "weights_with_cost")
    @classmethod
    def _classes_are_known(cls, value: Weights) -> Weights:
        known = {_EXECUTION, "产出", "效益", "满意度", "成本"}
        named = [part for key in value for part in key.split("+")]
        if wrong := next((part for part in named if part not in known), None):
            raise ValueError(f"没有“{wrong}”这一类，可用的有：{'、'.join(sorted(known))}")
        if len(named) != len(set(named)) or sum(value.values()) > 100:
            raise ValueError("同一类只能写一次，各类合计不能超过 100")
        return value


def pack_names() -> list[str]:
    """Return the names of the packs that come with the program."""
    return sorted(path.stem for path in (data_folder() / "policy").glob("*.yaml"))


def central_documents(policy: str) -> frozenset[str]:
    """Return the documents that bind central departments only, as the pack says, or the packaged ones where it is not known."""
    known = [policy] if policy in pack_names() else pack_names()
    entries = (entry for name in known for entry in pack(name).documents.values())
    return frozenset(entry.document for entry in entries if entry.applies == "central")


@functools.cache
def pack(name: str) -> Pack:
    """Return a policy pack by its name or by the path of a YAML file; raises PolicyError with line and entry."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else data_folder() / "policy" / f"{name}.yaml"
    if not path.is_file():
        raise PolicyError(f"没有政策包“{name}”", todo=f"可用的有：{'、'.join(pack_names())}；也可给出 .yaml 文件路径")
    own = load(path)
    try:
        return Pack(**{**_with_base(own, path), "name": path.stem})
    except ValidationError as error:
        raise _refused(path, error) from error


def _with_base(own: dict[str, Any], path: Path) -> dict[str, Any]:
    """Fill what a pack leaves out from the packaged one it names as `base`; documents and thresholds entry by entry."""
    if "base" not in own:
        return own
    if own["base"] not in pack_names():
        raise wrong(path, ("base",), f"没有自带的政策包“{own['base']}”", did_you_mean(str(own["base"]), pack_names()))
    merged = pack(own["base"]).model_dump()
    for key, value in own.items():
        merges = key in ("documents", "thresholds") and isinstance(value, dict)
        merged[key] = {**merged[key], **value} if merges else value
    del merged["base"]
    return merged


def _refused(path: Path, error: ValidationError) -> PolicyError:
    """Say in Chinese which entry is wrong, on which line, and what it should be."""
    first = error.errors()[0]
    keys = tuple(part for part in first["loc"] if part != "[key]")
    if first["type"] == "extra_forbidden":
        siblings = _siblings(keys)
        return wrong(path, keys, "没有这个条目", did_you_mean(str(keys[-1]), siblings))
    said = first["msg"].removeprefix("Value error, ") if first["type"] == "value_error" else _SAID.get(first["type"])
    return wrong(path, keys, said or f"值不能用（{first['msg']}）", "请参照自带的政策包改正")


def _siblings(keys: Sequence[str | int]) -> list[str]:
    inner: dict[str, type[_Entry]] = {"documents": PackDocument, "thresholds": Thresholds}
    model = inner.get(str(keys[0]), Pack) if len(keys) > 1 else Pack
    return [name for name in model.model_fields if name != "name"]


_SAID = {
    "missing": "缺少这个条目",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "finite_number": "应为数字",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "dict_type": "应为“名称: 值”",
    "model_type": "应为“名称: 值”",
    "tuple_type": "应为列表",
    "too_short": "不能为空",
    "literal_error": "没有这一类",
    "greater_than_equal": "应在 0 到 100 之间",
    "less_than_equal": "应在 0 到 100 之间",
}
