"""What each event makes of its contact. An event that no figure needs changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cti.core import callback_events as callbacks
from cti.core import control_events as control
from cti.core import events, version_events, work_events
from cti.core.areas import said_area
from cti.core.events import Event, Outcome
from cti.core.measures.contact import CALLER_CLASSES, Contact, Visit, skill_of
from cti.core.measures.facts import MeasureRules, epoch_ms, whole_ms
from cti.core.measures.talk_events import TALK_STEPS, talking


def take(contact: Contact, event: Event, rules: MeasureRules) -> None:
    """Fold one event of the contact in; events come in the journal's order."""
    at_ms = epoch_ms(event.at)
    if contact.began_ms is None:
        contact.began_ms = at_ms
    if type(event) is events.SurveyAnswered:
        _survey(contact, event, at_ms, rules)
    elif step := _STEPS.get(type(event)):
        step(contact, event, at_ms)


def _offered(contact: Contact, event: events.Offered, at_ms: int) -> None:
    contact.begin(at_ms, (event.caller_number, event.dialed_number), "in")
    contact.reconstructed, contact.area = event.reconstructed, event.area
    _class(contact, event.flags)


def _class(contact: Contact, flags: tuple[str, ...]) -> None:
    contact.caller_class = next((name for name in CALLER_CLASSES if name in flags), "")


def _originated(contact: Contact, event: control.Originated, at_ms: int) -> None:
    contact.begin(at_ms, (event.shown_number, event.number), "out")
    contact.note("dialled.out", at_ms, agent_id=event.agent_id)


def _dial_failed(contact: Contact, event: control.DialFailed, at_ms: int) -> None:
    contact.note("unreached.out", at_ms, agent_id=event.agent_id)


def _callback_requested(contact: Contact, event: callbacks.CallbackRequested, at_ms: int) -> None:
    contact.begin(at_ms, (event.number, event.caller_number), "callback")
    contact.area = event.area
    contact.note("callback.requested", at_ms, queue=event.queue)
    contact.visits.clear()


def _callback_dialled(contact: Contact, event: callbacks.CallbackDialed, at_ms: int) -> None:
    contact.note("callback.dialled", at_ms, agent_id=event.agent_id)


def _callback_connected(contact: Contact, event: callbacks.CallbackConnected, at_ms: int) -> None:
    waited_ms = max(0, at_ms - (contact.began_ms or at_ms))
    contact.note("callback.connected", at_ms, value=waited_ms, agent_id=event.agent_id)


def _callback_failed(contact: Contact, event: callbacks.CallbackFailed, at_ms: int) -> None:
    contact.note("callback.unreached", at_ms, agent_id=event.agent_id or "")


def _callback_closed(contact: Contact, event: callbacks.CallbackClosed, at_ms: int) -> None:
    contact.note(f"callback.closed.{event.result}", at_ms, queue=event.queue)


def _node(contact: Contact, event: events.NodeEntered, at_ms: int) -> None:
    contact.in_menu = True
    contact.note("node.entered", at_ms, node=event.node)
    if event.kind == "survey" and not any(n["kind"] == "survey.invited" for n in contact.noted):
        last = contact.last_heard()
        who = {"agent_id": last.agent_id, "queue": last.queue} if last else {}
        contact.note("survey.invited", at_ms, **who)


def _at_node(kind: str) -> Callable[[Contact, Any, int], None]:
    return lambda contact, event, at_ms: contact.note(kind, at_ms, node=event.node)


def _looked_up(contact: Contact, event: events.LookupEnded, _at_ms: int) -> None:
    contact.served_by_menu = contact.served_by_menu or event.result == "found"


def _visit_ended(contact: Contact, event: version_events.VisitEnded, at_ms: int) -> None:
    if event.end in ("gone", "hangup", "fault"):
        contact.note(f"node.exit.{event.end}", at_ms, node=event.node)
    if not event.entry:
        contact.menu_end, contact.menu_ended_ms = event.end, at_ms


def _survey(
    contact: Contact, event: events.SurveyAnswered, at_ms: int, rules: MeasureRules
) -> None:
    rating = event.answers.get(rules.rating)
    if rating is not None:
        who = {"queue": event.queue, "agent_id": event.agent_id}
        contact.note("survey.answered", at_ms, value=int(rating in rules.satisfied), **who)


