"""The formulas and the rules of attribution: every figure by hand."""

from collections.abc import Mapping

import pytest

from cti.core import control_events as control
from cti.core import events
from cti.core.measures.facts import MeasureRules
from cti.core.measures.measuring import Measured, asked, measures_of
from cti.core.measures.registry import figures
from cti.core.measures.tallies import Tally
from cti.core.version_events import VisitEnded
from tests.unit.core.measures.lives import Life, at, journal, shift, ticket

RULES = MeasureRules()
HOUR = asked(at(0), at(3600))


def shares(cell: Mapping[str, Tally], *names: str) -> list[float]:
    found = figures(RULES)
    return [round(100 * (found[name].value(cell).shown or 0), 1) for name in names]


def measured(
    *lives: Life, length: str = "whole", by: str = "centre", until_s: float = 3600
) -> Measured:
    return measures_of(journal(*lives), asked(at(0), at(until_s), length, by), RULES)


def numbers(found: Measured, row: str, *names: str) -> list[int]:
    return [found.value(name, 0, row).numerator for name in names]


def test_five_service_levels_of_the_published_example() -> None:
    cell = {
        "answered": Tally(1000, 0, 860),
        "abandoned": Tally(50, 0, 10),
        "short_abandoned": Tally(10, 0, 10),
    }
    names = [f"service_level_{number}" for number in range(1, 6)]
    assert shares(cell, *names) == [83.0, 86.0, 81.1, 82.7, 81.9]


def test_4ps_divides_by_every_request() -> None:
    cell = {"answered": Tally(80, 0, 60), "callback_taken": Tally(10), "overflowed": Tally(10)}
    names = ("service_level_4ps", "service_level_copc", "answer_rate", "lost_rate")
    assert shares(cell, *names) == [60.0, 66.7, 80.0, 20.0]


def test_three_abandon_rates() -> None:
    cell = {
        "answered": Tally(80),
        "abandoned": Tally(15, 0, 5),
        "short_abandoned": Tally(5, 0, 5),
    }
    names = ("abandon_rate", "abandon_rate_long", "abandon_rate_within")
    assert shares(cell, *names) == [20.0, 15.8, 10.0]


def test_answer_speed_is_of_the_answered_and_queue_time_of_all() -> None:
    answered = Life("a", 0).arrive().queue_up("motor").offer("1001", 7.1).answer("1001")
    lost = Life("b", 0).arrive().queue_up("motor").leave("abandoned", 30).end()
    found = measured(answered, lost)
    assert found.value("answer_speed", 0).shown == pytest.approx(10.0)
    assert found.value("queue_time", 0).shown == pytest.approx(20.0)


def test_a_wait_of_exactly_the_limit_is_within_it() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001", 17.1).answer("1001")
    assert measured(life).value("service_level_2", 0).numerator == 1


def test_a_queue_may_have_its_own_limit() -> None:
    rules = MeasureRules(within_by_queue_s={"major": 9.9})
    life = Life("a", 0).arrive().queue_up("major").offer("1001", 7.1).answer("1001")
    assert measures_of(life.told, HOUR, rules).value("service_level_2", 0).numerator == 0


def test_a_transfer_is_an_offer_of_its_queue_and_none_of_the_centre() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001").end_talk("1001")
    life.queue_up("consult", 0.0, "transfer").leave("abandoned", 40).end()
    by_queue, centre = measured(life, by="queue"), measured(life)
    assert numbers(by_queue, "motor", "requests", "answered", "abandoned") == [1, 1, 0]
    assert numbers(by_queue, "consult", "requests", "answered", "abandoned") == [1, 0, 1]
    assert numbers(by_queue, "consult", "entered_by_transfer") == [1]
    assert numbers(centre, "", "requests", "answered", "abandoned") == [1, 1, 0]


def test_an_overflow_is_one_contact_that_waited_in_both_queues() -> None:
    life = Life("a", 0).arrive().queue_up("motor").leave("overflowed", 20)
    life.queue_up("consult", 0.0, "overflow").offer("1001", 7.1).answer("1001")
    found = measured(life)
    assert numbers(found, "", "requests", "answered", "overflowed") == [1, 1, 0]
    assert found.value("answer_speed", 0).shown == pytest.approx(30.0)


def test_a_missed_offer_does_not_begin_a_second_visit() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").miss("1001")
    life.queue_up("motor", 0.0, "missed").offer("1002").answer("1002").end_talk("1002").end()
    found = measured(life, by="agent")
    assert numbers(measured(life), "", "requests", "answered", "offers") == [1, 1, 2]
    assert numbers(found, "1001", "offers", "ring_no_answer", "answered") == [1, 1, 0]
    assert numbers(found, "1002", "offers", "ring_no_answer", "answered") == [1, 0, 1]


