"""The pytest plugin: a suite is a file that pytest collects, a test in it is an item.

It is loaded in every pytest run of an environment in which raftkit is installed, so this file
imports nothing but pytest, and does nothing until a suite is met. ``-p no:raftkit`` leaves it out.

With pytest-xdist the controller draws the seed and hands it to the workers through ``workerinput``;
each worker runs its tests in a runner child; results come back to the controller on the reports, and
:class:`raftkit.plugin.run.Run` there puts them in order, judges the total limit and writes them down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Offer hooks to those who report or record."""
    from raftkit.plugin import newhooks

    pluginmanager.add_hookspecs(newhooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add raftkit's options."""
    from raftkit.plugin.options import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse bad option values before anything runs, and keep the account of the run."""
    from raftkit.plugin.options import has_options, settings

    if has_options(config):
        settings(config)
    if not hasattr(config, "workerinput"):
        from raftkit.plugin.run import Run

        if _is_about_suites(config) and getattr(config.option, "maxschedchunk", 1) is None:
            config.option.maxschedchunk = 1  # few and long tests: pytest-xdist shall deal them one by one
        config.pluginmanager.register(Run(config), "raftkit-run")
    elif has_options(config):
        from raftkit.plugin._work import worker

        worker(config).start()  # its child imports while we collect


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand to an xdist worker what was decided here, once."""
    from raftkit.plugin.options import plan

    node.workerinput["raftkit"] = plan(node.config).as_plain_data()


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what is tested, and with which seed, before anything else."""
    from raftkit.plugin.options import plan, settings

    if not _is_about_suites(config):
        return None
    return f"raftkit: {settings(config).implementation}, {plan(config).headline}"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a YAML file if it is a suite."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    from raftkit.plugin._items import SuiteFile, looks_like_suite

    return SuiteFile.from_parent(parent, path=file_path) if looks_like_suite(file_path) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Number the tests in suite order; when they are spread over cores, the longest go first."""
    if any(hasattr(item, "raftkit_payload") for item in items):
        from raftkit.plugin._items import arrange

        arrange(config, items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Put the result on the report, which travels from a worker to the controller."""
    report = yield
    payload = getattr(item, "raftkit_payload", None)
    if payload is not None and call.when == "call":
        report.raftkit = payload
    return report


def _is_about_suites(config: pytest.Config) -> bool:
    """Whether this run looks as if there were suites in it: known before anything is collected."""
    from raftkit.plugin.options import has_options

    return has_options(config) or any(".y" in arg or "suite" in arg for arg in config.args)
