"""A calendar as native dialplan: opening hours by arithmetic on the seconds since 1970.

Asterisk's own GotoIfTime knows no holidays, and its time zones come from files that may be missing
where it runs: offsets are compiled in instead, with their changes for as long as the file is good.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from cti.asterisk.survive_words import Step, extension, named_apart
from cti.core.clock.hours import MINUTES_OF_DAY, Calendar, OpeningHours, Span

GOOD_FOR_DAYS = 400
"""Holidays of so many days are in the file; it is written anew at each start and publish."""
HOURS, DAYS = "acd-survive-hours", "acd-survive-days"
HOLIDAY = "h"
_EPOCH_DAY = date(1970, 1, 1)
_THURSDAY = 3


def calendar_contexts(calendar: Calendar, names: Iterable[str], since: date) -> Iterator[str]:
    """Both contexts: each name's hours, and what kind of day a day is."""
    variables = hour_variables(names)
    yield f"[{HOURS}]"
    yield from extension("clock", _clock(calendar, since))
    for name, variable in variables.items():
        yield from extension(variable, _hours(calendar.hours[name], variable))
    yield f"[{DAYS}]"
    for day in _special(calendar, since):
        kind = HOLIDAY if day in calendar.holidays else "0"
        yield f"exten => {_number(day)},1,Return({kind})"
    yield f"exten => _X.,1,Return($[(${{EXTEN}} + {_THURSDAY}) % 7])"


def hour_variables(names: Iterable[str]) -> dict[str, str]:
    """Hours' name → the channel variable that is 1 while they are open."""
    return dict(named_apart(sorted(set(names)), "H_"))


def _special(calendar: Calendar, since: date) -> list[date]:
    until = since + timedelta(days=GOOD_FOR_DAYS)
    days = calendar.holidays | calendar.make_up_days
    return sorted(day for day in days if since - timedelta(days=1) <= day <= until)


def _number(day: date) -> int:
    return (day - _EPOCH_DAY).days


def _clock(calendar: Calendar, since: date) -> list[Step]:
    """Minute of the day, and the kinds of today and yesterday: 0 (Monday) to 6, or a holiday."""
    return [
        Step("Set(W_NOW=${EPOCH})"),
        *(Step(line) for line in _offset(calendar, since)),
        Step("Set(W_NOW=$[${W_NOW} + ${W_OFFSET_S}])"),
        Step("Set(W_DAY=$[(${W_NOW} - ${W_NOW} % 86400) / 86400])"),
        Step("Set(W_MINUTE=$[(${W_NOW} % 86400 - ${W_NOW} % 60) / 60])"),
        Step(f"Gosub({DAYS},${{W_DAY}},1)"),
        Step("Set(W_TODAY=${GOSUB_RETVAL})"),
        Step(f"Gosub({DAYS},$[${{W_DAY}} - 1],1)"),
        Step("Set(W_YESTERDAY=${GOSUB_RETVAL})"),
        Step("Return()"),
    ]


def _offset(calendar: Calendar, since: date) -> Iterator[str]:
    """The zone's seconds east of Greenwich, by the hour in which they change."""
    moment = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=1)
    last: int | None = None
    for _ in range((GOOD_FOR_DAYS + 2) * 24):
        offset = moment.astimezone(calendar.zone).utcoffset() or timedelta()
        seconds = int(offset.total_seconds())
        if last is None:
            yield f"Set(W_OFFSET_S={seconds})"
        elif seconds != last:
            later = f"$[${{W_NOW}} >= {int(moment.timestamp())}]"
            yield f"ExecIf({later}?Set(W_OFFSET_S={seconds}))"
        last = seconds
        moment += timedelta(hours=1)


def _hours(opening: OpeningHours, variable: str) -> list[Step]:
    return [
        Step(f"Gosub({HOURS},clock,1)"),
        Step(f"Set({variable}=$[{_open(opening)}])"),
        Step("Return()"),
    ]


def _open(opening: OpeningHours) -> str:
    """The expression that is 1 while open: spans of today, and of yesterday past midnight."""
    kinds = [*((str(index), spans) for index, spans in enumerate(opening.week))]
    kinds.append((HOLIDAY, opening.holiday))
    if all(spans == (Span(0, MINUTES_OF_DAY),) for _, spans in kinds):
        return "1"
    parts: list[str] = []
    for spans in dict.fromkeys(spans for _, spans in kinds):
        days = [kind for kind, of_kind in kinds if of_kind == spans]
        for span in spans:
            parts.append(f"({_day('W_TODAY', days)} & {_within(span, 0)})")
            if span.closes > MINUTES_OF_DAY:
                parts.append(f"({_day('W_YESTERDAY', days)} & {_within(span, MINUTES_OF_DAY)})")
    return " | ".join(parts) or "0"


def _day(variable: str, kinds: Iterable[str]) -> str:
    return "(" + " | ".join(f'"${{{variable}}}" = "{kind}"' for kind in kinds) + ")"


def _within(span: Span, later: int) -> str:
    opens, closes = span.opens - later, span.closes - later
    return f"(${{W_MINUTE}} >= {max(0, opens)} & ${{W_MINUTE}} < {closes})"
