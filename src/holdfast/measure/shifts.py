"""How far a true shift may be, when the length of a measured one is a squared length with noise.

A difference of two means is the true shift d plus normal noise with covariance S, so its squared length T has
the expectation |d|^2 + tr S: too large, whatever the shift. The debiased length takes tr S away. Bounds turn
a test round, as for the other distances: of all shifts of a length r the noise disturbs one along its own
greatest axis most, so with eigenvalues l1 >= l2 >= ... of S

    T = (r + sqrt(l1) z1)^2 + l2 z2^2 + l3 z3^2 + ...

is taken. The first part is integrated exactly, the rest is drawn; so tails far out need no more draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.measure.bootstrap import CHECKS, generator
from holdfast.measure.differences import crossing
from holdfast.measure.states import Floats


@dataclass(frozen=True)
class Shift:
    """A measured shift and its noise.

    Attributes
    ----------
    squared : float
        T: the squared length of the difference of two means.
    noise : array
        Eigenvalues of the noise's covariance, the greatest first; not negative.
    """

    squared: float
    noise: Floats

    @property
    def expected(self) -> float:
        """What T is on average without a shift."""
        return float(self.noise.sum())

    @property
    def length(self) -> float:
        """The debiased length."""
        return float(np.sqrt(max(0.0, self.squared - self.expected)))

    def p_value(self) -> float:
        """Return the chance of so large a length, or a larger one, without a shift.

        Examples
        --------
        >>> round(Shift(1.96**2, np.array([1.0])).p_value(), 3)
        0.05
        """
        return 1 - float(self._shorter(np.zeros(1), self._rest())[0])

    def bounds(self, alpha: float) -> tuple[float, float]:
        """Return the lower and the upper bound of the true length, one-sided at level alpha each.

        Examples
        --------
        >>> [round(end, 3) for end in Shift(25.0, np.array([1.0])).bounds(0.05)]
        [3.355, 6.645]
        >>> Shift(1.0, np.array([1.0])).bounds(0.05)[0]
        0.0
        """
        rest, none = self._rest(), np.zeros(1)
        far = np.array([np.sqrt(self.squared) + 40 * np.sqrt(self.expected) + 1e-12])
        shorter = float(self._shorter(none, rest)[0])
        low = high = none
        if 1 - shorter < alpha:  # up to which length is so long a one unlikely?
            low = crossing(lambda length: 1 - self._shorter(length, rest) < alpha, none, far)
        if shorter >= alpha:  # from which length on is so short a one unlikely?
            high = crossing(lambda length: self._shorter(length, rest) >= alpha, none, far)
        return float(low[0]), float(high[0])

    def _shorter(self, length: Floats, rest: Floats) -> Floats:
        """Return the chance of a T that is at most the measured one, for true lengths, shape (some,)."""
        from holdfast.measure.special import ndtr

        first = np.sqrt(self.noise[0]) if len(self.noise) else 0.0
        if first <= 0:
            return np.asarray(length**2 <= self.squared, dtype=np.float64)
        left = self.squared - rest
        reach = np.sqrt(np.maximum(left, 0))
        inside = ndtr((reach - length[:, None]) / first) - ndtr((-reach - length[:, None]) / first)
        return np.asarray(np.where(left > 0, inside, 0.0).mean(axis=1))

    def _rest(self) -> Floats:
        """Return draws of the noise's part across the shift; the same every time."""
        others = self.noise[1:][self.noise[1:] > 0]
        if not len(others):
            return np.zeros(1)
        random = generator("noise across a shift", [self.noise])
        drawn: Floats = random.standard_normal((CHECKS, len(others))) ** 2 @ others
        return drawn
