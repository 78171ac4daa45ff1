"""Price lists change prices of what exists, as previewed, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.tests.factories import SellerFactory, StaffFactory
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from backoffice.kernel.transfers.runs import measures_exceeded
from backoffice.kernel.transfers.services import upload_apply
from products.events import catalogue_changed
from products.models import Product, Variant
from products.tests.factories import ProductFactory, VariantFactory
from products.tests.uploads import exported, queries_of, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug() -> Variant:
    return VariantFactory(sku="M-1", price="10.00", compare_at_price="12.00", cost="4.00")


@pytest.fixture
def cup() -> Variant:
    return VariantFactory(sku="C-1", price="3.00")


def amounts(sku: str) -> tuple[Decimal | None, ...]:
    return Variant.objects.values_list("price", "compare_at_price", "cost").get(sku=sku)


def test_prices_change_with_history_that_names_job_and_user(mug, cup):
    user = StaffFactory(is_superuser=True)

    upload = applied("sku,price,cost\nM-1,11.5,4\nC-1,3,1.20\n", kind="prices", owner=user)

    assert counts(upload) == {"rows": 2, "updated": 2}
    assert diffs(upload) == {2: {"price": ["10.00", "11.50"]}, 3: {"cost": [None, "1.20"]}}
    assert amounts("M-1") == (Decimal("11.50"), Decimal("12.00"), Decimal("4.00"))
    assert amounts("C-1") == (Decimal("3.00"), None, Decimal("1.20"))
    rows = Variant.history.filter(history_job=upload.apply_job).order_by("id")
    assert list(rows.values_list("sku", "history_type", "history_user")) == [
        ("M-1", "~", user.pk),
        ("C-1", "~", user.pk),
    ]
    assert Product.history.filter(history_job=upload.apply_job).count() == 0


def test_a_blank_keeps_and_the_token_clears(mug, cup):
    upload = applied("sku,price,compare at price,cost\nM-1,,[clear],[clear]\nC-1,,,\n", kind="prices")

    assert counts(upload) == {"rows": 2, "updated": 1, "unchanged": 1}
    assert amounts("M-1") == (Decimal("10.00"), None, None)


def test_headings_of_others_are_known(mug):
    upload = applied("Artikelnummer;Verkaufspreis;Streichpreis;EK\nM-1;1.011,50;1.200,00;4,20\n", kind="prices")

    assert upload.unmapped_columns == []
    assert amounts("M-1") == (Decimal("1011.50"), Decimal("1200.00"), Decimal("4.20"))


def test_what_cannot_be_is_said_at_row_and_column(mug, cup):
    before = snapshot()
    text = """
        sku,price,compare_at_price
        X-9,1,
        ,1,
        M-1,[clear],
        C-1,-1,
    """

    upload = planned(text, kind="prices")

    assert counts(upload) == {"rows": 4, "failed": 4}
    assert errors(upload) == {
        2: [["sku", "X-9", "There is no SKU “X-9”."]],
        3: [["sku", "", "The row names no SKU."]],
        4: [["price", "", "This cannot be empty."]],
        5: [["price", "-1", "“-1” is less than 0."]],
    }
    assert differences(before, snapshot()) == {}


def test_amounts_that_the_model_refuses_are_refused(mug):
    text = "sku,price,compare_at_price,cost\nM-1,10000000000,10000000000,-0.01\n"

    assert errors(planned(text, kind="prices")) == {
        2: [
            ["price", "10000000000", "“10000000000” is more than 9999999999.99."],
            ["compare_at_price", "10000000000", "“10000000000” is more than 9999999999.99."],
            ["cost", "-0.01", "“-0.01” is less than 0."],
        ]
    }


def test_a_compare_at_price_below_the_price_is_as_good_as_in_the_form(mug):
    mug.price, mug.compare_at_price = Decimal("20.00"), Decimal("5.00")
    mug.full_clean()

    applied("sku,price,compare_at_price\nM-1,20,5\n", kind="prices")

    assert amounts("M-1")[:2] == (mug.price, mug.compare_at_price)


def test_a_sku_may_stand_in_one_row_only(mug, cup):
    upload = planned("sku,price\nM-1,11\nC-1,4\nM-1,12\n", kind="prices")

    assert errors(upload) == {
        2: [["sku", "M-1", "The SKU “M-1” is also in row 4."]],
        4: [["sku", "M-1", "The SKU “M-1” is also in row 2."]],
    }
    assert actions(upload)[3] == "update"


@pytest.mark.parametrize(("mode", "expected"), [("upsert", "update"), ("update", "update"), ("create", "skipped")])
def test_nothing_is_made_in_any_mode(mug, mode, expected):
    upload = planned("sku,price\nM-1,11\nX-9,1\n", kind="prices", mode=mode)

    assert actions(upload) == {2: expected, 3: "error"}
    assert Variant.objects.count() == 1


def test_a_file_without_an_amount_is_refused(mug):
    upload = planned("sku,name\nM-1,Mug\n", kind="prices")

    assert (upload.state, upload.error) == (
        "failed",
        "No column of the file is known to hold a price, a compare-at price or a cost.",
    )


def test_who_may_not_reprice_may_not_upload_prices(mug):
    upload = planned("sku,price\nM-1,1\n", kind="prices", owner=StaffFactory())

    assert (upload.state, upload.error) == ("failed", "You may not change prices in bulk.")
    assert amounts("M-1")[0] == Decimal("10.00")


def test_a_seller_reprices_own_variants_and_learns_nothing_of_others(entered, mug):
    seller = SellerFactory(code="north")
    VariantFactory(sku="N-1", product=ProductFactory(seller=seller), price="5.00")
    user = entered("Seller", seller=seller)

    upload = applied("sku,price\nN-1,6\nM-1,1\nX-9,1\n", kind="prices", owner=user, on_error="skip")

    assert errors(upload) == {
        3: [["sku", "M-1", "There is no SKU “M-1”."]],
        4: [["sku", "X-9", "There is no SKU “X-9”."]],
    }
    assert (amounts("N-1")[0], amounts("M-1")[0]) == (Decimal("6.00"), Decimal("10.00"))
    assert exported("prices", user=user).decode().splitlines()[1:] == ["N-1,6.00,,"]


def test_guard_rails_name_what_is_seldom_meant(mug, cup):
    other = VariantFactory(sku="P-1", price="8.00")
    ShopSettings.objects.create(pk=1, approval_price_change_percent=60)

    upload = planned(f"sku,price\nM-1,4.99\nC-1,0\n{other.sku},16.01\n", kind="prices")

    assert sorted(upload.warnings) == [
        "1 price falls by more than half: M-1",
        "1 price falls to zero: C-1",
        "1 price more than doubles: P-1",
    ]
    assert measures_exceeded(upload) == ["A price moves by 100 %; more than 60 % needs a second person."]


def test_a_price_changed_since_the_preview_is_a_conflict(mug, cup):
    upload = planned("sku,price\nM-1,11\nC-1,4\n", kind="prices", on_error="skip")
    Variant.objects.filter(sku="M-1").update(price="10.50")

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert counts(upload) == {"rows": 2, "updated": 1, "failed": 1}
    assert errors(upload) == {2: [["", "", "Changed by somebody since the preview: price."]]}
    assert (amounts("M-1")[0], amounts("C-1")[0]) == (Decimal("10.50"), Decimal("4.00"))


def test_an_upload_is_undone_but_for_what_was_touched_since(mug, cup):
    before = snapshot()
    upload = applied("sku,price,compare_at_price\nM-1,11,[clear]\nC-1,4,5\n", kind="prices")
    again = applied("sku,cost\nC-1,2\n", kind="prices")

    job = undone(upload)

    assert amounts("M-1") == (Decimal("10.00"), Decimal("12.00"), Decimal("4.00"))
    assert amounts("C-1") == (Decimal("4.00"), Decimal("5.00"), Decimal("2.00"))
    assert [(entry["id"], entry["reason"]) for entry in job.result["conflict_list"]] == [(cup.pk, "Changed since.")]
    undone(again)
    assert set(differences(before, snapshot())) == {"products.Variant"}


def test_the_export_uploads_again_with_no_changes(mug, cup):
    content = exported("prices")

    upload = planned(content, kind="prices")

    assert content.decode("utf-8-sig").splitlines() == [
        "sku,price,compare_at_price,cost", "M-1,10.00,12.00,4.00", "C-1,3.00,,",
    ]  # fmt: skip
    assert counts(upload) == {"rows": 2, "unchanged": 2}
    assert upload.unmapped_columns == []


def test_news_is_told_once_and_many_rows_cost_as_many_queries_as_few():
    for number in range(60):
        VariantFactory(sku=f"Q-{number}")
    lines = [f"Q-{number},{number + 1}.50\n" for number in range(60)]
    heard = []
    catalogue_changed.connect(lambda **news: heard.append(len(news["variant_ids"])), weak=False, dispatch_uid="test")
    try:
        few = queries_of("sku,price\n" + "".join(lines[:3]), kind="prices")
        many = queries_of("sku,price\n" + "".join(lines[3:]), kind="prices")
    finally:
        catalogue_changed.disconnect(dispatch_uid="test")

    assert heard == [3, 57]
    assert many == few


# More decimals than the currency has --------------------------------------------------------------


def test_prices_with_too_many_decimals_refuse_their_row_and_say_what_can_be_done(mug, cup):
    upload = planned("sku,price\nM-1,24.166667\nC-1,3.500000\n", kind="prices")

    assert counts(upload) == {"rows": 2, "updated": 1, "failed": 1}
    assert errors(upload) == {
        2: [
            [
                "price",
                "24.166667",
                "“24.166667” has more than 2 decimals. Round it first, or choose that such prices are rounded.",
            ]
        ]
    }


def test_prices_are_rounded_half_away_from_zero_where_that_is_chosen(mug, cup):
    half = VariantFactory(sku="H-1", price="1.00")
    text = "sku;price;cost\nM-1;24,165;4,004\nC-1;3,0000;1,1\nH-1;1,0049;\n"

    upload = applied(text, kind="prices", choices={"decimals": "round"})

    assert counts(upload) == {"rows": 3, "updated": 2, "unchanged": 1}
    assert diffs(upload) == {2: {"price": ["10.00", "24.17"]}, 3: {"cost": [None, "1.10"]}}
    assert amounts("M-1") == (Decimal("24.17"), Decimal("12.00"), Decimal("4.00"))
    assert amounts(half.sku)[0] == Decimal("1.00")
    assert {"2 cells of price are rounded to EUR.", "1 cost is rounded to EUR."} <= set(upload.warnings)


def test_prices_are_rounded_to_the_decimals_of_the_shops_currency(mug):
    ShopSettings.objects.create(base_currency="JPY")

    upload = planned("sku,price\nM-1,1200.5\n", kind="prices", choices={"decimals": "round"})

    assert diffs(upload) == {2: {"price": ["10.00", "1201.00"]}}


def test_what_rounding_cannot_mend_is_refused(mug, cup):
    long = "0.123456789012345678901"
    text = f"sku,price,cost\nM-1,-0.006,1\nC-1,{long},1\n"

    upload = planned(text, kind="prices", choices={"decimals": "round"})

    assert counts(upload) == {"rows": 2, "failed": 2}
    assert errors(upload) == {
        2: [["price", "-0.006", "“-0.006” is less than 0."]],
        3: [["price", long, f"“{long}” has too many digits. At most 19 are kept."]],
    }
