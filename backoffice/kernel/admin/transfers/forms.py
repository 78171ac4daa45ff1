"""What a person says about an upload."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from backoffice.kernel.transfers.kinds import Choice, TransferKind, transfer_kinds
from backoffice.kernel.transfers.reading.encodings import LABELS
from backoffice.kernel.transfers.runs import MODES, ON_ERROR

_DELIMITERS = [(",", "Comma ,"), (";", "Semicolon ;"), ("\t", "Tab"), ("|", "Bar |")]


class OptionsForm(forms.Form):
    """What may happen to rows."""

    mode = forms.ChoiceField(label="What may happen", choices=list(MODES.items()), initial="upsert")
    on_error = forms.ChoiceField(label="If rows are wrong", choices=list(ON_ERROR.items()), initial="stop")

    def __init__(self, *args: Any, kind: TransferKind | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = (kwargs.get("initial") or {}).get("choices", {})
        self._choices = kind.choices if kind is not None else ()
        for choice in self._choices:
            self.fields[f"choice_{choice.name}"] = _choice_field(choice, answers.get(choice.name, choice.default))

    @property
    def options(self) -> dict[str, Any]:
        """Return the valid form as options of an upload."""
        chosen = {name: self.cleaned_data[name] for name in ("mode", "on_error")}
        for choice in self._choices:
            answer = self.cleaned_data[f"choice_{choice.name}"]
            chosen.setdefault("choices", {})[choice.name] = answer if choice.values else _iso(answer)
        return chosen


def _choice_field(choice: Choice, answer: str) -> forms.Field:
    if choice.values:
        return forms.ChoiceField(
            label=choice.label, choices=list(choice.values.items()), initial=answer, help_text=choice.help
        )
    return forms.DateTimeField(
        label=choice.label,
        required=False,
        initial=parse_datetime(answer) if answer else None,
        help_text=choice.help,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


class NewUploadForm(OptionsForm):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(label="What the rows are")
    file = forms.FileField(label="File", help_text="CSV in any form, or XLSX.", allow_empty_file=False)
    field_order = ["kind", "file", "mode", "on_error"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [kind for kind in transfer_kinds() if user.has_perm(kind.permission)]
        self.fields["kind"].choices = [(kind.name, kind.label.capitalize()) for kind in allowed]  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"


class DialectForm(forms.Form):
    """How the file is read, where the guess was wrong."""

    encoding = forms.ChoiceField(choices=[(name, label) for name, label in LABELS.items()], required=False)
    delimiter = forms.ChoiceField(label="Columns are separated by", choices=_DELIMITERS, required=False)
    sheet = forms.ChoiceField(required=False)
    has_header = forms.BooleanField(label="The first row names the columns", required=False)

    def __init__(self, *args: Any, dialect: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": dialect})
        if dialect.get("format") == "xlsx":
            self.fields["sheet"].choices = [(name, name) for name in dialect.get("sheets", [])]  # type: ignore[attr-defined]
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            del self.fields["sheet"]
            given = dialect.get("delimiter", ",")
            if given not in dict(_DELIMITERS):
                self.fields["delimiter"].choices = [*_DELIMITERS, (given, given)]  # type: ignore[attr-defined]
