"""What verifying needs of cryptography, in Python alone: proofs of a Merkle tree, signatures of Ed25519.

An export holds this and `verify` as one file. Holdfast itself signs and verifies by the library
`cryptography`.
"""

from __future__ import annotations

import hashlib


def inclusion_root(data: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """Return the root of RFC 6962 to which a proof leads from a leaf; None where its length cannot be."""
    if not 0 <= index < size:
        return None
    first, last, sides = 0, size, []
    while last - first > 1:
        middle = first + (1 << (last - first - 1).bit_length() - 1)
        sides.append(index >= middle)
        first, last = (middle, last) if index >= middle else (first, middle)
    if len(sides) != len(proof):
        return None
    top = hashlib.sha256(b"\x00" + data).digest()
    for is_right, other in zip(reversed(sides), proof):  # noqa: B905 -- Python 3.9 knows no strict
        top = hashlib.sha256(b"\x01" + (other + top if is_right else top + other)).digest()
    return top


# Ed25519 (RFC 8032): verifying only, so that nothing secret depends on how long it takes

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def ed25519_fits(key: bytes, text: bytes, signature: bytes) -> bool:
    """Return whether a key made a signature over a text."""
    if len(key) != 32 or len(signature) != 64:
        return False
    made, public = _point(signature[:32]), _point(key)
    scalar = int.from_bytes(signature[32:], "little")
    base = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if made is None or public is None or base is None or scalar >= L:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    left, right = _times(scalar, base), _plus(made, _times(hashed, public))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _plus(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    made: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            made = _plus(made, point)
        point = _plus(point, point)
        scalar >>= 1
    return made
