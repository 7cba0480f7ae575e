"""Fixtures of the commands' tests."""

from pathlib import Path

import pytest

from tests.unit.commands.small_site import small_site


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shipped configuration with a small dialplan."""
    return small_site(tmp_path)
