"""What services write breaks nothing, from the order to the credit note."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.tests.factories import AddressFactory, CustomerProfileFactory, SellerFactory
from backoffice.integrity import integrity_check
from finance.models import Payment, PaymentEvent, Refund
from finance.services.events import payment_settle
from finance.services.refunds import refund_succeed
from invoices.models import DocumentKind, Invoice, IssuePolicy
from invoices.tests.factories import IssuerFactory
from orders.models import Order, Return
from orders.services.cancelling import order_cancel
from orders.services.delivering import shipment_deliver
from orders.services.returns import return_approve, return_complete, return_create, return_inspect, return_receive
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.factories import ReturnReasonFactory, draft_order, placed_order, stocked_variant
from products.models import StockMovement

pytestmark = pytest.mark.django_db


def test_an_empty_shop_is_whole():
    report = integrity_check()

    assert report.findings == {number: [] for number in range(1, 13)}
    assert report.broken == 0
    assert report.cut == set()


def test_the_whole_life_of_an_order_leaves_nothing_to_find(django_capture_on_commit_callbacks):
    # Given a paid order of two sellers' goods at two rates, invoiced on payment.
    IssuerFactory(policy=IssuePolicy.ON_PAYMENT)
    customer = CustomerProfileFactory().user
    AddressFactory(user=customer, is_default_billing=True, is_default_shipping=True)
    shirt = stocked_variant(price="19.99", seller=SellerFactory())
    book = stocked_variant(price="12.50", rate="7.00", seller=SellerFactory())
    order = placed_order(lines=[(shirt, 3), (book, 1)], customer=customer)
    with django_capture_on_commit_callbacks(execute=True):
        payment_settle(payment=Payment.objects.get(order=order), reference="bank-1")
        payment_settle(payment=Payment.objects.get(order=order), reference="bank-1")
    order.refresh_from_db()

    # When each seller ships, everything arrives, and a shirt comes back,
    lines = list(order.lines.order_by("position"))
    for line in lines:
        parcel = shipment_ship(shipment=shipment_create(order=order, seller=line.seller))
        shipment_deliver(shipment=parcel)
    order.refresh_from_db()
    document = return_create(order=order, lines=[(lines[0], 1)], reason=ReturnReasonFactory())
    return_receive(document=return_approve(document=document))
    return_inspect(document=document, restock={document.lines.get().pk: True})
    with django_capture_on_commit_callbacks(execute=True):
        return_complete(document=document)
        refund_succeed(refund=Refund.objects.get(document=document))
    # and other orders are drafted, placed and cancelled meanwhile,
    draft_order()
    order_cancel(order=placed_order(), reason="Changed my mind")

    # Then the books say so,
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.fulfilment_status) == (
        "completed",
        "partially_refunded",
        "partially_returned",
    )
    assert (order.total, order.paid_total) == (Decimal("72.47"), Decimal("52.48"))
    assert [(document.kind, document.payable) for document in Invoice.objects.order_by("pk")] == [
        (DocumentKind.INVOICE, Decimal("72.47")),
        (DocumentKind.CREDIT_NOTE, Decimal("19.99")),
    ]
    # each table that a check reads has rows,
    assert Order.objects.count() == 3
    assert Return.objects.count() == 1
    assert sorted(
        StockMovement.objects.filter(reason__in=["shipment", "return"]).values_list("quantity", flat=True)
    ) == [
        -3,
        -1,
        1,
    ]
    assert list(
        PaymentEvent.objects.filter(payment__order=order).order_by("sequence").values_list("kind", flat=True)
    ) == ["created", "settle", "refund_requested", "refund_part"]
    # and no invariant is broken.
    assert integrity_check().findings == {number: [] for number in range(1, 13)}
