"""Issuing: a draft gets its number, and from then on never changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from backoffice.kernel import clock
from backoffice.kernel.documents.errors import MissingGlyph
from backoffice.kernel.history.context import current_audit
from backoffice.kernel.keyed import row_get, rows_kept
from backoffice.kernel.money import ZERO
from backoffice.kernel.shop.selectors import shop_settings
from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import TransitionRefused
from finance.selectors import order_money
from finance.services.periods import period_require_open
from invoices.arithmetic import stored_document
from invoices.events import invoices_issued
from invoices.exceptions import InvoiceRefused
from invoices.models import DocumentKind, Invoice, Issuer, Series
from invoices.selectors.snapshots import invoice_snapshot, parts_read
from invoices.services.parties import seller_copy
from invoices.services.rendering import render_enqueue
from invoices.services.series import series_for
from invoices.services.standing import standing_apply
from invoices.snapshot import InvoiceSnapshot, snapshot_hash
from invoices.states import INVOICE_MACHINE
from orders.services.rows import take_over

_SERIAL_DIGITS = 6


@transaction.atomic
def invoice_issue(
    *, invoice: Invoice, on: dt.date | None = None, reason: str = "", issuer: Issuer | None = None
) -> Invoice:
    """Issue a draft: number, date, hash. Its PDF is rendered by a job after the commit.

    The series is locked last and held for a handful of statements. Numbers are contiguous: a
    transaction that fails gives its number back.

    Args:
        invoice: a draft invoice or credit note.
        on: the document's date; today where None.
        reason: why, for the history.
        issuer: the document's issuer, where the caller read it in this transaction.

    Raises:
        TransitionRefused: it is issued already.
        InvoiceRefused: it has no lines, its parts do not add up, the issuer's data is not complete, a
            text has characters that cannot be printed, or its date lies in the future or before the
            series' last one.
        PeriodClosed: the day is closed for posting.
    """
    draft = row_get(Invoice, invoice.pk, lock="update")
    parts_read(draft)
    if issuer is not None and issuer.pk == draft.issuer_id:
        draft.issuer = issuer
    refused = INVOICE_MACHINE.refusal(draft, "issue")
    if refused:
        raise TransitionRefused(refused, transition="issue", source=draft.status)
    issued_on = on or clock.today()
    if issued_on > clock.today():
        raise InvoiceRefused(f"{issued_on} lies in the future.")
    period_require_open(on=issued_on)
    received = order_money(order_id=draft.order_id).paid if draft.order_id else ZERO
    values = _completed(draft, issued_on, received)
    for name, value in values.items():
        setattr(draft, name, value)
    _require_whole(draft)
    snapshot = invoice_snapshot(draft, number="-", issued_on=issued_on)
    _require_printable(snapshot)
    render_enqueue(invoice=draft)

    series = _series_locked(draft.issuer, DocumentKind(draft.kind), issued_on)
    serial = series.counter + 1
    number = f"{series.prefix}-{series.year}-{serial:0{_SERIAL_DIGITS}d}"
    content_hash = snapshot_hash(
        replace(snapshot, meta=replace(snapshot.meta, number=number)), previous_hash=series.last_hash
    )
    values |= {"series": series, "serial": serial, "number": number, "issued_on": issued_on}
    values |= {"issued_at": clock.now(), "previous_hash": series.last_hash, "content_hash": content_hash}
    apply_transition_locked([draft], INVOICE_MACHINE, "issue", reason=reason, values=values)
    series.counter, series.last_issued_on, series.last_hash = serial, issued_on, content_hash
    series.save(update_fields=["counter", "last_issued_on", "last_hash", "updated_at"])

    invoices_issued.send(sender=Invoice, invoice_ids=[draft.pk], job_id=current_audit().job_id)
    # Nobody could credit what had no number: what counts is the money that came before.
    standing_apply(draft, credited=ZERO, received=received if draft.order_id else draft.prepaid)
    return take_over(invoice, draft)


def _completed(draft: Invoice, issued_on: dt.date, paid: Decimal) -> dict[str, Any]:
    """Return what is only settled at issue: the seller's data of today, dates, and what was paid before."""
    values: dict[str, Any] = {"seller_snapshot": seller_copy(draft.issuer)}
    if draft.kind == DocumentKind.CREDIT_NOTE:
        return values
    # Goods that have not left yet are taken to be delivered on the day of the invoice.
    values["delivered_on"] = draft.delivered_on or issued_on
    due_on = draft.due_on or issued_on + dt.timedelta(days=shop_settings().payment_due_days)
    values["due_on"] = max(due_on, issued_on)
    values["prepaid"] = min(paid, draft.payable)
    values["due"] = draft.payable - values["prepaid"]
    return values


def _require_whole(draft: Invoice) -> None:
    """Refuse a document that does not say what it has to (EN 16931), or whose amounts do not follow from its lines."""
    if not draft.lines.all():
        raise InvoiceRefused(f"{draft} has no lines.")
    seller, buyer = draft.seller_snapshot, draft.buyer_snapshot
    missing = [key for key in ("name", "line1", "city", "country", "vat_id") if not seller.get(key)]
    if missing:
        raise InvoiceRefused(f"The issuer's {', '.join(missing)} is missing.")
    if not buyer.get("name") or not buyer.get("country"):
        raise InvoiceRefused(f"{draft} needs the buyer's name and country.")
    if any(group.category in {"K", "AE"} for group in draft.tax_breakdown.all()) and not buyer.get("vat_id"):
        raise InvoiceRefused(f"{draft} is exempt by the buyer's VAT id, which is missing.")
    computed = stored_document(draft)
    stored = {(group.category, group.rate): (group.taxable, group.tax) for group in draft.tax_breakdown.all()}
    expected = {(group.tax.category, group.tax.rate): (group.taxable, group.amount) for group in computed.groups}
    sums = (
        computed.lines_net,
        computed.allowances_net,
        computed.charges_net,
        computed.net,
        computed.tax,
        computed.gross,
    )
    kept = (draft.lines_net, draft.allowances_net, draft.charges_net, draft.net, draft.tax, draft.gross)
    if stored != expected or sums != kept:
        raise InvoiceRefused(
            f"The amounts of {draft} do not follow from its lines; discard the draft and make a new one."
        )


def _require_printable(snapshot: InvoiceSnapshot) -> None:
    """Refuse a text that no PDF could show: once issued, the document could be neither changed nor rendered."""
    from invoices.documents import require_printable

    try:
        require_printable(snapshot)
    except MissingGlyph as error:
        raise InvoiceRefused(f"It cannot be printed: {error}.") from error


def _series_locked(issuer: Issuer, kind: DocumentKind, issued_on: dt.date) -> Series:
    """Lock the counter of the document's series; the series of a new year is made on its first day."""
    known = rows_kept(Series, {"issuer_id": issuer.pk, "kind": kind, "year": issued_on.year}, lock="update")
    if known:
        [series] = known
    else:
        made, _ = series_for(issuer=issuer, kind=kind, year=issued_on.year)
        series = row_get(Series, made.pk, lock="update")
    if series.last_issued_on is not None and issued_on < series.last_issued_on:
        raise InvoiceRefused(
            f"The last document of series {series} is dated {series.last_issued_on}; {issued_on} would be earlier."
        )
    return series
