"""Texts as long as they are printed; the index of current files under the condition that queries write, so that they use it."""

import sqlalchemy
from alembic import op

from fuhe.store.schema import file_current

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Widen the columns, which SQLite never bounded, and make the index anew."""
    if op.get_bind().dialect.name != "sqlite":
        for column in ("number", "year", "total"):
            op.alter_column("form", column, type_=sqlalchemy.Text())
    file_current.drop(op.get_bind(), checkfirst=True)
    file_current.create(op.get_bind())
