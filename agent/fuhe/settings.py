"""What the user has set: fuhe.toml found upward, FUHE_* in the environment, flags; the nearer wins, unknown keys are refused."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fuhe.errors import SettingsError

FILE = "fuhe.toml"
PREFIX = "FUHE_"
Level = Literal["error", "warning", "info"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Suppression(_Model):
    """A finding somebody has decided not to see: its code, the reason, and the project where it is limited to one."""

    code: str
    reason: str = Field(min_length=2)
    project: str | None = None


class Settings(_Model):
    """Everything that can be set, with its default."""

    policy: str = "national-2020"
    fail_on: Literal["error", "warning", "info", "never"] = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Level] = {}
    suppress: tuple[Suppression, ...] = ()


def load(start: Path, flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Merge file, environment and flags; raises SettingsError with the key and where it was set."""
    path = _find(start)
    layers: list[tuple[str, Mapping[str, Any]]] = [
        (str(path), _from_file(path) if path else {}),
        ("环境变量", _from_environment(os.environ if environ is None else environ)),
        ("命令行", {name: value for name, value in (flags or {}).items() if value not in (None, ())}),
    ]
    for where, layer in layers:
        _validated(layer, where)
    return _validated({name: value for _, layer in layers for name, value in layer.items()}, "设置")


def _find(start: Path) -> Path | None:
    folder = start.resolve()
    return next((path / FILE for path in (folder, *folder.parents) if (path / FILE).is_file()), None)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("设置文件读不了", where=str(path), todo="请确认文件可读并以 UTF-8 保存") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"设置文件格式不对（{error}）", where=str(path), todo="请按“名称 = 值”的格式改正"
        ) from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    return {name: value.split(",") if name in ("select", "ignore") else value for name, value in found.items()}


def _validated(values: Mapping[str, Any], where: str) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        known = "、".join(Settings.model_fields)
        what = (
            f"没有“{key}”这项设置" if first["type"] == "extra_forbidden" else f"“{key}”的值不能用（{first['input']!r}）"
        )
        raise SettingsError(what, where=where, todo=f"可用的设置：{known}") from error
