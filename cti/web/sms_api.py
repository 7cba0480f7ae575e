"""What the gateway of text messages tells us: receipts, and replies of people."""

from aiohttp import web

from cti.services.sms_ports import InboundSms, Receipt, SmsNews, SmsState
from cti.web.errors import ApiError
from cti.web.parts import PARTS
from cti.web.replies import body_of, reply, text_field

STATES = {
    "delivered": SmsState.DELIVERED,
    "failed": SmsState.FAILED,
    "expired": SmsState.EXPIRED,
}
LONGEST_TEXT = 2000


async def receipts(request: web.Request) -> web.Response:
    """What became of a message, or of a part of one; a repeat is harmless."""
    body = await body_of(request)
    state = STATES.get(text_field(body, "state", 16))
    if state is None:
        raise ApiError(400, "sms.wrong_state", known=", ".join(STATES))
    reason = body.get("reason", "")
    receipt = Receipt(
        gateway_id=text_field(body, "id", 80),
        state=state,
        reason=reason[:64] if isinstance(reason, str) else "",
    )
    await _news(request).receive(receipt)
    return reply({"ok": True})


async def inbound(request: web.Request) -> web.Response:
    """A reply of somebody; R or 退订 ends marketing to his number. A repeat is harmless."""
    body = await body_of(request)
    said = InboundSms(
        gateway_id=text_field(body, "id", 80),
        number=text_field(body, "from", 20),
        text=text_field(body, "text", LONGEST_TEXT),
    )
    await _news(request).hear(said)
    return reply({"ok": True})


def _news(request: web.Request) -> SmsNews:
    if parts := request.app[PARTS].messages:
        return parts.news
    raise ApiError(404, "http.404")
