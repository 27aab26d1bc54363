"""The index that figures and the queue are counted from holds the points added up and the reviewer too."""

from alembic import op

from fuhe.store.schema import form_figures

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the index anew."""
    form_figures.drop(op.get_bind(), checkfirst=True)
    form_figures.create(op.get_bind())
