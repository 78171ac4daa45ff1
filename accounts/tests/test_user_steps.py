"""Disabling, enabling, and a lost phone; sessions that end at once."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.exceptions import PersonRefused
from accounts.models import User
from accounts.services.privacy import person_erase
from accounts.services.second_factor import second_factor_begin, second_factor_confirm, second_factor_reset
from accounts.services.users import user_disable, user_enable
from accounts.tests.factories import StaffFactory, SuperuserFactory, UserFactory
from accounts.tests.test_second_factor import code_of

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse"


@pytest.fixture
def boss() -> User:
    return SuperuserFactory(email="boss@example.com")


def step(client: Client, user: User, name: str, **data: str) -> int:
    return client.post(reverse("admin:accounts_user_step", args=[user.pk, name]), data).status_code


def enter(user: User) -> Client:
    """Log in as a person does, with the password."""
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    return client


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = value
    return client


def shut_out(client: Client) -> bool:
    answer = client.get(reverse("admin:index"))
    return answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login"))


# Disabling -----------------------------------------------------------------------


def test_a_session_ends_at_once_when_its_account_is_disabled(boss: User):
    user = StaffFactory()
    browser = enter(user)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value

    assert step(enter(boss), user, "disable", reason="Left the company") == 302

    assert shut_out(browser)
    assert shut_out(with_cookie(cookie))
    newest = user.history.first()
    assert (newest.is_active, newest.history_change_reason, newest.history_user_id) == (
        False,
        "Left the company",
        boss.pk,
    )


def test_a_disabled_account_cannot_log_in(boss: User):
    user = StaffFactory()
    step(enter(boss), user, "disable", reason="Left")

    answer = Client().post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.context["form"].get_invalid_login_error().code == "invalid_login"
    assert answer.wsgi_request.user.is_anonymous


def test_an_enabled_account_logs_in_again_with_a_new_session(boss: User):
    user = StaffFactory()
    step(enter(boss), user, "disable", reason="Leave")

    assert step(enter(boss), user, "enable", reason="Back again") == 302

    assert user.history.first().history_change_reason == "Back again"
    enter(user)


def test_a_session_ends_when_the_password_is_set_by_somebody_else(boss: User):
    user = StaffFactory()
    browser = enter(user)

    page = enter(boss).post(
        reverse("admin:accounts_user_change", args=[user.pk]),
        {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "user_type": "staff",
            "is_staff": "on",
            "new_password": "a long and odd passphrase",
        },
    )

    assert page.status_code == 302
    assert shut_out(browser)


def test_a_session_ends_when_the_person_is_erased():
    person = UserFactory()
    client = Client()
    client.post("/api/session/", {"email": person.email, "password": PASSWORD}, content_type="application/json")
    assert client.get("/api/session/").json()["user"]["email"] == person.email

    person_erase(user=person, reason="Asked")

    assert client.get("/api/session/").json()["user"] is None


@pytest.mark.parametrize("name", ["disable", "enable", "reset-second-factor"])
def test_a_reason_is_asked_and_get_changes_nothing(boss: User, name: str):
    user = StaffFactory(is_active=name != "enable")
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client, before = enter(boss), (user.is_active, user.history.count())

    assert client.get(reverse("admin:accounts_user_step", args=[user.pk, name])).status_code == 200
    assert step(client, user, name, reason=" ") == 200

    user.refresh_from_db()
    assert (user.is_active, user.history.count()) == before
    assert TOTPDevice.objects.count() == 1


def test_what_was_done_already_is_refused(boss: User):
    user = StaffFactory(email="s@example.com")

    with pytest.raises(PersonRefused, match=r"^s@example\.com is active already\.$"):
        user_enable(user=user, reason="Back")
    user_disable(user=user, reason="Left")
    with pytest.raises(PersonRefused, match=r"^s@example\.com is disabled already\.$"):
        user_disable(user=user, reason="Left")
    with pytest.raises(PersonRefused, match=r"^s@example\.com has no second factor\.$"):
        second_factor_reset(user=user, reason="Lost")

    assert user.history.count() == 2


def test_nobody_opens_the_account_of_an_erased_person():
    person = UserFactory()
    person_erase(user=person, reason="Asked")

    with pytest.raises(PersonRefused, match="was erased; nobody is left to log in"):
        user_enable(user=person, reason="Oops")


def test_only_who_may_change_users_takes_these_steps():
    user = StaffFactory()
    auditor = StaffFactory()
    auditor.groups.add(Group.objects.get(name="Auditor"))

    assert step(enter(auditor), user, "disable", reason="Ha") == 403
    user.refresh_from_db()
    assert user.is_active is True


# A lost phone --------------------------------------------------------------------


def test_a_lost_phone_is_replaced_at_the_next_log_in(boss: User):
    user = StaffFactory()
    codes = second_factor_confirm(user=user, code=code_of(second_factor_begin(user=user)))
    assert codes is not None

    assert step(enter(boss), user, "reset-second-factor", reason="Phone stolen") == 302

    assert (TOTPDevice.objects.count(), StaticDevice.objects.count()) == (0, 0)
    assert user.history.first().history_change_reason == "Second factor removed: Phone stolen"
    client = enter(user)
    page = client.get(reverse("second-factor-set-up"))
    assert "Scan this with an authenticator app" in page.content.decode()


def test_a_session_that_the_lost_phone_confirmed_is_no_longer_confirmed(boss: User):
    from backoffice.kernel.shop.services import shop_settings_row

    row = shop_settings_row()
    row.require_second_factor = True
    row.save()
    user = StaffFactory()
    codes = second_factor_confirm(user=user, code=code_of(second_factor_begin(user=user)))
    assert codes is not None
    thief = Client()
    thief.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    thief.post(reverse("second-factor"), {"code": codes[0]})
    assert thief.get(reverse("admin:index")).status_code == 200

    second_factor_reset(user=user, reason="Phone stolen")

    assert shut_out(thief) or thief.get(reverse("admin:index"))["Location"].startswith(reverse("second-factor"))
