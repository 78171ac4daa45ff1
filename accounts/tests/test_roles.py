"""Groups follow the manifest, and drift is seen."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.checks import run_checks

from accounts.permissions import AUDITOR, READ_ONLY, ROLES, Role
from accounts.services.roles import ManifestError, permission_codenames, roles_drift, roles_sync

pytestmark = pytest.mark.django_db


def test_each_role_of_the_manifest_is_a_group_after_migrating():
    assert set(Group.objects.values_list("name", flat=True)) == {role.name for role in ROLES}
    assert roles_drift() == []


def test_a_permission_that_the_manifest_does_not_grant_is_reported_and_taken_away():
    group = Group.objects.get(name="Auditor")
    group.permissions.add(Permission.objects.get(codename="change_order"))

    assert roles_drift() == ["Auditor holds orders.change_order, which the manifest does not grant."]
    assert [item.id for item in run_checks(databases=["default"]) if item.id.startswith("accounts.")] == [
        "accounts.W001"
    ]

    roles_sync()
    assert roles_drift() == []


def test_a_permission_that_is_missing_is_reported_and_given_back():
    group = Group.objects.get(name="Warehouse")
    group.permissions.remove(Permission.objects.get(codename="ship_order"))

    assert roles_drift() == ["Warehouse lacks orders.ship_order, which the manifest grants."]

    roles_sync()
    assert roles_drift() == []


def test_a_group_outside_the_manifest_is_reported_once_it_may_do_something():
    group = Group.objects.create(name="Friends")
    assert roles_drift() == []

    group.permissions.add(Permission.objects.get(codename="view_order"))

    assert roles_drift() == ["The group Friends holds permissions, but the manifest does not know it."]


def test_auditors_hold_nothing_that_changes_a_row():
    actions = {codename.split("_", 1)[0] for _app, codename in permission_codenames(AUDITOR)}
    assert actions == {"view", "viewall", "export"}


@pytest.mark.parametrize("label", sorted(READ_ONLY))
def test_rows_that_only_services_write_are_read_only_for_every_role(label: str):
    app_label, model_name = label.split(".")
    writing = {f"{action}_{model_name}" for action in ("add", "change", "delete")}
    for role in ROLES:
        assert {code for app, code in permission_codenames(role) if app == app_label} & writing == set(), role.name


def test_a_grant_on_an_unknown_model_or_action_is_refused():
    with pytest.raises(ManifestError, match=r"^Role Odd: there is no model orders\.parcel\.$"):
        permission_codenames(Role("Odd", "", {"orders.parcel": "view"}))
    with pytest.raises(ManifestError, match=r"^Role Odd: orders\.order has no permission fly_order\.$"):
        permission_codenames(Role("Odd", "", {"orders.order": "fly"}))
