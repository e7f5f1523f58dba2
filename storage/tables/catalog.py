"""Products, what belongs to them, and the catalogs in the order in which they show products."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Money, UtcTimestamp, text_column


class ProductRow(SQLModel, table=True):
    """A product. `withdrawn_at` marks what is no longer sold but still owned or ordered."""

    __tablename__ = "products"

    model_number: str = Field(primary_key=True, max_length=64)
    category: str = Field(default="", max_length=100, index=True)
    name: str = Field(default="", max_length=200)
    name_ja: str = Field(default="", max_length=200)
    description: str = Field(default="", sa_column=text_column())
    description_ja: str = Field(default="", sa_column=text_column())
    price: Decimal | None = Field(default=None, sa_type=Money)
    currency: str = Field(default="", max_length=3)
    image_url: str = Field(default="", max_length=1000)
    special_note: str = Field(default="", sa_column=text_column())
    special_note_ja: str = Field(default="", sa_column=text_column())
    details_url: str = Field(default="", max_length=1000)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)


class ProductRelationRow(SQLModel, table=True):
    """`related` is an attachment, option or supply of `model_number`, shown in `position`."""

    __tablename__ = "product_relations"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('attachment','option','supply')", name="ck_product_relations_kind"
        ),
    )

    model_number: str = Field(
        primary_key=True, foreign_key="products.model_number", ondelete="CASCADE"
    )
    kind: str = Field(primary_key=True, max_length=12)
    related: str = Field(primary_key=True, foreign_key="products.model_number")
    position: int = 0


class CatalogRow(SQLModel, table=True):
    __tablename__ = "catalogs"

    catalog_number: str = Field(primary_key=True, max_length=64)
    title: str = Field(default="", max_length=300)
    title_ja: str = Field(default="", max_length=300)
    intro: str = Field(default="", sa_column=text_column())
    intro_ja: str = Field(default="", sa_column=text_column())


class CatalogProductRow(SQLModel, table=True):
    """The product that stands at `position` (from 1) of the catalog."""

    __tablename__ = "catalog_products"

    catalog_number: str = Field(
        primary_key=True, foreign_key="catalogs.catalog_number", ondelete="CASCADE"
    )
    position: int = Field(primary_key=True)
    model_number: str = Field(foreign_key="products.model_number")
