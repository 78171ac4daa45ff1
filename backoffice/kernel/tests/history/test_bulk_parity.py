"""Bulk writers and single writes leave the same rows and the same history."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from accounts.models import CustomerProfile
from accounts.tests.factories import SellerFactory, UserFactory
from backoffice.kernel.history.bulk import bulk_delete, bulk_insert, bulk_update
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job
from products.models import Product, TaxClass, TaxRate, Variant
from products.states import ProductStatus
from products.tests.factories import ProductFactory, TaxClassFactory, VariantFactory

pytestmark = pytest.mark.django_db

MOMENT = dt.timedelta(minutes=1)
TEXTS = ["", "plain", "a\tb\\n\nc\rd", "\\N", "Größe 42 “x” 😀", "'; DROP TABLE x; --", "NULL", "%s", "\u202ert"]
AMOUNTS = [Decimal(0), Decimal("0.10"), Decimal(10), Decimal("9999999999.99"), Decimal("12.345"), Decimal("1E+2")]


def stored(model: type[models.Model], ids: list[int]) -> list[dict[str, Any]]:
    """Return the raw cells of rows, without keys and times, as the database types them."""
    table = model._meta.db_table
    typed = "typeof" if connection.vendor == "sqlite" else "pg_typeof"
    left_out = {"id", "created_at", "updated_at", "history_id", "history_date", "sku", "handle", "code", "valid_from"}
    names = [f.column for f in model._meta.concrete_fields if f.name not in left_out]
    key = "id"
    order = "history_id" if hasattr(model, "history_type") else "id"
    with connection.cursor() as cursor:
        picked = ", ".join(f"{name}, {typed}({name})" for name in names)
        marks = ", ".join(map(str, ids))
        cursor.execute(f"SELECT {picked} FROM {table} WHERE {key} IN ({marks}) ORDER BY {order}")
        return [dict(zip([c for n in names for c in (n, f"type of {n}")], row, strict=True)) for row in cursor]


def both(model: type[models.Model], singles: list[int], bulks: list[int]) -> None:
    assert stored(model, bulks) == stored(model, singles)
    assert stored(model.history.model, bulks) == stored(model.history.model, singles)


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="tests.bulk")


@pytest.fixture
def written(job):
    """A context in which a user, a job and a reason answer for the writes."""
    with audit(user=UserFactory(), job_id=job.pk, reason="A reason, with “quotes” and\na line"):
        yield


def variant_values(place: int) -> dict[str, Any]:
    return {
        "barcode": "0012345678905"[: place + 3],
        "title": TEXTS[place % len(TEXTS)],
        "price": AMOUNTS[place % len(AMOUNTS)],
        "compare_at_price": None if place % 2 else AMOUNTS[-1 - place % len(AMOUNTS)],
        "weight_grams": None if place % 3 else place,
        "is_active": bool(place % 2),
    }


def test_inserted_rows_equal_saved_rows(written):
    product = ProductFactory()
    cases = [variant_values(place) for place in range(12)]

    singles = [Variant.objects.create(product=product, sku=f"S-{n}", **case).pk for n, case in enumerate(cases)]
    rows = [(product.pk, f"B-{n}", *case.values()) for n, case in enumerate(cases)]
    bulks = bulk_insert(Variant, ["product", "sku", *cases[0]], rows)

    assert len(bulks) == 12
    both(Variant, singles, bulks)
    assert Variant.history.filter(id__in=bulks, history_type="+").count() == 12


def test_updated_rows_equal_saved_rows(written):
    pairs = [(VariantFactory(price=f"{n}.50"), VariantFactory(price=f"{n}.50")) for n in range(12)]
    Variant.objects.update(product=ProductFactory())
    Variant.history.all().delete()
    cases = [variant_values(place) for place in range(12)]

    for (single, _), case in zip(pairs, cases, strict=True):
        single.refresh_from_db()
        for name, value in case.items():
            setattr(single, name, value)
        single.save()
    updated = bulk_update(
        Variant, list(cases[0]), [(bulk.pk, *case.values()) for (_, bulk), case in zip(pairs, cases, strict=True)]
    )

    assert updated == 12
    both(Variant, [a.pk for a, _ in pairs], [b.pk for _, b in pairs])
    bulk = Variant.objects.get(pk=pairs[0][1].pk)
    assert bulk.updated_at - bulk.created_at > dt.timedelta(0)
    assert bulk.history.get().history_type == "~"


def test_deleted_rows_equal_deleted_rows(written, job):
    pairs = [(VariantFactory(title=text), VariantFactory(title=text)) for text in TEXTS]
    Variant.objects.update(product=ProductFactory())
    singles, bulks = [a.pk for a, _ in pairs], [b.pk for _, b in pairs]
    Variant.history.all().delete()

    for variant in Variant.objects.filter(pk__in=singles).order_by("pk"):
        variant.delete()
    deleted = bulk_delete(Variant, bulks)

    assert deleted == len(TEXTS)
    assert Variant.objects.count() == 0
    both(Variant, singles, bulks)
    assert {row.history_type for row in Variant.history.filter(id__in=bulks)} == {"-"}
    assert {row.history_job_id for row in Variant.history.filter(id__in=bulks)} == {job.pk}


def test_dates_choices_and_rates_are_stored_as_by_the_orm(written):
    tax_class = TaxClassFactory()
    days = [dt.date(2024, 1, 1), dt.date(2025, 2, 28)]

    singles = [TaxRate.objects.create(tax_class=tax_class, country="DE", rate="19", valid_from=day).pk for day in days]
    bulks = bulk_insert(
        TaxRate,
        ["tax_class", "country", "rate", "category", "valid_from"],
        [(tax_class.pk, "DE", Decimal(19), "S", day.replace(year=2023)) for day in days],
    )

    both(TaxRate, singles, bulks)
    assert [r.valid_from for r in TaxRate.objects.filter(pk__in=bulks)] == [
        dt.date(2023, 2, 28),
        dt.date(2023, 1, 1),
    ]


def test_choices_and_defaults_are_filled(written):
    seller, tax_class = SellerFactory(), TaxClassFactory()
    single = Product.objects.create(seller=seller, tax_class=tax_class, handle="a", name="Lamp")

    ids = bulk_insert(
        Product,
        ["seller_id", "tax_class_id", "handle", "name", "status"],
        [(seller.pk, tax_class.pk, "b", "Lamp", ProductStatus.DRAFT)],
    )

    both(Product, [single.pk], ids)
    bulk = Product.objects.get(pk=ids[0])
    assert abs(bulk.created_at - single.created_at) < MOMENT
    assert abs(bulk.history.get().history_date - single.history.get().history_date) < MOMENT


def test_marks_of_the_users_language_and_consent_survive(written):
    one, two = UserFactory(), UserFactory()
    single = CustomerProfile.objects.create(user=one, language="de", accepts_marketing=True, note=TEXTS[2])
    (bulk,) = bulk_insert(
        CustomerProfile, ["user", "language", "accepts_marketing", "note"], [(two.pk, "de", True, TEXTS[2])]
    )

    left, right = (row[0] for row in (stored(CustomerProfile, [single.pk]), stored(CustomerProfile, [bulk])))
    assert {**left, "user_id": 0} == {**right, "user_id": 0}


def test_a_tax_class_keeps_its_own_key_order(written):
    ids = bulk_insert(TaxClass, ["code", "name"], [(f"c{n}", f"Class {n}") for n in range(7)])

    assert ids == sorted(ids)
    assert [TaxClass.objects.get(pk=pk).code for pk in ids] == [f"c{n}" for n in range(7)]
    assert TaxClass.objects.create(code="next", name="Next").pk == ids[-1] + 1


def test_a_constraint_refuses_a_chunk_as_it_refuses_a_row(written):
    VariantFactory(sku="TAKEN")
    history = Variant.history.count()
    product = Variant.objects.get().product_id

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert(Variant, ["product_id", "sku", "price"], [(product, "FREE", "1.00"), (product, "TAKEN", "1.00")])

    assert (Variant.objects.count(), Variant.history.count()) == (1, history)
