"""A small house for the tests of whole-tree rules: prompts of known length, two queues, two agents."""

from cti.core.acd.queue import QueuePolicy, Relaxation
from cti.core.agent_state import Agent
from cti.core.ids import AgentId, QueueName
from cti.core.ivr.rules.house import House, Queue, Rostered
from cti.core.ivr.rules.places import Places, places_of
from cti.core.ivr.rules.sounds import Sounds
from cti.core.ivr.rules.table import RULES, Level, Rules, Setting
from cti.core.problems import Mark
from tests.unit.core.ivr.trees import tree_of

SECONDS = {"hello": 2.0, "no_input": 1.0, "invalid": 1.5, "too_many_errors": 3.0, "bye": 4.0}
TEXTS = {
    "hello": "您好",
    "bye": "再见",
    "ask": "报案请按1;人工请按0。",
    "offer": "现在投保有优惠。",
    "recording_notice": "通话可能会被录音。",
}
STRICT = Rules({name: Setting(level=Level.WARNING) for name in RULES})


def queue(name: str, needs: dict[str, int], hours: str | None = None) -> Queue:
    policy = QueuePolicy(
        name=QueueName(name), needs=needs, relaxation=(Relaxation(45, {"lang:*": 0}),)
    )
    return Queue(policy=policy, hours=hours, mark=Mark("queues.yaml"))


def agent(number: str, skills: dict[str, int], *hours: str) -> Rostered:
    who = Agent(
        agent_id=AgentId(number),
        name=number,
        extension=number,
        skills=skills,
        languages=frozenset({"zh"}),
    )
    return Rostered(agent=who, hours=hours)


HOUSE = House(
    rules=STRICT,
    sounds=Sounds({"zh": {**SECONDS, "ask": 5.0, "offer": 2.0, "recording_notice": 2.0}}),
    texts={"zh": TEXTS},
    queues={"desk": queue("desk", {"motor": 1}, "desk"), "sales": queue("sales", {"sales": 1})},
    agents=(agent("1", {"motor": 2}, "desk"), agent("2", {"motor": 1, "sales": 1}, "desk")),
)


def places(text: str) -> Places:
    return places_of(tree_of(text))
