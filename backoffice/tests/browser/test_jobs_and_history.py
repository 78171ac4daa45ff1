"""Pages that watch and tell: a job at work, its undo, a history, a form that somebody overtook."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_claim, job_enqueue
from backoffice.tests.browser.conftest import PHONE
from products.models import Product, Variant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_job_at_work(owner: User) -> Job:
    """A job that a worker has taken and says how far it has come."""
    job, _new = job_enqueue(kind="undo", params={"job": 0}, owner=owner, title="Counting lamps", total=200)
    job_claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(done=50, phase="lamps: 50 rows")
    return job


def finish(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=JobState.SUCCEEDED, done=200, result={"counted": 200}, finished_at=job.created_at, run_token=None
    )


def no_overflow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_job_is_watched_without_reloading(person: Callable[..., Page], picture: Callable[[Page, str], None]) -> None:
    page = person("administrator")
    job = a_job_at_work(User.objects.get(email="administrator@demo.example"))
    page.goto(f"/admin/kernel/job/{job.pk}/change/")
    page.evaluate("window.stillTheSamePage = true")
    expect(page.locator("[data-job=bar]")).to_have_attribute("aria-valuenow", "25")
    expect(page.locator("[data-job=phase]")).to_have_text("lamps: 50 rows")
    picture(page, "job-at-work")

    Job.objects.filter(pk=job.pk).update(done=150, phase="lamps: 150 rows")
    expect(page.locator("[data-job=bar]")).to_have_attribute("aria-valuenow", "75")
    expect(page.locator("[data-job=done]")).to_have_text("150")
    finish(job)

    expect(page.locator("[data-job=label]")).to_have_text("Succeeded")
    expect(page.locator("#job-result")).to_contain_text("Counted")
    assert page.evaluate("window.stillTheSamePage") is True
    page.set_viewport_size(PHONE)
    assert no_overflow(page)
    picture(page, "job-done-phone")


def wait_until_watched(page: Page, watched: bool) -> None:
    """Wait until a page watches jobs, or none any more.

    Asked from here again and again: ``wait_for_function`` asks inside the page, whose policy forbids it.
    """
    for _ in range(150):
        kept = page.evaluate("localStorage.getItem('backoffice-jobs')")
        if (kept not in {None, "[]"}) if watched else kept == "[]":
            return
        page.wait_for_timeout(100)
    pytest.fail(f"The page keeps {kept} as the jobs that it watches.")


def test_the_end_of_a_job_is_told_on_another_page(
    person: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    page = person("administrator")
    job = a_job_at_work(User.objects.get(email="administrator@demo.example"))
    page.goto("/admin/products/product/")
    wait_until_watched(page, True)

    finish(job)

    toast = page.locator(".bo-toast")
    expect(toast).to_contain_text("Counting lamps", timeout=15_000)
    picture(page, "job-finished-elsewhere")
    toast.get_by_role("link", name="Open").click()
    page.wait_for_url(f"**/admin/kernel/job/{job.pk}/change/")
    # and it is told once
    page.goto("/admin/products/product/")
    wait_until_watched(page, False)
    expect(page.locator(".bo-toast")).to_have_count(0)


def test_without_a_job_the_server_is_asked_once(person: Callable[..., Page]) -> None:
    page = person("administrator")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/job/mine/" in request.url else None)

    page.goto("/admin/products/product/")
    page.wait_for_timeout(6_000)

    assert len(asked) == 1


def test_a_bulk_action_from_ticking_rows_to_undo(
    person: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    page = person("catalogue-editor")
    active = Product.objects.filter(status="active").count()
    page.goto("/admin/products/product/")
    page.check("#action-toggle")
    page.select_option("select[name=action]", label="Archive", force=True)
    page.click("button[name=index]")
    expect(page.locator("#applies-to")).to_contain_text("Applies to")
    picture(page, "bulk-confirm")
    page.set_viewport_size(PHONE)
    assert no_overflow(page)
    picture(page, "bulk-confirm-phone")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.click("button[name=apply]")

    assert Product.objects.filter(status="active").count() == 0
    page.get_by_role("link", name="Details and undo").click()
    page.get_by_role("link", name="Undo …").click()
    expect(page.locator("#undo-plan")).to_contain_text("Products")
    picture(page, "undo-preview")
    page.locator("button.btn-danger").click()
    expect(page.locator("[data-job=label]")).to_have_text("Succeeded")
    assert Product.objects.filter(status="active").count() == active


def test_an_overtaken_form_is_refused_and_keeps_what_was_typed(
    person: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    page = person("catalogue-editor")
    product = Product.objects.order_by("pk").first()
    assert product is not None
    page.goto(f"/admin/products/product/{product.pk}/change/")
    page.fill("[name=brand]", "Typed by me")
    with audit(user=User.objects.get(email="operations-lead@demo.example")):
        product.name = "Renamed meanwhile"
        product.save()

    page.click("[name=_save]")

    expect(page.locator("#stale")).to_contain_text("Renamed meanwhile")
    expect(page.locator("#stale")).to_contain_text("operations-lead@demo.example")
    expect(page.locator("[name=brand]")).to_have_value("Typed by me")
    picture(page, "stale-form")
    product.refresh_from_db()
    assert product.brand != "Typed by me"
    page.check("#id_version_seen")
    page.click("[name=_save]")
    page.wait_for_url("**/admin/products/product/")
    page.wait_for_load_state("networkidle")
    product.refresh_from_db()
    assert product.brand == "Typed by me"


def test_a_history_reads_well_on_a_laptop_and_a_phone(
    person: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    variant: Any = Variant.objects.select_related("product").order_by("pk").first()
    with audit(user=User.objects.get(email="operations-lead@demo.example"), reason="Spring prices"):
        variant.price = Decimal("77.70")
        variant.save()
    page = person("administrator")

    page.goto(f"/admin/products/product/{variant.product_id}/history/")

    first = page.locator("#timeline > li").first
    expect(first).to_contain_text("Spring prices")
    expect(first).to_contain_text("77.70")
    picture(page, "history")
    page.set_viewport_size(PHONE)
    assert no_overflow(page)
    picture(page, "history-phone")
