"""press build on a small project: what it publishes, and what it refuses with file and line."""
import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from press import program


def test_a_build_shows_program_output_figure_values_and_formulas(cold):
    done = cold.build()
    assert done.returncode == 0, done.stderr
    assert "2 listings, 2 ran, 0 from the cache" in done.stdout
    page = cold.site()["part/growth/index.html"].decode()
    assert re.sub("<[^>]*>", "", page).count("total = 2 + 2") == 1
    assert "<samp>4</samp>" in page
    assert "Two and two are <span class=\"value\">4</span>" in page
    assert 'id="eq-growth-square"' in page and "<math" in page
    figure = re.search(r'<img src="\.\./\.\./(assets/figures/\w+\.svg)" width="614" height="326" loading="lazy"', page)
    assert figure[1] in cold.site()
    assert 'alt="A line that rises from zero to one"' in page


def test_a_second_build_runs_nothing_and_writes_the_same_bytes(project):
    project.build()
    first = project.site()
    done = project.build()
    assert "0 ran, 2 from the cache" in done.stdout
    assert project.site() == first


def test_one_changed_listing_is_the_only_one_that_runs(project):
    project.build()
    project.replace("snippets/part/growth/sum.py", "print(total)", "print(total, 'changed')")
    done = project.build()
    assert "1 ran, 1 from the cache" in done.stdout
    assert b"4 changed" in project.site()["part/growth/index.html"]


