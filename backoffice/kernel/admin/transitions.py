"""Buttons for the transitions of an object's state machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from backoffice.kernel.admin.actions.action import reason_of
from backoffice.kernel.refusals import Refused
from backoffice.kernel.states.machine import Machine, Transition

# Called as service(instance, reason, user).
TransitionService = Callable[[Any, str, Any], Any]


class TransitionButtonsMixin:
    """Shows a button for each transition that the user may apply, and applies it by a POST.

    Attributes:
        transitions: machine → name of the transition → the service that applies it, called as
            ``service(instance, reason, user)``. Transitions that are not listed get no button.
        transition_reasons: names of transitions that ask why, on a page of their own, first; written
            ``machine.transition``.
    """

    transitions: dict[Machine, dict[str, TransitionService]] = {}
    transition_reasons: frozenset[str] | set[str] = frozenset()

    def get_urls(self) -> list[Any]:
        """Add the address that the buttons post to."""
        view = self.admin_site.admin_view(self.transition_view)  # type: ignore[attr-defined]
        name = f"{self.opts.app_label}_{self.opts.model_name}_transition"  # type: ignore[attr-defined]
        return [
            path("<path:object_id>/transition/<slug:machine>/<slug:transition>/", view, name=name),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def transition_buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return the buttons for an object in its present states; refused ones with the reason."""
        buttons = []
        for machine, services in self.transitions.items():
            for item in machine.allowed(obj):
                if item.name not in services or not _may(request, item):
                    continue
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_transition"  # type: ignore[attr-defined]
                buttons.append(
                    {
                        "label": item.label or item.name.replace("_", " ").capitalize(),
                        "url": reverse(name, args=[obj.pk, machine.name, item.name]),
                        "refusal": machine.refusal(obj, item.name),
                        "asks": f"{machine.name}.{item.name}" in self.transition_reasons,
                    }
                )
        return buttons

    def transition_view(self, request: HttpRequest, object_id: str, machine: str, transition: str) -> HttpResponse:
        """Apply a transition (POST), or ask for its reason first (GET)."""
        obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if obj is None:
            raise Http404("There is no such object.")
        found = self._transition(machine, transition)
        if found is None:
            raise Http404("There is no such transition.")
        table, item, service = found
        if not self.has_view_or_change_permission(request, obj) or not _may(request, item):  # type: ignore[attr-defined]
            raise PermissionDenied
        asks = f"{machine}.{transition}" in self.transition_reasons
        form = TransitionForm(request.POST if request.method == "POST" else None, required=asks)
        if request.method != "POST" or not form.is_valid():
            return self._ask(request, obj, table, item, form)
        opts = self.opts  # type: ignore[attr-defined]
        back = HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk]))
        try:
            service(obj, form.cleaned_data["reason"], request.user)
        except (Refused, ValidationError) as error:
            messages.error(request, reason_of(error))
        else:
            messages.success(request, _("%(object)s: %(label)s – done.") % {"object": obj, "label": item.label})
        return back

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Hand the buttons to the page."""
        obj = kwargs.get("obj")
        if kwargs.get("change") and obj is not None:
            context["transition_buttons"] = self.transition_buttons(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def _transition(self, machine: str, name: str) -> tuple[Machine, Transition, TransitionService] | None:
        for table, services in self.transitions.items():
            if table.name == machine and name in services and name in table.by_name:
                return table, table.by_name[name], services[name]
        return None

    def _ask(self, request: HttpRequest, obj: Any, table: Machine, item: Transition, form: Any) -> HttpResponse:
        opts = self.opts  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"{item.label}: {obj}",
            "opts": opts,
            "object": obj,
            "label": item.label,
            "target": table.states(item.target).label,
            "refusal": table.refusal(obj, item.name),
            "form": form,
            "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            "change_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk]),
        }
        return TemplateResponse(request, "admin/transition.html", context)


class TransitionForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=200, required=False, help_text="Kept in the history.", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


def _may(request: HttpRequest, item: Transition) -> bool:
    """Moves without a permission are the system's alone."""
    return bool(item.permission) and bool(request.user.has_perm(item.permission))
