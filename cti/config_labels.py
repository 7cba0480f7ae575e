"""Names for people in config/*.yaml."""

from pydantic import Field

from cti.settings_kinds import Frozen


class Label(Frozen):
    """A name for people, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
