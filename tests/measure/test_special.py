"""Special functions loaded alone are scipy's own, and scipy's package stays whole for everybody else."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALONE = """
import sys
from holdfast.measure.special import betaincinv, ndtri
assert "scipy.special" not in sys.modules
assert not any("array_api_compat" in name for name in sys.modules)
import scipy.special
assert scipy.special.betaincinv is betaincinv
assert scipy.special.logsumexp([0.0, 0.0]) > 0
from scipy import stats
assert abs(stats.norm.ppf(0.975) - float(ndtri(0.975))) < 1e-15
"""
AFTER = """
import scipy.special
from holdfast.measure.special import betaincinv
assert scipy.special.betaincinv is betaincinv
import sys
assert sys.modules["scipy.special"] is scipy.special
"""
ELSEWHERE = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name == "scipy.special._ufuncs" and not self.whole():
            raise ModuleNotFoundError(name)
    def whole(self):
        return getattr(sys.modules.get("scipy.special"), "__file__", None) and self.seen()
    def seen(self):
        self.count = getattr(self, "count", 0) + 1
        return self.count > 1
sys.meta_path.insert(0, Gone())
from holdfast.measure.special import betaincinv
import scipy.special
assert scipy.special.betaincinv is betaincinv
"""


@pytest.mark.parametrize("script", [ALONE, AFTER, ELSEWHERE], ids=["alone", "after scipy", "kept elsewhere"])
def test_the_functions_are_scipy_s_own(script):
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_name_that_scipy_does_not_have_is_told():
    with pytest.raises(ImportError, match="betaincinverse"):
        from holdfast.measure.special import betaincinverse  # noqa: F401 -- it is not there
