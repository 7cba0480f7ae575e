"""``cti call TREE``: walk a tree by keyboard; ``--save`` keeps the walk as a flow test."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cti import messages
from cti.commands.test import dialplan_folder, prompt_texts
from cti.core.ivr import session as out
from cti.core.ivr.flow_words import plain_end, plain_utterance, shown
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.session import Facts, Heard, Listen, Prompt, Turn, Utterance
from cti.core.ivr.tree import Tree
from cti.core.speech import SpokenKind, UnspeakableValue, words
from cti.dialplan_files import load_dialplan
from cti.prompts.catalogue import Catalogue
from cti.site_files import config_folder

Answers = Callable[[str], str]
"""Asks the person at the keyboard; raises EOFError when he is gone."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("call", help=messages.text("cli.call"))
    command.add_argument("tree")
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--at", type=_moment, metavar="TIME", help="2026-11-22T23:00+08:00")
    command.add_argument("--from", dest="caller_number", default="13897000001", metavar="NUMBER")
    command.add_argument("--language", choices=messages.LANGUAGES, default="zh")
    command.add_argument("--save", type=Path, metavar="FILE", help=messages.text("cli.call_save"))
    command.set_defaults(run=run)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.astimezone()


def run(chosen: argparse.Namespace) -> int:
    """Walk until the visit ends; 1 when there is no such tree, or the dialplan has errors."""
    dialplan = load_dialplan(dialplan_folder(chosen.config))
    tree = dialplan.site.trees.get(chosen.tree) if dialplan.site else None
    if tree is None:
        for each in dialplan.problems:
            print(messages.line(each, chosen.language), file=sys.stderr)
        print(messages.text("call.no_tree", chosen.language, name=chosen.tree), file=sys.stderr)
        return 1
    facts = Facts(
        caller_number=chosen.caller_number,
        dialed_number=next(iter(tree.numbers)),
        now=chosen.at or datetime.now().astimezone(),
        language=chosen.language,
    )
    texts = prompt_texts(chosen.config)
    walk = Keyboard(tree, facts, texts, chosen.language)
    walk.go(input)
    if chosen.save:
        chosen.save.write_text(walk.as_flow(chosen.save.stem), "utf-8")
    return 0


class Keyboard:
    """A caller with a keyboard: prints what he would hear, reads what he would press."""

    def __init__(self, tree: Tree, facts: Facts, texts: Catalogue, language: str) -> None:
        self.tree, self.facts, self.texts, self.words = tree, facts, texts, language
        self.now = facts.now
        self.turn = start(tree, facts)
        self.steps: list[Mapping[str, object] | str] = []

    def go(self, answers: Answers) -> None:
        """Play turn after turn until the visit ends."""
        self.hear(self.turn)
        while not isinstance(self.turn.ask, out.ENDINGS):
            try:
                heard = self.answer(answers)
            except EOFError:
                heard = out.HungUp()
            self.steps.append(_step(heard))
            self.turn = advance(self.tree, self.turn.session, heard, self.now)
            self.hear(self.turn)
        print(f"= {shown(plain_end(self.turn.ask))}")

    def hear(self, turn: Turn) -> None:
        for utterance in turn.play:
            print(f"  {self.spoken(utterance, turn.session.language)}")
        if turn.play:
            self.steps.append({"hear": [plain_utterance(each) for each in turn.play]})

    def spoken(self, utterance: Utterance, language: str) -> str:
        """Return the words of an utterance, with the prompt's id."""
        if isinstance(utterance, Prompt):
            prompt = self.texts.prompts.get(utterance.id)
            return f"[{utterance.id}] {prompt.texts.get(language, '') if prompt else ''}".rstrip()
        try:
            return words(SpokenKind(utterance.kind), utterance.value, language)
        except UnspeakableValue:
            return f"[{utterance.kind}] {utterance.value}"

    def answer(self, answers: Answers) -> Heard:
        """Ask the person for what the turn waits for."""
        ask = self.turn.ask
        if isinstance(ask, Listen):
            return self.keys(ask, answers)
        if isinstance(ask, out.Fetch):
            self.steps.append({"look_up": {ask.source: dict(ask.arguments)}})
        values = self.ask_values(answers)
        if values is None:
            return out.Missing() if isinstance(ask, out.Fetch) else out.Failed()
        return out.Found(values) if isinstance(ask, out.Fetch) else out.Done(values)

    def keys(self, ask: Listen, answers: Answers) -> Heard:
        typed = answers(messages.text("call.keys", self.words)).strip()
        if typed == "h":
            return out.HungUp()
        if not typed:
            self.now += timedelta(seconds=ask.no_input_s)
            return out.NoInput()
        return out.Pressed(typed.removesuffix(ask.end_key)[: ask.max_digits])

    def ask_values(self, answers: Answers) -> Mapping[str, str] | None:
        """Return the values that a source or script is to answer with; None for "not known"."""
        asked = shown(plain_end(self.turn.ask))
        typed = answers(messages.text("call.values", self.words, asked=asked)).split()
        pairs = [pair.partition("=") for pair in typed if "=" in pair]
        return {name: value for name, _, value in pairs} or None

    def as_flow(self, name: str) -> str:
        """Return the walk as a file of ``dialplan/tests``."""
        lines = [
            "flows:",
            f"  - name: {json.dumps(name, ensure_ascii=False)}",
            f"    tree: {json.dumps(self.tree.name)}",
            f"    at: {self.facts.now.isoformat(timespec='seconds')}",
            f"    from: {json.dumps(self.facts.caller_number)}",
            f"    language: {self.facts.language}",
            "    steps:",
            *(f"      - {shown(step)}" for step in self.steps),
            f"    ends: {shown(plain_end(self.turn.ask))}",
        ]
        return "\n".join(lines) + "\n"


def _step(heard: Heard) -> Mapping[str, object] | str:
    match heard:
        case out.Pressed(keys):
            return {"press": keys or "#"}
        case out.Found(values):
            return {"found": dict(values)}
        case out.Done(values):
            return {"done": dict(values)}
    return _STEP_WORDS[type(heard)]


_STEP_WORDS: Mapping[type[Heard], str] = {
    out.NoInput: "silence",
    out.Missing: "missing",
    out.Failed: "failed",
    out.HungUp: "hang_up",
}
