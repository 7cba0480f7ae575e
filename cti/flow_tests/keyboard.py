"""A caller with a keyboard: shows what he would hear, reads what he would press, keeps the walk."""

import shlex
from collections.abc import Callable, Mapping, Sequence

from cti import messages
from cti.core.ivr import session as out
from cti.core.ivr.flow_words import plain_end, plain_utterance, shown, surveys_answered
from cti.core.ivr.flows import FlowRun
from cti.core.ivr.interpreter import MAX_WAITS
from cti.core.ivr.session import Facts, Heard, Listen
from cti.core.ivr.tree import Collect, Menu, Tree
from cti.flow_tests.texts import utterance_text
from cti.prompts.catalogue import Catalogue

Answers = Callable[[str], str]
"""Asks the person at the keyboard; raises EOFError when he is gone."""
Show = Callable[[str], None]

HANG_UP, MOVED, FAILED, NOTHING_SAID, FOUND = "h", "m", "!", "-", "+"
"""Words of the keyboard that are no telephone keys."""
WAITS_TOLD = 20
"""So few waits left are told of."""


class Keyboard:
    """One walk; ``go`` once, then ``steps`` and ``ends`` are those of a flow test."""

    def __init__(self, tree: Tree, facts: Facts, texts: Catalogue, language: str) -> None:
        self._tree, self._texts, self._words = tree, texts, language
        self.facts = facts
        self._run = FlowRun.begin(tree, facts)
        self.steps: list[Mapping[str, object] | str] = []

    @property
    def ends(self) -> Mapping[str, object]:
        """How the visit stands now, as ``ends`` of a flow test."""
        return plain_end(self._run.turn.ask)

    def go(self, answers: Answers, show: Show) -> None:
        """Play turn after turn until the visit ends."""
        self._hear(show)
        while not self._run.over:
            try:
                heard = self._answer(answers)
            except EOFError:
                heard = out.HungUp()
            self.steps.append(step_of(heard))
            self._run.act(heard)
            self._hear(show)
        show(f"= {shown(self.ends)}")

    def _hear(self, show: Show) -> None:
        turn = self._run.turn
        language = self._tree.spoken_in(turn.session.language)
        for utterance in turn.play:
            show(f"  {utterance_text(self._texts, plain_utterance(utterance), language)}")
        if turn.play:
            self.steps.append({"hear": [plain_utterance(each) for each in turn.play]})
        if noted := surveys_answered(turn):
            show(self._say("noted", answers=shown(noted)))
            self.steps.append({"survey": noted})

    def _answer(self, answers: Answers) -> Heard:
        """Ask the person for what the turn waits for, until it can be understood."""
        ask = self._run.turn.ask
        if not isinstance(ask, Listen):
            self.steps.append(plain_end(ask))
        question = self._keys_question(ask) if isinstance(ask, Listen) else self._question(ask)
        while True:
            typed = answers(question).strip()
            heard = keys_heard(typed, ask) if isinstance(ask, Listen) else world_heard(typed, ask)
            if heard is not None:
                return heard

    def _keys_question(self, ask: Listen) -> str:
        session = self._run.turn.session
        node = self._tree.nodes[session.node]
        told = [self._say("wait", seconds=f"{ask.no_input_s:g}"), self._choices()]
        if session.errors and isinstance(node, Menu | Collect):
            attempts = node.attempts or self._tree.defaults.attempts
            told.append(self._say("attempts", left=attempts - session.errors))
        if (left := MAX_WAITS - session.waits) < WAITS_TOLD:
            told.append(self._say("waits", left=left))
        return f"  ({'; '.join(part for part in told if part)})\n{self._say('keys')}"

    def _choices(self) -> str:
        node = self._tree.nodes[self._run.turn.session.node]
        if isinstance(node, Collect):
            least, most = node.digits.least, node.digits.most
            return self._say("digits", count=least if least == most else f"{least}-{most}")
        keys = {**self._tree.defaults.keys, **node.keys} if isinstance(node, Menu) else {}
        return ", ".join(f"{key} {target}" for key, target in sorted(keys.items()))

    def _question(self, ask: out.Ask) -> str:
        asked = shown(plain_end(ask))
        match ask:
            case out.Fetch():
                return self._say("look_up", asked=asked)
            case out.RunScript():
                return self._say("script", asked=asked)
            case out.Record():
                return self._say("voicemail", asked=asked)
        return self._say("errand", asked=asked)

    def _say(self, key: str, **values: object) -> str:
        return messages.text(f"call.{key}", self._words, **values)


def keys_heard(typed: str, ask: Listen) -> Heard | None:
    """Telephone keys; nothing is silence; None for what is neither."""
    match typed:
        case "":
            return out.NoInput()
        case "h" | "m":
            return _gone(typed)
    if not set(typed) <= set("0123456789*#ABCD"):
        return None
    keys = typed if typed == ask.end_key else typed.removesuffix(ask.end_key)
    return out.Pressed(keys[: ask.max_digits])


def world_heard(typed: str, ask: out.Ask) -> Heard | None:
    """What a source, a script or an errand answers."""
    if typed in (HANG_UP, MOVED):
        return _gone(typed)
    if typed == FAILED:
        return out.Failed()
    if isinstance(ask, out.Record) and typed == NOTHING_SAID:
        return out.NoInput()
    values = _values(typed)
    if isinstance(ask, out.Fetch):
        return out.Missing() if not typed else None if values is None else out.Found(values)
    if isinstance(ask, out.RunScript):
        return None if values is None else out.Done(values)
    return None if typed else out.Done()


def _gone(typed: str) -> Heard:
    return out.HungUp() if typed == HANG_UP else out.Moved()


def _values(typed: str) -> Mapping[str, str] | None:
    """``name=value name="two words"``; ``+`` alone is an answer without values."""
    try:
        words: Sequence[str] = [] if typed == FOUND else shlex.split(typed)
    except ValueError:
        return None
    if not all("=" in word.lstrip("=") for word in words):
        return None
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def step_of(heard: Heard) -> Mapping[str, object] | str:
    """What was heard, as a step of a flow test."""
    match heard:
        case out.Pressed(keys):
            # The reader takes the end key of a number away.
            return {"press": f"{keys}#" if keys.endswith("#") and keys != "#" else keys}
        case out.Found(values):
            return {"found": dict(values)}
        case out.Done(values):
            return {"done": dict(values)} if values else "done"
    return _WORDS[type(heard)]


_WORDS: Mapping[type[Heard], str] = {
    out.NoInput: "silence",
    out.Missing: "missing",
    out.Failed: "failed",
    out.HungUp: "hang_up",
    out.Moved: "moved",
}
