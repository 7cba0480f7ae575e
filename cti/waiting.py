"""What waiting callers are told, as the configuration has it, built for one run of the service."""

from collections.abc import Mapping

from cti.asterisk.wait_words import AmiWaitLines
from cti.config_models import Configuration
from cti.core.acd.announce import AnnounceRules
from cti.core.call import Call
from cti.core.ids import QueueName
from cti.core.ivr.wording import sound_of
from cti.run_parts import Edges, Inside, Service, ahead, utc_now
from cti.services.announcer import Announcer, AnnouncerParts


def announce_rules(configuration: Configuration) -> Mapping[QueueName, AnnounceRules]:
    """The queues whose waiting callers are told something."""
    usual = configuration.queues.defaults.announce
    files = {name: q.announce or usual for name, q in configuration.queues.queues.items()}
    return {
        QueueName(name): rules for name, file in files.items() if file and (rules := file.rules())
    }


def announcer(service: Service, edges: Edges, inside: Inside) -> Announcer:
    """Tells waiting callers their place and time."""
    menus = inside.dialplans.menus

    def spoken_in(call: Call) -> str:
        return menus.walked(call.dialed_number, call.tree_version).tree.spoken_in(call.language)

    def sound(call: Call, prompt: str) -> str:
        wording = menus.walked(call.dialed_number, call.tree_version).wording
        return sound_of(wording, spoken_in(call), prompt)

    parts = AnnouncerParts(
        floor=inside.dispatcher,
        lines=AmiWaitLines(edges.ami, ahead),
        rules=announce_rules(service.configuration),
        hours=inside.recent.hours,
        values=inside.phrases,
        spoken_in=spoken_in,
        sound=sound,
        now=utc_now,
    )
    return Announcer(parts)
