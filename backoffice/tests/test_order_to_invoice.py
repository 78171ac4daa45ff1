"""From an order to the invoice's PDF: what happens by itself, and the rows of history and audit that it leaves."""

import hashlib
from contextvars import Context
from decimal import Decimal

import pytest
from django.apps import apps

from accounts.models import User
from accounts.tests.factories import SellerFactory, StaffFactory
from backoffice.kernel import clock
from backoffice.kernel.files.services import file_path
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run
from finance.models import Payment, PaymentEvent
from finance.selectors import payment_chain_findings
from finance.services.events import payment_settle
from finance.tests.factories import PaymentMethodFactory
from invoices.models import Invoice, IssuePolicy
from invoices.selectors.chain import invoice_chain_findings
from invoices.services.rendering import invoice_render
from invoices.services.series import series_for
from invoices.tests.factories import IssuerFactory
from orders.models import Order
from orders.services.placing import order_place
from orders.tests.factories import customer_with_profile, draft_order, stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return StaffFactory()


@pytest.fixture
def draft():
    """A draft over 79.20: goods of two sellers, and all that it needs."""
    issuer = IssuerFactory(policy=IssuePolicy.ON_PAYMENT)
    series_for(issuer=issuer, kind="invoice", year=clock.today().year)
    PaymentMethodFactory()
    lines = [
        (stocked_variant(price="39.60", seller=SellerFactory()), 1),
        (stocked_variant(price="39.60", seller=SellerFactory()), 1),
    ]
    return draft_order(lines=lines, customer=customer_with_profile(language="de"))


def newest_history() -> dict[str, int]:
    """Return the newest history row of each tracked model."""
    found = {}
    for model in apps.get_models():
        if hasattr(model, "history") and hasattr(model.history, "model"):
            newest = model.history.model.objects.order_by("-history_id").values_list("history_id", flat=True).first()
            found[model._meta.label] = newest or 0
    return found


def history_since(before: dict[str, int]) -> list[tuple[str, str, str, str, str]]:
    """Return (model, type, who, by which job, why) of each history row that was added."""
    rows = []
    for label, last in before.items():
        history = apps.get_model(label).history.model.objects.filter(history_id__gt=last).order_by("history_id")
        for row in history.select_related("history_user", "history_job"):
            who = row.history_user.email if row.history_user else ""
            job = row.history_job.kind if row.history_job else ""
            rows.append((label, row.history_type, who, job, row.history_change_reason))
    return sorted(rows)


def order_pay_and_render(draft: Order, clerk: User) -> Job:
    """Place an order, book its money, and let the worker render the invoice."""
    with audit(user=clerk, reason="Ordered by phone", source="request:/admin/"):
        order_place(order=draft)
    with audit(user=clerk, source="request:/admin/"):
        payment_settle(payment=Payment.objects.get(), reference="bank-1", reason="Statement 12", origin="admin")
    return job_run(job_id=Job.objects.get(kind="invoice.render").pk)


def test_the_path_and_what_it_leaves(draft, clerk):
    before = newest_history()

    # In a context of its own, as a request has: nothing is inherited from the tests' audit context.
    job = Context().run(order_pay_and_render, draft, clerk)

    invoice = Invoice.objects.get()
    draft.refresh_from_db()
    assert (draft.total, draft.paid_total, draft.payment_status) == (Decimal("79.20"), Decimal("79.20"), "paid")
    assert (invoice.status, invoice.net, invoice.tax, invoice.gross, invoice.rounding) == (
        *("paid", Decimal("66.56"), Decimal("12.65"), Decimal("79.21")),
        Decimal("-0.01"),
    )
    assert (invoice.prepaid, invoice.due, invoice.language) == (Decimal("79.20"), Decimal("0.00"), "de")
    assert (job.state, job.error) == (JobState.SUCCEEDED, "")
    assert history_since(before) == [
        ("finance.Payment", "+", clerk.email, "", "Ordered by phone"),
        ("finance.Payment", "~", clerk.email, "", "Statement 12"),
        ("invoices.Invoice", "+", clerk.email, "", "Statement 12"),
        ("invoices.Invoice", "~", "", "invoice.render", "PDF rendered"),
        ("invoices.Invoice", "~", clerk.email, "", "Paid in full"),
        ("invoices.Invoice", "~", clerk.email, "", "Statement 12"),
        ("invoices.InvoiceLine", "+", clerk.email, "", "Statement 12"),
        ("invoices.InvoiceLine", "+", clerk.email, "", "Statement 12"),
        ("invoices.Series", "~", clerk.email, "", "Statement 12"),
        ("invoices.TaxBreakdown", "+", clerk.email, "", "Statement 12"),
        ("orders.Allocation", "+", clerk.email, "", "Ordered by phone"),
        ("orders.Allocation", "+", clerk.email, "", "Ordered by phone"),
        ("orders.Order", "~", clerk.email, "", "Ordered by phone"),
        ("orders.Order", "~", clerk.email, "", "Statement 12"),
        ("orders.OrderLine", "~", clerk.email, "", "Ordered by phone"),
        ("orders.OrderLine", "~", clerk.email, "", "Ordered by phone"),
        ("products.Stock", "~", clerk.email, "", "Ordered by phone"),
        ("products.Stock", "~", clerk.email, "", "Ordered by phone"),
    ]
    events = PaymentEvent.objects.order_by("sequence")
    columns = ("sequence", "kind", "source_status", "target_status", "amount", "reference", "user", "reason", "origin")
    assert list(events.values_list(*columns)) == [
        (1, "created", "", "pending", Decimal("79.20"), None, clerk.pk, "Ordered by phone", "request:/admin/"),
        (2, "settle", "pending", "paid", Decimal("79.20"), "bank-1", clerk.pk, "Statement 12", "admin"),
    ]
    assert list(payment_chain_findings()) == []
    assert list(invoice_chain_findings()) == []


def test_the_pdf_is_rendered_once_and_stays(draft, clerk):
    with audit(user=clerk):
        order_place(order=draft)
        payment_settle(payment=Payment.objects.get())
    invoice = Invoice.objects.get()
    job = Job.objects.get(kind="invoice.render")

    job_run(job_id=job.pk)
    invoice.refresh_from_db()
    first = file_path(invoice.pdf).read_bytes()
    job_run(job_id=job.pk)
    again = invoice_render(invoice=Invoice.objects.get())

    assert first.startswith(b"%PDF-")
    assert again == invoice.pdf
    assert hashlib.sha256(first).hexdigest() == invoice.pdf.digest
    assert invoice.pdf.name == f"{invoice.number}.pdf"
