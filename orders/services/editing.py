"""A draft is edited as a whole: what is changed on the order and its lines is priced and saved once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from backoffice.kernel.history.rows import rows_insert, rows_update
from backoffice.kernel.shop.selectors import shop_settings
from orders.exceptions import OrderRefused
from orders.models import Order, OrderLine
from orders.selectors.taxation import TaxTable
from orders.services.buyers import buyer_columns, clean_email, known_of
from orders.services.line_editing import COPIED, LineChange, NewLine, line_change, lines_new, variants_with_seller
from orders.services.pricing import LINE_PRICED, ORDER_PRICED, prices_apply
from orders.services.rows import lock_draft, take_over

_INSERTED = ["order", "position", "quantity", "unit_price", "discount", *COPIED, *LINE_PRICED]

# What may be changed on a draft; everything else of an order is derived, or fixed when it is made.
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


def draft_edit(
    *,
    order: Order,
    values: Mapping[str, Any] | None = None,
    add: Sequence[NewLine] = (),
    change: Sequence[LineChange] = (),
    remove: Sequence[OrderLine] = (),
    on_sale_only: bool = True,
) -> list[OrderLine]:
    """Change a draft and its lines, then price and save it, once.

    A new customer brings email, addresses, VAT id and language along, unless they are given too.
    New lines copy name, SKU, unit and seller, so that later changes of the catalogue change nothing.

    Args:
        order: the draft; it shows the outcome afterwards.
        values: new values of fields in ``EDITABLE``.
        add: what is ordered in addition, in the order of the lines.
        change: changes of lines.
        remove: lines to be taken off.
        on_sale_only: refuse what is not on sale; False for orders that were made elsewhere.

    Returns:
        The added lines.

    Raises:
        OrderNotDraft: the order was placed or cancelled.
        NotOnSale: a variant, product or seller is not active.
        AmountRefused: a price is missing or negative, or a discount above what it is taken from.
        OrderRefused: a field that cannot be changed, an amount or quantity that cannot be.
        NoTaxRate: no tax rate applies.
    """
    with transaction.atomic():
        locked = lock_draft(order)
        fields = _apply_values(locked, values or {})
        lines = {line.pk: line for line in locked.lines.select_related("variant__product").order_by("position", "pk")}
        gone = {line.pk for line in (*remove, *(item.line for item in change))} - set(lines)
        if gone:
            raise OrderRefused("A line was removed in the meantime. Look at the order again.")
        for line in remove:
            lines.pop(line.pk).delete()
        shop = shop_settings()
        wanted = [item.variant for item in add] + [item.variant for item in change if item.variant is not None]
        variants = variants_with_seller(wanted)
        changed = {
            item.line.pk: line_change(locked, lines[item.line.pk], item, variants, shop, on_sale_only=on_sale_only)
            for item in change
        }
        added = lines_new(locked, list(lines.values()), add, variants, shop, on_sale_only=on_sale_only)
        priced = prices_apply(locked, [*lines.values(), *added], TaxTable(home=shop.country))
        _save(locked, fields, lines, changed, added, priced=priced)
    take_over(order, locked)
    for item in change:
        take_over(item.line, lines[item.line.pk])
    return added


def _save(
    order: Order,
    fields: list[str],
    lines: dict[int, OrderLine],
    changed: dict[int, list[str]],
    added: list[OrderLine],
    *,
    priced: set[int],
) -> None:
    """Save what is new or differs."""
    lines_insert(added)
    for pk, names in changed.items():
        if names:
            lines[pk].save(update_fields=[*names, *LINE_PRICED, "updated_at"])
    rest = (line for pk, line in lines.items() if id(line) in priced and not changed.get(pk))
    rows_update(OrderLine, rest, LINE_PRICED)
    if fields or id(order) in priced:
        order.save(update_fields=[*fields, *ORDER_PRICED, "updated_at"])


def lines_insert(lines: Sequence[OrderLine]) -> None:
    """Insert priced positions of an order that is saved."""
    rows_insert(OrderLine, lines, _INSERTED)


def _apply_values(order: Order, values: Mapping[str, Any]) -> list[str]:
    """Set the values on the order and return the names of the fields that changed."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise OrderRefused(f"An order's {', '.join(sorted(unknown))} cannot be changed.")
    given = dict(values)
    if "customer" in given and getattr(given["customer"], "pk", None) != order.customer_id:
        given = {**_from_customer(given["customer"]), **given}
    if "email" in given:
        given["email"] = clean_email(given["email"])
    if "billing_address" in given:
        given |= buyer_columns(given["billing_address"])
    changes = {name: value for name, value in given.items() if getattr(order, name) != value}
    for name, value in changes.items():
        setattr(order, name, value)
    refuse_negative(order)
    return list(changes)


def refuse_negative(order: Order) -> None:
    """Refuse amounts below zero.

    Raises:
        OrderRefused: shipping or discount is negative.
    """
    if order.shipping_price < 0:
        raise OrderRefused("Shipping cannot be negative; give a discount instead.", field="shipping_price")
    if order.discount < 0:
        raise OrderRefused("A discount cannot be negative.", field="discount")


def _from_customer(customer: Any) -> dict[str, Any]:
    if customer is None:
        return {}
    known = known_of(customer)
    # Where the new customer has no address the draft has none: never the one of somebody else.
    return {
        "email": known.email,
        "vat_id": known.vat_id,
        "language": known.language,
        "billing_address": known.billing or known.shipping,
        "shipping_address": known.shipping or known.billing,
    }
