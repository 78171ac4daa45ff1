"""What new documents will store: the order with its addresses and states, the lines, the return."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User, UserType
from backoffice.kernel import clock
from orders.models import OrderChannel
from orders.services.buyers import KnownCustomer, buyer_columns
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from orders.transfers.sales.columns import ADDRESS_KEYS, BILLING, SHIPPING_TO
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.words import CANCELLED, DRAFT, SALE

_NOTHING = "0.00"
_WHO = ("name", "company")


def describe_documents(work: Work) -> None:
    """Put on each new document what its order will store, but for tax and totals."""
    documents = work.fresh()
    _find_customers(work, documents)
    for document in documents:
        moment = _moment(work, document)
        if document.kind != DRAFT and moment is None:
            continue
        if document.kind == SALE and (document.values.get("status") == OrderStatus.CANCELLED or document.takes_back):
            document.kind = CANCELLED
        document.payload = _order(work, document, moment)


def set_state(document: Document) -> None:
    """Put the final states on a document whose kind is decided, and the pieces on its lines."""
    document.payload |= _state(document.kind, document.payload["moment"])


def line_rows(document: Document) -> None:
    """Put on each line what its row will store."""
    is_sale, is_cancelled = document.kind == SALE, document.kind == CANCELLED
    for position, (line, (charged, net)) in enumerate(zip(document.lines, document.priced, strict=True), start=1):
        article = line.article
        if article is None:
            continue
        moved = line.quantity if is_sale else 0
        document.line_payloads[line.place] = [
            document.object_id, position, article.variant_id, article.seller_id, line.sku, line.name,
            article.unit_code, line.unit_price, line.discount, f"{charged.tax.rate:.2f}", charged.tax.category,
            f"{charged.included_rate:.2f}", f"{net.net_unit_price:.4f}", f"{net.net:.2f}", line.quantity, moved, moved,
            line.quantity if is_cancelled else 0,
        ]  # fmt: skip


def _moment(work: Work, document: Document) -> str | None:
    text = document.values.get("ordered_at")
    if document.kind == DRAFT:
        return None
    moment = parse_datetime(text) if text else None
    if moment is None:
        work.batch.refuse(document.places[0], "ordered_at", None, "Say when it was ordered.")
        return None
    aware = timezone.make_aware(moment)
    if aware > clock.now():
        work.batch.refuse(document.places[0], "ordered_at", text, "A past order cannot lie in the future.")
        return None
    return aware.isoformat()


def _order(work: Work, document: Document, moment: str | None) -> dict[str, Any]:
    values, shop = document.values, work.run.settings
    billing = {key: values.get(name) or "" for name, key in BILLING.items()}
    shipping = {key: values.get(name) or "" for name, key in SHIPPING_TO.items()}
    billing, shipping = _completed(billing, shipping), _completed(shipping, billing)
    email = values.get("email") or ""
    customer_id, language = work.customers.get(email, (None, KnownCustomer().language))
    include = values.get("prices_include_tax")
    if include is None:
        answer = work.run.choices.get("prices", "shop")
        include = shop.prices_include_tax if answer == "shop" else answer == "gross"
    return {
        "customer_id": customer_id,
        "email": email,
        **buyer_columns(billing),
        "channel": OrderChannel.UPLOAD.value,
        "external_reference": document.key,
        "external_customer": values.get("external_customer") or "",
        "language": language,
        "currency": values.get("currency") or shop.base_currency,
        "prices_include_tax": bool(include),
        "billing_address": billing,
        "shipping_address": shipping,
        "vat_id": values.get("vat_id") or "",
        "shipping_price": values.get("shipping_price") or _NOTHING,
        "discount": values.get("order_discount") or _NOTHING,
        "discount_reason": values.get("discount_reason") or "",
        "customer_note": values.get("note") or "",
        "moment": moment,
    }


def _completed(address: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """Return an address with what only the other one says: a file with one name and one place means both.

    Returns:
        All keys of an address; none where nothing is known.
    """
    who = other if not any(address[key] for key in _WHO) else address
    where = other if not any(address[key] for key in ADDRESS_KEYS if key not in (*_WHO, "phone")) else address
    found = {key: (who if key in _WHO else where)[key] for key in ADDRESS_KEYS} | {"phone": address["phone"]}
    return found if any(found.values()) else {}


def _find_customers(work: Work, documents: list[Document]) -> None:
    emails = sorted({document.values["email"] for document in documents if document.values.get("email")})
    if emails:
        rows = User.objects.order_by().filter(email__among=emails, user_type=UserType.CUSTOMER, erased_at__isnull=True)
        columns = ("email", "pk", "customer_profile__language")
        default = KnownCustomer().language
        work.customers |= {email: (pk, language or default) for email, pk, language in rows.values_list(*columns)}


def _state(kind: str, moment: str | None) -> dict[str, Any]:
    """Return the states and moments of an order; a draft has no moment yet."""
    status, fulfilment, payment = _STATES[kind]
    return {
        "kind": kind,
        "status": status.value,
        "fulfilment_status": fulfilment.value,
        "payment_status": payment.value,
        "settled_elsewhere": kind != DRAFT,
        "placed_at": moment,
        "completed_at": moment if kind == SALE else None,
        "cancelled_at": moment if kind == CANCELLED else None,
    }


_STATES = {
    SALE: (OrderStatus.COMPLETED, FulfilmentStatus.DELIVERED, PaymentStatus.PAID),
    CANCELLED: (OrderStatus.CANCELLED, FulfilmentStatus.UNFULFILLED, PaymentStatus.UNPAID),
    DRAFT: (OrderStatus.DRAFT, FulfilmentStatus.UNFULFILLED, PaymentStatus.UNPAID),
}
