"""The Telephony port by AMI actions, and the follower that turns AMI events into signals."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from cti.asterisk.ami import AmiClient, AmiDown, AmiError, AmiReply, AmiTimeout, AmiUp, Fields
from cti.asterisk.ami_events import dial_name, happened_at, signal
from cti.asterisk.call_control import actions
from cti.asterisk.ivr_visit import whisper_file
from cti.asterisk.reach import answering
from cti.asterisk.text import UnsafeText, assignments, phone_number, value_list
from cti.core.acd.control_orders import ControlOrder
from cti.core.acd.lines import Line
from cti.core.acd.native import CHANNEL_VARIABLES
from cti.core.acd.orders import DialBack, DropLeg, MirrorMember, RingAgent, TakeBack
from cti.core.acd.reach_orders import DialOut, Watch
from cti.core.acd.signals import LineSignal
from cti.core.ids import CallId, ChannelName
from cti.services.ports import CallerLeft, TelephonyDown

log = logging.getLogger(__name__)

VARIABLES = (
    "ACD_CALL",
    "ACD_STATE",
    "ACD_AGENT",
    "ACD_TRY",
    "ACD_WHY",
    "HANGUPCAUSE",
    "ACD_DID",
    "ACD_RECORDING",
    "ACD_NUMBER",
    "ACD_ROLE",
    "ACD_PARTY",
    "ACD_BACK",
    "ACD_BROKEN",
    *CHANNEL_VARIABLES,
)
ASKED = frozenset({"Channel", "Uniqueid", *(f"Variable({name})" for name in VARIABLES)})
"""Asterisk tells each variable asked for, also one that the channel does not have."""
SURVIVE_QUEUE = "survive"
NORMAL_CLEARING = 16
"""ITU-T Q.850."""
OFFER = "ARRAY(ACD_EXT,ACD_RNA,ACD_WHISPER,ACD_TRY,ACD_AGENT,ACD_RECORD,ACD_RECONNECTS,ACD_WHY)"


@contextlib.asynccontextmanager
async def _sendable() -> AsyncIterator[None]:
    """An order with a value that Asterisk would misread is refused, as one for a caller who is gone: to try
    it again would change nothing."""
    try:
        yield
    except UnsafeText as unsafe:
        log.error("not sent: %s", unsafe, extra={"fact": "unsafe_text"})
        raise CallerLeft(str(unsafe)) from unsafe


class AmiTelephony:
    """Asterisk, by its manager. Nothing is ever sent twice: what was in flight is reconciled.

    ``dial_string`` turns a number into what ``Dial`` understands; ``may_record`` is False where there is
    no room for a recording: a talk without one is better than a disk that is full. With ``auto_answer``
    phones are asked to pick up the calls that their own people make. ``agi`` is the host of our FastAGI
    server: Asterisk asks the node that sends the heartbeat. ``whisper`` is what an agent hears before a
    call of a queue; whoever knows other words puts another one there.
    """

    def __init__(
        self,
        ami: AmiClient,
        dial_string: Callable[[str], str],
        may_record: Callable[[], bool] = lambda: True,
        *,
        auto_answer: bool = False,
        agi: str = "",
    ) -> None:
        self._agi = agi
        self._ami, self._dial_string, self._may_record = ami, dial_string, may_record
        self._auto_answer = auto_answer
        self.whisper = whisper_file

    @_sendable()
    async def ring(self, order: RingAgent) -> None:
        """Eight variables in one, then the caller goes into Dial: two actions, one write."""
        offer = (
            order.extension,
            str(order.ring_s),
            self.whisper(order.queue),
            str(order.attempt),
            order.agent_id,
            _yes(order.record and self._may_record()),
            str(order.reconnects),
            "",
        )
        channel = order.channel
        replies = await self._batch(
            ("Setvar", {"Channel": channel, "Variable": OFFER, "Value": value_list(offer)}),
            ("Redirect", _to(channel, "acd-connect")),
        )
        if not replies[-1].ok:
            raise CallerLeft(replies[-1].message)

    @_sendable()
    async def dial_back(self, order: DialBack) -> None:
        """The agent's phone, and then ``[acd-callback]`` on his leg dials the customer.

        Asterisk refuses a channel whose unique id is taken, and so a second dial of one ticket.
        """
        order = replace(order, record=order.record and self._may_record())
        [reply] = await self._batch(
            ("Originate", originate(order, self._dial_string, self.whisper))
        )
        if not reply.ok:
            raise CallerLeft(reply.message)

    async def drop(self, order: DropLeg) -> None:
        await self._batch(("Hangup", {"Channel": order.channel, "Cause": NORMAL_CLEARING}))

    @_sendable()
    async def control(self, order: ControlOrder) -> None:
        """By the table of ``call_control``: actions in one write, served in order."""
        if isinstance(order, DialOut):
            order = replace(order, record=order.record and self._may_record())
        wanted = actions(order, self._dial_string)
        if self._auto_answer and isinstance(order, DialOut | Watch):
            wanted = answering(wanted)
        replies = await self._batch(*wanted)
        if not replies[-1].ok:
            raise CallerLeft(replies[-1].message)

    async def take_back(self, order: TakeBack) -> None:
        [reply] = await self._batch(("Redirect", _to(order.channel, "acd-wait")))
        if not reply.ok:
            raise CallerLeft(reply.message)

    async def mirror(self, order: MirrorMember) -> None:
        await self._batch(*membership(order))

    async def reload_trees(self) -> None:
        """Asterisk reads its dialplan again. Raises TelephonyDown.

        By a channel that runs ``Reload`` in our own dialplan: AMI's Reload wants the class ``system``.
        """
        action: Fields = {
            "Channel": "Local/s@acd-reload/n",
            "Context": "acd-reload",
            "Exten": "done",
            "Priority": "1",
            "Async": "true",
        }
        await self._batch(("Originate", action))

    async def beat(self, epoch: int) -> None:
        here: list[tuple[str, Fields]] = [("Setvar", {"Variable": "ACD_AGI", "Value": self._agi})]
        await self._batch(
            *(here if self._agi else ()), ("Setvar", {"Variable": "ACD_HB", "Value": epoch})
        )

    async def lines(self) -> Sequence[Line]:
        try:
            reply = await self._ami.act_list("Status", {"Variables": ",".join(VARIABLES)})
        except (AmiError, AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble
        if (told := reply.end.get("Items", "")) != str(len(reply.items)):
            raise TelephonyDown(f"{len(reply.items)} channels of {told or 'no'} came")
        if not all(item.keys() >= ASKED for item in reply.items):
            raise TelephonyDown("a channel came without all that was asked about it")
        found = (line(item) for item in reply.items)
        return tuple(each for each in found if each is not None)

    async def _batch(self, *actions: tuple[str, Fields]) -> list[AmiReply]:
        try:
            return await self._ami.send_batch(actions)
        except (AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble


def _yes(wanted: bool) -> str:
    return "yes" if wanted else "no"


def _to(channel: ChannelName, context: str) -> Fields:
    return {"Channel": channel, "Context": context, "Exten": "s", "Priority": "1"}


def originate(
    order: DialBack,
    dial_string: Callable[[str], str],
    whisper: Callable[[str], str] = whisper_file,
) -> Fields:
    """The fields of AMI's Originate for a callback."""
    variables = {
        "__ACD_CALL": order.call_id,
        "__ACD_RECORD": _yes(order.record),
        "ACD_STATE": "ringing",
        "ACD_AGENT": order.agent_id,
        "ACD_QUEUE": order.queue,
        "ACD_TRY": str(order.attempt),
        "ACD_DID": order.dialed_number,
        "ACD_TO": dial_string(order.number),
        "ACD_RING": str(order.customer_ring_s),
        "ACD_WHISPER": whisper(order.queue),
    }
    return {
        "ActionID": dial_name(order.call_id, order.attempt),
        "Channel": f"PJSIP/{order.extension}",
        "ChannelId": order.call_id,
        "Context": "acd-callback",
        "Exten": "s",
        "Priority": "1",
        "Timeout": order.ring_s * 1000,
        "CallerID": f"<{order.number}>",
        "Async": "true",
        "Variable": assignments(variables),
    }


