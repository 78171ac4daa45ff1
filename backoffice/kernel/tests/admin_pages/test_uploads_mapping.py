"""The mapping screen: it opens for files that nobody recognises, and lets no guess through unasked."""

from __future__ import annotations

import pytest

from backoffice.kernel.tests.admin_pages.upload_pages import CUPS, address, member, page, said, sent
from backoffice.kernel.tests.transfers.uploading import diffs
from backoffice.kernel.transfers.models import SavedMapping, Upload
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db

# “Hersteller” looks like “seller” and is none; prices have a decimal comma.
UNKNOWN = "Kennung;Was es ist;Verkauf;Hersteller\nL-1;Lampe;49,90;Nordlicht\nL-2;Leuchte;1.249,00;Nordlicht\n"
CHOSEN = {"field-0": "sku", "field-1": "name", "field-2": "price"}


@pytest.fixture(autouse=True)
def editor(client, db):
    user = member("Catalogue editor")
    LocationFactory(code="main")
    client.force_login(user)
    return user


def fields_of(upload: Upload) -> dict[str, tuple[str, str]]:
    """Return heading → (field, how it was found)."""
    upload.refresh_from_db()
    return {match["header"]: (match["field"], match["how"]) for match in upload.mapping["matches"]}


def mapped(client, upload: Upload, **data: str):
    """Send the mapping form."""
    response = client.post(address(upload, "map"), data)
    upload.refresh_from_db()
    return response


def test_a_file_with_our_own_headings_is_checked_at_once(client):
    upload = sent(client, CUPS)

    assert (upload.state, upload.created) == ("planned", 2)
    assert "upload-open" not in page(client, upload).content.decode()


def test_a_file_that_is_not_recognised_opens_the_mapping_screen(client):
    upload = sent(client, UNKNOWN)

    response = page(client, upload)
    columns = response.context["columns"]

    assert upload.state == "mapped"
    assert '<details class="card mb-3" id="upload-mapping" open>' in response.content.decode()
    assert [(column.header, column.samples) for column in columns[:3]] == [
        ("Kennung", ["L-1", "L-2"]),
        ("Was es ist", ["Lampe", "Leuchte"]),
        ("Verkauf", ["49,90", "1.249,00"]),
    ]
    assert [column.header for column in columns if column.is_guess] == ["Hersteller"]
    assert response.context["open_questions"] == [
        "The column “Hersteller” is only guessed to be “Seller”: confirm it, or choose another.",
        "No column fills “SKU”, “Handle” or “Name”, and without one nobody can tell what a row is about.",
    ]


def test_a_guess_that_nobody_confirmed_keeps_the_file_from_being_checked(client):
    upload = sent(client, UNKNOWN)

    response = mapped(client, upload, **CHOSEN, **{"field-3": "seller"}, check="1")

    assert said(response) == ["Not checked yet: answer what stands in yellow first."]
    assert (upload.state, upload.staged.count()) == ("mapped", 0)
    # and what was said of the other columns is kept
    assert fields_of(upload) == {
        "Kennung": ("sku", "chosen"),
        "Was es ist": ("name", "chosen"),
        "Verkauf": ("price", "chosen"),
        "Hersteller": ("seller", "guess"),
    }
    client.post(address(upload, "check"))
    upload.refresh_from_db()
    assert upload.state == "mapped"


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"field-3": "seller", "confirmed": "3"}, "seller"),
        ({"field-3": "brand"}, "brand"),
        ({"field-3": ""}, ""),
    ],
    ids=["confirmed", "another field", "left out"],
)
def test_a_guess_is_confirmed_or_changed(client, answer, field):
    upload = sent(client, UNKNOWN)

    mapped(client, upload, **CHOSEN, **answer, check="1")

    assert upload.state == "planned"
    assert fields_of(upload)["Hersteller"] == (field, "chosen" if field else "none")


def test_how_numbers_are_written_is_found_for_columns_that_are_chosen_by_hand(client):
    upload = sent(client, UNKNOWN)

    mapped(client, upload, **CHOSEN, **{"field-3": "brand"}, check="1")

    assert {number: diff["price"] for number, diff in diffs(upload).items()} == {2: "49.90", 3: "1249.00"}


