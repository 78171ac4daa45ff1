"""What the catalogue holds of a chunk's rows, read in a few queries and in the form in which files say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backoffice.kernel.lookups import amount_text, raw_rows
from products.models import Product, Stock, Variant, VariantOption
from products.transfers.columns import AMOUNTS, FLAGS, PRODUCT_COLUMNS, VARIANT_COLUMNS
from products.transfers.references import References

_PRODUCT_PATHS = {field: f"product__{column}" for field, column in PRODUCT_COLUMNS.items()}


@dataclass(slots=True)
class ExistingProduct:
    """A product as it is.

    Attributes:
        pk: primary key.
        seller_id: whose it is.
        handle: its handle.
        values: field → value as a file says it.
    """

    pk: int
    seller_id: int
    handle: str
    values: dict[str, Any]


@dataclass(slots=True)
class ExistingVariant:
    """A variant as it is.

    Attributes:
        pk: primary key.
        sku: its SKU.
        title: its title.
        product: its product; one object for all its variants of the chunk.
        values: field → value as a file says it.
        options: attribute's name in lower case → (name, value).
    """

    pk: int
    sku: str
    title: str
    product: ExistingProduct
    values: dict[str, Any]
    options: dict[str, tuple[str, str]] | None = None


class Catalogue:
    """Read variants and products by their keys.

    Args:
        fields: the fields of the file; nothing else is read.
        references: spellings of what is stored as a key.
    """

    def __init__(self, fields: Collection[str], references: References) -> None:
        self.references = references
        self.product_fields = [name for name in PRODUCT_COLUMNS if name in fields]
        self.variant_fields = [name for name in VARIANT_COLUMNS if name in fields]
        self._products: dict[int, ExistingProduct] = {}

    def forget(self) -> None:
        """Drop the products of the chunk before."""
        self._products = {}

    def variants_by_sku(self, skus: Iterable[str]) -> dict[str, ExistingVariant]:
        """Return variants by SKU, of every seller: it is for the planner to keep silent about foreign ones."""
        return {variant.sku: variant for variant in self._variants({"sku__among": list(skus)})}

    def variants_of(self, product_ids: Collection[int]) -> dict[int, list[ExistingVariant]]:
        """Return all variants of some products."""
        found: dict[int, list[ExistingVariant]] = defaultdict(list)
        for variant in self._variants({"product_id__among": sorted(product_ids)}) if product_ids else ():
            found[variant.product.pk].append(variant)
        return found

    def products_by_handle(
        self, handles: Iterable[str], seller_id: int | None
    ) -> dict[tuple[int, str], ExistingProduct]:
        """Return products by seller and handle; only one seller's where one is given."""
        columns = ["pk", "seller_id", "handle", *(PRODUCT_COLUMNS[name] for name in self.product_fields)]
        rows = Product.objects.order_by().filter(handle__among=list(handles)).values_list(*columns)
        if seller_id is not None:
            rows = rows.filter(seller_id=seller_id)
        found = (self._product(row[0], row[1], row[2], row[3:]) for row in raw_rows(rows))
        return {(product.seller_id, product.handle): product for product in found}

    def read_options(self, variants: Sequence[ExistingVariant]) -> None:
        """Put the option values on variants."""
        by_pk = {variant.pk: variant for variant in variants}
        for variant in variants:
            variant.options = {}
        rows = (
            VariantOption.objects.filter(variant_id__among=list(by_pk))
            .order_by("variant_id", "position")
            .values_list("variant_id", "attribute__name", "value__value")
        )
        for pk, name, value in raw_rows(rows):
            options = by_pk[pk].options
            if options is not None:
                options[name.casefold()] = (name, value)

    def stock_at(self, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int, int, bool]]:
        """Return (variant, location) → (key, on hand, allocated, may be oversold) of some variants' stock."""
        wanted = set(places)
        variant_ids = sorted({variant_id for variant_id, _ in wanted})
        rows = (
            Stock.objects.filter(variant_id__among=variant_ids)
            .order_by()
            .values_list("variant_id", "location_id", "pk", "on_hand", "allocated", "backorder")
        )
        return {
            (row[0], row[1]): (row[2], row[3], row[4], bool(row[5]))
            for row in (raw_rows(rows) if variant_ids else ())
            if (row[0], row[1]) in wanted
        }

    def _variants(self, condition: dict[str, Any]) -> Iterator[ExistingVariant]:
        columns = [
            "pk", "sku", "title", "product_id", "product__seller_id", "product__handle",
            *(VARIANT_COLUMNS[name] for name in self.variant_fields),
            *(_PRODUCT_PATHS[name] for name in self.product_fields),
        ]  # fmt: skip
        first = 6 + len(self.variant_fields)
        amounts = [place for place, name in enumerate(self.variant_fields) if name in AMOUNTS]
        flags = [place for place, name in enumerate(self.variant_fields) if name in FLAGS]
        rows = Variant.objects.order_by().filter(**condition).values_list(*columns)
        for row in raw_rows(rows):
            values = list(row[6:first])
            for place in amounts:
                values[place] = amount_text(values[place], 2)
            for place in flags:
                values[place] = bool(values[place])
            product = self._product(row[3], row[4], row[5], row[first:])
            yield ExistingVariant(row[0], row[1], row[2], product, dict(zip(self.variant_fields, values, strict=True)))

    def _product(self, pk: int, seller_id: int, handle: str, values: Sequence[Any]) -> ExistingProduct:
        known = self._products.get(pk)
        if known is None:
            named = dict(zip(self.product_fields, values, strict=True))
            if "seller" in named:
                named["seller"] = self.references.seller_codes.get(named["seller"], "")
            if "tax_class" in named:
                named["tax_class"] = self.references.tax_codes.get(named["tax_class"], "")
            if named.get("category") is not None:
                named["category"] = self.references.category_name(named["category"])
            known = self._products[pk] = ExistingProduct(pk, seller_id, handle, named)
        return known
