"""Which knowledge fits a call, and which articles speak of something. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_KEY_PATH = re.compile(r"[0-9*#]+(/[0-9*#]+)*", re.ASCII)

Words = Mapping[str, str]
"""The same in several languages (``{"zh": …, "en": …}``); a language left out speaks Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Calls that an article is for: one thing named here that holds is enough. ``menu`` names nodes that
    the caller chose (``motor_major``) or the keys on his way (``1/1``). Empty: found by search alone."""

    queues: frozenset[str] = frozenset()
    menu: tuple[str, ...] = ()
    reasons: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What agents say (``script``) and must know (``text``) about one subject."""

    article_id: str
    title: Words
    script: Words
    text: Words
    when: When = field(default_factory=When)
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of a call: its queue, its keys and the nodes they led to, both in the order
    pressed; the agent's reason for it; the modes of the centre."""

    queue: str = ""
    keys: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    reason: str = ""
    modes: frozenset[str] = frozenset()


def fitting(articles: Sequence[Article], subject: Subject) -> list[Article]:
    """Those for such a call, the most specific first: by mode, by reason, by the deepest menu choice, by
    queue; of equal ones that which is written first."""
    scored = [(_score(one.when, subject), one) for one in articles]
    fit = [(score, one) for score, one in scored if score is not None]
    return [one for _, one in sorted(fit, key=lambda each: each[0], reverse=True)]


def speaking_of(articles: Sequence[Article], query: str) -> list[Article]:
    """Those in which every word of the query stands, in any language and also within a word; those with
    all of them in title or keywords first."""
    words = query.casefold().split()
    hits = [one for one in articles if _holds(_everything(one), words)]
    return sorted(hits, key=lambda one: not _holds(_head(one), words))


def in_language(words: Words, language: str) -> str:
    """The words in the language, else in Chinese."""
    return words.get(language) or words.get("zh", "")


def is_key_path(choice: str) -> bool:
    """Does it name keys (``1/1``) and not a node?"""
    return bool(_KEY_PATH.fullmatch(choice))


def _score(when: When, subject: Subject) -> tuple[int, ...] | None:
    """How specific; None where the article is for other calls, or for none."""
    hits = (
        len(when.modes & subject.modes),
        int(subject.reason in when.reasons),
        _depth(when.menu, subject),
        int(subject.queue in when.queues),
    )
    return hits if any(hits) else None


def _depth(menu: Sequence[str], subject: Subject) -> int:
    """How far along his way the deepest of these choices lies; 0 where he made none of them."""
    return max((_place(choice, subject) for choice in menu), default=0)


def _place(choice: str, subject: Subject) -> int:
    if choice in subject.nodes:
        return subject.nodes.index(choice) + 1
    way = tuple(choice.split("/")) if is_key_path(choice) else ()
    return len(way) if way and subject.keys[: len(way)] == way else 0


def _head(article: Article) -> str:
    return "\n".join((*article.title.values(), *article.keywords)).casefold()


def _everything(article: Article) -> str:
    body = "\n".join((*article.script.values(), *article.text.values()))
    return f"{_head(article)}\n{body.casefold()}"


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)
