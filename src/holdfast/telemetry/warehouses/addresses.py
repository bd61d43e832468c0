"""Addresses of databases as a plan names them."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.kernel import addresses
from holdfast.kernel.addresses import Address, NoAddressError
from holdfast.kernel.errors import DataError

__all__ = ["Address", "parse_address"]


def parse_address(text: str, environment: Mapping[str, str]) -> Address:
    """Return an address with the values of what it names.

    Raises
    ------
    PlanError
        HF214: a name is not set.
    DataError
        HF305: no address.
    """
    try:
        return addresses.parse_address(text, environment)
    except NoAddressError as error:
        message = f"`{error.named or 'ibis:'}` holds no address"
        fix = "such as postgres://user:$PASSWORD@host:5432/database"
        raise DataError.of("HF305", message, fix=fix) from None  # its text may hold a password
