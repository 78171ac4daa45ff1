"""Buttons that ask for more than a reason: an amount, quantities, a reference."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from backoffice.kernel.addresses import name_in
from backoffice.kernel.admin.actions.action import reason_of
from backoffice.kernel.refusals import Refused

KEY = "_step_key"


class FormStep:
    """One thing that can be done with an object, on a page with a form of its own.

    Attributes:
        name: unique on its page; part of the address.
        label: what the button says.
        permission: full permission name.
        form_class: what the person has to say.
        description: a sentence above the form.
    """

    name: str = ""
    label: str = ""
    permission: str = ""
    description: str = ""
    form_class: type[forms.Form] = forms.Form

    def is_offered(self, obj: Any) -> bool:
        """Say whether the button stands on the object's page at all."""
        return True

    def refusal(self, obj: Any) -> str:
        """Return why it cannot be done now, in plain words, or an empty string."""
        return ""

    def get_form(self, obj: Any, data: Any) -> forms.Form:
        """Return the form, bound where data is given."""
        return self.form_class(data) if data is not None else self.form_class(initial=self.initial(obj))

    def initial(self, obj: Any) -> dict[str, Any]:
        """Return what the form begins with."""
        return {}

    def run(self, obj: Any, data: dict[str, Any], key: str) -> str | HttpResponse:
        """Do it, inside a transaction, and return what was done in a sentence, or a file to hand out.

        Args:
            obj: the object.
            data: the form's cleaned values.
            key: names this opening of the page: a second click brings the same one.

        Raises:
            Refused, ValidationError: it cannot be done; nothing is changed.
        """
        raise NotImplementedError


class FormStepsMixin:
    """Puts the buttons of ``steps`` beside those of the transitions. Stands before the page's base class."""

    steps: list[type[FormStep]] = []

    def get_urls(self) -> list[Any]:
        """Add the steps' pages."""
        opts = self.opts  # type: ignore[attr-defined]
        view = self.admin_site.admin_view(self.step_view)  # type: ignore[attr-defined]
        name = f"{opts.app_label}_{opts.model_name}_step"
        return [path("<path:object_id>/step/<slug:step>/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def transition_buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return the steps that the user may take, then the transitions."""
        opts = self.opts  # type: ignore[attr-defined]
        name = f"admin:{opts.app_label}_{opts.model_name}_step"
        buttons = [
            {
                "label": step.label,
                "url": reverse(name, args=[obj.pk, step.name]),
                "refusal": step.refusal(obj),
                "asks": True,
            }
            for step in (entry() for entry in self.steps)
            if request.user.has_perm(step.permission) and step.is_offered(obj)
        ]
        return [*buttons, *super().transition_buttons(request, obj)]  # type: ignore[misc]

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Ask, and do it once the form is complete."""
        obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        chosen = next((entry() for entry in self.steps if entry.name == step), None)
        if obj is None or chosen is None:
            raise Http404("There is no such page.")
        if not self.has_view_or_change_permission(request, obj) or not request.user.has_perm(chosen.permission):  # type: ignore[attr-defined]
            raise PermissionDenied
        form = _dressed(chosen.get_form(obj, request.POST if request.method == "POST" else None))
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    done = chosen.run(obj, form.cleaned_data, name_in(request.POST.get(KEY, ""))[:40])
            except (Refused, ValidationError) as error:
                form.add_error(None, reason_of(error))
            else:
                if isinstance(done, HttpResponse):
                    return done
                messages.success(request, done)
                return HttpResponseRedirect(self._page_of(obj))
        return self._step_page(request, obj, chosen, form)

    def _page_of(self, obj: Any) -> str:
        opts = self.opts  # type: ignore[attr-defined]
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk])

    def _step_page(self, request: HttpRequest, obj: Any, step: FormStep, form: forms.Form) -> HttpResponse:
        opts = self.opts  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"{step.label}: {obj}",
            "opts": opts,
            "object": obj,
            "step": step,
            "refusal": step.refusal(obj),
            "form": form,
            "key_field": KEY,
            "key": request.POST.get(KEY) or uuid.uuid4().hex,
            "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            "change_url": self._page_of(obj),
        }
        return TemplateResponse(request, "admin/step.html", context)


def _dressed(form: forms.Form) -> forms.Form:
    """Give the fields the theme's looks."""
    for field in form.fields.values():
        is_box = isinstance(field.widget, forms.CheckboxInput)
        is_choice = isinstance(field.widget, forms.Select)
        looks = "form-check-input" if is_box else "form-select" if is_choice else "form-control"
        field.widget.attrs.setdefault("class", looks)
    return form