PAGE, SUM, PICTURE = "docs/part/growth.md", "snippets/part/growth/sum.py", "snippets/part/growth/picture.py"
QUOTE = '```python\n--8<-- "part/growth/sum.py"\n```'
FAULTS = {
    "a listing that does not hold": (SUM, "2 + 2", "2 + 3", f"{SUM}:3: AssertionError assert total == 4 (shown at {PAGE}:16)"),
    "a listing that is no Python": (SUM, "print(total)", "print(total", f"{SUM}:2: SyntaxError"),
    "a value that no listing has": (PAGE, "{sum.total}", "{sum.product}", f"{PAGE}:8: "),
    "a value of no listing": (PAGE, "{sum.total}", "{difference.total}", f"{PAGE}:8: "),
    "a format that does not fit": (PAGE, "{sum.total}", "{sum.total:.2q}", f"{PAGE}:8: "),
    "a formula that is not TeX": (PAGE, "a^2 = b", r"a^2 = \frac{b", f"{PAGE}:11: this formula cannot be set"),
    "an unknown command": (PAGE, "a^2 = b", r"a^2 = \nosuch b", f"{PAGE}:11: this formula cannot be set"),
    "a formula in a heading": (PAGE, "# Growth", "# Growth $x$", f"{PAGE}:5: a heading holds no formula"),
    "a link to no page": (PAGE, "(#listing-sum)", "(nowhere.md)", f"{PAGE}:14: "),
    "a link to no anchor": (PAGE, "(#listing-sum)", "(#listing-product)", f"{PAGE}:14: "),
    "a link to no anchor elsewhere": ("docs/index.md", "#eq-growth-square", "#eq-nothing", "docs/index.md:3: "),
    "a link in HTML that leads nowhere": (PAGE, "Inside a list:", '<a href="../nowhere/">x</a>', f"{PAGE}:20: "),
    "an image that is not there": (PAGE, "Inside a list:", "![x](none.png)", f"{PAGE}:20: "),
    "an image without alternative text": (PAGE, "Inside a list:", '<img src="../../index.html">', f"{PAGE}:20: "),
    "a script from elsewhere": (
        PAGE, "Inside a list:", '<script src="https://example.org/a.js"></script>', f"{PAGE}:20: <script> fetches",
    ),
    "a script that names another host": (
        PAGE, "Inside a list:", '<script>fetch("https://example.org/a")</script>', f"{PAGE}:20: a script names another host",
    ),
    "an inline program": (PAGE, QUOTE, "```python\nprint(1)\n```", f"{PAGE}:16: "),
    "another spelling of a fence": (PAGE, QUOTE, QUOTE.replace("```python", "``` python"), f"{PAGE}:16: "),
    "a fence in a literal block": (PAGE, QUOTE, "\n".join("    " + row for row in QUOTE.split("\n")), f"{PAGE}:16: "),
    "a block of code without a fence": (PAGE, "Inside a list:", "    x = 1", f"{PAGE}:20: a block of code"),
    "a program in HTML": (PAGE, "Inside a list:", "<pre><code>x = 1</code></pre>", f"{PAGE}:20: a block of code"),
    "a quotation of nothing": (PAGE, "growth/sum.py", "growth/product.py", f"{PAGE}:16: there is no snippets/part/growth/product.py"),
    "a listing shown twice": (PAGE, "Inside a list:", QUOTE, f"{PAGE}:20: part/growth/sum.py is shown twice"),
    "a listing that no page shows": (PAGE, QUOTE, "", f"{SUM}:1: no page shows it"),
    "a listing on another page": ("docs/index.md", "To [", f"{QUOTE}\n\nTo [", "docs/index.md:3: part/growth/sum.py belongs on"),
    "a figure without alternative text": (PAGE, ' alt="A line that rises from zero to one"', "", f"{PAGE}:24: "),
    "an empty alternative text": (PAGE, "A line that rises from zero to one", " ", f"{PAGE}:24: "),
    "a figure that is not drawn": (PICTURE, "fig, ax = plt.subplots()\nax.plot([0, 1])\n", "", f"{PAGE}:24: "),
    "a value without its backticks": (PAGE, "`{sum.total}`", "{sum.total}", f"{PAGE}:8: markup that means nothing"),
    "a formula that is not closed": (PAGE, "Inside a list:", "Inside $x a list:", f"{PAGE}:20: markup that means nothing"),
    "a reference that is not defined": (PAGE, "Inside a list:", "Inside [a list][list]:", f"{PAGE}:20: markup that means nothing"),
    "a label used twice": (PAGE, "Inside a list:", "$$\nb\n$$ {#eq-growth-square}", "two things on this page have the id eq-growth-square"),
    "a command that KaTeX does not trust": (PAGE, "a^2 = b", r"a^2 = \href{https://example.org}{b}", f"{PAGE}:11: this formula cannot be set"),
    "a value that is not finite": (PAGE, "{sum.total}", "{sum.endless}", f"{PAGE}:8: "),
    "a page outside the order": ("mkdocs.yml", "  - part/growth.md\n", "", "mkdocs.yml:1: "),
    "a page that is not there": ("mkdocs.yml", "  - index.md\n", "  - index.md\n  - part/shrink.md\n", "mkdocs.yml:"),
}


