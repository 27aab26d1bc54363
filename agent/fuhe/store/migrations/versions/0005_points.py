"""The points of each form, so that a batch can be counted and decided by them."""

from alembic import op
from sqlalchemy import select

from fuhe.store import schema
from fuhe.store.point_shapes import point_rows

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table and work the points of every stored form out."""
    connection, form = op.get_bind(), schema.form
    schema.metadata.create_all(connection, tables=[schema.form_point], checkfirst=True)
    connection.execute(schema.form_point.delete())
    query = select(form.c.id, form.c.body, form.c.found)
    last = 0
    while rows := connection.execute(query.where(form.c.id > last).order_by(form.c.id).limit(_AT_ONCE)).all():
        last = rows[-1].id
        made = [point._asdict() for row in rows for point in point_rows(row.id, row.body, row.found)]
        if made:
            connection.execute(schema.form_point.insert(), made)


_AT_ONCE = 200
