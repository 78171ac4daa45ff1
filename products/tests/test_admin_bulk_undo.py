"""Every bulk action of the catalogue can be taken back; what was touched since stays and is named first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobState
from products.models import MovementReason, Product, Stock, Variant
from products.services.stock import StockMove, stock_move
from products.tests.factories import StockFactory, VariantFactory
from products.tests.test_admin_bulk import PRODUCTS, STOCK, VARIANTS, choose, confirm

pytestmark = pytest.mark.django_db


class Case(NamedTuple):
    url: str
    action: str
    values: dict[str, Any]
    column: str


PRICES = {"rule": "percent", "value": "-10", "ending": "", "former_as_compare_at": "on"}
CASES = {
    "publish": Case(PRODUCTS, "product_publish", {"reason": "Spring"}, "status"),
    "archive": Case(PRODUCTS, "product_archive", {"reason": ""}, "status"),
    "withdraw": Case(PRODUCTS, "product_withdraw", {"reason": ""}, "status"),
    "prices of products": Case(PRODUCTS, "change_prices", PRICES, "price"),
    "prices of variants": Case(VARIANTS, "change_prices", PRICES, "price"),
    "on sale": Case(VARIANTS, "put_on_sale", {}, "is_active"),
    "off sale": Case(VARIANTS, "take_off_sale", {}, "is_active"),
    "reorder point": Case(STOCK, "set_reorder_point", {"reorder_point": "7"}, "reorder_point"),
    "oversell": Case(STOCK, "allow_backorder", {}, "backorder"),
    "do not oversell": Case(STOCK, "forbid_backorder", {}, "backorder"),
}
BEFORE = {"publish": "draft", "archive": "active", "withdraw": "active"}


@pytest.fixture
def lead(entered):
    return entered("Operations lead")


def made(name: str) -> list[Any]:
    """Make three rows that the action applies to, with what they refer to."""
    status = BEFORE.get(name, "active")
    rows = [
        StockFactory(
            backorder=name == "do not oversell",
            variant=VariantFactory(
                sku=f"MUG-{n}",
                price=Decimal("20.00"),
                # A product without a variant on sale cannot be published.
                is_active=name != "on sale",
                product__name=f"Mug {n}",
                product__status=status,
            ),
        )
        for n in range(3)
    ]
    if CASES[name].url == STOCK:
        return rows
    return [row.variant if CASES[name].url == VARIANTS else row.variant.product for row in rows]


def values(case: Case) -> list[Any]:
    model = {"status": Product, "reorder_point": Stock, "backorder": Stock}.get(case.column, Variant)
    return list(model.objects.order_by("pk").values_list(case.column, flat=True))


def touch(row: Any) -> None:
    """Let a colleague change something else of a row that the action wrote."""
    column, value = {Product: ("brand", "Nord"), Variant: ("barcode", "0012"), Stock: ("reorder_point", 1)}[type(row)]
    setattr(row, column, value)
    with audit(user=StaffFactory(email="colleague@example.com"), reason="by hand"):
        row.save()


@pytest.mark.parametrize("name", CASES)
def test_the_preview_names_what_stays_and_the_undo_leaves_just_that(client, lead, name):
    # given
    case, rows = CASES[name], made(name)
    before = values(case)
    url, page = choose(client, case.url, case.action, rows, **case.values)
    job = confirm(client, url, page, **case.values)
    after = values(case)
    assert [old for old, new in zip(before, after, strict=True) if old == new] == []
    rows[0].refresh_from_db()
    touched = rows[0].variants.get() if case.column == "price" and isinstance(rows[0], Product) else rows[0]
    touch(touched)
    kept = values(case)[0]

    # when
    preview = client.get(f"/admin/kernel/job/{job.pk}/undo/")
    client.post(f"/admin/kernel/job/{job.pk}/undo/")

    # then
    plan = preview.context["plan"]
    assert (plan.refusal, plan.total, plan.conflict_total) == ("", 2, 1)
    assert [(entry.object_id, entry.name, entry.reason) for entry in plan.conflicts] == [
        (touched.pk, str(touched), "Changed since.")
    ]
    assert "colleague@example.com" in preview.content.decode()
    undo = Job.objects.get(undoes=job)
    assert (undo.state, undo.result["restored"], undo.result["conflicts"]) == (JobState.SUCCEEDED, 2, 1)
    assert [entry["name"] for entry in undo.result["conflict_list"]] == [str(touched)]
    assert values(case) == [kept, *before[1:]]


def test_sales_in_between_are_no_conflict_of_what_was_set(client, lead):
    rows = made("reorder point")
    case = CASES["reorder point"]
    url, page = choose(client, case.url, case.action, rows, **case.values)
    job = confirm(client, url, page, **case.values)
    with audit(reason="delivery"):
        stock_move(
            moves=[StockMove(variant_id=rows[0].variant_id, location_id=rows[0].location_id, quantity=4)],
            reason=MovementReason.RECEIPT,
        )
    on_hand = list(Stock.objects.order_by("pk").values_list("on_hand", flat=True))

    client.post(f"/admin/kernel/job/{job.pk}/undo/")

    assert set(values(case)) == {0}
    assert list(Stock.objects.order_by("pk").values_list("on_hand", flat=True)) == on_hand
