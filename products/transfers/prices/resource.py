"""The columns of price lists."""

from __future__ import annotations

from backoffice.kernel.transfers.fields import TransferField, TransferResource
from products.models import Variant
from products.resources import ProductResource

_LIKE = ProductResource.by_field()


class PriceResource(TransferResource):
    """Prices of variants, by SKU."""

    sku = TransferField(
        Variant,
        "sku",
        code=True,
        required=True,
        synonyms=(*_LIKE["sku"].synonyms, "code", "art nr", "artikel nr", "réf", "code article", "default code"),
        example="ESP-100-RED",
        help="Of a variant that exists.",
    )
    price = TransferField(
        Variant,
        "price",
        rounds=True,
        synonyms=(
            *_LIKE["price"].synonyms, "new price", "neuer preis", "verkaufspreis", "vk", "vk brutto", "nouveau prix",
            "prix de vente", "prix ttc", "price tax included", "public price",
        ),
        example="249.00",
        help="In the shop's base currency, gross or net as the shop prices.",
    )  # fmt: skip
    compare_at_price = TransferField(
        Variant,
        "compare_at_price",
        rounds=True,
        label=_LIKE["compare_at_price"].label,
        synonyms=(
            *_LIKE["compare_at_price"].synonyms, "compare at", "was price", "former price", "listenpreis",
            "streichpreis", "statt preis", "prix barré", "prix conseillé", "ancien prix",
        ),
        example="299.00",
        help="Former or list price. Blank keeps what is stored, [clear] takes it away.",
    )  # fmt: skip
    cost = TransferField(
        Variant,
        "cost",
        rounds=True,
        synonyms=(*_LIKE["cost"].synonyms, "ek", "ek netto", "buying price", "prix d'achat", "coût", "wholesale"),
        example="120.00",
        help="What one piece costs the shop. Blank keeps what is stored, [clear] takes it away.",
    )
