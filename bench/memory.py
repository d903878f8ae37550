"""How much memory a build holds."""
import contextlib
import threading

import psutil


class Memory:
    """The most bytes of memory that the processes of a build held at once, besides those in which its programs run."""

    def __enter__(self):
        self.build, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _look(self):
        while not self._done.wait(0.1):
            held = 0
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    held += process.memory_info().rss if "server.py" not in " ".join(process.cmdline()) else 0
            self.build = max(self.build, held)
