"""What phones in the browser stand on: their secrets, the caller page, the words of what is said to it."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.asterisk.phone_secrets import AmiPhoneSecrets
from cti.core.agent_state import Agent
from cti.core.ids import AgentId
from cti.core.ivr import session as ivr
from cti.core.ivr.wording import NO_WORDING, Wording
from cti.core.speech import SpokenKind, UnspeakableValue, words
from cti.prompts.catalogue import Catalogue, CatalogueError, load_catalogue
from cti.run_parts import Edges, Inside, Service, utc_now
from cti.services.browser_phones import BrowserPhones
from cti.services.caller_pages import CallerPages
from cti.store.sample_demo import DEMO_NUMBERS
from cti.store.sql_customers import SqlCustomers
from cti.web.phone_parts import CallerPageRule, PhoneParts, SampleCaller

TOKEN_BYTES = 16


class SaidTexts:
    """What is said, as text: the catalogue's words, and values as their fragments say them. The catalogue is
    read again when its file is another one."""

    def __init__(self, prompts: Path) -> None:
        self._prompts, self._read_at = prompts, -1.0
        self._catalogue = Catalogue({}, {})

    def __call__(
        self, utterances: Sequence[ivr.Utterance], language: str, wording: Wording = NO_WORDING
    ) -> str:
        """The text of these in a version's ``wording``, without what has none."""
        self._refresh()
        between = "" if language == "zh" else " "
        return between.join(
            filter(None, (self._text(each, language, wording) for each in utterances))
        )

    def _refresh(self) -> None:
        try:
            changed_at = (self._prompts / "catalogue.yaml").stat().st_mtime
            if changed_at != self._read_at:
                self._read_at, self._catalogue = changed_at, load_catalogue(self._prompts)
        except (OSError, CatalogueError):
            return  # `cti check` says what is wrong with it; the words of before are better than none

    def _text(self, utterance: ivr.Utterance, language: str, wording: Wording) -> str:
        if isinstance(utterance, ivr.Prompt):
            if said := wording.get(language, {}).get(utterance.id):
                return said.text
            prompt = self._catalogue.prompts.get(utterance.id)
            return prompt.texts.get(language, "") if prompt else ""
        try:
            return words(SpokenKind(utterance.kind), utterance.value, language)
        except (UnspeakableValue, ValueError):
            return ""


def caller_pages(prompts: Path) -> CallerPages:
    """The pages of this node; ``run`` them with the feed."""
    return CallerPages(SaidTexts(prompts), utc_now, lambda: secrets.token_hex(TOKEN_BYTES))


async def sample_callers(engine: AsyncEngine) -> Sequence[SampleCaller]:
    """The customers that a new installation can be tried with; nobody where there are others: real customers
    are shown to no page that anybody may open. Raises HistoryDown."""
    customers = SqlCustomers(engine)
    found = [await _sample(customers, number, about) for number, about in DEMO_NUMBERS.items()]
    return [each for each in found if each] if all(found) else []


async def _sample(customers: SqlCustomers, number: str, about: str) -> SampleCaller | None:
    known = await customers.by_number(number)
    if len(known) != 1:
        return None
    chinese, _, english = about.partition(" / ")
    return SampleCaller(
        number=number,
        name=known[0].name,
        area=known[0].area or "",
        about={"zh": chinese, "en": english},
    )


def phone_parts(service: Service, edges: Edges, inside: Inside) -> PhoneParts:
    """Phones in the browser, and the caller page."""
    settings = service.configuration.settings
    place = settings.browser_phone

    def agent(agent_id: AgentId) -> Agent | None:
        return inside.dispatcher.floor.agents.get(agent_id)

    return PhoneParts(
        phones=BrowserPhones(
            AmiPhoneSecrets(edges.ami),
            lambda agent_id: inside.dispatcher.floor.agents.get(agent_id),
        ),
        pages=inside.caller_pages,
        upstream=f"ws://{place.host}:{place.port}/ws",
        rule=CallerPageRule(place.caller_page),
        caller_password=service.secrets.get_or_make("sip_caller"),
        numbers=settings.sip.numbers,
        samples=lambda: sample_callers(edges.engine),
    )
