"""Commands speak the language of the environment, unless they are told another."""

import argparse

import pytest

from cti.language_option import add_language


@pytest.mark.parametrize(
    ("told", "asked", "spoken"),
    [
        (None, [], "zh"),
        ("en", [], "en"),
        ("en", ["--language", "zh"], "zh"),
        ("xx", [], "zh"),
    ],
)
def test_a_command_speaks_as_it_is_told_else_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, told: str | None, asked: list[str], spoken: str
) -> None:
    monkeypatch.delenv("CTI_LANGUAGE", raising=False)
    if told is not None:
        monkeypatch.setenv("CTI_LANGUAGE", told)
    command = argparse.ArgumentParser()
    add_language(command)
    assert command.parse_args(asked).language == spoken
