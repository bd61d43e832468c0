"""scipy's special functions alone: `from holdfast.measure.special import betaincinv`.

Importing `scipy.special` also loads what lets it work on other array libraries, which takes ten times as long
as its functions do: a tenth of a check. So its package is set aside while the functions are loaded. Whoever
imports it later gets it whole, with the very same functions.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

PACKAGE = "scipy.special"


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- scipy ships no types
    """Return one of the functions by its name in `scipy.special`."""
    return getattr(_functions(), name)


@cache
def _functions() -> ModuleType:
    spec = find_spec(PACKAGE)
    if PACKAGE in sys.modules or spec is None:
        return import_module(PACKAGE)
    sys.modules[PACKAGE] = module_from_spec(spec)
    try:
        return import_module(f"{PACKAGE}._ufuncs")
    except ImportError:  # another scipy may keep them elsewhere
        sys.modules.pop(PACKAGE)
        return import_module(PACKAGE)
    finally:
        # what was set aside goes; what was loaded whole stays
        if not hasattr(sys.modules.get(PACKAGE), "betaincinv"):
            sys.modules.pop(PACKAGE, None)
