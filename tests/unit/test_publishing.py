"""What is published goes on although its queue was taken out of the configuration."""

from dataclasses import replace

import pytest

from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.publishing import StillServed, examined, folder_files
from cti.site_files import config_folder


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    configuration, problems = load_configuration(config_folder())
    assert configuration is not None, problems
    return configuration


def without(configuration: Configuration, queue: str) -> Configuration:
    left = {name: each for name, each in configuration.queues.queues.items() if name != queue}
    queues = configuration.queues.model_copy(update={"queues": left})
    return replace(configuration, queues=queues)


def test_trees_that_name_a_lost_queue_are_served_on_but_not_published_anew(
    shipped: Configuration,
) -> None:
    files = folder_files(shipped.settings.folders.dialplan)
    fewer = without(shipped, "consult")
    anew = examined(files, fewer)
    served = StillServed(fewer, lambda those: examined(those, fewer))(files)
    assert (anew.site, {each.code for each in anew.errors}) == (None, {"check.unknown_queue"})
    assert served.site is not None
    assert "95518" in served.site.trees


def test_trees_with_another_error_are_refused(shipped: Configuration) -> None:
    files = folder_files(shipped.settings.folders.dialplan)
    broken = {**files, "95518.yaml": files["95518.yaml"] + "\nnonsense: true\n"}
    fewer = without(shipped, "consult")
    served = StillServed(fewer, lambda those: examined(those, fewer))
    assert served(broken).site is None
