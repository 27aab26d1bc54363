"""What is set on the pages and kept in the store: it lies over fuhe.toml and the environment."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from fuhe.settings import Level, Settings
from fuhe.store import schema

NAME = "preferences"
Keys = Literal["on", "alt", "off"]


class Preferences(BaseModel):
    """Everything 设置 and 规则库 can change; None and empty leave what the settings say.

    `heading` is the office that gives opinions, `author` whose name comments carry. `offline` forbids addresses outside the own network; `keys` is whether single keys act, need Alt, or are off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_url: str | None = None
    model_name: str | None = None
    offline: bool | None = None
    heading: str = ""
    author: str = "绩效科复核"
    keys: Keys = "on"
    policy: str | None = None
    person: str | None = None
    rules_off: tuple[str, ...] = ()
    severities: dict[str, Level] = {}

    @staticmethod
    def raw(connection: Connection) -> schema.Json:
        """Return what is kept, as stored."""
        table = schema.setting
        found: schema.Json | None = connection.execute(select(table.c.value).where(table.c.name == NAME)).scalar()
        return found or {}

    @classmethod
    def of(cls, raw: schema.Json) -> "Preferences":
        """Return what is kept as preferences."""
        return cls.model_validate(raw)

    def keep(self, connection: Connection) -> None:
        """Keep these preferences."""
        table = schema.setting
        connection.execute(table.delete().where(table.c.name == NAME))
        connection.execute(table.insert().values(name=NAME, value=self.model_dump(mode="json", exclude_defaults=True)))

    def over(self, settings: Settings) -> Settings:
        """Lay these over settings; a key goes only to the address it was set with."""
        model = settings.model
        changed: dict[str, object] = {} if self.offline is None else {"allow_public": not self.offline}
        if self.model_url is not None and self.model_url != model.base_url:
            changed |= {"base_url": self.model_url, "key": None}
        if self.model_name is not None:
            changed["name"] = self.model_name
        return settings.model_copy(
            update={
                "model": model.model_copy(update=changed),
                "policy": self.policy or settings.policy,
                "ignore": tuple(dict.fromkeys((*settings.ignore, *self.rules_off))),
                "severity": settings.severity | self.severities,
            }
        )
