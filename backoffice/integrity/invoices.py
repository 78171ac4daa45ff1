"""Numbers and credits of documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import Lag

from backoffice.integrity.amounts import HALF_A_CENT, cents, sum_of
from backoffice.integrity.finding import Finding, invariant
from invoices.models import DocumentKind, Invoice, Series
from invoices.states import InvoiceStatus


@invariant(5, "Per series, numbers are unique, contiguous and equal to the counter; dates never decrease")
def numbers() -> Iterator[Finding]:
    """Compare each document with the one before it in its series, and the last one with the counter."""
    in_series: dict[str, Any] = {"partition_by": "series", "order_by": ["serial", "pk"]}
    documents = (
        Invoice.objects.filter(serial__isnull=False)
        .annotate(before=Window(Lag("serial"), **in_series), day_before=Window(Lag("issued_on"), **in_series))
        .filter(
            Q(before__isnull=True, serial__gt=1)
            | Q(serial__gt=F("before") + 1)
            | Q(serial=F("before"))
            | Q(issued_on__lt=F("day_before"))
        )
        .order_by("series", "serial", "pk")
    )
    columns = ("number", "serial", "before", "issued_on", "day_before")
    for number, serial, before, issued_on, day_before in documents.values_list(*columns).iterator():
        if serial == before:
            yield Finding(f"invoice {number}", f"Number {serial} of its series is taken twice.")
        elif serial > (before or 0) + 1:
            first = (before or 0) + 1
            missing = f"Number {first} is" if first == serial - 1 else f"Numbers {first} to {serial - 1} are"
            yield Finding(f"invoice {number}", f"{missing} missing before it.")
        if day_before is not None and issued_on < day_before:
            yield Finding(f"invoice {number}", f"It is dated {issued_on}, before the one ahead of it ({day_before}).")
    for series in Series.objects.annotate(last=Max("invoices__serial")).order_by("pk").iterator():
        if series.counter != (series.last or 0):
            yield Finding(
                f"series {series}", f"The counter says {series.counter}, the last number is {series.last or 0}."
            )
    unnumbered = Invoice.objects.filter(Q(number__isnull=True) | Q(serial__isnull=True) | Q(series__isnull=True))
    for pk, status in unnumbered.exclude(status=InvoiceStatus.DRAFT).order_by("pk").values_list("pk", "status"):
        yield Finding(f"invoice {pk}", f"It is {status}, but has no number in a series.")


@invariant(7, "At most one live invoice per order; credits stay within the invoice")
def credits() -> Iterator[Finding]:
    """Find orders with two live invoices, and invoices credited beyond their amount."""
    repeated = (
        Invoice.objects.filter(kind=DocumentKind.INVOICE, order__isnull=False)
        .exclude(status=InvoiceStatus.CREDITED)
        .order_by("order__number")
        .values("order__number")
        .annotate(rows=Count("pk"))
        .filter(rows__gt=1)
    )
    for row in repeated.iterator():
        yield Finding(f"order {row['order__number']}", f"It has {row['rows']} live invoices.")
    issued = Invoice.objects.exclude(status=InvoiceStatus.DRAFT)
    asked = F("gross") + F("rounding")
    over: Any = (
        Invoice.objects.filter(kind=DocumentKind.INVOICE)
        .annotate(given_back=sum_of(issued, "corrects", asked), over=F("given_back") - asked)
        .filter(over__gt=HALF_A_CENT)
        .order_by("pk")
    )
    for document in over.iterator():
        yield Finding(f"invoice {document}", f"{cents(document.given_back)} was credited of {cents(document.payable)}.")
    loose = Invoice.objects.filter(kind=DocumentKind.CREDIT_NOTE).exclude(corrects__kind=DocumentKind.INVOICE)
    for document in loose.order_by("pk").iterator():
        yield Finding(f"credit note {document}", "It corrects no invoice.")
