"""Setting a PDF in a process of its own: it takes seconds and hundreds of megabytes for thousands of facts.

`python -m holdfast.respond.pages.typesetting` reads the document as JSON and writes the PDF. The server
meanwhile answers others, and its memory is what it was.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

from holdfast.kernel.errors import HoldfastError

SECONDS = 120.0
"""How long one may take."""


def typeset(document: str, seconds: float = SECONDS) -> bytes:
    """Return a document, as JSON, as a PDF.

    Raises
    ------
    HoldfastError
        HF781: it could not be set, or took too long.
    """
    command = [sys.executable, "-m", "holdfast.respond.pages.typesetting"]
    try:
        done = subprocess.run(  # noqa: S603 -- this interpreter and this module
            command, input=document.encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise HoldfastError.of(
            "HF781", f"the PDF was not set within {seconds:.0f} seconds", fix="take the HTML and print it"
        ) from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise HoldfastError.of(
            "HF781", f"the PDF could not be set ({said})", fix="take the HTML and print it"
        )
    return done.stdout


def main() -> None:
    """Set the document on standard input."""
    import typst

    source = (files("holdfast.respond") / "templates" / "report" / "report.typ").read_bytes()
    document = sys.stdin.buffer.read().decode()
    made = typst.Compiler(source, sys_inputs={"document": document}).compile(format="pdf", timestamp=0)
    if isinstance(made, bytes):  # a PDF is one file
        sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
