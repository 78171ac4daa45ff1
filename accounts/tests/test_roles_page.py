"""The page about roles says what the manifest says."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.management.commands import document_roles
from accounts.permissions import ROLES, SCOPE, Role
from accounts.roles_page import document
from backoffice.kernel.scope.rules import ScopeRule


def rows_of(page: str) -> list[list[str]]:
    """Return the cells of every table row."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]


def test_the_page_in_the_repository_is_current():
    call_command("document_roles", "--check")


def test_a_page_out_of_date_fails_the_check(monkeypatch):
    monkeypatch.setattr(document_roles, "ROLES", ROLES[:-1])

    with pytest.raises(
        CommandError, match=r"^backoffice/docs/roles\.md is out of date: run manage\.py document_roles\.$"
    ):
        call_command("document_roles", "--check")


def test_actions_are_told_in_few_words():
    roles = (
        Role("Desk", "Takes orders.", {"orders.order": "view add change place cancel", "orders.ordernote": "view add"}),
        Role("Lead", "Leads.", {"orders.order": "view", "orders.ordernote": "view add change delete"}),
        Role("Guest", "Looks in.", {}),
    )

    rows = rows_of(
        document(roles, {"orders.Order": ScopeRule(customer="customer"), "products.Category": ScopeRule("*")})
    )

    assert ["Desk", "Takes orders."] in rows
    assert ["Orders", "edit; place, cancel", "view", "–"] in rows
    assert ["Order notes", "view, add", "edit, delete", "–"] in rows
    assert ["Orders", "–", "their own"] in rows
    assert ["Categories", "all", "–"] in rows


def test_each_role_and_each_scoped_model_has_its_row():
    rows = rows_of(document(ROLES, SCOPE))

    assert [row[0] for row in rows if row[0] in {role.name for role in ROLES}] == [role.name for role in ROLES]
    assert len([row for row in rows if len(row) == 3]) == len(SCOPE) + 2
