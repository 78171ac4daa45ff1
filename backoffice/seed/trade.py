"""Eighteen months of trade: orders that are placed, paid, shipped, returned, cancelled, forgotten."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random

from django.db import transaction

from accounts.models import User
from backoffice.kernel import clock
from backoffice.seed import words
from backoffice.seed.scale import MONTHS
from backoffice.seed.warehouse import Warehouse
from finance.models import MethodKind, Payment, PaymentMethod, Refund
from finance.services.events import payment_record_event, payment_settle
from finance.services.payments import payment_create_for_order
from finance.services.refunds import refund_create, refund_succeed
from orders.exceptions import OrderRefused
from orders.models import Order, OrderChannel, OrderNote, ReturnReason
from orders.services.cancelling import order_cancel
from orders.services.drafts import order_create
from orders.services.lines import NewLine
from orders.services.placing import order_place
from orders.services.returns import (
    return_approve,
    return_complete,
    return_create,
    return_inspect,
    return_receive,
)
from products.models import Variant

# What becomes of an order, and how often of a thousand.
_FATES = {
    "delivered": 690,
    "returned": 70,
    "refunded in part": 30,
    "cancelled": 60,
    "unpaid": 50,
    "payment failed": 20,
    "disputed": 10,
    "draft": 20,
    "shipped": 50,
}

# A voucher is worth 2 or 5 euros, off baskets of this much or more.
_VOUCHER_FROM = Decimal(20)

Step = Callable[[], object]


@dataclass
class Trade:
    """Plays the orders of all customers in the order of time.

    Numbers and dates of invoices may only grow, so everything that happens is put on one calendar
    and happens there, one after the other.
    """

    random: Random
    customers: list[User]
    variants: list[Variant]
    end: dt.datetime
    calendar: list[tuple[dt.datetime, int, Step]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ticket = count()
        self.warehouse = Warehouse(self.random, self._at)
        self._methods = list(PaymentMethod.objects.filter(is_active=True).order_by("position"))
        self._reasons = list(ReturnReason.objects.filter(is_active=True).order_by("code"))

    def run(self, orders: int) -> None:
        """Let this many orders happen, up to the end; what would happen later has not happened yet."""
        start = self.end - dt.timedelta(days=MONTHS * 30)
        self.warehouse.open(start, self.end)
        span = (self.end - start).total_seconds()
        fates, weights = list(_FATES), list(_FATES.values())
        for number in range(orders):
            # Trade grows over time: the square root leans towards the end.
            moment = start + dt.timedelta(seconds=span * ((number + self.random.random()) / orders) ** 0.7)
            fate = self.random.choices(fates, weights)[0]
            self._at(moment, partial(self._order, fate))
        while self.calendar:
            moment, _ticket, step = heapq.heappop(self.calendar)
            if moment > self.end:
                continue
            with clock.clock_at(moment), transaction.atomic():
                step()

    def _at(self, moment: dt.datetime, step: Step) -> None:
        heapq.heappush(self.calendar, (moment, next(self._ticket), step))

    def _in(self, low_hours: float, high_hours: float, step: Step) -> None:
        self._at(clock.now() + dt.timedelta(hours=self.random.uniform(low_hours, high_hours)), step)

    def _order(self, fate: str) -> None:
        guest = self.random.random() < 0.12
        customer = self.random.choice(self.customers)
        chosen = self.random.sample(self.variants, k=self.random.choices((1, 2, 3, 5), (50, 25, 15, 10))[0])
        lines = [NewLine(variant=item, quantity=self.random.choices((1, 2, 3), (75, 20, 5))[0]) for item in chosen]
        has_voucher = self.random.random() < 0.2 and sum(item.variant.price for item in lines) >= _VOUCHER_FROM
        discount = Decimal(self.random.choice((2, 5))) if has_voucher else Decimal(0)
        order = order_create(
            customer=None if guest else customer,
            email=customer.email,
            channel=self.random.choice((OrderChannel.STOREFRONT, OrderChannel.STOREFRONT, OrderChannel.STAFF)),
            shipping_address=customer.addresses.all()[0].snapshot(),
            shipping_price=Decimal("4.90") if self.random.random() < 0.7 else Decimal("0.00"),
            discount=discount,
            discount_reason="Newsletter voucher" if discount else "",
            lines=lines,
        )
        if fate == "draft":
            return
        try:
            with transaction.atomic():
                method = self.random.choices(self._methods, (30, 40, 15, 5, 5, 5)[: len(self._methods)])[0]
                payment = payment_create_for_order(order=order, method=method)
                order_place(order=order, reason="Ordered")
        except OrderRefused:
            # Sold out in the meantime: the draft stays for the order desk to look at.
            return
        if self.random.random() < 0.06:
            OrderNote.objects.create(order=order, text=self.random.choice(words.NOTES))
        if payment is not None:
            payment.method = method
            self._continue(order, payment, fate)

    def _continue(self, order: Order, payment: Payment, fate: str) -> None:
        if fate == "cancelled":
            paid_first = self.random.random() < 0.4
            if paid_first:
                self._in(0.1, 4, lambda: self._pay(order, payment, then=None))
            self._in(5, 40, lambda: self._cancel(order))
        elif fate == "unpaid":
            return
        elif fate == "payment failed":
            self._in(0.1, 2, lambda: self._fail(payment))
        else:
            wait = 60 if payment.method.kind == MethodKind.TRANSFER else 1
            self._in(0.05 * wait, 1.2 * wait, lambda: self._pay(order, payment, then=fate))

    def _pay(self, order: Order, payment: Payment, then: str | None) -> None:
        if payment.method.kind in {"card", "wallet"}:
            payment_record_event(payment=payment, kind="authorise", reference=f"AUTH-{payment.pk}", origin="provider")
        payment_settle(payment=payment, reference=f"PAY-{payment.pk}", origin="provider")
        if then is not None:
            self.warehouse.send(order, arrives=then != "shipped", then=partial(self._arrived, order, payment, then))

    def _fail(self, payment: Payment) -> None:
        payment_record_event(
            payment=payment,
            kind="fail",
            reference=f"FAIL-{payment.pk}",
            reason="Card declined",
            origin="provider",
        )

    def _cancel(self, order: Order) -> None:
        order_cancel(order=order, reason="Customer changed their mind")
        for refund in [refund for payment in order.payments.all() for refund in payment.refunds.all()]:
            self._in(1, 30, partial(self._pay_back, refund))

    def _pay_back(self, refund: Refund) -> None:
        refund_succeed(refund=refund, reference=f"REF-{refund.pk}")

    def _arrived(self, order: Order, payment: Payment, fate: str) -> None:
        if fate == "returned":
            self._in(48, 240, lambda: self._return(order))
        elif fate == "refunded in part":
            self._in(48, 300, lambda: self._refund_part(payment))
        elif fate == "disputed":
            self._in(48, 300, lambda: self._dispute(payment))

    def _return(self, order: Order) -> None:
        line = order.lines.order_by("position")[0]
        document = return_create(
            order=order, lines=[(line, line.delivered)], reason=self.random.choice(self._reasons), note="Sent back"
        )
        if self.random.random() < 0.15:
            return
        return_approve(document=document)

        def finish() -> None:
            return_receive(document=document)
            restock = self.random.random() < 0.8
            return_inspect(document=document, restock={item.pk: restock for item in document.lines.all()})
            return_complete(document=document)
            for refund in document.refunds.all():
                self._pay_back(refund)

        self._in(48, 160, finish)

    def _refund_part(self, payment: Payment) -> None:
        amount = min(Decimal("5.00"), payment.captured_amount)
        refund = refund_create(payment=payment, amount=amount, reason=self.random.choice(words.REFUND_REASONS))
        refund_succeed(refund=refund, reference=f"REF-{refund.pk}")

    def _dispute(self, payment: Payment) -> None:
        payment_record_event(
            payment=payment, kind="dispute", reference=f"DIS-{payment.pk}", reason="Chargeback", origin="provider"
        )
