"""Erasing what orders keep of a person (GDPR, article 17)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.exceptions import ErasureRefused
from accounts.models import User
from accounts.services.privacy import ERASED
from backoffice.kernel.forgetting import uploads_forget
from backoffice.kernel.history.rows import rows_update
from orders.models import Order, OrderNote, Return, Shipment
from orders.selectors.customers import orders_of_person
from orders.services.cancelling import orders_cancel_bulk
from orders.states import OrderStatus, ReturnStatus

# In their place nothing is left; what remains of an address is the country, which decided on the tax.
_EMPTY: dict[str, Any] = {
    "email": "",
    "buyer_name": ERASED,
    "buyer_search": "",
    "buyer_search_surname": "",
    "vat_id": "",
    "customer_note": "",
    "external_reference": "",
    "external_customer": "",
}
_OPEN_RETURNS = [ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED]


def orders_erase_of(*, customer: User) -> None:
    """Empty the personal data of a person's orders, live and in history; amounts and goods stay.

    Drafts are cancelled. Invoices keep what tax law wants kept.

    Raises:
        ErasureRefused: something is still to be delivered or to come back; it needs the address.
        StillNeeded: an upload with one of the orders is not finished.
    """
    with transaction.atomic():
        orders = list(orders_of_person(customer).select_for_update(of=("self",)))
        _refuse_unfinished(orders)
        drafts = [order.pk for order in orders if order.status == OrderStatus.DRAFT]
        orders_cancel_bulk(order_ids=drafts, reason="The customer's data are erased")
        rows = list(Order.objects.filter(pk__in=[order.pk for order in orders]).order_by("pk"))
        references = {name for row in rows for name in (row.number, row.external_reference) if name}
        for row in rows:
            # A guest's orders are found by email alone, which goes: the apps above find them under the person.
            row.customer = customer
            for name, value in _EMPTY.items():
                setattr(row, name, value)
            row.billing_address, row.shipping_address = _country(row.billing_address), _country(row.shipping_address)
        rows_update(Order, rows, ["customer", *_EMPTY, "billing_address", "shipping_address"])
        ids = [row.pk for row in rows]
        notes, returns = OrderNote.objects.filter(order__in=ids), Return.objects.filter(order__in=ids)
        _blank(list(notes), "text", ERASED)
        references |= set(returns.exclude(external_reference="").values_list("external_reference", flat=True))
        _blank(list(returns), "note", "")
        _blank(list(returns), "external_reference", "")
        _erase_history(ids)
        references.update(Shipment.objects.filter(order__in=ids).values_list("number", flat=True))
        uploads_forget(words=(), keys=references, kinds=("orders", "tracking"))


def _refuse_unfinished(orders: list[Order]) -> None:
    waiting = [order for order in orders if order.status == OrderStatus.OPEN]
    if waiting:
        raise ErasureRefused(f"Order {waiting[0]} is still open; complete or cancel it first.")
    document = Return.objects.filter(order__in=[order.pk for order in orders], status__in=_OPEN_RETURNS).first()
    if document is not None:
        raise ErasureRefused(f"Return {document} is not finished; complete or reject it first.")


def _country(address: dict[str, str]) -> dict[str, str]:
    return {"name": ERASED, "country": address["country"]} if address.get("country") else {}


def _blank(rows: list[Any], field: str, value: str) -> None:
    changed = [row for row in rows if getattr(row, field) != value]
    for row in changed:
        setattr(row, field, value)
    if changed:
        rows_update(type(changed[0]), changed, [field])


def _erase_history(order_ids: list[int]) -> None:
    """Blank the personal columns of history rows; who, when and why stay."""
    for row in Order.history.filter(id__in=order_ids).iterator(chunk_size=500):
        Order.history.filter(history_id=row.history_id).update(
            **_EMPTY,
            billing_address=_country(row.billing_address),
            shipping_address=_country(row.shipping_address),
        )
    OrderNote.history.filter(order_id__in=order_ids).update(text=ERASED)
    Return.history.filter(order_id__in=order_ids).update(note="", external_reference="")
