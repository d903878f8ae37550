"""Damage that is more than another word in a text: to files, rights, the cache, the disk, and to processes at work."""
import contextlib
import fcntl
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from test_build import FAULTS, PAGE, PICTURE, ROOT, SUM, TEST, YML
from test_claims import FAULTS as CLAIMS
from test_fences import BAD
from test_program import GOES_TOO_FAR, NAMED

from press import program, session

CACHE = ".press/cache.sqlite"
KATEX = "docs/assets/katex/katex.min.css"
FONT = "docs/assets/katex/fonts/KaTeX_Main-Regular.woff2"


def write(path, content):
    """Damage: a file with another content, or one more."""
    return lambda project: project.write(path, content)


def change(path, function):
    """Damage: the bytes of a file, changed."""
    return lambda project: project.write(path, function((project.folder / path).read_bytes()))


def lose(path):
    """Damage: a file or folder that is gone."""
    def damage(project):
        file = project.folder / path
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    return damage


def instead(path, make):
    """Damage: something else where a file or folder was. make: what to do with its path."""
    def damage(project):
        lose(path)(project)
        make(project.folder / path)
    return damage


def link(target):
    return lambda path: path.symlink_to(target)


def asset(damage):
    """Damage to a file of assets/, which the small project shares with the book: it gets its own."""
    def own(project):
        (project.folder / "docs/assets").unlink()
        shutil.copytree(ROOT / "docs/assets", project.folder / "docs/assets")
        damage(project)
    return own


def forbid(path, mode=0):
    return lambda project: project.forbid(path, mode)


def limit(size):
    """Damage: a disk on which no file can be larger."""
    def damage(project):
        project.before = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    return damage


