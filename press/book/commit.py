"""The commit that the site is built from. Its date stands for the day of the build, so that two builds are the same."""
import os
import subprocess


def commit(root="."):
    """(hash, seconds since 1970) of the commit at hand, as text.

    ("", "") without git, without a commit, and where the repository is that of another project, with this folder in it.
    """
    if git(root, "rev-parse", "--show-cdup") != "":   # the way up to the repository's top level
        return "", ""
    found, _, seconds = (git(root, "log", "-1", "--format=%H %ct") or "").partition(" ")
    return found, seconds


def changed(root="."):
    """Whether files differ from the commit at hand."""
    return bool(git(root, "status", "--porcelain"))


def set_date(root="."):
    """Give SOURCE_DATE_EPOCH, where the environment has none that is a number, the date of the commit."""
    if not os.environ.get("SOURCE_DATE_EPOCH", "").isdecimal():
        os.environ["SOURCE_DATE_EPOCH"] = commit(root)[1] or "0"


def git(root, *arguments):
    """What git says, or None where it refuses or there is none."""
    try:
        said = subprocess.run(["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return None
    return said.stdout.strip() if said.returncode == 0 else None
