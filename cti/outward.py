"""What other systems get: queue_log, cross-checks, webhooks, meters. This part of the composition root."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.config_models import Configuration
from cti.core.acd.native import memberships
from cti.core.ids import AgentId, QueueName
from cti.core.measures.meters import Meters
from cti.core.queue_log import QueueLogWords
from cti.core.webhooks import Hook
from cti.cross_checks import cross_check
from cti.hooks.http_post import HttpPost
from cti.lasting import Part, Parts
from cti.secret_files import Secrets
from cti.services.feed import Feed
from cti.services.figures import Figure
from cti.services.journal_writer import JournalWriter
from cti.services.meters import follow, readings
from cti.services.ports import Clock, Recorded
from cti.services.queue_log import QueueLogKeeper
from cti.services.webhooks import HookCollector, HookSender
from cti.store.queue_log_file import ConfirmedFile
from cti.store.redis_stream import HookGroup, RedisStream
from cti.store.sql_queue_log import SqlQueueLog
from cti.store.sql_webhooks import SqlDeliveries
from cti.web.masking import masked_number
from cti.web.messages import View, event_wire

SECRET = "webhook_"  # noqa: S105 (how secrets' names begin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What it stands on."""

    configuration: Configuration
    secrets: Secrets
    redis: Redis
    engine: AsyncEngine
    feed: Feed
    prefix: str
    now: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """The tasks that must run, and figures for /metrics."""

    tasks: Parts
    gauges: Callable[[], Mapping[str, Figure]]


def outward(ground: Ground) -> Outward:
    """Everything, built; nothing runs yet. Raises SecretMissing for a receiver without its secret."""
    hooks = ground.configuration.webhooks.all()
    secrets = {hook.name: ground.secrets.get(SECRET + hook.name) for hook in hooks}
    book = SqlDeliveries(ground.engine)
    post = HttpPost(secrets.__getitem__, ground.now)
    sender = HookSender(hooks, book, post, ground.now)
    checks = cross_check(ground.configuration, ground.engine, ground.now)
    policies = ground.configuration.policies().items()
    meters = Meters({name: policy.target.within_s for name, policy in policies})
    tasks: dict[str, Part] = {
        "queue_log": keeper(ground).run,
        "cross-check": checks.run,
        "meters": partial(follow, meters, ground.feed),
    }
    if hooks:
        group = HookGroup(ground.redis, ground.configuration.settings.node, ground.prefix)
        collector = HookCollector(hooks, book, told, ground.now)
        tasks |= {
            "webhooks": JournalWriter(group, collector).run,
            "webhook connections": post.run,
            "webhook sender": sender.run,
        }
    return Outward(
        tasks=tasks,
        gauges=lambda: {
            **readings(meters),
            "webhooks_sent": sender.sent,
            "webhooks_dead": sender.dead,
            "cross_check_discrepancies": len(checks.last.discrepancies) if checks.last else 0,
        },
    )


def keeper(ground: Ground) -> QueueLogKeeper:
    """What keeps queue_log."""
    settings = ground.configuration.settings
    shown: Mapping[str, Callable[[str], str]] = {
        "masked": masked_number,
        "full": str,
        "none": lambda _number: "",
    }
    serves = queues_of(ground.configuration)

    def words(state: Mapping[str, Any] | None) -> QueueLogWords:
        return QueueLogWords(serves, shown[settings.queue_log.numbers], state)

    return QueueLogKeeper(
        RedisStream(ground.redis, ground.prefix),
        ConfirmedFile(settings.folders.instance / "log" / "queue_log"),
        SqlQueueLog(ground.engine),
        words,
    )


def queues_of(configuration: Configuration) -> Callable[[AgentId], Sequence[QueueName]]:
    """Which queues an agent serves, by the skills of the roster."""
    policies = configuration.policies()
    served = {
        agent.agent_id: [
            name for name, penalty in memberships(agent, policies).items() if penalty is not None
        ]
        for agent in configuration.roster()
    }
    return lambda agent_id: served.get(agent_id, [])


def told(hook: Hook, recorded: Recorded) -> str:
    """A fact as JSON for one receiver."""
    found = event_wire(recorded, View.SUPERVISION)
    if hook.clear_numbers:
        found |= {
            name: getattr(recorded.event, field)
            for name, field in (("callerNumber", "caller_number"), ("number", "number"))
            if name in found
        }
    return json.dumps(found, ensure_ascii=False)
