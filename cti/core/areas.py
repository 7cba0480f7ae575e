"""Areas of callers: every place has one key, in facts and figures alike: its area code without the 0."""

from collections.abc import Mapping

BY_KEY: Mapping[str, str] = {
    "1": "971",
    "2": "972",
    "3": "970",
    "4": "973",
    "5": "974",
    "6": "975",
    "7": "976",
    "8": "977",
}
"""Prefectures by the key that callers press for them: Xining, Haidong, Haibei, Huangnan, Hainan, Golog,
Yushu, Haixi."""


def said_area(variables: Mapping[str, str]) -> str:
    """The area that the menu noted of a call; empty where it noted none. What it calls by a name of its own
    keeps that name."""
    noted = variables.get("area", "")
    return BY_KEY.get(noted, noted)
