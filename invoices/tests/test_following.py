"""Documents follow from news of orders and money, by the issuer's policy."""

from decimal import Decimal

import pytest

from finance.models import Payment, Refund
from finance.services.events import payment_record_event, payment_settle
from finance.services.refunds import refund_create, refund_succeed
from finance.tests.test_give_back import delivered, send_back
from invoices.models import Invoice, IssuePolicy, Issuer
from invoices.selectors.awaiting import orders_awaiting_invoice
from invoices.services.following import (
    credit_notes_for_refunds,
    credit_notes_for_returns,
    invoices_issue_awaiting,
    invoices_issue_by_policy,
)
from invoices.tests.factories import IssuerFactory, paid_invoice
from orders.models import Order
from orders.services.cancelling import order_cancel
from orders.tests.factories import placed_order, stocked_variant

pytestmark = pytest.mark.django_db


def issuer(policy: IssuePolicy) -> Issuer:
    return IssuerFactory(policy=policy)


def order(**kwargs) -> Order:
    return placed_order(lines=[(stocked_variant(price="100.00"), 2)], **kwargs)


def settle(order: Order, amount: str | None = None) -> Payment:
    payment = Payment.objects.get(order=order)
    payment_settle(payment=payment, amount=Decimal(amount) if amount else None)
    return payment


def documents() -> list[tuple[str, str, str]]:
    return [(row.kind, row.status, str(row.payable)) for row in Invoice.objects.order_by("pk")]


class TestPolicies:
    def test_on_order(self):
        issuer(IssuePolicy.ON_ORDER)
        settle(order())

        assert documents() == [("invoice", "paid", "200.00")]

    def test_on_payment(self):
        issuer(IssuePolicy.ON_PAYMENT)
        placed = order()
        assert documents() == []

        settle(placed, "150.00")
        assert documents() == []

        settle(placed, "50.00")
        assert documents() == [("invoice", "paid", "200.00")]
        invoice = Invoice.objects.get()
        assert (invoice.prepaid, invoice.due) == (Decimal("200.00"), Decimal("0.00"))

    def test_on_shipment_once_everything_has_left(self):
        issuer(IssuePolicy.ON_SHIPMENT)
        placed = order()
        settle(placed)
        assert documents() == []

        delivered(placed)
        assert documents() == [("invoice", "paid", "200.00")]

    def test_an_order_that_costs_nothing_gets_its_invoice_too(self):
        issuer(IssuePolicy.ON_PAYMENT)
        placed_order(lines=[(stocked_variant(price="0.00"), 1)])

        assert documents() == [("invoice", "paid", "0.00")]

    def test_by_hand(self):
        issuer(IssuePolicy.BY_HAND)
        placed = order()
        settle(placed)
        delivered(placed)

        assert documents() == []

    def test_news_twice_issues_once(self):
        issuer(IssuePolicy.ON_PAYMENT)
        placed = order()
        settle(placed)

        result = invoices_issue_by_policy(order_ids=[placed.pk], policy=IssuePolicy.ON_PAYMENT)

        assert (result.invoices, result.refused) == ([], [])
        assert Invoice.objects.count() == 1

    def test_money_is_booked_even_where_no_invoice_can_be_issued(self):
        entity = issuer(IssuePolicy.ON_PAYMENT)
        Issuer.objects.update(city="")
        placed = order()

        payment = settle(placed)

        payment.refresh_from_db()
        assert (payment.status, documents()) == ("paid", [])
        assert list(orders_awaiting_invoice(policy=IssuePolicy.ON_PAYMENT)) == [placed]

        Issuer.objects.update(city="Dresden")
        entity.refresh_from_db()
        result = invoices_issue_awaiting(issuer=entity)
        assert [invoice.number[-6:] for invoice in result.invoices] == ["000001"]
        assert list(orders_awaiting_invoice(policy=IssuePolicy.ON_PAYMENT)) == []


