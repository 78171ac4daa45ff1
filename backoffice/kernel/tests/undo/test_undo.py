"""A job is taken back as a whole; what somebody touched since stays and is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import UndoRefused, applying, undo_plan, undo_request, undo_start
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.tests.jobs_made import job_at_work
from products.models import Product, Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def undo(job: Job) -> Job:
    done, new = undo_request(job=job, owner=None)
    assert (new, done.state, done.error) == (True, JobState.SUCCEEDED, "")
    return done


def counts(job: Job) -> dict[str, int]:
    return {key: job.result[key] for key in ("deleted", "restored", "recreated", "conflicts")}


def test_a_changed_row_returns_to_what_it_was():
    # given
    variant = VariantFactory(price=Decimal("10.00"), title="Blue")
    with job_at_work("Spring prices") as job:
        variant.price = Decimal("7.50")
        variant.save()

    # when
    done = undo(job)

    # then
    variant.refresh_from_db()
    assert (variant.price, variant.title) == (Decimal("10.00"), "Blue")
    newest = variant.history.first()
    assert (newest.history_type, newest.price, newest.history_job_id) == ("~", Decimal("10.00"), done.pk)
    assert newest.history_change_reason == "Undo: Spring prices"
    assert newest.updated_at == variant.updated_at
    assert counts(done) == {"deleted": 0, "restored": 1, "recreated": 0, "conflicts": 0}


def test_a_row_changed_twice_by_the_job_returns_to_before_its_first_change():
    variant = VariantFactory(price=Decimal("10.00"))
    with job_at_work() as job:
        for price in ("8.00", "7.00"):
            variant.price = Decimal(price)
            variant.save()

    undo(job)

    variant.refresh_from_db()
    assert variant.price == Decimal("10.00")
    assert variant.history.count() == 4


def test_rows_made_by_the_job_go_children_before_parents():
    with job_at_work() as job:
        variant = VariantFactory()

    done = undo(job)

    assert not Variant.objects.filter(pk=variant.pk).exists()
    assert not Product.objects.filter(pk=variant.product_id).exists()
    # product, variant, seller and tax class were all made by the job
    assert counts(done) == {"deleted": 4, "restored": 0, "recreated": 0, "conflicts": 0}
    assert Variant.history.filter(id=variant.pk).latest().history_type == "-"


def test_a_row_made_and_then_changed_by_the_job_goes():
    with job_at_work() as job:
        product = ProductFactory()
        product.name = "Another"
        product.save()

    undo(job)

    assert not Product.objects.filter(pk=product.pk).exists()


def test_a_deleted_row_is_made_again_under_its_old_key():
    variant = VariantFactory(price=Decimal("12.34"))
    key, sku = variant.pk, variant.sku
    with job_at_work() as job:
        variant.delete()

    done = undo(job)

    again = Variant.objects.get(pk=key)
    assert (again.sku, again.price) == (sku, Decimal("12.34"))
    assert again.history.first().history_type == "+"
    assert counts(done) == {"deleted": 0, "restored": 0, "recreated": 1, "conflicts": 0}


def test_a_row_touched_since_stays_and_says_by_whom_and_when():
    # given
    mine, theirs = VariantFactory(price=Decimal("10.00")), VariantFactory(price=Decimal("10.00"))
    with job_at_work() as job:
        for variant in (mine, theirs):
            variant.price = Decimal("9.00")
            variant.save()
    colleague = StaffFactory(email="colleague@example.com")
    with audit(user=colleague):
        theirs.price = Decimal("9.50")
        theirs.save()

    # when
    plan = undo_plan(job.pk)
    done = undo(job)

    # then
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.price, theirs.price) == (Decimal("10.00"), Decimal("9.50"))
    assert plan.conflict_total == 1
    conflict = plan.conflicts[0]
    assert (conflict.object_id, conflict.name, conflict.reason) == (theirs.pk, str(theirs), "Changed since.")
    assert (conflict.who, conflict.when) == ("colleague@example.com", theirs.history.first().history_date)
    assert counts(done) == {"deleted": 0, "restored": 1, "recreated": 0, "conflicts": 1}
    assert done.result["conflict_list"][0]["who"] == "colleague@example.com"


def test_a_new_row_that_something_else_refers_to_stays():
    # given a product made by the job, and a variant added to it by hand since
    product = ProductFactory.build()
    base = ProductFactory()
    with job_at_work() as job:
        product = ProductFactory(seller=base.seller, tax_class=base.tax_class)
    VariantFactory(product=product)

    # when
    plan = undo_plan(job.pk)
    done = undo(job)

    # then
    assert Product.objects.filter(pk=product.pk).exists()
    assert [(entry.object_id, entry.reason) for entry in plan.conflicts] == [(product.pk, "Still used by variants.")]
    assert counts(done) == {"deleted": 0, "restored": 0, "recreated": 0, "conflicts": 1}


def test_what_keeps_a_child_keeps_its_parent():
    # given product and variant made by the job; the variant was changed since
    base = ProductFactory()
    with job_at_work() as job:
        variant = VariantFactory(product=ProductFactory(seller=base.seller, tax_class=base.tax_class))
    variant.price = Decimal("1.00")
    variant.save()

    # when
    plan = undo_plan(job.pk)
    done = undo(job)

    # then
    assert {entry.object_id for entry in plan.conflicts} == {variant.pk, variant.product_id}
    assert plan.conflict_total == 2
    assert counts(done) == {"deleted": 0, "restored": 0, "recreated": 0, "conflicts": 2}


def test_a_row_that_holds_the_old_value_of_another_goes_first():
    # given the job renamed one SKU and gave the old one to a new variant
    old = VariantFactory(sku="A-1")
    with job_at_work() as job:
        old.sku = "A-2"
        old.save()
        new = VariantFactory(sku="A-1", product=old.product)

    done = undo(job)

    old.refresh_from_db()
    assert old.sku == "A-1"
    assert not Variant.objects.filter(pk=new.pk).exists()
    assert counts(done) == {"deleted": 1, "restored": 1, "recreated": 0, "conflicts": 0}


def test_a_row_moved_away_from_a_new_parent_lets_the_parent_go():
    variant = VariantFactory()
    first = variant.product
    with job_at_work() as job:
        second = ProductFactory(seller=first.seller, tax_class=first.tax_class)
        variant.product = second
        variant.save()

    undo(job)

    variant.refresh_from_db()
    assert variant.product_id == first.pk
    assert not Product.objects.filter(pk=second.pk).exists()


def test_an_old_value_taken_meanwhile_by_another_row_is_a_conflict():
    old, other = VariantFactory(sku="A-1"), VariantFactory(sku="B-1")
    with job_at_work() as job:
        old.sku = "A-2"
        old.save()
        other.price = Decimal("1.00")
        other.save()
    VariantFactory(sku="A-1")

    done = undo(job)

    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.sku, other.price) == ("A-2", Decimal("10.00"))
    assert [(entry["id"], entry["reason"]) for entry in done.result["conflict_list"]] == [
        (old.pk, "A value that it had is taken by another row.")
    ]


def test_an_undo_can_be_undone():
    kept = VariantFactory(price=Decimal("10.00"))
    with job_at_work() as job:
        kept.price = Decimal("9.00")
        kept.save()
        made = VariantFactory(product=kept.product, sku="NEW")
    done = undo(job)

    again = undo(done)

    kept.refresh_from_db()
    assert kept.price == Decimal("9.00")
    assert Variant.objects.get(sku="NEW").pk == made.pk
    assert counts(again) == {"deleted": 0, "restored": 1, "recreated": 1, "conflicts": 0}


def test_asking_twice_undoes_once():
    variant = VariantFactory()
    with job_at_work() as job:
        variant.price = Decimal("9.00")
        variant.save()
    undo(job)

    with pytest.raises(UndoRefused, match="undone before"):
        undo_request(job=job, owner=None)

    assert variant.history.count() == 3
    assert Job.objects.filter(undoes=job).count() == 1


def test_a_job_that_works_is_not_undone():
    job = Job.objects.create(kind="test", title="Long work")

    with pytest.raises(UndoRefused, match="not finished"):
        undo_request(job=job, owner=None)


def test_a_job_without_changes_says_so():
    with job_at_work() as job:
        pass

    assert undo_plan(job.pk).refusal == "This job changed nothing that could be taken back."
    with pytest.raises(UndoRefused, match="changed nothing"):
        undo_request(job=job, owner=None)


def test_the_plan_counts_what_the_undo_does():
    kept, gone = VariantFactory(), VariantFactory()
    with job_at_work() as job:
        kept.price = Decimal("9.00")
        kept.save()
        gone.delete()
        VariantFactory(product=kept.product)

    plan = undo_plan(job.pk)

    assert [(entry.model, entry.deletes, entry.restores, entry.recreates) for entry in plan.models] == [
        (Variant, 1, 1, 1)
    ]
    assert (plan.total, plan.conflict_total, plan.refusal) == (3, 0, "")


def test_after_the_later_of_two_jobs_is_undone_the_earlier_can_be():
    variant = VariantFactory(price=Decimal("10.00"))
    jobs = []
    for price in ("9.00", "8.00"):
        with job_at_work(f"To {price}") as job:
            variant.price = Decimal(price)
            variant.save()
        jobs.append(job)
    assert undo_plan(jobs[0].pk).conflict_total == 1

    undo(jobs[1])
    done = undo(jobs[0])

    variant.refresh_from_db()
    assert variant.price == Decimal("10.00")
    assert counts(done) == {"deleted": 0, "restored": 1, "recreated": 0, "conflicts": 0}


def test_an_undo_in_many_chunks_goes_on_after_an_interruption(monkeypatch):
    # given 7 changed rows, chunks of 2, and a worker that dies after the second chunk
    monkeypatch.setattr(applying, "CHUNK", 2)
    variants = VariantFactory.create_batch(7, product=ProductFactory())
    with job_at_work() as job:
        for variant in variants:
            variant.price = Decimal("9.00")
            variant.save()
        made = VariantFactory(product=variants[0].product)
    undo_job, _new = undo_start(job=job, owner=None, total=8, here=True)
    original, calls = applying.restore_rows, []

    def dies(table, due):
        calls.append(due)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(table, due)

    with monkeypatch.context() as patch:
        patch.setattr(applying, "restore_rows", dies)
        with pytest.raises(KeyboardInterrupt):
            job_run(job_id=undo_job.pk)
    half = Variant.objects.filter(price=Decimal("10.00")).count()
    Job.objects.filter(pk=undo_job.pk).update(state=JobState.QUEUED)

    # when
    done = job_run(job_id=undo_job.pk)

    # then each row was written once; the first chunk held the new variant too
    assert half == 3
    assert (done.state, counts(done)) == (
        JobState.SUCCEEDED,
        {"deleted": 1, "restored": 7, "recreated": 0, "conflicts": 0},
    )
    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("10.00")}
    assert not Variant.objects.filter(pk=made.pk).exists()
    assert Variant.history.filter(history_job=undo_job.pk).count() == 8
