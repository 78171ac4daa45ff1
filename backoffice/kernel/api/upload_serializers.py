"""Uploads as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.progress import progress_of
from backoffice.kernel.transfers.kinds import UnknownTransferKind, transfer_kind
from backoffice.kernel.transfers.models import RowAction, StagedRow, Upload
from backoffice.kernel.transfers.reports import mapping_report
from backoffice.kernel.transfers.runs import MODES, ON_ERROR, measures_exceeded
from backoffice.kernel.transfers.states import UploadState

COUNTS = ("rows", "created", "updated", "unchanged", "failed", "skipped", "conflicts")


class AnswersField(serializers.JSONField):
    """An object of texts: name of the question → answer."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Read the JSON; what it holds has to be storable text."""
        try:
            found = super().to_internal_value(data)
        except RecursionError:
            self.fail("invalid")
        if not isinstance(found, dict):
            raise serializers.ValidationError(_NO_ANSWERS)
        text = serializers.CharField(allow_blank=True)
        for answer in found.values():
            if not isinstance(answer, str):
                raise serializers.ValidationError(_NO_ANSWERS)
        return {text.run_validation(name): text.run_validation(answer) for name, answer in found.items()}


_NO_ANSWERS = "Give an object: name of the question → answer, both texts."


class NewUploadSerializer(serializers.Serializer[Any]):
    """A file, and what is to be done with it."""

    kind = serializers.CharField(help_text="What the rows are, for example products.")
    file = serializers.FileField(allow_empty_file=True, help_text="CSV in any form, or XLSX.")
    pictures = serializers.FileField(
        required=False, help_text="A ZIP of the pictures that the file names, for the kinds that have some."
    )
    mode = serializers.ChoiceField(choices=list(MODES.items()), default="upsert")
    on_error = serializers.ChoiceField(choices=list(ON_ERROR.items()), default="stop")
    choices = AnswersField(required=False, help_text="Answers to the questions of the kind, name → answer.")
    mapping = serializers.CharField(required=False, help_text="Name of one of your saved mappings.")

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is not read: a slip in a name would else mean the usual way of doing it."""
        given = data if isinstance(data, Mapping) else {}
        unknown = [name for name in given if name not in self.fields and name != "csrfmiddlewaretoken"]
        if unknown:
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {name: [f"There is no field “{name}” here. Known: {known}."] for name in unknown}
            )
        for name in ("file", "pictures"):
            if hasattr(data, "getlist") and len(data.getlist(name)) > 1:
                raise serializers.ValidationError({name: ["Send one file at a time."]})
        return super().to_internal_value(data)

    def validate_kind(self, value: str) -> str:
        """Refuse what no app takes."""
        try:
            return transfer_kind(value).name
        except UnknownTransferKind as error:
            raise serializers.ValidationError(str(error)) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse pictures where nothing would come of them."""
        kind = transfer_kind(attrs["kind"])
        if attrs.get("pictures") is not None and not kind.takes_pictures:
            raise serializers.ValidationError({"pictures": [f"{kind.label} have no pictures."]})
        return attrs


class ApplySerializer(serializers.Serializer[Any]):
    """Which plan is meant."""

    plan = serializers.IntegerField(
        required=False, help_text="The `plan` that was looked at; if the file was checked again since, it is refused."
    )


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """How an upload stands."""

    class Meta:
        model = Upload
        fields: tuple[str, ...] = ("id", "kind", "name", "state", "created_at", "applied_at", "undone_at", *COUNTS)
        read_only_fields: tuple[str, ...] = fields


class ProgressSerializer(serializers.Serializer[Any]):
    """How far the work has come."""

    phase = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    percent = serializers.IntegerField(allow_null=True)
    seconds_left = serializers.IntegerField(allow_null=True)


class UploadDetailSerializer(UploadSerializer):
    """All there is to know about one upload but its rows."""

    plan = serializers.IntegerField(source="plan_job_id", allow_null=True, help_text="Which check the counts are of.")
    mapping = serializers.SerializerMethodField(help_text="Recognised system, saved mapping, heading → field.")
    approval = serializers.SerializerMethodField(help_text="Why a second person has to approve it.")
    progress = serializers.SerializerMethodField(help_text="Null where nothing is at work.")

    class Meta(UploadSerializer.Meta):
        fields = (
            *UploadSerializer.Meta.fields,
            "digest",
            "size",
            "options",
            "mapping",
            "unmapped_columns",
            "warnings",
            "error",
            "approval",
            "progress",
            "plan",
            "planned_at",
            "approved_at",
            "seconds",
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_mapping(self, upload: Upload) -> dict[str, Any]:
        """Return what the columns were taken for."""
        return mapping_report(upload)

    def get_approval(self, upload: Upload) -> list[str]:
        """Return the thresholds that are passed."""
        return measures_exceeded(upload) if upload.state == UploadState.AWAITING_APPROVAL else []

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, upload: Upload) -> dict[str, Any] | None:
        """Return how far the job at work has come."""
        jobs: dict[str, Job | None] = {
            UploadState.STAGING: upload.plan_job,
            UploadState.APPLYING: upload.apply_job,
            UploadState.UNDOING: upload.undo_job,
        }
        return progress_shown(jobs.get(upload.state))


def progress_shown(job: Job | None) -> dict[str, Any] | None:
    """Return how far a job has come; None where none is at work."""
    if job is None or job.state in JobState.finished():
        return None
    progress = progress_of(job)
    return {name: progress[name] for name in ("phase", "done", "total", "percent", "seconds_left")}


class RowErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one cell, or with the row as a whole."""

    column = serializers.CharField(help_text="Heading in the file; blank for the whole row.")
    value = serializers.CharField()
    message = serializers.CharField()


class WrongRowSerializer(serializers.ModelSerializer[StagedRow]):
    """A row that is not applied, with the reasons. The view hands the headings over as context."""

    row = serializers.IntegerField(source="number", help_text="Row number as a spreadsheet shows it.")
    errors = serializers.SerializerMethodField(help_text="What is wrong; of a row that is left out, why.")  # type: ignore[assignment]

    class Meta:
        model = StagedRow
        fields: tuple[str, ...] = ("row", "key", "errors")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(RowErrorSerializer(many=True))
    def get_errors(self, row: StagedRow) -> list[dict[str, str]]:
        """Return the reasons."""
        headings: dict[str, str] = self.context.get("headings", {})
        return [
            {"column": headings.get(field, field), "value": value, "message": message}
            for field, value, message in orjson.loads(row.errors or "[]")
        ]


class ChangeSerializer(serializers.Serializer[Any]):
    """One field that a row would change."""

    field = serializers.CharField()
    old = serializers.JSONField(allow_null=True, help_text="Null where there is nothing yet.")
    new = serializers.JSONField(allow_null=True)


class PlannedRowSerializer(WrongRowSerializer):
    """What is to happen with a row, or has happened with it."""

    changes = serializers.SerializerMethodField()

    class Meta(WrongRowSerializer.Meta):
        fields = ("row", "action", "key", "changes", "errors")
        read_only_fields = fields

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, row: StagedRow) -> list[dict[str, Any]]:
        """Return old and new values, amounts as text."""
        return [
            {"field": field, "old": value[0], "new": value[1]}
            if row.action != RowAction.CREATE and isinstance(value, list) and len(value) == 2
            else {"field": field, "old": None, "new": value}
            for field, value in orjson.loads(row.diff or "{}").items()
        ]
