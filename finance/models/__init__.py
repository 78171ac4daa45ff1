"""Models of the finance app."""

from finance.models.bank import BankAccount, BankStatement, Match, StatementLine
from finance.models.event import EventChain, PaymentEvent
from finance.models.lock import PeriodLock
from finance.models.payment import MethodKind, Payment, PaymentMethod, Refund
from finance.models.payout import Payout, PayoutLine

__all__ = [
    "BankAccount",
    "BankStatement",
    "EventChain",
    "Match",
    "MethodKind",
    "Payment",
    "PaymentEvent",
    "PaymentMethod",
    "Payout",
    "PayoutLine",
    "PeriodLock",
    "Refund",
    "StatementLine",
]
