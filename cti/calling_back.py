"""Callbacks as the configuration has them: what those who wait may press, and who may be called."""

from cti.asterisk.ivr_visit import WaitOffer
from cti.config_models import Configuration
from cti.config_routing import centre_rules
from cti.core.acd.floor import FloorRules
from cti.core.ids import QueueName
from cti.services.callbacks import FloorCallbacks
from cti.services.dispatcher import Dispatcher


def floor_rules(configuration: Configuration) -> FloorRules:
    """The floor's rules from config/queues.yaml."""
    queues, settings = configuration.queues, configuration.settings
    return FloorRules(
        policies=configuration.policies(),
        fallback_queue=QueueName(queues.fallback_queue),
        callback_at_s=queues.callbacks.attempts_at_s,
        callback_ring_s=queues.callbacks.customer_ring_s,
        reasons=configuration.reasons.book(settings.time_zone),
        phone_back_ready=settings.desk.ready_when_phone_back,
        missed=queues.missed.rules(),
        sticky=queues.sticky.rules(),
        centre=centre_rules(queues.modes, queues.numbers),
        recording=configuration.recording.record_rules(),
    )


def callbacks(configuration: Configuration, dispatcher: Dispatcher) -> FloorCallbacks:
    """Takes callbacks of callers; the hotline's own numbers are never called."""
    never = frozenset(configuration.settings.sip.numbers)
    return FloorCallbacks(dispatcher, configuration.queues.callbacks.numbers, never)


def callback_offer(configuration: Configuration, queue: str) -> WaitOffer:
    """What those who wait in a queue may choose; no key where the queue offers nothing."""
    found = configuration.queues.queues.get(queue)
    offer = found.callback if found else None
    if offer is None:
        return WaitOffer()
    return WaitOffer(key=offer.key, after_s=offer.after_s, every_s=offer.every_s)
