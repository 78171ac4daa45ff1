"""Files that nobody recognises, files that take a while, wrong rows: an editor's day with uploads."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Locator, Page, expect

from backoffice.kernel.shop.services import shop_settings_row
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import applying, planning
from backoffice.tests.browser.conftest import PHONE
from products.models import Product, Variant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Person = Callable[..., Page]
Picture = Callable[[Page, str], None]

# Nothing here is one of our headings; the maker looks like a seller and is none.
LAMPS = (
    "Kennung;Was es ist;Verkauf;Hersteller;Bemerkung\n"
    "LMP-1;Lampe Nord;49,90;Nordlicht;neu\n"
    "LMP-2;Lampe Ost;1.249,00;Nordlicht;\n"
    "LMP-3;Lampe West;wenig;Westlicht;Ständer fehlt\n"
)
HEADINGS = ["handle", "name", "sku", "price", "brand"]


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    path = tmp_path / "lampen.csv"
    path.write_text(LAMPS, encoding="utf-8")
    return path


@pytest.fixture
def cups(tmp_path: Path) -> Path:
    path = tmp_path / "cups.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [HEADINGS, *([f"cup-{n}", f"Cup {n}", f"CUP-{n}", "4.50", "Nord"] for n in range(120))]
        )
    return path


@pytest.fixture
def pictured(tmp_path: Path) -> Path:
    address = f"https://pictures.example.com/{'a-long-name-without-any-place-to-break-' * 3}.jpg?v=1623104890"
    path = tmp_path / "pictured.csv"
    path.write_text(f"handle,name,sku,price,images\nvase,Vase,VASE,9.00,{address}\n", encoding="utf-8")
    return path


def upload(page: Page, path: Path, *, kind: str = "products") -> None:
    """Send a file by the form."""
    page.goto(f"/admin/kernel/upload/add/?kind={kind}")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="Upload and look at it").click()


def column(page: Page, header: str) -> Locator:
    """Find a column of the file on the mapping screen."""
    return page.locator(f"#upload-columns [data-column='{header}']")


def choose(page: Page, header: str, label: str) -> None:
    """Say what a column fills."""
    column(page, header).locator("select").first.select_option(label=label)


def state(page: Page) -> Locator:
    return page.locator("#upload-state")


def overflow(page: Page) -> int:
    """Return by how many pixels a page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def totals(page: Page) -> list[str]:
    return [tile.inner_text() for tile in page.locator("#upload-totals .fs-4").all()]


def test_a_file_that_nobody_recognises_is_mapped_checked_applied_and_taken_back(
    person: Person, picture: Picture, lamps: Path
) -> None:
    page = person("catalogue-editor")
    before = Product.objects.count()

    # Given a file of unknown headings, the mapping screen opens with its values
    upload(page, lamps)
    expect(page.locator("#upload-mapping")).to_have_attribute("open", "")
    expect(column(page, "Verkauf")).to_contain_text("49,90 · 1.249,00")
    expect(column(page, "Hersteller")).to_contain_text("Only guessed")
    picture(page, "upload-mapping")

    # When a guess is left open, nothing is checked
    for header, label in (("Kennung", "SKU"), ("Was es ist", "Name"), ("Verkauf", "Price")):
        choose(page, header, label)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator(".alert-danger")).to_contain_text("answer what stands in yellow")
    assert Upload.objects.get().staged.count() == 0

    # And when it is answered, the preview stands there, under a name for the next time
    choose(page, "Hersteller", "Brand")
    page.fill("#mapping-name", "Lamps")
    page.get_by_role("button", name="Check the file").click()
    expect(state(page)).to_have_text("Ready to apply")
    assert totals(page) == ["3", "2", "0", "0", "1", "0"]
    expect(page.locator("#upload-rows [data-row='4']")).to_contain_text("“wenig” is not a number")
    assert Product.objects.count() == before
    picture(page, "upload-mapped-preview")

    # When the good rows are applied, they are there and the rows lead to them
    page.get_by_role("button", name="Apply 2 good rows, leave the wrong ones out").click()
    expect(state(page)).to_have_text("Applied")
    assert {variant.sku: str(variant.price) for variant in Variant.objects.filter(sku__startswith="LMP-")} == {
        "LMP-1": "49.90",
        "LMP-2": "1249.00",
    }
    page.locator("#upload-rows").get_by_role("link", name="LMP-2").click()
    page.wait_for_url("**/products/variant/*/change/")
    page.goto(page.url.replace("/change/", "/history/"))
    picture(page, "upload-in-a-history")
    page.locator("#timeline").get_by_role("link", name="Upload lampen.csv").click()

    # And when it is undone, after a preview, nothing of it is left
    page.get_by_role("link", name="Undo …").click()
    expect(page.locator("#undo-plan")).to_contain_text("Variants")
    picture(page, "upload-undo-preview")
    page.locator("button.btn-danger").click()
    expect(state(page)).to_have_text("Undone")
    expect(page.locator("#upload-told")).to_contain_text("Undone by catalogue-editor@demo.example")
    assert Product.objects.count() == before
    picture(page, "upload-undone")

    # The next file of this form needs one click
    upload(page, lamps)
    page.get_by_role("button", name="Use “Lamps”").click()
    expect(state(page)).to_have_text("Ready to apply")
    assert totals(page) == ["3", "2", "0", "0", "1", "0"]


