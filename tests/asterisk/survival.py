"""An Asterisk that serves callers by the compiled menu alone, and callers who walk it by script."""

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from cti.asterisk.ami import AmiClient, AmiEvent, AmiSettings
from cti.asterisk.ivr_visit import SOUNDS, sound_file
from cti.asterisk.render import write
from cti.asterisk.survive import Outside, compile_site
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.ivr import session as out
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Does, Flow
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.wording import sound_of
from cti.core.speech import SpokenKind, spoken
from cti.processes import Programs
from cti.secret_files import Secrets
from cti.site_files import asterisk_plan, sample_secrets
from cti.site_programs import asterisk_program
from cti.survivable import dial_string
from tests.asterisk.site import CONFIG, site_environment

LIMIT_S = 20.0
"""For one turn: silences are waited out as a caller's."""
AT_ONCE = 40
SHORT_SOUND = b"\xd5" * 800
"""A tenth of a second of silence in A-law."""
CALLERS = """
[acd-test]
exten => far,1,Answer()
 same => n,Wait(600)
exten => _X.,1,Answer()
 same => n,Set(ACD_CALL=${UNIQUEID})
 same => n,Set(ACD_DID=${EXTEN})
 same => n,Goto(acd-survive,s,1)
"""
TELL = "UserEvent(AcdTold,Flow: ${FLOW},Acdchannel: ${CHANNEL},Play: ${W_BEFORE}${W_PLAY})"


def watched(walk: str) -> str:
    """The walk's subroutines that also tell what is about to be played."""
    for place in ("(before),", "finish,1,"):
        assert walk.count(place) == 1
        walk = walk.replace(place, f"{place}{TELL}\n same => n,")
    return walk


def at_will(trees: str) -> str:
    """The compiled trees by a clock that each caller brings along."""
    assert trees.count("Set(W_NOW=${EPOCH})") == 1
    return trees.replace("Set(W_NOW=${EPOCH})", "Set(W_NOW=$[${EPOCH} + ${ACD_SHIFT}])")


@dataclass
class Survival:
    """The running Asterisk, seen by its manager."""

    ami: AmiClient
    etc: Path
    notes: Sequence[object]
    inboxes: Mapping[str, "asyncio.Queue[AmiEvent]"] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )
    up: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> None:
        """Sort what Asterisk tells by flow, and hang-ups by channel."""
        while True:
            event = await self.ami.events.get()
            if not isinstance(event, AmiEvent):
                self.up.set()
                continue
            key = event.fields.get("Flow") or event.fields.get("Acdchannel", "")
            self.inboxes[key or event.fields.get("Channel", "")].put_nowait(event)


@contextlib.asynccontextmanager
async def running_survival(
    folder: Path, site: Site, since: date, more: str = ""
) -> AsyncIterator[Survival]:
    """No server, no Redis: Asterisk with the compiled trees and sounds of a tenth of a second."""
    environment = site_environment(folder, {})
    configuration, problems = load_configuration(CONFIG, environment)
    assert configuration is not None, problems
    compiled = compile_site(site, _outside(configuration, since))
    secrets = Secrets(folder / "secrets", environment)
    sample_secrets(configuration, secrets)
    plan = asterisk_plan(configuration, secrets)
    plan = replace(
        plan, prompts=folder / "prompts", trees=replace(compiled, text=at_will(compiled.text))
    )
    _short_sounds(folder / "prompts", compiled.text)
    write(plan)
    _short_spoken(plan.instance / "spoken", site)
    _add(folder / "asterisk" / "etc", more)
    environment["CTI_SOUND_DIRS"] = str(folder / "prompts")
    program = replace(asterisk_program(configuration), environment=environment, ready_s=60.0)
    programs = Programs(folder / "pids.json")
    try:
        await programs.start(program)
        ami = _manager(configuration, secrets)
        await ami.start()
        found = Survival(ami, folder / "asterisk" / "etc", compiled.notes)
        following = asyncio.create_task(found.follow())
        await asyncio.wait_for(found.up.wait(), LIMIT_S)
        yield found
        following.cancel()
        await ami.close()
    finally:
        await programs.stop()


def _outside(configuration: Configuration, since: date) -> Outside:
    return Outside(
        fallback_queue=configuration.queues.fallback_queue,
        dial_string=lambda target: dial_string(configuration, target),
        since=since,
    )


def _short_sounds(prompts: Path, trees: str) -> None:
    named = set(re.findall(rf"&{SOUNDS}([\w/]+)", trees))
    digits = {f"digits/{n}" for n in range(10)} | {f"digits/{n:02}" for n in range(100)}
    for language in ("zh", "en", "bo"):
        for name in (*named, *digits, "goodbye", "queue_wait"):
            path = prompts / language / f"{name}.alaw"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(SHORT_SOUND)
    (prompts / "moh").mkdir()
    (prompts / "moh" / "silence.alaw").write_bytes(SHORT_SOUND * 10)


def _short_spoken(folder: Path, site: Site) -> None:
    """What the site says in words of its own."""
    for said in site.wording.values():
        for each in said.values():
            (folder / f"{Path(each.sound).name}.alaw").write_bytes(SHORT_SOUND)


def _add(etc: Path, more: str) -> None:
    modules = etc / "modules.conf"
    modules.write_text(modules.read_text("utf-8") + "load = app_senddtmf.so\n", "utf-8")
    walk = etc / "survive_walk.conf"
    walk.write_text(watched(walk.read_text("utf-8")) + CALLERS + more, "utf-8")


