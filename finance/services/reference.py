"""The payment methods and the bank account that a new shop starts with."""

from __future__ import annotations

from finance.models import BankAccount, MethodKind, PaymentMethod

_METHODS = (
    ("transfer", "Bank transfer", MethodKind.TRANSFER),
    ("card", "Card", MethodKind.CARD),
    ("wallet", "Online wallet", MethodKind.WALLET),
    ("direct-debit", "Direct debit", MethodKind.DIRECT_DEBIT),
    ("cash-on-delivery", "Cash on delivery", MethodKind.CASH_ON_DELIVERY),
    ("cash", "Cash", MethodKind.CASH),
)

# The account that banks use in examples; the operators put their own in.
_ACCOUNT = {"name": "Main account", "iban": "DE02120300000000202051", "bic": "BYLADEM1001", "currency": "EUR"}


def reference_data_load() -> dict[str, int]:
    """Make the rows that are missing; what operators changed stays as it is.

    Returns:
        How many rows were made, by kind.
    """
    made = 0
    for position, (code, name, kind) in enumerate(_METHODS, start=1):
        _, created = PaymentMethod.objects.get_or_create(
            code=code, defaults={"name": name, "kind": kind, "position": position}
        )
        made += created
    accounts = 0 if BankAccount.objects.exists() else 1
    if accounts:
        BankAccount.objects.create(**_ACCOUNT)
    return {"payment_methods": made, "bank_accounts": accounts}


def payment_method_default() -> PaymentMethod:
    """Return the method that a payment gets where nobody chose one: the first active one.

    A shop without any gets the bank transfer.
    """
    first = PaymentMethod.objects.filter(is_active=True).first()
    if first is not None:
        return first
    code, name, kind = _METHODS[0]
    method, _ = PaymentMethod.objects.get_or_create(code=code, defaults={"name": name, "kind": kind, "position": 1})
    return method
