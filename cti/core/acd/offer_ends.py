"""How an offer came to nothing, by what Asterisk says of its Dial. Pure."""

from collections.abc import Mapping

from cti.core.events import OfferEnd

Q850_REJECTED = 21
"""ITU-T Q.850 cause "call rejected": the agent pressed refuse."""
WHY, CAUSE, TRY = "ACD_WHY", "HANGUPCAUSE", "ACD_TRY"
"""On the caller's channel: the end of the last Dial, empty since the next offer; its cause; its number."""
_BY_THE_AGENT = (OfferEnd.NO_ANSWER, OfferEnd.REFUSED, OfferEnd.BUSY, OfferEnd.WHISPER_HANGUP)


def offer_end(status: str, cause: int) -> OfferEnd:
    """Asterisk's DIALSTATUS and Q.850 cause in our words."""
    match status:
        case "BUSY" | "CONGESTION" | "CHANUNAVAIL" if cause == Q850_REJECTED:
            return OfferEnd.REFUSED
        case "BUSY":
            return OfferEnd.BUSY
        case "CHANUNAVAIL" | "CONGESTION":
            return OfferEnd.UNREACHABLE
        case "WHISPERHUP":
            return OfferEnd.WHISPER_HANGUP
        case "CANCEL":
            return OfferEnd.WITHDRAWN
        case _:
            return OfferEnd.NO_ANSWER


def end_unheard(told: Mapping[str, str], attempt: int) -> OfferEnd:
    """The end of an offer of which no event told, from the variables of the caller's channel.

    Who let his phone ring, or refused, did so whether we listened or not, and would let the same caller
    wait once more. A phone out of reach may have gone with our own server: nobody is to blame for that.
    """
    if not told.get(WHY) or told.get(TRY) != str(attempt):
        return OfferEnd.WITHDRAWN
    cause = told.get(CAUSE, "")
    found = offer_end(told[WHY], Q850_REJECTED if cause == str(Q850_REJECTED) else 0)
    return found if found in _BY_THE_AGENT else OfferEnd.WITHDRAWN
