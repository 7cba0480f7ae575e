"""Phone numbers in one form, so that a caller is found however his number arrives."""

import re
import unicodedata

HOME_COUNTRY = "86"
HOME_AREA = "971"
"""Xining: the area code of a landline number that came without one."""

_SIGNS = re.compile(r"[\s\-()./·]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LONGEST = 15  # ITU-T E.164


def normalised(number: str) -> str:
    """The number as ``+COUNTRY…`` (ITU-T E.164); empty for what is no number (``anonymous``).

    Knows ``+86``/``0086``/``86``, the 0 before a mobile number (dialled from another province)
    or an area code, spaces and dashes, full-width digits, and local numbers without area code.
    """
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", number))
    international = plain.startswith(("+", "00"))
    digits = plain.removeprefix("+").removeprefix("00") if international else plain
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _LONGEST:
        return ""
    if international and not digits.startswith(HOME_COUNTRY):
        return f"+{digits}"
    if international or _MOBILE.fullmatch(digits.removeprefix(HOME_COUNTRY)):
        digits = digits.removeprefix(HOME_COUNTRY)
    return f"+{HOME_COUNTRY}{_national(digits)}"


def national(number: str) -> str:
    """A normalised number as it is dialled at home: ``13997000001``, ``09716123456``."""
    digits = number.removeprefix(f"+{HOME_COUNTRY}")
    abroad = digits == number
    return digits if abroad or _MOBILE.fullmatch(digits) else f"0{digits}"


def _national(digits: str) -> str:
    """Without trunk prefix; a 7- or 8-digit landline number gets the home area."""
    if digits.startswith("0"):
        return digits[1:]
    return HOME_AREA + digits if len(digits) in (7, 8) else digits


def spellings(number: str) -> tuple[str, ...]:
    """The ways in which a normalised number arrives in calls: those that ``normalised`` reads as it and
    that exchanges send."""
    home = number.removeprefix(f"+{HOME_COUNTRY}")
    if not number or home == number:
        return (number, f"00{number.removeprefix('+')}") if number else ()
    mobile = bool(_MOBILE.fullmatch(home))
    local = (home.removeprefix(HOME_AREA),) if home.startswith(HOME_AREA) and not mobile else ()
    countries = (f"+{HOME_COUNTRY}", f"00{HOME_COUNTRY}", *((HOME_COUNTRY,) if mobile else ()))
    return (home, f"0{home}", *local, *(f"{country}{home}" for country in countries))


def area_codes(number: str) -> tuple[str, ...]:
    """What the area code of a landline in this country may be, without its 0; none for others.

    Codes have two digits in the largest cities, where numbers have eight, and three elsewhere; none begins
    another.
    """
    same = normalised(number)
    home = same.removeprefix(f"+{HOME_COUNTRY}")
    if home == same or _MOBILE.fullmatch(home) or not 9 <= len(home) <= 11:
        return ()
    return (home[:2], home[:3]) if len(home) == 10 else (home[:3],)
