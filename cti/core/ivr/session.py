"""What goes between the interpreter and its drivers: session, turn, what was heard. Plain data.

A driver (live channel, keyboard, flow test) plays ``Turn.play`` in order, then does ``Turn.ask``
and reports what came of it as ``Heard``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from cti.core.ivr.conditions import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at arrival. ``now`` is aware; ``caller`` holds the caller's class variables."""

    caller_number: str
    dialed_number: str
    now: datetime
    language: str = "zh"
    caller: Mapping[str, Value] = field(default_factory=dict)
    modes: tuple[str, ...] = ()
    """Modes of the centre in force at arrival (``night``, ``disaster``); they hold for the visit."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    """What the call brings along: in an ``entry`` tree its queue, agent and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a caller is in the tree. JSON-ready by ``to_plain``; nothing else is remembered."""

    tree: str
    node: str
    language: str
    caller_number: str
    dialed_number: str
    caller: Mapping[str, Value] = field(default_factory=dict)
    modes: tuple[str, ...] = ()
    variables: Mapping[str, Value] = field(default_factory=dict)
    menus: tuple[str, ...] = ()
    """The menus on the way from the start to here, the nearest last."""
    returns: tuple[str, ...] = ()
    """Where each open subtree comes back to, the innermost last."""
    errors: int = 0
    """Silences and wrong keys in a row at this node."""
    entered: str = ""
    """The first keys of a choice that is not complete yet."""
    waits: int = 0
    """How often the caller was waited for."""
    ended: bool = False

    def to_plain(self) -> dict[str, object]:
        """Return the session as JSON-ready data."""
        return {
            **asdict(self),
            "caller": dict(self.caller),
            "variables": dict(self.variables),
            "modes": list(self.modes),
            "menus": list(self.menus),
            "returns": list(self.returns),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> Session:
        """Rebuild what ``to_plain`` gave. Raises TypeError when a field is missing or unknown."""
        known = {each.name for each in fields(cls)}
        if unknown := set(plain) - known:
            raise TypeError(f"a session has no {sorted(unknown)}")
        lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
        return cls(**{**plain, **lists})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Play the catalogue's prompt; ``barge_in``: a key stops it and is kept."""

    id: str
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Spoken:
    """Speak a value as one of ``tree.SPOKEN_KINDS``."""

    kind: str
    value: str
    barge_in: bool = True


Utterance = Prompt | Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Wait for keys. Answered by ``Pressed``, ``NoInput``, ``HungUp`` or ``Moved``.

    Waiting ends at ``max_digits`` keys, at ``end_key`` (not part of ``Pressed``; alone it gives
    ``Pressed("")``), after ``no_input_s`` before the first key (``NoInput``), or ``inter_digit_s``
    between keys (``Pressed`` with what came).
    """

    max_digits: int
    end_key: str = ""
    no_input_s: float = 5.0
    inter_digit_s: float = 3.0
    barge_in: bool = True
    type_ahead: bool = True
    """False: keys pressed before this turn's prompts began are thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Look something up. Answered by ``Found``, ``Missing``, ``Failed`` or ``HungUp``."""

    source: str
    arguments: Mapping[str, Value]
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScript:
    """Run a script on the line. Answered by ``Done``, ``Failed`` or ``HungUp``."""

    name: str
    arguments: Mapping[str, Value]
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCallback:
    """Keep a place in a queue for a number. Answered by ``Done``, ``Failed`` or ``HungUp``."""

    queue: str
    number: str
    priority: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Record what the caller says, up to ``longest_s``, for the people of ``box``.

    Answered by ``Done``, ``NoInput`` (nothing was said), ``Failed`` or ``HungUp``; a caller who
    hangs up after speaking has left his message all the same.
    """

    box: str
    longest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSms:
    """Send a text message. Answered by ``Done`` once it is safe in the outbox, or ``Failed``."""

    template: str
    to: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToQueue:
    """Wait for an agent. ``needs``: skill → least level; ``variables`` go with the call."""

    queue: str
    priority: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect the caller to a number outside the queues."""

    target: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up; the tree gave ``reason``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A tree with an ``entry`` is over: the caller goes back to where he came from, with ``variables`` for
    the agent who sent him; nothing personal."""

    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is left to talk to: ``caller`` hung up, or the call was ``moved`` elsewhere."""

    cause: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The tree or its driver went wrong; the driver gives the caller to the default human queue.

    ``reason``: ``too_many_nodes`` (100 without waiting), ``too_many_waits``, ``too_deep``
    (subtrees), ``no_such_node``, ``return_outside_subtree``, ``unexpected_answer``,
    ``already_ended``.
    """

    reason: str
    node: str


Ended = ToQueue | Transfer | HangUp | Returned | Gone | Fault
Errand = PlaceCallback | Record | SendSms
Ask = Listen | Fetch | RunScript | Errand | Ended
ENDINGS = (ToQueue, Transfer, HangUp, Returned, Gone, Fault)


@dataclass(frozen=True, slots=True)
class NodeEntered:
    """The walk came to a node; ``kind`` is the YAML key of its type."""

    node: str
    kind: str


@dataclass(frozen=True, slots=True)
class KeyChosen:
    """The caller's keys led to ``target``; ``keys`` is empty at a sensitive node. ``word`` is the
    reserved word that the menu has for it; empty where it names the node."""

    node: str
    keys: str
    target: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class NoMatchHeard:
    """The caller pressed what the node does not know; ``keys`` is empty at a sensitive node."""

    node: str
    keys: str


@dataclass(frozen=True, slots=True)
class NoInputHeard:
    """The caller pressed nothing."""

    node: str


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """The caller answered a survey."""

    survey: str
    answers: Mapping[str, Value]


Note = NodeEntered | KeyChosen | NoMatchHeard | NoInputHeard | SurveyAnswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One step of the visit: play, then ask."""

    session: Session
    play: tuple[Utterance, ...]
    ask: Ask
    notes: tuple[Note, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    """Which way out of which node was taken, in order (``ways.Way``: node, name)."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller pressed keys (``0-9 * #`` and ``A-D``); the end key is not among them."""

    keys: str


@dataclass(frozen=True, slots=True)
class NoInput:
    """The caller pressed nothing in time."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller hung up."""


@dataclass(frozen=True, slots=True)
class Found:
    """The source knows it."""

    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """The source answered and does not know it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The source, script or errand broke or ran out of time."""


@dataclass(frozen=True, slots=True)
class Done:
    """The script or errand ended well; a script may give values."""

    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """Someone moved the call out of the tree, to ``on``."""

    on: str = ""


Heard = Pressed | NoInput | HungUp | Found | Missing | Failed | Done | Moved
