"""press run: one listing, as the build runs it, whatever state the rest of the book is in."""
import contextlib
import tempfile
from pathlib import Path

from press.book.sources import SNIPPETS, Refused, read
from press.cli.messages import say
from press.pages import fences
from press.run.runner import Runner


def run(file):
    """Run a listing, and print what it prints, where its figures are, and its values.

    Raises Refused, OSError where there is no such file, and Problem where it cannot be read or the program fails.
    """
    text, file = read(file), Path(file)
    if environment := fences.environments().get(file.as_posix().rpartition(f"{SNIPPETS}/")[2]):
        raise Refused(f"{file} runs in the environment {environment}: make frameworks")
    with contextlib.closing(Runner()) as runner:
        made = runner.run(str(file), text)
    say(made.output.removesuffix("\n"))
    folder = tempfile.mkdtemp(prefix="press-") if made.figures else ""   # of its own: others use this machine too
    for number, picture in enumerate(made.figures, 1):
        target = Path(folder, f"{file.stem}-{number}.svg")
        target.write_text(picture, encoding="utf-8")
        say(f"[figure: {target}]")
    say(f"[{made.seconds:.2f} s; values: {', '.join(made.values)}]")