def _queued(contact: Contact, event: events.Queued, at_ms: int) -> None:
    contact.area = said_area(event.variables) or contact.area
    contact.branch = event.variables.get("branch", "") or contact.branch
    if event.flags:
        _class(contact, event.flags)
    now = contact.open_visit()
    if now is not None and now.queue == event.queue:
        return  # back at its head after a missed offer, or found again: the same visit
    if now is not None:
        now.left_ms, now.outcome, now.reconstructed = at_ms, Outcome.OVERFLOWED.value, True
    contact.visits.append(
        Visit(
            queue=event.queue,
            entered_ms=at_ms,
            skill=skill_of(event.needs),
            why=event.why,
            reconstructed=event.reconstructed or event.why in ("survived", "recovered"),
        )
    )


def _announced(contact: Contact, event: control.WaitAnnounced, at_ms: int) -> None:
    visit = contact.open_visit()
    if visit and event.wait_s is not None:
        visit.told.append((at_ms, event.wait_s * 1000))


def _left(contact: Contact, event: events.QueueLeft, at_ms: int) -> None:
    visit = contact.open_visit()
    if visit is None:
        if contact.visits and contact.visits[-1].left_ms == at_ms:
            return  # told twice
        entered_ms = at_ms - whole_ms(event.waited_s)
        visit = Visit(queue=event.queue, entered_ms=entered_ms, reconstructed=True)
        contact.visits.append(visit)
    visit.left_ms, visit.outcome = max(at_ms, visit.entered_ms), event.outcome.value
    visit.reconstructed = visit.reconstructed or event.reconstructed
    if event.outcome is Outcome.ANSWERED and contact.talks:
        visit.agent_id = contact.talks[-1].agent_id
        contact.talks[-1].queue = visit.queue
    contact.moved_on = contact.moved_on or event.outcome is Outcome.CALLBACK_TAKEN


def _allocated(contact: Contact, event: events.AgentAllocated, at_ms: int) -> None:
    contact.note("offer", at_ms, agent_id=event.agent_id, queue=event.queue)


def _diverted(contact: Contact, event: events.Diverted, at_ms: int) -> None:
    if contact.direction == "out":
        return  # his own call did not find him at his phone: nobody offered him anything
    visit = contact.visits[-1] if contact.visits else None
    who = {"agent_id": event.agent_id, "queue": visit.queue if visit else ""}
    contact.note(f"offer.{event.cause.value}", at_ms, **who)


def _transferred(contact: Contact, event: events.Transferred, at_ms: int) -> None:
    if not event.by:
        contact.moved_on = True
    contact.note(f"transfer.{event.how}", at_ms, **talking(contact, event.by))


def _voicemail(contact: Contact, event: work_events.VoicemailLeft, at_ms: int) -> None:
    contact.moved_on = True
    contact.note("voicemail.left", at_ms, value=whole_ms(event.seconds), queue=event.box)


def _survived(contact: Contact, _event: events.CallSurvived, at_ms: int) -> None:
    contact.in_menu = True
    contact.note("survived", at_ms)


def _cleared(contact: Contact, event: events.CallCleared, at_ms: int) -> None:
    contact.ended_ms = at_ms
    contact.reconstructed = contact.reconstructed or event.reconstructed
    for talk in contact.talks:
        if talk.until_ms is None:
            talk.end(at_ms)


_STEPS: Mapping[type[Event], Callable[[Contact, Any, int], None]] = {
    **TALK_STEPS,
    events.Offered: _offered,
    events.NodeEntered: _node,
    events.NoMatchHeard: _at_node("node.no_match"),
    events.NoInputHeard: _at_node("node.no_input"),
    events.LookupEnded: _looked_up,
    events.Queued: _queued,
    events.QueueLeft: _left,
    events.AgentAllocated: _allocated,
    events.Diverted: _diverted,
    events.Transferred: _transferred,
    events.CallSurvived: _survived,
    events.CallCleared: _cleared,
    version_events.VisitEnded: _visit_ended,
    work_events.VoicemailLeft: _voicemail,
    control.Originated: _originated,
    control.DialFailed: _dial_failed,
    control.WaitAnnounced: _announced,
    callbacks.CallbackRequested: _callback_requested,
    callbacks.CallbackDialed: _callback_dialled,
    callbacks.CallbackConnected: _callback_connected,
    callbacks.CallbackFailed: _callback_failed,
    callbacks.CallbackClosed: _callback_closed,
}
NEEDED = frozenset({*(cls.TYPE for cls in _STEPS), events.SurveyAnswered.TYPE})
"""Types of events that change a contact."""
