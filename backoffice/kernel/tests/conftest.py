"""Fixtures of the kernel's tests."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import clear_url_caches, path, set_urlconf

from backoffice.kernel.tests.workers.databases import make_database

__all__ = ["make_database"]

AdminPages = Callable[..., None]


@pytest.fixture
def admin_pages(settings) -> Iterator[AdminPages]:
    """Return a function that puts ModelAdmins of a test in the place of the project's own: ``admin_pages({Model: Admin})``."""
    import backoffice.urls

    before = dict(admin.site._registry)

    def register(classes: dict[type, type]) -> None:
        for model, model_admin in classes.items():
            admin.site._registry[model] = model_admin(model, admin.site)
        urlconf: Any = types.ModuleType("kernel_test_urls")
        urlconf.urlpatterns = [path("admin/", admin.site.urls), *backoffice.urls.urlpatterns]
        settings.ROOT_URLCONF = urlconf
        clear_url_caches()

    yield register
    admin.site._registry.clear()
    admin.site._registry.update(before)
    set_urlconf(None)
    clear_url_caches()


@pytest.fixture
def grant() -> Callable[..., Any]:
    """Return a function that gives a user permissions, ``grant(user, "app.codename", ...)``, and returns the user."""

    def give(user: Any, *names: str) -> Any:
        for name in names:
            app, codename = name.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return type(user).objects.get(pk=user.pk)

    return give
