"""Products for goods that were only ever sold elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import slugify

from backoffice.kernel.history.bulk import reserve_ids
from products.models import Product, Variant
from products.services.bulk_catalogue import products_bulk_create, variants_bulk_create
from products.services.news import tell_catalogue_changed
from products.states import ProductStatus

_NAME_LENGTH, _HANDLE_LENGTH = 255, 180


def products_bulk_archive(*, seller_id: int, tax_class_id: int, goods: Mapping[str, tuple[str, str]]) -> list[int]:
    """Make archived products of one variant each, so that past orders can name what was sold.

    They begin archived, as things that are sold no more: nothing about them was ever published.

    Args:
        seller_id: whose they are.
        tax_class_id: of all of them.
        goods: SKU, of which there is no variant yet → (name, price as digits in the base currency).

    Returns:
        Keys of the variants, in the order of the goods.
    """
    if not goods:
        return []
    variant_ids = reserve_ids(Variant, len(goods))
    handles = _handles(seller_id, dict(zip(goods, variant_ids, strict=True)))
    product_ids = products_bulk_create(
        ids=reserve_ids(Product, len(goods)),
        columns=["seller_id", "tax_class_id", "handle", "name", "status"],
        rows=[
            (seller_id, tax_class_id, handles[sku], (name or sku)[:_NAME_LENGTH], ProductStatus.ARCHIVED.value)
            for sku, (name, _) in goods.items()
        ],
    )
    variants_bulk_create(
        ids=variant_ids,
        columns=["product_id", "sku", "price"],
        rows=[
            (product_id, sku, price) for product_id, (sku, (_, price)) in zip(product_ids, goods.items(), strict=True)
        ],
    )
    tell_catalogue_changed(product_ids=set(product_ids), variant_ids=set(variant_ids))
    return list(variant_ids)


def _handles(seller_id: int, keys: Mapping[str, int]) -> dict[str, str]:
    """Return a handle per SKU; one that is taken is told apart by the variant's key."""
    wanted = {sku: slugify(sku)[:_HANDLE_LENGTH].strip("-") or f"article-{pk}" for sku, pk in keys.items()}
    rows = Product.objects.filter(seller=seller_id, handle__among=sorted(wanted.values()))
    taken = set(rows.values_list("handle", flat=True))
    handles: dict[str, str] = {}
    for sku, handle in wanted.items():
        handles[sku] = f"{handle}-{keys[sku]}" if handle in taken else handle
        taken.add(handle)
    return handles
