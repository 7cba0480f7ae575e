"""SIP as one page's phone meets it: registers whoever asks, inside the browser. No sound."""

from collections.abc import Mapping
from typing import NamedTuple

from playwright.async_api import Page, WebSocketRoute

ECHOED = ("Via", "From", "To", "Call-ID", "CSeq", "Contact")


class Request(NamedTuple):
    """A SIP request; ``headers`` by name as written."""

    method: str
    uri: str
    headers: Mapping[str, str]


def parsed(text: str) -> Request | None:
    """A request, or None for an answer or a keep-alive."""
    first, *lines = text.split("\r\n\r\n")[0].split("\r\n")
    method, _, rest = first.partition(" ")
    if not rest.endswith("SIP/2.0"):
        return None
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip(): value.strip() for name, _, value in pairs}
    return Request(method, rest.removesuffix(" SIP/2.0"), headers)


class FakeSip:
    """What arrived is in ``requests``; ``refuse`` answers REGISTER with that status."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.refuse = 0
        self.sockets: list[WebSocketRoute] = []

    async def attach(self, page: Page) -> None:
        await page.route_web_socket("**/sip", self._open)

    async def close(self, code: int) -> None:
        """Cut the newest connection with this code."""
        await self.sockets[-1].close(code=code, reason="test")

    def _open(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self._heard(socket, text))

    def _heard(self, socket: WebSocketRoute, text: str | bytes) -> None:
        request = parsed(text if isinstance(text, str) else text.decode())
        if request is None:
            return
        self.requests.append(request)
        status = f"{self.refuse} Refused" if self.refuse else "200 OK"
        lines = [f"SIP/2.0 {status}"]
        lines += [f"{name}: {request.headers[name]}" for name in ECHOED if name in request.headers]
        lines[3] += ";tag=fake" if request.method == "REGISTER" else ""
        socket.send("\r\n".join([*lines, "Content-Length: 0", "", ""]))
