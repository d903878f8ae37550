"""press build, check and run on a small book: what is published, what is refused, what is left by one cut short."""
import os
import re
import resource
import signal
import stat
import subprocess
import time

import psutil
import pytest
from small_project import PAGE, PICTURE, ROOT, SUM, TEST, YML

SLEEP = SUM, "total = 2 + 2", "import time\ntime.sleep(60)\ntotal = 2 + 2"


def running(project, *command):
    """The press, as soon as it runs a listing."""
    (project.folder / "tmp").mkdir()
    process = project.start(*command, env=os.environ | {"TMPDIR": str(project.folder / "tmp")})
    for _ in range(1000):
        if list((project.folder / "tmp").glob("press-*/*")):
            return process
        time.sleep(0.02)
    raise AssertionError(process.communicate())


def test_a_build_shows_output_figure_values_and_formulas_and_runs_only_what_changed(project, good):
    assert re.search(r"^press: 2 listings, 2 ran, 0 from the cache; \d+ pages in ", good.done.stdout)
    first = good.site()
    page = first["part/growth/index.html"].decode()
    assert "<samp>4</samp>" in page and 'are <span class="value">4</span>' in page and 'id="eq-growth-square"' in page
    assert re.search(r'src="../../(assets/figures/\w+\.svg)"', page)[1] in first
    assert "0 ran, 2 from the cache" in project.build().stdout and project.site() == first
    project.replace(SUM, "print(total)", "print(total, 'changed')")
    assert "1 ran, 1 from the cache" in project.build("check").stdout and project.site() == first
    assert "0 ran, 2 from the cache" in project.build().stdout
    assert b"4 changed" in project.site()["part/growth/index.html"]


def test_every_problem_of_a_build_is_told_at_once_in_order(project):
    for damage in (
        (SUM, "2 + 2", "2 + 3"), (PICTURE, "plt.show()", "1 / 0"), (TEST, "part/growth/picture", "part/growth/sum"),
        (PAGE, "a^2 = b", r"\frac{b"), (PAGE, "(#listing-sum)", "(nowhere.md)"),
        ("docs/index.md", "#eq-growth-square", "#eq-nothing"), ("docs/index.md", "description:", "title:"),
    ):
        project.replace(*damage)
    project.write("docs/part/second.md", "---\ndescription: Not named.\n---\n# Second\n")
    done = project.refused(
        "docs/index.md:1: a page says", "docs/index.md:6: Doc file", f"{PAGE}:12: ", f"{PAGE}:15: Doc file",
        f"{YML}:6: nav does not name docs/part/second.md; add here:\n      - part/second.md\n",
        f"{PICTURE}:1: ", f"{PICTURE}:7: ZeroDivisionError", f"{SUM}:6: AssertionError", f"(shown at {PAGE}:17)",
    )
    places = [(found[1], int(found[2])) for found in re.finditer(r"^([\w/.]+):(\d+): ", done.stderr, re.MULTILINE)]
    assert places == sorted(places) and done.stderr.count("AssertionError") == 1
    done = project.build("check")
    assert done.returncode == 1 and f"{SUM}:6: AssertionError" in done.stderr


SETTINGS = {
    "no YAML": ("nav:\n", "nav: ]\n", f"{YML}:2: it is no YAML"),
    "an unknown setting": ("theme:\n", "teme: a\ntheme:\n", f"{YML}:7: Config value 'teme'"),
    "an unknown plugin": ("  - search", "  - serach", f"{YML}:10: Config value 'plugins': The \"serach\" plugin"),
    "an unknown extension": (
        "theme:\n", "markdown_extensions: [tabels]\ntheme:\n",
        f"{YML}:7: Config value 'markdown_extensions': Failed to load extension 'tabels'. ModuleNotFoundError",
    ),
    "nav of another form": ("nav:\n", "nav: 5\nextra_css:\n", f"{YML}:2: Config value 'nav'"),
    "a list": ("INHERIT", "- a\n- INHERIT", f"{YML}:"),
    "another encoding": ("theme:\n", "# \udcff\ntheme:\n", f"{YML}:7: it is not UTF-8"),
    "a page that is not there": ("  - index.md", "  - index.md\n  - shrink.md", f"{YML}:4: A reference to 'shrink.md'"),
}


@pytest.mark.parametrize(("old", "new", "message"), SETTINGS.values(), ids=SETTINGS)
def test_broken_settings_are_one_line(project, old, new, message):
    text = (project.folder / YML).read_text()
    project.write(YML, text.replace(old, new, 1).encode(errors="surrogateescape"))
    assert project.refused(message).stderr.count("\n") == 2


WAYS = {
    ".press": "press: .press: File exists",
    "site": "press: site is no folder",
    "press/cli/main.py": f"press: this is the press of {ROOT}, not of this folder; `make site`",   # in a copy
    "": "press: there is no mkdocs.yml here; run it at the top of the project",
}


