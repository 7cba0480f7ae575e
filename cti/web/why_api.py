"""Why a call was offered to whom, and how it stands while it waits."""

from aiohttp import web

from cti.services.why import OneOffer, offers
from cti.web.calls_api import call_id_of
from cti.web.errors import ApiError
from cti.web.messages import Json, Records, wire
from cti.web.parts import PARTS
from cti.web.replies import reply


async def why(request: web.Request) -> web.Response:
    """Its offers, each with candidates and who was excluded by which rule; ``waiting`` is null unless it
    waits now."""
    parts, call_id = request.app[PARTS], call_id_of(request)
    recorded = await parts.history.story(call_id)
    standing = parts.routing.standing(call_id, parts.now())
    if not recorded and call_id not in Records.of(parts.desk.snapshot()).calls:
        raise ApiError(404, "call.unknown")
    return reply(
        {
            "callId": call_id,
            "waiting": wire(standing) if standing else None,
            "offers": [_shown(one) for one in offers(recorded)],
        }
    )


def _shown(one: OneOffer) -> Json:
    fact = one.fact
    return {
        "offer": one.number,
        "at": fact.at,
        "agentId": fact.agent_id,
        "queue": fact.queue,
        "waitedS": fact.waited_s,
        "placeAt": one.place_at,
        "points": fact.points,
        "step": fact.step,
        "wish": fact.wish or None,
        "candidates": fact.candidates,
        "excluded": dict(fact.excluded),
        "unlisted": fact.unlisted,
        "result": one.result or None,
    }
