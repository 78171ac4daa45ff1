"""Nothing of an erased person is left but what the law wants kept: the whole database and all files are searched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django_tasks_db.models import DBTaskResult

from accounts.exceptions import ErasureRefused
from accounts.models import User
from accounts.services.privacy import person_data, person_erase
from accounts.tests.factories import AddressFactory, CustomerProfileFactory
from backoffice.integrity import integrity_check
from backoffice.kernel.files.services import file_store
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobLogEntry, JobState
from backoffice.kernel.transfers.models import Export, StagedRow, Upload
from backoffice.kernel.transfers.states import UploadState
from cart.owners import CartOwner
from cart.services.carts import cart_for
from cart.services.lines import cart_line_add
from finance.models import BankStatement, Payment, Refund, StatementLine
from finance.services.events import payment_record_event, payment_settle
from finance.services.refunds import refund_create, refund_succeed
from finance.tests.factories import BankAccountFactory
from invoices.models import Invoice, IssuePolicy, Issuer
from invoices.services.drafts import invoice_draft_for_order
from invoices.services.following import invoice_issue_for_order
from invoices.tests.factories import IssuerFactory
from orders.models import Order
from orders.services.cancelling import order_cancel
from orders.services.delivering import shipment_deliver
from orders.services.notes import order_note_add
from orders.services.placing import order_place
from orders.services.returns import return_approve, return_complete, return_create, return_inspect, return_receive
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.factories import ADDRESS, ReturnReasonFactory, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db

CANARY = "Quetzalwürfel"
EMAIL = "quetzal9137@example.com"
NAME = f"Kim {CANARY}"
WORDS = (CANARY.lower(), "quetzal9137")

# Issued invoices are kept as they are, and so are the books: bank statements, and the audit of payments
# with what was typed as a reason, which is chained by hash.
KEPT = {
    *("invoices_invoice", "invoices_historicalinvoice"),
    *("finance_statementline", "finance_historicalstatementline", "finance_paymentevent"),
}


@pytest.fixture
def person() -> User:
    """Return a customer who left something in every place that keeps something of a person."""
    IssuerFactory(policy=IssuePolicy.BY_HAND)
    customer = CustomerProfileFactory(
        user__email=EMAIL,
        user__first_name="Kim",
        user__last_name=CANARY,
        company=f"{CANARY} & Co.",
        phone=f"{CANARY} 1",
        note=f"{CANARY} likes tea",
    )
    AddressFactory(
        user=customer.user,
        **{key: f"{CANARY} {key}" for key in ("name", "company", "line1", "line2", "city", "region", "phone")},
        is_default_billing=True,
        is_default_shipping=True,
    )
    return customer.user


def personal(**changed: str) -> dict[str, object]:
    address = {
        key: f"{CANARY} {key}" if key not in {"country", "postcode"} else value for key, value in ADDRESS.items()
    }
    return {
        "email": EMAIL,
        "billing_address": address,
        "shipping_address": address,
        "customer_note": f"For {CANARY}",
        "external_reference": f"{CANARY}-1",
        **changed,
    }


def traded(person: User) -> Order:
    """Return an order that was paid, invoiced, shipped, in part sent back, refunded and credited."""
    variant = stocked_variant()
    with audit(reason=f"{NAME} rang and ordered"):
        order = draft_order(customer=person, lines=[(variant, 2)], **personal())
    order_place(order=order, reason=f"{NAME} confirmed")
    payment_settle(payment=Payment.objects.get(order=order))
    invoice_issue_for_order(order=order)
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))
    order_note_add(order=order, text=f"{CANARY} is in a hurry")
    order.refresh_from_db()
    document = return_create(
        order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory(), note=f"{CANARY} says it is too big"
    )
    return_receive(document=return_approve(document=document, reason=f"{EMAIL} wrote"))
    return_inspect(document=document, restock={document.lines.get().pk: True})
    return_complete(document=document)
    refund_succeed(refund=Refund.objects.get(document=document))
    extra = refund_create(payment=Payment.objects.get(order=order), amount=1, reason=f"Goodwill for {NAME}")
    refund_succeed(refund=extra)
    order.refresh_from_db()
    return order


def noted(person: User, order: Order) -> Upload:
    """Leave the person in technical records: logs, jobs, exports, uploads. Return the upload."""
    content = f"email,name\n{EMAIL},{NAME}\n".encode()
    file = file_store(content=content, name="customers.csv", content_type="text/csv", purpose="upload")
    upload = Upload.objects.create(
        kind="customers",
        state=UploadState.APPLIED,
        file=file,
        digest=file.digest,
        name="customers.csv",
        size=len(content),
        rows=2,
        updated=2,
        warnings=[f"{EMAIL} was there already."],
    )
    StagedRow.objects.create(
        upload=upload, number=2, action="update", key=EMAIL, diff=json.dumps({"note": ["", f"{CANARY} likes tea"]})
    )
    # An order's row names nobody, but it is about the person: its address alone would tell who.
    StagedRow.objects.create(upload=upload, number=3, action="create", key=order.number, diff='{"city": "Elsewhere"}')
    job = Job.objects.create(
        kind="bulk_action",
        title=f"Greet {NAME}",
        state=JobState.SUCCEEDED,
        params={"to": EMAIL},
        result={"refused": [[NAME, f"{NAME} wants no mail"]]},
        error=f"{EMAIL.upper()} bounced",
    )
    JobLogEntry.objects.create(job=job, message=f"Wrote to {EMAIL}")
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x",
        queue_name="default",
        backend_name="default",
        run_after=order.created_at,
        exception_class_path="",
        traceback=f"IntegrityError: Key (email)=({EMAIL}) already exists.",
        status="FAILED",
    )
    Export.objects.create(kind="customers", format="csv", columns=["email"], filters={"q": EMAIL}, source="admin")
    AccessAttempt.objects.create(username=EMAIL, ip_address="198.51.100.7", failures_since_start=1, post_data=EMAIL)
    AccessFailureLog.objects.create(username=EMAIL, ip_address="198.51.100.7")
    account = BankAccountFactory()
    StatementLine.objects.create(
        statement=BankStatement.objects.create(account=account, format="csv"),
        account=account,
        fingerprint="A-1",
        booked_on="2026-03-02",
        amount="20.00",
        currency="EUR",
        counterparty=NAME,
    )
    return upload


def tables_with(*words: str) -> set[str]:
    """Return the names of all tables in which one of the words stands, in any spelling of JSON or case."""
    found = set()
    forms = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = repr(cursor.fetchall()).lower().replace("\\\\", "\\")
            if any(form in text for form in forms):
                found.add(table)
    return found


def files_with(*words: str) -> list[str]:
    paths = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return sorted(
        path.parts[-3]
        for path in paths
        if any(word in path.read_bytes().decode(errors="replace").lower() for word in words)
    )


def test_only_issued_invoices_and_the_books_still_name_an_erased_person(
    person: User, django_capture_on_commit_callbacks
):
    # Given somebody who is named all over the database, and in an uploaded file,
    order = traded(person)
    noted(person, order)
    draft = draft_order(customer=person, **personal())
    cart = cart_for(CartOwner(customer=person))
    cart_line_add(cart=cart, variant=stocked_variant(), quantity=2)
    guest_order = placed_order(**personal(), customer=None)
    order_cancel(order=guest_order, reason=f"{NAME} changed her mind")
    before = tables_with(*WORDS)
    assert before >= KEPT | {
        *("accounts_user", "accounts_historicaluser", "accounts_customerprofile", "accounts_historicaladdress"),
        *("orders_order", "orders_historicalorder", "orders_ordernote", "orders_return", "orders_historicalreturn"),
        *("finance_refund", "finance_historicalrefund", "axes_accessattempt", "axes_accessfailurelog"),
        *("kernel_job", "kernel_joblogentry", "kernel_export", "kernel_stagedrow", "kernel_upload"),
        "django_tasks_database_dbtaskresult",
    }
    assert files_with(*WORDS) == ["upload"]

    # when the person is erased,
    with django_capture_on_commit_callbacks(execute=True):
        person_erase(user=person, reason=f"{NAME} asked for it")

    # then only what must be kept still names the person,
    assert tables_with(*WORDS) == KEPT
    assert files_with(*WORDS) == []
    # goods and amounts stay,
    order.refresh_from_db()
    assert (order.total, order.lines.count(), order.customer_id) == (20, 1, person.pk)
    assert (order.email, order.buyer_name, order.shipping_address) == (
        "",
        "erased",
        {"name": "erased", "country": "DE"},
    )
    draft.refresh_from_db()
    cart.refresh_from_db()
    assert (draft.status, cart.status, cart.lines.count()) == ("cancelled", "expired", 0)
    # a job's record still tells what happened,
    assert Job.objects.get(kind="bulk_action").result == {"refused": [["erased", "erased wants no mail"]]}
    # and the books and histories are whole.
    assert integrity_check().findings == {number: [] for number in range(1, 13)}


def test_what_is_handed_over_can_be_written_as_json(person: User):
    order = traded(person)

    data = json.loads(json.dumps(person_data(user=person), cls=DjangoJSONEncoder))

    assert [row["number"] for row in data["orders"]] == [order.number]
    assert [row["order__number"] for row in data["payments"]] == [order.number]
    assert [row["kind"] for row in data["documents"]] == ["invoice", "credit_note", "credit_note"]


# What stands in the way ----------------------------------------------------------


def refusal(person: User) -> str:
    with pytest.raises(ErasureRefused) as refused:
        person_erase(user=person, reason="Asked")
    person.refresh_from_db()
    assert (person.last_name, person.erased_at) == (CANARY, None)
    return str(refused.value)


def test_an_open_order_needs_the_address(person: User):
    order = placed_order(customer=person, **personal())

    assert refusal(person) == f"Order {order.number} is still open; complete or cancel it first."


def test_a_refund_that_waits_needs_the_person(person: User):
    order = traded(person)
    refund_create(payment=Payment.objects.get(order=order), amount=1, reason="Goodwill")

    assert refusal(person) == f"A refund for order {order.number} waits to be paid out."


def test_a_disputed_payment_needs_the_person(person: User):
    order = traded(person)
    payment_record_event(payment=Payment.objects.get(order=order), kind="dispute")

    assert refusal(person) == f"The payment for order {order.number} is disputed; settle or close it first."


def test_an_unpaid_invoice_needs_the_address(person: User):
    order = placed_order(customer=person, **personal())
    invoice = invoice_issue_for_order(order=order)
    Order.objects.filter(pk=order.pk).update(status="completed")

    assert refusal(person) == f"Invoice {invoice.number} is not paid; have it paid or credit it first."


def test_an_invoice_that_is_due_needs_the_address(person: User):
    order = placed_order(customer=person, **personal())
    payment_settle(payment=Payment.objects.get(order=order))
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))
    Issuer.objects.update(policy=IssuePolicy.ON_PAYMENT)

    assert refusal(person) == f"The invoice of order {order.number} is due; issue it first."


def test_a_draft_invoice_is_discarded(person: User):
    order = placed_order(customer=person, **personal())
    invoice_draft_for_order(order=order)
    payment_settle(payment=Payment.objects.get(order=order))
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))

    person_erase(user=person, reason="Asked")

    assert Invoice.objects.count() == 0
    assert tables_with(*WORDS) == set()


@pytest.mark.parametrize("state", [UploadState.PLANNED, UploadState.AWAITING_APPROVAL, UploadState.APPLYING])
def test_an_upload_that_is_not_finished_needs_the_person(person: User, state: str):
    order = traded(person)
    upload = noted(person, order)
    Upload.objects.filter(pk=upload.pk).update(state=state)

    assert refusal(person) == f"Upload {upload.pk} (customers.csv) names the person; apply or discard it first."
    assert StagedRow.objects.filter(key=EMAIL).count() == 1
