"""Orders are entered and changed as drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from backoffice.kernel.shop.selectors import shop_settings
from orders.models import Order, OrderChannel
from orders.selectors.taxation import TaxTable
from orders.services.buyers import buyer_columns, clean_email, known_of
from orders.services.editing import draft_edit, lines_insert, refuse_negative
from orders.services.line_editing import NewLine, lines_new, variants_with_seller
from orders.services.numbers import numbers_take
from orders.services.pricing import prices_apply
from products.models import TaxClass

_NOTHING = Decimal("0.00")


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
    lines: Sequence[NewLine] = (),
) -> Order:
    """Make a draft with a number of its own, and price it.

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
        lines: its first positions, of what is on sale; see ``draft_edit``.

    Raises:
        OrderRefused: an amount is negative.
        NotOnSale, AmountRefused, NoTaxRate: as for ``draft_edit``, where there are lines.
    """
    shop = shop_settings()
    known = known_of(customer)
    billing = billing_address or known.billing or shipping_address or known.shipping
    shipping = shipping_address or known.shipping or billing
    order = Order(
        customer=customer,
        email=clean_email(email or known.email),
        channel=channel,
        external_reference=external_reference,
        language=language or known.language,
        currency=currency or shop.base_currency,
        prices_include_tax=shop.prices_include_tax if prices_include_tax is None else prices_include_tax,
        billing_address=dict(billing),
        shipping_address=dict(shipping),
        vat_id=known.vat_id if vat_id is None else vat_id,
        shipping_price=shipping_price,
        shipping_tax_class=shipping_tax_class,
        discount=discount,
        discount_reason=discount_reason,
        customer_note=customer_note,
        **buyer_columns(billing),
    )
    refuse_negative(order)
    with transaction.atomic():
        added = lines_new(order, (), lines, variants_with_seller([item.variant for item in lines]), shop)
        if added:
            prices_apply(order, added, TaxTable(home=shop.country))
        order.number = numbers_take(kind="order")[0]
        order.save()
        for line in added:
            line.order = order
        lines_insert(added)
    return order


def order_update(*, order: Order, values: Mapping[str, Any]) -> Order:
    """Change a draft and price it anew; see ``draft_edit``."""
    draft_edit(order=order, values=values)
    return order
