"""The preview of an undo names every row that the undo then leaves, and why: a value is taken, a parent is gone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import AddressFactory, UserFactory
from backoffice.kernel.history.undo import undo_plan, undo_request
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.jobs_made import job_at_work
from products.models import Attribute, Product, Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

TAKEN = "A value that it had is taken by another row."
GONE = "What it belonged to is gone."

Staying = list[tuple[str, int, str]]


def undone_as_foreseen(job: Job) -> Staying:
    """Preview and undo a job; return (model, key, reason) of the rows that stay, which both must name."""
    plan = undo_plan(job.pk)
    done, _ = undo_request(job=job, owner=None)
    assert (done.state, done.error) == ("succeeded", "")
    foreseen = [(entry.model, entry.object_id, entry.reason) for entry in plan.conflicts]
    stayed = [(entry["model"], entry["id"], entry["reason"]) for entry in done.result["conflict_list"]]
    assert sorted(foreseen) == sorted(stayed)
    for name in ("deleted", "restored", "recreated"):
        assert sum(getattr(entry, f"{name}s".replace("ds", "s")) for entry in plan.models) == done.result[name], name
    assert plan.conflict_total == done.result["conflicts"]
    return foreseen


def test_a_code_that_somebody_else_has_by_now():
    changed, other = VariantFactory(sku="A-1"), VariantFactory(sku="B-1")
    with job_at_work() as job:
        for variant, sku in ((changed, "A-2"), (other, "B-2")):
            variant.sku = sku
            variant.save()
    VariantFactory(sku="A-1")

    assert undone_as_foreseen(job) == [("variant", changed.pk, TAKEN)]
    assert set(Variant.objects.values_list("sku", flat=True)) == {"A-2", "B-1", "A-1"}


def test_a_deleted_row_whose_code_somebody_else_has_by_now():
    gone = VariantFactory(sku="A-1")
    key = gone.pk
    with job_at_work() as job:
        gone.delete()
    VariantFactory(sku="A-1")

    assert undone_as_foreseen(job) == [("variant", key, TAKEN)]


def test_a_code_that_was_handed_on_is_in_nobodys_way():
    first, second = VariantFactory(sku="A-1"), VariantFactory(sku="A-2")
    with job_at_work() as job:
        for variant, sku in ((second, "A-3"), (first, "A-2")):
            variant.sku = sku
            variant.save()

    assert undone_as_foreseen(job) == []
    assert list(Variant.objects.order_by("pk").values_list("sku", flat=True)) == ["A-1", "A-2"]


def test_codes_that_changed_places_stay_as_neither_can_go_first():
    first, second = VariantFactory(sku="A-1"), VariantFactory(sku="A-2")
    with job_at_work() as job:
        for variant, sku in ((first, "A-9"), (second, "A-1"), (first, "A-2")):
            variant.sku = sku
            variant.save()

    assert sorted(undone_as_foreseen(job)) == [("variant", first.pk, TAKEN), ("variant", second.pk, TAKEN)]


def test_a_flag_goes_back_to_the_row_that_had_it():
    user = UserFactory()
    first, other = AddressFactory(user=user, is_default_billing=True), AddressFactory(user=user)
    with job_at_work() as job:
        for address, flag in ((first, False), (other, True)):
            address.is_default_billing = flag
            address.save()

    assert undone_as_foreseen(job) == []
    assert list(user.addresses.order_by("pk").values_list("is_default_billing", flat=True)) == [True, False]


def test_who_cannot_give_a_code_up_keeps_it_from_the_next():
    """A-1 is taken, so the first keeps A-2, so the second cannot have that back."""
    first, second = VariantFactory(sku="A-1"), VariantFactory(sku="A-2")
    with job_at_work() as job:
        for variant, sku in ((second, "A-3"), (first, "A-2")):
            variant.sku = sku
            variant.save()
    VariantFactory(sku="A-1")

    assert sorted(undone_as_foreseen(job)) == [("variant", first.pk, TAKEN), ("variant", second.pk, TAKEN)]


def test_a_code_that_a_row_made_by_the_job_has_comes_free():
    old = VariantFactory(sku="A-1")
    with job_at_work() as job:
        old.sku = "A-2"
        old.save()
        VariantFactory(sku="A-1", product=old.product)

    assert undone_as_foreseen(job) == []
    assert list(Variant.objects.values_list("pk", "sku")) == [(old.pk, "A-1")]


def test_a_row_made_by_the_job_that_must_stay_keeps_its_code():
    old = VariantFactory(sku="A-1")
    with job_at_work() as job:
        old.sku = "A-2"
        old.save()
        made = VariantFactory(sku="A-1", product=old.product)
    made.title = "Ours now"
    made.save()

    assert sorted(undone_as_foreseen(job)) == sorted(
        [("variant", made.pk, "Changed since."), ("variant", old.pk, TAKEN)]
    )


def test_names_that_differ_by_their_letters_case_alone():
    attribute = Attribute.objects.create(name="Colour")
    with job_at_work() as job:
        attribute.name = "Shade"
        attribute.save()
    Attribute.objects.create(name="COLOUR")

    assert undone_as_foreseen(job) == [("attribute", attribute.pk, TAKEN)]


def test_a_flag_that_another_row_has_by_now():
    user = UserFactory()
    first, other = AddressFactory(user=user, is_default_billing=True), AddressFactory(user=user)
    with job_at_work() as job:
        first.is_default_billing = False
        first.save()
    other.is_default_billing = True
    other.save()

    assert undone_as_foreseen(job) == [("address", first.pk, TAKEN)]
    assert list(user.addresses.order_by("pk").values_list("is_default_billing", flat=True)) == [False, True]


def test_what_a_deleted_row_belonged_to_is_gone():
    variant, other = VariantFactory(), VariantFactory()
    key, product = variant.pk, variant.product
    with job_at_work() as job:
        variant.delete()
        other.title = "Other"
        other.save()
    product.delete()

    assert undone_as_foreseen(job) == [("variant", key, GONE)]


def test_what_comes_back_with_what_it_belonged_to():
    variant = VariantFactory()
    key, product = variant.pk, variant.product
    with job_at_work() as job:
        variant.delete()
        product.delete()

    assert undone_as_foreseen(job) == []
    assert Variant.objects.get().pk == key


def test_what_cannot_come_back_keeps_its_own_from_coming_back():
    variant = VariantFactory(sku="A-1", product=ProductFactory(handle="cup"))
    product, seller = variant.product, variant.product.seller
    keys = (product.pk, variant.pk)
    with job_at_work() as job:
        variant.delete()
        product.delete()
    ProductFactory(handle="cup", seller=seller)

    assert sorted(undone_as_foreseen(job)) == [("product", keys[0], TAKEN), ("variant", keys[1], GONE)]
    assert Product.objects.count() == 1


def test_a_preview_asks_the_same_for_one_row_and_for_many():
    def cost(number: int) -> int:
        made = [VariantFactory(sku=f"A-{number}-{place}") for place in range(number)]
        with job_at_work() as job:
            for variant in made:
                variant.sku += "-X"
                variant.save()
        VariantFactory(sku=f"A-{number}-0")
        with CaptureQueriesContext(connection) as found:
            assert undo_plan(job.pk).conflict_total == 1
        return len(found)

    assert cost(1) == cost(20)
