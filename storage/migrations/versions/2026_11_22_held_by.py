"""Remember who of staff has an appointment in the calendar

So that it leaves that calendar when somebody else gets the request. What stands is taken to be
with who has the request now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_held_by"
down_revision = "2026_11_22_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("held_by", sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE appointments SET held_by = (SELECT COALESCE(claimed_by, staff_id) FROM"
        " sales_requests WHERE sales_requests.id = appointments.request_id)"
        " WHERE called_off_at IS NULL"
    )


def downgrade() -> None:
    op.drop_column("appointments", "held_by")
