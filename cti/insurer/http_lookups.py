"""The look-ups of the menu by an insurer's core system: JSON over HTTPS, docs/protocol/insurer-api.yaml.

Whatever the system does (hangs, refuses, answers garbage or byte by byte), a question ends within the
deadline with an answer of the catalogue or with SourceDown.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson

from cti.core.circuit import Circuit, CircuitRules, CircuitState, admitted, failed, succeeded
from cti.core.ivr.sources import BadAnswer, Source
from cti.services.sources import SourceDown, source_named

log = logging.getLogger(__name__)

LARGEST_BODY = 65_536
RETRY_AFTER_S = 0.1
"""The mean wait before the one repeat; the jitter is half of it, either way."""
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class _Failing(Exception):
    """The system says that it cannot answer now (5xx)."""


_REPEATED = (_Failing, aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)
_TROUBLES = (_Failing, BadAnswer, aiohttp.ClientError, OSError, TimeoutError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsurerSystem:
    """Where it is, how it is asked. ``ca_file`` names the authority of a certificate of its own."""

    url: str
    token: str
    ca_file: Path | None = None
    deadline_s: float = 2.5
    at_once: int = 20
    rules: CircuitRules = field(default_factory=CircuitRules)


class HttpLookups:
    """``Lookups``. Made inside a running loop; ``chance`` gives numbers from 0 up to 1."""

    def __init__(self, system: InsurerSystem, chance: Callable[[], float]) -> None:
        self._system, self._chance = system, chance
        self._circuit = Circuit()
        self._slots = asyncio.Semaphore(system.at_once)
        self._session = _session(system, fresh=False)
        # What is not repeated must not meet a kept connection that the other side is closing.
        self._fresh_session = _session(system, fresh=True)

    @property
    def state(self) -> CircuitState:
        """Closed while the system answers."""
        return self._circuit.state

    async def close(self) -> None:
        """Give the connections back."""
        await self._session.close()
        await self._fresh_session.close()

    async def fetch(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """The source's values. Raises UnknownSource, SourceDown."""
        asked = source_named(source)
        passed = admitted(self._circuit, self._system.rules, self._now_s())
        if passed is None:
            raise SourceDown(f"{source}: the insurer's system is left alone for a while")
        self._turn(passed)
        try:
            async with asyncio.timeout(self._system.deadline_s):
                found = await self._ask(asked, arguments)
        except BaseException as wrong:
            self._turn(failed(self._circuit, self._system.rules, self._now_s()))
            if isinstance(wrong, _TROUBLES):
                raise SourceDown(f"{source}: {_told(wrong)}") from wrong
            raise
        self._turn(succeeded(self._circuit))
        return found

    async def _ask(self, source: Source, arguments: Mapping[str, str]) -> dict[str, str] | None:
        try:
            return await self._once(source, arguments)
        except _REPEATED:
            if not source.repeatable:
                raise
        await asyncio.sleep(RETRY_AFTER_S * (0.5 + self._chance()))
        return await self._once(source, arguments)

    async def _once(self, source: Source, arguments: Mapping[str, str]) -> dict[str, str] | None:
        url = f"{self._system.url.rstrip('/')}/v1/lookups/{source.name}"
        body = {"arguments": dict(arguments)}
        session = self._session if source.repeatable else self._fresh_session
        async with (
            self._slots,
            session.post(url, json=body, allow_redirects=False) as response,
        ):
            if response.status >= 500:
                raise _Failing(f"status {response.status}")
            if response.status != 200:
                raise BadAnswer(f"status {response.status}")
            return _values(source, await _body(response))

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def _turn(self, circuit: Circuit) -> None:
        before, self._circuit = self._circuit.state, circuit
        if circuit.state is before:
            return
        if circuit.state is CircuitState.OPEN:
            log.warning("the insurer's system fails", extra={"fact": "insurer_away"})
        elif circuit.state is CircuitState.CLOSED:
            log.info("the insurer's system answers again", extra={"fact": "insurer_back"})


def _session(system: InsurerSystem, *, fresh: bool) -> aiohttp.ClientSession:
    """``fresh``: a new connection for every question."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            ssl=ssl.create_default_context(cafile=system.ca_file), limit=0, force_close=fresh
        ),
        headers={**_HEADERS, "Authorization": f"Bearer {system.token}"},
        timeout=aiohttp.ClientTimeout(total=None),  # fetch() limits the whole of it
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """All of it. Raises BadAnswer for one too large."""
    found = bytearray()
    async for part in response.content.iter_any():
        found += part
        if len(found) > LARGEST_BODY:
            raise BadAnswer("more than can be an answer")
    return bytes(found)


def _values(source: Source, body: bytes) -> dict[str, str] | None:
    """The answer, held to the catalogue. Raises BadAnswer, ValueError for what is no JSON."""
    answer = orjson.loads(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("found"), bool):
        raise BadAnswer("no object with 'found'")
    if not answer["found"]:
        if source.always:
            raise BadAnswer("no answer where there always is one")
        return None
    values = answer.get("values", {})
    if not isinstance(values, dict):
        raise BadAnswer("'values' is no object")
    return source.accepted(values)


def _told(wrong: BaseException) -> str:
    """What went wrong, without a word that the other side chose."""
    ours = isinstance(wrong, _Failing | BadAnswer)
    return str(wrong) if ours else type(wrong).__name__
