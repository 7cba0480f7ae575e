"""What one route is."""

from dataclasses import dataclass

from aiohttp.typedefs import Handler

from cti.services.ports import Role


@dataclass(frozen=True, slots=True)
class Route:
    """A path, what serves it, and who may call it; ``roles`` None opens it without a session.

    ``machine``: called by a gateway with its token, not by a browser. ``slow``: a report, which may
    take longer than other answers. ``at_the_door``: open to who must change his password first.
    """

    method: str
    path: str
    serve: Handler
    roles: frozenset[Role] | None
    machine: bool = False
    slow: bool = False
    at_the_door: bool = False
