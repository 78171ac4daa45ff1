"""Keys of what a chunk's rows name: sellers, tax classes, categories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import SellerProfile, SellerStatus
from backoffice.kernel.shop.selectors import shop_settings
from backoffice.kernel.transfers.service import PlannedChange
from products.models import Category
from products.services.bulk_categories import categories_bulk_ensure
from products.transfers.columns import PRODUCT_COLUMNS, VARIANT_COLUMNS
from products.transfers.references import HOUSE_CODE, References

_GONE = -1
_BY_NAME = frozenset({"seller", "tax_class", "category"})


class Keys:
    """Turn what a plan says into what the tables store.

    Args:
        references: names and keys, kept from chunk to chunk.
    """

    def __init__(self, references: References) -> None:
        self.references = references
        self._categories: dict[str, int] = {}

    def resolve(self, changes: Iterable[PlannedChange]) -> None:
        """Make the categories, and the house as a seller, that the chunk needs."""
        wanted: set[str] = set()
        before: set[str] = set()
        needs_house = False
        for change in changes:
            for diff in (change.diff, change.payload.get("changes", {})):
                entry = diff.get("category")
                old, new = entry if isinstance(entry, list) else (None, entry)
                wanted.update(filter(None, [new]))
                before.update(filter(None, [old]))
            needs_house = needs_house or ("new" in change.payload and change.diff["seller"] == HOUSE_CODE)
        if before:
            rows = Category.objects.filter(full_name__among=sorted(before)).values_list("full_name", "pk")
            # A category that was renamed since is none that a row could still be in.
            self._categories |= dict.fromkeys(before, _GONE) | dict(rows)
        if wanted:
            self._categories |= categories_bulk_ensure(paths=sorted(wanted))
        if needs_house and self.references.seller_key(HOUSE_CODE) is None:
            self.references.learn_seller(*house_as_seller())

    def stored(self, field: str, value: Any) -> Any:
        """Return what a product's column stores for a value of the file."""
        if field not in _BY_NAME or value is None:
            return value
        if field == "seller":
            return self.references.seller_key(value)
        if field == "tax_class":
            return self.references.tax_class(value)[0]
        return self._categories.get(value) if value else None


def house_as_seller() -> tuple[int, str]:
    """Return the seller that stands for the house itself, made at the first need."""
    name = shop_settings().shop_name
    taken = SellerProfile.objects.filter(store_name=name).exists()
    seller, _ = SellerProfile.objects.get_or_create(
        code=HOUSE_CODE,
        defaults={"store_name": f"{name} (house)" if taken else name, "status": SellerStatus.ACTIVE},
    )
    return seller.pk, seller.code


def product_columns(changes: Sequence[dict[str, Any]]) -> list[str]:
    """Return the product's fields that any of some diffs names."""
    return [name for name in PRODUCT_COLUMNS if any(name in diff for diff in changes)]


def variant_columns(changes: Sequence[dict[str, Any]]) -> list[str]:
    """Return the variant's fields that any of some diffs names."""
    return [name for name in VARIANT_COLUMNS if any(name in diff for diff in changes)]
