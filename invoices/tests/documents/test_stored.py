"""From an order to the stored PDF: what the database says is what the paper says."""

from decimal import Decimal

import pytest

from backoffice.kernel.files.services import file_path
from invoices.documents import check_document
from invoices.exceptions import InvoiceRefused
from invoices.models import Invoice, Series
from invoices.selectors.snapshots import invoice_snapshot
from invoices.services.credit_notes import credit_note_issue
from invoices.services.drafts import invoice_draft_for_order
from invoices.services.issuing import invoice_issue
from invoices.services.rendering import invoice_render
from invoices.tests.factories import IssuerFactory, issued_invoice, paid_invoice
from orders.tests.factories import customer_with_profile, placed_order, stocked_variant

from .samples import pdf_text

pytestmark = pytest.mark.django_db


def stored_text(invoice: Invoice) -> str:
    return pdf_text(file_path(invoice_render(invoice=invoice)).read_bytes())


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_the_stored_pdf_says_what_the_rows_say(language):
    customer = customer_with_profile(language=language)
    lines = [(stocked_variant(price="33.33"), 3), (stocked_variant(price="10.00", rate="7.00"), 1)]
    invoice = issued_invoice(
        order=placed_order(lines=lines, customer=customer, language=language, discount=Decimal("5.00"))
    )
    text = stored_text(invoice)
    assert check_document(invoice_snapshot(invoice), text) == ()
    assert invoice.language == language
    assert str(customer.pk) in text


def test_a_credit_note_says_what_its_rows_say():
    invoice = paid_invoice(lines=[(stocked_variant(price="79.20"), 2)])
    note = credit_note_issue(invoice=invoice, reason="Damaged", quantities={invoice.lines.get().pk: Decimal(1)})
    text = stored_text(note)
    assert check_document(invoice_snapshot(note), text) == ()
    assert f"This credit note corrects invoice {invoice.number} of " in text
    assert "Reason\nDamaged" in text


def test_the_cent_that_a_gross_price_loses_is_printed():
    IssuerFactory()
    order = placed_order(lines=[(stocked_variant(price="79.20"), 1)])
    text = stored_text(issued_invoice(order=order))
    assert "Rounding €0.01" in text
    assert "Amount due €79.20" in text


def test_what_cannot_be_printed_is_refused_before_it_has_a_number():
    issuer = IssuerFactory(registration="Court of 茶")
    draft = invoice_draft_for_order(order=placed_order(), issuer=issuer)
    with pytest.raises(InvoiceRefused, match=r"It cannot be printed: issuer registration, .*U\+8336"):
        invoice_issue(invoice=draft)
    draft.refresh_from_db()
    assert (draft.number, draft.status) == (None, "draft")
    assert list(Series.objects.exclude(counter=0)) == []
