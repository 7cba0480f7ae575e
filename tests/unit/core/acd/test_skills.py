from cti.core.acd.skills import abilities, fits, level_in, merged, relaxed


def test_a_language_is_an_ability_at_level_1() -> None:
    assert abilities({"motor": 3}, ["zh", "en"]) == {"motor": 3, "lang:zh": 1, "lang:en": 1}


def test_of_two_needs_for_one_skill_the_higher_level_holds() -> None:
    assert merged({"motor": 2, "calm": 1}, {"motor": 3}, {"motor": 1}) == {"motor": 3, "calm": 1}


def test_a_relaxation_lowers_a_level() -> None:
    assert relaxed({"motor": 3, "calm": 1}, {"motor": 1}) == {"motor": 1, "calm": 1}


def test_a_relaxation_never_asks_more_of_a_call_that_asked_for_less() -> None:
    assert relaxed({"motor": 1}, {"motor": 2}) == {"motor": 1}


def test_a_relaxation_drops_a_need_at_level_0() -> None:
    assert relaxed({"motor": 3, "calm": 1}, {"calm": 0}) == {"motor": 3}


def test_a_relaxation_replaces_one_skill_by_another() -> None:
    assert relaxed({"motor": 2}, {"motor": 0, "consult": 1}) == {"consult": 1}


def test_a_relaxation_with_a_star_drops_whatever_language_was_asked_for() -> None:
    assert relaxed({"motor": 2, "lang:bo-adx": 1}, {"lang:*": 0}) == {"motor": 2}


def test_dropping_a_need_that_is_not_there_changes_nothing() -> None:
    assert relaxed({"motor": 2}, {"calm": 0, "lang:*": 0}) == {"motor": 2}


def test_an_agent_fits_at_the_very_level_asked_for_and_not_below() -> None:
    assert fits({"motor": 2}, [("motor", 2)])
    assert not fits({"motor": 2}, [("motor", 3)])
    assert not fits({}, [("motor", 1)])


def test_the_level_in_several_needs_is_their_sum() -> None:
    assert level_in({"motor": 3, "calm": 2, "agri": 5}, [("motor", 1), ("calm", 1)]) == 5
