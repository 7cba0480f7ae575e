"""What each way out of a place costs three kinds of caller, in seconds.

*Knowing*: presses the right key at once and talks over what may be interrupted. *Silent*: never
presses anything. *Worst*: hears everything out and errs at every node as often as it lets him, as
slowly as it lets him, and then either finds the right key or fails. Look-ups, scripts, errands and
recordings take all the time they are given.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti.core.ivr.parts import Reserved
from cti.core.ivr.rules.places import By, Edge, Places
from cti.core.ivr.rules.sounds import Speaker
from cti.core.ivr.tree import (
    Callback,
    Collect,
    Enqueue,
    Hangup,
    Lookup,
    Menu,
    Node,
    Say,
    Script,
    Sms,
    Transfer,
    Tree,
    Voicemail,
)

KEY_S = 0.5
"""Pressing one key."""
ERRAND_S = 3.0
"""How long a callback or a text message may take to be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds that one way takes each kind of caller. One that he would not take counts too."""

    knowing_s: float
    silent_s: float
    worst_s: float


def final_s(speaker: Speaker, node: Node) -> float:
    """What is said at a node that ends the visit; 0 at any other."""
    if isinstance(node, Enqueue | Transfer | Hangup):
        return speaker.seconds(node.say)
    return 0.0


def cost(speaker: Speaker, ways: Places, place: int, edge: Edge) -> Cost:
    """The cost of one way out of a place."""
    node = ways.node(place)
    if isinstance(node, Menu | Collect):
        return _Question(speaker, ways.tree, node).cost(edge)
    said, waited, barge_in = _passing(speaker, node)
    knowing_s = waited + (0.0 if barge_in else said)
    return Cost(knowing_s=knowing_s, silent_s=said + waited, worst_s=said + waited)


def _passing(speaker: Speaker, node: Node) -> tuple[float, float, bool]:
    """What a node that asks nothing says and waits, in seconds, and whether a key cuts it short."""
    match node:
        case Say():
            return speaker.seconds(node.say), 0.0, node.barge_in
        case Lookup():
            return speaker.seconds(node.say), node.timeout_s, True
        case Script():
            return 0.0, node.timeout_s, False
        case Voicemail():
            return speaker.seconds(node.say), node.longest_s, False
        case Callback() | Sms():
            return 0.0, ERRAND_S, False
    return 0.0, 0.0, False


@dataclass(frozen=True, slots=True)
class _Question:
    """A menu or a number asked for, as one caller meets it."""

    speaker: Speaker
    tree: Tree
    node: Menu | Collect

    def cost(self, edge: Edge) -> Cost:
        silent_s = worst_s = 0.0
        if edge.by is By.SILENCE:
            silent_s = self._said() + self._no_input_s()
            worst_s = (self._attempts() - 1) * self._wrong_s() + silent_s
        elif edge.by is By.FAILING:
            silent_s = self._failed_s(edge, self._said() + self._no_input_s(), self._silence_s())
            worst_s = self._failed_s(edge, self._said() + self._listen_s(), self._error_s())
        else:
            worst_s = (self._attempts() - 1) * self._wrong_s() + self._said() + self._listen_s()
        knowing_s = (0.0 if self.node.barge_in else self._said()) + KEY_S * edge.keys
        return Cost(knowing_s=knowing_s, silent_s=silent_s, worst_s=worst_s)

    def _failed_s(self, edge: Edge, once_s: float, error_s: float) -> float:
        # The last attempt ends in the failure prompt where a person follows (visits._again).
        last_s = error_s
        if edge.target == Reserved.HUMAN:
            last_s = self._prompt_s(self.tree.defaults.failure)
        return self._attempts() * once_s + (self._attempts() - 1) * error_s + last_s

    def _attempts(self) -> int:
        return self.node.attempts or self.tree.defaults.attempts

    def _said(self) -> float:
        speeches = self.node.menu if isinstance(self.node, Menu) else self.node.collect
        return self.speaker.seconds(speeches)

    def _no_input_s(self) -> float:
        own = self.node.no_input_s
        return self.tree.defaults.no_input_s if own is None else own

    def _listen_s(self) -> float:
        """The longest time one attempt can be listened to: the first key late, then each late."""
        defaults = self.tree.defaults
        if isinstance(self.node, Menu):
            longest = max(len(key) for key in self.node.keys)
            return self._no_input_s() + (longest - 1) * defaults.inter_digit_s
        own = self.node.inter_digit_s
        inter_digit_s = defaults.inter_digit_s if own is None else own
        return self._no_input_s() + self.node.digits.most * inter_digit_s

    def _wrong_s(self) -> float:
        return self._said() + self._listen_s() + self._error_s()

    def _silence_s(self) -> float:
        return self._prompt_s(self.tree.defaults.no_input)

    def _error_s(self) -> float:
        return max(self._silence_s(), self._prompt_s(self.tree.defaults.no_match))

    def _prompt_s(self, name: str) -> float:
        return self.speaker.prompt(name)
