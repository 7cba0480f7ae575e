"""Everything that ``cti check`` finds in config/ and a dialplan, for the command and for drafts."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from cti.config_files import load_configuration
from cti.config_knowledge import unmet
from cti.config_models import Configuration
from cti.core.ivr.check import Site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.rules.house import House
from cti.core.ivr.rules.table import Rules
from cti.core.problems import Mark, Problem, Severity
from cti.dialplan_files import known_names, load_dialplan, load_flows, unknown_days
from cti.house_files import house_of, load_rules
from cti.own_words import OwnWords
from cti.prompts.check import check_prompts
from cti.settings import environment
from cti.store.yaml_files import read_yaml
from cti.survivable import compiled

Moved = Callable[[Configuration], Configuration]
"""The same configuration, with folders elsewhere."""
NO_WORDS = OwnWords()


def all_problems(
    config: Path,
    elsewhere: Sequence[Path] = (),
    today: date | None = None,
    moved: Moved = lambda configuration: configuration,
    own: Callable[[Configuration], OwnWords] = lambda _configuration: NO_WORDS,
) -> list[Problem]:
    """What is wrong, as strict as the rules here are; in no order. ``elsewhere``: folders of trees that are
    looked at instead of the configured one; ``today`` asks whether the days to come are known; ``own``
    gives the words that the trees have instead of the server's prompts."""
    rules, problems = load_rules(config)
    configuration, found = load_configuration(config, environment())
    problems += found
    known, house, folder = Known(), House(rules=rules), config.resolve().parent / "dialplan"
    if configuration is not None:
        configuration = moved(configuration)
        words = own(configuration)
        known, found = known_names(configuration)
        known, house = words.known(known), words.house(house_of(configuration, rules))
        problems += found + _of_prompts(configuration, rules, words)
        problems += missing_whispers(configuration, known)
        folder = configuration.settings.folders.dialplan
    for each in elsewhere or [folder]:
        dialplan = load_dialplan(each, known, house)
        problems += dialplan.problems
        if configuration and dialplan.site:
            problems += compiled(configuration, dialplan.site).notes
            problems += knowledge_unmet(configuration, config, dialplan.site)
        problems += load_flows(each)[1]
        problems += unknown_days(each, today) if today else []
    return rules.applied(problems)


def _of_prompts(configuration: Configuration, rules: Rules, words: OwnWords) -> list[Problem]:
    if words is not NO_WORDS:
        unspoken = words.unspoken_problems(Severity.WARNING)
        return [*words.problems, *unspoken, *words.kept_problems()]
    fastest_cpm = rules.number("prompt_too_fast", "characters_per_min")
    return check_prompts(configuration.settings.folders.prompts, fastest_cpm)


def knowledge_unmet(configuration: Configuration, config: Path, site: Site) -> list[Problem]:
    """What knowledge is for, and no call of this dialplan brings."""
    data, _ = read_yaml(config / "knowledge.yaml", f"{config.name}/knowledge.yaml")
    nodes = {name for tree in site.trees.values() for name in tree.nodes}
    modes = {name for tree in site.trees.values() for name in tree.calendar.mode_rules}
    return unmet(configuration.knowledge, data, nodes, modes) if data else []


def missing_whispers(configuration: Configuration, known: Known) -> list[Problem]:
    """Queues whose name an agent would not hear before the talk."""
    place = Mark(f"{configuration.settings.folders.config.name}/queues.yaml")
    present = (known.prompts or {}).get(configuration.settings.language, ())
    return [
        Problem(place, "config.no_whisper", {"queue": name, "prompt": f"whisper_{name}"})
        for name in configuration.queues.queues
        if f"whisper_{name}" not in present
    ]
