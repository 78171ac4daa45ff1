"""Forms of the accounts app."""

from __future__ import annotations

from django import forms


class OneTimeCodeForm(forms.Form):
    """Asks for a one-time code."""

    code = forms.CharField(
        label="Code",
        min_length=6,
        max_length=16,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autofocus": True,
                "class": "form-control bo-code",
                "spellcheck": "false",
            }
        ),
    )
