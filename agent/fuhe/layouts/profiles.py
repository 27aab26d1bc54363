"""Layout profiles: what a person has said once about the columns of a layout, headings as printed to roles."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fuhe.errors import UsageError
from fuhe.layouts.header_block import Heading
from fuhe.layouts.heading_grammar import indicator_role
from fuhe.layouts.solving import LEAST_POINTS, ONCE, suits
from fuhe.records import LABELS, Frozen
from fuhe.text import is_blank, squeeze
from fuhe.yamlfiles import did_you_mean, load, load_bytes

FILE = "fuhe-columns.yaml"
NOT_READ = "不读"
OVER = "›"
_MORE = {
    NOT_READ: "other",
    "度量单位": "measure",
    "指标性质": "nature",
    "调整后指标值": "adjusted_target",
    "完成率": "rate",
}
_ROLES = {
    **{LABELS[name]: name for name in ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")},
    **{LABELS[name]: name for name in ("last_actual", "scoring_rule", "evidence", "review_score")},
    **_MORE,
}
_IN_WORDS = {role: wording for wording, role in reversed(_ROLES.items())}
_POINTS = ("weight", "score", "review_score")


class LayoutProfile(Frozen):
    """Headings as printed, outer ones first with `›` between, and the role each column has; `name` is for messages."""

    name: str
    columns: dict[str, str]


class Applied(NamedTuple):
    """The roles a profile gives to columns by their index, and what in it does not go with this table."""

    roles: Mapping[int, str]
    faults: tuple[str, ...]


def from_text(text: str) -> LayoutProfile:
    """Read `评价值=实际完成值，折算分=不读`; raises UsageError for what is no pair or no known role."""
    pairs = [part for part in text.replace("，", ",").replace("；", ",").replace(";", ",").split(",") if part.strip()]
    entries = {}
    for pair in pairs:
        heading, equals, role = pair.replace("＝", "=").rpartition("=")
        if not equals or not heading.strip():
            raise UsageError(
                f"“{pair.strip()}”不是“表头=含义”", where="--columns", todo=f"例如 评价值=实际完成值，折算分={NOT_READ}"
            )
        entries[heading.strip()] = role.strip()
    return _profile("--columns", entries)


def from_file(path: Path) -> LayoutProfile:
    """Read a profile's YAML file, `columns: {表头: 含义}`; raises UsageError with the file and the entry."""
    return _from_content(load(path), str(path))


def from_bytes(data: bytes, name: str) -> LayoutProfile:
    """Read a profile that came in as a file of this name; raises UsageError or PolicyError as `from_file` does."""
    return _from_content(load_bytes(data, name), name)


def _from_content(content: Mapping[str, object], where: str) -> LayoutProfile:
    columns = content.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise UsageError("没有“columns”一节", where=where, todo="请写成 columns: 下面每行“表头: 含义”")
    return _profile(where, {str(heading): str(role) for heading, role in columns.items()})


def from_option(value: str) -> LayoutProfile:
    """Read what a person gave as option or setting: a YAML file by its ending, else pairs."""
    return from_file(Path(value)) if value.lower().endswith((".yaml", ".yml")) else from_text(value)


def beside(folder: Path) -> LayoutProfile | None:
    """Return the profile that lies beside the forms of a folder, if there is one."""
    path = folder / FILE
    return from_file(path) if path.is_file() else None


def _profile(name: str, entries: Mapping[str, str]) -> LayoutProfile:
    if not entries:
        raise UsageError("没有写任何栏目", where=name, todo="例如 评价值=实际完成值")
    return LayoutProfile(name=name, columns={_key(heading): _role(role, name) for heading, role in entries.items()})


def _role(wording: str, where: str) -> str:
    """Return the role a person means: its name on the form, another wording of it, or the name in `records`."""
    plain = squeeze(wording)
    role = _ROLES.get(plain) or (plain if plain in _ROLES.values() else None) or indicator_role((wording,))
    if role is None or role == "thing":
        raise UsageError(f"不认识栏目含义“{wording}”", where=where, todo=did_you_mean(plain, list(_ROLES)))
    return role


def _key(heading: str) -> str:
    return squeeze(heading.replace(">", OVER).replace("/", OVER))


def apply(profile: LayoutProfile, headings: Sequence[Heading], texts: Sequence[Sequence[str]]) -> Applied:
    """Return the roles that a profile gives to the columns of a table, and where it contradicts it."""
    roles: dict[int, str] = {}
    faults: list[str] = []
    for index, heading in enumerate(headings):
        role = _said_of(profile, heading)
        if role is None:
            continue
        shown = heading.path[-1]
        twin = next((other for other, known in roles.items() if known == role and role in ONCE), None)
        if twin is not None:
            faults.append(f"“{headings[twin].path[-1]}”和“{shown}”都指定为{_IN_WORDS[role]}，只用了前一个")
        elif role in _POINTS and _are_no_points(texts[index]):
            faults.append(f"“{shown}”一栏的内容不是分数，没有当作{_IN_WORDS[role]}")
        else:
            roles[index] = role
    if not roles and not faults:
        faults.append(f"表里没有栏目对照中的表头（{'、'.join(list(profile.columns)[:4])}），没有用上")
    return Applied(roles, tuple(faults))


def _said_of(profile: LayoutProfile, heading: Heading) -> str | None:
    """Return the role said of a heading with those over it, else of it alone."""
    whole = OVER.join(squeeze(text.replace("/", OVER)) for text in heading.path)
    return profile.columns.get(whole) or profile.columns.get(_key(heading.path[-1]))


def _are_no_points(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if not is_blank(text)]
    return len(filled) > 1 and suits("weight", filled) < LEAST_POINTS
