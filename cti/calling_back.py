"""Callbacks as the configuration has them: what those who wait may press, and who may be called."""

from cti.config_models import Configuration
from cti.core.acd.floor import FloorRules
from cti.core.ids import QueueName
from cti.services.callbacks import FloorCallbacks
from cti.services.dispatcher import Dispatcher


def floor_rules(configuration: Configuration) -> FloorRules:
    """The floor's rules from config/queues.yaml."""
    queues = configuration.queues
    return FloorRules(
        policies=configuration.policies(),
        fallback_queue=QueueName(queues.fallback_queue),
        callback_at_s=queues.callbacks.attempts_at_s,
        callback_ring_s=queues.callbacks.customer_ring_s,
    )


def callbacks(configuration: Configuration, dispatcher: Dispatcher) -> FloorCallbacks:
    """Takes callbacks of callers; the hotline's own numbers are never called."""
    never = frozenset(configuration.settings.sip.numbers)
    return FloorCallbacks(dispatcher, configuration.queues.callbacks.numbers, never)


def callback_offer(configuration: Configuration, queue: str) -> tuple[str, int]:
    """The key by which those who wait in a queue may choose, and after how many seconds they hear
    of it; no key where the queue offers nothing."""
    found = configuration.queues.queues.get(queue)
    offer = found.callback if found else None
    return (offer.key, offer.after_s) if offer else ("", 0)
