"""Addresses that lead nowhere, and those that are not for everybody, lead back."""

from __future__ import annotations

import pytest

from backoffice.kernel.tests.admin_pages.upload_pages import LIST, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{LIST}add/", 403, "Your roles do not include it."),
        (f"{LIST}4711/change/", 404, "There is nothing here"),
        ("/nowhere/", 404, "There is nothing here"),
    ],
)
def test_a_closed_or_missing_page_says_so_and_leads_back(client, path, status, words):
    client.force_login(member("Auditor"))

    response = client.get(path)

    text = response.content.decode()
    assert (response.status_code, words in text, 'href="/admin/"' in text) == (status, True, True)


def test_a_missing_page_asks_nobody_to_log_in(client):
    response = client.get("/nowhere/")

    assert (response.status_code, "There is nothing here" in response.content.decode()) == (404, True)
