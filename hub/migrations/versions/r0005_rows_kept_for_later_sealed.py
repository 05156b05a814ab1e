"""rows kept for later sealed, and messages that are a customer's

The hub seals what is there soon after its start: a version of the tables has no keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kept_row", sa.Column("owner_id", sa.String(length=32), nullable=True))
    op.execute("UPDATE kept_row SET owner_id = id")
    with op.batch_alter_table("kept_row") as batch:
        batch.alter_column("owner_id", existing_type=sa.String(length=32), nullable=False)
        batch.add_column(sa.Column("client_index", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("data_key", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("cells_sealed", sa.LargeBinary(), nullable=True))
        batch.alter_column("raw", existing_type=sa.JSON(), nullable=True)
        batch.create_index("ix_kept_row_client", ["store_id", "client_index"])
        batch.create_index("ix_kept_row_owner", ["owner_id"])
    op.add_column("message_outbox", sa.Column("owner_id", sa.String(length=32), nullable=True))
    op.add_column("message_outbox", sa.Column("data_key", sa.LargeBinary(), nullable=True))
