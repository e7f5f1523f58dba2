"""Appointments, joined conversations, held answers, shared contents, notes in Japanese

Nothing that is stored changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_outgoing"
down_revision = "2026_11_22_first_read"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("called_off_at", TIME, nullable=True),
        sa.CheckConstraint("method IN ('visit','online')", name="ck_appointments_method"),
        sa.CheckConstraint("minutes > 0", name="ck_appointments_minutes"),
        sa.ForeignKeyConstraint(["request_id"], ["sales_requests.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["staff.staff_id"]),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_table(
        "joined_conversations",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("joined_to", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["joined_to"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index(
        op.f("ix_joined_conversations_joined_to"), "joined_conversations", ["joined_to"]
    )
    op.create_table(
        "held_answers",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_held_answers_until"), "held_answers", ["until"])
    op.create_table(
        "shared_contents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column(
        "products", sa.Column("special_note_ja", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("products", "special_note_ja")
    op.drop_table("shared_contents")
    op.drop_index(op.f("ix_held_answers_until"), table_name="held_answers")
    op.drop_table("held_answers")
    op.drop_index(op.f("ix_joined_conversations_joined_to"), table_name="joined_conversations")
    op.drop_table("joined_conversations")
    op.drop_table("appointments")
