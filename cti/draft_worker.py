"""What a draft is tried in: a process of its own, with less right to the machine than calls have.

``python -m cti.draft_worker`` reads one job as JSON from stdin and writes JSON lines: ``{"done", "total"}``
while it works, then ``{"result"}``. Whoever started it ends it when it takes too long.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cti import messages
from cti.checking import NO_WORDS, all_problems
from cti.config_models import Configuration
from cti.core.draft_paths import CATALOGUE, CONFIG, DIALPLAN, as_published, part_of
from cti.core.ivr.check import Site
from cti.core.ivr.diff import differences as callers_notice
from cti.core.ivr.flows import Flow
from cti.core.ivr.graph.picture import Counts
from cti.core.problems import Mark, Problem, Severity
from cti.dialplan_files import load_dialplan, load_flows
from cti.draft_pictures import drawn, shown
from cti.editions import load_edition
from cti.flow_tests.report import failure_as_json, walks_as_json
from cti.flow_tests.run import Report, Result, run_flows
from cti.own_words import OwnWords, own_words
from cti.publishing import differences, lay_words, write_files
from cti.settings_places import Folders

Json = dict[str, Any]
MEMORY_BYTES = 2 * 1024**3
CPU_S = 120
KINDER = 10
"""How much calls go first: nice(2)."""
TELL_EVERY = 20
SETTINGS = "cti.yaml"


def main() -> int:
    """One job."""
    os.nice(KINDER)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    job = json.load(sys.stdin)
    _say({"result": JOBS[job["kind"]](job)})
    return 0


def _say(line: Json) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def check(job: Json) -> Json:
    """Every finding of ``cti check``, sorted by place."""
    with _laid_out(job) as folder:
        today = datetime.now(UTC).date()
        moved = _moved(folder, job)
        found = all_problems(
            folder / "config", today=today, moved=moved, own=lambda each: _own_words(job, each)
        )
    found.sort(key=lambda each: (each.mark, each.code))
    return {"problems": [problem_as_json(each) for each in found]}


def _own_words(job: Json, configuration: Configuration) -> OwnWords:
    """None where the draft says what the server says: then the server's sounds themselves are looked at."""
    files, catalogue = as_published(job["files"]), Path(job["prompts"]) / "catalogue.yaml"
    if CATALOGUE not in files or (
        catalogue.is_file() and catalogue.read_bytes() == files[CATALOGUE].encode()
    ):
        return NO_WORDS
    return own_words(files, configuration.settings)


def test(job: Json) -> Json:
    """All flow tests, or those with ``only`` in their names; findings where the trees cannot be used."""
    with _laid_out(job) as folder:
        dialplan, (flows, problems) = (
            load_dialplan(folder / "dialplan"),
            load_flows(folder / "dialplan"),
        )
    found = [*dialplan.problems, *problems]
    errors = [problem_as_json(each) for each in found if each.severity is Severity.ERROR]
    if dialplan.site is None or errors:
        return {"problems": errors, "result": None}
    wanted = [flow for flow in flows if job.get("only", "") in flow.name]
    return {"problems": [], "result": _tested(dialplan.site, wanted)}


def _tested(site: Site, flows: Sequence[Flow]) -> Json:
    def tell(done: int) -> None:
        if done % TELL_EVERY == 0 or done == len(flows):
            _say({"done": done, "total": len(flows)})

    report = run_flows(site, flows, 1, tell)
    nodes, edges, branches = (each.per_cent for each in report.in_all)
    return {
        "passed": report.passed,
        "failed": len(report.failures),
        "coverage": {"nodes": nodes, "edges": edges, "branches": branches},
        "flows": [_flow(each) for each in _failed_first(report)],
        "trees": walks_as_json(report)["trees"],
    }


def _failed_first(report: Report) -> list[Result]:
    return sorted(report.results, key=lambda each: each.problem is None)


