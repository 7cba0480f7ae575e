"""Where a number was issued (归属地): a landline's area code tells it, and a mobile number's segment, its
first seven digits. Who takes his number to another carrier, or himself elsewhere, keeps it as it is.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from phone import Phone

from cti.store.phone_numbers import area_codes, normalised

SEGMENTS_KEPT = 8192
"""Answers that are kept: more than three times the segments of Qinghai."""
LONGEST = 40
"""Characters of what may be a number at all, however it is written."""
_MOBILE = re.compile(r"\+86(1[3-9]\d{5})\d{4}", re.ASCII)


class PhonePlaces:
    """``names``: key of a place → its Chinese name, province and city. A key is the area code without its
    0; a city that shares another's has its own name behind it (``24-fushun``)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names, self._table = names, Phone()
        self._keys = {name: key for key, name in names.items()}
        self._of_segment = lru_cache(SEGMENTS_KEPT)(self._looked_up)

    def of(self, number: str) -> str:
        """The key of the place; empty for numbers that tell none: abroad, service numbers, segments that the
        table does not have, and what is no number."""
        same = normalised(number) if len(number) <= LONGEST else ""
        if mobile := _MOBILE.fullmatch(same):
            return self._of_segment(mobile[1])
        return next((code for code in area_codes(same) if code in self._names), "")

    def _looked_up(self, segment: str) -> str:
        found = self._table.find(segment)
        if found is None:
            return ""
        province, city, code = found["province"], found["city"], found["area_code"].lstrip("0")
        key = self._keys.get(province if province == city else province + city, code)
        return key if key in self._names else ""