def test_service_level_belongs_to_entry_and_handling_to_the_end() -> None:
    life = Life("a", 850).arrive().queue_up("motor").offer("1001", 60).answer("1001")
    life.end_talk("1001", 1000).end()
    found = measured(life, length="15m")
    assert [found.value("answered", n).numerator for n in range(4)] == [1, 0, 0, 0]
    assert [found.value("talks_in", n).numerator for n in range(4)] == [0, 0, 1, 0]


def test_handling_counts_talk_hold_and_wrap_up_once() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001")
    life.hold("1001", 30, 10).end_talk("1001", 60, 20).end()
    found = measured(life)
    names = ("talk_time_in", "hold_time_in", "wrap_up_time_in", "call_time_in", "handle_time_in")
    assert [found.value(name, 0).shown for name in names] == [70.0, 30.0, 20.0, 100.0, 120.0]


def test_callbacks_are_no_service_level_but_their_own() -> None:
    origin = Life("a", 0).arrive().queue_up("motor").leave("callback_taken", 60).end()
    found = measured(origin, ticket(origin, "1001", 300), length="whole")
    assert numbers(found, "", "requests", "callback_taken", "answered") == [1, 1, 0]
    assert found.value("callbacks_in_time", 0).shown == 1.0
    assert found.value("callback_wait", 0).shown == pytest.approx(300.0)
    assert numbers(found, "", "talks_callback", "talks_in", "traffic") == [1, 0, 1]


def test_test_calls_are_counted_nowhere() -> None:
    life = Life("a", 0, "10000").arrive().queue_up("motor").offer("1001").answer("1001")
    rules = MeasureRules(excluded=frozenset({"10000"}))
    found = measures_of(life.told, HOUR, rules)
    assert numbers(found, "", "arrived", "requests", "answered", "offers") == [0, 0, 0, 0]


def test_agent_time_is_split_where_intervals_meet() -> None:
    found = measures_of(shift("1001", 600, 3000), asked(at(0), at(3600), "15m", "agent"), RULES)
    signed_in = [found.value("signed_in", n, "1001").shown for n in range(4)]
    assert signed_in == [300.0, 900.0, 900.0, 300.0]
    assert found.whole("not_ready", "1001").shown == 605.0


def test_work_rate_leaves_the_meal_out() -> None:
    life = Life("a", 700).arrive().queue_up("motor").offer("1001").answer("1001")
    life.end_talk("1001", 200, 40).end()
    found = measures_of(journal(life, shift("1001", 600, 3000)), HOUR, RULES)
    assert found.value("work_rate", 0).numerator == 240_000
    assert found.value("work_rate", 0).denominator == 1_800_000
    assert found.value("occupancy_4ps", 0).denominator == 2_400_000


def test_solved_at_once_by_flag_and_by_no_repeat() -> None:
    first = Life("a", 0).arrive().wrap("1001", "查询", solved=True)
    again = Life("b", 500).arrive().wrap("1001", "查询", solved=False)
    other = Life("c", 900).arrive().wrap("1001", "报案", solved=True)
    found = measured(first, again, other)
    assert (found.value("solved_rate", 0).numerator, found.value("solved_rate", 0).denominator) == (
        2,
        3,
    )
    assert found.value("unrepeated_rate", 0).numerator == 2


def test_menu_figures() -> None:
    served = Life("a", 0).arrive()
    served.note(events.LookupEnded, source="claims.status", result="found", took_s=0.1)
    served.note(VisitEnded, 5, version=1, end="gone", node="say_status").end()
    lost = Life("b", 0).arrive().note(VisitEnded, 5, version=1, end="gone", node="root").end()
    found = measured(served, lost)
    assert found.value("menu_containment", 0).shown == 0.5
    assert found.value("menu_abandon_rate", 0).shown == 0.5


def test_a_day_is_one_of_the_centre_s_calendar() -> None:
    late = Life("a", 24 * 3600 - 1).arrive().queue_up("motor", 0.0).leave("abandoned", 30).end()
    early = Life("b", 24 * 3600).arrive().queue_up("motor", 0.0).leave("abandoned", 30).end()
    found = measured(late, early, length="day", until_s=48 * 3600)
    assert [found.value("arrived", n).numerator for n in range(2)] == [1, 1]


def test_elderly_callers_are_a_row() -> None:
    life = Life("a", 0).arrive(("elderly",)).queue_up("motor").leave("abandoned", 30).end()
    assert numbers(measured(life, by="class"), "elderly", "requests", "abandoned") == [1, 1]


