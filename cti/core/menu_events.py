"""Facts of a caller in the menu, from his arrival on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from cti.core.event_kinds import CallEvent
from cti.core.ids import ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(CallEvent):
    """A caller reached the IVR; ``flags`` are his classes, ``tree_version`` is the published version he
    walks, or 0. ``area``: where his number was issued (a key of messages ``places``), empty if unknown."""

    TYPE: ClassVar[str] = "offered"
    caller_number: str
    dialed_number: str
    channel: ChannelName
    caller_name: str = ""
    language: str = "zh"
    flags: tuple[str, ...] = ()
    tree_version: int = 0
    area: str = ""
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntered(CallEvent):
    """The caller's walk through the tree came to a node (ours)."""

    TYPE: ClassVar[str] = "nodeEntered"
    node: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsDialed(CallEvent):
    """The caller chose by key; ``digits`` is empty where the node is marked sensitive."""

    TYPE: ClassVar[str] = "digitsDialed"
    node: str
    digits: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMatchHeard(CallEvent):
    """The caller pressed what the node does not know (ours; VoiceXML's nomatch)."""

    TYPE: ClassVar[str] = "noMatch"
    node: str
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoInputHeard(CallEvent):
    """The caller pressed nothing (ours; VoiceXML's noinput)."""

    TYPE: ClassVar[str] = "noInput"
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupEnded(CallEvent):
    """A look-up for the caller ended: found, missing or failed, after ``took_s`` (ours)."""

    TYPE: ClassVar[str] = "lookupEnded"
    source: str
    result: str
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChecked(CallEvent):
    """The caller was asked to prove who he is: ok, wrong or locked; ``level`` is what he reached
    (ours)."""

    TYPE: ClassVar[str] = "identityChecked"
    result: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(CallEvent):
    """The caller answered a survey: question → answer (ours). ``queue`` and ``agent_id`` are those of
    the talk before it, empty without one."""

    TYPE: ClassVar[str] = "surveyAnswered"
    survey: str
    answers: Mapping[str, str]
    queue: str = ""
    agent_id: str = ""
