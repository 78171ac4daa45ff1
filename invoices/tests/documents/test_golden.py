"""Golden files: each document's text as it is read back, and the SHA-256 of its bytes.

Beside this folder, in ``golden/``, stand one text file per case and ``pdf.sha256`` for all of them.
After a change that is meant, look at the PDFs and renew both:

    RENEW_GOLDEN=1 .venv/bin/python -m pytest invoices/tests/documents/test_golden.py

``GOLDEN_PDFS=FOLDER`` with it also writes the PDFs themselves, to be looked at.
The bytes depend on how zlib packs; a machine with another zlib compares the texts only.
"""

import hashlib
import os
import zlib
from pathlib import Path

import pytest

from invoices.documents import render_invoice

from .cases import cases
from .samples import pdf_text

FOLDER = Path(__file__).parent.parent / "golden"
DIGESTS = FOLDER / "pdf.sha256"
ZLIB = f"# packed by zlib {zlib.ZLIB_RUNTIME_VERSION}"
CASES = cases()


def digests() -> dict[str, str]:
    lines = DIGESTS.read_text(encoding="utf-8").splitlines() if DIGESTS.exists() else []
    return {name: digest for digest, name in (line.split("  ") for line in lines if not line.startswith("#"))}


def renew(name: str, pdf: bytes, text: str) -> None:
    known = {**digests(), f"{name}.pdf": hashlib.sha256(pdf).hexdigest()}
    lines = [ZLIB, *(f"{digest}  {file}" for file, digest in sorted(known.items()) if Path(file).stem in CASES)]
    FOLDER.mkdir(exist_ok=True)
    DIGESTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
    if "GOLDEN_PDFS" in os.environ:
        Path(os.environ["GOLDEN_PDFS"], f"{name}.pdf").write_bytes(pdf)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_document_is_what_it_was(name):
    pdf = render_invoice(CASES[name])
    text = pdf_text(pdf) + "\n"
    if os.environ.get("RENEW_GOLDEN") == "1":
        renew(name, pdf, text)
    assert text == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    if DIGESTS.read_text(encoding="utf-8").startswith(f"{ZLIB}\n"):
        assert hashlib.sha256(pdf).hexdigest() == digests()[f"{name}.pdf"]


def test_each_golden_file_has_its_case():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(CASES)
    assert sorted(digests()) == sorted(f"{name}.pdf" for name in CASES)
