"""Is the process alive, are its parts there, and what do the figures say."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase
from cti.messages import text
from cti.services.figures import ByLabel, Counted, Figure, Spread
from cti.web.hub import HUB
from cti.web.language import language_of
from cti.web.parts import PARTS, WebParts
from cti.web.replies import reply

READY_S = 3.0


async def healthz(_request: web.Request) -> web.Response:
    """The process answers; nothing more is said."""
    return reply({"ok": True})


async def readyz(request: web.Request) -> web.Response:
    """200 when every part is there, else 503 with the missing ones in words."""
    found, language = await _ready(request.app[PARTS]), language_of(request)
    missing = [
        {"part": part, "message": _missing(part, language)}
        for part, there in found.items()
        if not there
    ]
    return reply(
        {"ready": not missing, "parts": found, "missing": missing}, 503 if missing else 200
    )


def _missing(part: str, language: str) -> str:
    try:
        return text(f"web.missing.{part}", language)
    except KeyError:
        return text("web.missing.other", language, part=part)


async def metrics(request: web.Request) -> web.Response:
    """The figures in Prometheus' text format."""
    parts, hub = request.app[PARTS], request.app[HUB]
    agents, calls = parts.desk.snapshot()
    figures = Figures(
        agents=agents,
        calls=calls,
        events=parts.feed.events,
        desktops=len(hub.desktops),
        cut_off=hub.cut_off,
        ready=await _ready(parts),
        gauges=parts.gauges(),
    )
    return web.Response(body=expose(figures), headers={"Content-Type": "text/plain; version=0.0.4"})


async def _ready(parts: WebParts) -> Mapping[str, bool]:
    try:
        async with asyncio.timeout(READY_S):
            return await parts.ready()
    except TimeoutError:
        return {"answer": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What /metrics is made of at one moment."""

    agents: Sequence[Agent]
    calls: Sequence[Call]
    events: int
    desktops: int
    cut_off: int
    ready: Mapping[str, bool]
    gauges: Mapping[str, Figure]


_OURS = frozenset({"agents", "calls", "calls_waiting", "up", "desktops"})


class _Collected(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        now = self._figures
        states = Counter((agent.status.value, agent.state.value) for agent in now.agents)
        yield _gauge("cti_agents", "Agents by status and state", ("status", "state"), states)
        phases = Counter((call.phase.value,) for call in now.calls)
        yield _gauge("cti_calls", "Live calls by phase", ("phase",), phases)
        waiting = Counter((c.queue or "",) for c in now.calls if c.phase is CallPhase.WAITING)
        yield _gauge("cti_calls_waiting", "Calls waiting by queue", ("queue",), waiting)
        up = {(part,): float(there) for part, there in now.ready.items()}
        yield _gauge("cti_up", "Parts the service stands on", ("part",), up)
        yield _gauge("cti_desktops", "Connected desktops", (), {(): now.desktops})
        yield CounterMetricFamily("cti_events", "Events followed", value=now.events)
        yield CounterMetricFamily("cti_desktops_cut_off", "Slow desktops", value=now.cut_off)
        for name, value in now.gauges.items():
            if name not in _OURS:  # a name given twice makes the whole page unreadable
                yield _further(name, value)


def _further(name: str, value: Figure) -> Metric:
    meaning = name.replace("_", " ")
    match value:
        case ByLabel():
            found = {(key,): count for key, count in value.values.items()}
            return _gauge(f"cti_{name}", meaning, (value.label,), found)
        case Counted():
            return _counter(f"cti_{name}", meaning, value)
        case Spread():
            return _histogram(f"cti_{name}", meaning, value)
    return _gauge(f"cti_{name}", meaning, (), {(): value})


def _counter(name: str, meaning: str, counted: Counted) -> Metric:
    counter = CounterMetricFamily(name, meaning, labels=counted.labels)
    for labels, count in counted.values.items():
        counter.add_metric(labels, count)
    return counter


def _histogram(name: str, meaning: str, spread: Spread) -> Metric:
    histogram = HistogramMetricFamily(name, meaning, labels=(spread.label,))
    limits = [*(str(limit) for limit in spread.buckets_s), "+Inf"]
    for key, (counts, total_s) in spread.values.items():
        histogram.add_metric((key,), list(zip(limits, accumulate(counts), strict=True)), total_s)
    return histogram


def _gauge(name: str, meaning: str, labels: Sequence[str], values: Mapping[Any, float]) -> Metric:
    gauge = GaugeMetricFamily(name, meaning, labels=labels)
    for key, value in values.items():
        gauge.add_metric(key, value)
    return gauge


def expose(figures: Figures) -> bytes:
    """The figures as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Collected(figures))
    return generate_latest(registry)
