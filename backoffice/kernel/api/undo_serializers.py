"""The preview of an undo as the API shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backoffice.kernel.api.upload_serializers import ProgressSerializer, progress_shown
from backoffice.kernel.history.undo import Preview, UndoPlan


class StayingSerializer(serializers.Serializer[Any]):
    """A row that an undo would leave as it is."""

    model = serializers.CharField()
    id = serializers.CharField(source="object_id")
    name = serializers.CharField()
    reason = serializers.CharField()
    who = serializers.CharField(help_text="Who touched it since; told to the house only.")
    when = serializers.DateTimeField(allow_null=True)


class UndoPlanSerializer(serializers.Serializer[UndoPlan]):
    """What an undo would do."""

    total = serializers.IntegerField(help_text="Rows that it would write.")
    conflicts = serializers.IntegerField(source="conflict_total", help_text="Rows that would stay as they are.")
    staying = StayingSerializer(source="conflicts", many=True, help_text="The first of those that you may see.")
    refusal = serializers.CharField(help_text="Why it cannot be undone at all; empty where it can.")


class UndoPreviewSerializer(serializers.Serializer[Preview]):
    """How far the look at what an undo would do has come."""

    progress = serializers.SerializerMethodField()

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, preview: Preview) -> dict[str, Any] | None:
        """Return how far the job at work has come."""
        return progress_shown(preview.job)