class TestStanding:
    def test_an_invoice_is_paid_when_its_money_came(self):
        assert paid_invoice().status == "paid"

    def test_it_opens_again_when_the_payment_is_taken_back(self):
        invoice = paid_invoice()

        payment_record_event(payment=Payment.objects.get(), kind="unsettle")

        invoice.refresh_from_db()
        assert invoice.status == "issued"

    def test_a_refund_does_not_open_it(self):
        invoice = paid_invoice(lines=[(stocked_variant(price="100.00"), 1)])
        refund = refund_create(payment=Payment.objects.get(), amount=Decimal("30.00"), reason="Scratched")

        refund_succeed(refund=refund)

        invoice.refresh_from_db()
        assert invoice.status == "paid"
        assert documents() == [("invoice", "paid", "100.00"), ("credit_note", "issued", "30.00")]
        assert list(invoice.history.values_list("status", flat=True)) == ["paid", "issued", "draft"]


class TestRefunds:
    def test_a_refund_of_returned_goods_credits_their_pieces(self):
        issuer(IssuePolicy.ON_PAYMENT)
        placed = order()
        settle(placed)
        delivered(placed)
        document = send_back(placed, 1)
        assert documents() == [("invoice", "paid", "200.00")]

        refund_succeed(refund=Refund.objects.get())

        note = Invoice.objects.get(kind="credit_note")
        assert documents()[1] == ("credit_note", "issued", "100.00")
        assert [(line.quantity, line.name) for line in note.lines.all()] == [(Decimal(1), placed.lines.get().name)]
        assert (note.refund, note.note) == (Refund.objects.get(), f"Return {document}")

    def test_each_refund_gets_one_credit_note(self):
        paid_invoice(lines=[(stocked_variant(price="100.00"), 1)])
        refund = refund_create(payment=Payment.objects.get(), amount=Decimal("30.00"), reason="Scratched")
        refund_succeed(refund=refund)

        assert credit_notes_for_refunds(refund_ids=[refund.pk]).invoices == []
        assert Invoice.objects.filter(kind="credit_note").count() == 1

    def test_a_refund_of_an_order_without_an_invoice_needs_none(self):
        placed = order()
        payment = settle(placed)
        refund_succeed(refund=refund_create(payment=payment, amount=Decimal("30.00"), reason="Scratched"))

        assert documents() == []

    def test_a_lost_dispute_credits_all_of_it(self):
        from finance.services.refunds import dispute_lose

        paid_invoice(lines=[(stocked_variant(price="100.00"), 1)])
        payment = Payment.objects.get()
        payment_record_event(payment=payment, kind="dispute")

        dispute_lose(payment=payment)

        assert documents() == [("invoice", "credited", "100.00"), ("credit_note", "issued", "100.00")]


class TestReturnsAndCancellations:
    def test_goods_that_were_never_paid_are_credited_at_once(self):
        issuer(IssuePolicy.ON_ORDER)
        placed = order()
        delivered(placed)

        document = send_back(placed, 2)

        assert Refund.objects.count() == 0
        assert documents() == [("invoice", "credited", "200.00"), ("credit_note", "issued", "200.00")]
        assert Invoice.objects.get(kind="credit_note").returned == document
        assert credit_notes_for_returns(return_ids=[document.pk]).invoices == []

    def test_an_unpaid_invoice_of_a_cancelled_order_is_credited_at_once(self):
        issuer(IssuePolicy.ON_ORDER)
        placed = order()

        order_cancel(order=placed, reason="Changed mind")

        assert documents() == [("invoice", "credited", "200.00"), ("credit_note", "issued", "200.00")]

    def test_a_paid_one_is_credited_when_its_money_went_back(self):
        issuer(IssuePolicy.ON_ORDER)
        placed = order()
        settle(placed)

        order_cancel(order=placed, reason="Changed mind")
        assert documents() == [("invoice", "paid", "200.00")]

        refund_succeed(refund=Refund.objects.get())
        assert documents() == [("invoice", "credited", "200.00"), ("credit_note", "issued", "200.00")]
