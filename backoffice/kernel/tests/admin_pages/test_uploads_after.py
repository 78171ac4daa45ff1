"""What is left of an upload: its way back, its place in lists and histories, its file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse

from backoffice.kernel.files.models import FileAccess
from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import previews
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.tests.admin_pages.upload_pages import (
    CUPS,
    LIST,
    WRONG,
    address,
    member,
    page,
    said,
    sent,
    whole,
)
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import undoing
from products.models import Product, Variant
from products.tests.factories import LocationFactory
from products.transfers.service import ProductTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client, db):
    user = member("Catalogue editor")
    LocationFactory(code="main")
    client.force_login(user)
    return user


@pytest.fixture
def applied(client) -> Upload:
    upload = sent(client, CUPS)
    client.post(address(upload, "apply"))
    upload.refresh_from_db()
    assert upload.state == "applied"
    return upload


@contextmanager
def no_disk() -> Iterator[None]:
    """Let nothing be written for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProductTransfer, "apply", lambda *_: (_ for _ in ()).throw(OSError("The disk is full.")))
        yield


def test_a_page_that_shows_an_older_plan_applies_nothing(client):
    upload = sent(client, CUPS)
    shown = page(client, upload).content.decode()
    assert f'<input type="hidden" name="plan" value="{upload.plan_job_id}">' in shown
    # In another window it is changed, and checked again.
    client.post(address(upload, "choose"), {"mode": "update", "on_error": "stop"})

    response = client.post(address(upload, "apply"), {"plan": upload.plan_job_id})

    assert said(response)[-1].startswith("This is not the plan that was shown")
    upload.refresh_from_db()
    assert (upload.state, Variant.objects.count()) == ("planned", 0)


# The way back -----------------------------------------------------------------------------------------


def test_the_undo_says_first_what_goes_and_what_stays(client, applied):
    cup = Variant.objects.get(sku="CUP-1")
    with audit(user=member("Operations lead")):
        cup.title = "Touched"
        cup.save()

    shown = client.get(address(applied, "undo"))

    assert {str(entry.model._meta.verbose_name): entry.deletes for entry in shown.context["plan"].models} == {
        "variant": 1,
        "product": 1,
        "seller": 0,
    }
    assert {(entry.model, entry.name) for entry in shown.context["plan"].conflicts} == {
        ("variant", "CUP-1 Touched"),
        ("product", "Cup"),
        ("seller", "Demo Shop"),
    }
    assert Variant.objects.count() == 2


