"""Queries about products and catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from domain.catalog import Catalog, Product
from domain.request_view import ProductView
from storage.tables import CatalogProductRow, CatalogRow, ProductRelationRow, ProductRow


def find_products(session: Session, model_numbers: Iterable[str]) -> dict[str, Product]:
    """The products with those model numbers, withdrawn ones included; unknown ones are left out."""
    wanted = list(dict.fromkeys(model_numbers))
    if not wanted:
        return {}
    rows = session.scalars(select(ProductRow).where(col(ProductRow.model_number).in_(wanted))).all()
    found = {product.model_number: product for product in _products(session, rows)}
    return {model: found[model] for model in wanted if model in found}


def products_on_sale(session: Session) -> list[Product]:
    """Every product that is not withdrawn, by category and model number."""
    rows = session.scalars(
        select(ProductRow)
        .where(col(ProductRow.withdrawn_at).is_(None))
        .order_by(col(ProductRow.category), col(ProductRow.model_number))
    ).all()
    return _products(session, rows)


def withdrawn_models(session: Session, model_numbers: Iterable[str]) -> set[str]:
    """Those of the model numbers that are no longer sold."""
    return set(
        session.scalars(
            select(col(ProductRow.model_number))
            .where(col(ProductRow.model_number).in_(list(model_numbers)))
            .where(col(ProductRow.withdrawn_at).is_not(None))
        )
    )


def all_model_numbers(session: Session) -> list[str]:
    """The model numbers of all products."""
    return list(session.scalars(select(col(ProductRow.model_number))))


def _products(session: Session, rows: Sequence[ProductRow]) -> list[Product]:
    related: dict[tuple[str, str], list[str]] = {}
    models = [row.model_number for row in rows]
    for model, kind, other in session.execute(
        select(
            col(ProductRelationRow.model_number),
            col(ProductRelationRow.kind),
            col(ProductRelationRow.related),
        )
        .where(col(ProductRelationRow.model_number).in_(models))
        .order_by(col(ProductRelationRow.position))
    ):
        related.setdefault((model, kind), []).append(other)
    return [
        Product(
            model_number=row.model_number,
            category=row.category,
            name=row.name,
            name_ja=row.name_ja,
            description=row.description,
            description_ja=row.description_ja,
            price=row.price,
            currency=row.currency,
            image_url=row.image_url,
            special_note=row.special_note,
            special_note_ja=row.special_note_ja,
            attachments=tuple(related.get((row.model_number, "attachment"), ())),
            options=tuple(related.get((row.model_number, "option"), ())),
            supplies=tuple(related.get((row.model_number, "supply"), ())),
            details_url=row.details_url,
        )
        for row in rows
    ]


def with_relations(session: Session, wanted: Sequence[tuple[str, int]]) -> tuple[ProductView, ...]:
    """The products (model number, quantity) with their attachments, options and supplies."""
    products = find_products(session, (model for model, _ in wanted))
    others = find_products(
        session,
        (
            other
            for product in products.values()
            for other in (*product.attachments, *product.options, *product.supplies)
        ),
    )

    shown_in = _catalogs_of(session, products)

    def pick(models: Iterable[str]) -> tuple[Product, ...]:
        return tuple(others[model] for model in models if model in others)

    return tuple(
        ProductView(
            product=product,
            quantity=quantity,
            attachments=pick(product.attachments),
            options=pick(product.options),
            supplies=pick(product.supplies),
            catalogs=tuple(shown_in.get(model, ())),
        )
        for model, quantity in wanted
        if (product := products.get(model)) is not None
    )


def _catalogs_of(session: Session, models: Iterable[str]) -> dict[str, list[str]]:
    """The numbers of the catalogs that show each product."""
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(col(CatalogProductRow.model_number), col(CatalogProductRow.catalog_number))
        .where(col(CatalogProductRow.model_number).in_(list(models)))
        .order_by(col(CatalogProductRow.catalog_number))
    )
    for model, number in rows:
        found.setdefault(model, []).append(number)
    return found


def find_catalog(session: Session, catalog_number: str) -> Catalog | None:
    """The catalog with its products in the order shown."""
    row = session.get(CatalogRow, catalog_number)
    if row is None:
        return None
    return Catalog(
        catalog_number=row.catalog_number,
        title=row.title,
        title_ja=row.title_ja,
        products=catalog_order(session, catalog_number),
        intro=row.intro,
        intro_ja=row.intro_ja,
    )


def catalog_order(session: Session, catalog_number: str) -> tuple[str, ...]:
    """The model numbers of a catalog in the order shown; the first is number 1."""
    return tuple(
        session.scalars(
            select(col(CatalogProductRow.model_number))
            .where(col(CatalogProductRow.catalog_number) == catalog_number)
            .order_by(col(CatalogProductRow.position))
        )
    )
