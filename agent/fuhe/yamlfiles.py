"""YAML files that people edit: every mistake is told with the file, the line and the entry."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from fuhe.errors import PolicyError

_READABLE = "请确认文件存在且为 UTF-8 编码"


def load(path: Path) -> dict[str, Any]:
    """Read one YAML mapping; raises PolicyError with the line when it is not one or names an entry twice."""
    return load_bytes(_bytes(path), str(path))


def load_bytes(data: bytes, where: str) -> dict[str, Any]:
    """Read one YAML mapping from bytes, named `where` in errors; raises PolicyError as `load` does."""
    content, node = _parsed(data, where)
    if not isinstance(content, dict):
        raise PolicyError("内容应为“名称: 值”的列表", where=where, todo="请参照自带的同类文件书写")
    if twice := _named_twice(node):
        raise PolicyError(
            f"第 {twice.start_mark.line + 1} 行的条目“{twice.value}”写了两次", where=where, todo="请合并为一条"
        )
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyError("文件读不了", where=str(path), todo=_READABLE) from error


def _parsed(data: bytes, where: str) -> tuple[Any, yaml.Node | None]:
    try:
        loader = yaml.CSafeLoader(data.decode("utf-8-sig"))
        node = loader.get_single_node()
        return loader.construct_document(node) if node else None, node
    except UnicodeDecodeError as error:
        raise PolicyError("文件读不了", where=where, todo=_READABLE) from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else "某处"
        raise PolicyError(f"{line}不是合法的 YAML", where=where, todo="请检查缩进、冒号和引号") from error


def _named_twice(node: yaml.Node | None) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    names = [key.value for key, _ in node.value]
    again = (key for at, (key, _) in enumerate(node.value) if key.value in names[:at])
    inner = (found for _, value in node.value if (found := _named_twice(value)))
    return next(again, None) or next(inner, None)


def line_of(path: Path, keys: Sequence[str | int]) -> int:
    """Return the line of an entry, or of the nearest one above it that the file has; counted from 1."""
    _, node = _parsed(_bytes(path), str(path))
    line = node.start_mark.line if node else 0
    for key in keys:
        if isinstance(node, yaml.MappingNode) and (
            pair := next((p for p in node.value if p[0].value == str(key)), None)
        ):
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line
    return int(line) + 1


def wrong(path: Path, keys: Sequence[str | int], what: str, todo: str) -> PolicyError:
    """Return the error for one entry."""
    return PolicyError(
        f"第 {line_of(path, keys)} 行条目“{'.'.join(map(str, keys))}”：{what}", where=str(path), todo=todo
    )


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Suggest the known name nearest to a mistyped one, or list them all."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"是否应为“{near[0]}”" if near else f"可用的有：{'、'.join(known)}"