def test_the_preview_of_a_large_undo_comes_when_it_is_known(client, applied, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE_ROWS", 1)

    waiting = client.get(address(applied, "undo"))

    assert (waiting.context["plan"], waiting.context["working"]) == (None, True)
    preview = Job.objects.get(kind="undo_preview")
    assert reverse("admin:kernel_job_status", args=[preview.pk]) in waiting.content.decode()
    job_run(job_id=preview.pk)
    shown = client.get(address(applied, "undo"))
    assert f"Undo {shown.context['plan'].total} rows" in shown.content.decode()
    assert Variant.objects.count() == 2


def test_after_an_undo_the_page_tells_who_did_it_and_what_stayed(client, editor, applied):
    cup = Variant.objects.get(sku="CUP-1")
    with audit(user=member("Operations lead")):
        cup.title = "Touched"
        cup.save()

    client.post(address(applied, "undo"))

    applied.refresh_from_db()
    shown = page(client, applied)
    assert applied.state == "undone"
    assert shown.context["told"][0].startswith(f"Undone by {editor} on ")
    assert [entry["name"] for entry in shown.context["stayed"]] == ["Cup", "Demo Shop", "CUP-1 Touched"]
    assert list(Variant.objects.values_list("sku", flat=True)) == ["CUP-1"]


def test_what_was_never_applied_is_not_undone(client):
    upload = sent(client, CUPS)

    for method in (client.get, client.post):
        response = method(address(upload, "undo"))
        assert response.status_code == 302
        assert "nothing to undo" in said(response)[-1]
    upload.refresh_from_db()
    assert upload.state == "planned"


def test_an_undo_at_work_is_stopped_and_asked_for_again(client, applied, monkeypatch):
    monkeypatch.setattr(undoing, "AT_ONCE", 0)
    client.post(address(applied, "undo"))
    applied.refresh_from_db()
    assert (applied.state, page(client, applied).context["working"]) == ("undoing", True)

    client.post(address(applied, "discard"))

    applied.refresh_from_db()
    assert (applied.state, applied.undo_job.state) == ("applied", "cancelled")
    assert Variant.objects.count() == 2
    client.post(address(applied, "undo"))
    job_run(job_id=applied.undo_job_id)
    applied.refresh_from_db()
    assert (applied.state, Variant.objects.count()) == ("undone", 0)


def test_work_that_was_cut_off_is_told_of_and_run_again(client):
    upload = sent(client, CUPS)
    with no_disk():
        client.post(address(upload, "apply"))
    shown = page(client, upload)

    assert shown.context["stuck"] is True
    assert "The work was cut off." in shown.content.decode()
    upload.refresh_from_db()
    client.post(reverse("admin:kernel_job_retry", args=[upload.apply_job_id]))
    job_run(job_id=upload.apply_job_id)

    upload.refresh_from_db()
    assert (upload.state, Variant.objects.count()) == ("applied", 2)


def test_who_may_not_upload_the_kind_does_not_undo_it(client, applied):
    client.force_login(member("Auditor"))

    assert client.get(address(applied)).status_code == 200
    assert client.get(address(applied, "undo")).status_code == 403
    assert client.post(address(applied, "undo")).status_code == 403
    applied.refresh_from_db()
    assert (applied.state, Variant.objects.count()) == ("applied", 2)


# Lists and histories ----------------------------------------------------------------------------------


def test_the_list_tells_who_what_and_how_it_ended(client, editor, applied):
    client.post(address(applied, "undo"))
    sent(client, WRONG)

    response = client.get(LIST)

    admin = response.context["cl"].model_admin
    newest, oldest = response.context["cl"].result_list
    assert (admin.kind_shown(newest), admin.mapping_shown(newest)) == ("Products", "by names")
    assert admin.counts(newest).startswith("2 new, 2 wrong")
    assert f"{editor}" in admin.state_badge(oldest)
    assert "Undone" in admin.state_badge(oldest)
    assert reverse("file", args=[oldest.file_id]) in admin.download(oldest)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "products"}, True),
        ({"kind": "prices"}, False),
        ({"state__exact": "applied"}, True),
        ({"state__exact": "awaiting_approval"}, False),
        ({"q": "goods"}, True),
        ({"q": "other"}, False),
        ({"created_at__gte": "2000-01-01 00:00:00+00:00"}, True),
        ({"created_at__lt": "2000-01-01 00:00:00+00:00"}, False),
    ],
)
def test_the_list_is_narrowed_by_kind_state_name_and_date(client, applied, query, found):
    listed = client.get(LIST, query)

    assert list(listed.context["cl"].result_list) == ([applied] if found else [])


def test_the_list_is_narrowed_by_owner(client, editor, applied):
    client.force_login(member("Operations lead"))
    other = sent(client, CUPS)

    assert list(client.get(LIST, {"owner__id__exact": editor.pk}).context["cl"].result_list) == [applied]
    assert set(client.get(LIST).context["cl"].result_list) == {applied, other}


def test_an_objects_history_leads_to_the_upload_for_those_who_may_see_it(client, applied):
    product = Product.objects.get(handle="cup")
    history = reverse("admin:products_product_history", args=[product.pk])
    link = f'href="{address(applied)}"'
    seen = {}
    for role in ("Catalogue editor", "Operations lead", "Auditor", "Order desk"):
        client.force_login(member(role))
        seen[role] = link in client.get(history).content.decode()

    assert seen == {"Catalogue editor": True, "Operations lead": True, "Auditor": True, "Order desk": False}
    assert "Upload goods.csv" not in client.get(history).content.decode().replace("“Upload goods.csv”", "")


def test_news_of_a_finished_job_leads_to_the_upload(client, applied):
    known = f"{applied.plan_job_id},{applied.apply_job_id}"

    jobs = client.get(reverse("admin:kernel_job_mine"), {"known": known}).json()["jobs"]

    assert {job["url"] for job in jobs} == {address(applied)}
    assert (
        address(applied) in client.get(reverse("admin:kernel_job_change", args=[applied.apply_job_id])).content.decode()
    )


# The file ---------------------------------------------------------------------------------------------


def test_the_file_is_handed_out_to_those_who_see_the_upload_and_each_time_is_noted(client, editor, applied):
    url = reverse("file", args=[applied.file_id])

    assert whole(client.get(url)) == CUPS.encode()

    assert [(access.file_id, access.user) for access in FileAccess.objects.all()] == [(applied.file_id, editor)]
    client.force_login(member("Auditor"))
    assert whole(client.get(url)) == CUPS.encode()
    for role in ("Order desk", "Seller"):
        client.force_login(member(role))
        assert client.get(url).status_code == 404, role
    assert FileAccess.objects.count() == 2
