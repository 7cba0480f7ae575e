"""A session survives JSON, at every point of a visit."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.ivr.session import Session

NAMES = st.text("abc_.", min_size=1, max_size=8)
VALUES = st.one_of(st.text(max_size=20), st.integers(-(2**53), 2**53), st.booleans())
SESSIONS = st.builds(
    Session,
    tree=NAMES,
    node=NAMES,
    language=st.sampled_from(["zh", "en"]),
    caller_number=st.text(max_size=20),
    dialed_number=st.text(max_size=20),
    caller=st.dictionaries(NAMES, VALUES, max_size=4),
    variables=st.dictionaries(NAMES, VALUES, max_size=4),
    menus=st.lists(NAMES, max_size=4).map(tuple),
    returns=st.lists(NAMES, max_size=4).map(tuple),
    errors=st.integers(0, 9),
    entered=st.text("0123456789*#", max_size=4),
    waits=st.integers(0, 300),
    ended=st.booleans(),
)


@given(SESSIONS)
def test_a_session_read_back_from_json_is_the_same(session: Session) -> None:
    assert Session.from_plain(json.loads(json.dumps(session.to_plain()))) == session


def test_a_session_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="moon"):
        Session.from_plain({"tree": "1", "moon": 1})


def test_a_session_with_a_missing_field_is_refused() -> None:
    with pytest.raises(TypeError, match="node"):
        Session.from_plain({"tree": "1"})
