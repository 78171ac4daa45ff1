"""What is copied onto a document of the parties to it."""

from __future__ import annotations

from typing import Any

from invoices.models import Issuer
from orders.models import Order

_ADDRESS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country")
_ISSUER = (
    "name",
    "line1",
    "line2",
    "postcode",
    "city",
    "country",
    "vat_id",
    "tax_number",
    "registration",
    "email",
    "phone",
    "website",
    "footer",
    "bank_name",
    "iban",
    "bic",
)


def seller_copy(issuer: Issuer) -> dict[str, Any]:
    """Return the issuer's data as it stands now."""
    data: dict[str, Any] = {key: getattr(issuer, key) for key in _ISSUER}
    return {**data, "logo_digest": issuer.logo.digest if issuer.logo else ""}


def buyer_copy(order: Order) -> dict[str, Any]:
    """Return the buyer's data: the order's billing address, else where the goods went."""
    address = order.billing_address if order.billing_address.get("country") else order.shipping_address
    copied = _copy(address)
    if not copied["name"]:
        copied["name"] = copied["company"] or order.email
    return {
        **copied,
        "vat_id": order.vat_id,
        "email": order.email,
        "phone": str(address.get("phone") or ""),
        "customer_number": str(order.customer_id or ""),
    }


def delivery_copy(order: Order) -> dict[str, Any]:
    """Return where the goods went."""
    return _copy(order.shipping_address)


def _copy(address: dict[str, Any]) -> dict[str, Any]:
    return {key: str(address.get(key) or "") for key in _ADDRESS}
