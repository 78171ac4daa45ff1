"""Logging in and out over the API."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.second_factor import second_factor_begin, second_factor_confirm
from accounts.tests.factories import SellerUserFactory, StaffFactory, UserFactory
from accounts.tests.test_second_factor import code_of
from backoffice.kernel.shop.models import ShopSettings

pytestmark = pytest.mark.django_db

URL = "api-session"
PASSWORD = "correct horse"


@pytest.fixture
def client() -> APIClient:
    """A browser, which must send the token against forged requests."""
    return APIClient(enforce_csrf_checks=True)


def token(client: APIClient) -> str:
    return str(client.get(reverse(URL)).json()["csrf_token"])


def log_in(client: APIClient, email: str, password: str = PASSWORD):
    return client.post(
        reverse(URL), {"email": email, "password": password}, HTTP_X_CSRFTOKEN=token(client), format="json"
    )


def test_a_guest_is_told_so(client):
    answer = client.get(reverse(URL))

    assert answer.status_code == 200
    assert (answer.json()["user"], answer.json()["second_factor_needed"]) == (None, False)
    assert len(answer.json()["csrf_token"]) == 64


def test_a_customer_logs_in_and_out(client):
    user = UserFactory(email="kim@example.com", first_name="Kim", last_name="Example")

    answer = log_in(client, "Kim@Example.com")

    assert answer.status_code == 200
    assert answer.json()["user"] == {
        "email": "kim@example.com",
        "first_name": "Kim",
        "last_name": "Example",
        "user_type": "customer",
        "store": None,
        "roles": [],
    }
    assert client.get(reverse(URL)).json()["user"]["email"] == user.email

    assert client.delete(reverse(URL), HTTP_X_CSRFTOKEN=token(client)).status_code == 204
    assert client.get(reverse(URL)).json()["user"] is None


def test_a_seller_is_told_the_store(client):
    user = SellerUserFactory(seller__code="north-trade")

    assert log_in(client, user.email).json()["user"]["store"] == "north-trade"


def test_the_log_in_changes_the_session_and_the_token(client):
    user = UserFactory()
    before = token(client)
    client.cookies.get("sessionid")

    after = log_in(client, user.email).json()["csrf_token"]

    assert after != before
    assert client.cookies["sessionid"]["httponly"] is True


@pytest.mark.parametrize(
    ("email", "password"),
    [("kim@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("off@example.com", PASSWORD)],
)
def test_a_wrong_password_an_unknown_and_a_disabled_account_get_the_same_answer(client, email, password):
    UserFactory(email="kim@example.com")
    UserFactory(email="off@example.com", is_active=False)

    answer = log_in(client, email, password)

    assert (answer.status_code, answer.json()) == (401, {"detail": "Email or password is not right."})
    assert client.get(reverse(URL)).json()["user"] is None


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": "a@example.com"}, {"password": "x"}])
def test_what_is_missing_is_said(client, body):
    answer = client.post(reverse(URL), body, HTTP_X_CSRFTOKEN=token(client), format="json")

    assert answer.status_code == 400
    assert set(answer.json()) <= {"email", "password"}


def test_forged_requests_are_refused_for_guests_too(client):
    user = UserFactory()

    answer = client.post(reverse(URL), {"email": user.email, "password": PASSWORD}, format="json")

    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]
    assert client.get(reverse(URL)).json()["user"] is None


def test_guessing_locks_the_account_out(client, monkeypatch):
    monkeypatch.setattr("backoffice.api_throttles.ScopeThrottle.allow_request", lambda *_: True)
    user = UserFactory()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert log_in(client, user.email, "guess").status_code == 401

    answer = log_in(client, user.email, "guess")

    assert answer.status_code == 429
    assert answer.json() == {"detail": "Too many failed log-ins. Try again in a quarter of an hour."}
    assert log_in(client, user.email).status_code == 429


def test_log_ins_are_counted_per_address_whatever_the_header_says(client):
    def try_from(address: str, number: int) -> int:
        return (
            APIClient(REMOTE_ADDR=address)
            .post(reverse(URL), {"email": "x"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}", format="json")
            .status_code
        )

    answers = [try_from("198.51.100.7", number) for number in range(21)]

    assert answers == [400] * 20 + [429]
    assert try_from("198.51.100.8", 1) == 400


class TestSecondFactor:
    """Log-ins that have to be confirmed."""

    @pytest.fixture(autouse=True)
    def demanded(self) -> None:
        ShopSettings.objects.create(pk=1, require_second_factor=True)

    def confirm(self, client: APIClient, code: str):
        return client.post(reverse("api-second-factor"), {"code": code}, HTTP_X_CSRFTOKEN=token(client), format="json")

    def codes(self, user: User) -> list[str]:
        codes = second_factor_confirm(user=user, code=code_of(second_factor_begin(user=user)))
        assert codes is not None
        return codes

    def test_staff_confirm_with_a_code(self, client):
        user = StaffFactory()
        codes = self.codes(user)

        assert log_in(client, user.email).json()["second_factor_needed"] is True
        assert client.get(reverse("api-order-list")).status_code == 403
        answer = self.confirm(client, codes[0])

        assert (answer.status_code, answer.json()["second_factor_needed"]) == (200, False)
        assert client.get(reverse(URL)).json()["second_factor_needed"] is False

    def test_a_wrong_or_used_code_confirms_nothing(self, client):
        user = StaffFactory()
        codes = self.codes(user)
        first = APIClient()
        log_in(first, user.email)
        assert self.confirm(first, codes[0]).status_code == 200
        log_in(client, user.email)

        assert self.confirm(client, codes[0]).status_code == 400
        assert self.confirm(client, "00000000").status_code == 400
        assert client.get(reverse(URL)).json()["second_factor_needed"] is True

    def test_customers_need_none(self, client):
        assert log_in(client, UserFactory().email).json()["second_factor_needed"] is False

    def test_guests_cannot_confirm(self, client):
        assert self.confirm(client, "00000000").status_code == 401
