"""How a seat came and went, and its invitation; lists of licensed users by where they work."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_CODE = "VARCHAR(20) DEFAULT '{default}' NOT NULL CONSTRAINT ck_seats_{name}_length CHECK (length({name}) <= 20)"
_COLUMNS = (
    f"origin {_CODE.format(name='origin', default='assigned')}",
    f"ending {_CODE.format(name='ending', default='')}",
    "invited_at {instant}",
    "accepted_at {instant}",
    "accepted_by BIGINT",
)
_PLACES = ("department", "cost_centre", "manager")


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE seats ADD COLUMN {column.format(instant=instant)}")
    op.drop_index("ix_seats_subscription", "seats")
    op.create_index("ix_seats_subscription", "seats", ["account_id", "subscription_id", "assigned_at"])
    op.create_index(
        "ix_seats_pending",
        "seats",
        ["account_id", "user_id"],
        sqlite_where=sa.text("is_pending IS 1 AND released_at IS NULL"),  # as it is asked there
        postgresql_where=sa.text("is_pending AND released_at IS NULL"),
    )
    for place in _PLACES:
        op.create_index(f"ix_licensed_users_{place}", "licensed_users", ["account_id", place])


def downgrade() -> None:
    for place in _PLACES:
        op.drop_index(f"ix_licensed_users_{place}", "licensed_users")
    op.drop_index("ix_seats_pending", "seats")
    op.drop_index("ix_seats_subscription", "seats")
    op.create_index("ix_seats_subscription", "seats", ["account_id", "subscription_id"])
    for column in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE seats DROP COLUMN {column.split()[0]}")
