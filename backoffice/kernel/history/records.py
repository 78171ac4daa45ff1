"""simple-history's records with the columns, indexes and certainties that this project needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from backoffice.kernel.clock import now
from backoffice.kernel.history.context import current_audit


class BusinessRecords(HistoricalRecords):
    """History of a business model: who, why and which job on every row.

    Differs from the library's records in three points:

    - each row must name a user or a job, from the active audit context;
    - ``history_job`` joins the row to the job that wrote it;
    - the copied columns carry no indexes but the one on the object's key: history tables are the
      largest of the database and are only ever read by object or by job.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("history_id_field", models.BigAutoField())
        kwargs.setdefault("history_change_reason_field", models.TextField(blank=True, default=""))
        kwargs.setdefault("inherit", True)
        super().__init__(**kwargs)

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
        """Copy the tracked columns, without their indexes."""
        fields: dict[str, models.Field[Any, Any]] = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name == model._meta.pk.name
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        """Add the job column to the library's own extra columns."""
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
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

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None:
        """Write a history row, unless only columns were saved that history leaves out."""
        named = kwargs.get("update_fields")
        if not created and named and set(named) <= set(self.excluded_fields):
            return
        super().post_save(instance, created, using=using, **kwargs)

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        """Write a history row, dated by the services' clock."""
        instance._history_date = now()
        try:
            super().create_historical_record(instance, history_type, using=using)
        finally:
            del instance._history_date

    def get_history_user(self, instance: models.Model) -> Any:
        """Return the user of the audit context; the context must name a user or a job."""
        context = current_audit()
        context.answerable()
        return context.user

    def get_change_reason_for_object(self, instance: models.Model, history_type: str, using: str | None) -> str:
        """Return the reason given for this write, else that of the audit context."""
        return getattr(instance, "_change_reason", None) or current_audit().reason
