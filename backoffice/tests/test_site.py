"""Who is let into the admin is looked up once per request, and anew for another person."""

from __future__ import annotations

import pytest
from django.contrib import admin

from accounts.tests.factories import SuperuserFactory
from backoffice.kernel.shop.services import shop_settings_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def demanded(db: None) -> None:
    settings = shop_settings_row()
    settings.require_second_factor = True
    settings.save()


def confirmed(user):
    user.is_verified = lambda: True
    return user


def test_a_page_asks_only_once(rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = SuperuserFactory()
    assert admin.site.has_permission(request) is True

    with django_assert_num_queries(0):
        assert admin.site.has_permission(request)


def test_whoever_takes_over_a_request_is_asked_anew(rf, demanded):
    request = rf.get("/")
    request.user = confirmed(SuperuserFactory())
    assert admin.site.has_permission(request) is True

    request.user = SuperuserFactory()

    assert admin.site.has_permission(request) is False


def test_who_was_kept_out_is_let_in_once_confirmed(rf, demanded):
    request = rf.get("/")
    request.user = SuperuserFactory()
    assert admin.site.has_permission(request) is False

    confirmed(request.user)

    assert admin.site.has_permission(request) is True
