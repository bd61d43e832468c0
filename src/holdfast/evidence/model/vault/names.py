"""File names that are safe wherever they are written."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

NAME_BYTES = 150
RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*]')
FALLBACK = "file"


def safe_name(name: str) -> str:
    r"""Return a file name that is one on every system, leads nowhere and hides nothing.

    Examples
    --------
    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("C:\\temp\\CON.txt")
    '_CON.txt'
    >>> safe_name("invoice\u202egpj.exe")
    'invoicegpj.exe'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # controls, NUL, halves of surrogate pairs, and the marks that turn the direction of what follows
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    shown = FORBIDDEN.sub("_", shown).strip(" .")
    if RESERVED.match(shown):
        shown = "_" + shown
    return _cut(shown) or FALLBACK


def attachment(name: str, disposition: str = "attachment") -> str:
    r"""Return a `Content-Disposition` that names a file to every browser and cannot be broken out of.

    Examples
    --------
    >>> print(attachment("Müller.txt"))
    attachment; filename="M_ller.txt"; filename*=UTF-8''M%C3%BCller.txt
    """
    safe = safe_name(name)
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", safe)
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _cut(name: str) -> str:
    """Shorten to what every file system takes, and keep the ending."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 16:
        stem, dot, ending = name, "", ""
    room = NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending
