"""What the user has set: fuhe.toml found upward, FUHE_* in the environment, flags; the nearer wins, unknown keys are refused."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from fuhe.errors import SettingsError

FILE = "fuhe.toml"
PREFIX = "FUHE_"
IN_ENVIRONMENT_ONLY = ("FUHE_SCAN_CACHE",)
"""What reading processes ask the environment for themselves."""
TABLES = ("model", "web", "rules")
SHARED_KEY = "OPENAI_API_KEY"
Level = Literal["error", "warning", "info"]
Thinking = Literal["auto", "leave", "deepseek", "qwen", "vllm", "llamacpp", "ollama"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Suppression(_Model):
    """A finding somebody has decided not to see: its code, the reason, and the project where it is limited to one."""

    code: str
    reason: str = Field(min_length=2)
    project: str | None = None


class ModelSettings(_Model):
    """The language model, under [model] or FUHE_MODEL_*; neither base_url nor name set means none is used.

    `timeout` is seconds a request; `concurrency` requests at a time; `thinking` the vendor whose switch turns thinking
    off, "leave" to send none; `token_budget` and `yuan_budget` what one run may spend, the latter by `price_in` and
    `price_out`, 元 for a million tokens read and written; `ledger` a file, or "" to keep none.
    """

    base_url: str = ""
    key: SecretStr | None = None
    name: str = ""
    timeout: float = Field(default=120, gt=0, le=3600)
    concurrency: int = Field(default=2, ge=1, le=64)
    thinking: Thinking = "auto"
    allow_public: bool = False
    token_budget: int | None = Field(default=None, ge=1)
    price_in: float = Field(default=0, ge=0)
    price_out: float = Field(default=0, ge=0)
    yuan_budget: float | None = Field(default=None, gt=0)
    ledger: str | None = None
    keep_text: bool = False

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        if self.yuan_budget is not None and not (self.price_in or self.price_out):
            raise PydanticCustomError("no_prices", "yuan_budget without prices")
        return self

    @property
    def configured(self) -> bool:
        """Whether the user has named a model or an endpoint."""
        return bool(self.base_url or self.name)


class WebSettings(_Model):
    """The workbench behind a reverse proxy that signs people in, under [web] or FUHE_WEB_*; off while either is empty.

    `proxies` are the addresses of the proxy, divided by commas; `user_header` names whom it has signed in.
    """

    proxies: str = ""
    user_header: str = ""

    @property
    def known_proxies(self) -> frozenset[str]:
        """The addresses that are believed about whom they speak for and by which scheme they were reached."""
        return frozenset(part.strip() for part in self.proxies.split(",") if part.strip())

    @property
    def trusted(self) -> frozenset[str]:
        """The addresses whose header is believed."""
        return self.known_proxies if self.user_header else frozenset()


class RulesSettings(_Model):
    """What a county adds, under [rules] or FUHE_RULES_*: `words` a folder of word lists, `extra` a Python file of rules.

    `extra` runs code, so a fuhe.toml that lies about with forms may not name it.
    """

    words: str = ""
    extra: str = ""


class Settings(_Model):
    """Everything that can be set, with its default; `columns` is a layout profile for all inputs; `store` is a SQLite file or a postgresql:// URL, "" the verb's own place; `office` signs the opinions."""

    policy: str = "national-2020"
    fail_on: Literal["error", "warning", "info", "never"] = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Level] = {}
    suppress: tuple[Suppression, ...] = ()
    columns: str = ""
    store: str = ""
    office: str = ""
    model: ModelSettings = ModelSettings()
    web: WebSettings = WebSettings()
    rules: RulesSettings = RulesSettings()


def load(
    start: Path,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    forms: Path | None = None,
) -> Settings:
    """Merge file, environment and flags; raises SettingsError with the key and where it was set.

    The user's own file counts least. The other is looked for upward from the folder of the `forms`, then upward from
    `start`: the nearer to the forms wins; it may not name code to run.
    """
    environ = os.environ if environ is None else environ
    own = own_file(environ)
    path = (_find(forms) if forms is not None else None) or _find(start)
    layers: list[tuple[str, Mapping[str, Any]]] = [
        (SHARED_KEY, {"model": {"key": environ[SHARED_KEY]}} if environ.get(SHARED_KEY) else {}),
        (str(own), _with_places(_from_file(own), own) if own.is_file() else {}),
        (str(path), _harmless(_with_places(_from_file(path), path), path, own) if path else {}),
        ("环境变量", _from_environment(environ)),
        ("命令行", {name: value for name, value in (flags or {}).items() if value not in (None, ())}),
    ]
    for where, layer in layers:
        _validated(layer, where)
    return _validated(_merged(layer for _, layer in layers), "设置")


def own_file(environ: Mapping[str, str]) -> Path:
    """Return where the user's own settings file is looked for: in the folder the system keeps for it."""
    home = environ.get("APPDATA") or environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "fuhe" / FILE


