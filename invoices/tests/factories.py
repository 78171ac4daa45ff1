"""Made-up issuers and documents for tests."""

from __future__ import annotations

from typing import Any

import factory

from finance.models import Payment
from finance.services.events import payment_settle
from invoices.models import Invoice, IssuePolicy, Issuer
from invoices.services.following import invoice_issue_for_order
from orders.models import Order
from orders.tests.factories import placed_order


class IssuerFactory(factory.django.DjangoModelFactory):
    """The shop's legal entity, which issues by hand unless a test says otherwise."""

    class Meta:
        model = Issuer
        django_get_or_create = ("name",)

    name = "Example Trade GmbH"
    line1 = "Musterstraße 1"
    postcode = "01067"
    city = "Dresden"
    country = "DE"
    vat_id = "DE100000008"
    bank_name = "Musterbank"
    iban = "DE02120300000000202051"
    bic = "BYLADEM1001"
    policy = IssuePolicy.BY_HAND
    is_default = True


def issued_invoice(*, order: Order | None = None, **kwargs: Any) -> Invoice:
    """Return the issued invoice of an order, which is placed here unless given; further arguments as for ``placed_order``."""
    IssuerFactory()
    return invoice_issue_for_order(order=order or placed_order(**kwargs))


def paid_invoice(**kwargs: Any) -> Invoice:
    """Return an issued invoice whose money arrived afterwards."""
    invoice = issued_invoice(**kwargs)
    payment_settle(payment=Payment.objects.get(order=invoice.order))
    invoice.refresh_from_db()
    return invoice
