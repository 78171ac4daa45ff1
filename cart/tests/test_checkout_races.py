"""Many shoppers at a time, on PostgreSQL: each order once, nothing sold twice."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from backoffice.kernel.history.context import audit
from cart.models import Cart
from cart.services.carts import cart_for, cart_merge_on_login
from cart.services.checkout import CheckoutDetails, cart_checkout
from cart.services.lines import cart_line_add
from cart.tests.factories import contents, customer, filled_cart, guest
from orders.models import Order
from orders.tests.factories import ADDRESS, stocked_variant
from products.models import Stock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 16
DETAILS = CheckoutDetails(email="guest@example.com", shipping_address=ADDRESS)

# One process of shoppers who all want the same thing; prints what became of each checkout.
SHOPPERS = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = sys.argv[1]
from backoffice.kernel.history.context import audit
from cart.owners import CartOwner
from cart.services.carts import cart_for
from cart.services.checkout import CheckoutDetails, cart_checkout
from cart.services.lines import cart_line_add
from products.models import Variant
variant = Variant.objects.get(sku=sys.argv[2])
details = CheckoutDetails(email="guest@example.com", shipping_address={"name": "Kim", "line1": "Weg 1", "country": "DE"})
sys.stdin.readline()
for number in range(int(sys.argv[4])):
    owner = CartOwner(session_id=f"{sys.argv[3]}-{number}")
    with audit(source="tests"):
        cart_line_add(cart=cart_for(owner), variant=variant, quantity=1)
        try:
            cart_checkout(owner=owner, key="k", details=details)
        except Exception as error:
            print(type(error).__name__, flush=True)
        else:
            print("ordered", flush=True)
"""


def at_once(work: Callable[[int], object], *, workers: int = WORKERS) -> list[object]:
    """Run the work in so many connections that start together."""
    gate = threading.Barrier(workers)

    def run(number: int) -> object:
        gate.wait()
        try:
            with audit(source="tests"):
                return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


def test_sixteen_processes_sell_fifty_pieces_fifty_times():
    variant = stocked_variant(on_hand=50)
    each = 5
    command = [sys.executable, "-c", SHOPPERS, connection.settings_dict["NAME"], variant.sku]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "DATABASE_URL": os.environ["DATABASE_URL"],
    }
    processes = [
        subprocess.Popen(
            [*command, f"shopper-{number}", str(each)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
            env=environment,
        )
        for number in range(WORKERS)
    ]
    answers = Counter()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        answers.update(out.split())

    assert set(answers) <= {"ordered", "OutOfStock", "OrderRefused"}
    assert (answers["ordered"], sum(answers.values())) == (50, WORKERS * each)
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.allocated) == (50, 50)
    assert Order.objects.count() == 50
    assert Counter(Cart.objects.values_list("status", flat=True)) == {"converted": 50, "open": 30}


def test_a_click_that_is_repeated_sixteen_times_at_once_orders_once():
    variant = stocked_variant(on_hand=50)
    filled_cart(guest(), (variant, 2))

    answers = at_once(lambda _: cart_checkout(owner=guest(), key="k", details=DETAILS))

    assert Counter(new for _, new in answers) == {True: 1, False: WORKERS - 1}
    assert {order.pk for order, _ in answers} == {Order.objects.get().pk}
    assert Stock.objects.get().allocated == 2


def test_sixteen_keys_for_one_cart_order_once():
    variant = stocked_variant(on_hand=50)
    filled_cart(guest(), (variant, 2))

    def click(number: int) -> str:
        try:
            return str(cart_checkout(owner=guest(), key=f"key-{number}", details=DETAILS)[0])
        except Exception as error:  # noqa: BLE001 - who comes after the commit finds no cart
            return str(error)

    answers = set(at_once(click))

    assert answers <= {Order.objects.get().number, "The cart is empty."}
    assert Stock.objects.get().allocated == 2


def test_pieces_added_at_once_all_count():
    variant = stocked_variant()

    at_once(lambda _: cart_line_add(cart=cart_for(guest()), variant=variant))

    assert contents(Cart.objects.get()) == {variant.sku: WORKERS}


def test_log_ins_at_once_merge_once():
    variant = stocked_variant()
    kim = customer()
    filled_cart(guest("g"), (variant, 2))

    at_once(lambda _: cart_merge_on_login(customer=kim.customer, session_id="g"))

    assert contents(Cart.objects.get(customer=kim.customer, status="open")) == {variant.sku: 2}
    assert Cart.objects.filter(status="merged").count() == 1
