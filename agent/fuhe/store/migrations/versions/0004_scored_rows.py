"""What reviewers decide on the rows of a 复核底稿, and the scoring standard of a batch."""

from alembic import op

from fuhe.store.schema import metadata

revision = "0004"
down_revision = "0003"
NEW = ("scored_row", "batch_standard")


def upgrade() -> None:
    """Make the new tables."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in NEW], checkfirst=True)
