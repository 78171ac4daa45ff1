"""The page of a log-in: who may change what, and for whom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import CustomerProfile, User, UserType
from accounts.permissions import ROLES
from accounts.services.access import roles_grantable, user_may_be_changed
from accounts.tests.factories import SellerFactory, SellerUserFactory, StaffFactory, SuperuserFactory, UserFactory
from backoffice.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db

PASSWORD = "a long and odd passphrase"


def with_role(role: str, **user: object) -> User:
    user = StaffFactory(**user)
    user.groups.add(Group.objects.get(name=role))
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_of(user: User, **changed: object) -> dict[str, object]:
    """Return the fields of a user's form as the page would post them."""
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "user_type": user.user_type,
        "seller": user.seller_id or "",
        "is_staff": "on" if user.is_staff else "",
        "roles": list(user.groups.values_list("pk", flat=True)),
        "new_password": "",
        **changed,
    }


def change_url(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def state(user: User) -> tuple[object, ...]:
    """Return all that opens doors, read anew."""
    fresh = User.objects.get(pk=user.pk)
    roles = tuple(sorted(fresh.groups.values_list("name", flat=True)))
    return fresh.email, fresh.password, fresh.user_type, fresh.is_staff, fresh.is_superuser, fresh.is_active, roles


def pk_of(role: str) -> int:
    return Group.objects.get(name=role).pk


# Without the permission ----------------------------------------------------------


@pytest.mark.parametrize("role", [role.name for role in ROLES if role.name not in {"Administrator", "Seller"}])
def test_a_role_without_the_permission_gives_itself_nothing(role: str):
    user = with_role(role)
    before = state(user)

    answer = logged_in(user).post(
        change_url(user),
        form_of(user, roles=[pk_of("Administrator")], is_superuser="on", user_permissions=[1], new_password=PASSWORD),
    )

    assert answer.status_code == 403
    assert state(user) == before


def test_the_order_desk_makes_customers_whatever_a_forged_form_says():
    desk = with_role("Order desk")
    page = logged_in(desk).get(reverse("admin:accounts_user_add"))
    assert list(page.context["adminform"].form.fields) == ["email", "first_name", "last_name"]

    answer = logged_in(desk).post(
        reverse("admin:accounts_user_add"),
        {
            "email": "Mallory@Example.com",
            "first_name": "Mal",
            "last_name": "Lory",
            "user_type": "staff",
            "is_staff": "on",
            "is_superuser": "on",
            "roles": [pk_of("Administrator")],
            "new_password": PASSWORD,
        },
    )

    assert answer.status_code == 302
    made = User.objects.get(email="mallory@example.com")
    assert (made.user_type, made.is_staff, made.is_superuser, made.has_usable_password()) == (
        UserType.CUSTOMER,
        False,
        False,
        False,
    )
    assert list(made.groups.all()) == []
    assert CustomerProfile.objects.get(user=made).language == "en"


def test_sellers_do_not_see_log_ins():
    seller = SellerUserFactory()
    seller.groups.add(Group.objects.get(name="Seller"))

    assert logged_in(seller).get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert logged_in(seller).get(change_url(seller)).status_code in {403, 404}


# Administrators ------------------------------------------------------------------


def test_an_administrator_gives_and_takes_roles_and_history_says_so():
    admin, user = with_role("Administrator"), with_role("Auditor")

    answer = logged_in(admin).post(change_url(user), form_of(user, roles=[pk_of("Finance"), pk_of("Warehouse")]))

    assert answer.status_code == 302
    assert sorted(user.groups.values_list("name", flat=True)) == ["Finance", "Warehouse"]
    newest = user.history.first()
    assert newest.history_change_reason == "Roles: gave Finance, Warehouse; took Auditor"
    assert newest.history_user_id == admin.pk


def test_an_administrator_leaves_superusers_alone():
    admin, boss = with_role("Administrator"), SuperuserFactory()
    client, before = logged_in(admin), state(boss)

    assert client.get(change_url(boss)).context["has_change_permission"] is False
    assert client.post(change_url(boss), form_of(boss, new_password=PASSWORD)).status_code == 403
    for step in ("disable", "reset-second-factor"):
        url = reverse("admin:accounts_user_step", args=[boss.pk, step])
        assert client.post(url, {"reason": "Mine now"}).status_code == 403

    assert state(boss) == before


def test_an_administrator_gives_no_role_with_more_than_the_own_permissions():
    admin, user = with_role("Administrator"), with_role("Auditor")
    from django.contrib.auth.models import Permission

    root = Group.objects.create(name="Root")
    root.permissions.set(Permission.objects.all())
    client, before = logged_in(admin), state(user)

    page = client.get(change_url(user))
    offered = [group.name for group in page.context["adminform"].form.fields["roles"].queryset]
    answer = client.post(change_url(user), form_of(user, roles=[root.pk]))

    assert offered == sorted(role.name for role in ROLES)
    assert answer.context["adminform"].form.errors == {
        "roles": [f"Select a valid choice. {root.pk} is not one of the available choices."]
    }
    assert state(user) == before


def test_who_may_do_more_is_not_changed_by_who_may_do_less():
    from django.contrib.auth.models import Permission

    clerk = StaffFactory()
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
    other, admin = StaffFactory(), with_role("Administrator", is_active=False)

    assert user_may_be_changed(user=other, by=clerk)
    assert not user_may_be_changed(user=admin, by=clerk)
    assert list(roles_grantable(by=clerk)) == []
    assert logged_in(clerk).post(change_url(admin), form_of(admin, new_password=PASSWORD)).status_code == 403


def test_superusers_change_anybody():
    boss, other = SuperuserFactory(), SuperuserFactory(last_name="Before")

    answer = logged_in(boss).post(change_url(other), form_of(other, last_name="After"))

    assert answer.status_code == 302
    other.refresh_from_db()
    assert (other.last_name, other.is_superuser) == ("After", True)
    assert roles_grantable(by=boss).count() == len(ROLES)


def test_nobody_changes_the_own_doors_or_password_here():
    admin = with_role("Administrator")
    client, before = logged_in(admin), state(admin)

    page = client.get(change_url(admin))
    answer = client.post(
        change_url(admin),
        form_of(admin, first_name="Ada", roles=[], user_type="customer", is_staff="", new_password=PASSWORD),
    )

    assert list(page.context["adminform"].form.fields) == ["email", "first_name", "last_name"]
    assert answer.status_code == 302
    assert state(admin) == before
    admin.refresh_from_db()
    assert admin.first_name == "Ada"
    assert page.context["transition_buttons"] == []
    url = reverse("admin:accounts_user_step", args=[admin.pk, "disable"])
    assert client.post(url, {"reason": "Holiday"}).status_code == 403


def test_nobody_is_deleted():
    admin, user = SuperuserFactory(), UserFactory()

    assert (
        logged_in(admin).post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    )
    assert User.objects.filter(pk=user.pk).exists()


# What fits together --------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"user_type": "seller"}, "seller", "Choose the store that this seller works for."),
        ({"user_type": "customer", "is_staff": "on"}, "is_staff", "Customers cannot open the back office."),
        ({"user_type": "customer", "is_staff": "", "roles": ["Auditor"]}, "roles", "Customers have no roles."),
        (
            {"roles": ["Seller"]},
            "roles",
            "The role Seller is for sellers; staff would see every store's rows with it.",
        ),
        ({"seller": "some"}, "seller", "Only sellers work for a store; choose none, or make this a seller."),
        (
            {"user_type": "seller", "seller": "some", "roles": ["Auditor"]},
            "roles",
            "A seller may only have the role Seller: other roles see every store's rows.",
        ),
    ],
)
def test_kind_store_and_roles_must_fit(changed: dict[str, object], field: str, message: str):
    user = StaffFactory()
    posted = form_of(user, **changed)
    posted["roles"] = [pk_of(str(name)) for name in changed.get("roles", [])]
    if changed.get("seller"):
        posted["seller"] = SellerFactory().pk
    before = state(user)

    answer = logged_in(SuperuserFactory()).post(change_url(user), posted)

    assert answer.context["adminform"].form.errors == {field: [message]}
    assert state(user) == before


