"""press build in a process that has its imports behind it, because the tests build some two hundred small projects."""
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload([
    "press.command", "press.extension", "press.plugin", "press.site", "jupytext", "mkdocs.commands.build", "material.plugins.search.plugin",
    *(f"pymdownx.{name}" for name in ("arithmatex", "details", "highlight", "snippets", "superfences", "tabbed")),
])


def build(folder):
    """Build a project. Returns the finished process, with its output as text."""
    with tempfile.TemporaryDirectory() as said:
        *files, status = [Path(said, name) for name in ("stdout", "stderr", "status")]
        process = _server.Process(target=_press, args=(folder, files, status))
        process.start()
        process.join(300)
        process.kill()   # which did not end in time
        process.join()
        # Where threads start processes, multiprocessing may ask twice how one ended, and is told only once.
        code = int(status.read_text()) if status.exists() else process.exitcode
        return subprocess.CompletedProcess("press build", code, *(file.read_text() for file in files))


def _press(folder, files, status):
    from press import command

    os.chdir(folder)
    for number, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    status.write_text(str(command.main(["build"])))
