"""What sellers are paid."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from backoffice.kernel.history.models import TrackedModel
from finance.states import PayoutState


def _money(verbose_name: str) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=2, default=Decimal("0.00"))


class Payout(TrackedModel):
    """A seller's statement for a period: sales − refunds − commission − tax on it = total."""

    seller = models.ForeignKey("accounts.SellerProfile", on_delete=models.PROTECT, related_name="payouts")
    period_from = models.DateField()
    period_to = models.DateField()
    currency = models.CharField(max_length=3, default="EUR")
    sales = _money("sales")
    refunds = _money("refunds")
    commission = _money("commission")
    commission_tax = _money("tax on the commission")
    total = _money("total")
    status = models.CharField(max_length=10, choices=PayoutState.choices, default=PayoutState.DRAFT, editable=False)

    class Meta:
        ordering = ["-period_to", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "period_from", "period_to", "currency"],
                condition=~Q(status="cancelled"),
                name="finance_payout_once_a_period",
            ),
        ]
        permissions = [("approve_payout", "Can approve and pay payouts")]

    def __str__(self) -> str:
        return f"{self.seller} {self.period_from} – {self.period_to}"


class PayoutLineKind(models.TextChoices):
    """What a payout line is for."""

    SALE = "sale", "Sale"
    REFUND = "refund", "Refund"
    COMMISSION = "commission", "Commission"
    COMMISSION_TAX = "commission_tax", "Tax on commission"


class PayoutLine(TrackedModel):
    """One amount of a payout, joined to the order line that it comes from."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="payout_lines")
    kind = models.CharField(max_length=16, choices=PayoutLineKind.choices)
    amount = _money("amount")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
