"""What a browser posts from the product page, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client


def posted_form(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """Return the values that a browser would send from a page, with some of them changed.

    Args:
        client: logged in.
        url: the page.
        changes: field → value; None leaves a field out.
    """
    context = client.get(url).context
    data: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or bound.field.widget.needs_multipart_form:
                continue
            data[bound.html_name] = "on" if value is True else value
    if context.get("version_token"):
        data[context["version_field"]] = context["version_token"]
    data |= changes
    return {name: value for name, value in data.items() if value is not None}
