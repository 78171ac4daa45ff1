"""A demo shop, served, and people at its pages in Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run
from backoffice.seed.people import DEMO_PASSWORD
from backoffice.seed.scale import Scale
from backoffice.seed.shop import demo_make

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# Where the pictures of the pages go; kept out of the repository.
PICTURES = Path(os.environ.get("BACKOFFICE_PICTURES", Path(__file__).parent / "pictures"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, as the system installed it."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@pytest.fixture
def demo_shop(transactional_db: None) -> None:
    """A small demo shop with all roles."""
    from django.core.management import call_command

    call_command("setup_reference_data", verbosity=0)
    demo_make(scale=Scale(products=16, customers=6, orders=6))


@pytest.fixture
def person(chromium: Browser, live_server: Any, demo_shop: None) -> Iterator[Callable[..., Page]]:
    """Return a function that logs somebody in; an error on any page fails the test."""
    contexts: list[Any] = []
    problems: list[str] = []

    def log_in(role: str, *, viewport: dict[str, int] | None = None) -> Page:
        context = chromium.new_context(viewport=viewport or LAPTOP, base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: problems.append(f"{page.url}: {message.text}") if message.type == "error" else None,
        )
        page.goto("/admin/login/")
        page.fill("[name=username]", f"{role}@demo.example")
        page.fill("[name=password]", DEMO_PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield log_in
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Return a function that keeps a picture of a page."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    return take


@pytest.fixture
def work() -> Callable[[], int]:
    """Return a function that does what a worker would: run what is queued."""

    def run() -> int:
        queued = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True))
        for job_id in queued:
            job_run(job_id=job_id)
        return len(queued)

    return run