def _flow(result: Result) -> Json:
    mark = result.problem.mark if result.problem else result.flow.mark
    told: Json = {"step": None, "node": None, "wanted": None, "got": None, "what": None}
    if result.problem:
        told |= failure_as_json(result, messages.DEFAULT_LANGUAGE)
        told["what"] = _words(lambda each: messages.what(result.problem, each))  # type: ignore[arg-type]
    return {
        **told,
        "name": result.flow.name,
        "tree": result.flow.tree,
        "file": mark.file,
        "line": mark.line,
        "column": mark.column,
        "passed": result.problem is None,
    }


def diff(job: Json) -> Json:
    """What is not the same in two sides, and what callers would notice."""
    before, after = job["before"], job["files"]
    apart = [
        {"path": each.name, "new": each.new, "gone": each.gone}
        for each in differences(before, after)
    ]
    sides = [_edition(side, job) for side in (before, after)]
    if any(each is None for each in sides):
        return {"files": apart, "words": [], "readable": False}
    changes = callers_notice(*(each for each in sides if each))
    words = [_words(lambda tag, e=each: messages.text(e.code, tag, **e.values)) for each in changes]  # type: ignore[misc]
    return {"files": apart, "words": words, "readable": True}


def _edition(files: Mapping[str, str], job: Json) -> Any:
    with _laid_out({**job, "files": files}) as folder:
        edition, _ = load_edition(str(folder / "dialplan"))
    return edition


def picture(job: Json) -> Json:
    """A tree as cards and lines, or as SVG; ``findings`` where the trees cannot be read."""
    with _laid_out(job) as folder:
        edition, problems = load_edition(str(folder / "dialplan"))
    if edition is None or not edition.trees:
        return {"problems": [problem_as_json(each) for each in problems]}
    if job.get("language"):
        counts = _counts(job.get("counts"))
        return {"svg": drawn(edition, job.get("tree") or "", job["language"], counts)}
    return {"picture": shown(edition, job.get("tree") or "")}


def _counts(given: Json | None) -> Counts | None:
    if given is None:
        return None
    steps = {(source, target): times for source, target, times in given["steps"]}
    return Counts(nodes=given["nodes"], steps=steps)


@contextmanager
def _laid_out(job: Json) -> Iterator[Path]:
    """A folder with ``dialplan``, ``config`` and the words of ``prompts`` as the draft has them, and the
    server's own settings."""
    with tempfile.TemporaryDirectory(prefix="cti-draft-") as above:
        folder = Path(above)
        for name, prefix in (("dialplan", DIALPLAN), ("config", CONFIG)):
            (folder / name).mkdir()
            write_files(part_of(job["files"], prefix), folder / name)
        lay_words(job["files"], Path(job["prompts"]), folder)
        settings = Path(job["config"]) / SETTINGS
        if settings.is_file():
            shutil.copy(settings, folder / "config" / SETTINGS)
        yield folder


def _moved(folder: Path, job: Json) -> Callable[[Configuration], Configuration]:
    """The draft's folders; prompts, scripts and the rest are the server's."""

    def moved(configuration: Configuration) -> Configuration:
        folders = Folders(
            dialplan=folder / "dialplan",
            config=folder / "config",
            prompts=Path(job["prompts"]),
            scripts=Path(job["scripts"]),
            instance=Path(job["instance"]),
        )
        settings = configuration.settings.model_copy(update={"folders": folders})
        return replace(configuration, settings=settings)

    return moved


def problem_as_json(problem: Problem) -> Json:
    """To be read by ``problem_of``."""
    mark = asdict(problem.mark)
    return {
        **mark,
        "code": problem.code,
        "values": {name: str(value) for name, value in problem.values.items()},
        "severity": problem.severity.value,
    }


def problem_of(plain: Json) -> Problem:
    """What ``problem_as_json`` wrote."""
    mark = Mark(plain["file"], plain["line"], plain["column"])
    return Problem(mark, plain["code"], plain["values"], Severity(plain["severity"]))


def _words(said: Callable[[str], str]) -> dict[str, str]:
    return {each: said(each) for each in messages.LANGUAGES}


JOBS: Mapping[str, Callable[[Json], Json]] = {
    "check": check,
    "test": test,
    "diff": diff,
    "picture": picture,
}

if __name__ == "__main__":
    sys.exit(main())
