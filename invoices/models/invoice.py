"""Invoices and credit notes with everything they say, copied in at issue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from backoffice.kernel.history.models import TrackedModel
from backoffice.kernel.keyed import row_find
from invoices.exceptions import DocumentIssued
from invoices.states import InvoiceStatus

# SQLite keeps decimals as floating point: sums are compared to within half a cent.
_HALF_A_CENT = Value(Decimal("0.005"))
_NET_PARTS = F("lines_net") - F("allowances_net") + F("charges_net")
_DUE_PARTS = F("gross") - F("prepaid") + F("rounding")
_ISSUED = "{number} is issued: it never changes. Correct it with a credit note."


# Payment standing and files; each file is set once, when it is made.
CHANGEABLE_ONCE_ISSUED = frozenset({"status", "pdf", "pdf_id", "xml", "xml_id", "updated_at"})


class DocumentKind(models.TextChoices):
    """Kind of document, with the UNTDID 1001 code of EN 16931 (BT-3) in its e-invoice."""

    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"


def money_field(verbose_name: str) -> models.DecimalField[Decimal, Decimal]:
    """Return a column for an amount in the document's currency."""
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=2, default=Decimal("0.00"))


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Queries over documents that leave the content of issued ones alone."""

    def issued(self) -> InvoiceQuerySet:
        """Documents with a number."""
        return self.filter(number__isnull=False)

    def update(self, **kwargs: Any) -> int:
        """Update drafts, or the standing and files of any document.

        Raises:
            DocumentIssued: content of an issued document would change.
        """
        if not CHANGEABLE_ONCE_ISSUED.issuperset(kwargs):
            _refuse_any_issued(self)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete drafts.

        Raises:
            DocumentIssued: an issued document is among them.
        """
        _refuse_any_issued(self)
        return super().delete()


def refuse_if_issued(invoice_id: int) -> None:
    """Refuse a change to the content of an issued document.

    Raises:
        DocumentIssued: the document has its number.
    """
    document = row_find(Invoice, invoice_id)
    if document is not None and document.number is not None:
        raise DocumentIssued(_ISSUED.format(number=document.number))


def _refuse_any_issued(documents: models.QuerySet[Invoice]) -> None:
    number = documents.filter(number__isnull=False).values_list("number", flat=True).order_by().first()
    if number is not None:
        raise DocumentIssued(_ISSUED.format(number=number))


class Invoice(TrackedModel):
    """An invoice or credit note. From issue on its content never changes; the database refuses it.

    Amounts are in ``currency``; the names follow EN 16931: lines (BT-106), allowances (BT-107),
    charges (BT-108), net (BT-109), tax (BT-110), gross (BT-112), prepaid (BT-113), rounding
    (BT-114), due (BT-115). Credit notes carry positive amounts and name the invoice they correct.
    """

    kind = models.CharField(max_length=12, choices=DocumentKind.choices, default=DocumentKind.INVOICE)
    issuer = models.ForeignKey("invoices.Issuer", on_delete=models.PROTECT, related_name="invoices")
    series = models.ForeignKey(
        "invoices.Series", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    serial = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    number = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="invoices")
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes", verbose_name="credits"
    )
    refund = models.OneToOneField(
        "finance.Refund", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note"
    )
    returned = models.OneToOneField(
        "orders.Return",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credit_note",
        verbose_name="return",
        help_text="The return that a credit note is for, where no money has to go back.",
    )
    status = models.CharField(max_length=10, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT, editable=False)
    order_number = models.CharField(max_length=30, blank=True, help_text="BT-13, as it was at issue.")
    ordered_on = models.DateField("date of the order", null=True, blank=True)
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

    lines_net = money_field("lines, net")
    allowances_net = money_field("discounts, net")
    charges_net = money_field("charges, net")
    net = money_field("net")
    tax = money_field("tax")
    gross = money_field("gross")
    prepaid = money_field("paid before")
    rounding = money_field("rounding")
    due = money_field("due")

    pdf = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    xml = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = InvoiceQuerySet.as_manager()

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

    @property
    def is_issued(self) -> bool:
        """Whether the document has its number, and so a fixed content."""
        return self.number is not None

    @property
    def payable(self) -> Decimal:
        """What the document asks for, or gives back, in all: BT-112 + BT-114."""
        return self.gross + self.rounding

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the document.

        Raises:
            DocumentIssued: it has been issued, and more than its standing or its files would change.
        """
        named = kwargs.get("update_fields")
        if not self._state.adding and (named is None or not CHANGEABLE_ONCE_ISSUED.issuperset(named)):
            refuse_if_issued(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft.

        Raises:
            DocumentIssued: the document has been issued.
        """
        refuse_if_issued(self.pk)
        return super().delete(*args, **kwargs)