@pytest.mark.parametrize(("path", "message"), WAYS.items())
def test_what_is_in_the_way_is_said_in_one_sentence(cold, path, message):
    cold.write(path, "a file") if path else (cold.folder / YML).unlink()
    done = cold.build()
    assert done.returncode == 1 and done.stderr.startswith(message) and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.nightly
def test_a_full_disk_publishes_nothing(project):
    project.write("site/index.html", "the last good site")
    full = resource.RLIMIT_FSIZE, (60_000, 60_000)
    with project.start("build", preexec_fn=lambda: resource.setrlimit(*full)) as build:
        errors = build.communicate()[1]
    assert build.returncode == 1 and "File too large; nothing was published" in errors and "Traceback" not in errors
    assert project.as_it_was()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.nightly)],
)
def test_a_signal_ends_a_build_at_once_and_leaves_nothing(project, number, status):
    project.replace(*SLEEP)
    project.write("site/index.html", "the last good site")
    with running(project, "build") as process:
        family, started = psutil.Process(process.pid).children(recursive=True), time.monotonic()
        process.send_signal(number)
        errors = process.communicate()[1]
    assert process.returncode == status and time.monotonic() - started < 1.5 and "Traceback" not in errors, errors
    assert not psutil.wait_procs(family, timeout=2)[1]
    assert project.as_it_was() and not list((project.folder / "tmp").iterdir())
    project.replace(SUM, "time.sleep(60)", "time.sleep(0)")
    done = project.build()
    assert done.returncode == 0 and "cache.sqlite" not in done.stderr, done.stderr


@pytest.mark.nightly
def test_a_build_that_was_killed_is_mended_by_the_next(project, good):
    project.write(".press/site-before/index.html", "the last good site")   # between the two renames
    project.write(".press/site-new/index.html", "half a site")
    project.replace(SUM, "2 + 2", "2 + 3")
    assert project.build().returncode == 1 and project.as_it_was()
    project.replace(SUM, "2 + 3", "2 + 2")
    assert project.build().returncode == 0 and project.site() == good.site()


@pytest.mark.nightly
def test_two_builds_wait_for_each_other(project):
    project.replace(SUM, "total = 2 + 2", "import time\ntime.sleep(2)\ntotal = 2 + 2")
    with running(project, "build") as first, project.start("build") as second:
        assert "press: another build is at work here" in second.stderr.readline()
        assert first.wait() == 0
        assert "0 ran, 2 from the cache" in second.communicate()[0] and second.returncode == 0


@pytest.mark.nightly
def test_a_site_is_readable_whatever_the_umask_locale_pipe_and_date(project):
    reader, writer = os.pipe()
    os.close(reader)
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "SOURCE_DATE_EPOCH": "soon"}
    project.replace(PAGE, "Two and two", "Two – é – and two")
    with project.start("build", stdout=writer, env=os.environ | variables, preexec_fn=lambda: os.umask(0o077)) as build:
        os.close(writer)
        assert build.communicate()[1] == ""
    assert build.returncode == 0
    assert "Two – é – and two" in project.site()["part/growth/index.html"].decode()
    site = project.folder / "site"
    assert {stat.S_IMODE(path.stat().st_mode) for path in [site, *site.rglob("*")]} == {0o644, 0o755}


@pytest.mark.nightly
def test_pages_may_be_elsewhere_behind_a_link(project, good, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "pages"
    (project.folder / "docs").rename(elsewhere)
    (project.folder / "docs").symlink_to(elsewhere)
    done = project.build()
    assert done.returncode == 0 and project.site().keys() == good.site().keys(), done.stderr


def test_a_listing_is_run_alone(project):
    done = project.build("run", PICTURE)
    figure = re.search(r"^\[figure: (.*)\]$", done.stdout, re.MULTILINE)[1]
    assert stat.S_IMODE(os.stat(os.path.dirname(figure)).st_mode) == 0o700
    assert project.build("run", SUM).stdout.startswith("4\n[")
    project.replace(SUM, "2 + 2", "2 + 3")
    done = project.build("run", SUM)
    assert done.returncode == 1 and done.stderr.startswith(f"{SUM}:6: AssertionError")
    project.write("bad.py", b"x = 1\ny = '\xff'\n")
    project.replace(PAGE, '```python\n', '```python env="torch"\n')
    for file, message in {
        "none.py": "press: none.py: No such file", "bad.py": "bad.py:2: it is not UTF-8",
        SUM: f"press: {SUM} runs in the environment torch: make frameworks",
    }.items():
        done = project.build("run", file)
        assert done.returncode == 1 and done.stderr.startswith(message) and done.stderr.count("\n") == 1, done.stderr


def test_the_environment_of_another_folder_is_made_anew(tmp_path):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").mkdir()
    for content, anew in (f"{tmp_path}\n", False), ("/another/folder\n", True), ("", True):
        (tmp_path / ".venv/ready").write_text(content)
        os.utime(tmp_path / ".venv/ready", (2**31, 2**31))
        steps = subprocess.run(["make", "-n", ".venv/ready"], cwd=tmp_path, capture_output=True, text=True).stdout
        assert ("it is made anew" in steps) == ("venv .venv" in steps) == anew
