"""config/callers.yaml: what each class of caller brings to a queue, and where classes begin."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from cti.core.callers import CallerClass, CallerRules
from cti.settings_kinds import Frozen

Points = Annotated[int, Field(ge=-99, le=99)]


class CallersFile(Frozen):
    """config/callers.yaml"""

    points: Mapping[CallerClass, Points]
    no_policy: Points = 0
    elderly_from_age: int = Field(default=60, ge=1, le=150)
    repeat_from_call: int = Field(default=3, ge=2, le=100)
    abandoned_within_s: float = Field(default=1800, gt=0, le=86400)
    language_kept_days: int = Field(default=180, ge=1, le=3650)
    green_alerts: tuple[str, ...] = ()
    limit_s: float = Field(default=0.5, gt=0, le=2)

    def rules(self) -> CallerRules:
        """The same for the core."""
        return CallerRules(
            points=dict(self.points),
            no_policy=self.no_policy,
            elderly_from_age=self.elderly_from_age,
            repeat_from_call=self.repeat_from_call,
            abandoned_within_s=self.abandoned_within_s,
            language_kept_days=self.language_kept_days,
            green_alerts=frozenset(self.green_alerts),
            limit_s=self.limit_s,
        )
