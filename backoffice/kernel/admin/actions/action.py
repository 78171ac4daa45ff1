"""What an app writes to offer a bulk action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.refusals import Refused


@dataclass(frozen=True)
class ActionPlan:
    """What an action would do.

    Attributes:
        applicable: primary keys of the rows that it would work on.
        refused: (row's name, reason in plain words) of each of the others.
        warnings: sentences shown above the confirm button ("37 prices fall by more than half").
        previews: per primary key what would change, for example "10.00 → 9.99"; rows may be left out.
    """

    applicable: list[Any]
    refused: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    previews: dict[Any, str] = field(default_factory=dict)


class BulkAction:
    """One entry of a list's action menu: subclass it and list the class in ``ModelAdmin.bulk_actions``.

    The kernel keeps the selection, shows the confirm page, checks permission and row scope at both
    steps, and runs ``execute`` in one audit context that names a Job, so that the whole action can
    be undone: in the request and one transaction up to ``inline_limit`` rows, else in the
    background in chunks of one transaction each.

    Attributes:
        name: unique in its list; part of the job's title and key.
        label: what the menu says, for example "Publish selected products".
        permission: full permission name (``app.codename``); "" means the model's change permission.
        form_class: a form for what the person has to say first, or None. Values are sent again
            when the action is applied, so no file fields.
        whole: call ``execute`` once with every id instead of chunk by chunk (one document for all,
            say); such an action has a single transaction whatever its size.
        no_undo: why the action is never undone (documents, mails) and what to do instead, naming
            the counter-action as its menu or button does; "" where it can be undone.
        inline_limit: up to how many rows the action runs within the request.
        chunk_size: rows per transaction in the background.
    """

    name: str = ""
    label: str = ""
    description: str = ""
    permission: str = ""
    form_class: type[forms.Form] | None = None
    whole: bool = False
    no_undo: str = ""
    inline_limit: int = 500
    chunk_size: int = 500

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Say which rows the action applies to and why not to the others. Reads only.

        Args:
            queryset: the selected rows that the user may see.
            user: who asks.
            data: the form's cleaned values; empty without a form.
        """
        raise NotImplementedError

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Do it, for rows that were just planned again as applicable.

        Runs inside a transaction and an audit context that names the job. Use ``each`` where a
        service works row by row, so that one refusal does not stop the others.

        Returns:
            Counts and texts for the result page. Of several chunks numbers are added up and lists
            joined; ``refused`` is a list of (name, reason).
        """
        raise NotImplementedError

    def get_form(self, data: Any, user: Any) -> forms.Form | None:
        """Return the form, bound where data is given; override to pass the user on."""
        if self.form_class is None:
            return None
        return self.form_class(data) if data is not None else self.form_class()

    def title(self, count: int) -> str:
        """Name the job in the past tense of a list: what and how many."""
        return f"{self.label} ({count:,})"

    @staticmethod
    def each(rows: Iterable[Any], work: Callable[[Any], Any]) -> dict[str, Any]:
        """Call a service for each row, each in a savepoint; collect refusals instead of stopping.

        Refusals are Refused and ValidationError; anything else fails the action.

        Returns:
            ``{"applied": n, "refused": [(name, reason), ...]}``.
        """
        applied, refused = 0, []
        for row in rows:
            try:
                with transaction.atomic():
                    work(row)
            except (Refused, ValidationError) as error:
                refused.append((str(row), reason_of(error)))
            else:
                applied += 1
        return {"applied": applied, "refused": refused}


def reason_of(error: Exception) -> str:
    """Return a refusal's reason in plain words."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
