"""Who may do what: a person, the four roles of a section, and the table of what each may do."""

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["owner", "filler", "reviewer", "chief", "admin"]
Verb = Literal[
    "see", "upload", "fill", "decide", "claim", "send", "assign", "close", "export", "draft", "rules", "settings", "accounts", "audit"
]  # fmt: skip

ROLE_LABELS: dict[Role, str] = {
    "owner": "本机使用人",
    "filler": "填报",
    "reviewer": "复核",
    "chief": "科长",
    "admin": "管理员",
}
GIVEN: tuple[Role, ...] = ("filler", "reviewer", "chief", "admin")
"""The roles an account can have; the owner is whoever sits at the computer in single-user mode."""

_REVIEWER: frozenset[Verb] = frozenset(("see", "upload", "decide", "claim", "send", "export", "draft"))
_CHIEF: frozenset[Verb] = (_REVIEWER - {"send"}) | {"assign", "close", "rules", "audit"}
_ADMIN: frozenset[Verb] = frozenset(("see", "export", "rules", "settings", "accounts", "audit"))
MAY: dict[Role, frozenset[Verb]] = {
    "filler": frozenset(("see", "upload", "fill", "export", "draft")),
    "reviewer": _REVIEWER,
    "chief": _CHIEF,
    "admin": _ADMIN,
    "owner": _CHIEF | _ADMIN | {"fill"},
}
VERB_LABELS: dict[Verb, str] = {
    "see": "查看",
    "upload": "放入文件",
    "fill": "改到表里",
    "decide": "处理问题",
    "claim": "认领",
    "send": "送科长",
    "assign": "分派",
    "close": "退回、办结",
    "export": "导出",
    "draft": "起草建议稿",
    "rules": "开关规则、调整级别、选定评分口径",
    "settings": "修改设置",
    "accounts": "管理账号",
    "audit": "查看审计记录",
}


@dataclass(frozen=True)
class Person:
    """Who is at the page: a filler sees the forms of `unit` only; `account` is None in single-user mode."""

    name: str
    role: Role
    unit: str | None = None
    account: int | None = None

    @property
    def label(self) -> str:
        """Name and role as the header shows them."""
        return self.name if self.role == "owner" else f"{self.name}（{ROLE_LABELS[self.role]}）"


def may(person: Person, verb: Verb) -> bool:
    """Tell whether a person may do something."""
    return verb in MAY[person.role]


def units_of(person: Person) -> tuple[str, ...]:
    """Return the units whose forms a filler answers for; an account may name several, divided by 、."""
    return tuple(part.strip() for part in re.split("[、；;,，]", person.unit or "") if part.strip())
