"""SIP ends without a library: many calls on one socket, each with its own voice."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from tests.bench.sip_ends import LIMIT_S, End
from tests.bench.sip_wire import (
    Message,
    authorization,
    media_port,
    request,
    response,
    sdp,
    user_of,
)
from tests.shift.sound import Sound, Voice

RETRY_S = (0.5, 1.0, 2.0, 4.0)
"""A request over UDP is sent again after so long (RFC 3261, 17.1)."""


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True)
class Dialog:
    """One call of an end. ``number``: who it is at our side; ``other``: what Asterisk calls the other."""

    number: str
    other: str
    headers: dict[str, str]
    voice: Voice
    invite: Message | None = None
    """What rang, where Asterisk called us."""
    answered: asyncio.Future[int] = field(default_factory=_future)
    """The final status of an INVITE of ours, or 200 once Asterisk knows of our answer."""
    over: asyncio.Future[str] = field(default_factory=_future)
    """Who ended it: ``server``, ``us``, ``refused``."""
    sequence: int = 1

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.headers["call-id"]

    def end(self, by: str) -> None:
        """It is over."""
        if not self.over.done():
            self.over.set_result(by)


class Ends(End):
    """Phones or callers. ``on_ring`` is asked what to do with a call that Asterisk brings."""

    def __init__(self, server: int, port: int = 0) -> None:
        super().__init__(server, port)
        self.sound = Sound()
        self.on_ring: Callable[[Dialog], None] = lambda _dialog: None
        self._dialogs: dict[str, Dialog] = {}
        self._asked: dict[str, asyncio.Future[Message]] = {}

    async def open(self) -> None:
        await super().open()
        await self.sound.open()

    async def shut(self) -> None:
        """No more calls."""
        await self.sound.close()
        self.close()

    @property
    def live(self) -> int:
        """Calls that are not over."""
        return len(self._dialogs)

    async def register(self, extension: str, password: str) -> None:
        """Raises RuntimeError when the server will not."""
        uri = f"sip:{self.server[0]}:{self.server[1]}"
        me = f"<sip:{extension}@{self.server[0]}>"
        headers = {"host": self.host, "from": f"{me};tag={token_hex(4)}", "to": me, "cseq": "1"}
        headers["call-id"] = token_hex(8)
        answer = await self._ask("REGISTER", uri, headers)
        challenge = answer.header("www-authenticate")
        headers |= {
            "authorization": authorization(challenge, extension, password, uri),
            "cseq": "2",
        }
        answer = await self._ask("REGISTER", uri, headers)
        if answer.status != 200:
            raise RuntimeError(f"{extension} cannot register: {answer.first}")

    async def _ask(self, method: str, uri: str, headers: dict[str, str]) -> Message:
        """A request outside of INVITE, until its final answer; sent again while none comes."""
        packet = request(method, uri, headers)
        key = f"{headers['call-id']} {headers['cseq']} {method}"
        self._asked[key] = _future()
        async with asyncio.timeout(LIMIT_S):
            for pause_s in (*RETRY_S, LIMIT_S):
                self.send(packet)
                done, _ = await asyncio.wait([self._asked[key]], timeout=pause_s)
                if done:
                    break
            return await self._asked.pop(key)

    async def dial(self, caller: str, number: str, voice: Voice) -> Dialog:
        """Call; ``answered`` of what comes back is done when Asterisk has decided."""
        here = f"{self.server[0]}:{self.server[1]}"
        headers = {
            "host": self.host,
            "from": f"<sip:{caller}@{self.host}>;tag={token_hex(4)}",
            "to": f"<sip:{number}@{here}>",
            "call-id": token_hex(8),
            "cseq": "1",
            "uri": f"sip:{number}@{here}",
        }
        dialog = self._dialogs[headers["call-id"]] = Dialog(caller, number, headers, voice)
        packet = request("INVITE", headers["uri"], headers, sdp(self.sound.port, keys=True))
        for pause_s in (*RETRY_S, 10.0):
            self.send(packet)
            done, _ = await asyncio.wait([dialog.answered], timeout=pause_s)
            if done:
                return dialog
        self._forget(dialog, "refused")
        return dialog

    async def hang_up(self, dialog: Dialog) -> None:
        """End a call that is up; harmless when it is over."""
        if dialog.over.done():
            return
        self._forget(dialog, "us")
        dialog.sequence += 1
        headers = {**dialog.headers, "cseq": str(dialog.sequence)}
        await self._ask("BYE", headers["uri"], headers)

    def pick_up(self, dialog: Dialog) -> None:
        """Answer what rings."""
        invite = dialog.invite
        if invite is None or dialog.over.done() or dialog.answered.done():
            return
        self.sound.add(dialog.voice, media_port(invite.body))
        self.send(response(invite, "200 OK", "shift", sdp(self.sound.port, keys=True)))

    def refuse(self, dialog: Dialog, status: str = "486 Busy Here") -> None:
        """Do not take what rings."""
        if dialog.invite is not None and not dialog.over.done():
            self.send(response(dialog.invite, status, "shift"))
            self._forget(dialog, "refused")

    def heard(self, message: Message, at: float) -> None:
        del at
        if message.status:
            self._answered(message)
        elif message.method == "INVITE":
            self._invited(message)
        elif message.method == "ACK":
            dialog = self._dialogs.get(message.call_id)
            if dialog is not None and not dialog.answered.done():
                dialog.answered.set_result(200)
        else:
            self._told(message)

    def _told(self, message: Message) -> None:
        dialog = self._dialogs.get(message.call_id)
        self.send(response(message, "200 OK", "shift"))
        if dialog is None:
            return
        if message.method == "CANCEL" and dialog.invite is not None:
            self.send(response(dialog.invite, "487 Request Terminated", "shift"))
            self._forget(dialog, "server")
        elif message.method == "BYE":
            self._forget(dialog, "server")

    def _answered(self, message: Message) -> None:
        key = f"{message.call_id} {message.header('cseq')}"
        asked = self._asked.get(key)
        if asked is not None and message.status >= 200 and not asked.done():
            asked.set_result(message)
        dialog = self._dialogs.get(message.call_id)
        if message.method != "INVITE" or message.status < 200 or dialog is None:
            return
        dialog.headers["to"] = message.header("to")
        acknowledged = {**dialog.headers, "cseq": message.header("cseq").split()[0]}
        self.send(request("ACK", dialog.headers["uri"], acknowledged))
        if not dialog.answered.done():
            if message.status == 200:
                self.sound.add(dialog.voice, media_port(message.body))
            else:
                self._forget(dialog, "refused")
            dialog.answered.set_result(message.status)

    def _invited(self, message: Message) -> None:
        known = self._dialogs.get(message.call_id)
        if known is not None and known.answered.done():
            self.send(response(message, "200 OK", "shift", sdp(self.sound.port, keys=True)))
        elif known is None:
            number = user_of(message.uri)
            dialog = Dialog(number, user_of(message.header("from")), _mirrored(message, self.host),
                            Voice(number[-7:]), message)  # fmt: skip
            self._dialogs[message.call_id] = dialog
            self.send(response(message, "180 Ringing", "shift"))
            self.on_ring(dialog)

    def _forget(self, dialog: Dialog, by: str) -> None:
        self._dialogs.pop(dialog.call_id, None)
        self.sound.remove(dialog.voice)
        dialog.end(by)


def _mirrored(invite: Message, host: str) -> dict[str, str]:
    """The headers with which we ask in a dialog that the other side began."""
    to = invite.header("to")
    contact = invite.header("contact").strip("<>").split(">")[0]
    return {
        "host": host,
        "from": to if ";tag=" in to else f"{to};tag=shift",
        "to": invite.header("from"),
        "call-id": invite.call_id,
        "cseq": "1",
        "uri": contact,
    }
