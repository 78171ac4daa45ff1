"""The second factor of a log-in."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.services.second_factor import RECOVERY_CODES, second_factor_begin, second_factor_confirm
from accounts.tests.factories import StaffFactory, SuperuserFactory, UserFactory
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.shop.services import shop_settings_row

pytestmark = pytest.mark.django_db


def code_of(device: TOTPDevice) -> str:
    generator = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    return f"{generator.token():06d}"


@pytest.fixture
def demanded() -> None:
    settings = shop_settings_row()
    settings.require_second_factor = True
    settings.save()


def test_a_new_shop_demands_a_second_factor():
    field = ShopSettings._meta.get_field("require_second_factor")
    assert field.default is True


@pytest.mark.usefixtures("demanded")
def test_staff_without_a_device_are_sent_to_set_one_up_before_they_see_anything(client):
    client.force_login(SuperuserFactory())

    page = client.get(reverse("admin:index"), follow=True)

    assert page.redirect_chain[-1][0].startswith(reverse("second-factor-set-up"))
    assert "Scan this with an authenticator app" in page.content.decode()


def test_where_the_shop_does_not_demand_it_staff_without_a_device_get_in(client):
    client.force_login(SuperuserFactory())

    assert client.get(reverse("admin:index")).status_code == 200


def test_setting_up_takes_a_right_code_and_shows_the_recovery_codes_once(client):
    user = SuperuserFactory()
    client.force_login(user)
    client.get(reverse("second-factor-set-up"))

    refused = client.post(reverse("second-factor-set-up"), {"code": "000000"})
    assert "This code is not right" in refused.content.decode()
    assert not TOTPDevice.objects.filter(user=user, confirmed=True).exists()

    TOTPDevice.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    accepted = client.post(reverse("second-factor-set-up"), {"code": code_of(TOTPDevice.objects.get(user=user))})

    assert len(accepted.context["codes"]) == RECOVERY_CODES
    assert TOTPDevice.objects.get(user=user).confirmed is True
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_user_with_a_device_must_confirm_even_where_the_shop_does_not_demand_it(client):
    user = SuperuserFactory()
    device = second_factor_begin(user=user)
    codes = second_factor_confirm(user=user, code=code_of(device))
    assert codes is not None
    client.force_login(user)

    page = client.get(reverse("admin:index"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("second-factor"))

    client.post(reverse("second-factor"), {"code": codes[0]})
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_recovery_code_lets_in_once_only(client):
    user = SuperuserFactory()
    codes = second_factor_confirm(user=user, code=code_of(second_factor_begin(user=user)))
    assert codes is not None
    client.force_login(user)
    client.post(reverse("second-factor"), {"code": codes[0]})
    client.logout()
    client.force_login(user)

    refused = client.post(reverse("second-factor"), {"code": codes[0]})

    assert "This code is not right" in refused.content.decode()


def test_nobody_replaces_a_second_factor_with_a_password_alone(client):
    user = SuperuserFactory()
    second_factor_confirm(user=user, code=code_of(second_factor_begin(user=user)))
    client.force_login(user)

    page = client.get(reverse("second-factor-set-up"))

    assert page.status_code == 302
    assert page["Location"] == reverse("second-factor")


def test_a_redirect_after_confirming_stays_on_this_site(client):
    user = StaffFactory()
    codes = second_factor_confirm(user=user, code=code_of(second_factor_begin(user=user)))
    assert codes is not None
    client.force_login(user)

    page = client.post(reverse("second-factor"), {"code": codes[0], "next": "https://elsewhere.example/"})

    assert page["Location"] == reverse("admin:index")


def test_customers_are_not_asked(client):
    from accounts.services.second_factor import second_factor_missing

    user = UserFactory()
    user.is_verified = lambda: False
    assert second_factor_missing(user) is False
