"""What tells the floor of the world outside it."""

from cti.run_parts import Inside, Service, utc_now
from cti.services.centre_watch import CentreWatch, Outside


def centre_watch(service: Service, inside: Inside) -> CentreWatch:
    """Modes, opening hours of the published dialplan, and the last hour, for the floor."""
    menus = inside.dialplans.menus
    outside = Outside(
        modes=inside.modes,
        calendar=lambda: menus.calendar or service.calendar,
        hours=inside.recent.hours,
        queue_hours=service.configuration.queue_hours(),
    )
    return CentreWatch(outside, inside.dispatcher, utc_now)
