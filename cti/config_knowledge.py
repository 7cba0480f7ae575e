"""What stands in config/knowledge.yaml: what agents are shown beside a call."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from cti.core.knowledge import Article, When, is_key_path
from cti.core.marked import Marked
from cti.core.problems import Problem, Severity
from cti.settings_kinds import Frozen

Title = Annotated[str, Field(min_length=1, max_length=80)]
Passage = Annotated[str, Field(max_length=4000)]


class TitleFile(Frozen):
    """A title; without the English one agents read the Chinese."""

    zh: Title
    en: Title | None = None


class PassageFile(Frozen):
    """A text; without the English one agents read the Chinese."""

    zh: Passage
    en: Passage | None = None


class WhenFile(Frozen):
    """Calls that the article is for; one thing named that holds is enough."""

    queues: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()


class ArticleFile(Frozen):
    """One subject: what to say, and what to know."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    title: TitleFile
    when: WhenFile = WhenFile()
    script: PassageFile = PassageFile(zh="")
    text: PassageFile
    keywords: tuple[Title, ...] = Field(default=(), max_length=50)

    def article(self) -> Article:
        """As the core knows it."""
        return Article(
            article_id=self.id,
            title=self.title.model_dump(exclude_none=True),
            script=self.script.model_dump(exclude_none=True),
            text=self.text.model_dump(exclude_none=True),
            when=When(
                queues=frozenset(self.when.queues),
                menu=self.when.menu,
                reasons=frozenset(self.when.reasons),
                modes=frozenset(self.when.modes),
            ),
            keywords=self.keywords,
        )


class KnowledgeFile(Frozen):
    """config/knowledge.yaml"""

    articles: tuple[ArticleFile, ...] = Field(max_length=2000)

    def all(self) -> tuple[Article, ...]:
        """Every article in the order written."""
        return tuple(each.article() for each in self.articles)


def check_knowledge(
    knowledge: KnowledgeFile, data: Marked, known: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Ids used twice, and names that nobody defined. ``known``: what ``queues`` and ``reasons`` there are."""
    ids = [each.id for each in knowledge.articles]
    found: list[Problem] = []
    for index, article in enumerate(knowledge.articles):
        if article.id in ids[:index]:
            values = {"key": "id", "value": article.id}
            found.append(Problem(data.mark_at(("articles", index, "id")), "config.twice", values))
        for kind, names in known.items():
            path = ("articles", index, "when", kind)
            found += _unknown(getattr(article.when, kind), names, data, path)
    return found


def unmet(
    knowledge: KnowledgeFile, data: Marked, nodes: Collection[str], modes: Collection[str]
) -> list[Problem]:
    """Menu choices and modes that no call brings; warnings, since a menu may change first."""
    found: list[Problem] = []
    for index, article in enumerate(knowledge.articles):
        ways = [one for one in article.when.menu if not is_key_path(one)]
        for kind, named, known in (("menu", ways, nodes), ("modes", article.when.modes, modes)):
            for name in named:
                if name not in known:
                    mark = data.mark_at(("articles", index, "when", kind))
                    values = {"name": name}
                    found.append(Problem(mark, "config.knowledge_unmet", values, Severity.WARNING))
    return found


def _unknown(
    named: Sequence[str], known: frozenset[str], data: Marked, path: tuple[str | int, ...]
) -> list[Problem]:
    return [
        Problem(
            data.mark_at((*path, place)),
            "config.unknown_name",
            {"name": name, "known": ", ".join(sorted(known))},
        )
        for place, name in enumerate(named)
        if name not in known
    ]
