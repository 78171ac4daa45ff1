"""Stock that was counted or set after a job keeps that figure when the job is undone; pieces that came or went do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F, Sum
from django.utils import timezone

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import undo_plan
from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_undo
from products.models import MovementReason, Stock, Variant
from products.services.stock import StockCount, StockMove, stock_count, stock_move
from products.tests.factories import LocationFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def variants() -> list[Variant]:
    """Two SKUs with ten pieces each."""
    location = LocationFactory(code="main")
    made = [VariantFactory(sku=sku) for sku in ("M-1", "C-1")]
    for variant in made:
        stock_move(
            moves=[StockMove(variant_id=variant.pk, location_id=location.pk, quantity=10)],
            reason=MovementReason.RECEIPT,
        )
    return made


def stock_file(*rows: tuple[str, int], how: str = "set") -> Upload:
    lines = "".join(f"{sku},{quantity},main\n" for sku, quantity in rows)
    return applied(f"sku,quantity,location\n{lines}", kind="stock", choices={"quantities": how})


def counted(variant: Variant, quantity: int, **named) -> None:
    place = Stock.objects.get(variant=variant)
    stock_count(counts=[StockCount(variant.pk, place.location_id, quantity)], **named)


def undone(upload: Upload) -> list[tuple[str, str, str]]:
    """Undo an upload; return (name, reason, who) of what stays, which the preview names too."""
    plan = undo_plan(upload.apply_job_id)
    _, job = upload_undo(upload=upload, user=None, here=True)
    assert (job.state, job.error) == ("succeeded", "")
    stays = [(entry["name"], entry["reason"], entry.get("who", "")) for entry in job.result["conflict_list"]]
    assert sorted(stays) == sorted((entry.name, entry.reason, entry.who) for entry in plan.conflicts)
    assert (plan.conflict_total, job.result["conflicts"]) == (len(stays), len(stays))
    assert not Stock.objects.annotate(moved=Sum("movements__quantity")).exclude(on_hand=F("moved")).exists()
    return stays


def figures() -> dict[str, int]:
    return dict(Stock.objects.values_list("variant__sku", "on_hand"))


def test_a_later_count_holds(variants):
    upload = stock_file(("M-1", 25), ("C-1", 25))
    user = StaffFactory()
    with audit(user=user):
        counted(variants[0], 12)

    assert undone(upload) == [("M-1 at Main warehouse", "Counted since: that figure holds.", str(user))]
    assert figures() == {"M-1": 12, "C-1": 10}


def test_a_later_upload_that_sets_the_stock_holds_until_it_is_undone_itself(variants):
    first = stock_file(("M-1", 25), ("C-1", 25))
    second = stock_file(("M-1", 30))

    stays = undone(first)

    assert stays == [
        ("M-1 at Main warehouse", "Set by an upload since: that figure holds.", f"job {second.apply_job_id}")
    ]
    assert figures() == {"M-1": 30, "C-1": 10}


def test_two_uploads_are_undone_the_later_one_first(variants):
    first, second = stock_file(("M-1", 25)), stock_file(("M-1", 30))

    assert (undone(second), figures()["M-1"]) == ([], 25)
    assert (undone(first), figures()["M-1"]) == ([], 10)


def test_pieces_that_were_added_or_sold_since_stay_added_and_sold(variants):
    first = stock_file(("M-1", 25))
    stock_file(("M-1", 4), how="add")
    place = Stock.objects.get(variant=variants[0])
    stock_move(
        moves=[StockMove(variant_id=place.variant_id, location_id=place.location_id, quantity=-3)],
        reason=MovementReason.SHIPMENT,
    )

    assert (undone(first), figures()["M-1"]) == ([], 11)


def test_a_count_of_before_that_was_entered_late_says_nothing_of_later(variants):
    upload = stock_file(("M-1", 25))
    # Eight lay there; ten and fifteen have come in since.
    counted(variants[0], 8, counted_at=timezone.now() - timedelta(minutes=5))

    assert figures()["M-1"] == 33
    assert undone(upload) == []
    assert figures()["M-1"] == 18


def test_what_a_product_file_opened_and_another_set_holds_too(variants):
    first = applied("sku,name,price,stock\nN-1,Nut,1,5\n")
    applied("sku,stock\nN-1,7\n")

    stays = undone(first)

    assert ("N-1 at Main warehouse", "Set by an upload since: that figure holds.") in [entry[:2] for entry in stays]
    assert figures()["N-1"] == 7


def test_all_are_counted_and_the_first_named(variants, monkeypatch):
    monkeypatch.setattr("products.services.stock.undo.MOST_NAMED", 1)
    monkeypatch.setattr("products.services.stock.undo.CHUNK", 1)
    upload = stock_file(("M-1", 25), ("C-1", 25))
    stock_file(("M-1", 30), ("C-1", 30))

    plan = undo_plan(upload.apply_job_id)
    _, job = upload_undo(upload=upload, user=None, here=True)

    assert (plan.conflict_total, len(plan.conflicts)) == (2, 1)
    assert (job.result["conflicts"], len(job.result["conflict_list"])) == (2, 1)
