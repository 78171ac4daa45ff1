"""The ledger of issued documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from backoffice.kernel.money import ZERO, round_money
from invoices.models import DocumentKind, Invoice


def documents_issued(*, date_from: dt.date | None = None, date_to: dt.date | None = None) -> QuerySet[Invoice]:
    """Return the documents that were issued within a period, as an accountant files them: by date and number.

    Args:
        date_from, date_to: first and last day; open where None.
    """
    documents = Invoice.objects.issued().select_related("corrects").order_by("issued_on", "series_id", "serial")
    if date_from is not None:
        documents = documents.filter(issued_on__gte=date_from)
    if date_to is not None:
        documents = documents.filter(issued_on__lte=date_to)
    return documents


def has_documents_of_job(job_id: int) -> bool:
    """Say whether a job issued documents, or wrote something of documents that are issued."""
    return bool(Invoice.history.filter(history_job=job_id, number__isnull=False).exists())


def sign_of(document: Invoice) -> int:
    """Return 1 for an invoice, -1 for a credit note, whose amounts are positive but go the other way."""
    return -1 if document.kind == DocumentKind.CREDIT_NOTE else 1


@dataclass
class LedgerTotals:
    """Sums of documents; credit notes count negative. Amounts per currency.

    Attributes:
        documents: how many.
        net, tax, gross: per ISO 4217 code.
    """

    documents: int = 0
    net: dict[str, Decimal] = field(default_factory=dict)
    tax: dict[str, Decimal] = field(default_factory=dict)
    gross: dict[str, Decimal] = field(default_factory=dict)

    def add(self, *, currency: str, net: Decimal, tax: Decimal, gross: Decimal, documents: int = 1) -> None:
        """Add a document's signed amounts, or a group's."""
        self.documents += documents
        for sums, amount in ((self.net, net), (self.tax, tax), (self.gross, gross)):
            sums[currency] = sums.get(currency, ZERO) + amount

    def add_document(self, document: Invoice) -> None:
        """Add one document."""
        sign = sign_of(document)
        self.add(
            currency=document.currency, net=sign * document.net, tax=sign * document.tax, gross=sign * document.gross
        )

    def as_text(self) -> dict[str, object]:
        """Return count and sums for a person or a program to read."""
        sums = {"net": self.net, "tax": self.tax, "gross": self.gross}
        return {
            "documents": self.documents,
            **{name: {code: f"{amount:.2f}" for code, amount in sorted(per.items())} for name, per in sums.items()},
        }


def person_documents(*, user: Any) -> list[dict[str, Any]]:
    """Return a person's invoices and credit notes as they are handed over on request, oldest first."""
    documents = Invoice.objects.issued().filter(order__customer=user).order_by("pk")
    columns = ("number", "kind", "issued_on", "order_number", "currency", "net", "tax", "gross", "rounding", "status")
    return list(documents.values(*columns, "buyer_snapshot", "delivery_snapshot"))


def totals_of_ledger(documents: QuerySet[Invoice]) -> LedgerTotals:
    """Let the database add the same documents up."""
    totals = LedgerTotals()
    groups = (
        documents.order_by()
        .values("kind", "currency")
        .annotate(net_sum=Sum("net"), tax_sum=Sum("tax"), gross_sum=Sum("gross"))
    )
    for group in groups:
        sign = -1 if group["kind"] == DocumentKind.CREDIT_NOTE else 1
        count = documents.filter(kind=group["kind"], currency=group["currency"]).count()
        net, tax = sign * round_money(group["net_sum"]), sign * round_money(group["tax_sum"])
        gross = sign * round_money(group["gross_sum"])
        totals.add(currency=group["currency"], net=net, tax=tax, gross=gross, documents=count)
    return totals
