"""The small project of small_project.py, for tests that break it."""
import multiprocessing

import pytest
from small_project import Project

# What builds import, and the judges of mutants. A process has one fork server for both, which imports it once.
FORKED = (
    "press.cli.main", "press.cli.build", "press.site.plugin", "press.site.checks", "press.trials.judge", "pytest", "matplotlib.pyplot",
    "mkdocs.commands.build", "mkdocs.config.defaults", "material.plugins.search.plugin", "mkdocs_jupyter.plugin", "mkdocs_redirects.plugin",
    "pymdownx.superfences", "pymdownx.arithmatex", "pymdownx.tabbed", "fontTools.subset", "py_mini_racer", "babel.dates",
)


@pytest.fixture(scope="session", autouse=True)
def forked():
    """Have the fork server import it. Here, because press.trials.judge, when it is imported, asks for something else."""
    multiprocessing.set_forkserver_preload([*FORKED])


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """The small project, built from nothing; good.done is its build."""
    made = Project(tmp_path_factory.mktemp("project"))
    made.done = made.build()
    assert made.done.returncode == 0, made.done.stderr
    return made


@pytest.fixture
def project(tmp_path, good):
    """A fresh small project whose runs are kept."""
    return Project(tmp_path, good.folder / ".press")


@pytest.fixture
def cold(tmp_path):
    """A fresh small project of which nothing has run."""
    return Project(tmp_path)
