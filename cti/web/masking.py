"""What is left of a number when it is shown to those who need not know it. Pure.

Masks as China's insurers use them (JR/T 0171-2020): ``138****1234``; the tail of an ID number.
"""

_SHOWN_TAIL = 4
_HIDDEN = 4


def masked_number(number: str) -> str:
    """``13812341234`` → ``138****1234``; a number too short for that keeps its last two digits."""
    if len(number) < _SHOWN_TAIL + _HIDDEN - 1:
        return "*" * (len(number) - 2) + number[-2:]
    return number[: -(_SHOWN_TAIL + _HIDDEN)] + "*" * _HIDDEN + number[-_SHOWN_TAIL:]


def masked_id_tail(tail: str | None) -> str | None:
    """At most the last four places of an ID number."""
    return None if tail is None else "*" * 4 + tail[-_SHOWN_TAIL:]
