"""What is typed and not yet saved, which version of a form is in question, wrong passwords by address, columns taught for a batch."""

from alembic import op

from fuhe.store.schema import metadata

revision = "0003"
down_revision = "0002"
NEW = ("typed", "version_question", "wrong_try", "taught")


def upgrade() -> None:
    """Make the new tables."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in NEW], checkfirst=True)
