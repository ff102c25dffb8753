"""Lists of use are found by how much is in use in their index alone."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_BEFORE = ["split", "product", "idle", "assigned", "account_id", "value", "country"]


def upgrade() -> None:
    op.drop_index("ix_use_figures_idle", "use_figures")
    op.create_index("ix_use_figures_idle", "use_figures", [*_BEFORE, "bought", "bought_unseen", "in_use"])


def downgrade() -> None:
    op.drop_index("ix_use_figures_idle", "use_figures")
    op.create_index("ix_use_figures_idle", "use_figures", _BEFORE)
