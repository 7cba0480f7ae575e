"""How long what a caller hears lasts: prompts as measured, spoken values by an upper bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.ivr.conditions import Variable
from cti.core.ivr.parts import PlayCase, PlayPrompt, SayValue, Speech, Utterances
from cti.core.ivr.tree import Collect, Tree
from cti.core.speech import SpokenKind, UnspeakableValue, spoken
from cti.core.speech.kinds import LONGEST_DIGITS

LONGEST_VALUES: Mapping[SpokenKind, str] = {
    SpokenKind.DIGITS: "0" * LONGEST_DIGITS,
    SpokenKind.NUMBER: "777777777",
    SpokenKind.MONEY: "777777777.77",
    SpokenKind.DATE: "2027-11-27",
    SpokenKind.TIME: "17:57",
    SpokenKind.DURATION: "86399",
    SpokenKind.POSITION: "777",
    SpokenKind.PLATE: "青A77777学",
    SpokenKind.REPORT_NO: "W" * LONGEST_DIGITS,
}
"""For each kind a value that no other takes more fragments to say."""

Seconds = Mapping[str, Mapping[str, float]]
"""Language → id of a prompt (``welcome``) or fragment (``num/23``) → how long it lasts."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """How long sounds last; one that was not measured in a language counts as in another, or as 0."""

    seconds: Seconds = field(default_factory=dict)

    def prompt(self, name: str, language: str) -> float:
        """One prompt in seconds."""
        own = self.seconds.get(language, {}).get(name)
        if own is not None:
            return own
        return max((each.get(name, 0.0) for each in self.seconds.values()), default=0.0)

    def value(self, kind: str, language: str, digits: int = LONGEST_DIGITS) -> float:
        """The longest value of a kind in seconds: its most fragments, each as the slowest of its
        sort. ``digits``: where a run of digits is known to be no longer.
        """
        longest = LONGEST_VALUES[SpokenKind(kind)]
        if kind == SpokenKind.DIGITS:
            longest = longest[:digits]
        try:
            fragments = spoken(SpokenKind(kind), longest, language)
        except UnspeakableValue:
            return 0.0
        return sum(self._slowest(each, language) for each in fragments)

    def _slowest(self, fragment: str, language: str) -> float:
        sort = fragment.partition("/")[0] + "/"
        lengths = self.seconds.get(language, {})
        return max((each for name, each in lengths.items() if name.startswith(sort)), default=0.0)


@dataclass(slots=True)
class Speaker:
    """How long a tree's utterances last in the language that takes longest."""

    sounds: Sounds
    digits: Mapping[str, int]
    """Variable → how many digits a caller may key into it."""
    languages: tuple[str, ...]
    """Those with sounds of their own."""
    known: dict[tuple[str, str, int], float] = field(default_factory=dict)

    def seconds(self, speeches: Utterances) -> float:
        """All of them, one after the other."""
        if not speeches:
            return 0.0
        return max(sum(self._one(each, lang) for each in speeches) for lang in self.languages)

    def prompt(self, name: str) -> float:
        """One prompt in seconds."""
        return max(self.sounds.prompt(name, language) for language in self.languages)

    def _one(self, speech: Speech, language: str) -> float:
        match speech:
            case PlayPrompt(prompt):
                return self.sounds.prompt(prompt, language)
            case PlayCase():
                names = (*speech.prompts.values(), speech.otherwise)
                return max(self.sounds.prompt(each, language) for each in names)
            case SayValue():
                return self._value(speech, language)

    def _value(self, speech: SayValue, language: str) -> float:
        value = speech.value
        most = LONGEST_DIGITS
        if isinstance(value, Variable):
            most = self.digits.get(value.name, LONGEST_DIGITS)
        key = (speech.kind, language, most)
        if key not in self.known:
            self.known[key] = self.sounds.value(*key)
        return self.known[key]


def speaker_of(tree: Tree, sounds: Sounds) -> Speaker:
    """The speaker of a tree: a variable that only callers key in is no longer than they may."""
    digits: dict[str, int] = {}
    for node in tree.nodes.values():
        if isinstance(node, Collect):
            digits[node.into] = max(node.digits.most, digits.get(node.into, 0))
    own = tuple(each for each in tree.languages if each not in tree.fallback)
    return Speaker(sounds, digits, own or tree.languages)
