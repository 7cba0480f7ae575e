"""Event ids as Redis makes them."""


def place(event_id: str) -> tuple[int, int]:
    """``milliseconds-sequence`` as two numbers that sort. Raises ValueError for anything else."""
    milliseconds, _, sequence = event_id.partition("-")
    if not (milliseconds.isdecimal() and sequence.isdecimal()):
        raise ValueError(f"not an event id: {event_id!r}")
    return int(milliseconds), int(sequence)
