"""press serve: a save is shown at once, what make site would refuse is said a moment later, and no fault ends it."""
import contextlib
import signal
import socket
import threading
import time
import urllib.request

import psutil
import pytest
from small_project import FILES, PAGE, PICTURE, SUM, TEST, YML, Project

LONG = 20   # seconds after which something has not come, on a machine with other work
WELL = "with nothing to mend"
OTHER = "docs/part/other.md"


class Server:
    """press serve on a project, with what it says."""

    def __init__(self, project):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = "127.0.0.1:{}".format(free.getsockname()[1])
        self.project, self.said = project, []
        self.process = project.start("serve", "--address", self.address, stderr=-2)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(ValueError):   # closed, as it has ended
            self.said.extend(self.process.stdout)

    def page(self, path="part/growth/"):
        """A page as it is served now; "" where it is not."""
        address = f"http://{self.address}/{path}"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=LONG) as page:
            return page.read().decode()
        return ""

    def shows(self, text, path="part/growth/"):
        """Wait until a page shows a text."""
        self.until(lambda: text in self.page(path))

    def says(self, text):
        """Wait until it says a text. Returns all that it said since it was last asked."""
        self.until(lambda: any(text in row for row in self.said))
        said, self.said[:] = "".join(self.said), []
        assert "Traceback" not in said, said
        return said

    def until(self, condition):
        started = time.monotonic()
        while not condition():
            assert time.monotonic() - started < LONG and self.process.poll() is None, "".join(self.said)
            time.sleep(0.03)


@pytest.fixture(scope="module")
def server(tmp_path_factory, good):
    project = Project(tmp_path_factory.mktemp("served"), good.folder / ".press")
    project.replace("docs/index.md", "To [growth]", "Four is `{part/growth/sum.total}`. To [growth]")
    project.write(OTHER, "---\ndescription: Of no listing.\n---\n# Other\n")
    project.replace(YML, "      - part/growth.md\n", "      - part/growth.md\n      - part/other.md\n")
    server = Server(project)
    server.says(WELL)
    with server.process:
        yield server
        server.process.kill()


def test_only_what_changed_is_set_anew(server):
    before = (server.project.folder / ".press/serve/part/other/index.html").stat().st_mtime_ns
    started = time.monotonic()
    server.project.replace(PAGE, "Two and two", "Now two and two")
    server.shows("Now two and two")
    assert time.monotonic() - started < 3   # it takes half a second where nothing else is at work
    assert "press: part/growth.md, verification.md in" in server.says(WELL)
    assert (server.project.folder / ".press/serve/part/other/index.html").stat().st_mtime_ns == before
    page = "".join(server.page().split())
    assert ">Other<" in page and ">Home<" in page   # the titles of pages that were not read
    assert all(place in server.page("search/search_index.json") for place in ('"part/growth/', '"part/other/', '""'))
    server.project.replace(OTHER, "# Other", "# Another")
    server.shows("Another")   # in the menu of a page that did not change
    server.says(WELL)


def test_a_value_is_renewed_on_every_page_that_takes_it_and_a_failure_is_told(server):
    six = FILES[SUM].replace("2 + 2", "2 + 4").replace("== 4", "== 6")
    server.project.write(SUM, six)
    server.shows('Four is <span class="value">6</span>', "")
    assert "<samp>6</samp>" in server.page()
    server.project.write(SUM, six.replace("== 6", "== 4"))
    server.says(f"{SUM}:6: AssertionError assert total == 4")
    assert "AssertionError" in server.page()
    server.project.write(SUM, FILES[SUM])
    server.shows("<samp>4</samp>")
    server.says(WELL)


FAULTS = {
    "a listing that fails": (SUM, b"2 + 2", b"2 + 3", f"{SUM}:6: AssertionError assert total == 4", "AssertionError"),
    "a page with a bad byte": (PAGE, b"two are", b"two \xff are", f"{PAGE}:9: it is not UTF-8", ""),
    "settings that are no YAML": (YML, b"nav:", b"nav: ]", f"{YML}:2: it is no YAML", ""),
    "a listing without a test": (TEST, b"part/growth/picture", b"part/growth/sum", f"{PICTURE}:1: no test", ""),
}


@pytest.mark.nightly
@pytest.mark.parametrize(("path", "old", "new", "complaint", "shown"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_as_make_site_tells_it_and_mended(server, path, old, new, complaint, shown):
    file = server.project.folder / path
    good = file.read_bytes()
    file.write_bytes(good.replace(old, new))
    server.says(complaint)
    assert not shown or shown in server.page()
    file.write_bytes(good)
    server.says(WELL)
    assert server.page("") and server.page("part/other/") and "<samp>4</samp>" in server.page()


@pytest.mark.nightly
def test_a_page_may_be_renamed(server):
    old, new = server.project.folder / OTHER, server.project.folder / "docs/part/third.md"
    old.rename(new)
    assert f"{YML}:6: A reference to 'part/other.md'" in server.says("nav does not name docs/part/third.md")
    new.rename(old)
    server.says(WELL)


@pytest.mark.nightly
def test_an_endless_loop_ends_when_it_is_mended(server):
    server.project.replace(SUM, "total = 2 + 2", "while True:\n    pass")
    time.sleep(1.5)
    started = time.monotonic()
    server.project.write(SUM, FILES[SUM].replace("print(total)", "print(total, 'again')"))
    server.shows("<samp>4 again</samp>")
    assert time.monotonic() - started < 6   # it would run for thirty
    server.says(WELL)


@pytest.mark.nightly
def test_an_address_that_cannot_be_had_is_one_sentence(server):
    wrong = {server.address: "Address already in use", "nowhere": "invalid", "127.0.0.1:99999": "0-65535"}
    for address, message in wrong.items():
        with server.project.start("serve", "--address", address) as second:
            errors = second.communicate(timeout=LONG)[1]
        assert second.returncode == 1 and message in errors
        assert errors.startswith(f"press: {address}: ") and errors.count("\n") == 1


@pytest.mark.nightly
def test_a_signal_ends_the_server_and_all_that_it_started(server):
    server.project.replace(SUM, "total = 2 + 2", "import time\ntime.sleep(60)\ntotal = 2 + 2")
    time.sleep(1)
    family, started = psutil.Process(server.process.pid).children(recursive=True), time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(LONG) == 143 and time.monotonic() - started < 10   # of the sixty that its listing sleeps
    assert not psutil.wait_procs(family, timeout=10)[1] and "Traceback" not in "".join(server.said)
