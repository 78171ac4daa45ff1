"""How an upload stands, in words, and the ways on from there: nothing leads nowhere, nothing says more than is so."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.tests.admin_pages.upload_pages import (
    CUPS,
    HEADINGS,
    LIST,
    address,
    member,
    page,
    said,
    sent,
)
from backoffice.kernel.transfers.services import applying, planning
from products.models import Variant
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client, db):
    user = member("Catalogue editor")
    LocationFactory(code="main")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("content", "state", "ending"),
    [
        (CUPS, "Ready to apply", ". Nothing in the shop has changed yet."),
        (f"{HEADINGS}\ncup,CUP-1,Cup,cheap\n", "Nothing to apply", ": no row can be used as it is."),
        (f"{HEADINGS}\n", "Nothing to apply", ": there are no rows in this file."),
    ],
    ids=["something", "only wrong rows", "only headings"],
)
def test_only_a_plan_that_changes_something_is_ready(client, content, state, ending):
    response = page(client, sent(client, content))

    assert response.context["state"][1] == state
    assert response.context["told"] == [f"Checked in less than a second{ending}"]
    assert state in client.get(LIST).content.decode()


def test_columns_that_nobody_has_told_are_not_called_mapped(client):
    upload = sent(client, "Kennung;Was es ist\nL-1;Lampe\n")

    assert page(client, upload).context["state"] == ("mapped", "Not checked yet")
    assert page(client, upload).context["told"] == [
        "Nothing is checked yet. Say which column is what, then check the file."
    ]
    client.force_login(member("Auditor"))
    assert page(client, upload).context["told"] == ["Nothing is checked yet."]


def test_after_a_conflict_the_file_is_checked_again_by_either_button(client):
    client.post(address(sent(client, CUPS), "apply"))
    for button, price in (("check", "7.00"), ("map", "6.00")):
        upload = sent(client, CUPS.replace("9.50", price))
        variant = Variant.objects.get(sku="CUP-1")
        variant.price = float(price) + 0.5
        variant.save()
        client.post(address(upload, "apply"))
        upload.refresh_from_db()
        assert (upload.state, upload.conflicts) == ("failed", 1)
        shown = page(client, upload)
        assert "Check it again, as the shop is now" in shown.content.decode()
        assert '<details class="card mb-3" id="upload-mapping">' in shown.content.decode()
        assert "What it changed" not in shown.content.decode()

        fields = {f"field-{match['place']}": match["field"] for match in upload.mapping["matches"]}
        response = client.post(address(upload, button), {**fields, "check": "1"})

        upload.refresh_from_db()
        assert (said(response), upload.state, upload.updated, upload.failed) == ([], "planned", 1, 0)
        client.post(address(upload, "apply"))
        assert str(Variant.objects.get(sku="CUP-1").price) == price


def test_a_workbook_of_several_sheets_says_which_one_is_read(client):
    book, content = Workbook(), io.BytesIO()
    book.active.title = "Cups"
    for line in CUPS.splitlines():
        book.active.append(line.split(","))
    book.create_sheet("Mugs").append(["handle", "sku", "name", "price"])
    book.save(content)

    upload = sent(client, content.getvalue(), name="goods.xlsx")

    assert (upload.state, upload.created) == ("planned", 2)
    assert "“Cups” is the first sheet of 2, and the only one that is read." in upload.warnings


def test_who_stops_too_late_is_told_so_and_loses_nothing(client):
    upload = sent(client, CUPS)

    response = client.post(address(upload, "discard"), {"stop": "1"})

    upload.refresh_from_db()
    assert (said(response), upload.state) == (["The work was finished before it could be stopped."], "planned")
    client.post(address(upload, "apply"))
    response = client.post(address(upload, "discard"), {"stop": "1"})
    upload.refresh_from_db()
    assert (said(response)[-1], upload.state) == ("The work was finished before it could be stopped.", "applied")


def test_a_page_that_is_older_than_the_upload_says_how_it_stands(client):
    upload = sent(client, CUPS)
    client.post(address(upload, "discard"))

    for step in ("discard", "apply"):
        response = client.post(address(upload, step))
        assert said(response)[-1] == "Nothing was done: the upload is cancelled by now."


def test_a_check_that_was_stopped_tells_how_far_it_came(client, monkeypatch):
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    upload = sent(client, CUPS)
    client.post(address(upload, "discard"), {"stop": "1"})
    upload.refresh_from_db()
    assert page(client, upload).context["told"] == ["Discarded. Nothing in the shop was changed."]

    upload.rows = 1_200
    upload.save()

    assert page(client, upload).context["told"] == [
        "Stopped when 1,200 rows were checked. Nothing in the shop was changed."
    ]


def test_the_bar_counts_rows_and_not_the_heading(client, monkeypatch):
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    upload = sent(client, CUPS)
    totals = []
    monkeypatch.setattr(planning, "_store", lambda context, *_: totals.append(context.job.total))

    job_run(job_id=upload.plan_job_id)

    assert totals == [2]


def test_how_it_was_done_and_what_filled_what_stays_to_be_seen(client, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE_ROWS", 1_000)
    upload = sent(client, CUPS.replace("price", "price,Rest").replace("0\n", "0,x\n"), on_error="skip")
    assert page(client, upload).context["changeable"] is True
    client.post(address(upload, "apply"))

    for person in (None, member("Auditor")):
        if person is not None:
            client.force_login(person)
        shown = page(client, upload)
        assert shown.context["filled"] == [
            ("handle", "Handle"),
            ("sku", "SKU"),
            ("name", "Name"),
            ("price", "Price"),
        ]
        how = shown.content.decode().partition('id="upload-how">')[2].partition("</p>")[0]
        assert how == (
            "How it is done: Add new rows, change known ones · Good rows in, bad rows out · "
            "Prices with too many decimals are refused"
        )


def test_only_text_is_offered_to_be_read_in_another_way(client):
    document = sent(client, b"%PDF-1.4\n%rest", name="prices.csv")
    torn = sent(client, b"sku;price\n" + b"\x00" * 40, name="torn.csv")

    assert (document.state, "unread" in page(client, document).context) == ("failed", False)
    assert "unread" in page(client, torn).context or torn.state != "failed"
