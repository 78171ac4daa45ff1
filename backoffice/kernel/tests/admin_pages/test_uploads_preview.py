"""The preview: totals, rows page by page, choices that can still be changed, and the second person."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.kernel.admin.transfers.preview import plan_rows
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.tests.admin_pages.upload_pages import CUPS, HEADINGS, LIST, address, member, page, said, sent
from backoffice.kernel.transfers.kinds import transfer_kind
from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload
from backoffice.kernel.transfers.plan_pages import ROWS_PER_PAGE, plan_page
from backoffice.kernel.transfers.services import planning
from backoffice.kernel.transfers.states import UploadState
from products.models import Variant
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db

MIXED = f"{HEADINGS}\ncup,CUP-1,Cup,9.50\nmug,MUG-1,Mug,cheap\ncan,CAN-1,Can,3.00\n"


@pytest.fixture(autouse=True)
def editor(client, db):
    user = member("Catalogue editor")
    LocationFactory(code="main")
    client.force_login(user)
    return user


def many(count: int) -> str:
    """A file of so many products; every tenth has no price."""
    rows = (f"c{n},C-{n},Cup {n},{'' if n % 10 == 0 else '1.00'}\n" for n in range(count))
    return f"{HEADINGS}\n{''.join(rows)}"


def cost(client, upload: Upload, **query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, upload, **query)
    return len(captured)


# Rows -------------------------------------------------------------------------------------------------


def test_totals_come_first_and_rows_are_filtered_by_what_becomes_of_them(client):
    upload = sent(client, MIXED)

    response = page(client, upload, rows="error")

    assert [(label, count) for label, count, _colour in response.context["totals"]] == [
        ("rows", 3),
        ("new", 2),
        ("changed", 0),
        ("unchanged", 0),
        ("wrong", 1),
        ("left out", 0),
    ]
    assert response.context["tabs"] == [("create", "New", 2), ("error", "Wrong", 1)]
    row = response.context["rows"][0]
    assert (len(response.context["rows"]), row.number, row.key) == (1, 3, "MUG-1")
    assert [(column, value) for column, value, _message in row.errors] == [("Price", "cheap")]


def test_a_change_is_shown_from_what_to_what(client):
    client.post(address(sent(client, CUPS), "apply"))

    upload = sent(client, CUPS.replace("9.50", "8.00"))

    rows = page(client, upload, rows="update").context["rows"]
    assert [(row.key, row.changes) for row in rows] == [("CUP-1", [("Price", "9.50", "8.00")])]
    assert rows[0].url == f"/admin/products/variant/{Variant.objects.get(sku='CUP-1').pk}/change/"


def test_moments_are_shown_as_files_say_them():
    diff = '{"ordered_at": "2010-12-01T08:26:00", "placed_at": ["2026-03-31T18:00:05+00:00", null]}'
    errors = '[["counted_at", "2030-01-01T00:00:00", "It lies in the future."]]'
    rows = [StagedRow(number=2, action=RowAction.UPDATE, diff=diff, errors=errors)]

    shown = plan_rows(transfer_kind("orders"), rows)[0]

    assert shown.changes == [
        ("Ordered at", None, "2010-12-01 08:26"),
        ("Placed at", "2026-03-31 18:00:05", "–"),
    ]
    assert shown.errors == [("counted_at", "2030-01-01 00:00", "It lies in the future.")]


def test_new_rows_lead_to_what_they_became_once_they_are_applied(client):
    upload = sent(client, CUPS)
    assert [row.url for row in page(client, upload).context["rows"]] == ["", ""]

    client.post(address(upload, "apply"))

    keys = Variant.objects.order_by("pk").values_list("pk", flat=True)
    urls = [row.url for row in page(client, upload).context["rows"]]
    assert urls == [f"/admin/products/variant/{key}/change/" for key in keys]
    for url in urls:
        assert client.get(url).status_code == 200
    client.post(address(upload, "undo"))
    assert [row.url for row in page(client, upload).context["rows"]] == ["", ""]


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (CUPS, ". Nothing in the shop has changed yet."),
        (f"{HEADINGS}\ncup,CUP-1,Cup,cheap\n", ": no row can be used as it is."),
    ],
    ids=["something", "nothing"],
)
def test_the_page_says_in_a_sentence_how_the_upload_stands(client, content, ending):
    assert page(client, sent(client, content)).context["told"] == [f"Checked in less than a second{ending}"]


def test_a_file_that_changes_nothing_says_so(client):
    client.post(address(sent(client, CUPS), "apply"))

    again = page(client, sent(client, CUPS))

    assert again.context["told"] == ["Checked in less than a second: there is nothing to change."]
    assert "Apply" not in again.content.decode().partition('id="upload-steps"')[2].partition("</form>")[0]


@pytest.mark.parametrize("rows", ["", "create"])
def test_a_far_page_costs_what_the_first_one_does(client, rows):
    upload = sent(client, many(1_500))
    page(client, upload)

    first = cost(client, upload, rows=rows)
    far = [cost(client, upload, rows=rows, page=number) for number in ("2", "14", "15", "27")]

    # Most of them ask who is there; a far page asks once more, for the row that it begins with.
    assert (first, far) == (12, [13, 13, 13, 13])


def test_every_row_is_on_exactly_one_page(client):
    upload = sent(client, many(230))
    for action, total in ((None, 230), (RowAction.CREATE, 207), (RowAction.ERROR, 23)):
        pages = -(-total // ROWS_PER_PAGE)
        found = [plan_page(upload, action=action, total=total, number=number) for number in range(1, pages + 1)]

        numbers = [row.number for item in found for row in item.rows]
        rows = upload.staged.all() if action is None else upload.staged.filter(action=action)
        assert numbers == list(rows.order_by("number").values_list("number", flat=True))
        assert (found[-1].pages, found[-1].last) == (pages, total)


@pytest.mark.parametrize(("asked", "shown"), [("99", 5), ("0", 1), ("x", 1), ("-1", 1), ("9" * 30, 1)])
def test_a_page_that_is_not_there_gives_one_that_is(client, asked, shown):
    upload = sent(client, many(230))

    assert page(client, upload, page=asked).context["page"].number == shown


def test_rows_are_shown_while_the_rest_is_still_being_checked(client, monkeypatch):
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    upload = sent(client, many(120))
    assert (upload.state, page(client, upload).context["working"]) == ("staging", True)
    # A worker has checked the file but for its end.
    job_run(job_id=upload.plan_job_id)
    upload.staged.filter(number__gt=101).delete()
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.STAGING, rows=100, created=90, failed=10)

    response = page(client, upload)

    assert (response.context["total"], len(response.context["rows"])) == (100, ROWS_PER_PAGE)
    assert [row.number for row in page(client, upload, page="2").context["rows"]] == list(range(52, 102))
    assert "data-status-url" not in response.content.decode() or response.context["working"]


def test_the_status_of_the_work_is_told_to_whoever_sees_the_upload(client, monkeypatch):
    monkeypatch.setattr(planning, "AT_ONCE_BYTES", 10)
    upload = sent(client, CUPS)
    client.force_login(member("Operations lead"))

    told = client.get(address(upload, "status")).json()

    assert (told["state"], told["done"], told["finished"]) == ("queued", 0, False)
    client.force_login(member("Finance"))
    assert client.get(address(upload, "status")).status_code == 404


# Choices ----------------------------------------------------------------------------------------------


def test_with_wrong_rows_all_or_none_applies_nothing_and_the_good_ones_are_offered(client):
    upload = sent(client, MIXED)
    assert "Apply 2 good rows, leave the wrong ones out" in page(client, upload).content.decode()

    refused = client.post(address(upload, "apply"))
    assert said(refused) == [
        "1 row has an error, so nothing is applied. Mend the file, or choose to leave such rows out."
    ]
    assert not Variant.objects.exists()
    client.post(address(upload, "apply"), {"on_error": "skip"})

    upload.refresh_from_db()
    assert (upload.state, upload.options["on_error"]) == ("applied", "skip")
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["CAN-1", "CUP-1"]


def test_what_to_do_with_wrong_rows_is_changed_without_another_check(client):
    upload = sent(client, MIXED)
    job = upload.plan_job_id

    client.post(address(upload, "choose"), {"mode": "upsert", "on_error": "skip"})

    upload.refresh_from_db()
    assert (upload.state, upload.options["on_error"], upload.plan_job_id) == ("planned", "skip", job)


def test_another_mode_makes_the_plan_anew(client):
    upload = sent(client, MIXED)

    client.post(address(upload, "choose"), {"mode": "update", "on_error": "stop"})

    upload.refresh_from_db()
    assert (upload.state, upload.options["mode"], upload.created) == ("planned", "update", 0)
    words = page(client, upload).context["options_form"].in_words
    assert words == ["Only change known rows", "All rows or none", "Prices with too many decimals are refused"]


def test_what_rounding_would_mend_is_mended_on_the_preview(client):
    upload = sent(client, "sku,name,price\nCUP-1,Cup,24.166667\n")
    assert (upload.failed, upload.options["choices"]) == (1, {"decimals": "refuse"})

    client.post(address(upload, "choose"), {"mode": "upsert", "on_error": "stop", "choice_decimals": "round"})

    upload.refresh_from_db()
    assert (upload.state, upload.created, upload.failed) == ("planned", 1, 0)
    assert upload.options["choices"] == {"decimals": "round"}
    assert "1 price is rounded to EUR." in page(client, upload).content.decode()


def test_a_question_that_the_page_did_not_ask_keeps_its_answer(client):
    upload = sent(client, "sku,name,price\nCUP-1,Cup,24.166667\n", choice_decimals="round")

    client.post(address(upload, "choose"), {"mode": "create", "on_error": "stop"})

    upload.refresh_from_db()
    assert (upload.options["mode"], upload.options["choices"]) == ("create", {"decimals": "round"})


def test_the_questions_of_a_kind_are_answered_on_the_preview_too(client):
    client.force_login(member("Operations lead"))
    client.post(address(sent(client, CUPS), "apply"))
    upload = sent(client, "sku,quantity,location\nCUP-1,5,main\n", kind="stock", choice_quantities="set")
    assert upload.options["choices"]["quantities"] == "set"

    client.post(address(upload, "choose"), {"mode": "upsert", "on_error": "stop", "choice_quantities": "add"})

    upload.refresh_from_db()
    assert (upload.state, upload.options["choices"]["quantities"]) == ("planned", "add")


def test_an_answer_that_nobody_offers_changes_nothing(client):
    upload = sent(client, CUPS)

    response = client.post(address(upload, "choose"), {"mode": "explode", "on_error": "stop"})

    assert said(response)[0].startswith("What may happen:")
    upload.refresh_from_db()
    assert (upload.state, upload.options["mode"]) == ("planned", "upsert")


# The second person ------------------------------------------------------------------------------------


@pytest.fixture
def waiting(client) -> Upload:
    """An upload that changes more rows than one person may."""
    ShopSettings.objects.update_or_create(pk=1, defaults={"approval_rows": 1, "require_second_factor": False})
    upload = sent(client, CUPS)
    client.post(address(upload, "apply"))
    upload.refresh_from_db()
    assert upload.state == "awaiting_approval"
    return upload


def test_who_uploaded_it_cannot_approve_nor_change_it(client, waiting):
    assert client.post(address(waiting, "approve")).status_code == 403
    client.post(address(waiting, "choose"), {"mode": "upsert", "on_error": "skip"})
    client.post(address(waiting, "map"), {"field-2": "", "check": "1"})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.options["on_error"], waiting.approver) == ("awaiting_approval", "stop", None)
    assert not Variant.objects.exists()


def test_an_approver_is_told_sees_the_plan_and_lets_it_through(client, waiting):
    lead = member("Operations lead")
    client.force_login(lead)

    listed = client.get(LIST)
    shown = page(client, waiting)

    assert listed.context["waiting"] == 1
    assert "1 upload waits for your approval." in listed.content.decode()
    assert [item.pk for item in client.get(f"{LIST}{listed.context['waiting_url']}").context["cl"].result_list] == [
        waiting.pk
    ]
    assert [row.key for row in shown.context["rows"]] == ["CUP-1", "MUG-1"]
    assert "It changes 2 rows; more than 1 need a second person." in shown.content.decode()
    client.post(address(waiting, "approve"))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.approver) == ("applied", lead)
    assert f"Approved by {lead}" in page(client, waiting).context["told"][0]
    assert client.get(LIST).context["waiting"] == 0


def test_an_approver_may_refuse(client, waiting):
    client.force_login(member("Operations lead"))

    client.post(address(waiting, "discard"))

    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert not Variant.objects.exists()


def test_those_who_may_not_approve_are_not_told(client, waiting):
    assert client.get(LIST).context["waiting"] == 0
