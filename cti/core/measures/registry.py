"""Every figure: which sums it divides by which. The one list that documents, HTTP and screens show.

Names and formulas in words are the messages ``measures.figure.NAME``; docs/measures.md is made of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cti.core.measures.facts import CONTACT, DIRECTIONS, VISIT_ENDS, MeasureRules
from cti.core.measures.figures import Figure, Pick, Rule, Term, Unit
from cti.core.measures.paid import PAID, ROSTERED
from cti.core.measures.tallies import SIGN_IN

NODE_EXITS = ("node.exit.gone", "node.exit.hangup", "node.exit.fault")
TIME = "time."
"""Begins every kind of time."""
COMPARED = "unrepeated"
"""The kind that no contact has by itself: see ``tallies.unrepeated``."""


def stored_kinds(wanted: Iterable[Figure], *, of_visits: bool) -> frozenset[str]:
    """The kinds of facts, as they are kept, that the figures are summed from; not agents' time."""
    terms = {term.kind for figure in wanted for term in (*figure.above, *figure.below)}
    elsewhere = (TIME, PAID, COMPARED, SIGN_IN)
    kinds = (kind for kind in terms if not kind.startswith(elsewhere))
    return frozenset(one for kind in kinds for one in _stored(kind, of_visits))


def _stored(kind: str, of_visits: bool) -> tuple[str, ...]:
    if kind == "node.exit.":
        return NODE_EXITS
    return (CONTACT + kind,) if kind in VISIT_ENDS and not of_visits else (kind,)


def _terms(kinds: Iterable[str], pick: Pick = Pick.CASES, sign: int = 1) -> tuple[Term, ...]:
    return tuple(Term(kind, pick, sign) for kind in kinds)


_A, _A_T = (Term("answered"),), (Term("answered", Pick.WITHIN),)
_LOST = ("abandoned", "short_abandoned")
_B, _B_T = _terms(_LOST), _terms(_LOST, Pick.WITHIN)
_REQUESTS = _terms(VISIT_ENDS)
_WORK = _terms(("time.talking", "time.held", "time.consulting", "time.conferencing"), Pick.TOTAL)
_WRAP_UP = (Term("time.wrap_up", Pick.TOTAL),)
_READY = (Term("time.ready", Pick.TOTAL),)
_SIGNED_IN = (Term("time.", Pick.TOTAL),)
_PAID = (Term(PAID, Pick.TOTAL),)


def _share(name: str, rule: Rule, above: tuple[Term, ...], below: tuple[Term, ...]) -> Figure:
    return Figure(name=name, unit=Unit.SHARE, rule=rule, above=above, below=below)


def _mean(name: str, rule: Rule, above: tuple[Term, ...], below: tuple[Term, ...]) -> Figure:
    return Figure(name=name, unit=Unit.SECONDS, rule=rule, above=above, below=below)


def _count(name: str, rule: Rule, *kinds: str) -> Figure:
    return Figure(name=name, unit=Unit.COUNT, rule=rule, above=_terms(kinds or (name,)))


def _time(name: str, *kinds: str) -> Figure:
    above = _terms(kinds, Pick.TOTAL)
    return Figure(name=name, unit=Unit.SECONDS, rule=Rule.SPLIT, above=above)


