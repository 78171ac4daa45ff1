"""The bases of endpoints that are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from backoffice.kernel.api.faces import Face
from backoffice.kernel.api.filters import StrictFilters, StrictOrdering, refuse_unknown
from backoffice.kernel.api.pagination import Pages
from backoffice.kernel.scope.rules import Audience, audience_of, visible


class ReadViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Any]):
    """A list and its single rows, as one face shows them."""

    filter_backends = [StrictFilters, StrictOrdering]
    pagination_class = Pages
    model: ClassVar[type[Model]]

    @property
    def face(self) -> Face:
        """What this request sees."""
        raise NotImplementedError

    @property
    def filterset_class(self) -> type[Any] | None:
        """The filters that this request may use."""
        return self.face.filters

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that this request sees."""
        rows = self.model._default_manager.all()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return self.face.prepared(rows, self.request.user, detail=bool(self.detail))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter a list; a single row is named by its address alone."""
        if not self.detail:
            return super().filter_queryset(queryset)
        refuse_unknown(self.request, ())
        return queryset

    def get_serializer_class(self) -> type[Serializer[Any]]:
        """Return the serializer of the face."""
        return self.face.serializer(detail=bool(self.detail))


class ScopedReadViewSet(ReadViewSet):
    """A list of business rows through the row scope, with a face per audience.

    Attributes:
        faces: what each audience sees; an audience without a face is refused.
        action_permissions: per action other than reading, the permission that it needs.
    """

    faces: ClassVar[Mapping[Audience, Face]]
    action_permissions: ClassVar[Mapping[str, str]] = {}

    @property
    def face(self) -> Face:
        """What this request's audience sees; the documentation shows the house's."""
        if getattr(self, "swagger_fake_view", False):
            return self.faces[Audience.HOUSE]
        return self.faces[audience_of(self.request.user)[0]]

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows in the user's scope; the others do not exist for this request."""
        return visible(super().get_queryset(), self.request.user)
