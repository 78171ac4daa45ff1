"""What finance staff do with payments in the admin, and what others may not."""

from decimal import Decimal

import pytest
from django.test import Client

from finance.models import Payment, PaymentEvent, Refund
from finance.services.refunds import refund_create
from finance.tests.browsers import browser_of
from finance.tests.factories import PaymentMethodFactory, pending_payment, settled_payment
from orders.models import Order
from orders.tests.factories import draft_order, stocked_variant

pytestmark = pytest.mark.django_db

LIST = "/admin/finance/payment/"
NO_INLINES = {f"{name}-{kind}_FORMS": "0" for name in ("events", "refunds") for kind in ("TOTAL", "INITIAL")}


@pytest.fixture
def finance() -> Client:
    return browser_of("Finance")


@pytest.fixture
def payment() -> Payment:
    return pending_payment(lines=[(stocked_variant(price="100.00"), 1)])


def page(payment: Payment, rest: str = "change/") -> str:
    return f"{LIST}{payment.pk}/{rest}"


def buttons(response) -> list[str]:
    return [button["label"] for button in response.context["transition_buttons"]]


def test_the_list_shows_each_payment_with_its_state(finance, payment):
    html = finance.get(LIST).content.decode()

    assert f">{payment.order.number}<" in html
    assert "Pending" in html
    assert "€100.00" in html


def test_the_page_offers_what_the_state_allows(finance, payment):
    response = finance.get(page(payment))

    assert buttons(response) == ["Settle", "Authorise", "Failed", "Cancel"]
    assert f'href="/admin/orders/order/{payment.order_id}/change/"' in response.content.decode()
    assert "Events" in response.content.decode()


def test_settling_records_amount_reference_and_person(finance, payment):
    form = finance.get(page(payment, "step/settle/")).context["form"]
    assert form.initial == {"amount": Decimal("100.00")}

    response = finance.post(
        page(payment, "step/settle/"), {"amount": "100.00", "reference": "bank-7", "reason": "Statement 3"}
    )

    assert response["Location"] == page(payment)
    payment.refresh_from_db()
    event = PaymentEvent.objects.last()
    assert (payment.status, payment.captured_amount) == ("paid", Decimal("100.00"))
    assert (event.user, event.reference, event.reason, event.origin) == (
        *(finance.user, "bank-7", "Statement 3"),
        "admin",
    )


def test_a_second_click_books_nothing_twice(finance, payment):
    data = {"amount": "30.00", "_step_key": "abc"}
    finance.post(page(payment, "step/settle/"), data)
    response = finance.post(page(payment, "step/settle/"), data, follow=True)

    payment.refresh_from_db()
    assert payment.captured_amount == Decimal("30.00")
    assert "nothing changed" in response.content.decode()


def test_an_amount_that_does_not_fit_stays_on_the_form(finance, payment):
    response = finance.post(page(payment, "step/settle/"), {"amount": "100.01"})

    payment.refresh_from_db()
    assert response.status_code == 200
    assert "100.01 EUR does not fit" in response.content.decode()
    assert payment.status == "pending"


def test_transitions_ask_why(finance, payment):
    url = page(payment, "transition/payment/fail/")
    assert finance.post(url, {"reason": ""}).status_code == 200
    payment.refresh_from_db()
    assert payment.status == "pending"

    finance.post(url, {"reason": "Card expired"})

    payment.refresh_from_db()
    assert payment.status == "failed"
    assert payment.history.first().history_change_reason == "Card expired"


def test_a_refund_waits_and_is_made_once(finance):
    payment = settled_payment(lines=[(stocked_variant(price="100.00"), 1)])
    data = {"amount": "30.00", "reason": "Scratched", "_step_key": "abc"}

    finance.post(page(payment, "step/refund/"), data)
    finance.post(page(payment, "step/refund/"), data)

    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.reason) == (Decimal("30.00"), "pending", "Scratched")


def test_a_refund_is_paid_out_on_its_own_page(finance):
    payment = settled_payment(lines=[(stocked_variant(price="100.00"), 1)])
    refund = refund_create(payment=payment, amount=Decimal("30.00"), reason="Scratched")
    url = f"/admin/finance/refund/{refund.pk}/"
    assert buttons(finance.get(f"{url}change/")) == ["Paid out", "Failed"]

    finance.post(f"{url}step/paid-out/", {"reference": "r-1"})

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, payment.refunded_amount) == ("succeeded", Decimal("30.00"))


