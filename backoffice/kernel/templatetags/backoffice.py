"""Small filters for the kernel's pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

# Characters of a value that a diff shows.
LONGEST = 120


@register.filter
def model_name(model: Any) -> str:
    """Return a model's name as a person would say it."""
    return str(model._meta.verbose_name)


@register.filter
def model_plural(model: Any) -> str:
    """Return the name of a model's rows."""
    return str(model._meta.verbose_name_plural)


@register.filter
def model_label(model: Any) -> str:
    """Return a model's label for addresses, for example orders.order."""
    return str(model._meta.label_lower)


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Say a length of time in its two greatest units: 3 min 20 s."""
    if value is None:
        return ""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 1:
        return _("less than a second")
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": left}
    return ngettext("%s second", "%s seconds", whole) % whole


@register.filter
def preview(plan: Any, key: Any) -> str:
    """Return what a bulk action's plan would change on a row, in words, or an empty string."""
    return str(plan.previews.get(key, ""))


@register.filter
def diff(changes: Iterable[tuple[Any, Any, Any]]) -> SafeString:
    """Write a row's changes, each a label with the old value (None for none) and the new one, cut where they are long.

    A page of a preview has some hundred of them; here they take a fifth of what a loop in the template takes.
    """
    written = []
    for label, old, new in changes:
        former = "" if old is None else f"<del>{conditional_escape(_cut(old))}</del> → "
        value = f"<dd>{former}<ins>{conditional_escape(_cut(new))}</ins></dd>"
        written.append(f"<div><dt>{conditional_escape(label)}</dt>{value}</div>")
    return mark_safe("".join(written))  # noqa: S308 - each part is escaped


def _cut(value: Any) -> str:
    text = str(value)
    return unicodedata.normalize("NFC", text) if len(text) <= LONGEST else Truncator(text).chars(LONGEST)
