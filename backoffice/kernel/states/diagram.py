"""State machines as pictures and tables, for the documentation."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps

from backoffice.kernel.states.machine import Machine

HEADER = """# States

Written by `manage.py document_states` from the transition tables in each app's `states.py`; a test
holds it against them. A move that is not in a table is refused, whoever asks for it. Moves without a
permission are made by the system alone. "Checked" moves also ask a guard, which refuses with a reason.
"""


def diagram(machine: Machine) -> str:
    """Return a machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {machine.initial}"]
    for item in machine.transitions:
        lines += [f"    {source} --> {item.target}: {item.name}" for source in sorted(item.sources)]
    for state in machine.states:
        leaves = any(state.value in item.sources for item in machine.transitions)
        if not leaves:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines)


def document(machines: Iterable[Machine]) -> str:
    """Return the page about all machines, in Markdown."""
    return "\n".join([HEADER, *(_section(machine) for machine in machines)])


def _section(machine: Machine) -> str:
    name = str(apps.get_model(machine.model)._meta.verbose_name)
    rows = [
        f"| {item.name} | {', '.join(sorted(item.sources))} | {item.target} "
        f"| {f'`{item.permission}`' if item.permission else 'the system'} | {'checked' if item.guard else ''} |"
        for item in machine.transitions
    ]
    states = ", ".join(f"`{state.value}` ({state.label})" for state in machine.states)
    return "\n".join(
        [
            f"## {name[:1].upper()}{name[1:]}: {machine.field_name}",
            "",
            f"States: {states}.",
            "",
            "```mermaid",
            diagram(machine),
            "```",
            "",
            "| move | from | to | who | guard |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )
