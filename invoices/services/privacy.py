"""What documents have to say when a person's data are erased (GDPR, article 17)."""

from __future__ import annotations

from django.db import transaction

from accounts.exceptions import ErasureRefused
from accounts.models import User
from invoices.models import DocumentKind, Invoice, Issuer
from invoices.selectors.awaiting import orders_awaiting_invoice
from invoices.services.drafts import invoice_draft_discard
from invoices.states import InvoiceStatus

_UNPAID = (InvoiceStatus.ISSUED, InvoiceStatus.OVERDUE)


def documents_erase_of(*, customer: User) -> None:
    """Discard the drafts of a person, with what they copied; issued documents are kept as tax law wants it.

    Raises:
        ErasureRefused: an invoice is not paid yet, or due and not issued: it needs the address.
    """
    with transaction.atomic():
        documents = Invoice.objects.filter(order__customer=customer).order_by("pk")
        unpaid = documents.filter(kind=DocumentKind.INVOICE, status__in=_UNPAID).first()
        if unpaid is not None:
            raise ErasureRefused(f"Invoice {unpaid} is not paid; have it paid or credit it first.")
        issuer = Issuer.objects.filter(is_default=True).first()
        due = orders_awaiting_invoice(policy=issuer.policy).filter(customer=customer).first() if issuer else None
        if due is not None:
            raise ErasureRefused(f"The invoice of order {due} is due; issue it first.")
        drafts = list(documents.filter(status=InvoiceStatus.DRAFT))
        for draft in drafts:
            invoice_draft_discard(invoice=draft)
        Invoice.history.filter(id__in=[draft.pk for draft in drafts]).update(
            buyer_snapshot={}, delivery_snapshot={}, note=""
        )
