"""What an upload would change is written as the templates would write it, escaped and cut."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from backoffice.kernel.templatetags.backoffice import LONGEST, diff

IN_A_TEMPLATE = Template(
    "{% for label, old, new in changes %}<div><dt>{{ label }}</dt><dd>"
    f"{{% if old is not None %}}<del>{{{{ old|truncatechars:{LONGEST} }}}}</del> → {{% endif %}}"
    f"<ins>{{{{ new|truncatechars:{LONGEST} }}}}</ins></dd></div>{{% endfor %}}"
)


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [("Name", None, "–"), ("Price", "1.00", "2.00"), ("On hand", "0", "")],
        [("<b>", "<script>alert(1)</script>", "\"&'")],
        [("Texts", "x" * LONGEST, "y" * (LONGEST + 1)), ("Names", "e\u0301" * LONGEST, "e\u0301" * (LONGEST + 1))],
    ],
    ids=["none", "some", "escaped", "long"],
)
def test_it_reads_as_the_template_would_write_it(changes):
    assert diff(changes) == IN_A_TEMPLATE.render(Context({"changes": changes}))
