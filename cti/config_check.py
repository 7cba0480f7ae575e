"""What only several configuration files together can show: names that nobody defined, ids used twice."""

from collections.abc import Iterable, Mapping, Sequence

from cti.config_knowledge import check_knowledge
from cti.config_messages import check_messages
from cti.config_models import Configuration
from cti.config_queue_check import check_routing
from cti.config_recording import check_recording
from cti.config_reports import check_reports
from cti.config_webhooks import check_webhooks
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem


def cross_check(whole: Configuration, marked: Mapping[str, Marked]) -> list[Problem]:
    """What only several files together can show."""
    skills = set(whole.skills.skills)
    needs = skills | {f"lang:{tag}" for tag in whole.skills.languages} | {"lang:*"}
    found: list[Problem] = []
    if whole.queues.fallback_queue not in whole.queues.queues:
        place = marked["queues"].mark_at(("fallback_queue",))
        found.append(_unknown(place, whole.queues.fallback_queue, whole.queues.queues))
    for name, queue in whole.queues.queues.items():
        found += _unknowns(marked["queues"], ("queues", name, "needs"), queue.needs, needs)
        for index, step in enumerate(queue.relaxation):
            path = ("queues", name, "relaxation", index, "needs")
            found += _unknowns(marked["queues"], path, step.needs, needs)
    for index, agent in enumerate(whole.agents.agents):
        found += _unknowns(marked["agents"], ("agents", index, "skills"), agent.skills, skills)
        languages = whole.skills.languages
        found += _unknowns(
            marked["agents"], ("agents", index, "languages"), agent.languages, languages
        )
    agents, people = whole.agents.agents, whole.agents.people
    ids = [agent.id for agent in agents]
    found += _twice(marked["agents"], "agents", "id", ids)
    found += _twice(marked["agents"], "agents", "extension", [each.extension for each in agents])
    desks = whole.agents.seats
    owned = [each.extension for each in agents]
    found += _twice(marked["agents"], "seats", "seat", [each.seat for each in desks])
    found += _twice(marked["agents"], "seats", "extension", [d.extension for d in desks], owned)
    taken = [*owned, *(desk.extension for desk in desks)]
    phones = [each.extension or f"without {nth}" for nth, each in enumerate(people)]
    found += _twice(marked["agents"], "people", "extension", phones, taken)
    logins = [person.login for person in people]
    found += _twice(marked["agents"], "people", "login", logins, ids)
    found += check_routing(whole.queues, marked["queues"], skills)
    found += check_messages(whole.sms, whole.surveys, marked)
    known = {
        "queue": frozenset(whole.queues.queues),
        "agent": frozenset(ids),
        "wrap_up": whole.wrap_up_codes(),
    }
    found += check_recording(whole.recording, marked["recording"], known)
    has_mail = bool(whole.settings.mail.host)
    found += check_reports(whole.reports, marked["reports"], has_mail=has_mail)
    found += check_webhooks(whole.webhooks, marked["webhooks"])
    named = {"queues": known["queue"], "reasons": known["wrap_up"]}
    found += check_knowledge(whole.knowledge, marked["knowledge"], named)
    return found


def _unknowns(
    data: Marked, path: tuple[str | int, ...], named: Iterable[str], known: Iterable[str]
) -> list[Problem]:
    allowed = set(known)
    return [_unknown(data.mark_at((*path, n)), n, allowed) for n in named if n not in allowed]


def _unknown(mark: Mark, name: str, known: Iterable[str]) -> Problem:
    return Problem(mark, "config.unknown_name", {"name": name, "known": ", ".join(sorted(known))})


def _twice(
    data: Marked, group: str, key: str, values: list[str], taken: Sequence[str] = ()
) -> list[Problem]:
    """What stands in ``values`` before, or is ``taken`` elsewhere."""
    return [
        Problem(data.mark_at((group, index, key)), "config.twice", {"key": key, "value": value})
        for index, value in enumerate(values)
        if value in values[:index] or value in taken
    ]
