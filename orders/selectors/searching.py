"""Finding orders by what somebody has at hand: a number, an email, a name, a SKU, a tracking number.

A million orders are searched through indexes alone: each kind of text is looked up as a whole or by
its beginning, never somewhere in the middle, and each look-up stops after ``MOST`` hits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from backoffice.kernel.scope.rules import Audience, audience_of, visible
from orders.models import Order, OrderLine, Return, Shipment

MOST = 1_000
# Beginnings shorter than this would find nearly everything.
SHORTEST = 2

_LAST_CHARACTER = chr(0x10FFFF)


def order_search(text: str, *, user: Any) -> list[int]:
    """Return the primary keys of the orders that a text may mean.

    Looked up are: the order's number and its number elsewhere, a parcel's or return's number, a
    tracking number, a SKU on its lines, its email, and the buyer's name (company, or person by
    first name or surname). People outside the house find orders by number, by their own SKUs and by
    their own parcels alone, so that the search tells them nothing about others.

    Args:
        text: what was typed.
        user: who asks; row scope applies to every look-up.

    Returns:
        At most ``MOST`` keys per look-up, each once, in no particular order.
    """
    wanted = " ".join(text.split())
    if len(wanted) < SHORTEST:
        return []
    return _found(*_lookups(wanted, user))


def begins_with(field: str, text: str) -> Q:
    """Return a condition that finds a column's beginnings through its index, on either database.

    PostgreSQL uses an index with pattern operators for LIKE; SQLite ignores case in LIKE, and so
    needs a range to use an index that does not.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST_CHARACTER})


def _lookups(text: str, user: Any) -> Iterator[QuerySet[Any, int]]:
    orders = visible(Order.objects.order_by(), user).values_list("pk", flat=True)
    upper = text.upper()
    if " " not in text:
        yield orders.filter(begins_with("number", _order_number(text)))
        yield _order_ids(visible(Shipment.objects.order_by(), user), Q(tracking_number=text) | Q(number=upper))
        yield _order_ids(visible(OrderLine.objects.order_by(), user), begins_with("sku", text))
        if upper != text:
            yield _order_ids(visible(OrderLine.objects.order_by(), user), begins_with("sku", upper))
    if audience_of(user)[0] is not Audience.HOUSE:
        return
    yield orders.filter(external_reference=text)
    folded = text.casefold()
    if "@" in text:
        yield orders.filter(begins_with("email", folded))
        return
    if " " not in text:
        yield _order_ids(Return.objects.order_by(), Q(number=upper))
        yield orders.filter(begins_with("email", folded))
    yield orders.filter(begins_with("buyer_search", folded))
    yield orders.filter(begins_with("buyer_search_surname", folded))
    words = folded.split()
    if len(words) > 1:
        yield orders.filter(begins_with("buyer_search_surname", " ".join(words[-1:] + words[:-1])))


def _order_ids(rows: QuerySet[Any], condition: Q) -> QuerySet[Any, int]:
    return rows.filter(condition).values_list("order_id", flat=True)


def shipment_search(text: str, *, user: Any) -> list[int]:
    """Return the keys of the parcels that a text may mean: their number, tracking number, or order's number."""
    wanted = text.strip()
    rows = visible(Shipment.objects.order_by(), user).values_list("pk", flat=True)
    return _found(
        rows.filter(number=wanted.upper()),
        rows.filter(tracking_number=wanted),
        rows.filter(order__in=_numbered(wanted, user)),
    )


def return_search(text: str, *, user: Any) -> list[int]:
    """Return the keys of the returns that a text may mean: their number, or their order's."""
    wanted = text.strip()
    rows = visible(Return.objects.order_by(), user).values_list("pk", flat=True)
    return _found(rows.filter(number=wanted.upper()), rows.filter(order__in=_numbered(wanted, user)))


def line_search(lines: QuerySet[OrderLine], text: str, *, user: Any) -> QuerySet[OrderLine]:
    """Narrow lines to those that a text may mean: by the beginning of their SKU, or their order's number."""
    wanted = text.strip()
    by_sku = begins_with("sku", wanted) | begins_with("sku", wanted.upper())
    return lines.filter(by_sku | Q(order__in=_numbered(wanted, user)))


def _numbered(text: str, user: Any) -> list[int]:
    orders = visible(Order.objects.order_by(), user)
    return list(orders.filter(begins_with("number", _order_number(text))).values_list("pk", flat=True)[:MOST])


def _order_number(text: str) -> str:
    upper = text.upper()
    return upper if upper.startswith("O-") else f"O-{upper}"


def _found(*lookups: QuerySet[Any, int]) -> list[int]:
    return list(dict.fromkeys(pk for rows in lookups for pk in rows[:MOST]))
