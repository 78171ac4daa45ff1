"""What follows when an undo has written rows of the catalogue behind the services' back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model

from products.models import Category, Product, ProductImage, Stock, Variant, VariantOption
from products.services.category_mending import category_tree_mend
from products.services.news import tell_catalogue_changed
from products.services.stock.undo import stock_rows_remade


def catalogue_rows_undone(*, model: type[Model], ids: Sequence[int], kind: str) -> None:
    """Tell of what returned to what it was; count the tree's children and fill the ledger of stock again.

    Args:
        model: whose rows an undo wrote; models of other apps are ignored.
        ids: their primary keys; deleted ones are named too.
        kind: what was done with them: delete, restore or recreate.
    """
    if model is Stock:
        # Only rows that are back without their movements lack something in the ledger.
        if kind == "recreate":
            stock_rows_remade(ids)
    elif model is Category:
        category_tree_mend()
    elif model is Product:
        tell_catalogue_changed(product_ids=list(ids))
    elif model is Variant:
        tell_catalogue_changed(product_ids=_products_of(Variant, ids), variant_ids=list(ids))
    elif model in {VariantOption, ProductImage}:
        tell_catalogue_changed(product_ids=_products_of(model, ids))


def _products_of(model: type[Model], ids: Sequence[int]) -> list[int]:
    """Return the products that rows belong or belonged to; history knows those of deleted rows."""
    history = model.history.model.objects.filter(id__among=list(ids)).order_by()  # type: ignore[attr-defined]
    if model is VariantOption:
        variants = history.values_list("variant", flat=True).distinct()
        return list(Variant.history.model.objects.filter(id__in=variants).values_list("product", flat=True).distinct())
    return list(history.values_list("product", flat=True).distinct())
