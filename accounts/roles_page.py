"""The roles manifest as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.apps import apps

from accounts.permissions import Role
from accounts.services.roles import permission_codenames
from backoffice.kernel.scope.rules import ScopeRule

_HEAD = """# Roles

Who may do what, and on whose rows. This page is written from `accounts/permissions.py` by
`manage.py document_roles`; the groups of the database are made from the same file after each migrate.

A person may have several roles and then may do what any of them allows. Sellers have the role Seller alone:
all other roles see the rows of every store. Superusers may do everything; they are made on the command line
(`manage.py createsuperuser`). Whoever may change people can only change accounts that may do no more than their
own, and only give roles whose permissions they hold; nobody changes the own roles.
"""
_LEGEND = """
“edit” stands for view, add and change. What follows a semicolon are steps of the business: each has a permission of
its own and a button, bulk action, upload or export that asks for it.
"""
_SCOPE = """
## Whose rows

People of the house see every row of what their roles let them view. Sellers and customers see only rows that belong
to them; what is not listed here they do not see at all, whatever their permissions.

| Rows | Sellers see | Customers see |
| --- | --- | --- |
"""
# Django's own name says little to shopkeepers.
_AREAS = {"auth": "Roles"}
_DJANGO = ("view", "add", "change", "delete")
_NOTHING = "–"


def document(roles: Sequence[Role], scope: Mapping[str, ScopeRule]) -> str:
    """Return the page as Markdown.

    Args:
        roles: the roles, in the order of their columns.
        scope: the row scope, by model label.
    """
    return "".join([_HEAD, *_overview(roles), *_tables(roles), _LEGEND, _SCOPE, *_scope_rows(scope)])


def _overview(roles: Iterable[Role]) -> Iterator[str]:
    yield "\n| Role | What its members do |\n| --- | --- |\n"
    for role in roles:
        yield f"| {role.name} | {role.purpose} |\n"


def _tables(roles: Sequence[Role]) -> Iterator[str]:
    granted = {role.name: permission_codenames(role) for role in roles}
    labels = {label for role in roles for label in role.grants}
    for config in apps.get_app_configs():
        models = [model for model in config.get_models() if model._meta.label_lower in labels]
        if not models:
            continue
        yield f"\n## {_AREAS.get(config.label, config.verbose_name)}\n\n"
        yield f"| | {' | '.join(role.name for role in roles)} |\n"
        yield f"| --- |{' --- |' * len(roles)}\n"
        for model in sorted(models, key=lambda model: str(model._meta.verbose_name_plural)):
            options = model._meta
            known = [f"{action}_{options.model_name}" for action in options.default_permissions]
            known += [codename for codename, _title in options.permissions]
            cells = [
                _cell([name for name in known if (options.app_label, name) in granted[role.name]]) for role in roles
            ]
            yield f"| {_title(str(options.verbose_name_plural))} | {' | '.join(cells)} |\n"


def _cell(codenames: Sequence[str]) -> str:
    """Return what is granted on one model in few words."""
    actions = [name.split("_", 1)[0] for name in codenames]
    plain = [action for action in _DJANGO if action in actions]
    if {"view", "add", "change"} <= set(plain):
        plain = ["edit", *(action for action in plain if action == "delete")]
    steps = [action for action in actions if action not in _DJANGO]
    return "; ".join(", ".join(words) for words in (plain, steps) if words) or _NOTHING


def _scope_rows(scope: Mapping[str, ScopeRule]) -> Iterator[str]:
    named = sorted((str(apps.get_model(label)._meta.verbose_name_plural), rule) for label, rule in scope.items())
    for name, rule in named:
        yield f"| {_title(name)} | {_whose(rule.seller)} | {_whose(rule.customer)} |\n"


def _whose(path: str | None) -> str:
    return _NOTHING if path is None else "all" if path == "*" else "their own"


def _title(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"
