"""A second person approves exactly what was previewed; anything else needs approval anew."""

from decimal import Decimal

import pytest

from accounts.tests.factories import StaffFactory
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import (
    UploadRefused,
    upload_apply,
    upload_approve,
    upload_cancel,
    upload_map,
    upload_plan,
    upload_read_again,
)
from products.models import Variant

pytestmark = pytest.mark.django_db

START = "sku,name,price\nA,Mug,10\nB,Cup,20\nC,Can,30\n"
DEARER = "sku,price\nA,15\nB,30\nC,45\n"


@pytest.fixture
def owner(shop):
    applied(START)
    ShopSettings.objects.create(pk=1, approval_rows=2)
    return StaffFactory(is_superuser=True)


@pytest.fixture
def other(db):
    return StaffFactory(is_superuser=True)


def waiting(owner, **options):
    upload = planned(DEARER, owner=owner, **options)
    upload_apply(upload=upload, here=True)
    assert upload.state == "awaiting_approval"
    return upload


def prices():
    return dict(Variant.objects.order_by("sku").values_list("sku", "price"))


def test_exactly_the_plan_that_was_shown_is_applied(owner, other):
    upload = waiting(owner)
    shown = (actions(upload), diffs(upload))

    upload_approve(upload=upload, approver=other, here=True)

    assert (upload.state, upload.approver, counts(upload)) == ("applied", other, {"rows": 3, "updated": 3})
    assert (actions(upload), diffs(upload)) == shown
    assert prices() == {"A": Decimal("15.00"), "B": Decimal("30.00"), "C": Decimal("45.00")}
    newest = Variant.history.filter(sku="A").latest("history_id")
    assert (newest.history_user, newest.history_job) == (owner, upload.apply_job)


@pytest.mark.parametrize("step", ["map", "read", "plan"])
def test_what_waits_for_approval_cannot_be_changed_behind_the_approver(owner, other, step):
    upload = waiting(owner)
    shown = (actions(upload), diffs(upload))
    steps = {
        "map": lambda: upload_map(upload=upload, fields={1: ""}),
        "read": lambda: upload_read_again(upload=upload),
        "plan": lambda: upload_plan(upload=upload, here=True),
    }

    with pytest.raises((UploadRefused, TransitionRefused)):
        steps[step]()

    upload = Upload.objects.get(pk=upload.pk)
    assert (upload.state, counts(upload)) == ("awaiting_approval", {"rows": 3, "updated": 3})
    assert (actions(upload), diffs(upload)) == shown


def test_confirming_again_does_not_take_the_place_of_approval(owner):
    upload = waiting(owner)

    with pytest.raises(TransitionRefused):
        upload_apply(upload=upload, here=True)

    assert Upload.objects.get(pk=upload.pk).state == "awaiting_approval"
    assert prices() == {"A": Decimal("10.00"), "B": Decimal("20.00"), "C": Decimal("30.00")}


def test_what_changed_between_preview_and_approval_is_a_conflict(owner, other):
    upload = waiting(owner, on_error="skip")
    Variant.objects.filter(sku="B").update(price="21")

    upload_approve(upload=upload, approver=other, here=True)

    assert (upload.state, counts(upload)) == ("applied", {"rows": 3, "updated": 2, "failed": 1})
    assert errors(upload) == {3: [["", "", "Changed by somebody since the preview: price."]]}
    assert prices() == {"A": Decimal("15.00"), "B": Decimal("21.00"), "C": Decimal("45.00")}


def test_all_or_none_after_approval_takes_nothing_in(owner, other):
    upload = waiting(owner, on_error="stop")
    Variant.objects.filter(sku="B").update(price="21")

    upload_approve(upload=upload, approver=other, here=True)

    assert upload.state == "failed"
    assert prices() == {"A": Decimal("10.00"), "B": Decimal("21.00"), "C": Decimal("30.00")}


def test_a_plan_that_is_made_anew_needs_approval_anew(owner, other):
    upload = waiting(owner, on_error="stop")
    Variant.objects.filter(sku="B").update(price="21")
    upload_approve(upload=upload, approver=other, here=True)
    assert (upload.state, upload.approver) == ("failed", other)

    upload_read_again(upload=upload)
    upload_plan(upload=upload, here=True)
    upload_apply(upload=upload, here=True)

    upload = Upload.objects.get(pk=upload.pk)
    assert (upload.state, upload.approver, upload.approved_at) == ("awaiting_approval", None, None)
    assert prices()["A"] == Decimal("10.00")
    upload_approve(upload=upload, approver=other, here=True)
    assert (upload.state, prices()["B"]) == ("applied", Decimal("30.00"))


def test_what_was_discarded_cannot_be_approved(owner, other):
    upload = waiting(owner)
    upload_cancel(upload=upload)

    with pytest.raises(TransitionRefused):
        upload_approve(upload=upload, approver=other, here=True)

    assert prices()["A"] == Decimal("10.00")
