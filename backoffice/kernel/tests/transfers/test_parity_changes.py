"""What an upload changes equals what the services for single rows change: rows, histories, movements and news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.transfers.dumps import dump
from backoffice.kernel.tests.transfers.uploading import applied
from products.events import catalogue_changed, stock_changed
from products.models import Category, Location, MovementReason, Product, Stock, Variant
from products.services.categories import category_create
from products.services.products import product_archive, product_publish, product_save
from products.services.stock import StockMove, stock_move
from products.services.variants import variant_save

pytestmark = pytest.mark.django_db

START = """
    handle,sku,name,category,brand,option1_name,option1_value,option2_name,option2_value,barcode,price,compare_at_price,weight_grams,on_sale,stock
    mug,M-1,Mug,Home,Nord,Colour,Red,Size,M,0012,10,12.5,300,yes,5
    mug,M-2,,,,Colour,Blue,Size,M,,11.10,,,yes,
    cup,C-1,Cup,Home,Nord,,,,,,3,,,yes,4
"""
# The job, its reason and the document are each way's own.
OWN = {"history_change_reason", "history_job_id", "job_id", "reference"}


def product(handle: str, **values: Any) -> Product:
    found = Product.objects.get(handle=handle)
    for name, value in values.items():
        setattr(found, name, value)
    return product_save(product=found)


def variant(sku: str, options: list[tuple[str, str]] | None = None, **values: Any) -> Variant:
    found = Variant.objects.get(sku=sku)
    for name, value in values.items():
        setattr(found, name, value)
    return variant_save(variant=found, options=options)


def moved(sku: str, quantity: int, reason: MovementReason) -> None:
    place = Location.objects.get(code="main").pk
    move = StockMove(variant_id=Variant.objects.get(sku=sku).pk, location_id=place, quantity=quantity)
    stock_move(moves=[move], reason=reason)


def everything_changes() -> None:
    home = Category.objects.get(full_name="Home")
    kitchen = category_create(category=Category(name="Kitchen"), parent=home)
    product("mug", name="Big mug", brand="Süd", category=kitchen, description="<p>Nice</p><script>x</script>")
    variant(
        "M-1",
        [("Colour", "Green"), ("Size", "M")],
        price=Decimal("12.00"),
        compare_at_price=None,
        barcode="0013",
        is_active=False,
    )
    variant("M-2", price=Decimal("13.00"), weight_grams=250)
    moved("M-1", 4, MovementReason.UPLOAD)
    moved("C-1", -4, MovementReason.UPLOAD)


def a_variant_joins() -> None:
    joined = variant_save(
        variant=Variant(product=Product.objects.get(handle="mug"), sku="M-3", price=Decimal("9.00")),
        options=[("Colour", "Red"), ("Size", "L")],
    )
    assert joined.title == "Red / L"


class Case(NamedTuple):
    file: str
    single: Callable[[], Any]


CASES = {
    "everything": Case(
        """
        handle,sku,name,category,brand,description,option1_name,option1_value,option2_name,option2_value,barcode,price,compare_at_price,weight_grams,on_sale,stock
        mug,M-1,Big mug,Home > Kitchen,Süd,<p>Nice</p><script>x</script>,Colour,Green,Size,M,0013,12,[clear],,no,9
        mug,M-2,,,,,Colour,Blue,Size,M,,13,,250,,
        cup,C-1,,,,,,,,,,,,,,0
        """,
        everything_changes,
    ),
    "a variant joins": Case(
        "handle,sku,option1_name,option1_value,option2_name,option2_value,price\nmug,M-3,Colour,Red,Size,L,9\n",
        a_variant_joins,
    ),
    "cleared": Case(
        "sku,brand,category,barcode\nM-1,[clear],[clear],[clear]\n",
        lambda: (product("mug", brand="", category=None), variant("M-1", barcode="")),
    ),
    "published": Case("sku,status\nM-1,active\n", lambda: product_publish(product=Product.objects.get(handle="mug"))),
    "archived": Case("sku,status\nC-1,archived\n", lambda: product_archive(product=Product.objects.get(handle="cup"))),
    "prices alone": Case(
        "sku,price\nM-1,8.5\nC-1,2\n",
        lambda: (variant("M-1", price=Decimal("8.50")), variant("C-1", price=Decimal("2.00"))),
    ),
    "stock alone": Case("sku,stock\nC-1,7\n", lambda: moved("C-1", 3, MovementReason.UPLOAD)),
}


@pytest.fixture
def user(shop):
    applied(START)
    return StaffFactory(is_superuser=True)


@pytest.mark.parametrize("name", CASES)
def test_both_ways_leave_the_same(user, name):
    before = dump(leave_out=OWN)
    with news() as told_singly, transaction.atomic():
        job = Job.objects.create(kind="tests.single", title="By hand")
        with audit(user=user, job_id=job.pk, reason="by hand"):
            CASES[name].single()
        singly, names_singly = dump(leave_out=OWN), names(told_singly)
        transaction.set_rollback(True)

    with news() as told_at_once:
        applied(CASES[name].file, owner=user)

    at_once = dump(leave_out=OWN)
    assert at_once != before
    for label, rows in singly.items():
        assert at_once[label] == rows, label
    assert names(told_at_once) == names_singly


@contextmanager
def news() -> Iterator[list[dict[str, Any]]]:
    """Collect what is told while the block runs."""
    told: list[dict[str, Any]] = []

    def listen(**kwargs: Any) -> None:
        told.append(kwargs)

    for signal in (catalogue_changed, stock_changed):
        signal.connect(listen, dispatch_uid="tests.parity")
    try:
        yield told
    finally:
        for signal in (catalogue_changed, stock_changed):
            signal.disconnect(dispatch_uid="tests.parity")


def names(told: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return which products, variants and stock the news told of; how many at once is each way's own."""
    keys = {name: {key for entry in told for key in entry.get(name, ())} for name in _WORDS}
    return {
        name: set(model.objects.filter(pk__in=keys[name]).values_list(word, flat=True))
        for name, (model, word) in _WORDS.items()
    }


_WORDS: dict[str, tuple[Any, str]] = {
    "product_ids": (Product, "handle"),
    "variant_ids": (Variant, "sku"),
    "stock_ids": (Stock, "variant__sku"),
}