def test_a_consulted_colleagues_time_is_his_own_and_the_callers_hold_the_agents() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001")
    life.consult("1001", "1002", "failed").end_talk("1001", 10, 5).end()
    signed_in = [*shift("1001", 0, 3000), *shift("1002", 0, 3000)]
    found = measures_of(journal(life, signed_in), asked(at(0), at(3600), "whole", "agent"), RULES)
    assert found.whole("offered", "1002").shown == pytest.approx(4.0)
    assert found.whole("hold_time_in", "1001").shown == pytest.approx(5.1)
    assert found.whole("consultations", "1001").numerator == 1


def test_a_conference_is_work_of_both_agents() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001")
    life.consult("1001", "1002", "conferenced").end_talk("1001", 10, 5).end()
    signed_in = [*shift("1001", 0, 3000), *shift("1002", 0, 3000)]
    found = measures_of(journal(life, signed_in), asked(at(0), at(3600), "whole", "agent"), RULES)
    assert found.whole("talking", "1002").shown == pytest.approx(9.0)
    assert found.whole("holding", "1002").shown == pytest.approx(9.0)


def test_a_colleague_in_a_conference_has_a_talk_of_his_own() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001")
    life.consult("1001", "1002", "conferenced").end_talk("1001", 10, 5).end()
    found = measures_of(journal(life), asked(at(0), at(3600), "whole", "agent"), RULES)
    assert numbers(found, "1002", "talks_in", "talk_time_in", "wrap_up_time_in") == [1, 9000, 0]
    assert numbers(found, "1001", "talks_in") == [1]


def handed_over() -> Life:
    """Of a conference of 9 s the colleague keeps the caller for 20 s more; the caller rates him."""
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001")
    life.consult("1001", "1002", "conferenced").told.pop()  # he does not leave
    life.note(events.Transferred, by="1001", target="1002", how="attended", target_kind="agent")
    life.end_talk("1001", 0, 5)
    life.note(events.Established, agent_id="1002", agent_channel="PJSIP/1002", waited_s=0.0)
    life.note(events.NodeEntered, 20, node="ask", kind="survey").end_talk("1002", 0, 5)
    return life.wrap("1001", "report").end()


def test_who_has_a_conference_in_the_end_talked_from_its_begin() -> None:
    found = measures_of(journal(handed_over()), asked(at(0), at(3600), "whole", "agent"), RULES)
    assert numbers(found, "1002", "talks_in", "talk_time_in") == [1, 29_000]
    assert found.whole("survey_rate", "1002").denominator == 1


def test_a_record_counts_for_the_queue_of_whose_it_is() -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001").end_talk("1001")
    life.wrap("1001", "report").queue_up("consult", why="transfer").offer("1002").answer("1002")
    found = measured(life.end_talk("1002").wrap("1002", "advice").end(), by="queue")
    assert [found.value("solved_rate", 0, row).denominator for row in ("motor", "consult")] == [
        1,
        1,
    ]


def test_an_outbound_call_is_dialling_then_talk_and_no_offer() -> None:
    life = Life("a", 100)
    life.note(control.Originated, agent_id="1001", number="13900000001", shown_number="95518")
    life.note(events.AgentAnswered, 3, agent_id="1001").talk_s = life.now_s + 9
    life.note(
        events.Established, 9, agent_id="1001", agent_channel="PJSIP/1001", waited_s=0.0
    ).end_talk("1001", 60, 5).end()
    found = measures_of(
        journal(life, shift("1001", 0, 3000)), asked(at(0), at(3600), "whole", "agent"), RULES
    )
    assert found.whole("dialling", "1001").shown == pytest.approx(12.0)
    names = ("talks_out", "talks_in", "offers", "traffic_out", "reach_rate")
    assert [found.whole(name, "1001").numerator for name in names] == [1, 0, 0, 1, 1]


def broken(life: Life, agent: str) -> Life:
    """The agent's phone is lost a minute into the talk, and the caller is at the head of his queue again."""
    life.note(events.ConnectionCleared, 60, agent_id=agent, talked_s=60.0, why="lost", cause=44)
    return life.queue_up("motor", 0, why="lost")


@pytest.mark.parametrize("by", ["centre", "queue"])
@pytest.mark.parametrize("outcome", ["reconnected", "broken_off"])
def test_a_call_whose_talk_broke_off_is_one_answered_call(by: str, outcome: str) -> None:
    life = Life("a", 0).arrive().queue_up("motor").offer("1001").answer("1001")
    broken(life, "1001").leave(outcome, 20)
    found = measured(life.end(), by=by)
    row = "motor" if by == "queue" else ""
    names = ("requests", "answered", "abandoned_all", "overflowed", "talks_broken")
    assert numbers(found, row, *names) == [1, 1, 0, 0, 1]
    assert found.value("queue_time", 0, row).shown == pytest.approx(3.9)
