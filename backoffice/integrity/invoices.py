"""Numbers, hashes and credits of invoices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, cast

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from backoffice.integrity.finding import Finding, invariant
from invoices.models import DocumentKind, Invoice, Series
from invoices.states import InvoiceStatus


@invariant(5, "Per series, numbers are unique, contiguous and equal to the counter; dates never decrease")
def numbers() -> Iterator[Finding]:
    """Walk each series from its first number to its counter."""
    for series in Series.objects.all():
        expected = 0
        last_date: dt.date | None = None
        documents = (
            Invoice.objects.filter(series=series, serial__isnull=False, issued_on__isnull=False)
            .order_by("serial")
            .values_list("serial", "issued_on", "number")
        )
        for serial, issued_on, number in cast("Iterable[tuple[int, dt.date, str]]", documents.iterator()):
            expected += 1
            if serial != expected:
                yield Finding(f"series {series}", f"Number {expected} is missing or taken twice before {number}.")
                expected = serial
            if last_date is not None and issued_on < last_date:
                yield Finding(
                    f"invoice {number}", f"It is dated {issued_on}, before the one ahead of it ({last_date})."
                )
            last_date = issued_on
        if series.counter != expected:
            yield Finding(f"series {series}", f"The counter says {series.counter}, the last number is {expected}.")


@invariant(7, "At most one live invoice per order; credits stay within the invoice")
def credits() -> Iterator[Finding]:
    """Find orders with two live invoices, and invoices credited beyond their amount."""
    repeated = (
        Invoice.objects.filter(kind=DocumentKind.INVOICE, order__isnull=False)
        .exclude(status=InvoiceStatus.CREDITED)
        .order_by()
        .values("order__number")
        .annotate(rows=Count("pk"))
        .filter(rows__gt=1)
    )
    for row in repeated.iterator():
        yield Finding(f"order {row['order__number']}", f"It has {row['rows']} live invoices.")
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=16, decimal_places=2)
    credited = (
        Invoice.objects.filter(corrects=OuterRef("pk"))
        .exclude(status=InvoiceStatus.DRAFT)
        .order_by()
        .values("corrects")
        .annotate(sum=Sum("gross"))
    )
    documents: Any = Invoice.objects.filter(~Q(credit_notes=None)).annotate(
        credited=Coalesce(Subquery(credited.values("sum")[:1]), Value(Decimal(0)), output_field=money)
    )
    for document in documents.distinct().iterator():
        if document.credited.quantize(Decimal("0.01")) > document.gross:
            yield Finding(f"invoice {document}", f"{document.credited} was credited of {document.gross}.")
