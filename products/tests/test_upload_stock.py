"""Stock files set stock or add to it, by movements, as previewed."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from accounts.tests.factories import SellerFactory, StaffFactory
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from backoffice.kernel.transfers.runs import measures_exceeded
from backoffice.kernel.transfers.services import UploadRefused
from products.models import Location, MovementReason, Stock, StockMovement, Variant
from products.services.stock import StockDemand, StockMove, stock_allocate, stock_move
from products.tests.factories import LocationFactory, ProductFactory, VariantFactory
from products.tests.uploads import exported, undone

pytestmark = pytest.mark.django_db

ADD = {"choices": {"quantities": "add"}}


@pytest.fixture
def main() -> Location:
    LocationFactory(code="shop", name="Shop in town", priority=20)
    return LocationFactory(code="main", name="Main warehouse", priority=10)


@pytest.fixture
def mug(main: Location) -> Variant:
    """Ten pieces in the main warehouse."""
    return stocked("M-1", 10, main)


def stocked(sku: str, pieces: int, location: Location, **named) -> Variant:
    variant = VariantFactory(sku=sku, **named)
    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=location.pk, quantity=pieces)],
        reason=MovementReason.OPENING,
    )
    return variant


def figures() -> dict[tuple[str, str], int]:
    """Return SKU and location → on hand, after proving that the books explain it."""
    for row in Stock.objects.annotate(moved=Sum("movements__quantity")):
        assert row.on_hand == (row.moved or 0)
    return {(sku, code): on_hand for sku, code, on_hand in Stock.objects.values_list(
        "variant__sku", "location__code", "on_hand"
    )}  # fmt: skip


def moved(upload) -> list[tuple]:
    rows = StockMovement.objects.filter(job=upload.apply_job).order_by("stock__variant__sku", "pk")
    return list(rows.values_list("stock__variant__sku", "quantity", "reason", "note"))


def test_stock_is_set_and_opened_by_movements(mug):
    VariantFactory(sku="C-1")
    user = StaffFactory(is_superuser=True)

    upload = applied(
        """
        sku,location,quantity,reorder_point,reason
        M-1,Main warehouse,4,3,Breakage
        M-1,SHOP,2,,
        C-1,,7,1,First delivery
        """,
        kind="stock",
        owner=user,
    )

    assert counts(upload) == {"rows": 3, "created": 2, "updated": 1}
    assert diffs(upload) == {
        2: {"quantity": [10, 4], "reorder_point": [0, 3]},
        3: {"sku": "M-1", "location": "shop", "quantity": 2},
        4: {"sku": "C-1", "location": "main", "quantity": 7, "reorder_point": 1},
    }
    assert figures() == {("M-1", "main"): 4, ("M-1", "shop"): 2, ("C-1", "main"): 7}
    assert moved(upload) == [
        ("C-1", 7, "opening", "First delivery"), ("M-1", 2, "opening", ""), ("M-1", -6, "upload", "Breakage"),
    ]  # fmt: skip
    written = StockMovement.objects.filter(job=upload.apply_job)
    assert set(written.values_list("reference", "user")) == {(f"upload {upload.pk}", user.pk)}
    history = Stock.history.filter(history_job=upload.apply_job).order_by("history_id")
    assert list(history.values_list("history_type", "on_hand", "reorder_point", "history_user")) == [
        ("+", 2, 0, user.pk), ("+", 7, 1, user.pk), ("~", 4, 3, user.pk),
    ]  # fmt: skip


def test_quantities_are_added_and_taken_out(mug):
    VariantFactory(sku="C-1")

    upload = applied("sku,qty\nM-1,-3\nC-1,5\n", kind="stock", **ADD)

    assert diffs(upload) == {2: {"quantity": [10, 7]}, 3: {"sku": "C-1", "location": "main", "quantity": 5}}
    assert figures() == {("M-1", "main"): 7, ("C-1", "main"): 5}
    assert moved(upload) == [("C-1", 5, "opening", ""), ("M-1", -3, "upload", "")]


def test_only_the_reorder_point_changes_without_a_movement(mug):
    upload = applied("sku,reorder_point\nM-1,8\n", kind="stock")

    assert diffs(upload) == {2: {"reorder_point": [0, 8]}}
    assert Stock.objects.values_list("on_hand", "reorder_point").get() == (10, 8)
    assert moved(upload) == []


def test_what_is_as_it_should_be_is_left_alone(mug):
    VariantFactory(sku="C-1")
    rows = Stock.history.count()

    upload = applied("sku,quantity,reorder_point\nM-1,10,0\nC-1,0,\n", kind="stock")

    assert counts(upload) == {"rows": 2, "unchanged": 2}
    assert (Stock.history.count(), Stock.objects.count()) == (rows, 1)


def test_what_cannot_be_is_said_at_row_and_column(mug):
    before = snapshot()
    text = """
        sku,location,quantity,counted_at
        X-9,,1,
        ,,1,
        M-1,cellar,1,
        M-1,,-1,
        M-1,shop,[clear],
        M-1,shop,1.5,
        M-1,shop,5,2199-01-01 10:00
    """

    upload = planned(text, kind="stock")

    assert counts(upload) == {"rows": 7, "failed": 7}
    assert errors(upload) == {
        2: [["sku", "X-9", "There is no SKU “X-9”."]],
        3: [["sku", "", "The row names no SKU."]],
        4: [["location", "cellar", "There is no location “cellar”."]],
        5: [["quantity", "-1", "“-1” is less than 0. To take pieces out, choose that quantities are added."]],
        6: [["quantity", "", "This cannot be empty."]],
        7: [["quantity", "1.5", "“1.5” is not a whole number. Give a number without decimals."]],
        8: [["counted_at", "2199-01-01T10:00:00", "The time of the count lies in the future."]],
    }
    assert differences(before, snapshot()) == {}


@pytest.mark.parametrize(
    ("text", "choices", "message"),
    [
        ("M-1,3", {}, "4 pieces are promised to orders; the stock cannot fall below that."),
        ("M-1,-7", ADD, "4 pieces are promised to orders; the stock cannot fall below that."),
        ("M-1,-11", ADD, "That would leave -1 pieces: only 10 are there."),
        ("M-1,1000000000", ADD, "That would be 1,000,000,010 pieces; at most 1,000,000,000 are kept."),
    ],
)
def test_stock_stays_within_what_can_be(mug, text, choices, message):
    stock_allocate(demands=[StockDemand(key=1, variant_id=mug.pk, quantity=4)])

    upload = planned(f"sku,quantity\n{text}\n", kind="stock", **choices)

    assert errors(upload) == {2: [["quantity", text.split(",")[1], message]]}


def test_stock_that_may_be_oversold_can_fall_below_what_is_promised(mug):
    stock_allocate(demands=[StockDemand(key=1, variant_id=mug.pk, quantity=4)])
    Stock.objects.update(backorder=True)

    upload = planned("sku,quantity\nM-1,1\n", kind="stock")

    assert diffs(upload) == {2: {"quantity": [10, 1]}}
    assert errors(planned("sku,quantity\nM-1,-11\n", kind="stock", **ADD)) == {
        2: [["quantity", "-11", "That would leave -1 pieces: only 10 are there."]]
    }


@pytest.mark.parametrize("choices", [{}, ADD])
def test_a_place_may_be_named_once(mug, choices):
    text = "sku,location,quantity\nM-1,,1\nM-1,Main warehouse,2\nM-1,shop,3\n"

    upload = planned(text, kind="stock", **choices)

    assert errors(upload) == {
        2: [["sku", "M-1", "“M-1” at “main” is also in row 3. Put it into one row."]],
        3: [["sku", "M-1", "“M-1” at “main” is also in row 2. Put it into one row."]],
    }
    assert actions(upload)[4] == "create"


def test_a_place_may_be_named_once_in_files_of_many_chunks(mug, monkeypatch):
    from backoffice.kernel.transfers import staging

    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)

    upload = planned("sku,location,quantity\nM-1,main,1\nM-1,shop,1\nM-1,Main warehouse,2\n", kind="stock", **ADD)

    assert actions(upload) == {2: "error", 3: "create", 4: "error"}
    assert errors(upload)[2] == [["", "M-1 @ main", "“M-1 @ main” is also in row 4."]]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("upsert", {2: "update", 3: "create"}),
        ("create", {2: "skipped", 3: "create"}),
        ("update", {2: "update", 3: "skipped"}),
    ],
)
def test_modes_tell_places_with_stock_from_those_without(mug, mode, expected):
    upload = planned("sku,location,quantity\nM-1,main,1\nM-1,shop,1\n", kind="stock", mode=mode)

    assert actions(upload) == expected


@pytest.mark.parametrize(
    ("text", "choices", "message"),
    [
        ("sku,name\nM-1,Mug\n", {}, "No column of the file is known to hold a quantity or a reorder point."),
        (
            "sku,quantity\nM-1,1\n",
            {"quantities": "add", "counted_at": "2026-01-01 10:00"},
            "Quantities that are added were not counted: choose to set the stock, or leave the moment out.",
        ),
        ("sku,quantity\nM-1,1\n", {"counted_at": "2199-01-01 10:00"}, "The time of the count lies in the future."),
    ],
)
def test_files_that_make_no_sense_are_refused_as_a_whole(mug, text, choices, message):
    upload = planned(text, kind="stock", choices=choices)

    assert (upload.state, upload.error) == ("failed", message)


def test_answers_that_were_not_offered_are_refused(mug):
    with pytest.raises(UploadRefused, match="“sell” does not answer “What the quantities mean”: set, add"):
        planned("sku,quantity\nM-1,1\n", kind="stock", choices={"quantities": "sell"})


def test_who_may_not_move_stock_may_not_use_it_at_all(mug, entered):
    user = entered("Catalogue editor")

    upload = planned("sku,quantity\nM-1,1\n", kind="stock", owner=user)

    assert (upload.state, upload.error) == ("failed", "You may not move stock.")
    assert figures() == {("M-1", "main"): 10}


def test_a_seller_counts_own_stock_and_learns_nothing_of_others(entered, mug, main):
    seller = SellerFactory(code="north")
    stocked("N-1", 5, main, product=ProductFactory(seller=seller))
    user = entered("Seller", seller=seller)

    upload = applied("sku,quantity\nN-1,6\nM-1,1\nX-9,1\n", kind="stock", owner=user, on_error="skip")

    assert errors(upload) == {
        3: [["sku", "M-1", "There is no SKU “M-1”."]],
        4: [["sku", "X-9", "There is no SKU “X-9”."]],
    }
    assert figures() == {("N-1", "main"): 6, ("M-1", "main"): 10}
    assert exported("stock", user=user).decode().splitlines()[1:] == ["N-1,main,6,0"]


def test_guard_rails_name_what_is_seldom_meant(mug, main):
    stocked("C-1", 3, main, price="8.00", cost="2.50")
    ShopSettings.objects.create(pk=1, approval_stock_value=100)

    upload = planned("sku,quantity\nM-1,0\nC-1,0\n", kind="stock")

    assert upload.warnings == ["2 SKUs go to zero: M-1, C-1"]
    # Ten mugs at their price of 10.00, three cups at their cost of 2.50.
    assert measures_exceeded(upload) == ["Stock worth 107.50 is moved; more than 100.00 EUR needs a second person."]


def test_the_export_uploads_again_with_no_changes(mug, main):
    applied("sku,location,quantity,reorder_point\nM-1,shop,3,2\n", kind="stock")
    content = exported("stock")

    upload = planned(content, kind="stock")

    assert content.decode("utf-8-sig").splitlines() == [
        "sku,location,quantity,reorder_point", "M-1,shop,3,2", "M-1,main,10,0",
    ]  # fmt: skip
    assert counts(upload) == {"rows": 2, "unchanged": 2}
    assert upload.unmapped_columns == []


def test_an_upload_is_undone_with_sales_between(mug, main):
    stocked("C-1", 3, main)
    before = snapshot()
    upload = applied("sku,location,quantity,reorder_point\nM-1,main,14,5\nM-1,shop,2,1\nC-1,main,9,\n", kind="stock")
    stock_move(moves=[StockMove(variant_id=mug.pk, location_id=main.pk, quantity=-2)], reason=MovementReason.SHIPMENT)

    undone(upload)

    # Ten, set to fourteen, two sold: the four that the file brought go back.
    assert figures() == {("M-1", "main"): 8, ("C-1", "main"): 3}
    assert set(differences(before, snapshot())) == {"products.Stock"}
    assert set(Stock.objects.values_list("reorder_point", flat=True)) == {0}