def test_a_column_that_may_be_read_two_ways_is_asked_about(client):
    upload = sent(client, "Kennung;Was es ist;Verkauf\nL-1;Lampe;1,249\n")
    refused = mapped(client, upload, **CHOSEN, check="1")
    assert said(refused) == ["Not checked yet: answer what stands in yellow first."]
    asked = page(client, upload).context["columns"][2].questions
    assert [(value, label) for value, label in asked[0].answers] == [
        (".", "A point is the decimal mark: 1,234.50"),
        (",", "A comma is the decimal mark: 1.234,50"),
    ]

    mapped(client, upload, **CHOSEN, **{"decimal_mark-2": "."}, check="1")

    assert diffs(upload)[2]["price"] == "1249.00"


def test_one_field_is_not_filled_by_two_columns(client):
    upload = sent(client, UNKNOWN)

    response = mapped(client, upload, **{**CHOSEN, "field-1": "sku"}, check="1")

    assert said(response) == ["Two columns fill “SKU”. Leave one of them out."]
    assert upload.state == "mapped"


def test_a_mapping_is_kept_as_it_stands_on_the_screen_and_offered_again(client, editor):
    first = sent(client, UNKNOWN)

    response = client.post(address(first, "keep"), {**CHOSEN, "field-3": "brand", "name": "Lamps"})

    saved = SavedMapping.objects.get()
    assert said(response) == ["The columns are kept as “Lamps” and will be offered for files like this one."]
    assert (saved.owner, saved.kind) == (editor, "products")
    assert {heading: item["field"] for heading, item in saved.columns.items()} == {
        "Kennung": "sku",
        "Was es ist": "name",
        "Verkauf": "price",
        "Hersteller": "brand",
    }
    second = sent(client, UNKNOWN)
    assert page(client, second).context["offered"] == [saved]

    client.post(address(second, "read"), {"saved": saved.pk})

    second.refresh_from_db()
    assert (second.state, second.created, second.mapping["saved"]) == ("planned", 2, "Lamps")
    assert page(client, second).context["offered"] == []


def test_the_name_is_kept_with_the_check_too(client):
    upload = sent(client, UNKNOWN)

    mapped(client, upload, **CHOSEN, **{"field-3": "brand"}, check="1", name="Lamps")

    assert upload.state == "planned"
    assert [saved.name for saved in SavedMapping.objects.all()] == ["Lamps"]


def test_without_a_name_nothing_is_kept(client):
    upload = sent(client, UNKNOWN)

    assert said(client.post(address(upload, "keep"), CHOSEN)) == ["Give the mapping a name."]
    assert not SavedMapping.objects.exists()


def test_somebody_elses_mapping_is_not_used(client):
    client.post(address(sent(client, UNKNOWN), "keep"), {**CHOSEN, "field-3": "brand", "name": "Lamps"})
    client.force_login(member("Operations lead"))
    upload = sent(client, UNKNOWN)

    assert page(client, upload).context["offered"] == []
    client.post(address(upload, "read"), {"saved": SavedMapping.objects.get().pk})

    upload.refresh_from_db()
    assert (upload.state, upload.mapping["saved"]) == ("mapped", "")


def test_a_mapping_of_another_kind_is_not_used(client, editor):
    upload = sent(client, UNKNOWN)
    SavedMapping.objects.create(kind="stock", owner=editor, name="Lamps", headings="", columns={})

    client.post(address(upload, "read"), {"saved": SavedMapping.objects.get().pk})

    upload.refresh_from_db()
    assert upload.mapping["saved"] == ""


def test_a_file_is_read_again_in_the_way_that_a_person_says(client):
    upload = sent(client, "sku;name\nL-1;Lampe\n")
    assert fields_of(upload) == {"sku": ("sku", "exact"), "name": ("name", "exact")}

    client.post(address(upload, "read"), {"encoding": "utf-8", "delimiter": ";"})

    assert list(fields_of(upload)) == ["Column 1", "Column 2"]
    assert upload.dialect["has_header"] is False


