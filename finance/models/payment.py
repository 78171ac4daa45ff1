"""Payments and refunds."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from backoffice.kernel.history.models import TrackedModel
from finance.states import PaymentState, RefundState

_AT_LEAST_A_CENT = [MinValueValidator(Decimal("0.01"))]


class MethodKind(models.TextChoices):
    """How money of a method arrives; with the UNTDID 4461 code that e-invoices name (BT-81)."""

    TRANSFER = "transfer", "Bank transfer"
    CARD = "card", "Card"
    WALLET = "wallet", "Wallet"
    DIRECT_DEBIT = "direct_debit", "Direct debit"
    CASH_ON_DELIVERY = "cash_on_delivery", "Cash on delivery"
    CASH = "cash", "Cash"


class PaymentMethod(TrackedModel):
    """A way to pay that the shop offers; editable reference data."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=MethodKind.choices, default=MethodKind.TRANSFER)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Payment(TrackedModel):
    """Money expected or received for an order, in the order's currency."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="payments")
    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=14, decimal_places=2, validators=_AT_LEAST_A_CENT)
    currency = models.CharField(max_length=3)
    captured_amount = models.DecimalField(
        "received", max_digits=14, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    refunded_amount = models.DecimalField(
        "refunded", max_digits=14, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    status = models.CharField(max_length=20, choices=PaymentState.choices, default=PaymentState.PENDING, editable=False)
    provider_reference = models.CharField(max_length=120, blank=True, help_text="The provider's id of this payment.")
    due_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="finance_payment_reference_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(captured_amount__gte=0)
                & Q(refunded_amount__gte=0)
                & Q(refunded_amount__lte=F("captured_amount")),
                name="finance_payment_refunds_within_captured",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="finance_payment_by_status")]
        permissions = [
            ("settle_payment", "Can record money events of payments"),
            ("refund_payment", "Can refund payments"),
            ("export_payment", "Can export payments to files"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for {self.order}"


class Refund(TrackedModel):
    """Money given back of one payment, in the payment's currency."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=14, decimal_places=2, validators=_AT_LEAST_A_CENT)
    status = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.PENDING, editable=False)
    document = models.ForeignKey(
        "orders.Return", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds", verbose_name="return"
    )
    reason = models.CharField(max_length=200)
    provider_reference = models.CharField(max_length=120, blank=True)
    idempotency_key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)
    succeeded_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_refund_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment}"
