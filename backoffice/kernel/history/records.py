"""simple-history's records with the columns, indexes and certainties that this project needs."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections, models, router
from simple_history.models import HistoricalRecords
from simple_history.utils import get_history_model_for_model

from backoffice.kernel.clock import now
from backoffice.kernel.history.context import current_audit


class BusinessRecords(HistoricalRecords):
    """History of a business model: who, why and which job on every row.

    Differs from the library's records in four points:

    - each row must name a user or a job, from the active audit context;
    - ``history_job`` joins the row to the job that wrote it;
    - the copied columns carry no indexes but the one on the object's key: history tables are the
      largest of the database and are only ever read by object or by job;
    - deletions are indexed by what the row belonged to: it is no longer there to lead to its history.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("history_id_field", models.BigAutoField())
        kwargs.setdefault("inherit", True)
        super().__init__(**kwargs)

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
        """Copy the tracked columns, without their indexes."""
        fields: dict[str, models.Field[Any, Any]] = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name == model._meta.pk.name  # type: ignore[attr-defined]  # known to Django
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        """Add the job column to the library's own extra columns."""
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        # A field of its own for each table: the library would share one among all, and updates of
        # reasons would be written into whichever table was made last.
        extra["history_change_reason"] = models.TextField(blank=True, default="")
        extra["history_user"] = models.ForeignKey(
            settings.AUTH_USER_MODEL,
            null=True,
            related_name="+",
            on_delete=models.DO_NOTHING,
            db_constraint=False,
            db_index=False,
        )
        extra["history_job"] = models.ForeignKey(
            "kernel.Job",
            null=True,
            related_name="+",
            on_delete=models.DO_NOTHING,
            db_constraint=False,
        )
        return extra

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Add the indexes of deletions: of some ten rows in a million, so they cost nothing."""
        options: dict[str, Any] = super().get_meta_options(model)
        indexes = [
            models.Index(
                fields=[field.name],
                condition=models.Q(history_type="-"),
                name=f"gone_{zlib.crc32(f'{model._meta.label_lower}.{field.name}'.encode()):08x}",
            )
            for field in _belonging(model)
        ]
        options["indexes"] = [*options.get("indexes", ()), *indexes]
        return options

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None:  # noqa: FBT001 - a receiver
        """Write a history row, unless only columns were saved that history leaves out."""
        named = kwargs.get("update_fields")
        if not created and named and set(named) <= set(self.excluded_fields):
            return
        super().post_save(instance, created, using=using, **kwargs)

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        """Write a history row, dated by the services' clock and answered for by the audit context.

        The library's own way makes a manager class per row and sends two signals, and the ORM puts the
        statement together anew each time; a history row is the most frequent write of all, so its
        statement is kept.
        """
        context = current_audit()
        user_id, job_id = context.answerable()
        model: type[models.Model] = type(instance)
        history = _history_model(model)
        connection = connections[using or router.db_for_write(history, instance=instance)]
        statement, fields = _insertion(history, connection.vendor)
        own = {
            "history_date": now(),
            "history_type": history_type,
            "history_user_id": user_id,
            "history_job_id": job_id,
            "history_change_reason": context.reason,
        }
        values = [
            field.get_db_prep_save(own[name] if name in own else getattr(instance, name), connection)
            for name, field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


@cache
def _insertion(history: type[models.Model], vendor: str) -> tuple[str, list[tuple[str, models.Field[Any, Any]]]]:
    """Return the statement that inserts one history row, and the fields in its order with where values are found."""
    quote = next(connection for connection in connections.all() if connection.vendor == vendor).ops.quote_name
    fields = [(field.attname, field) for field in history._meta.concrete_fields if not field.primary_key]
    names = ", ".join(quote(str(field.column)) for _, field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(history._meta.db_table)} ({names}) VALUES ({marks})", fields  # noqa: S608 - names only


def _belonging(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Return the foreign keys that say which object of the same app a row is a part of."""
    found = []
    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey) or field.null:
            continue
        # Still a name where that model is not loaded yet.
        target: str | type[models.Model] = field.remote_field.model
        app = target.partition(".")[0] if isinstance(target, str) else target._meta.app_label
        if app in (model._meta.app_label, model.__name__):
            found.append(field)
    return found


@cache
def _history_model(model: type[models.Model]) -> type[models.Model]:
    """Return a model's history model; the library would build a manager class for each look-up."""
    found: type[models.Model] = get_history_model_for_model(model)
    return found