_QUEUE = (
    _count("requests", Rule.ENTRY, *VISIT_ENDS),
    *(_count(name, Rule.ENTRY) for name in VISIT_ENDS),
    _count("abandoned_all", Rule.ENTRY, *_LOST),
    _share("service_level_1", Rule.ENTRY, _A_T + _B_T, _A + _B),
    _share("service_level_2", Rule.ENTRY, _A_T, _A),
    _share("service_level_3", Rule.ENTRY, _A_T, _A + _B),
    _share("service_level_4", Rule.ENTRY, _A_T, _A + _B + _terms(_LOST, Pick.WITHIN, -1)),
    _share(
        "service_level_5", Rule.ENTRY, _A_T, _A + _B + _terms(("short_abandoned",), Pick.CASES, -1)
    ),
    _share("service_level_4ps", Rule.ENTRY, _A_T, _REQUESTS),
    _share(
        "service_level_copc",
        Rule.ENTRY,
        _A_T,
        _REQUESTS + _terms(("overflowed",), Pick.CASES, -1),
    ),
    _share("answer_rate", Rule.ENTRY, _A, _REQUESTS),
    _share("abandon_rate", Rule.ENTRY, _B, _A + _B),
    _share("abandon_rate_long", Rule.ENTRY, (Term("abandoned"),), (*_A, Term("abandoned"))),
    _share("abandon_rate_within", Rule.ENTRY, _B_T, _A + _B),
    _share(
        "lost_rate",
        Rule.ENTRY,
        _terms(kind for kind in VISIT_ENDS if kind != "answered"),
        _REQUESTS,
    ),
    _mean("answer_speed", Rule.ENTRY, (Term("answered", Pick.TOTAL),), _A),
    _mean("queue_time", Rule.ENTRY, _terms(VISIT_ENDS, Pick.TOTAL), _REQUESTS),
    _count("entered_by_transfer", Rule.ENTRY, "entered.transfer"),
)
_ESTIMATES = (
    _mean(
        "estimate_error",
        Rule.MOMENT,
        (Term("estimate.error", Pick.TOTAL),),
        (Term("estimate.error"),),
    ),
    _mean(
        "estimate_bias", Rule.MOMENT, (Term("estimate.bias", Pick.TOTAL),), (Term("estimate.bias"),)
    ),
    _share(
        "estimate_near",
        Rule.MOMENT,
        (Term("estimate.error", Pick.WITHIN),),
        (Term("estimate.error"),),
    ),
)


def _handling(direction: str) -> tuple[Figure, ...]:
    """The handling of calls of one direction; the interval is that of the talk's end."""
    talk, hold, wrap_up = (f"{part}.{direction}" for part in ("talk", "hold", "wrap_up"))
    talks = (Term(talk),)
    return (
        _count(f"talks_{direction}", Rule.END, talk),
        _mean(
            f"handle_time_{direction}", Rule.END, _terms((talk, hold, wrap_up), Pick.TOTAL), talks
        ),
        _mean(f"call_time_{direction}", Rule.END, _terms((talk, hold), Pick.TOTAL), talks),
        _mean(f"talk_time_{direction}", Rule.END, (Term(talk, Pick.TOTAL),), talks),
        _mean(f"hold_time_{direction}", Rule.END, (Term(hold, Pick.TOTAL),), talks),
        _mean(f"wrap_up_time_{direction}", Rule.END, (Term(wrap_up, Pick.TOTAL),), talks),
    )


