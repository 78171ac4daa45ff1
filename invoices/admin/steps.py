"""What can be done with documents from their pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from backoffice.kernel.admin.steps import FormStep
from invoices.exceptions import CreditRefused
from invoices.models import DocumentKind, Invoice
from invoices.selectors.credits import credited
from invoices.services.credit_notes import credit_note_issue
from invoices.services.rendering import invoice_render
from invoices.states import InvoiceStatus

_REASON: dict[str, Any] = {
    "max_length": 200,
    "widget": forms.Textarea(attrs={"rows": 2}),
    "help_text": "Printed on the credit note.",
}


class CreditForm(forms.Form):
    """Pieces per line, or an amount, or all of it."""

    seen = forms.CharField(widget=forms.HiddenInput)
    with_charges = forms.BooleanField(required=False, label="shipping too, with the pieces")
    amount = forms.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
        required=False,
        label="or an amount with tax",
        help_text="Spread over the tax rates in proportion to what is left of them.",
    )
    everything = forms.BooleanField(required=False, label="or all that is left")
    reason = forms.CharField(**_REASON)

    def __init__(self, invoice: Invoice, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = credited(invoice)
        self.left = invoice.payable - taken.payable
        self.lines: dict[str, int] = {}
        pieces = {}
        for line in invoice.lines.all():
            left = line.quantity - taken.quantities.get(line.pk, Decimal(0))
            if left <= 0:
                continue
            name = f"line_{line.pk}"
            self.lines[name] = line.pk
            pieces[name] = forms.DecimalField(
                min_value=Decimal(0),
                max_value=left,
                decimal_places=4,
                required=False,
                label=f"pieces of {line.name}",
                help_text=f"{line.sku}: {left.normalize():f} of {line.quantity.normalize():f} can be credited.",
                widget=forms.NumberInput(attrs={"step": "1"}),
            )
        self.fields = {"seen": self.fields["seen"], **pieces, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Take one way of saying how much."""
        data = super().clean() or {}
        pieces = {pk: data[name] for name, pk in self.lines.items() if data.get(name)}
        given = [bool(data.get("everything")), data.get("amount") is not None, bool(pieces)]
        if sum(given) != 1:
            raise forms.ValidationError("Say how much: all of it, an amount, or pieces of lines. One of the three.")
        data["quantities"] = pieces or None
        return data


class CreditStep(FormStep):
    """Issue a credit note."""

    name = "credit"
    label = "Credit note"
    permission = "invoices.issue_invoice"

    def is_offered(self, obj: Invoice) -> bool:
        """Offer it for issued invoices of which something is left."""
        return obj.kind == DocumentKind.INVOICE and obj.is_issued and obj.status != InvoiceStatus.CREDITED

    def get_form(self, obj: Invoice, data: Any) -> forms.Form:
        """List the lines that can be credited."""
        form = CreditForm(obj, data) if data is not None else CreditForm(obj, initial={"seen": _standing(obj)})
        form.fields["amount"].help_text = f"{form.left} {obj.currency} are left. {form.fields['amount'].help_text}"
        return form

    def run(self, obj: Invoice, data: dict[str, Any], key: str) -> str:
        """Issue it, unless the invoice was credited since the page was opened (by a second click, say)."""
        locked = Invoice.objects.select_for_update(of=("self",)).get(pk=obj.pk)
        if data["seen"] != _standing(locked):
            raise CreditRefused("This invoice was credited after you opened the page. Look at it again first.")
        note = credit_note_issue(
            invoice=locked,
            reason=data["reason"],
            quantities=data["quantities"],
            with_charges=bool(data["with_charges"] and data["quantities"]),
            amount=data["amount"],
        )
        return f"Credit note {note} over {note.payable} {note.currency} is issued."


class RenderForm(forms.Form):
    """Nothing has to be said."""


class RenderStep(FormStep):
    """Make a PDF that is missing."""

    name = "render"
    label = "Make the PDF"
    permission = "invoices.issue_invoice"
    description = "Issued documents get their PDF by themselves; this makes it now."
    form_class = RenderForm

    def is_offered(self, obj: Invoice) -> bool:
        """Offer it where the PDF is missing."""
        return obj.is_issued and obj.pdf_id is None

    def run(self, obj: Invoice, data: dict[str, Any], key: str) -> str:
        """Render it."""
        return f"{invoice_render(invoice=obj).name} is ready."


def _standing(invoice: Invoice) -> str:
    return str(credited(invoice).payable)
