"""Invoices and credit notes with everything they say, copied in at issue."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from backoffice.kernel.history.models import TrackedModel
from invoices.states import InvoiceStatus

# SQLite keeps decimals as floating point: sums are compared to within half a cent.
_HALF_A_CENT = Value(Decimal("0.005"))
_NET_PARTS = F("lines_net") - F("allowances_net") + F("charges_net")
_DUE_PARTS = F("gross") - F("prepaid") + F("rounding")


class DocumentKind(models.TextChoices):
    """Kind of document, with the UNTDID 1001 code of EN 16931 (BT-3) in its e-invoice."""

    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"


def _money(verbose_name: str) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=2, default=Decimal("0.00"))


class Invoice(TrackedModel):
    """An invoice or credit note. From issue on its content never changes; the database refuses it.

    Amounts are in ``currency``; the names follow EN 16931: lines (BT-106), allowances (BT-107),
    charges (BT-108), net (BT-109), tax (BT-110), gross (BT-112), prepaid (BT-113), rounding
    (BT-114), due (BT-115). Credit notes carry positive amounts and name the invoice they correct.
    """

    kind = models.CharField(max_length=12, choices=DocumentKind.choices, default=DocumentKind.INVOICE)
    issuer = models.ForeignKey("invoices.Issuer", on_delete=models.PROTECT, related_name="invoices")
    series = models.ForeignKey("invoices.Series", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    serial = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    number = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes", verbose_name="credits"
    )
    refund = models.OneToOneField(
        "finance.Refund", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note"
    )
    status = models.CharField(max_length=10, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT, editable=False)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    issued_on = models.DateField("date", null=True, blank=True, editable=False)
    issued_at = models.DateTimeField(null=True, blank=True, editable=False)
    delivered_on = models.DateField("delivery date", null=True, blank=True)
    due_on = models.DateField("due date", null=True, blank=True)
    payment_method = models.CharField(max_length=80, blank=True)
    payment_means_code = models.CharField(max_length=3, blank=True, help_text="UNTDID 4461 (BT-81).")
    seller_snapshot = models.JSONField(default=dict)
    buyer_snapshot = models.JSONField(default=dict)
    delivery_snapshot = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    lines_net = _money("lines, net")
    allowances_net = _money("discounts, net")
    charges_net = _money("charges, net")
    net = _money("net")
    tax = _money("tax")
    gross = _money("gross")
    prepaid = _money("paid before")
    rounding = _money("rounding")
    due = _money("due")

    pdf = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    xml = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="invoices_invoice_serial_once"),
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(kind="invoice") & ~Q(status="credited"),
                name="invoices_invoice_one_live_per_order",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", number__isnull=True, serial__isnull=True)
                | (
                    ~Q(status="draft")
                    & Q(number__isnull=False, serial__isnull=False, series__isnull=False, issued_on__isnull=False)
                    & ~Q(content_hash="")
                ),
                name="invoices_invoice_number_from_issue_on",
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_note", corrects__isnull=False) | Q(kind="invoice", corrects__isnull=True),
                name="invoices_invoice_only_credit_notes_correct",
            ),
            models.CheckConstraint(
                condition=Q(net__gt=_NET_PARTS - _HALF_A_CENT) & Q(net__lt=_NET_PARTS + _HALF_A_CENT),
                name="invoices_invoice_net_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(gross__gt=F("net") + F("tax") - _HALF_A_CENT)
                & Q(gross__lt=F("net") + F("tax") + _HALF_A_CENT),
                name="invoices_invoice_gross_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(due__gt=_DUE_PARTS - _HALF_A_CENT) & Q(due__lt=_DUE_PARTS + _HALF_A_CENT),
                name="invoices_invoice_due_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="invoices_invoice_by_status"),
            models.Index(fields=["issued_on", "id"], name="invoices_invoice_by_date"),
        ]
        permissions = [
            ("issue_invoice", "Can issue invoices and credit notes"),
            ("export_invoice", "Can export invoices to files"),
        ]

    def __str__(self) -> str:
        return self.number or f"Draft {self.pk}"


class InvoiceLine(TrackedModel):
    """One line of a document: net unit price (BT-146) to four decimals, line net (BT-131) to the cent."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", null=True, blank=True, on_delete=models.PROTECT, related_name="invoice_lines"
    )
    position = models.PositiveIntegerField()
    sku = models.CharField("SKU", max_length=100, blank=True)
    name = models.CharField(max_length=500)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_code = models.CharField(max_length=3, default="C62")
    unit_price_net = models.DecimalField(max_digits=14, decimal_places=4)
    allowance_net = _money("discount, net")
    net = _money("net")
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


class TaxBreakdown(TrackedModel):
    """Tax of one (category, rate) group: taxable amount (BT-116), tax (BT-117)."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="tax_breakdown")
    category = models.CharField(max_length=2)
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    taxable = _money("taxable")
    tax = _money("tax")
    exemption_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["invoice", "category", "-rate"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "category", "rate"], name="invoices_taxbreakdown_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.rate} %: {self.tax}"
