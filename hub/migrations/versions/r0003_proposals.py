"""proposals that every process can accept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.migrations.guarding import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("cancels", sa.JSON(), nullable=False),
        sa.Column("store_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_at"), "proposal", ["at"], unique=False)
    op.create_index(op.f("ix_proposal_store_id"), "proposal", ["store_id"], unique=False)
    guard(postgresql=["ALTER TABLE proposal SET UNLOGGED"])
