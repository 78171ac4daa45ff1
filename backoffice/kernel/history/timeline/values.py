"""Old and new values in words: labels of choices, names of related rows, dates of the place."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from backoffice.kernel.labels import labels_of
from backoffice.kernel.scope.rules import Audience, audience_of, visible

EMPTY = "–"
LONGEST = 300


class RelatedLabels:
    """Names of related rows that a user may see, fetched once per model."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.house = audience_of(user)[0] is Audience.HOUSE
        self._wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        self._found: dict[type[models.Model], dict[Any, str]] = {}

    def want(self, model: type[models.Model], keys: Iterable[Any]) -> None:
        """Note rows that will have to be named."""
        self._wanted[model].update(key for key in keys if key is not None)

    def fetch(self) -> None:
        """Read the names of all noted rows, in one query per model."""
        for model, keys in self._wanted.items():
            rows = visible(model._default_manager.filter(pk__in=keys), self.user)
            self._found[model] = labels_of(rows)

    def known(self, model: type[models.Model], key: Any) -> str | None:
        """Return a row's name, or None where it is gone or out of scope."""
        return self._found.get(model, {}).get(key)

    def name(self, model: type[models.Model], key: Any) -> str:
        """Return a row's name; of rows out of scope not even whether they still exist."""
        found = self.known(model, key)
        if found is not None:
            return found
        if self.house:
            return _("%(kind)s %(key)s (deleted)") % {"kind": model._meta.verbose_name, "key": key}
        return _("(not shown)")


def related_model(field: models.Field[Any, Any]) -> type[models.Model] | None:
    """Return the model that a foreign key points to, or None for a plain field."""
    model = field.related_model if isinstance(field, models.ForeignKey) else None
    return model if isinstance(model, type) else None


def in_words(field: models.Field[Any, Any], value: Any, labels: RelatedLabels) -> str:
    """Return a field's value as a person would say it."""
    if value is None or value == "":
        return EMPTY
    related = related_model(field)
    if related is not None:
        return labels.name(related, value)
    choices = dict(field.flatchoices or ())
    # Values of JSON columns cannot be looked up, and have no choices.
    if choices and value in choices:
        return str(choices[value])
    return _shortened(_plain(field, value))


def _plain(field: models.Field[Any, Any], value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return formats.date_format(local, "DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(value, getattr(field, "decimal_places", None))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {entry}" for key, entry in value.items() if entry not in (None, "")) or EMPTY
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
