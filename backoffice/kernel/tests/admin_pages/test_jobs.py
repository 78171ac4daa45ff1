"""Jobs in the admin: mine or all, progress without reloading, stop, repeat, undo with its preview."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobLogEntry, JobState
from backoffice.kernel.jobs.progress import seconds_left
from backoffice.kernel.jobs.services import job_claim, job_enqueue, job_run
from backoffice.kernel.tests.admin_pages.catalogue import PAGES
from backoffice.kernel.tests.jobs import handlers  # noqa: F401 - registers kinds of jobs
from backoffice.kernel.tests.jobs_made import job_at_work
from backoffice.kernel.transfers.services import upload_create, upload_plan
from products.models import Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/kernel/job/"


@pytest.fixture(autouse=True)
def pages(admin_pages):
    admin_pages(PAGES)


@pytest.fixture
def owner(client, grant):
    user = grant(StaffFactory(), "kernel.view_job", "products.view_variant")
    client.force_login(user)
    return user


def page(job, action="change") -> str:
    return f"{LIST}{job.pk}/{action}/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def price_cut(owner, count=1) -> tuple[Job, list[Variant]]:
    """A finished job that changed prices."""
    variants = VariantFactory.create_batch(count, product=ProductFactory(), price=Decimal("10.00"))
    with job_at_work("Price cut", owner=owner) as job:
        for variant in variants:
            variant.price = Decimal("9.00")
            variant.save()
    return job, variants


# The list -----------------------------------------------------------------------------------------


def test_the_list_shows_my_jobs(client, owner):
    mine, theirs = (job_enqueue(kind="test.note", owner=user, title="Work")[0] for user in (owner, StaffFactory()))

    listed = client.get(LIST).context["cl"].result_list

    assert [job.pk for job in listed] == [mine.pk]
    assert client.get(page(theirs)).status_code == 404


def test_kinds_are_called_by_their_names(client, owner):
    upload = upload_create(kind="products", content=b"handle,sku,name,price\nm,M-1,Mug,1\n", name="a.csv", owner=owner)
    job = upload_plan(upload=upload)
    job_enqueue(kind="test.note", owner=owner, title="Work")

    listed = client.get(LIST, {"kind": "upload_plan"})

    assert [item.pk for item in listed.context["cl"].result_list] == [job.pk]
    offered = listed.context["cl"].filter_specs[-1].lookup_choices
    assert offered == [("upload_plan", "Check of an upload"), ("test.note", "Test note")]
    assert "Check of an upload" in client.get(page(job)).content.decode()


def test_everybodys_jobs_need_a_permission(client, owner, grant):
    theirs, _new = job_enqueue(kind="test.note", owner=StaffFactory(), title="Work")
    assert theirs not in client.get(LIST, {"whose": "all"}).context["cl"].result_list

    grant(owner, "kernel.viewall_job")

    assert list(client.get(LIST).context["cl"].result_list) == []
    assert theirs in client.get(LIST, {"whose": "all"}).context["cl"].result_list
    assert client.get(page(theirs)).status_code == 200


def test_a_seller_with_that_permission_still_sees_only_the_own_store(client, grant):
    seller = grant(SellerUserFactory(), "kernel.view_job", "kernel.viewall_job")
    client.force_login(seller)
    colleague = SellerUserFactory(seller=seller.seller)
    ours, _new = job_enqueue(kind="test.note", owner=colleague, title="Work")
    house, _new = job_enqueue(kind="test.note", owner=StaffFactory(), title="Work")

    listed = client.get(LIST, {"whose": "all"}).context["cl"].result_list

    assert [job.pk for job in listed] == [ours.pk]
    assert client.get(page(house)).status_code == 404


def test_jobs_are_closed_without_the_permission(client):
    client.force_login(StaffFactory())

    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}mine/").status_code == 200  # the page's own news, which are mine anyway


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_job_and_for_fifty(client, owner, count, django_assert_num_queries):
    for _ in range(count):
        job_enqueue(kind="test.note", owner=owner, title="Work")

    client.get(LIST)  # fills the caches of a new process

    with django_assert_num_queries(9):
        client.get(LIST)


# The page -----------------------------------------------------------------------------------------


def test_the_page_tells_what_a_job_did(client, owner):
    job, _variants = price_cut(owner, 3)
    Job.objects.filter(pk=job.pk).update(result={"applied": 3, "refused": [["A-1", "Too cheap."]]})
    JobLogEntry.objects.create(job=job, message="working")

    response = client.get(page(job))

    changes = [(entry.model, entry.created, entry.changed, entry.deleted) for entry, _ in response.context["changes"]]
    assert changes == [(Variant, 0, 3, 0)]
    text = response.content.decode()
    assert f'href="/admin/kernel/job/{job.pk}/changes/products.variant/"' in text
    assert "A-1: Too cheap." in text
    assert "working" in text


def test_the_page_tells_why_a_file_was_refused(client, owner):
    upload = upload_create(kind="products", content=b"price,stock\n1,2\n", name="a.csv", owner=owner)
    job = upload_plan(upload=upload, here=True)

    text = client.get(page(job)).content.decode()

    assert "No column of the file is known to hold the SKU" in text


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_the_same_however_many_rows(client, owner, count, django_assert_num_queries):
    job, _variants = price_cut(owner, count)

    with django_assert_num_queries(12):
        client.get(page(job))
    with django_assert_num_queries(16):
        client.get(page(job, "changes/products.variant"))


def test_the_rows_of_a_model_are_listed_with_old_and_new(client, owner):
    job, variants = price_cut(owner)

    response = client.get(page(job, "changes/products.variant"))

    event = response.context["page"].events[0]
    assert (event.what, [(change.old, change.new) for change in event.changes]) == (
        str(variants[0]),
        [("10.00", "9.00")],
    )
    assert f'href="/admin/products/variant/{variants[0].pk}/change/"' in response.content.decode()


def test_the_rows_of_a_model_need_its_view_permission(client, owner):
    job, _variants = price_cut(owner)

    assert client.get(page(job, "changes/products.product")).status_code == 403
    assert client.get(page(job, "changes/no.such")).status_code == 404
    assert client.get(page(job, "changes/kernel.job")).status_code == 404


def test_a_seller_reads_only_rows_in_scope(client, grant):
    seller = grant(SellerUserFactory(), "kernel.view_job", "products.view_variant")
    client.force_login(seller)
    mine, theirs = VariantFactory(product__seller=seller.seller), VariantFactory(sku="CANARY")
    with job_at_work(owner=seller) as job:
        for variant in (mine, theirs):
            variant.price = Decimal("9.00")
            variant.save()

    response = client.get(page(job, "changes/products.variant"))

    assert [event.object_id for event in response.context["page"].events] == [mine.pk]
    assert "CANARY" not in response.content.decode()


def test_nothing_is_saved_by_posting_to_the_page(client, grant):
    user = grant(StaffFactory(is_superuser=True))
    client.force_login(user)
    job, _new = job_enqueue(kind="test.note", owner=user, title="Work")

    assert client.post(page(job), {"state": "succeeded"}).status_code == 405
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(page(job, "delete"), {"post": "yes"}).status_code == 403
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


# Progress -----------------------------------------------------------------------------------------


def test_progress_is_told_as_json(client, owner):
    job, _new = job_enqueue(kind="test.count", params={"to": 200}, owner=owner, title="Count", total=200)
    job_claim(job_id=job.pk)
    start = timezone.now() - timedelta(seconds=30)
    Job.objects.filter(pk=job.pk).update(done=50, phase="counting", started_at=start)

    told = client.get(page(job, "status")).json()

    assert told | {"seconds": 30, "seconds_left": 90} == {
        "id": job.pk,
        "title": "Count",
        "state": "running",
        "label": "Running",
        "finished": False,
        "done": 50,
        "total": 200,
        "percent": 25,
        "phase": "counting",
        "seconds": 30,
        "seconds_left": 90,
    }
    assert told["seconds_left"] == pytest.approx(90, abs=3)


def test_somebody_elses_progress_is_not_told(client, owner):
    job, _new = job_enqueue(kind="test.note", owner=StaffFactory(), title="Work")

    assert client.get(page(job, "status")).status_code == 404


@pytest.mark.parametrize(
    ("done", "total", "left"), [(0, 100, None), (25, 100, 30), (100, 100, 0), (120, 100, 0), (10, None, None)]
)
def test_the_time_left_comes_from_the_pace_so_far(done, total, left):
    now = timezone.now()
    job = Job(state=JobState.RUNNING, started_at=now - timedelta(seconds=10), done=done, total=total)

    assert seconds_left(job, now=now) == left


def test_my_jobs_at_work_and_those_i_know_of_are_told(client, owner):
    working, _new = job_enqueue(kind="test.note", owner=owner, title="Working")
    known, _variants = price_cut(owner)
    other, _variants = price_cut(owner)
    foreign, _new = job_enqueue(kind="test.note", owner=StaffFactory(), title="Foreign")

    told = client.get(f"{LIST}mine/", {"known": f"{known.pk},{foreign.pk},x"}).json()["jobs"]

    assert {(job["id"], job["finished"], job["url"]) for job in told} == {
        (working.pk, False, page(working)),
        (known.pk, True, page(known)),
    }
    assert other.pk not in {job["id"] for job in told}


def test_a_page_at_work_knows_where_to_ask_and_a_finished_one_does_not(client, owner):
    working, _new = job_enqueue(kind="test.note", owner=owner, title="Working")
    finished, _variants = price_cut(owner)

    assert f'data-status-url="{page(working, "status")}"' in client.get(page(working)).content.decode()
    assert "data-status-url" not in client.get(page(finished)).content.decode()


# Stop and repeat ----------------------------------------------------------------------------------


def test_a_job_is_stopped_by_its_owner(client, owner):
    job, _new = job_enqueue(kind="test.note", owner=owner, title="Work")

    response = client.post(page(job, "cancel"))

    job.refresh_from_db()
    assert (job.state, said(response)) == (JobState.CANCELLED, ["Will stop: Work"])


def test_a_failed_job_is_repeated_by_its_owner(client, owner):
    job, _new = job_enqueue(kind="test.note", owner=owner, title="Work")
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)

    response = client.post(page(job, "retry"))

    job.refresh_from_db()
    assert (job.state, said(response)) == (JobState.QUEUED, ["Queued again: Work"])


@pytest.mark.parametrize("action", ["cancel", "retry", "undo"])
def test_seeing_a_job_is_not_managing_it(client, owner, grant, action):
    grant(owner, "kernel.viewall_job")
    job, _new = job_enqueue(kind="test.note", owner=StaffFactory(), title="Work")

    assert client.post(page(job, action)).status_code == 403

    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_everybodys_jobs_are_managed_with_a_permission(client, owner, grant):
    grant(owner, "kernel.manage_job")
    job, _new = job_enqueue(kind="test.note", owner=StaffFactory(), title="Work")

    client.post(page(job, "cancel"))

    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_stop_and_repeat_are_posted(client, owner, action):
    job, _new = job_enqueue(kind="test.note", owner=owner, title="Work")

    assert client.get(page(job, action)).status_code == 405


# Undo ---------------------------------------------------------------------------------------------


def test_the_preview_of_an_undo_counts_and_names_conflicts(client, owner):
    job, variants = price_cut(owner, 3)
    with audit(user=StaffFactory(email="colleague@example.com")):
        variants[0].price = Decimal("8.00")
        variants[0].save()

    response = client.get(page(job, "undo"))

    plan = response.context["plan"]
    assert (plan.total, plan.conflict_total) == (2, 1)
    text = response.content.decode()
    assert "Undo 2 rows" in text
    assert "colleague@example.com" in text
    assert Variant.objects.filter(price=Decimal("9.00")).count() == 2  # nothing has happened yet


def test_the_preview_of_a_large_undo_is_made_in_the_background(client, owner, monkeypatch):
    monkeypatch.setattr("backoffice.kernel.history.undo.previews.AT_ONCE_ROWS", 1)
    job, _variants = price_cut(owner, 2)

    waiting = client.get(page(job, "undo"))

    preview = Job.objects.get(kind="undo_preview")
    text = waiting.content.decode()
    assert f'data-status-url="{page(preview, "status")}"' in text
    assert "looked up in the background" in text
    assert "Undo 2 rows" not in text
    assert client.get(page(preview, "status")).json()["finished"] is False
    job_run(job_id=preview.pk)
    ready = client.get(page(job, "undo")).content.decode()
    assert "Undo 2 rows" in ready
    assert "This is how it stood at" in ready
    assert "data-status-url" not in ready
    # its own page shows the counts, and offers nothing to take back
    own = client.get(page(preview))
    assert dict(own.context["result"]) == {"rows": "2", "conflicts": "0"}
    assert own.context["may_undo"] is False


def test_a_preview_that_failed_says_so(client, owner, monkeypatch):
    monkeypatch.setattr("backoffice.kernel.history.undo.previews.AT_ONCE_ROWS", 1)
    job, _variants = price_cut(owner, 2)
    client.get(page(job, "undo"))
    Job.objects.filter(kind="undo_preview").update(
        state=JobState.FAILED, error="The disk is full.", finished_at=timezone.now()
    )

    text = client.get(page(job, "undo")).content.decode()

    assert "What would be taken back could not be found out. The disk is full." in text
    assert "data-status-url" not in text


def test_an_undo_is_done_and_offered_once(client, owner):
    job, variants = price_cut(owner)
    assert f'href="{page(job, "undo")}"' in client.get(page(job)).content.decode()

    response = client.post(page(job, "undo"))

    variants[0].refresh_from_db()
    assert variants[0].price == Decimal("10.00")
    undo = Job.objects.get(undoes=job)
    assert (undo.owner, response["Location"], said(response)) == (owner, page(undo), ["Undone: Price cut"])
    text = client.get(page(job)).content.decode()
    assert f'href="{page(job, "undo")}"' not in text
    assert f'href="{page(undo)}"' in text


def test_a_second_undo_says_that_it_was_done(client, owner):
    job, _variants = price_cut(owner)
    client.post(page(job, "undo"))

    response = client.post(page(job, "undo"))

    assert "This job was undone before: Undo: Price cut." in said(response)
    assert Job.objects.filter(undoes=job).count() == 1


def test_a_large_undo_works_in_the_background(client, owner, monkeypatch):
    monkeypatch.setattr("backoffice.kernel.history.undo.requests.AT_ONCE", 1)
    job, _variants = price_cut(owner, 2)

    client.post(page(job, "undo"))

    undo = Job.objects.get(undoes=job)
    assert (undo.state, undo.total) == (JobState.QUEUED, 2)


def test_a_job_that_says_it_cannot_be_undone_has_no_button(client, owner):
    job, _variants = price_cut(owner)
    Job.objects.filter(pk=job.pk).update(result={"no_undo": "It was printed."})

    assert client.get(page(job)).context["may_undo"] is False


@pytest.mark.parametrize("count", [1, 50])
def test_the_preview_costs_the_same_however_many_rows(client, owner, count, django_assert_num_queries):
    job, variants = price_cut(owner, count)
    for variant in variants:
        variant.price = Decimal("8.00")
        variant.save()

    with django_assert_num_queries(23):
        client.get(page(job, "undo"))
