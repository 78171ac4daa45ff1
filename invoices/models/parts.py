"""Lines, allowances, charges and tax groups of a document."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from backoffice.kernel.history.models import TrackedModel
from invoices.models.invoice import money_field, refuse_if_issued


class DocumentPart(TrackedModel):
    """A row that belongs to one document, and is as fixed as the document is."""

    invoice_id: int

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row of a draft.

        Raises:
            DocumentIssued: its document has been issued.
        """
        refuse_if_issued(self.invoice_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row of a draft.

        Raises:
            DocumentIssued: its document has been issued.
        """
        refuse_if_issued(self.invoice_id)
        return super().delete(*args, **kwargs)


class InvoiceLine(DocumentPart):
    """One line of a document: net unit price (BT-146) to four decimals, line net (BT-131) to the cent."""

    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", null=True, blank=True, on_delete=models.PROTECT, related_name="invoice_lines"
    )
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credit_lines",
        verbose_name="credits line",
    )
    position = models.PositiveIntegerField()
    sku = models.CharField("SKU", max_length=100, blank=True)
    name = models.CharField(max_length=500)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_code = models.CharField(max_length=3, default="C62")
    unit_price_net = models.DecimalField(max_digits=14, decimal_places=4)
    allowance_net = money_field("discount, net")
    net = money_field("net")
    tax_category = models.CharField(max_length=2)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoices_invoiceline_position_once"),
            models.CheckConstraint(condition=Q(unit_price_net__gte=0), name="invoices_invoiceline_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class AdjustmentKind(models.TextChoices):
    """What an allowance or charge of a whole document is for."""

    DISCOUNT = "discount", "Discount"
    SHIPPING = "shipping", "Shipping"
    FEE = "fee", "Fee"


class InvoiceAdjustment(DocumentPart):
    """An allowance (BG-20) or charge (BG-21) of the whole document within one (category, rate) group."""

    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="adjustments")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=AdjustmentKind.choices)
    is_charge = models.BooleanField("is a charge", default=False)
    reason = models.CharField(max_length=120, blank=True)
    net = money_field("net")
    tax_category = models.CharField(max_length=2)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoices_adjustment_position_once"),
            models.CheckConstraint(condition=Q(net__gte=0), name="invoices_adjustment_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.net}"


class TaxBreakdown(DocumentPart):
    """Tax of one (category, rate) group: taxable amount (BT-116), tax (BT-117)."""

    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="tax_breakdown")
    category = models.CharField(max_length=2)
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    taxable = money_field("taxable")
    tax = money_field("tax")
    exemption_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["invoice", "category", "-rate"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "category", "rate"], name="invoices_taxbreakdown_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.rate} %: {self.tax}"
