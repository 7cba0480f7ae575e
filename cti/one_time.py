"""Passwords that are told once and changed at the first sign-in."""

import secrets

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that people take for one another."""
GROUPS, GROUP = 3, 4


def one_time_password() -> str:
    """Such as ``k7mq-x2rd-9vtp``: 59 random bits."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
