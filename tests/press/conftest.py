"""The small project of small_project.py, for tests that break it."""
import pytest
from small_project import Project


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """The small project, built."""
    made = Project(tmp_path_factory.mktemp("project"))
    done = made.build()
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def project(tmp_path, good):
    """A fresh small project whose runs are kept."""
    return Project(tmp_path, good.folder / ".press")


@pytest.fixture
def cold(tmp_path):
    """A fresh small project of which nothing has run."""
    return Project(tmp_path)