_TRAFFIC = (
    _count("traffic", Rule.BEGIN, "handled.in", "handled.out", "handled.callback"),
    _count("traffic_in", Rule.BEGIN, "handled.in"),
    _count("traffic_out", Rule.BEGIN, "handled.out", "handled.callback"),
    _count("arrived", Rule.BEGIN, "begun.in"),
    _count("dialled", Rule.BEGIN, "begun.out"),
    _share("reach_rate", Rule.BEGIN, (Term("handled.out"),), (Term("begun.out"),)),
    _count("survived", Rule.MOMENT),
)
_MENU = (
    _share("menu_answer_rate", Rule.BEGIN, (Term("ivr.answered"),), (Term("begun.in"),)),
    _share("menu_containment", Rule.BEGIN, (Term("ivr.served"),), (Term("ivr.answered"),)),
    _share("menu_abandon_rate", Rule.BEGIN, (Term("ivr.abandoned"),), (Term("ivr.answered"),)),
    _count("node_entered", Rule.MOMENT, "node.entered"),
    _count("node_errors", Rule.MOMENT, "node.no_match", "node.no_input"),
    _count("node_exits", Rule.MOMENT, "node.exit."),
    _count("voicemails", Rule.MOMENT, "voicemail.left"),
)
_AGENTS = (
    _count("offers", Rule.MOMENT, "offer"),
    _count("ring_no_answer", Rule.MOMENT, "offer.noAnswer"),
    _count("refused", Rule.MOMENT, "offer.refused", "offer.whisperHangup"),
    _count("talks_broken", Rule.MOMENT, "talk.broken"),
    _count("phone_failed", Rule.MOMENT, "offer.busy", "offer.unreachable"),
    _share(
        "missed_rate",
        Rule.MOMENT,
        _terms(("offer.noAnswer", "offer.refused", "offer.whisperHangup")),
        (Term("offer"),),
    ),
    _count("transfers", Rule.MOMENT, "transfer.blind", "transfer.attended"),
    _count("consultations", Rule.MOMENT, "consultation"),
    _count("conferences", Rule.MOMENT, "conference"),
    _count("sign_ins", Rule.MOMENT, SIGN_IN),
    _time("signed_in", "time."),
    _time("ready", "time.ready"),
    _time("not_ready", "time.not_ready."),
    _time("offered", "time.reserved", "time.ringing", "time.whisper"),
    _time("talking", "time.talking", "time.conferencing"),
    _time("holding", "time.held", "time.consulting"),
    _time("dialling", "time.dialling"),
    _time("wrapping_up", "time.wrap_up"),
    _share("occupancy", Rule.SPLIT, _WORK + _WRAP_UP, _WORK + _WRAP_UP + _READY),
    _share("occupancy_4ps", Rule.SPLIT, _WORK + _WRAP_UP, _SIGNED_IN),
    _share("available_rate", Rule.SPLIT, _WORK + _WRAP_UP + _READY, _SIGNED_IN),
    _time("paid", PAID),
    _share("rostered_rate", Rule.SPLIT, (Term(ROSTERED, Pick.TOTAL),), _PAID),
    _share("paid_use", Rule.SPLIT, _WORK + _WRAP_UP, _PAID),
    _share("paid_utilisation", Rule.SPLIT, _WORK + _WRAP_UP + _READY, _PAID),
)
_QUALITY = (
    _share("solved_rate", Rule.MOMENT, (Term("wrapped", Pick.TOTAL),), (Term("wrapped"),)),
    _share("unrepeated_rate", Rule.MOMENT, (Term("unrepeated"),), (Term("wrapped"),)),
    _share(
        "satisfied_rate",
        Rule.MOMENT,
        (Term("survey.answered", Pick.TOTAL),),
        (Term("survey.answered"),),
    ),
    _share("survey_rate", Rule.MOMENT, (Term("survey.answered"),), (Term("survey.invited"),)),
)
_CALLBACKS = (
    _count("callbacks_requested", Rule.MOMENT, "callback.requested"),
    _count("callbacks_connected", Rule.MOMENT, "callback.connected"),
    _count("callbacks_dialled", Rule.MOMENT, "callback.dialled"),
    _count("callbacks_failed", Rule.MOMENT, "callback.closed.failed"),
    _share(
        "callbacks_in_time",
        Rule.MOMENT,
        (Term("callback.connected", Pick.WITHIN),),
        (Term("callback.connected"),),
    ),
    _mean(
        "callback_wait",
        Rule.MOMENT,
        (Term("callback.connected", Pick.TOTAL),),
        (Term("callback.connected"),),
    ),
)


def figures(rules: MeasureRules) -> Mapping[str, Figure]:
    """Every figure by its name, as the house counts it."""
    off = _terms(
        (f"time.not_ready.{reason}" for reason in sorted(rules.off_reasons)), Pick.TOTAL, -1
    )
    work_rate = _share("work_rate", Rule.SPLIT, _WORK + _WRAP_UP, _SIGNED_IN + off)
    handling = (each for direction in DIRECTIONS for each in _handling(direction))
    groups = (
        *_QUEUE,
        *_ESTIMATES,
        *handling,
        *_TRAFFIC,
        *_MENU,
        *_AGENTS,
        work_rate,
        *_QUALITY,
        *_CALLBACKS,
    )
    return {figure.name: figure for figure in groups}