@pytest.mark.parametrize("make", [SellerUserFactory, StaffFactory], ids=["of another store", "of the house"])
def test_a_log_in_takes_no_work_along_into_a_store(make):
    """The store's people see its uploads, with others' prices in them, and could undo them."""
    user, store = make(), SellerFactory()
    admin = logged_in(with_role("Administrator"))
    wanted = form_of(user, user_type="seller", seller=store.pk)
    Job.objects.create(kind="test", owner=user)

    answer = admin.post(change_url(user), wanted)

    assert "from before, which the whole store would see" in answer.context["adminform"].form.errors["seller"][0]
    user.refresh_from_db()
    assert user.seller != store
    Job.objects.all().delete()
    assert admin.post(change_url(user), wanted).status_code == 302
    user.refresh_from_db()
    assert user.seller == store


def test_an_email_is_taken_in_any_case():
    UserFactory(email="kim@example.com")
    user = UserFactory()

    answer = logged_in(SuperuserFactory()).post(change_url(user), form_of(user, email="KIM@example.com"))

    assert answer.context["adminform"].form.errors == {"email": ["Somebody with this email is there already."]}


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short", "This password is too short. It must contain at least 12 characters."),
        ("123456789012345", "This password is entirely numeric."),
        ("passwordpassword", None),
        ("Wilhelmina.Oldenburg", "The password is too similar to the last name."),
    ],
)
def test_passwords_follow_the_rules(password: str, message: str | None):
    user = StaffFactory(last_name="Wilhelmina-Oldenburg")

    answer = logged_in(SuperuserFactory()).post(change_url(user), form_of(user, new_password=password))

    user.refresh_from_db()
    if message is None:
        assert user.check_password(password)
    else:
        assert message in answer.context["adminform"].form.errors["new_password"]
        assert user.check_password("correct horse")


def test_the_list_tells_roles_and_second_factor():
    TOTPDevice.objects.create(user=with_role("Finance", email="f@example.com"), name="phone", confirmed=True)
    TOTPDevice.objects.create(user=with_role("Auditor", email="a@example.com"), name="phone", confirmed=False)

    page = logged_in(SuperuserFactory(email="root@example.com")).get(reverse("admin:accounts_user_changelist"))

    admin_page = page.context["cl"].model_admin
    assert {
        user.email: (admin_page.roles(user), admin_page.second_factor(user)) for user in page.context["cl"].result_list
    } == {
        "a@example.com": ("Auditor", False),
        "f@example.com": ("Finance", True),
        "root@example.com": ("Superuser", False),
    }


@pytest.mark.parametrize(
    ("query", "emails"),
    [
        ("groups__id__exact={finance}", ["f@example.com"]),
        ("user_type__exact=customer", ["c@example.com"]),
        ("is_active__exact=0", ["gone@example.com"]),
    ],
)
def test_the_list_is_filtered_by_role_kind_and_state(query: str, emails: list[str]):
    with_role("Finance", email="f@example.com")
    UserFactory(email="c@example.com")
    StaffFactory(email="gone@example.com", is_active=False)

    url = f"{reverse('admin:accounts_user_changelist')}?{query.format(finance=pk_of('Finance'))}"
    page = logged_in(SuperuserFactory(email="root@example.com")).get(url)

    assert [user.email for user in page.context["cl"].result_list] == emails
