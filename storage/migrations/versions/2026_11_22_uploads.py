"""An index for what visitors have sent lately, which is asked before each of their files

Nothing that is stored changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_uploads"
down_revision = "2026_11_22_outgoing"
branch_labels = None
depends_on = None

_VISITORS = sa.text("visitor_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_files_of_visitors",
        "files",
        ["created_at", "visitor_id", "size"],
        sqlite_where=_VISITORS,
        postgresql_where=_VISITORS,
    )


def downgrade() -> None:
    op.drop_index("ix_files_of_visitors", table_name="files")
