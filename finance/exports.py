"""What of finance leaves the house as a table."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind, register_export
from finance.models import Payment, PaymentEvent, Refund

PAYMENTS = ExportKind(
    name="payments",
    label="payments",
    model=Payment,
    columns=(
        ExportColumn("order", "order__number"),
        ExportColumn("status"),
        ExportColumn("method", "method__code"),
        ExportColumn("currency"),
        ExportColumn("amount"),
        ExportColumn("received", "captured_amount"),
        ExportColumn("refunded", "refunded_amount"),
        ExportColumn("due_on"),
        ExportColumn("settled_at"),
        ExportColumn("provider_reference"),
        ExportColumn("customer", "order__email"),
        ExportColumn("created_at", chosen=False),
    ),
)

REFUNDS = ExportKind(
    name="refunds",
    label="refunds",
    model=Refund,
    permission="finance.export_payment",
    columns=(
        ExportColumn("order", "payment__order__number"),
        ExportColumn("status"),
        ExportColumn("currency", "payment__currency"),
        ExportColumn("amount"),
        ExportColumn("reason"),
        ExportColumn("return", "document__number"),
        ExportColumn("credit_note", "credit_note__number"),
        ExportColumn("created_at"),
        ExportColumn("succeeded_at"),
        ExportColumn("provider_reference"),
    ),
)

PAYMENT_EVENTS = ExportKind(
    name="payment_events",
    label="payment events",
    model=PaymentEvent,
    permission="finance.export_payment",
    order_by=("sequence",),
    columns=(
        ExportColumn("sequence"),
        ExportColumn("at"),
        ExportColumn("order", "payment__order__number"),
        ExportColumn("kind"),
        ExportColumn("from", "source_status"),
        ExportColumn("to", "target_status"),
        ExportColumn("currency", "payment__currency"),
        ExportColumn("amount"),
        ExportColumn("reference"),
        ExportColumn("user", "user__email"),
        ExportColumn("job", "job__title"),
        ExportColumn("reason"),
        ExportColumn("origin"),
        ExportColumn("previous_hash"),
        ExportColumn("hash"),
    ),
)


def register_exports() -> None:
    """Declare the exports of this app."""
    for kind in (PAYMENTS, REFUNDS, PAYMENT_EVENTS):
        register_export(kind)
