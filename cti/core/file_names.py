"""Names of files that people and git may bring. Pure."""

LONGEST_NAME = 100


def is_plain(name: str) -> bool:
    """Is every character of it to be seen as it is, and is it short enough to be listed and stored?

    Control characters, line breaks, marks that turn the direction of writing and bytes that are no UTF-8
    are not.
    """
    return len(name) <= LONGEST_NAME and name.isprintable()


def in_signs(name: str) -> str:
    """The name with a code in place of what cannot be seen, and without its middle where it is long."""
    seen = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in name)
    if len(seen) <= 2 * LONGEST_NAME:
        return seen
    return f"{seen[:LONGEST_NAME]}…{seen[-LONGEST_NAME:]}"
