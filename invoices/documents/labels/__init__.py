"""The words of the documents, one table per language; nothing else in the renderer knows a language."""

from __future__ import annotations

from backoffice.kernel.documents.errors import DocumentError
from invoices.documents.labels.arabic import ARABIC
from invoices.documents.labels.english import ENGLISH
from invoices.documents.labels.french import FRENCH
from invoices.documents.labels.german import GERMAN
from invoices.documents.labels.table import Labels

__all__ = ["LABELS", "Labels", "labels_for"]

LABELS: dict[str, Labels] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "ar": ARABIC}


def labels_for(language: str) -> Labels:
    """Return the words of a language; regions (``de-AT``) share those of their language.

    Raises:
        DocumentError: documents are not written in this language.
    """
    found = LABELS.get(language.replace("_", "-").partition("-")[0].lower())
    if found is None:
        raise DocumentError(f"documents are written in {', '.join(LABELS)}, not in {language!r}")
    return found
