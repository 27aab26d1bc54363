"""The index of current files under the condition that queries write, so that they use it."""

from alembic import op

from fuhe.batch.schema import file_current

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index anew."""
    file_current.drop(op.get_bind(), checkfirst=True)
    file_current.create(op.get_bind())
