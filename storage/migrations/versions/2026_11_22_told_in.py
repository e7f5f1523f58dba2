"""Remember in which conversation an appointment was told

So that its end is told there, and nowhere else, also where staff have gone on in another one since.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_told_in"
down_revision = "2026_11_22_held_by"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("told_in", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE appointments SET told_in = (SELECT conversation_id FROM outbox WHERE outbox.key ="
        " 'appointment:' || appointments.request_id || ':' || appointments.sequence"
        " || '\\:customer')"
        " WHERE called_off_at IS NULL"
    )


def downgrade() -> None:
    op.drop_column("appointments", "told_in")
