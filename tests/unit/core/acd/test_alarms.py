"""The floor's alarms: always the earliest of the moments that are set."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cti.core.acd.alarms import Alarms
from tests.unit.core.acd.floors import START

names = st.sampled_from("abcdef")
moments = st.one_of(st.none(), st.integers(0, 9).map(lambda s: START + timedelta(seconds=s)))


@given(st.lists(st.tuples(names, moments), max_size=400))
def test_the_earliest_is_that_of_a_plain_search(
    settings: list[tuple[str, None]],
) -> None:
    alarms, plain = Alarms(), dict[str, object]()
    for name, at in settings:
        alarms.set(name, at)
        plain[name] = at
        assert alarms.earliest() == min(filter(None, plain.values()), default=None)  # type: ignore[type-var]
