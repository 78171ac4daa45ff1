"""The machine-readable description of the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import PolymorphicProxySerializer

from backoffice.kernel.api.views import ScopedReadViewSet


class BackofficeSchema(AutoSchema):
    """Describes the face of each audience where an endpoint has several."""

    def get_response_serializers(self) -> Any:
        """Return the serializer of the answer, or one of several."""
        if not isinstance(self.view, ScopedReadViewSet):
            return super().get_response_serializers()
        detail = bool(self.view.detail)
        serializers = list(dict.fromkeys(face.serializer(detail=detail) for face in self.view.faces.values()))
        if len(serializers) == 1:
            return super().get_response_serializers()
        name = self.view.model._meta.object_name or ""
        return PolymorphicProxySerializer(
            component_name=f"{name}{'Detail' if detail else ''}Face",
            serializers=serializers,
            resource_type_field_name=None,
            many=False if detail else None,
        )