def _with_places(layer: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return the layer with the paths under [rules] taken from the folder of the file that names them."""
    rules = layer.get("rules")
    if not isinstance(rules, dict):
        return layer
    placed = {
        name: str(path.parent / value) if isinstance(value, str) and value else value for name, value in rules.items()
    }
    return {**layer, "rules": placed}


def _harmless(layer: Mapping[str, Any], path: Path, own: Path) -> Mapping[str, Any]:
    rules = layer.get("rules")
    if isinstance(rules, dict) and rules.get("extra"):
        raise SettingsError(
            "“rules.extra”会运行程序，不能写在这里",
            where=str(path),
            todo=f"请写在 {own}，或用 --extra、FUHE_RULES_EXTRA",
        )
    return layer


def _merged(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Lay the nearer layers over the farther ones; a table is merged key by key."""
    merged: dict[str, Any] = {}
    for layer in layers:
        tables = {name: {**merged.get(name, {}), **layer[name]} for name in TABLES if name in layer}
        merged |= {**layer, **tables}
    return merged


def _find(start: Path) -> Path | None:
    folder = start.resolve() if start.is_dir() else start.resolve().parent
    return next((path / FILE for path in (folder, *folder.parents) if (path / FILE).is_file()), None)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("设置文件读不了", where=str(path), todo="请确认文件可读并以 UTF-8 保存") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"设置文件格式不对（{_toml_fault(str(error))}）", where=str(path), todo="请按“名称 = 值”的格式改正"
        ) from error


_TOML_FAULTS = {
    "Expected '='": "名称后面缺少“=”",
    "Invalid value": "“=”后面的值写得不对，文字要加引号",
    "Unterminated string": "引号没有成对",
    'Expected "\'"': "引号没有成对",
    "Illegal character": "值里有不能直接写的字符，多半是引号没有成对",
    "Unescaped '\\'": "双引号里的“\\”要写成“/”或“\\\\”",
    "Invalid hex value": "双引号里的“\\”要写成“/”或“\\\\”",
    "Cannot overwrite": "同一项写了两次",
    "Duplicate": "同一项写了两次",
    "Cannot declare": "同一节写了两次",
    "Cannot redefine": "同一节写了两次",
    "Cannot mutate": "同一节写了两次",
    "Expected newline": "值后面多出了内容",
    "Expected ']": "缺少“]”",
    "Expected ']]'": "缺少“]]”",
    "Unclosed array": "方括号没有成对",
    "Unclosed inline table": "花括号没有成对",
    "Invalid initial character": "名称写得不对",
    "Invalid statement": "这一行不是“名称 = 值”",
    "Found invalid character": "有看不见的字符，或全角的引号、等号",
}


def _toml_fault(said: str) -> str:
    """Say in Chinese what is wrong with a file, and in which line."""
    told = next((chinese for english, chinese in _TOML_FAULTS.items() if said.startswith(english)), "写法不对")
    at = re.search(r"line (\d+), column (\d+)", said)
    return f"第 {at[1]} 行第 {at[2]} 字：{told}" if at else f"文件末尾：{told}"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return FUHE_NAME as name and FUHE_MODEL_NAME as name of the table model."""
    found: dict[str, Any] = {}
    for full, value in sorted(environ.items(), reverse=True):  # FUHE_MODEL alone comes after its keys, and is refused
        if not full.startswith(PREFIX) or full in IN_ENVIRONMENT_ONLY:
            continue
        name = full.removeprefix(PREFIX).lower()
        table, _, key = name.partition("_")
        if table in TABLES and key:
            found.setdefault(table, {})[key] = value
        else:
            found[name] = value.split(",") if name in ("select", "ignore") else value
    return found


def _validated(values: Mapping[str, Any], where: str) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        allowed = _allowed(first)
        todo = f"可用的值：{allowed}" if allowed else f"可用的设置：{_known(first['loc'])}"
        raise SettingsError(_fault(first), where=where, todo=todo) from error


_BOUNDS = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于"}
_SHAPES = {
    "bool": "true、false",
    "int": "整数",
    "float": "数",
    "string": "文字，前后加引号",
    "tuple": '方括号里的列表，如 ["V004"]',
    "dict": "单独一节，每行“名称 = 值”",
    "model": "单独一节，每行“名称 = 值”",
}


def _allowed(first: ErrorDetails) -> str:
    """Say which values a setting takes; "" where the setting itself is not known."""
    context = first.get("ctx", {})
    if first["type"] == "literal_error":
        return "、".join(re.findall(r"'([^']*)'", str(context["expected"])))
    if first["type"] == "string_too_short":
        return f"至少 {context['min_length']} 个字"
    bounds = [f"{word} {context[name]:g}" for name, word in _BOUNDS.items() if name in context]
    return "，".join(bounds) or _SHAPES.get(first["type"].partition("_")[0], "")


def _fault(first: ErrorDetails) -> str:
    """Say which setting is wrong; the value is shown unless it may hold the key."""
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"没有“{path}”这项设置"
    if first["type"] == "no_prices":
        return "设了 yuan_budget（费用上限），还要写明 price_in、price_out（每百万 tokens 多少元）"
    if first["type"] == "missing":
        return f"缺少“{path}”"
    shown = "" if path in ("model", "model.key") else f"（{first['input']!r}）"
    return f"“{path}”的值不能用{shown}"


def _known(path: tuple[int | str, ...]) -> str:
    tables: dict[int | str, type[_Model]] = {"model": ModelSettings, "web": WebSettings, "rules": RulesSettings}
    table = tables.get(path[0], Settings) if len(path) > 1 else Settings
    return "、".join(table.model_fields)
