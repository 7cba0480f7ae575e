"""The part of config/queues.yaml that is about calling customers back."""

import re
from typing import Annotated

from pydantic import Field, field_validator

from cti.settings_kinds import Frozen


class CallbackOfferFile(Frozen):
    """A waiting caller may ask to be called back with ``key``; he hears of it after ``after_s``, and
    again every ``every_s``, but never twice in two minutes."""

    after_s: int = Field(default=30, ge=5, le=3600)
    every_s: int = Field(default=120, ge=120, le=3600)
    key: str = Field(default="2", pattern=r"^[0-9*]$")


class CallbacksFile(Frozen):
    """How customers are called back.

    ``attempts_at_s``: seconds after the first attempt. ``customer_ring_s``: how long their phone rings.
    ``numbers``: a pattern of the numbers that may be called, so that nobody makes us call a dear one.
    """

    attempts_at_s: tuple[Annotated[int, Field(ge=0, le=86400)], ...] = (0, 300, 1800)
    customer_ring_s: int = Field(default=30, ge=5, le=120)
    numbers: str = r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|[2-8][0-9]{6,7}"

    @field_validator("attempts_at_s")
    @classmethod
    def _in_order(cls, at_s: tuple[int, ...]) -> tuple[int, ...]:
        if not at_s or list(at_s) != sorted(at_s) or at_s[0] != 0:
            raise ValueError("must begin with 0 and go up")
        return at_s

    @field_validator("numbers")
    @classmethod
    def _a_pattern(cls, numbers: str) -> str:
        try:
            re.compile(numbers)
        except re.error as wrong:
            raise ValueError(f"no regular expression: {wrong}") from wrong
        return numbers
