"""The demo: simulated agents and callers over real SIP and real desktops, so that screens live."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from cti.config_models import Configuration
from cti.secret_files import Secrets
from cti.simulation.demo_agent import Person, SimulatedAgent
from cti.simulation.demo_callers import Arrivals, Callers
from cti.simulation.phones import Phone, Phones, Registrar
from cti.store.samples import DEMO_NUMBERS

log = logging.getLogger(__name__)

FIRST_RTP_PORT = 30600
REASON_GROUPS: Mapping[str, str] = {
    "motor": "report",
    "major": "report",
    "nonmotor": "report",
    "rescue": "rescue",
    "complaint": "complaint",
    "sales": "sales",
    "staff": "internal",
}
"""Queue → first level of wrap-up reasons; advice for every other queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """``without``: agents left to people. The same seed gives the same callers."""

    calls_per_hour: float
    seed: int
    without: frozenset[str]


async def run_demo(configuration: Configuration, secrets: Secrets, plan: DemoPlan) -> None:
    """Run until cancelled; all phones are gone after that."""
    settings = configuration.settings
    registrar = Registrar(host=settings.sip.host, port=settings.sip.port)
    random = Random(plan.seed)  # noqa: S311 (a simulation, not secrets)
    arrivals = Arrivals(
        registrar=registrar,
        number=settings.sip.numbers[0],
        calls_per_hour=plan.calls_per_hour,
        known=tuple(DEMO_NUMBERS),
    )
    async with Phones(FIRST_RTP_PORT).running() as phones, asyncio.TaskGroup() as tasks:
        for agent in _agents(configuration, secrets, plan, (phones, registrar)):
            tasks.create_task(agent.run())
        log.info("demo runs", extra={"fact": "demo", "calls_per_hour": plan.calls_per_hour})
        tasks.create_task(Callers(arrivals, Random(random.random())).run())  # noqa: S311


def _agents(
    configuration: Configuration,
    secrets: Secrets,
    plan: DemoPlan,
    place: tuple[Phones, Registrar],
) -> Sequence[SimulatedAgent]:
    (phones, registrar), http = place, configuration.settings.http
    reasons = suiting_reasons(configuration)
    found: list[SimulatedAgent] = []
    for agent in configuration.agents.agents:
        if agent.id in plan.without:
            continue
        phone = Phone(agent.extension, registrar, tone_hz=300 + 20 * len(found))
        phones.add(phone, secrets.get(f"sip_{agent.extension}"))
        person = Person(
            agent_id=agent.id, password=secrets.get(f"login_{agent.id}"), reasons=reasons
        )
        random = Random(f"{plan.seed} {agent.id}")  # noqa: S311
        found.append(SimulatedAgent(http.url, person, phone, random))
    return found


def suiting_reasons(configuration: Configuration) -> Mapping[str, Sequence[str]]:
    """For each queue (and none, ``""``) the wrap-up reasons an agent would choose from."""
    groups = {
        name: tuple(group.children) or (name,)
        for name, group in configuration.wrap_up.reasons.items()
    }
    other = groups.get("consult") or next(iter(groups.values()))
    queues = ("", *configuration.queues.queues)
    return {queue: groups.get(REASON_GROUPS.get(queue, ""), other) for queue in queues}