DAMAGE = {
    "a page in UTF-16": (change(PAGE, lambda old: old.decode().encode("utf-16")), f"{PAGE}:1: not UTF-8"),
    "a page in Latin-1": (change(PAGE, lambda old: old + b"na\xefve\n"), f"{PAGE}:31: not UTF-8"),
    "a listing in UTF-16": (change(SUM, lambda old: old.decode().encode("utf-16")), f"{SUM}:1: not UTF-8"),
    "a listing in Latin-1": (write(SUM, b"total = 4\nname = '\xff'\n"), f"{SUM}:2: not UTF-8"),
    "a listing with a NUL": (change(SUM, lambda old: old + b"\0"), f"{SUM}:6: it holds a character that nobody sees, U+0000"),
    "a listing with a mark of its bytes": (change(SUM, lambda old: b"\xef\xbb\xbf" + old), f"{SUM}:1: it holds a character that nobody"),
    "a listing of nothing": (write(SUM, " \n"), f"{SUM}:1: it is empty"),
    "pages behind a link": (lambda project: link("part")(project.folder / "docs/more"), "docs/more:1: a folder is no link"),
    "a record marked by a merge and a listing that fails": (
        lambda project: [write("evidence/seeds.json", "<<<<<<<")(project), project.replace(SUM, "2 + 2", "2 + 3")], f"{SUM}:3: AssertionError",
    ),
    "a configuration in Latin-1": (change(YML, lambda old: b"# \xe9\n" + old), f"{YML}:1: not UTF-8"),
    "a configuration in UTF-16": (change(YML, lambda old: old.decode().encode("utf-16")), f"{YML}:1: not UTF-8"),
    "a configuration of nothing": (write(YML, ""), f"{YML}:1: Config value 'site_name'"),
    "a configuration that is a list": (write(YML, "- site\n"), f"{YML}:1: The configuration is invalid"),
    "no configuration": (lose(YML), "there is no mkdocs.yml here"),
    "a folder as configuration": (instead(YML, Path.mkdir), "there is no mkdocs.yml here"),
    "no pages": (lose("docs"), f"{YML}:1: Config value 'docs_dir'"),
    "no listings": (lose("snippets"), f"{PAGE}:16: there is no {SUM} to quote"),
    "a file as the folder of listings": (instead("snippets", Path.touch), f"{PAGE}:16: there is no {SUM} to quote"),
    "no test": (lose(TEST), f"{SUM}:1: nothing checks it by another road"),
    "a test that cannot be read": (write(TEST, b"\xff"), f"{SUM}:1: its test cannot be read: {TEST}:1: not UTF-8"),
    "a page that is a folder": (instead(PAGE, Path.mkdir), f"{YML}:{{part/growth.md}}: "),
    "a page that is a link to nothing": (instead(PAGE, link("none.md")), f"{PAGE}:1: this is no file"),
    "a page that is a pipe": (instead(PAGE, os.mkfifo), f"{PAGE}:1: this is no file"),
    "a listing that is a folder": (instead(SUM, Path.mkdir), f"{PAGE}:16: there is no {SUM} to quote"),
    "a listing that is a link to itself": (instead(SUM, link("sum.py")), f"{SUM}:1: this is no file"),
    "a listing that is a pipe": (instead(SUM, os.mkfifo), f"{SUM}:1: this is no file"),
    "a picture that is a link to nothing": (lambda project: (project.folder / "docs/a.png").symlink_to("b"), "docs/a.png:1: this is no file"),
    "a page nobody may read": (forbid(PAGE), f"{PAGE}:1: it cannot be read: Permission denied"),
    "a listing nobody may read": (forbid(SUM), f"{SUM}:1: it cannot be read: Permission denied"),
    "a configuration nobody may read": (forbid(YML), f"{YML}:1: it cannot be read: Permission denied"),
    "a folder nobody may enter": (forbid("docs/part"), f"{YML}:{{part/growth.md}}: "),
    "a project nobody may write": (
        lambda project: [lose(".press")(project), project.forbid(".", 0o555)], "press: .press: Permission denied",
    ),
    "a folder for the press that nobody may write": (forbid(".press", 0o555), "press: .press/lock: Permission denied"),
    "a site nobody may move": (forbid("site", 0o555), "press: site: Permission denied"),
    "a file in place of the press's folder": (instead(".press", Path.touch), "press: .press: File exists"),
    "a lock that is a folder": (lambda project: (project.folder / ".press/lock").mkdir(), "press: .press/lock: Is a directory"),
    "a site that is a link": (
        lambda project: [(project.folder / "site").rename(project.folder / "other"), (project.folder / "site").symlink_to("other")],
        "press: site is no folder",
    ),
    "a page whose name has a space": (write("docs/part/a b.md", "# A\n"), "docs/part/a b.md:1: a file is named with letters"),
    "a page whose name has an accent": (write("docs/part/é.md", "# E\n"), "docs/part/é.md:1: a file is named with letters"),
    "a page whose name is no text": (write(os.fsdecode(b"docs/part/\xff.md"), "# F\n"), r"docs/part/\udcff.md:1: a file is named"),
    "a listing whose name is no text": (write(os.fsdecode(b"snippets/part/growth/\xff.py"), "x = 1\n"), r"growth/\udcff.py:1: a listing is"),
    "names that differ in capitals": (write("docs/part/Growth.md", "# Growth\n"), f"{PAGE}:1: docs/part/Growth.md has the same name"),
    "a listing with capitals": (write("snippets/part/growth/Sum.py", "x = 1\n"), "snippets/part/growth/Sum.py:1: a listing is"),
    "a listing of no chapter": (write("snippets/sum.py", "x = 1\n"), "snippets/sum.py:1: a listing is snippets/part/chapter/name.py"),
    "a listing nobody shows or tests": (write("snippets/part/growth/new.py", "x = 1\n"), "snippets/part/growth/new.py:1: no page shows it"),
    "a page of another ending": (write("docs/part/new.markdown", "# New\n"), "docs/part/new.markdown:1: the name of a page ends in .md"),
    "a page nobody orders": (write("docs/part/new.md", "# New\n"), f"{YML}:{{nav:}}: The following pages exist"),
    "a page the generator drops": (write("docs/templates/new.md", "# New\n"), "docs/templates/new.md:1: no page of the site comes from it"),
    "a page that is hidden": (write("docs/.new.md", "# New\n"), "docs/.new.md:1: no page of the site comes from it"),
    "a page as HTML": (write("docs/new.html", "<html><img src='none.png'></html>"), "docs/new.html:1: a page is written in Markdown"),
    "a page among the data of labs": (write("docs/labs/new.html", "0.31"), "docs/labs/new.html:1: a page is written in Markdown"),
    "a picture among the data of labs": (write("docs/labs/new.SVG", "<svg/>"), "docs/labs/new.SVG:1: a page is written in Markdown and a picture"),
    "a file that is no page": (write("docs/new.txt", "0.31"), "docs/new.txt:1: docs/ holds pages, assets/"),
    "a text that is put below every page": (
        lambda project: [
            write("snippets/more.md", "\n\nIt keeps 0.31 of it.\n")(project),
            project.replace(YML, "restrict_base_path: true", "restrict_base_path: true, auto_append: [more.md]"),
        ], f"{PAGE}:5: readers see a typed number, 0.31 here",
    ),
    "a font that is none": (asset(write(FONT, "<html>")), f"{FONT}:1: this is no font: "),
    "a font that is cut short": (asset(change(FONT, lambda old: old[:9000])), f"{FONT}:1: this is no font: "),
    "no style of formulas": (asset(lose(KATEX)), f"{KATEX}:1: No such file"),
    "a citation that is no YAML": (write("CITATION.cff", "title: Growth\nauthors: [\n"), "CITATION.cff:3: it is no YAML"),
    "a citation without authors": (write("CITATION.cff", "title: Growth\n"), "CITATION.cff:1: it does not say 'authors'"),
    "a citation whose author has half a name": (
        write("CITATION.cff", "authors: [{family-names: Glorot}]\n"), "CITATION.cff:1: it does not say 'given-names'",
    ),
    "a citation whose author is a word": (write("CITATION.cff", "authors: [Glorot]\n"), "CITATION.cff:1: it has fields, and its authors"),
    "a disk with little room": (limit(60_000), "File too large"),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_refused_and_the_last_good_site_is_intact(built, damage, message):
    project, done = built[damage].result()
    project.refused(done, message, "press: nothing was published")
    assert not list(project.folder.glob(".press/site-*"))


def spoil(project, values):
    """Change the values of a cache, each in the next of these ways."""
    with contextlib.closing(sqlite3.connect(project.folder / CACHE)) as file, file:
        keys = [key for key, in file.execute("SELECT key FROM kept ORDER BY key")]
        for number, key in enumerate(keys):
            file.execute(f"UPDATE kept SET value = {values[number % len(values)]} WHERE key = ?", [key])


def foreign(path):
    """A database of somebody else."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE VIEW kept AS SELECT 1")


ROWS = [
    "NULL", "5", "x'ff'", "''", "'{'", "'[1]'", "'null'", "'{\"output\": \"5\"}'", "substr(value, 1, 80)", "upper(value)",
    "replace(value, '4', '5')", "'0 ' || value", "value || ' '",
]
HARMLESS = {
    "a page with the line ends of Windows": change(PAGE, lambda old: old.replace(b"\n", b"\r\n")),
    "a listing with the line ends of Windows": change(SUM, lambda old: old.replace(b"\n", b"\r\n")),
    "a configuration with the line ends of Windows": change(YML, lambda old: old.replace(b"\n", b"\r\n")),
    "no cache": lose(".press"),
    "a cache that is cut short": change(CACHE, lambda old: old[:5000]),
    "a cache that is half empty": change(CACHE, lambda old: old[:4096] + bytes(len(old) - 4096)),
    "a cache that is a folder": instead(CACHE, Path.mkdir),
    "a cache of somebody else": instead(CACHE, foreign),
    "a cache nobody may write": lambda project: [spoil(project, ["NULL"]), project.forbid(CACHE, 0o444)],
    "a cache with other values": lambda project: spoil(project, ROWS),
    "a cache whose runs say something else": lambda project: spoil(project, ["replace(value, '4', '5')"]),
    "what a build that was killed left": lambda project: [
        project.write(".press/site-before/index.html", "an older site"), project.write(".press/site-half/index.html", "half a site"),
        project.write(".press/site-file", "a file"), project.write(f"{CACHE}-journal", os.urandom(3000)),
    ],
    "modules in the project": lambda project: [
        setattr(project, "before", "pass"), lose(CACHE)(project), project.write("matplotlibrc", "lines.linewidth: 20\n"),
        *(project.write(f"{name}.py", "raise SystemExit('imported')\n") for name in ("numpy", "json", "press", "sitecustomize")),
    ],
}


@pytest.mark.parametrize("damage", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_changes_no_byte_of_the_site(built, good, damage):
    project, done = built[damage].result()
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert project.site() == good.site()


def test_a_disk_without_room_for_the_cache_costs_the_cache_and_nothing_else(project, good):
    spoil(project, ["NULL"])
    with contextlib.closing(sqlite3.connect(project.folder / CACHE)) as file, file:
        file.execute("CREATE TABLE room AS SELECT zeroblob(3000000)")
    limit((project.folder / CACHE).stat().st_size)(project)
    done = project.build()
    assert done.returncode == 0, done.stderr
    assert f"press: {CACHE} keeps nothing more: " in done.stderr and "2 ran, 0 from the cache" in done.stdout
    assert project.site() == good.site()


def test_a_full_disk_publishes_nothing(project):
    project.write("site/index.html", "the last good site")
    mount = ["unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=900k none .press && exec "$@"', "sh"]
    can = subprocess.run([*mount, "true"], cwd=project.folder, capture_output=True).returncode == 0
    if can:   # a real one, where this machine lets us mount it
        project.launch = mount
    else:
        limit(60_000)(project)
    done = project.build()
    project.refused(done, "No space left on device" if can else "File too large", "press: nothing was published")


def test_mkdocs_alone_builds_where_nothing_may_be_written(project, good, tmp_path_factory):
    lose(".press")(project)
    project.forbid(".", 0o555)
    other = tmp_path_factory.mktemp("other")
    done = project.build("build", "--site-dir", str(other), module="mkdocs")
    assert done.returncode == 0, done.stderr
    assert (other / "part/growth/index.html").read_bytes() == good.site()["part/growth/index.html"]


SLOW = SUM, "total = 2 + 2", "import time\ntime.sleep(3)\ntotal = 2 + 2"


def until(condition):
    """Wait for what comes."""
    for _ in range(3000):
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come")


def servers(process):
    """The workers of a build, and their programs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        found = psutil.Process(process.pid).children(recursive=True)
        return [child for child in found if any("worker.py" in word for word in child.cmdline())]
    return []


def family(process):
    """(the worker of a build, its program) as soon as the program runs."""
    def found():
        with contextlib.suppress(psutil.NoSuchProcess):
            return next(((server, child) for server in servers(process) for child in server.children()), None)
    return until(found)


KILLED = {
    "the worker": lambda server, child: server.kill(),
    "the program": lambda server, child: child.kill(),
    "both": lambda server, child: [server.kill(), child.kill()],
}


@pytest.mark.parametrize("kill", KILLED.values(), ids=KILLED)
def test_a_process_that_is_killed_ends_the_build_and_not_the_site(project, kill):
    project.write("site/index.html", "the last good site")
    project.replace(*SLOW)
    with project.start() as build:
        kill(*family(build))
        output, errors = build.communicate()
    project.refused(subprocess.CompletedProcess([], build.returncode, output, errors), f"{SUM}:")
    # What is known of the end depends on how far the worker had come with the program.
    assert ": killed by SIGKILL" in errors or ": its worker process was ended from outside" in errors
    project.replace(SUM, "time.sleep(3)", "time.sleep(0)")
    assert project.build().returncode == 0


def test_a_kernel_that_is_killed_ends_the_build_and_not_the_site(project):
    project.write("site/index.html", "the last good site")
    project.write("docs/labs/dies.py", "# %% [markdown]\n# # A lab\n\n# %%\nimport os\n\nos.kill(os.getpid(), 9)\n")
    project.replace(YML, "  - part/growth.md\n", "  - part/growth.md\n  - labs/dies.py\n")
    project.replace(YML, "  - search:\n", '  - mkdocs-jupyter: {include: ["labs/*.py"], ignore: ["*.md"], execute: true, no_prompt: true}\n  - search:\n')
    project.refused(project.build(), "docs/labs/dies.py:1: DeadKernelError")


def test_a_build_that_is_killed_at_any_moment_leaves_a_whole_site(project, good, tmp_path_factory, monkeypatch):
    left = tmp_path_factory.mktemp("left")
    monkeypatch.setenv("TMPDIR", str(left))
    other = "print(total)", "print(total, 'again')"

    def from_nothing():
        spoil(project, ["NULL"])
        return project.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    project.replace(SUM, *other)
    started = time.monotonic()
    assert from_nothing().wait() == 0
    seconds = time.monotonic() - started
    whole = [good.site(), project.site()]
    moments = random.Random(1)
    for number in range(6):
        project.replace(SUM, *(other if number % 2 else other[::-1]))
        build = from_nothing()
        time.sleep(moments.uniform(0, 1.2 * seconds))
        build.kill()
        build.wait()
        assert project.site() in whole
    assert project.build().returncode == 0
    assert project.site() == whole[1]
    assert not list(project.folder.glob(".press/site-*"))
    until(lambda: not list(left.glob("press-*")))   # the workers remove what nobody waits for


def test_a_lock_is_waited_for_and_ends_with_its_holder(project):
    with project.start() as holder:
        until(lambda: (project.folder / ".press/lock").exists())
        os.kill(holder.pid, signal.SIGSTOP)
        if holder.poll() is None:
            with project.start() as second:
                assert "another build is at work here" in second.stderr.readline()
                holder.kill()
                output, errors = second.communicate()
                assert second.returncode == 0, errors


def test_every_version_and_module_counts(monkeypatch, project, good):
    asked = []
    monkeypatch.setattr(program.Worker, "run", lambda worker, name, text: asked.append(name) or program.Run("", [], {}, 0.0))
    made_with = session.versions()
    assert set(made_with) >= {"python", "numpy", "matplotlib", "worker", "program", "figures"}

    def runs(versions):
        asked.clear()
        monkeypatch.setattr(session, "versions", lambda: versions)
        made = session.Session(project.folder)
        made.start()
        assert made.failures() == []
        return sorted(asked)

    assert runs(made_with) == []
    for name in made_with:
        assert runs(made_with | {name: "another"}) == [PICTURE, SUM], name


@pytest.mark.parametrize("name", ["numpy", "matplotlib"])
def test_another_version_of_a_package_runs_everything_again(project, tmp_path_factory, name):
    packages = tmp_path_factory.mktemp("packages")
    about = packages / f"{name}-99.0.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 99.0\n")
    path = os.pathsep.join([str(packages), os.environ.get("PYTHONPATH", "")])
    assert "2 ran, 0 from the cache" in project.build(PYTHONPATH=path).stdout
    assert "0 ran, 2 from the cache" in project.build().stdout


