"""What can be done with a customer's data: handing it over, erasing it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse

from accounts.models import CustomerProfile, UserType
from accounts.services.privacy import person_data_hand_over, person_erase, person_erasure_refusal
from backoffice.kernel.admin.steps import FormStep


class PersonalDataStep(FormStep):
    """Hand over what is kept of a person."""

    name = "personal-data"
    label = "Personal data"
    permission = "accounts.export_personal_data"
    description = (
        "A JSON file with everything that is kept of this person: account, addresses, orders, payments, documents, "
        "carts and log-ins. That it was taken is noted in the log of exports."
    )

    def is_offered(self, obj: CustomerProfile) -> bool:
        """Offer it while there is something to hand over."""
        return obj.user.erased_at is None

    def run(self, obj: CustomerProfile, data: dict[str, Any], key: str) -> HttpResponse:
        """Return the file."""
        content = json.dumps(person_data_hand_over(user=obj.user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        response = HttpResponse(content, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="personal-data-{obj.user_id}.json"'
        return response


class EraseForm(forms.Form):
    """Why, and that it is meant."""

    reason = forms.CharField(max_length=200, help_text="Kept in the history, without the person's name or email.")
    is_meant = forms.BooleanField(label="Erase this person. It cannot be undone.")


class EraseStep(FormStep):
    """Empty a person's data."""

    name = "erase"
    label = "Erase person"
    permission = "accounts.erase_user"
    form_class = EraseForm
    consequences = (
        "Name, email, addresses, notes and log-ins are emptied, in the history too; uploaded files that name the "
        "person are deleted. Orders keep goods and amounts; invoices and the books stay as the law wants them."
    )

    def __init__(self) -> None:
        self.description = self.consequences

    def is_offered(self, obj: CustomerProfile) -> bool:
        """Offer it for customers, once."""
        return obj.user.user_type == UserType.CUSTOMER and obj.user.erased_at is None

    def get_form(self, obj: CustomerProfile, data: Any) -> forms.Form:
        """Say beforehand what stands in the way."""
        if data is None and (refusal := person_erasure_refusal(user=obj.user)):
            self.description = f"Not yet: {refusal} {self.consequences}"
        return super().get_form(obj, data)

    def run(self, obj: CustomerProfile, data: dict[str, Any], key: str) -> str:
        """Erase."""
        person_erase(user=obj.user, reason=data["reason"])
        return "The person's data are erased."
