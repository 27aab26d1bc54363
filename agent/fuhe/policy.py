"""Policy packs, lexicons and units: everything a finance clerk can edit, read from packaged data."""

import functools
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from fuhe.errors import PolicyError

_HERE = Path(__file__).parent


@functools.cache
def data_folder() -> Path:
    """Return the folder of the packaged data: inside the wheel, or `data/` of a checkout."""
    packaged = _HERE / "_data"
    return packaged if packaged.is_dir() else _HERE.parents[1] / "data"


@functools.cache
def lexicon(name: str) -> dict[str, Any]:
    """Return the word list `data/lexicon/<name>.yaml`."""
    return load(data_folder() / "lexicon" / f"{name}.yaml")


def load(path: Path) -> dict[str, Any]:
    """Read one YAML mapping; raises PolicyError with the line when it is not one."""
    try:
        content = yaml.load(path.read_text("utf-8-sig"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError("文件读不了", where=str(path), todo="请确认文件存在且为 UTF-8 编码") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else "某处"
        raise PolicyError(f"{line}不是合法的 YAML", where=str(path), todo="请检查缩进、冒号和引号") from error
    if not isinstance(content, dict):
        raise PolicyError("内容应为“名称: 值”的列表", where=str(path), todo="请参照自带的同类文件书写")
    return content


@functools.cache
def words(name: str, key: str) -> tuple[str, ...]:
    """Return one list of a lexicon, longest words first, so that a prefix never hides the longer word."""
    return tuple(sorted({str(word) for word in lexicon(name)[key]}, key=lambda word: (-len(word), word)))


@functools.cache
def _simplifying() -> dict[int, int]:
    table = lexicon("traditional")
    pairs = zip("".join(table["traditional"].split()), "".join(table["simplified"].split()), strict=True)
    return {ord(old): ord(new) for old, new in pairs}


@functools.lru_cache(maxsize=1 << 14)
def simplify(text: str) -> str:
    """Replace traditional characters by simplified ones, one for one, for comparison only."""
    return text.translate(_simplifying())


class Document(BaseModel):
    """A document a pack leans on; cited to users only when `verified`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    paraphrase: str
    verified: bool = False


class Thresholds(BaseModel):
    """The figures rules compare with; ratios and points as named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low_rate_percent: Decimal = Decimal(90)
    over_target_ratio: Decimal = Decimal("1.3")
    score_tolerance: Decimal = Decimal("0.01")
    rate_tolerance_points: Decimal = Decimal("0.5")
    execution_score_tolerance: Decimal = Decimal("0.1")


class Pack(BaseModel):
    """One place's or document's figures, from `data/policy/<name>.yaml` or a file of the user's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    documents: dict[str, Document]
    weights: dict[str, Decimal]
    thresholds: Thresholds = Thresholds()


def pack_names() -> list[str]:
    """Return the names of the packs that come with the program."""
    return sorted(path.stem for path in (data_folder() / "policy").glob("*.yaml"))


@functools.cache
def pack(name: str) -> Pack:
    """Return a policy pack by its name or by the path of a YAML file; raises PolicyError with the key that is wrong."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else data_folder() / "policy" / f"{name}.yaml"
    if not path.is_file():
        raise PolicyError(f"没有政策包“{name}”", todo=f"可用的有：{'、'.join(pack_names())}；也可给出 .yaml 文件路径")
    try:
        return Pack(name=path.stem, **load(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PolicyError(
            f"条目“{key}”不能用：{first['msg']}", where=str(path), todo="请参照自带的政策包改正"
        ) from error
