"""What a person says about an upload."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from backoffice.kernel.transfers.kinds import Choice, TransferKind, transfer_kinds
from backoffice.kernel.transfers.models import Upload
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

    @staticmethod
    def answers_of(upload: Upload) -> dict[str, Any]:
        """Return how an upload was done, as the initial values of a form."""
        return {name: upload.options[name] for name in ("mode", "on_error", "choices") if name in upload.options}

    @property
    def in_words(self) -> list[str]:
        """Return what is chosen so far, as people read it."""
        words = []
        for bound in self:
            field, value = bound.field, bound.initial
            if isinstance(field, forms.ChoiceField):
                words.append(str(dict(field.choices).get(value, value)))  # type: ignore[arg-type]
            elif value:
                words.append(f"{bound.label}: {date_format(localtime(value), 'DATETIME_FORMAT')}")
        return words

    @property
    def options(self) -> dict[str, Any]:
        """Return the valid form as options of an upload."""
        chosen = {name: self.cleaned_data[name] for name in ("mode", "on_error")}
        for choice in self._choices:
            name = f"choice_{choice.name}"
            answer = self.cleaned_data[name]
            # A page from before the question was asked does not answer it.
            text = answer or self.fields[name].initial if choice.values else _iso(answer)
            chosen.setdefault("choices", {})[choice.name] = text
        return chosen


def _choice_field(choice: Choice, answer: str) -> forms.Field:
    if choice.values:
        values = list(choice.values.items())
        return forms.ChoiceField(
            label=choice.label, choices=values, initial=answer, help_text=choice.help, required=False
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
    """A file, and what its rows are; the kind is chosen by the address of the page."""

    kind = forms.ChoiceField(widget=forms.HiddenInput)
    file = forms.FileField(label="File", help_text="CSV in any form, or XLSX.", allow_empty_file=False)
    pictures = forms.FileField(
        label="Pictures",
        required=False,
        help_text="A ZIP of the pictures that the file names; it may be left out. "
        "One ZIP that holds file and pictures goes into the field above.",
    )
    field_order = ["kind", "file", "pictures"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in allowed_kinds(user)]  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"
        kind = kwargs.get("kind")
        if kind is not None and kind.takes_pictures:
            self.fields["file"].widget.attrs["accept"] += ",.zip"
            self.fields["pictures"].widget.attrs["accept"] = ".zip"
        else:
            del self.fields["pictures"]


def allowed_kinds(user: Any) -> list[TransferKind]:
    """Return the kinds that a person may upload."""
    return [kind for kind in transfer_kinds() if user.has_perm(kind.permission)]


class DialectForm(forms.Form):
    """How the file is read, where the guess was wrong."""

    encoding = forms.ChoiceField(choices=[(name, label) for name, label in LABELS.items()], required=False)
    delimiter = forms.ChoiceField(label="Columns are separated by", choices=_DELIMITERS, required=False)
    sheet = forms.ChoiceField(required=False)
    has_header = forms.BooleanField(label="The first row names the columns", required=False)

    def __init__(self, *args: Any, dialect: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": dialect})
        for name in ("encoding", "delimiter", "sheet"):
            self.fields[name].widget.attrs["class"] = "form-select form-select-sm"
        self.fields["has_header"].widget.attrs["class"] = "form-check-input"
        if dialect.get("format") == "xlsx":
            self.fields["sheet"].choices = [(name, name) for name in dialect.get("sheets", [])]  # type: ignore[attr-defined]
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            del self.fields["sheet"]
            given = dialect.get("delimiter", ",")
            if given not in dict(_DELIMITERS):
                self.fields["delimiter"].choices = [*_DELIMITERS, (given, given)]  # type: ignore[attr-defined]
