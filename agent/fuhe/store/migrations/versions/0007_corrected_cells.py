"""What a person has read in a scan's cell in the place of what the program made out."""

from alembic import op

from fuhe.store.schema import metadata

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the new table."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables["corrected_cell"]], checkfirst=True)
