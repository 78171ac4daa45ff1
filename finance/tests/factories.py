"""Made-up payments for tests; what happens to a payment only happens to it through services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory

from finance.models import BankAccount, MethodKind, Payment, PaymentMethod
from finance.services.events import payment_settle
from orders.tests.factories import placed_order


class PaymentMethodFactory(factory.django.DjangoModelFactory):
    """The bank transfer."""

    class Meta:
        model = PaymentMethod
        django_get_or_create = ("code",)

    code = "transfer"
    name = "Bank transfer"
    kind = MethodKind.TRANSFER
    position = 1


class BankAccountFactory(factory.django.DjangoModelFactory):
    """An account in euro."""

    class Meta:
        model = BankAccount
        django_get_or_create = ("iban",)

    name = "Main account"
    iban = "DE02120300000000202051"


def pending_payment(**order: Any) -> Payment:
    """Return the payment that placing an order made; arguments as for ``placed_order``."""
    return Payment.objects.select_related("order", "method").get(order=placed_order(**order))


def settled_payment(*, amount: Decimal | None = None, **order: Any) -> Payment:
    """Return a payment whose money arrived, in whole or up to an amount."""
    return payment_settle(payment=pending_payment(**order), amount=amount).payment
