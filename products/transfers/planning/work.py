"""A chunk of rows on its way to a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from backoffice.kernel.transfers.service import Run
from backoffice.kernel.transfers.table import Batch
from products.services.stock.rows import Place, StockNow
from products.transfers.existing import Catalogue, ExistingProduct, ExistingVariant
from products.transfers.pictures.wanted import ProductPictures
from products.transfers.references import References


@dataclass(slots=True)
class Group:
    """The rows of one product.

    Attributes:
        product: the product as it is; None for a new one.
        handle: its handle.
        seller_id: whose it is; None for the house that is not yet a seller.
        places: its rows, in the order of the file.
        carrier: the row that the product's own changes are booked on.
        values: field → value of the product, as the rows give it.
        product_id: primary key, reserved where the product is new.
        failed: number of the row whose errors keep a new product from being made; 0 for none.
        diff: field → [old, new] of an existing product.
        pictures: what becomes of its pictures; None where nothing does.
    """

    product: ExistingProduct | None
    handle: str
    seller_id: int | None
    places: list[int] = field(default_factory=list)
    carrier: int = -1
    values: dict[str, Any] = field(default_factory=dict)
    product_id: int = 0
    failed: int = 0
    diff: dict[str, list[Any]] = field(default_factory=dict)
    pictures: ProductPictures | None = None


@dataclass(slots=True)
class Work:
    """Everything that is known about a chunk while it is planned.

    Attributes:
        batch: the rows.
        run: for whom and how.
        references: names and keys of what rows refer to.
        catalogue: reads what is there.
        live: places that are neither skipped nor wrong so far.
        variants: per place the variant that its key names, or None.
        groups: the products, in the order of their first rows.
        group_of: per place its product.
        own_rows: places that say something about a variant; the others speak of the product only.
        options: per place (attribute, value) pairs.
        wrong_rows: handle → first row of that product which cannot be used.
        stock: the stock of the rows' places, where there is some.
    """

    batch: Batch
    run: Run
    references: References
    catalogue: Catalogue
    live: list[int] = field(default_factory=list)
    variants: list[ExistingVariant | None] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    group_of: list[Group | None] = field(default_factory=list)
    own_rows: set[int] = field(default_factory=set)
    options: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    wrong_rows: dict[str, int] = field(default_factory=dict)
    stock: dict[Place, StockNow] = field(default_factory=dict)

    def keep_sound(self) -> None:
        """Drop the places that have got errors since the last step."""
        wrong = self.batch.errors
        self.live = [place for place in self.live if place not in wrong]

    def carrier_of(self, group: Group) -> int:
        """Return the row that carries the product: its own or first one, or the next that is sound; -1 for none."""
        if group.carrier in self.batch.errors:
            return next((place for place in group.places if place not in self.batch.errors), -1)
        return group.carrier
