"""The rows of a list, letter for letter as Django writes them, in a third of its time.

Django looks up every column anew for every cell: whether it is a field, what the ModelAdmin says of it,
the address that it leads to. Here that is done once per page. System checks see to it that no list is
edited in place, which is all that is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

# Reads a cell's content from a row, and whether it is kept on one line.
Reader = Callable[[Any], tuple[Any, bool]]
Cell = Callable[[Any, str | None], str]


def result_rows(cl: Any) -> Iterator[SafeString]:
    """Yield the cells of each row of a list's page.

    Args:
        cl: the ChangeList.
    """
    cells = _cells(cl)
    address = _addresses(cl)
    for row in cl.result_list:
        url = address(row)
        yield mark_safe("".join([cell(row, url) for cell in cells]))  # noqa: S308 - each cell is escaped


def _cells(cl: Any) -> list[Cell]:
    cells, first = [], True
    for place, name in enumerate(cl.list_display):
        links = cl.list_display_links is not None and (
            (first and not cl.list_display_links) or name in cl.list_display_links
        )
        tag = "th" if links and first else "td"
        cells.append(_cell(cl, _reader(cl, name, links=links), tag=tag, css=_css(name, place), links=links))
        first = first and not links
    return cells


def _css(name: Any, place: int) -> str:
    if name == "action_checkbox":
        return "action-checkbox"
    if callable(name):
        name = f"lambda{place}" if name.__name__ == "<lambda>" else name.__name__
    return f"field-{name}"


def _cell(cl: Any, read: Reader, *, tag: str, css: str, links: bool) -> Cell:
    plain, kept, closing = f'<{tag} class="{css}">', f'<{tag} class="{css} nowrap">', f"</{tag}>"

    def cell(row: Any, url: str | None) -> str:
        content, on_one_line = read(row)
        text: str = content if type(content) is SafeString else conditional_escape(content)
        if links and url is not None:
            text = f'<a href="{url}"{_popup(cl, row)}>{text}</a>'
        return f"{kept if on_one_line else plain}{text}{closing}"

    return cell


def _popup(cl: Any, row: Any) -> str:
    if not cl.is_popup:
        return ""
    return format_html(' data-popup-opener="{}"', row.serializable_value(str(cl.to_field or cl.lookup_opts.pk.attname)))


def _addresses(cl: Any) -> Callable[[Any], str | None]:
    """Return what gives the escaped address of a row's page with the list's filters, None where there is no page."""
    context = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    # What comes behind the address of the first row's page comes behind that of every other.
    behind: list[str] = []

    def address(row: Any) -> str | None:
        try:
            url = cl.url_for_result(row)
        except NoReverseMatch:
            return None
        if not behind:
            behind.append(add_preserved_filters(context, url).removeprefix(url))
        return conditional_escape(f"{url}{behind[0]}")

    return address


def _reader(cl: Any, name: Any, *, links: bool) -> Reader:
    empty = cl.model_admin.get_empty_value_display()
    field = _field(cl.opts, name)
    if field is not None:
        return _field_reader(field, empty, links=links)
    if isinstance(name, str) and name != "__str__" and not _is_known(cl.opts, name) and hasattr(cl.model_admin, name):
        return _method_reader(getattr(cl.model_admin, name), empty)
    return _any_reader(cl, name, empty, links=links)


def _field(opts: Any, name: Any) -> models.Field[Any, Any] | None:
    """Return the plain field that a column shows, None for whatever else it shows."""
    try:
        field = opts.get_field(name)
    except FieldDoesNotExist:
        return None
    is_plain = isinstance(field, models.Field) and field.concrete and not field.auto_created and field.name == name
    return field if is_plain else None


def _is_known(opts: Any, name: str) -> bool:
    try:
        opts.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _field_reader(field: Any, empty: Any, *, links: bool) -> Reader:
    name = field.name
    if isinstance(field.remote_field, models.ManyToOneRel):

        def read_related(row: Any) -> tuple[Any, bool]:
            try:
                value = getattr(row, name)
            except ObjectDoesNotExist:
                return empty, False
            return (empty if value is None else value), True

        return read_related
    write = partial(_field_text, field, empty=empty, links=links)
    if isinstance(field, models.DateField | models.TimeField):
        # Rows that were written together have one time, and to write it takes longer than the rest of the cell.
        write_once = cache(write)
        return lambda row: (write_once(getattr(row, name)), True)
    return lambda row: (write(getattr(row, name)), isinstance(field, models.ForeignKey))


def _field_text(field: Any, value: Any, *, empty: Any, links: bool) -> Any:
    if isinstance(value, str) and value.strip() == "":
        value = ""
    return display_for_field(value, field, empty, avoid_link=links)


def _method_reader(method: Any, empty: Any) -> Reader:
    shown_for_none = getattr(method, "empty_value_display", empty)
    is_boolean = getattr(method, "boolean", False)

    def read(row: Any) -> tuple[Any, bool]:
        try:
            value = method(row)
        except ObjectDoesNotExist:
            return empty, False
        return _value_text(value, shown_for_none, is_boolean=is_boolean)

    return read


def _value_text(value: Any, empty: Any, *, is_boolean: bool) -> tuple[Any, bool]:
    if isinstance(value, str):
        if value.strip() == "":
            value = ""
        elif not is_boolean:
            return value, False
    return display_for_value(value, empty, is_boolean), isinstance(value, dt.date | dt.time)


def _any_reader(cl: Any, name: Any, empty: Any, *, links: bool) -> Reader:
    """Read what is neither a plain field nor a method of the ModelAdmin as Django does."""

    def read(row: Any) -> tuple[Any, bool]:
        attribute: Any
        try:
            field, attribute, value = lookup_field(name, row, cl.model_admin)
        except ObjectDoesNotExist:
            return empty, False
        if field is not None and not field.auto_created:
            return _field_text(field, value, empty=empty, links=links), False
        told = attribute.fget if isinstance(attribute, property) else attribute
        shown_for_none = getattr(attribute, "empty_value_display", empty)
        return _value_text(value, shown_for_none, is_boolean=getattr(told, "boolean", False))

    return read
