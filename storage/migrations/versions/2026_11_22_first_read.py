"""Remember which mails lay in a mailbox when it was first read

Old ones among them are not answered, also when the first read is broken off and gone on with.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_first_read"
down_revision = "2026_11_21_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail_cursors") as table:
        table.add_column(
            sa.Column("first_until", sa.BigInteger(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("mail_cursors") as table:
        table.drop_column("first_until")
