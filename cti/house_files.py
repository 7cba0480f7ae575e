"""config/rules, prompts, queues and roster → what the rules of ``cti check`` look at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cti.config_models import Configuration
from cti.core.ivr.rules.house import House, Queue, Rostered
from cti.core.ivr.rules.read_pack import read_rules
from cti.core.ivr.rules.sounds import Sounds
from cti.core.ivr.rules.table import Rules
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem
from cti.prompts.catalogue import LANGUAGES, CatalogueError, load_catalogue
from cti.prompts.manifest import load_manifest, seconds
from cti.store.yaml_files import read_yaml

RULES_FOLDER = "rules"


def load_rules(config: Path) -> tuple[Rules, list[Problem]]:
    """Read every pack of config/rules; without the folder the table's own levels hold."""
    packs: dict[str, Marked] = {}
    problems: list[Problem] = []
    for path in sorted((config / RULES_FOLDER).glob("*.yaml")):
        data, found = read_yaml(path, f"{config.name}/{RULES_FOLDER}/{path.name}")
        problems += found
        if data is not None:
            packs[path.stem] = data
    rules, found = read_rules(packs)
    return rules, problems + found


def levels_of(configuration: Configuration) -> House:
    """Only how strict the rules are here: for those who use a tree and do not judge it anew."""
    return House(rules=load_rules(configuration.settings.folders.config)[0])


def house_of(configuration: Configuration, rules: Rules) -> House:
    """The hotline beside its trees. Prompts that cannot be read are told by ``check_prompts``."""
    sounds, texts = _prompts(configuration.settings.folders.prompts)
    shifts = configuration.shifts()
    return House(
        rules=rules,
        sounds=sounds,
        texts=texts,
        queues=_queues(configuration),
        agents=tuple(
            Rostered(agent=each, hours=shifts.get(each.agent_id, ()))
            for each in configuration.roster()
        ),
    )


def _queues(configuration: Configuration) -> Mapping[str, Queue]:
    hours = configuration.queue_hours()
    mark = Mark(f"{configuration.settings.folders.config.name}/queues.yaml")
    return {
        name: Queue(policy=policy, hours=hours.get(name), mark=mark)
        for name, policy in configuration.policies().items()
    }


def _prompts(folder: Path) -> tuple[Sounds, Mapping[str, Mapping[str, str]]]:
    try:
        catalogue, made = load_catalogue(folder), load_manifest(folder)
    except (CatalogueError, ValueError):
        return Sounds(), {}
    languages = {name.partition("/")[0] for name in made}
    texts = {
        each: {name: prompt.texts.get(each, "") for name, prompt in catalogue.prompts.items()}
        for each in LANGUAGES
    }
    return Sounds({each: seconds(made, each) for each in sorted(languages)}), texts
