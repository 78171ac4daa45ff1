"""The columns of stock files."""

from __future__ import annotations

from decimal import Decimal

from backoffice.kernel.transfers.fields import TransferField, TransferResource
from products.models import Stock, StockMovement, Variant
from products.resources import ProductResource

_LIKE = ProductResource.by_field()
MOST_STOCK = 1_000_000_000


class StockResource(TransferResource):
    """Pieces of a variant at a location."""

    sku = TransferField(
        Variant,
        "sku",
        code=True,
        required=True,
        attribute="variant__sku",
        synonyms=(*_LIKE["sku"].synonyms, "code", "art nr", "artikel nr", "réf", "code article", "default code"),
        example="ESP-100-RED",
        help="Of a variant that exists.",
    )
    location = TransferField(
        None,
        "location",
        attribute="location__code",
        max_length=80,
        synonyms=(
            *_LIKE["location"].synonyms, "source code", "stock location code", "lagerort", "standort", "filiale",
            "emplacement", "entrepôt", "depot", "dépôt", "bin location",
        ),
        example="main",
        help="Code or name; the first location where it is left out.",
    )  # fmt: skip
    quantity = TransferField(
        None,
        "quantity",
        attribute="on_hand",
        kind="integer",
        minimum=Decimal(-MOST_STOCK),
        maximum=Decimal(MOST_STOCK),
        synonyms=(
            *_LIKE["stock"].synonyms, "count", "counted", "counted quantity", "new quantity", "received", "pieces",
            "units", "count on hand", "menge", "anzahl", "lagerbestand", "gezählt", "stück", "quantité", "qté",
            "quantité en stock", "inventory adjust", "on hand new",
        ),
        example="25",
        help="Pieces on hand or counted; pieces in (or, negative, out) where the upload adds. Blank keeps the stock.",
    )  # fmt: skip
    counted_at = TransferField(
        None,
        "counted_at",
        kind="datetime",
        synonyms=(
            "count date", "counted on", "date counted", "stocktake date", "inventory date", "zähldatum",
            "gezählt am", "inventurdatum", "date de comptage", "date d'inventaire",
        ),
        example="2026-03-31 18:00",
        help="When it was counted; wins over the moment chosen for the whole file. A day alone means its beginning.",
    )  # fmt: skip
    reorder_point = TransferField(
        Stock,
        "reorder_point",
        synonyms=(
            "reorder level", "low stock threshold", "low stock amount", "notify stock qty", "minimum stock",
            "min stock", "minimum quantity", "meldebestand", "mindestbestand", "stock minimum", "seuil de réapprovisionnement",
        ),
        example="5",
        help="Pieces at which the stock counts as low; 0 for never.",
    )  # fmt: skip
    reason = TransferField(
        StockMovement,
        "note",
        label="Reason",
        synonyms=("note", "notes", "comment", "remark", "grund", "bemerkung", "anlass", "motif", "raison", "remarque"),
        example="Delivery note 4711",
        help="Why, in your own words; it is kept with the movement.",
    )
