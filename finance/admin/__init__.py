"""The admin of the finance app."""

from finance.admin.customer_panel import customer_payments_panel
from finance.admin.event import PaymentEventAdmin
from finance.admin.order_panel import payments_panel
from finance.admin.payment import PaymentAdmin
from finance.admin.period import PeriodLockAdmin
from finance.admin.reference import BankAccountAdmin, PaymentMethodAdmin
from finance.admin.refund import RefundAdmin

__all__ = [
    "BankAccountAdmin",
    "PaymentAdmin",
    "PaymentEventAdmin",
    "PaymentMethodAdmin",
    "PeriodLockAdmin",
    "RefundAdmin",
    "customer_payments_panel",
    "payments_panel",
]
