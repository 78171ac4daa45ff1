"""Why finance refuses. Each message is written for the person who reads it."""

from __future__ import annotations

from backoffice.kernel.refusals import Refused


class FinanceRefused(Refused):
    """Something about money cannot be done; nothing was changed."""


class PaymentRefused(FinanceRefused):
    """A money event does not fit its payment."""


class RefundRefused(FinanceRefused):
    """More would be given back than was received, or the refund is settled already."""


class PeriodClosed(FinanceRefused):
    """The day is closed for posting."""


class AppendOnly(FinanceRefused):
    """A row of the payment audit was about to be changed or deleted."""
