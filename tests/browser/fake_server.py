"""The server as one page sees it: HTTP answers and one WebSocket, both inside the browser.

It keeps one agent and answers commands with the frames the real server sends, so that a test reads as
the agent's own story. What the desktop sent is kept in ``commands`` and ``resumes``.
"""

import asyncio
import json
from typing import Any

from playwright.async_api import Page, Route, WebSocketRoute

from tests.browser.fake_drafts import AgentSide
from tests.browser.fake_sip import FakeSip
from tests.browser.samples import (
    CALL_ID,
    OPTIONS,
    PHONE,
    STORY,
    Record,
    agent,
    ago,
    call,
    call_row,
    mode,
    pop,
)
from tests.browser.supervise_samples import sound
from tests.browser.supervise_server import Supervised

LIMIT_S = 5.0
AGENT_SESSION: Record = {
    "login": "limei",
    "name": "李梅",
    "role": "agent",
    "agentId": "1023",
    "language": "zh",
}
SUPERVISOR_SESSION: Record = {
    "login": "banzhang",
    "name": "张敏",
    "role": "supervisor",
    "agentId": None,
    "language": "zh",
}
PASSWORD = "correct horse"


class FakeServer:
    """One signed-in person's server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = AGENT_SESSION
        self.signed_in = False
        self.me = agent(status="logged_out", reason=None)
        self.others: list[Record] = []
        self.calls: list[Record] = []
        self.pop: Record | None = None
        self.rows = [call_row()]
        self.phone: tuple[int, Record] = (200, PHONE)
        self.sip = FakeSip()
        self.modes = [mode("night", "夜间值守"), mode("disaster", "大灾应急")]
        self.supervised = Supervised()
        self.agent_side = AgentSide()
        self.missed: list[Record] = []
        self.refusals: dict[str, tuple[str, str]] = {}
        self.commands: list[Record] = []
        self.resumes: list[Record] = []
        self.requests: list[tuple[str, str, Record | None]] = []
        self._count = 0
        self._socket: WebSocketRoute | None = None
        self._changed = asyncio.Event()

    async def attach(self, page: Page) -> None:
        await page.route("**/api/v1/**", self._http)
        await page.route_web_socket("**/ws?language=*", self._ws)
        await self.sip.attach(page)

    # -- what tests do -----------------------------------------------------------------------

    async def signed_in_desk(
        self, page: Page, path: str = "", shown: str = "[data-link=online]"
    ) -> None:
        """The desktop of a person whose session cookie is still good, at a page of his."""
        self.signed_in = True
        await page.goto(self.url + path)
        await page.locator(shown).wait_for()

    def event(self, kind: str, **fields: Any) -> str:
        """Send one event; its id."""
        self._count += 1
        event_id = f"{100 + self._count}-0"
        self.say({"id": event_id, "type": kind, "at": ago()} | fields)
        return event_id

    def say(self, frame: Record) -> None:
        assert self._socket is not None, "no desktop is connected"
        self._socket.send(json.dumps(frame))

    def i_am(self, kind: str, **over: Any) -> str:
        """The agent's own record changes, by an event of this kind."""
        self.me = self.me | {"since": ago()} | over
        return self.event(kind, agentId=self.me["agentId"], agent=self.me)

    def ring(self, *, rings_s: float = 15, **over: Any) -> None:
        """A call is offered: allocated, delivered, popped."""
        self.pop = pop(**over)
        self.calls = [call(phase="ringing", agentId=self.me["agentId"])]
        until = ago(-rings_s)
        self.i_am("agentAllocated", state="reserved", callId=CALL_ID, ringsUntil=until)
        self.i_am("delivered", state="ringing", callId=CALL_ID)
        self.event("delivered", callId=CALL_ID, call=self.calls[0])
        self.say(self.pop)

    def answer(self, **over: Any) -> None:
        talking = {"phase": "talking", "agentId": self.me["agentId"], "answeredAt": ago()}
        self.calls = [call(**talking, recording="r1", **over)]
        self.i_am("established", state="talking", callId=CALL_ID)
        self.event("established", callId=CALL_ID, call=self.calls[0])

    def call_is(self, kind: str, state: str, **over: Any) -> None:
        """The agent's call and his state change together, by an event of this kind."""
        self.calls = [self.calls[0] | over]
        self.i_am(kind, state=state, callId=CALL_ID)
        self.event(kind, callId=CALL_ID, call=self.calls[0])

    def wrap_up(self, seconds: float = 45) -> None:
        self.calls = []
        self.event("callCleared", callId=CALL_ID, call=None)
        self.i_am("agentWorkingAfterCall", state="wrap_up", wrapUpUntil=ago(-seconds))

    async def close(self, code: int) -> None:
        assert self._socket is not None
        socket, self._socket = self._socket, None
        await socket.close(code=code, reason="test")

    async def sent(self, cmd: str, count: int = 1) -> Record:
        """The ``count``-th command of this name, awaited with a limit."""
        async with asyncio.timeout(LIMIT_S):
            while len(found := [it for it in self.commands if it["cmd"] == cmd]) < count:
                self._changed.clear()
                await self._changed.wait()
        return found[count - 1]

    async def resumed(self, count: int) -> Record:
        """The ``count``-th resume, awaited with a limit."""
        async with asyncio.timeout(LIMIT_S):
            while len(self.resumes) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.resumes[count - 1]

    # -- HTTP --------------------------------------------------------------------------------

    async def _http(self, route: Route) -> None:
        request = route.request
        path = request.url.split("/api/v1", 1)[1].split("?")[0]
        self.requests.append((request.method, path, request.post_data_json))
        if path.endswith("/audio"):
            return await route.fulfill(body=sound(), content_type="audio/wav")
        answer = None
        if self.signed_in:
            answer = self.agent_side.answer(request.method, request.url, request.post_data_json)
        status, body = answer or self._answer(request.method, path, request.post_data_json)
        await route.fulfill(status=status, json=body)

    def _answer(self, method: str, path: str, body: Record | None) -> tuple[int, Any]:
        if (method, path) == ("POST", "/session"):
            return self._sign_in(body or {})
        if not self.signed_in:
            return 401, {"code": "signin.needed", "message": "请先登录"}
        supervised = self.supervised.answer(method, path, body)
        if supervised is not None:
            return supervised
        if method == "DELETE":
            self.signed_in = False
        if method == "PUT":
            self._switch(path.rsplit("/", 1)[1], body or {})
            return 200, self.modes
        return self._known(path)

    def _known(self, path: str) -> tuple[int, Any]:
        known = {
            "session": self.session,
            "options": OPTIONS,
            "calls": self.rows,
            "modes": self.modes,
            "reveal": {"callerNumber": "13812341234"},
            "story": STORY,
        }
        last = path.rsplit("/", 1)[1]
        return self.phone if last == "phone" else (200, known[last])

    def _switch(self, name: str, wish: Record) -> None:
        on = {"since": ago(), "until": ago(-7200), "by": "banzhang", "reason": wish["reason"]}
        for one in self.modes:
            if one["name"] == name:
                one["on"] = on if wish["on"] else None
        self.event("modeSwitched", mode=name, on=wish["on"])

    def _sign_in(self, body: Record) -> tuple[int, Any]:
        if body.get("password") != PASSWORD:
            return 401, {"code": "signin.wrong", "message": "账号或密码不正确"}
        self.signed_in = True
        return 200, self.session

    # -- WebSocket ---------------------------------------------------------------------------

    def _ws(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(lambda text: self._heard(socket, json.loads(text)))

    def _heard(self, socket: WebSocketRoute, command: Record) -> None:
        if command["cmd"] == "resume":
            self.resumes.append(command)
            self._resume(command["after"])
        else:
            self.commands.append(command)
            self._do(command)
        self._changed.set()

    def _resume(self, after: str | None) -> None:
        if after is None:
            return self.say(self.snapshot())
        for frame in self.missed:
            self.say(frame)
        self.say({"type": "resumed", "id": after})

    def snapshot(self) -> Record:
        supervisor = self.session["agentId"] is None
        return {
            "type": "snapshot",
            "id": "100-0",
            "at": ago(),
            "me": None if supervisor else self.me,
            "agents": self.others + ([] if supervisor else [self.me]),
            "calls": self.calls,
            "pop": self.pop,
        }

    def _do(self, command: Record) -> None:
        refused = self.refusals.get(command["cmd"])
        if refused:
            code, message = refused
            return self.say({"ref": command["ref"], "ok": False, "code": code, "message": message})
        self.say({"ref": command["ref"], "ok": True})
        self._done(command)

    def _done(self, command: Record) -> None:
        match command["cmd"]:
            case "logOn":
                phone = command["phone"]
                self.i_am("agentLoggedOn", status="not_ready", reason="LOGIN", phone=phone)
            case "cancelPending":
                self.i_am("agentChoiceCancelled", pending=None, pendingReason=None, asked=None)
            case "logOff":
                self.i_am("agentLoggedOff", status="logged_out", reason=None)
            case "setAgentState":
                self._set_state(command["status"], command.get("reason"))
            case "clearConnection":
                self.wrap_up()
            case "extendWrapUp":
                self.i_am("agentWorkingAfterCall", wrapUpUntil=ago(-90), wrapUpExtended=True)
            case "saveWrapUp":
                self.event("wrapUpSaved", callId=command["callId"], agentId=self.me["agentId"])
                self.i_am("wrapUpEnded", state="idle", callId=None, wrapUpUntil=None)

    def _set_state(self, status: str, reason: str | None) -> None:
        if self.me["state"] != "idle":
            self.i_am("agentChoicePending", pending=status, pendingReason=reason)
        else:
            kind = "agentReady" if status == "ready" else "agentNotReady"
            self.i_am(kind, status=status, reason=reason)
