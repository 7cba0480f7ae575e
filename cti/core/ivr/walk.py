"""The state of one interpreter call: the session as it changes, what to play, what to note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from cti.core.ivr import session as out
from cti.core.ivr import tree as nodes
from cti.core.ivr.conditions import Expression, Value, Variables, as_text, value_of
from cti.core.ivr.parts import PlayPrompt, Reserved, SayValue, Speech, Utterances
from cti.core.ivr.session import Ask, Note, Prompt, Session, Utterance
from cti.core.ivr.tree import Tree

Step = str | Ask
"""Where to go next (a target), or what to ask."""


@dataclass(slots=True)
class Walk:
    """What the nodes of one turn add up to."""

    tree: Tree
    session: Session
    now: datetime
    play: list[Utterance] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)

    def change(self, **fields: object) -> None:
        self.session = replace(self.session, **fields)  # type: ignore[arg-type]

    def take(self, way: str, target: str) -> str:
        """Leave the node by one of its ways (``ways.py`` has their names)."""
        self.ways.append((self.session.node, way))
        return target

    def resolve(self, target: str) -> str:
        """Return the node's name; empty for a ``return`` that has nowhere to go."""
        match target:
            case Reserved.REPEAT:
                return self.session.node
            case Reserved.BACK:
                return self.upper_menu() or self.first_menu()
            case Reserved.HUMAN:
                human = self.human()
                return self.pop_return() if human == Reserved.RETURN else human
            case Reserved.RETURN:
                return self.pop_return()
        return target

    def upper_menu(self) -> str:
        """Return the menu above this node; empty at the topmost."""
        menus = self.session.menus
        above = menus[:-1] if menus and menus[-1] == self.session.node else menus
        return above[-1] if above else ""

    def first_menu(self) -> str:
        return self.session.menus[0] if self.session.menus else self.tree.start

    def human(self) -> str:
        for name in reversed(self.session.menus):
            menu = self.tree.nodes[name]
            if isinstance(menu, nodes.Menu) and menu.human:
                return menu.human
        return self.tree.defaults.human

    def pop_return(self) -> str:
        *outer, target = self.session.returns or ("",)
        self.change(returns=tuple(outer))
        return self.resolve(target)

    def variables(self) -> Variables:
        """Return the variables with those that the call itself has."""
        return {
            **self.session.variables,
            "language": self.session.language,
            "caller_number": self.session.caller_number,
            "dialed_number": self.session.dialed_number,
        }

    def values(self, expressions: Mapping[str, Expression]) -> dict[str, Value]:
        known = self.variables()
        return {name: value_of(each, known) for name, each in expressions.items()}

    def assign(self, values: Variables) -> None:
        self.change(variables={**self.session.variables, **values})

    def say(self, speeches: Utterances, *, barge_in: bool = True) -> None:
        known = self.variables()
        self.play += [_utterance(each, known, barge_in=barge_in) for each in speeches]

    def say_prompt(self, prompt: str) -> None:
        self.play.append(Prompt(prompt))


def _utterance(speech: Speech, known: Variables, *, barge_in: bool) -> Utterance:
    match speech:
        case PlayPrompt(prompt):
            return Prompt(prompt, barge_in)
        case SayValue(kind, expression):
            return out.Spoken(kind, as_text(value_of(expression, known)), barge_in)
    wanted = as_text(value_of(speech.value, known))
    return Prompt(speech.prompts.get(wanted, speech.otherwise), barge_in)
