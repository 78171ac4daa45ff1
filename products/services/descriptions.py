"""Descriptions in HTML, made safe to show."""

from __future__ import annotations

import re

import nh3

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt",
    "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol",
    "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_MARKUP = re.compile(r"[<>&\0\r\u00a0\ufeff]")
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}


def description_clean(html: str) -> str:
    """Return a description with nothing in it that could run or take over the page.

    Markup for text, lists, tables, links and pictures stays; scripts, styles, forms, frames, event
    handlers and other addresses than http, https, mailto and tel go. Cleaning what is clean already
    changes nothing, so that a file that is uploaded again shows no changes.

    Args:
        html: the description as somebody wrote it; text without markup is fine.
    """
    if not _MARKUP.search(html):
        return html.strip()
    # Markup nested as HTML forbids can come out nested otherwise, and once more so the second time.
    before, clean = "", html
    while clean != before:
        before = clean
        clean = nh3.clean(
            before, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener nofollow"
        ).strip()
    return clean