def membership(order: MirrorMember) -> list[tuple[str, Fields]]:
    """What makes the native queues' member like our agent.

    Some are always refused: adding a member that is there, removing or pausing one that is not.
    """
    phone = f"PJSIP/{order.extension}"
    paused = "true" if order.paused else "false"
    actions: list[tuple[str, Fields]] = []
    everywhere = {SURVIVE_QUEUE: 0} if order.queues else {}
    named = {f"acd-{name}": penalty for name, penalty in order.queues.items()}
    for queue, penalty in {**everywhere, **named}.items():
        member: Fields = {"Queue": queue, "Interface": phone}
        if penalty is None or not order.signed_in:
            actions.append(("QueueRemove", member))
            continue
        actions.append(("QueueAdd", {**member, "Penalty": penalty, "Paused": paused}))
        actions.append(("QueuePenalty", {**member, "Penalty": penalty}))
    if order.signed_in:
        actions.append(("QueuePause", {"Interface": phone, "Paused": paused}))
    return actions


def line(fields: Mapping[str, str]) -> Line | None:
    """One ``Status`` event; None for a channel of no call of ours."""
    told = {name: fields.get(f"Variable({name})", "") for name in VARIABLES}
    told = {name: value for name, value in told.items() if value not in ("", "(null)")}
    call_id = CallId(told.get("ACD_CALL", ""))
    if not call_id:
        return None
    return Line(
        channel=ChannelName(fields.get("Channel", "")),
        call_id=call_id,
        is_caller=_is_caller(fields.get("Uniqueid") == call_id, told),
        party_id="" if told.get("ACD_ROLE") else told.get("ACD_PARTY", ""),
        state=told.get("ACD_STATE", ""),
        bridge_id=fields.get("BridgeID", ""),
        caller_number=phone_number(fields.get("CallerIDNum", "")),
        dialed_number=told.get("ACD_DID", ""),
        age_s=_seconds(fields.get("Seconds", "")),
        variables=told,
    )


def _is_caller(bears_id: bool, told: Mapping[str, str]) -> bool:
    """By its id, unless the leg was told what it is: a callback begins by the agent's leg."""
    role = told.get("ACD_ROLE")
    return role == "caller" if role else bears_id


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0


class Floor(Protocol):
    """Who is told what happens on the line."""

    def tell(self, signal: LineSignal, seen_at: datetime | None = None) -> None:
        """Something was seen, at this moment."""
        ...

    def doubt(self, why: str) -> None:
        """Something may have been missed."""
        ...


async def follow(ami: AmiClient, floor: Floor) -> None:
    """Pass on what AMI says, in order, until cancelled."""
    while True:
        notice = await ami.events.get()
        if isinstance(notice, AmiUp | AmiDown):
            up = isinstance(notice, AmiUp)
            log.info(
                "asterisk %s", "is there" if up else "is away", extra={"fact": "ami", "up": up}
            )
            floor.doubt("asterisk is there" if up else "asterisk is away")
        elif (seen := signal(notice)) is not None:
            floor.tell(seen, happened_at(notice))
