"""What agents are shown beside a call, and find when they search."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cti.core.call import Call
from cti.core.knowledge import Article, Subject, fitting, in_language, speaking_of

MOST_BESIDE_A_CALL = 3
MOST_FOUND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """An article in one language."""

    article_id: str
    title: str
    script: str
    text: str


class Knowledge:
    """``modes`` gives those of the centre now."""

    def __init__(self, articles: Sequence[Article], modes: Callable[[], Collection[str]]) -> None:
        self._articles, self._modes = tuple(articles), modes

    def for_call(self, call: Call, language: str) -> tuple[ShownArticle, ...]:
        """What fits the call, best fit first."""
        subject = Subject(
            queue=call.queue or "",
            keys=call.keys,
            nodes=call.choices,
            modes=frozenset(self._modes()),
        )
        found = fitting(self._articles, subject)[:MOST_BESIDE_A_CALL]
        return tuple(_shown(one, language) for one in found)

    def find(self, query: str, subject: Subject, language: str) -> tuple[ShownArticle, ...]:
        """What speaks of the query, all where it is empty; what fits the subject first."""
        hits = speaking_of(self._articles, query)
        first = fitting(hits, subject)
        chosen = {one.article_id for one in first}
        ordered = (*first, *(one for one in hits if one.article_id not in chosen))
        return tuple(_shown(one, language) for one in ordered[:MOST_FOUND])


def _shown(article: Article, language: str) -> ShownArticle:
    return ShownArticle(
        article_id=article.article_id,
        title=in_language(article.title, language),
        script=in_language(article.script, language),
        text=in_language(article.text, language),
    )