def test_every_damaged_program_of_a_book_is_named_at_once(project):
    """Each is refused by itself in test_program.py; here they stand side by side in one build."""
    project.write("site/index.html", "the last good site")
    names = {what: re.sub("[^a-z]", "_", what) for what in NAMED}
    for what, name in names.items():
        project.write(f"snippets/part/wrong/{name}.py", NAMED[what][0])
    project.write("docs/part/wrong.md", "# Wrong\n" + "".join(
        f'\n```python\n--8<-- "part/wrong/{name}.py"\n```\n' for name in names.values()
    ))
    project.write("tests/part/test_wrong.py", "".join(f'run("part/wrong/{name}")\n' for name in names.values()))
    project.replace(YML, "  - part/growth.md\n", "  - part/growth.md\n  - part/wrong.md\n")
    places = [f"snippets/part/wrong/{name}.py:{NAMED[what][1]}: " for what, name in names.items()]
    done = project.build()
    project.refused(done, *places)
    for number, name in enumerate(names.values()):
        assert re.search(rf"^snippets/part/wrong/{name}\.py:.* \(shown at docs/part/wrong\.md:{3 + 4 * number}\)$", done.stderr, re.MULTILINE)


def test_every_damaged_fence_of_a_book_is_named_at_once(project):
    """The same of test_fences.py: a page for each."""
    project.write("site/index.html", "the last good site")
    names = {what: re.sub("[^a-z]", "_", what) for what in BAD}
    for what, name in names.items():
        project.write(f"docs/wrong/{name}.md", BAD[what])
    order = "".join(f"  - wrong/{name}.md\n" for name in names.values())
    project.replace(YML, "  - part/growth.md\n", "  - part/growth.md\n" + order)
    project.refused(project.build(), *(f"docs/wrong/{name}.md:{3 if '<!--' in BAD[what] else 2}: " for what, name in names.items()))


def test_contributing_says_how_many_kinds_of_damage_there_are():
    tables = FAULTS, CLAIMS, DAMAGE, HARMLESS, NAMED, GOES_TOO_FAR, BAD, KILLED
    assert f"| `make faults` | {sum(map(len, tables))} kinds of damage" in (ROOT / "CONTRIBUTING.md").read_text()
