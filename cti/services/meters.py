"""Feeds the meters of monitoring from the journal, and hands them over for /metrics."""

import logging
from collections.abc import Mapping

from cti.core.measures.meters import BUCKETS_S, Meters
from cti.services.feed import CutOff, Feed
from cti.services.figures import Counted, Spread

log = logging.getLogger(__name__)


async def follow(meters: Meters, feed: Feed) -> None:
    """Until cancelled. What was missed in a gap is not counted; it is in the reports."""
    while True:
        with feed.subscribe() as news:
            try:
                while True:
                    for recorded in await news.next():
                        meters.take(recorded.event)
            except CutOff:
                log.warning("meters missed events", extra={"fact": "meters_missed_events"})


def readings(meters: Meters) -> Mapping[str, Counted | Spread]:
    """Name → what it says now."""
    counted = {
        name: Counted(meters.LABELS[name], dict(counter))
        for name, counter in meters.counters.items()
    }
    spreads = {"queue_wait_seconds": meters.waits, "talk_seconds": meters.talks}
    return counted | {
        name: Spread(
            "queue",
            BUCKETS_S,
            {queue: (tuple(each.counts), each.sum_s) for queue, each in found.items()},
        )
        for name, found in spreads.items()
    }
