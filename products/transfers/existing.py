"""What the catalogue holds of a chunk's rows, read in a few queries and in the form in which files say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backoffice.kernel.lookups import raw_rows
from products.models import Product, Variant, VariantOption
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
        row: its values as a file says them, in the order of ``Catalogue.product_fields``.
    """

    pk: int
    seller_id: int
    handle: str
    row: tuple[Any, ...]


@dataclass(slots=True)
class ExistingVariant:
    """A variant as it is.

    Attributes:
        pk: primary key.
        sku: its SKU.
        title: its title.
        product: its product; one object for all its variants of the chunk.
        row: its values as a file says them, in the order of ``Catalogue.variant_fields``.
        options: attribute's name in lower case → (name, value).
    """

    pk: int
    sku: str
    title: str
    product: ExistingProduct
    row: tuple[Any, ...]
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
        self.product_places = {name: place for place, name in enumerate(self.product_fields)}
        self.variant_places = {name: place for place, name in enumerate(self.variant_fields)}
        self._products: dict[int, ExistingProduct] = {}

    def product_value(self, product: ExistingProduct, name: str) -> Any:
        """Return a product's value of a field; None where the field was not read."""
        place = self.product_places.get(name)
        return None if place is None else product.row[place]

    def variant_value(self, variant: ExistingVariant, name: str) -> Any:
        """Return a variant's value of a field; None where the field was not read."""
        place = self.variant_places.get(name)
        return None if place is None else variant.row[place]

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
        found = (self._product(row[0], row[1], row[2], row[3:]) for row in self._spelled(raw_rows(rows), 3))
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

    def _variants(self, condition: dict[str, Any]) -> Iterator[ExistingVariant]:
        columns = [
            "pk", "sku", "title", "product_id", "product__seller_id", "product__handle",
            *(VARIANT_COLUMNS[name] for name in self.variant_fields),
            *(_PRODUCT_PATHS[name] for name in self.product_fields),
        ]  # fmt: skip
        first = 6 + len(self.variant_fields)
        rows = Variant.objects.order_by().filter(**condition).values_list(*columns)
        for row in self._spelled(raw_rows(rows), first, 6):
            product = self._product(row[3], row[4], row[5], row[first:])
            yield ExistingVariant(row[0], row[1], row[2], product, row[6:first])

    def _product(self, pk: int, seller_id: int, handle: str, values: tuple[Any, ...]) -> ExistingProduct:
        known = self._products.get(pk)
        if known is None:
            known = self._products[pk] = ExistingProduct(pk, seller_id, handle, values)
        return known

    def _spelled(
        self, rows: Iterable[Sequence[Any]], product_start: int, variant_start: int | None = None
    ) -> Iterable[tuple[Any, ...]]:
        """Put rows into the words of files, a column at a time."""
        columns: list[Any] = list(zip(*rows, strict=True))
        if not columns:
            return ()
        for name, place in self.variant_places.items() if variant_start is not None else ():
            column = columns[(variant_start or 0) + place]
            if name in AMOUNTS:
                columns[(variant_start or 0) + place] = [None if value is None else f"{value:.2f}" for value in column]
            elif name in FLAGS:
                columns[(variant_start or 0) + place] = list(map(bool, column))
        words: dict[str, Callable[[Any], Any]] = {
            "seller": self.references.seller_codes.get,
            "tax_class": self.references.tax_codes.get,
            "category": self.references.category_name,
        }
        for name, word in words.items():
            if name in self.product_places:
                place = product_start + self.product_places[name]
                columns[place] = [None if value is None else word(value) for value in columns[place]]
        return zip(*columns, strict=True)