def test_terms_can_change_while_money_is_expected(finance, payment):
    card = PaymentMethodFactory(code="card", name="Card", kind="card")

    finance.post(page(payment), {"method": card.pk, "due_on": "2026-12-24", "provider_reference": "pi_1", **NO_INLINES})

    payment.refresh_from_db()
    assert (payment.method, str(payment.due_on), payment.provider_reference) == (card, "2026-12-24", "pi_1")


def test_a_forged_post_changes_no_money(finance, payment):
    forged = {"method": payment.method_id, "amount": "1.00", "status": "paid", "captured_amount": "100.00"}

    finance.post(page(payment), {**forged, **NO_INLINES})

    payment.refresh_from_db()
    assert (payment.status, payment.amount, payment.captured_amount) == ("pending", Decimal("100.00"), Decimal(0))


def test_a_settled_payment_has_no_form(finance):
    payment = settled_payment()

    response = finance.post(page(payment), {"due_on": "2030-01-01"})

    assert response.status_code == 403
    assert finance.get(page(payment)).context["has_change_permission"] is False


def test_an_instalment_is_added_by_its_service(finance, payment):
    data = {"order": payment.order_id, "method": payment.method_id, "amount": "1.00", "due_on": "2026-12-24"}
    refused = finance.post(f"{LIST}add/", data, follow=True)
    assert "101.00 EUR would be expected" in refused.content.decode()

    draft = draft_order()
    refused = finance.post(f"{LIST}add/", {**data, "order": draft.pk})
    assert "place it first" in refused.content.decode()

    assert Payment.objects.count() == 1


def test_payments_are_never_deleted(finance, payment):
    assert finance.post(page(payment, "delete/"), {"post": "yes"}).status_code == 403
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [("Auditor", 403), ("Order desk", 403), ("Operations lead", 403), ("Warehouse", 403), ("Seller", 404)],
)
def test_others_neither_settle_nor_refund(role, status, payment):
    client = browser_of(role)

    for rest in ("step/settle/", "step/refund/", "transition/payment/cancel/"):
        assert client.post(page(payment, rest), {"amount": "1.00", "reason": "x"}).status_code in {403, status}

    payment.refresh_from_db()
    assert (payment.status, payment.captured_amount) == ("pending", Decimal("0.00"))


def test_auditors_read_without_buttons(payment):
    response = browser_of("Auditor").get(page(payment))

    assert response.status_code == 200
    assert buttons(response) == []


def test_the_audit_is_only_read(finance, payment):
    event = PaymentEvent.objects.get()
    url = f"/admin/finance/paymentevent/{event.pk}/change/"

    assert finance.get("/admin/finance/paymentevent/").status_code == 200
    assert finance.get(url).status_code == 200
    assert finance.post(url, {"amount": "1"}).status_code == 403
    assert finance.get("/admin/finance/paymentevent/add/").status_code == 403


def test_many_are_settled_at_once_after_a_look(finance):
    payments = [pending_payment() for _ in range(2)]
    done = settled_payment()
    keys = [payment.pk for payment in [*payments, done]]

    response = finance.post(LIST, {"action": "payment_settle", "_selected_action": keys})
    shown = finance.post(response["Location"], {"reason": "Statement 9", "preview": "1"})
    assert "Applies to 2 of the 3 selected" in shown.content.decode()
    previewed = shown.context["previewed"]
    finance.post(response["Location"], {"reason": "Statement 9", "apply": "1", "previewed": previewed})

    assert set(Payment.objects.values_list("status", flat=True)) == {"paid"}
    assert Order.objects.filter(payment_status="paid").count() == 3


def test_a_period_is_closed_and_reopened(finance):
    from finance.models import PeriodLock

    finance.post(
        "/admin/finance/periodlock/add/", {"date_from": "2020-01-01", "date_to": "2020-01-31", "reason": "Done"}
    )
    lock = PeriodLock.objects.get()
    assert (lock.locked_by, lock.is_hard) == (finance.user, False)

    url = f"/admin/finance/periodlock/{lock.pk}/"
    assert finance.post(f"{url}step/lift/", {"reason": ""}).status_code == 200
    finance.post(f"{url}step/lift/", {"reason": "A late bill"})

    lock.refresh_from_db()
    assert lock.lifted_at is not None
    assert browser_of("Auditor").post(f"{url}step/harden/", {"reason": "x"}).status_code == 403
