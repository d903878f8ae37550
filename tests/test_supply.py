"""What comes from elsewhere is what was looked at: packages and files by hash, actions by commit."""
import hashlib
import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.nightly

ROOT = Path(__file__).parent.parent
LOCKS = {"requirements.in": "requirements.txt", "bench/requirements.in": "bench/requirements.txt", "audit/requirements.in": "audit/requirements.txt"}
LOCKS |= {f"frameworks/{name}.in": f"frameworks/{name}.txt" for name in ("torch", "jax", "keras")}


def lines(path):
    """The lines of a file without comments."""
    return [row for line in path.read_text(encoding="utf-8").split("\n") if (row := re.sub(r"(^|\s)#.*", "", line).rstrip())]


@pytest.mark.parametrize(("wanted", "lock"), LOCKS.items(), ids=LOCKS)
def test_every_requirement_is_locked_with_a_hash(wanted, lock):
    locked = {}
    for line in "\n".join(lines(ROOT / lock)).replace("\\\n", " ").split("\n"):
        found = re.fullmatch(r"([\w.-]+)==(\S+)(?: ; [^-]+)?(?: +--hash=sha256:[0-9a-f]{64})+", line.rstrip())
        assert found, f"not locked, or without a hash: {line}"
        locked.setdefault(found[1], []).append(found[2])
    for line in lines(ROOT / wanted):
        if line.startswith("-c "):
            continue
        requirement = Requirement(line)
        versions = locked[canonicalize_name(requirement.name)]
        assert all(map(requirement.specifier.contains, versions)), f"{line}: make lock was forgotten, {versions} is locked"


def test_what_the_audit_takes_from_npm_is_locked_with_a_hash_and_no_registry():
    locked = json.loads((ROOT / "audit/package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "audit/package.json").read_text())["dependencies"]
    assert locked.pop("")["dependencies"] == wanted == {name: locked[f"node_modules/{name}"]["version"] for name in wanted}
    assert [name for name, package in locked.items() if not package["integrity"].startswith("sha512-") or "resolved" in package] == []


def test_every_action_is_pinned_by_commit():
    for path in (ROOT / ".github").rglob("*.yml"):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if "uses:" in line:
                assert re.search(r"uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), f"{path}:{number}: {line.strip()}"


def test_the_data_of_the_labs_are_those_of_their_source():
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "docs/labs").glob("*.gz")}
    assert found == {"digits.csv.gz": "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"}


def test_katex_is_as_it_was_released():
    katex, assets = ROOT / "press/pages/katex", ROOT / "docs/assets/katex"
    release = {name: digest for digest, name in map(str.split, lines(katex / "SHA256"))}
    ours = {"dist/katex.min.js": katex / "katex.min.js"} | {f"dist/fonts/{path.name}": path for path in (assets / "fonts").iterdir()}
    for name, path in ours.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == release.pop(name), path
    for folder in katex, assets:
        assert hashlib.sha256((folder / "LICENSE").read_bytes()).hexdigest() == release["LICENSE"], folder
    # Of each font it names one format; with the two others, for old browsers, it is the released one.
    style = (assets / "katex.min.css").read_text(encoding="utf-8")
    others = r'\1,url(\2.woff) format("woff"),url(\2.ttf) format("truetype")'
    style = re.sub(r'(url\((fonts/[\w-]+)\.woff2\) format\("woff2"\))', others, style)
    assert hashlib.sha256(style.encode()).hexdigest() == release.pop("dist/katex.min.css")
    assert release.keys() == {"LICENSE"}
