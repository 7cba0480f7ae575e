"""A FastAGI server with the benchmark's visit. Argument: kind. Prints its port."""

import asyncio
import socketserver
import sys
from collections.abc import Callable
from typing import Any


def segment(key: str) -> str:
    """The visit's own work."""
    return "vip" if key == "1" else "plain"


def ours() -> None:
    import uvloop

    from cti.asterisk.fastagi import AgiConnection, FastAgiServer

    async def visit(call: AgiConnection) -> None:
        await call.answer()
        await call.set_variable("A", "1")
        await call.set_variable("B", "hello")
        await call.set_variable("C", "sales")
        await call.get_variable("CALLERID(num)")
        await call.stream_file("welcome")
        found = segment((await call.command("GET DATA", "menu", 1, 1)).result)
        await call.set_variable("X", found)
        await call.set_variable("RESULT", found)
        await call.command("VERBOSE", "done", 1)
        await call.set_variable("NEXT", "queue")
        await call.set_variable("AGI_OK", "1")

    async def serve() -> None:
        server = FastAgiServer(visit, "127.0.0.1", 0)
        await server.start()
        print(server.port, flush=True)
        await asyncio.Event().wait()

    uvloop.run(serve())


def panoramisk() -> None:
    from panoramisk import fast_agi

    async def visit(request: Any) -> None:
        send = request.send_command
        await send("ANSWER")
        await send('SET VARIABLE A "1"')
        await send('SET VARIABLE B "hello"')
        await send('SET VARIABLE C "sales"')
        await send("GET VARIABLE CALLERID(num)")
        await send('STREAM FILE welcome ""')
        found = segment((await send("GET DATA menu 1 1"))["result"][0])
        await send(f'SET VARIABLE X "{found}"')
        await send(f'SET VARIABLE RESULT "{found}"')
        await send('VERBOSE "done" 1')
        await send('SET VARIABLE NEXT "queue"')
        await send('SET VARIABLE AGI_OK "1"')

    async def serve() -> None:
        application = fast_agi.Application(loop=asyncio.get_running_loop())
        application.add_route("ivr", visit)
        server = await asyncio.start_server(application.handler, "127.0.0.1", 0, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(serve())


def pyst2() -> None:
    from asterisk.agi import AGI

    class Text:
        """pyst2 writes text where a socket takes bytes."""

        def __init__(self, wire: Any) -> None:
            self._wire = wire

        def write(self, words: str) -> None:
            self._wire.write(words.encode())

        def flush(self) -> None:
            self._wire.flush()

    class Call(AGI):  # type: ignore[misc]
        """pyst2's AGI without its signal(), which only the main thread may call."""

        def __init__(self, reading: Any, writing: Any) -> None:
            self.stdin, self.stdout, self.stderr = reading, Text(writing), sys.stderr
            self._got_sighup = False
            self.env: dict[str, str] = {}
            self._get_agi_env()

    class Visit(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            call = Call(self.rfile, self.wfile)
            call.answer()
            call.set_variable("A", "1")
            call.set_variable("B", "hello")
            call.set_variable("C", "sales")
            call.get_variable("CALLERID(num)")
            call.stream_file("welcome", "")
            found = segment(call.get_data("menu", 1, 1))
            call.set_variable("X", found)
            call.set_variable("RESULT", found)
            call.verbose("done", 1)
            call.set_variable("NEXT", "queue")
            call.set_variable("AGI_OK", "1")

    class Threads(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 1024

    with Threads(("127.0.0.1", 0), Visit) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


KINDS: dict[str, Callable[[], None]] = {"ours": ours, "panoramisk": panoramisk, "pyst2": pyst2}

if __name__ == "__main__":
    KINDS[sys.argv[1]]()
