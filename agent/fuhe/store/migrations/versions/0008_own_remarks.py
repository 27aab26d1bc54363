"""What a reviewer says of a form beside what was found on it."""

from alembic import op

from fuhe.store.schema import metadata

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the new table."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables["own_remark"]], checkfirst=True)
