"""What cannot be undone says so, with what to do instead; and asking for it all the same changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tests.factories import SuperuserFactory
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.selections.models import Selection
from backoffice.kernel.tests.transfers.snapshots import snapshot
from finance.models import Payment, PaymentEvent
from finance.tests.factories import PaymentMethodFactory, pending_payment
from invoices.models import Invoice, IssuePolicy
from invoices.services.drafts import invoice_draft_for_order
from invoices.tests.factories import IssuerFactory
from orders.models import Order
from orders.services.delivering import shipment_deliver
from orders.tests.factories import draft_order, placed_order

pytestmark = pytest.mark.django_db

ORDERS, PAYMENTS, INVOICES = (
    f"/admin/{name}/" for name in ("orders/order", "finance/payment", "invoices/invoice")
)  # fmt: skip


@pytest.fixture
def staff(client, db):
    user = SuperuserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def books(db):
    """A shop that expects payments and issues an invoice when all has left."""
    PaymentMethodFactory()
    return IssuerFactory(policy=IssuePolicy.ON_SHIPMENT)


def done(client, url: str, action: str, rows: list[Any], **values: str) -> Job:
    """Choose an action for some rows and confirm it."""
    chosen = client.post(url, {"action": action, "_selected_action": [row.pk for row in rows]})["Location"]
    page = client.post(chosen, {**values, "preview": "1"})
    client.post(chosen, {**values, "previewed": page.context["previewed"], "apply": "1"})
    job = Job.objects.filter(kind="bulk_action").latest("pk")
    assert (job.state, job.error, job.result["applied"]) == (JobState.SUCCEEDED, "", len(rows))
    return job


def tables() -> dict[str, Any]:
    return snapshot() | {
        model._meta.label: list(model.objects.order_by("pk").values_list())
        for model in (Payment, PaymentEvent, Invoice)
    }


def assert_refused(client, job: Job, reason: str) -> None:
    """Assert that the undo's page says why not and offers no button, and that asking changes nothing."""
    address, before = f"/admin/kernel/job/{job.pk}/undo/", tables()

    page = client.get(address)
    answer = client.post(address, follow=True)

    assert page.context["plan"].refusal == reason
    html = page.content.decode()
    assert 'id="refusal"' in html
    assert 'type="submit" class="btn btn-sm btn-danger"' not in html
    assert [str(message) for message in answer.context["messages"]] == [reason]
    assert Job.objects.filter(undoes=job).count() == 0
    assert tables() == before


def test_placed_orders_are_cancelled_instead(client, staff, books):
    job = done(client, ORDERS, "place", [draft_order(), draft_order()], reason="")

    assert_refused(
        client,
        job,
        "Placed orders are in the books, with their payments. Take them back with “Cancel” in the list of orders.",
    )


def test_cancelled_orders_are_placed_anew(client, staff, books):
    job = done(client, ORDERS, "cancel", [placed_order(), placed_order()], reason="Changed their minds")

    assert_refused(
        client, job, "Cancelled orders stay cancelled, with their payments and invoices. Place a new order instead."
    )


def test_shipped_orders_with_invoices_are_credited(client, staff, books):
    job = done(client, ORDERS, "ship", [placed_order(), placed_order()], reason="", carrier="DHL")
    assert Invoice.objects.issued().count() == 2

    assert_refused(
        client, job, "It issued documents, which are kept for ever. Correct each with “Credit note” on its page."
    )


def test_shipped_orders_that_went_on_are_returned(client, staff):
    IssuerFactory(policy=IssuePolicy.BY_HAND)
    orders = [placed_order(), placed_order()]
    job = done(client, ORDERS, "ship", orders, reason="", carrier="DHL")
    shipment_deliver(shipment=orders[0].shipments.get())

    assert_refused(
        client,
        job,
        f"{orders[0].number}: It went on since. These orders come back together or not at all. Of an order that has "
        "left, take the goods back with “Return …” on its page; one of which nothing has left is taken back with "
        "“Cancel”.",
    )


def test_settled_payments_are_refunded(client, staff):
    job = done(client, PAYMENTS, "payment_settle", [pending_payment()], reason="")

    assert_refused(
        client,
        job,
        "Money that came in is booked for ever. Give it back with “Refund” on the payment's page.",
    )


def test_issued_invoices_are_credited(client, staff):
    IssuerFactory(policy=IssuePolicy.BY_HAND)
    drafts = [invoice_draft_for_order(order=placed_order()) for _ in range(2)]
    job = done(client, INVOICES, "invoice_issue", drafts, reason="")

    assert_refused(client, job, "Issued documents are kept for ever. Correct each with “Credit note” on its page.")


def test_what_was_printed_changed_nothing(client, staff):
    job = done(client, ORDERS, "pick_list", [placed_order()])

    assert_refused(client, job, "It changed nothing: it made a file to print.")


def test_a_job_that_failed_half_way_says_so_too(client, staff, books):
    job = done(client, ORDERS, "place", [draft_order()], reason="")
    # Its result is written at the end, which it did not reach.
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, result={})

    assert_refused(
        client,
        job,
        "Placed orders are in the books, with their payments. Take them back with “Cancel” in the list of orders.",
    )


def test_the_books_speak_for_themselves_where_nobody_knows_what_was_chosen(client, staff, books):
    job = done(client, ORDERS, "place", [draft_order()], reason="")
    Job.objects.filter(pk=job.pk).update(result={})
    Selection.objects.all().delete()

    assert_refused(
        client,
        job,
        "It booked payments, and these books are kept for ever. Take orders back with “Cancel” in their list, "
        "and money with “Refund” on the payment's page.",
    )


def test_the_jobs_own_page_tells_it_in_the_place_of_the_button(client, staff, books):
    job = done(client, ORDERS, "place", [draft_order()], reason="")

    page = client.get(f"/admin/kernel/job/{job.pk}/change/")

    assert page.context["may_undo"] is False
    assert "Take them back with “Cancel” in the list of orders." in page.content.decode()
    assert Order.objects.get().status == "open"
