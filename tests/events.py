"""Every kind of event, made up: for tests that must hold for all of them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from cti.core.event_wire import EVENT_TYPES
from cti.core.events import Event

_FIRST = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LAST = datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TIMES = st.datetimes(min_value=_FIRST, max_value=_LAST, timezones=st.just(UTC))
st.register_type_strategy(datetime, _TIMES)


def any_event() -> st.SearchStrategy[Event]:
    """One event of any type, with any values its fields allow."""
    return st.sampled_from(sorted(EVENT_TYPES)).flatmap(lambda name: st.builds(EVENT_TYPES[name]))
