"""Some of the theme's template tags at less cost, registered in the place of its own.

The theme reads its settings anew, as a deep copy, for each menu of a page, and fetches all permissions of a
superuser for menus that have no links. Settings do not change while the program runs.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template import Library
from jazzmin.settings import get_settings, get_ui_tweaks
from jazzmin.templatetags import jazzmin as theme

_register: Library = theme.register
_settings = cache(get_settings)
_register.simple_tag(cache(get_ui_tweaks), name="get_jazzmin_ui_tweaks")


@_register.simple_tag
def get_jazzmin_settings(request: Any) -> dict[str, Any]:
    """Return the theme's settings, which name the site themselves."""
    found: dict[str, Any] = _settings()
    return found


@_register.simple_tag
def get_top_menu(user: Any, admin_site: str = "admin") -> list[dict[str, Any]]:
    """Return the links at the top of the page."""
    return theme.get_top_menu(user, admin_site) if _settings()["topmenu_links"] else []


@_register.simple_tag
def get_user_menu(user: Any, admin_site: str = "admin") -> list[dict[str, Any]]:
    """Return the links below a person's name."""
    return theme.get_user_menu(user, admin_site) if _settings()["usermenu_links"] else []