def _manager(configuration: Configuration, secrets: Secrets) -> AmiClient:
    settings = configuration.settings.ami
    ami = AmiSettings(
        host=settings.host, port=settings.port, username=settings.user, secret=secrets.get("ami")
    )
    return AmiClient(ami, ("UserEvent", "Hangup"), lambda: 0.0)


class Caller:
    """One flow's caller: presses its keys on the real line, and compares with the interpreter."""

    def __init__(self, survival: Survival, site: Site, flow: Flow, number: int) -> None:
        self._survival, self._flow = survival, flow
        self._tree, self._wording = site.trees[flow.tree], site.wording
        self._key = f"f{number}"
        self._channel = ""

    async def walk(self) -> str:
        """What was not as the interpreter says; nothing when all was."""
        await self._dial()
        try:
            return await self._steps()
        finally:
            await self._hang_up()

    async def _steps(self) -> str:
        now = self._flow.facts.now
        # Nobody is there to remember in which language he was spoken to the last time.
        turn = start(self._tree, replace(self._flow.facts, language=self._tree.languages[0]))
        if wrong := await self._compare(turn):
            return wrong
        for does in [each for each in self._flow.steps if isinstance(each, Does)]:
            for _ in range(does.times):
                if isinstance(does.heard, out.HungUp | out.Moved):
                    return ""
                await self._act(turn, does.heard)
                turn = advance(self._tree, turn.session, does.heard, self._time(turn, now))
                now = self._time(turn, now)
                if wrong := await self._compare(turn):
                    return wrong
        return ""

    def _time(self, turn: out.Turn, now: datetime) -> datetime:
        """The moment by the caller's own clock, which runs as ours does."""
        return self._flow.facts.now + (datetime.now(UTC) - self._began)

    async def _dial(self) -> None:
        facts = self._flow.facts
        self._began = datetime.now(UTC)
        shift = int(facts.now.timestamp()) - int(self._began.timestamp())
        await self._survival.ami.act(
            "Originate",
            {
                "Channel": "Local/far@acd-test/n",
                "Context": "acd-test",
                "Exten": facts.dialed_number,
                "Priority": 1,
                "CallerID": f"<{facts.caller_number}>",
                "Variable": [f"FLOW={self._key}", f"ACD_SHIFT={shift}"],
                "Async": "true",
            },
        )

    async def _act(self, turn: out.Turn, heard: out.Heard) -> None:
        if not isinstance(heard, out.Pressed):
            return
        numbered = isinstance(turn.ask, out.Listen) and turn.ask.end_key
        for key in heard.keys + ("#" if numbered or not heard.keys else ""):
            await self._survival.ami.act(
                "PlayDTMF", {"Channel": self._far, "Digit": key, "Duration": 50}
            )

    @property
    def _far(self) -> str:
        return self._channel.removesuffix(";1") + ";2"

    async def _compare(self, turn: out.Turn) -> str:
        language = self._tree.spoken_in(turn.session.language)
        wanted = [
            sound_file(sound_of(self._wording, language, each)).removeprefix(SOUNDS)
            for each in _sounds(turn)
        ]
        if wanted or isinstance(turn.ask, out.ENDINGS):
            told = await self._told()
            while not told and not isinstance(turn.ask, out.ENDINGS):
                told = await self._told()
            if told != wanted:
                return f"heard {told}, not {wanted}"
        return await self._end(turn)

    async def _told(self) -> list[str]:
        event = await self._event("AcdTold")
        self._channel = event.fields["Acdchannel"]
        play = event.fields.get("Play", "")
        return [
            each.partition(":")[2] or each for each in play.replace(SOUNDS, "").split("&") if each
        ]

    async def _end(self, turn: out.Turn) -> str:
        match turn.ask:
            case out.ToQueue() as to:
                return _queue_difference(await self._event("AcdSurvive", Agist="queued"), to)
            case out.Transfer(target):
                event = await self._event("AcdTransfer")
                dialled = event.fields.get("Acdto", "")
                return "" if target in dialled else f"transferred to {dialled}, not {target}"
            case out.HangUp():
                await self._event("Hangup")
        return ""

    async def _event(self, name: str, **wanted: str) -> AmiEvent:
        async with asyncio.timeout(LIMIT_S):
            while True:
                event = await self._next(name)
                kind = event.fields.get("UserEvent", event.name)
                if kind == name and all(event.fields.get(k) == v for k, v in wanted.items()):
                    return event

    async def _next(self, name: str) -> AmiEvent:
        key = self._key if name == "AcdTold" else self._channel
        return await self._survival.inboxes[key].get()

    async def _hang_up(self) -> None:
        if self._channel:
            await self._survival.ami.send_batch([("Hangup", {"Channel": self._channel})])


def _sounds(turn: out.Turn) -> Iterator[str]:
    for each in turn.play:
        if isinstance(each, out.Prompt):
            yield each.id
        else:
            yield from spoken(SpokenKind(each.kind), each.value, turn.session.language)


def _queue_difference(event: AmiEvent, to: out.ToQueue) -> str:
    told = event.fields
    needs = "|".join(f"{skill}={level}" for skill, level in to.needs.items())
    priority = "" if to.priority is None else str(to.priority)
    got = (told.get("Acdqueue"), told.get("Acdpriority", ""), told.get("Acdneeds", ""))
    wanted = (to.queue, priority, needs)
    return "" if got == wanted else f"ended with {got}, not {wanted}"
