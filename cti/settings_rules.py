"""How the service behaves: the sections of config/cti.yaml about limits, times and ways of counting."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cti.core.measures.canary import CanaryRules
from cti.core.speech.kinds import SpokenKind
from cti.core.speech.phrases import PERSONAL
from cti.settings_kinds import Frozen, Number, Pattern

BandEnd = Annotated[int, Field(ge=1, le=86_400)]


class Identity(Frozen):
    """Wrong identity numbers that lock self-service for a caller's number, and for how long."""

    tries: int = Field(default=3, ge=1, le=10)
    lock_s: float = Field(default=1800.0, ge=1, le=86_400)


class Speech(Frozen):
    """Kinds of spoken value that are played as one synthesised phrase (``whole``; none: off), how many
    files and megabytes of them are kept, and the voice: its Python (empty: that of ``cti prompts
    render``), a limit for each run, and how long it rests after it broke."""

    whole: tuple[SpokenKind, ...] = ()
    personal: bool = False
    most: int = Field(default=2000, ge=10, le=100_000)
    most_mb: float = Field(default=50.0, ge=1, le=10_000)
    python: str = ""
    limit_s: float = Field(default=120.0, gt=0, le=600)
    rest_s: float = Field(default=600.0, gt=0, le=86_400)

    @model_validator(mode="after")
    def _not_personal(self) -> Self:
        if (named := sorted(PERSONAL.intersection(self.whole))) and not self.personal:
            raise ValueError(f"{', '.join(named)}: personal; kept only with personal: true")
        return self


class Desk(Frozen):
    """Sign-ins last ``session_s`` seconds without use; ``auto_answer`` asks phones to pick up. Who has had
    no desktop for ``gone_s`` is not ready. A caller whom an agent sent to the menu is back after ``menu_s``
    at the latest. ``phone_required``: nobody signs in without a phone;
    ``ready_when_phone_back``: who lost his phone is ready again by himself when it is back. Agents may
    have numbers dialled that one of ``dial`` fits: mobile, other areas, local, service numbers; no
    emergency line, no dear one, nothing abroad. They call people up between ``calls_from`` and
    ``calls_until`` of the day; the same twice: at any hour."""

    session_s: float = 43200.0
    auto_answer: bool = False
    calls_from: time = time(8)
    calls_until: time = time(21)
    gone_s: float = Field(default=20.0, ge=1, le=600)
    menu_s: int = Field(default=180, ge=5, le=900)
    phone_required: bool = True
    ready_when_phone_back: bool = False
    dial: tuple[Pattern, ...] = (
        r"1[3-9][0-9]{9}",
        r"0[1-9][0-9]{8}[0-9]?[0-9]?",
        r"[2-8][0-9]{6}[0-9]?",
        r"95[0-9]{3}[0-9]?",
        r"400[0-9]{7}",
    )


class Heartbeat(Frozen):
    """How often callers are told we are here, and when they stop believing it; how often what we hold is
    compared with what Asterisk shows."""

    every_s: float = Field(default=1.0, gt=0, le=2)
    lost_after_s: int = Field(default=5, ge=3, le=30)
    look_every_s: float = Field(default=10.0, ge=0.5, le=600)


class Log(Frozen):
    """``form``: json, text, or auto (text on a terminal)."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    form: Literal["auto", "json", "text"] = "auto"


class CanarySettings(Frozen):
    """When a canary is taken back; the shares are of 1."""

    least_visits: int = Field(default=30, ge=5, le=100_000)
    most_failed: float = Field(default=0.1, gt=0, lt=1)
    abandon_excess: float = Field(default=0.05, gt=0, lt=1)
    confidence: float = Field(default=0.99, ge=0.5, lt=1)
    window_s: float = Field(default=3600.0, ge=60, le=86_400)

    @property
    def rules(self) -> CanaryRules:
        """As the core knows them."""
        return CanaryRules(**self.model_dump())


class QueueLogSettings(Frozen):
    """What queue_log says of a caller's number."""

    numbers: Literal["masked", "full", "none"] = "masked"


class MeasureSettings(Frozen):
    """How figures are counted: numbers of test and internal calls, the reasons that are no working time,
    how soon a callback is promised, which answers to the question ``rating`` are satisfied ones, within
    how many days a caller who rings again about the same was not served at once, and where bands of
    waiting time end (seconds, rising)."""

    exclude: tuple[Number, ...] = ()
    off_reasons: tuple[str, ...] = ("MEAL", "TRAIN", "MEETING")
    callback_within_s: float = Field(default=900.0, ge=60, le=86_400)
    satisfied: tuple[str, ...] = ("1", "2")
    repeat_days: int = Field(default=7, ge=1, le=90)
    wait_bands_s: tuple[BandEnd, ...] = Field(
        default=(5, 10, 20, 30, 60, 120), min_length=1, max_length=20
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if sorted(set(self.wait_bands_s)) != list(self.wait_bands_s):
            raise ValueError("wait_bands_s must rise")
        return self
