"""Bank accounts, their statements, and what they were matched with."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.validators import validate_iban
from backoffice.kernel.history.models import TrackedModel


class BankAccount(TrackedModel):
    """One of the shop's own accounts."""

    name = models.CharField(max_length=80)
    iban = models.CharField("IBAN", max_length=34, unique=True, validators=[validate_iban])
    bic = models.CharField("BIC", max_length=11, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BankStatement(TrackedModel):
    """One statement of an account, as the bank's file gave it."""

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="statements")
    number = models.CharField(max_length=60, blank=True)
    format = models.CharField(max_length=20)
    date_from = models.DateField(null=True, blank=True)
    date_to = models.DateField(null=True, blank=True)
    opening_balance = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    closing_balance = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    difference = models.DecimalField(
        max_digits=16,
        decimal_places=2,
        default=Decimal("0.00"),
        help_text="Closing balance less opening balance and entries; zero where the statement ties.",
    )
    file = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-date_to", "-pk"]

    def __str__(self) -> str:
        return f"{self.account} {self.number}".strip()


class StatementLine(TrackedModel):
    """One entry of a statement; positive amounts came in. In the account's currency."""

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines")
    fingerprint = models.CharField(
        max_length=64, help_text="Bank reference, or a counted digest per day, so that the same entry lands once."
    )
    booked_on = models.DateField()
    value_on = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    counterparty = models.CharField(max_length=200, blank=True)
    counterparty_iban = models.CharField(max_length=34, blank=True)
    text = models.TextField("remittance text", blank=True)
    bank_reference = models.CharField(max_length=120, blank=True)
    is_ignored = models.BooleanField("needs no match", default=False)

    class Meta:
        ordering = ["-booked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="finance_statementline_once"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount} {self.currency} {self.counterparty}".strip()


class Match(TrackedModel):
    """Part of a statement line that settles a payment or is a refund. Undone by a date, not deleted."""

    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="matches")
    payment = models.ForeignKey("finance.Payment", on_delete=models.PROTECT, related_name="matches")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(
                fields=["line", "payment"], condition=Q(undone_at__isnull=True), name="finance_match_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="finance_match_amount_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.payment}"
