"""docs/measures.md lists every figure as the code counts it."""

from pathlib import Path

from cti import messages
from cti.core.measures.facts import MeasureRules
from cti.core.measures.registry import figures

PAGE = Path(__file__).parents[1] / "docs" / "measures.md"


def table() -> list[str]:
    """One line a figure: name, Chinese, English, formula, unit, interval."""
    lines = ["| figure | 名称 | name | 公式 | formula | unit | counted in |"]
    lines.append("|---|---|---|---|---|---|---|")
    for figure in figures(MeasureRules()).values():
        key = f"measures.figure.{figure.name}"
        cells = [f"`{figure.name}`"]
        for part in ("name", "formula"):
            cells += [messages.text(f"{key}.{part}", language) for language in ("zh", "en")]
        cells.append(messages.text(f"measures.unit.{figure.unit}", "en"))
        cells.append(messages.text(f"measures.interval.{figure.rule}", "en"))
        lines.append(f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |")
    return lines


def test_every_figure_is_in_the_paper_as_it_is_counted() -> None:
    """After a change of figures: put what ``table`` gives in place of the page's table."""
    written = PAGE.read_text("utf-8").splitlines()
    assert [line for line in written if line.startswith("|")] == table()


def test_every_figure_is_told_in_both_languages() -> None:
    for figure in figures(MeasureRules()).values():
        for language in messages.LANGUAGES:
            assert messages.text(f"measures.unit.{figure.unit}", language)
            assert messages.text(f"measures.interval.{figure.rule}", language)
