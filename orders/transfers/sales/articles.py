"""The articles of new lines: found again when the plan is applied, or made."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import SellerProfile
from backoffice.kernel.transfers.service import PlannedChange
from orders.transfers.sales.columns import NAME_PLACE, SELLER_PLACE, SKU_PLACE, VARIANT_PLACE
from products.models import TaxClass, Variant
from products.services.bulk_archived import products_bulk_archive
from products.transfers.applying.keys import house_as_seller
from products.transfers.references import HOUSE_CODE

_GONE = "{sku} was deleted since the preview."


def default_tax_class_id() -> int | None:
    """Return the tax class of articles that are made here; None where there is no class at all."""
    classes = dict(TaxClass.objects.order_by("-pk").values_list("code", "pk"))
    return classes.get("standard") or next(reversed(classes.values()), None)


def complete_lines(changes: Sequence[PlannedChange]) -> dict[int, str]:
    """Put variant and seller on lines whose SKU was unknown when they were planned.

    Returns:
        Row number → why its line cannot be written.
    """
    rows = [change for change in changes if "line" in change.payload]
    skus = sorted({change.payload["line"][SKU_PLACE] for change in rows})
    columns = ("sku", "pk", "product__seller_id")
    found = Variant.objects.order_by().filter(sku__among=skus).values_list(*columns) if skus else ()
    known = {sku: (pk, seller_id) for sku, pk, seller_id in found}
    known |= _made([change for change in rows if change.payload["line"][SKU_PLACE] not in known])
    refused: dict[int, str] = {}
    for change in rows:
        line = change.payload["line"]
        place = known.get(line[SKU_PLACE])
        if place is None or (line[VARIANT_PLACE] is not None and line[VARIANT_PLACE] != place[0]):
            refused[change.number] = _GONE.format(sku=line[SKU_PLACE])
        else:
            line[VARIANT_PLACE], line[SELLER_PLACE] = place
    return refused


def _made(changes: Sequence[PlannedChange]) -> dict[str, tuple[int, int]]:
    """Make archived products of what is not in the catalogue, and was not when it was planned."""
    goods: dict[str, tuple[str, str]] = {}
    for change in changes:
        line = change.payload["line"]
        if line[VARIANT_PLACE] is not None:
            continue
        sku, name = line[SKU_PLACE], line[NAME_PLACE]
        known = goods.get(sku)
        if known is None or known[0] == sku:
            goods[sku] = (name, change.payload["price"])
    if not goods:
        return {}
    seller = SellerProfile.objects.filter(code=HOUSE_CODE).values_list("pk", flat=True).first()
    seller_id = house_as_seller()[0] if seller is None else seller
    ids = products_bulk_archive(seller_id=seller_id, tax_class_id=default_tax_class_id() or 0, goods=goods)
    return {sku: (pk, seller_id) for sku, pk in zip(goods, ids, strict=True)}