def test_a_large_file_is_watched_to_its_end_without_reloading(
    person: Person, picture: Picture, cups: Path, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(applying, "AT_ONCE_ROWS", 1)
    page = person("catalogue-editor")

    upload(page, cups)
    expect(state(page)).to_have_text("Being checked")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.evaluate("window.stillTheSamePage = true")
    assert work() == 1

    expect(state(page)).to_have_text("Ready to apply")
    expect(page.locator("#upload-rows [data-row]")).to_have_count(50)
    assert totals(page)[:2] == ["120", "120"]
    assert page.evaluate("window.stillTheSamePage") is True
    # Its pages turn, and its rows stay on the screen while they are written.
    page.get_by_role("link", name="3", exact=True).click()
    expect(page.locator("#upload-rows [data-row]").first).to_have_attribute("data-row", "102")
    page.get_by_role("button", name="Apply 120 changes").click()
    expect(state(page)).to_have_text("Being applied")
    picture(page, "upload-applying")

    # Somebody who has gone elsewhere is told, and led back.
    page.goto("/admin/products/product/")
    assert work() == 1
    toast = page.locator(".bo-toast")
    expect(toast).to_contain_text("Upload cups.csv", timeout=15_000)
    toast.get_by_role("link", name="Open").click()
    expect(state(page)).to_have_text("Applied")
    expect(page.locator("#upload-told")).to_contain_text("120 new")
    assert Variant.objects.filter(sku__startswith="CUP-").count() == 120


def test_a_check_that_is_stopped_leaves_a_clean_state(
    person: Person, cups: Path, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    page = person("catalogue-editor")
    upload(page, cups)

    page.get_by_role("button", name="Stop").click()

    expect(state(page)).to_have_text("Cancelled")
    assert work() == 0
    assert Upload.objects.get().state == "cancelled"
    assert not Variant.objects.filter(sku__startswith="CUP-").exists()


def test_a_workbook_of_prices_waits_for_a_second_person(person: Person, picture: Picture, tmp_path: Path) -> None:
    shop = shop_settings_row()
    shop.approval_price_change_percent = 50
    shop.save()
    variant = Variant.objects.order_by("pk")[0]
    wanted = variant.price * 3
    book = Workbook()
    for row in (["sku", "price"], [variant.sku, wanted]):
        book.active.append(row)
    path = tmp_path / "prices.xlsx"
    book.save(path)

    # Whoever uploads sees why it waits, and cannot approve it
    page = person("catalogue-editor")
    upload(page, path, kind="prices")
    expect(state(page)).to_have_text("Ready to apply")
    page.get_by_role("button", name="Apply 1 change").click()
    expect(state(page)).to_have_text("Waiting for approval")
    expect(page.locator("#upload-approval")).to_contain_text("A price moves by 200 %; more than 50 % needs")
    expect(page.get_by_role("button", name="Approve and apply")).to_have_count(0)
    picture(page, "upload-waits")
    address = page.url
    assert Variant.objects.get(pk=variant.pk).price == variant.price

    # Another person is told in the list, sees the plan and lets it through
    lead = person("operations-lead")
    lead.goto("/admin/kernel/upload/")
    lead.get_by_role("link", name="1 upload waits for your approval.").click()
    picture(lead, "uploads-that-wait")
    lead.goto(address)
    expect(lead.locator("#upload-rows [data-row='2']")).to_contain_text(f"{variant.price} → {wanted}")
    picture(lead, "upload-to-approve")
    lead.get_by_role("button", name="Approve and apply").click()
    expect(state(lead)).to_have_text("Applied")
    expect(lead.locator("#upload-told")).to_contain_text("Approved by operations-lead@demo.example")
    assert Variant.objects.get(pk=variant.pk).price == wanted


def test_the_pages_of_uploads_fit_a_phone(
    person: Person, picture: Picture, lamps: Path, cups: Path, pictured: Path
) -> None:
    page = person("catalogue-editor", viewport=PHONE)
    wide: dict[str, int] = {}

    def look(name: str) -> None:
        wide[name] = overflow(page)
        picture(page, f"phone-{name}")

    page.goto("/admin/kernel/upload/add/?kind=products")
    look("upload-new")
    page.get_by_role("link", name="All columns and what may stand in them").click()
    expect(page.locator("#column-sku")).to_contain_text("Tells the variant from all others")
    look("upload-help")
    upload(page, lamps)
    expect(column(page, "Hersteller")).to_be_visible()
    look("upload-mapping")
    upload(page, pictured)
    expect(page.locator("#upload-warnings")).to_contain_text("pictures.example.com")
    look("upload-warnings")
    upload(page, cups)
    expect(state(page)).to_have_text("Ready to apply")
    look("upload-preview")
    page.locator("#upload-options summary").click()
    look("upload-options")
    page.get_by_role("button", name="Apply 120 changes").click()
    expect(state(page)).to_have_text("Applied")
    look("upload-applied")
    page.get_by_role("link", name="Undo …").click()
    look("upload-undo")
    page.goto("/admin/kernel/upload/")
    look("uploads")

    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}
