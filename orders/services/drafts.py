"""Orders are entered and changed as drafts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Address, User
from backoffice.kernel.shop.selectors import shop_settings
from orders.exceptions import OrderRefused
from orders.models import Order, OrderChannel
from orders.services.numbers import numbers_take
from orders.services.pricing import order_price
from orders.services.rows import lock_draft, take_over
from products.models import TaxClass

_NOTHING = Decimal("0.00")

# What order_update may change; everything else of an order is derived, or fixed when it is made.
EDITABLE = frozenset(
    {
        "customer",
        "email",
        "external_reference",
        "language",
        "billing_address",
        "shipping_address",
        "vat_id",
        "shipping_price",
        "shipping_tax_class",
        "discount",
        "discount_reason",
        "customer_note",
    }
)


def order_create(
    *,
    customer: User | None = None,
    email: str = "",
    channel: OrderChannel = OrderChannel.STAFF,
    currency: str | None = None,
    prices_include_tax: bool | None = None,
    billing_address: dict[str, str] | None = None,
    shipping_address: dict[str, str] | None = None,
    vat_id: str | None = None,
    language: str | None = None,
    shipping_price: Decimal = _NOTHING,
    shipping_tax_class: TaxClass | None = None,
    discount: Decimal = _NOTHING,
    discount_reason: str = "",
    external_reference: str = "",
    customer_note: str = "",
) -> Order:
    """Make a draft with a number of its own.

    What is not given comes from the customer (email, default addresses, VAT id, language) and from
    the shop's settings (currency, whether prices include tax). Addresses are copied.

    Args:
        customer: None for a guest.
        email: where news of the order goes.
        channel: where the order came from.
        currency: ISO 4217 code.
        prices_include_tax: whether the amounts below and the line prices contain tax.
        billing_address: as ``Address.snapshot`` makes it.
        shipping_address: likewise; the billing address where neither is known.
        vat_id: a business customer's; decides on exempt supplies.
        language: of documents for the customer.
        shipping_price: as charged.
        shipping_tax_class: None taxes shipping as most of the goods.
        discount: off the goods as a whole, as charged.
        discount_reason: printed with it.
        external_reference: the order's number elsewhere.
        customer_note: what the customer wrote.

    Raises:
        OrderRefused: an amount is negative.
    """
    shop = shop_settings()
    known = _known_of(customer)
    billing = billing_address or known["billing"] or shipping_address or known["shipping"]
    shipping = shipping_address or known["shipping"] or billing
    order = Order(
        customer=customer,
        email=_clean_email(email or known["email"]),
        channel=channel,
        external_reference=external_reference,
        language=language or known["language"],
        currency=currency or shop.base_currency,
        prices_include_tax=shop.prices_include_tax if prices_include_tax is None else prices_include_tax,
        billing_address=dict(billing),
        shipping_address=dict(shipping),
        vat_id=known["vat_id"] if vat_id is None else vat_id,
        shipping_price=shipping_price,
        shipping_tax_class=shipping_tax_class,
        discount=discount,
        discount_reason=discount_reason,
        customer_note=customer_note,
        **buyer_columns(billing),
    )
    _refuse_negative(order)
    with transaction.atomic():
        order.number = numbers_take(kind="order")[0]
        order.save()
    return order


def order_update(*, order: Order, values: dict[str, Any]) -> Order:
    """Change a draft and price it anew.

    A new customer brings email, addresses, VAT id and language along, unless they are given too.

    Args:
        order: the draft.
        values: new values of fields in ``EDITABLE``.

    Raises:
        OrderNotDraft: it was placed or cancelled.
        OrderRefused: a field that cannot be changed, a negative amount, a discount too large.
    """
    unknown = set(values) - EDITABLE
    if unknown:
        raise OrderRefused(f"An order's {', '.join(sorted(unknown))} cannot be changed.")
    with transaction.atomic():
        locked = lock_draft(order)
        if "customer" in values and getattr(values["customer"], "pk", None) != locked.customer_id:
            values = {**_from_customer(values["customer"]), **values}
        if "email" in values:
            values = {**values, "email": _clean_email(values["email"])}
        changes = {name: value for name, value in values.items() if getattr(locked, name) != value}
        for name, value in changes.items():
            setattr(locked, name, value)
        for name, value in buyer_columns(locked.billing_address).items():
            if getattr(locked, name) != value:
                setattr(locked, name, value)
                changes[name] = value
        _refuse_negative(locked)
        if changes:
            locked.save(update_fields=[*changes, "updated_at"])
            order_price(order=locked)
    return take_over(order, locked)


def buyer_columns(address: dict[str, str]) -> dict[str, str]:
    """Return the columns by which an order is found under its buyer's name."""
    person, company = address.get("name", "").strip(), address.get("company", "").strip()
    buyer = company or person
    words = person.casefold().split()
    surname_first = " ".join(words[-1:] + words[:-1])
    return {
        "buyer_name": buyer[:160],
        "buyer_search": " ".join(buyer.casefold().split())[:160],
        "buyer_search_surname": surname_first[:160],
    }


def _known_of(customer: User | None) -> dict[str, Any]:
    if customer is None:
        return {"email": "", "billing": {}, "shipping": {}, "vat_id": "", "language": "en"}
    addresses = list(customer.addresses.all())
    profile = getattr(customer, "customer_profile", None)
    return {
        "email": customer.email,
        "billing": _snapshot(addresses, "is_default_billing"),
        "shipping": _snapshot(addresses, "is_default_shipping"),
        "vat_id": profile.vat_id if profile else "",
        "language": profile.language if profile else "en",
    }


def _from_customer(customer: User | None) -> dict[str, Any]:
    if customer is None:
        return {}
    known = _known_of(customer)
    billing, shipping = known["billing"] or known["shipping"], known["shipping"] or known["billing"]
    values = {"email": known["email"], "vat_id": known["vat_id"], "language": known["language"]}
    # Where the new customer has no address the draft has none: never the one of somebody else.
    return {**values, "billing_address": billing, "shipping_address": shipping}


def _snapshot(addresses: list[Address], flag: str) -> dict[str, str]:
    chosen = next((address for address in addresses if getattr(address, flag)), addresses[0] if addresses else None)
    return chosen.snapshot() if chosen else {}


def _clean_email(email: str) -> str:
    return email.strip().lower()


def _refuse_negative(order: Order) -> None:
    if order.shipping_price < 0:
        raise OrderRefused("Shipping cannot be negative; give a discount instead.", field="shipping_price")
    if order.discount < 0:
        raise OrderRefused("A discount cannot be negative.", field="discount")
