"""The composition root: builds every object, starts and stops them. The only place that knows all."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cti.asterisk.telephony import follow
from cti.call_side import fastagi, inside_of, second_look
from cti.lasting import Parts, kept_up
from cti.pop_side import draft_sweep
from cti.routing_side import centre_watch
from cti.run_parts import Edges, Inside, Service, open_edges
from cti.services.callbacks import watch_elsewhere
from cti.services.dispatcher import Dispatcher
from cti.services.journal_writer import JournalWriter
from cti.services.ports import HistoryDown
from cti.settings import Settings
from cti.store.redis_stream import RedisGroup
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import migrate
from cti.waiting import announcer
from cti.web.server import build_app
from cti.web.server import start as start_web
from cti.web.tls import CertificateFiles, renewed, server_context
from cti.web_side import web_parts

log = logging.getLogger(__name__)

SQL_RETRY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started service: where it listens, and its parts for tests and probes."""

    http_port: int
    agi_port: int
    dispatcher: Dispatcher
    edges: Edges


@contextlib.asynccontextmanager
async def running(service: Service) -> AsyncIterator[Running]:
    """The whole service from start to orderly stop. A fault in what carries calls ends all, loudly."""
    url = service.configuration.settings.sql_url
    edges = open_edges(service)
    try:
        async with asyncio.TaskGroup() as tasks:
            _own(tasks, _make_tables(url), "tables")
            yield await _start(service, edges, tasks)
            raise _Stop
    except* _Stop:
        log.info("stopped", extra={"fact": "stopped"})
    finally:
        await edges.ami.close()
        await edges.customers.close()
        await edges.redis.aclose()
        await edges.engine.dispose()


class _Stop(Exception):
    """Ends the task group in good order."""


async def _make_tables(url: str) -> None:
    """Calls do not wait for the database: while it is away the journal keeps what it will need."""
    while True:
        try:
            return await migrate(url)
        except HistoryDown as down:
            log.warning("the database is away: %s", down, extra={"fact": "sql_away"})
        await asyncio.sleep(SQL_RETRY_S)


async def _start(service: Service, edges: Edges, tasks: asyncio.TaskGroup) -> Running:
    settings = service.configuration.settings
    inside = inside_of(service, edges)
    for name, part in _lasting(service, edges, inside).items():
        _own(tasks, kept_up(name, part), name)
    await edges.ami.start()
    _own(tasks, follow(edges.ami, inside.dispatcher), "asterisk events")
    agi = fastagi(service, edges, inside)
    await agi.start()
    _own(tasks, _close_at_end(agi.close), "fastagi")
    _own(tasks, inside.dispatcher.run(), "dispatcher")
    app = build_app(web_parts(service, edges, inside))
    tls = _https(settings, tasks)
    runner, port = await start_web(app, settings.http.host, settings.http.port, tls)
    _own(tasks, _close_at_end(runner.cleanup), "web")
    log.info("serving", extra={"fact": "serving", "http_port": port, "agi_port": agi.port})
    return Running(http_port=port, agi_port=agi.port, dispatcher=inside.dispatcher, edges=edges)


def _https(settings: Settings, tasks: asyncio.TaskGroup) -> ssl.SSLContext | None:
    """The context for https, kept new; None for http. Raises TlsUnusable."""
    if not settings.http.certificate:
        return None
    files = CertificateFiles(Path(settings.http.certificate), Path(settings.http.key))
    context = server_context(files)
    _own(tasks, renewed(context, files), "certificate")
    return context


def _lasting(service: Service, edges: Edges, inside: Inside) -> Parts:
    """What no call waits for."""
    group = RedisGroup(edges.redis, service.configuration.settings.node, service.prefix)
    return {
        **inside.messaging.tasks,
        **inside.outward.tasks,
        **inside.measuring.tasks,
        **inside.reporting.tasks,
        "chosen languages": inside.callers.run,
        "phrases": inside.phrases.run,
        "recordings": inside.recordings.run,
        "feed": inside.feed.run,
        "dialplan": inside.dialplans.follower.run,
        "trees for survival": inside.trees.run,
        "canary": inside.dialplans.guard.run,
        "shadow": inside.dialplans.shadows.run,
        "words of versions": inside.dialplans.booth.run,
        "sounds nobody needs": inside.dialplans.sweep.run,
        "desktops": inside.watch.run,
        "modes": partial(inside.modes.run, inside.feed),
        "centre": centre_watch(service, inside).run,
        "last hour": inside.recent.run,
        "nodes of calls": inside.nodes.run,
        "announcements": announcer(service, edges, inside).run,
        "caller pages": partial(inside.caller_pages.run, inside.feed),
        "callbacks' rules": inside.callback_watch.run,
        "second look": second_look(service, edges, inside.dispatcher).run,
        "callbacks": partial(watch_elsewhere, inside.feed, inside.dispatcher),
        "old drafts": draft_sweep(edges).run,
        "history": JournalWriter(group, SqlJournal(edges.engine)).run,
    }


def _own(tasks: asyncio.TaskGroup, work: Coroutine[Any, Any, None], name: str) -> None:
    tasks.create_task(work, name=name)


async def _close_at_end(close: Callable[[], Awaitable[None]]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await close()
