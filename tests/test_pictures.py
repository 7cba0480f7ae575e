"""Every page of the desktop is shown in the papers, in both languages and looks."""

import re
from pathlib import Path

import pytest

from tests.pictures.album import LOOKS

ROOT = Path(__file__).resolve().parent.parent
PAPERS = {"zh": "docs/pages.zh-CN.md", "en": "docs/pages.md"}
READMES = {"zh": "README.zh-CN.md", "en": "README.md"}
STEPS_OF_THE_DESK = ("sign-in", "shift", "ringing", "talking", "transfer", "wrap-up")


def pages() -> list[str]:
    """As the desktop itself lists them; the agents' page in its steps."""
    listed = _named("desktop/src/pages.ts") - {"desk", "admin"}
    admins = {f"admin-{name}" for name in _named("desktop/src/admin/places.ts")}
    admins |= {f"admin-{area}" for area in ("queues", "skills", "agents", "hours", "days")}
    return sorted({*listed, *admins, *STEPS_OF_THE_DESK, "caller"})


def _named(file: str) -> set[str]:
    return set(re.findall(r"\{ name: '([a-z]+)'", (ROOT / file).read_text("utf-8")))


@pytest.mark.parametrize("language", PAPERS)
@pytest.mark.parametrize("page", pages())
def test_a_page_is_shown_in_the_paper_of_all_pages(page: str, language: str) -> None:
    paper = (ROOT / PAPERS[language]).read_text("utf-8")
    for look in LOOKS:
        assert f"img/{page}.{language}.{look}.webp" in paper


@pytest.mark.parametrize("paper", [*PAPERS.values(), *READMES.values()])
def test_every_picture_of_a_paper_is_there(paper: str) -> None:
    file = ROOT / paper
    shown = re.findall(r'(?:src|srcset)="([^"]+\.webp)"', file.read_text("utf-8"))
    assert shown
    for name in shown:
        assert (file.parent / name).read_bytes()[8:12] == b"WEBP", name


@pytest.mark.parametrize("language", PAPERS)
def test_the_first_paper_leads_to_all_pages(language: str) -> None:
    assert PAPERS[language] in (ROOT / READMES[language]).read_text("utf-8")