@pytest.mark.parametrize(("path", "old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_with_file_and_line(project, path, old, new, message):
    project.write("site/index.html", "the last good site")
    project.replace(path, old, new)
    done = project.build()
    assert done.returncode == 1
    assert message in done.stderr, done.stderr
    assert project.site() == {"index.html": b"the last good site"}


def test_a_listing_that_is_not_text_is_refused_at_its_line(project):
    project.write(SUM, b"total = 4\nname = '\xff'\n")
    done = project.build()
    assert done.returncode == 1 and f"{SUM}:2: not UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_problem_of_a_build_is_told_at_once(project):
    project.replace(SUM, "2 + 2", "2 + 3")
    project.replace(PICTURE, "plt.show()", "1 / 0")
    project.replace(PAGE, "a^2 = b", r"\frac{b")
    done = project.build(GITHUB_ACTIONS="true")
    for place in (f"{SUM}:3:", f"{PICTURE}:5:", f"{PAGE}:11:"):
        assert re.search(rf"^{place}", done.stderr, re.MULTILINE)
        file, line = place.strip(":").split(":")
        assert f"::error file={file},line={line}::" in done.stderr


def test_assertions_hold_whatever_the_environment_says(project):
    project.replace(SUM, "2 + 2", "2 + 3")
    assert project.build(PYTHONOPTIMIZE="1").returncode == 1


def test_a_listing_that_fails_stops_mkdocs_alone(project):
    project.replace(SUM, "2 + 2", "2 + 3")
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", "other"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and f"{PAGE}:16: {SUM}:3: AssertionError" in done.stderr


def test_mkdocs_alone_builds_the_same_pages_and_refuses_the_same_faults(project):
    project.build()
    ours = project.site()
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", "other"]
    subprocess.run(command, cwd=project.folder, check=True, capture_output=True)
    page = (project.folder / "other/part/growth/index.html").read_bytes()
    assert page == ours["part/growth/index.html"]
    project.replace(PAGE, "{sum.total}", "{sum.product}")
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and f"{PAGE}:8:" in done.stderr


def test_a_killed_build_leaves_the_site_and_nothing_half_written(project):
    project.build()
    good = project.site()
    project.replace(SUM, "total = 2 + 2", "import time\ntime.sleep(1)\ntotal = 2 + 2")
    for wait in (0.3, 0.8, 1.3, 1.8):
        started = subprocess.Popen([sys.executable, "-m", "press.command", "build"], cwd=project.folder, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert project.site() == good or b"time.sleep" in project.site()["part/growth/index.html"]
    assert project.build().returncode == 0


def test_two_builds_at_once_do_not_disturb_each_other(cold):
    project = cold
    command = [sys.executable, "-m", "press.command", "build"]
    both = [subprocess.Popen(command, cwd=project.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    assert [(one.wait(), one.communicate()[1]) for one in both] and all(one.returncode == 0 for one in both)
    first = project.site()
    project.build()
    assert project.site() == first


def test_a_swap_that_was_cut_short_is_mended(project):
    project.build()
    (project.folder / "site").rename(project.folder / ".press" / "site-before")
    project.replace(SUM, "2 + 2", "2 + 3")
    assert project.build().returncode == 1
    assert "index.html" in project.site()


def test_press_run_says_what_a_listing_does(project):
    done = project.build("run", SUM)
    assert done.returncode == 0 and done.stdout.startswith("4\n") and "values: total" in done.stdout
    project.replace(SUM, "2 + 2", "2 + 3")
    done = project.build("run", SUM)
    assert done.returncode == 1 and done.stderr.startswith(f"{SUM}:3: AssertionError")


def test_the_limits_are_the_promised_ones():
    assert (program.SECONDS, program.MEMORY) == (30, 2 * 2**30)


def test_serve_shows_what_is_saved_and_survives_what_is_broken(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "press.command", "serve", "--address", address]
    server = subprocess.Popen(command, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def shows(text):
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://{address}/part/growth/", timeout=5) as page:
                    if text in page.read().decode():
                        return True
            except OSError:
                pass
            time.sleep(0.25)
        return False

    try:
        assert shows("<samp>4</samp>")
        project.replace(SUM, "print(total)", "print(total, 'again')")
        assert shows("<samp>4 again</samp>")
        project.replace(SUM, "2 + 2", "2 + 3")
        assert shows("AssertionError assert total == 4")
        project.replace(SUM, "2 + 3", "2 + 2")
        assert shows("<samp>4 again</samp>")
        assert server.poll() is None
    finally:
        server.terminate()
        server.wait()


def test_a_terminal_sees_how_far_the_listings_are(cold):
    cold.replace(SUM, "total = 2 + 2", "import time\ntime.sleep(2.2)\ntotal = 2 + 2")
    ours, theirs = pty.openpty()
    build = subprocess.Popen([sys.executable, "-m", "press.command", "build"], cwd=cold.folder, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):   # the terminal is gone when the build is
        while piece := os.read(ours, 4096):
            said += piece
    assert build.wait() == 0
    assert b"1 of 2 listings" in said
    assert re.search(rb"part/growth/sum.py: slow, 2\.\d s", said)