def test_a_plan_stays_while_its_columns_do(client):
    upload = sent(client, CUPS)

    client.post(address(upload, "keep"), {"name": "Cups"})

    upload.refresh_from_db()
    assert (upload.state, upload.staged.count()) == ("planned", 2)
    mapped(client, upload, **{"field-2": ""}, check="1")
    assert (upload.state, upload.failed) == ("planned", 2)


def test_a_file_that_could_not_be_read_is_read_in_another_way(client):
    upload = sent(client, "sku;name\nL-1;L\u00fcster\n".encode("utf-16-le"))
    Upload.objects.filter(pk=upload.pk).update(state="failed", error="Row 1: damaged.", mapping={}, dialect={})
    assert page(client, upload).context["unread"] is True

    client.post(address(upload, "read"), {"encoding": "utf-16-le", "delimiter": ";", "has_header": "on"})

    assert fields_of(upload) == {"sku": ("sku", "exact"), "name": ("name", "exact")}
    # It explains itself now, so it is checked as well.
    assert (upload.state, upload.error, upload.rows) == ("planned", "", 1)


def test_a_file_whose_reading_was_cut_off_is_read_again(client):
    """Given a process that died between keeping the file and reading it."""
    upload = sent(client, "sku;name;price\nL-1;Lamp;4,50\n")
    Upload.objects.filter(pk=upload.pk).update(state="uploaded", mapping={}, dialect={}, plan_job=None)
    upload.refresh_from_db()
    told = page(client, upload).context["told"]
    assert told == ["The file is here, but reading it was cut off. Let it be read again."]

    client.post(address(upload, "read"))

    upload.refresh_from_db()
    assert (upload.state, upload.created, upload.dialect["delimiter"]) == ("planned", 1, ";")


def test_a_workbook_that_could_not_be_read_has_no_other_way(client):
    upload = sent(client, b"PK no workbook", name="goods.xlsx")

    assert upload.state == "failed"
    assert "unread" not in page(client, upload).context


DOUBTFUL = "sku;name;price\nL-1;Lampe;1.249\nL-2;Leuchte;1.301\n"


def test_an_answer_stays_on_the_screen_and_can_be_corrected(client):
    upload = sent(client, DOUBTFUL)
    asked = page(client, upload).context["columns"][2]
    assert (asked.is_open, asked.note, [item.answer for item in asked.questions]) == (True, "", [""])
    assert asked.questions[0].text == "“1.249” may be 1.249 or 1249."
    fields = {"field-0": "sku", "field-1": "name", "field-2": "price"}
    mapped(client, upload, **fields, **{"decimal_mark-2": "."}, check="1")
    assert (upload.state, upload.created, upload.failed) == ("planned", 0, 2)

    again = page(client, upload).context["columns"][2]
    assert (again.is_open, [item.answer for item in again.questions]) == (False, ["."])
    mapped(client, upload, **fields, **{"decimal_mark-2": ","}, check="1")

    assert (upload.state, upload.created, upload.failed) == ("planned", 2, 0)
    assert page(client, upload).context["rows"][0].changes[-1] == ("Price", None, "1249.00")
    # Nothing was changed, so the plan stays.
    checked = upload.plan_job_id
    client.post(address(upload, "keep"), {**fields, "decimal_mark-2": ",", "name": "Lamps"})
    upload.refresh_from_db()
    assert (upload.state, upload.plan_job_id) == ("planned", checked)


def test_a_file_of_another_kind_says_at_once_what_is_missing(client):
    client.force_login(member("Operations lead"))
    answers = {"choice_orders_are": "past", "choice_unknown_sku": "reject", "choice_prices": "shop"}
    upload = sent(client, CUPS, kind="orders", **answers)
    missing = "No column fills “Order number” or “Our number”, and without one nobody can tell what a row is about."
    assert (upload.state, page(client, upload).context["open_questions"]) == ("mapped", [missing])

    response = mapped(client, upload, check="1")

    assert (upload.state, upload.error) == ("mapped", "")
    assert said(response) == ["Not checked yet: answer what stands in yellow first."]
