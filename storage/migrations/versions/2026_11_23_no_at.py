"""Drop the index of messages by moment

Nothing was found by it any more, and every message paid for it.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_no_at"
down_revision = "2026_11_22_told_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_messages_at", table_name="messages")


def downgrade() -> None:
    op.create_index("ix_messages_at", "messages", ["at"], unique=False)
