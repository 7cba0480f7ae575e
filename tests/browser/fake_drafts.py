"""Drafts of records and knowledge, as the server keeps them for one agent."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.browser.samples import ARTICLES, OWN_FIGURES, Record

Answer = tuple[int, Any]


class AgentSide:
    """What the agents' page asks for besides the call: drafts, knowledge, own figures; None: nothing of it.

    ``away`` makes the drafts unreachable; two browsers of one agent share one of these."""

    def __init__(self) -> None:
        self.drafts: dict[str, Record] = {}
        self.articles = ARTICLES
        self.own = OWN_FIGURES
        self.away = False

    def answer(self, method: str, url: str, body: Record | None) -> Answer | None:
        address = urlsplit(url)
        words = address.path.split("/api/v1/", 1)[1].split("/")
        if words[0] == "wrap-up-drafts":
            return (503, {"code": "store.down"}) if self.away else self._draft(method, words, body)
        if words == ["knowledge"]:
            return 200, {"articles": self._found(parse_qs(address.query).get("q", [""])[0])}
        return (200, self.own) if words == ["figures", "own"] else None

    def _found(self, sought: str) -> list[Record]:
        return [one for one in self.articles if sought in one["title"] + one["text"]]

    def _draft(self, method: str, words: list[str], body: Record | None) -> Answer:
        if len(words) == 1:
            return 200, {"drafts": list(self.drafts.values())}
        call_id = unquote(words[1])
        if method == "DELETE":
            self.drafts.pop(call_id, None)
            return 200, {"callId": call_id}
        assert body is not None
        stored = self.drafts.get(call_id)
        if stored and _moment(stored) > _moment(body):
            return 409, {"error": {"code": "draft_older", "text": "有更新的草稿"}, "draft": stored}
        self.drafts[call_id] = {"callId": call_id} | body
        return 200, self.drafts[call_id]


def _moment(draft: Record) -> datetime:
    return datetime.fromisoformat(draft["changedAt"])
