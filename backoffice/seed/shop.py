"""The demo shop as a whole."""

from __future__ import annotations

import datetime as dt
import time
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from backoffice.kernel import clock
from backoffice.kernel.shop.services import shop_settings_row
from backoffice.seed.catalogue import products_make
from backoffice.seed.documents import documents_render
from backoffice.seed.people import LOG_INS, customers_make, log_ins_make, sellers_make
from backoffice.seed.scale import MONTHS, Scale
from backoffice.seed.trade import Trade
from finance.models import Payment, Refund
from invoices.models import Invoice
from orders.models import Order
from products.models import Product, Variant

_SEED = 20_261_101


def demo_make(*, scale: Scale) -> tuple[bool, dict[str, int], float]:
    """Make the demo shop in a database that has reference data and nothing else.

    The same shop each time: names, amounts and what happens come from a fixed seed; dates count
    back from today.

    Returns:
        Whether it was made now, the number of rows of each kind, and the seconds it took.
    """
    began = time.monotonic()
    if get_user_model().objects.filter(email=LOG_INS[0].email).exists():
        return False, _rows(), time.monotonic() - began
    random = Random(_SEED)
    end = timezone.now().replace(hour=6, minute=0, second=0, microsecond=0)
    with transaction.atomic(), clock.clock_at(end - dt.timedelta(days=MONTHS * 30 + 7)):
        settings = shop_settings_row()
        # Nobody has a phone set up for a demo.
        settings.require_second_factor = False
        settings.save()
        sellers = sellers_make()
        log_ins_make(sellers)
        customers = customers_make(random, scale.customers)
        variants = products_make(random, sellers, scale.products)
    with transaction.atomic():
        Trade(random, customers, variants, end).run(scale.orders)
    documents_render()
    return True, _rows(), time.monotonic() - began


def _rows() -> dict[str, int]:
    models: dict[str, Any] = {
        "customers": get_user_model().objects.filter(user_type="customer"),
        "products": Product.objects,
        "variants": Variant.objects,
        "orders": Order.objects,
        "payments": Payment.objects,
        "refunds": Refund.objects,
        "invoices": Invoice.objects,
    }
    return {name: rows.count() for name, rows in models.items()}
