"""States of invoices."""

from __future__ import annotations

from django.db import models

from backoffice.kernel.states.machine import Machine, Transition
from invoices.events import invoice_status_changed


class InvoiceStatus(models.TextChoices):
    """Where a document stands; its content is fixed from “issued” on."""

    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    PAID = "paid", "Paid"
    OVERDUE = "overdue", "Overdue"
    CREDITED = "credited", "Credited"


_S = InvoiceStatus

INVOICE_MACHINE = Machine(
    name="invoice",
    model="invoices.Invoice",
    field_name="status",
    states=InvoiceStatus,
    initial=InvoiceStatus.DRAFT,
    changed=invoice_status_changed,
    transitions=(
        Transition("issue", frozenset({_S.DRAFT}), _S.ISSUED, "invoices.issue_invoice", label="Issue"),
        Transition("pay", frozenset({_S.ISSUED, _S.OVERDUE}), _S.PAID, label="Paid"),
        Transition("unpay", frozenset({_S.PAID}), _S.ISSUED, label="Payment taken back"),
        Transition("become_overdue", frozenset({_S.ISSUED}), _S.OVERDUE, label="Overdue"),
        Transition(
            "credit",
            frozenset({_S.ISSUED, _S.OVERDUE, _S.PAID}),
            _S.CREDITED,
            "invoices.issue_invoice",
            label="Credited in full",
        ),
    ),
)
