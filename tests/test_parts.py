"""The parts of a chapter, on the page that `press new` writes: each is there, has its look, and works by hand, keyboard and on paper."""
import contextlib
import subprocess
import sys
from pathlib import Path

import axe
import chromium
import pytest
from lxml import html

from press.release.browser import serve

ROOT = Path(__file__).parent.parent
FILES = {
    "mkdocs.yml": f"""INHERIT: {ROOT}/mkdocs.yml
nav:
  - index.md
  - verification.md
theme: {{custom_dir: {ROOT}/theme}}
plugins: [search, press]
""",
    "docs/index.md": "---\ndescription: Where one begins.\n---\n# Home\n\nTo [the chapter](part/chapter.md).\n",
    "docs/verification.md": "---\ndescription: All claims.\n---\n# How do we know?\n\n<!-- claims -->\n",
}
PAGE = "part/chapter/"
BOXES = ["abstract", "question", "success", "warning"]   # the result, predict, an answer, a common mistake


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small book with the chapter, built."""
    project = tmp_path_factory.mktemp("parts")
    for path, text in FILES.items():
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    (project / "docs/assets").symlink_to(ROOT / "docs/assets")
    for command in ["new", "part/chapter"], ["build"]:
        done = subprocess.run([sys.executable, "-P", "-m", "press.cli.main", *command], cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return project / "site"


@pytest.fixture(scope="module")
def host(folder):
    with serve(folder) as served:
        yield served


@contextlib.contextmanager
def opened(browser, host, scheme="light", width=1280):
    """The chapter in a tab, in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    tab = context.new_page()
    wrong = chromium.watch(tab, host)
    tab.goto(f"{host}{PAGE}")
    yield tab
    assert wrong == []
    context.close()


@pytest.fixture(scope="module")
def tab(browser, host):
    """The chapter, which each test uses in another place."""
    with opened(browser, host) as made:
        yield made


@pytest.fixture(scope="module", params=[("light", 1280), ("dark", 390)], ids=["light, desk", "dark, phone"])
def seen(browser, host, request):
    """The chapter in light on a desk and in dark on a phone, with everything unfolded."""
    with opened(browser, host, *request.param) as made:
        made.evaluate("document.querySelectorAll('article details').forEach((folded) => { folded.open = true; })")
        yield made


def test_the_page_has_one_of_each_part(folder):
    page = html.parse(folder / PAGE / "index.html")
    for part in (
        "div[contains(@class, 'abstract')]//*[@id='eq-chapter-variance']",   # the boxed result with its formula
        "div[contains(@class, 'question')]", "details[contains(@class, 'success')]", "div[contains(@class, 'warning')]",
        "div[contains(@class, 'tip')]", "details[contains(@class, 'note')]", "p[@class='aside']",
        "div[@class='listing picture']/figure/following-sibling::details[@class='program']//div[contains(@class, 'highlight')]",
        "details[@class='check']", "div[contains(@class, 'tabbed-set')]//div[@class='shown']",
        "h2[@id='exercises']/following-sibling::h3[@id='warm-up']/following-sibling::details[contains(@class, 'success')]",
    ):
        assert page.xpath(f"//article//{part}"), part


def test_each_part_is_known_by_its_look(seen):
    looks = seen.evaluate("""(kinds) => kinds.map((kind) => {
        const {borderLeftColor, borderLeftStyle} = getComputedStyle(document.querySelector(`article .${kind}`));
        return [borderLeftStyle, borderLeftColor].join(" ");
    })""", BOXES)
    assert all(look.startswith("solid ") for look in looks) and len(set(looks)) == len(looks), looks
    edge = "element => getComputedStyle(element).borderTopStyle"
    assert seen.locator("article .shown").first.evaluate(edge) == "dashed"   # nothing ran it
    assert seen.locator("article .listing").first.evaluate(edge) == "solid"


def test_nothing_is_wider_than_the_page_and_nobody_is_kept_out(seen):
    assert seen.evaluate("document.documentElement.scrollWidth") <= seen.viewport_size["width"]
    assert axe.violations(seen) == []


def test_an_answer_is_unfolded_with_the_keyboard(tab):
    answer = tab.locator("article details.success").first
    inside = answer.locator("> :not(summary)").first
    assert not inside.is_visible()
    answer.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert inside.is_visible() and "0.0052" in inside.inner_text()   # 1/192, computed by the listing


def test_tabs_are_switched_with_the_keyboard(tab):
    blocks = tab.locator("article .tabbed-block")
    assert [blocks.nth(number).is_visible() for number in (0, 1)] == [True, False]
    tab.locator("article .tabbed-set > input").first.focus()
    tab.keyboard.press("ArrowRight")
    assert [blocks.nth(number).is_visible() for number in (0, 1)] == [False, True]


def test_a_picture_comes_first_and_its_program_is_folded_below(tab):
    listing = tab.locator("article .listing.picture")
    picture, program = listing.locator("figure img"), listing.locator("details.program > .highlight")
    assert picture.is_visible() and not program.is_visible()
    listing.get_by_text("How this picture was made").click()
    assert program.is_visible() and picture.bounding_box()["y"] < program.bounding_box()["y"]


def test_a_remark_stands_in_the_margin_beside_its_paragraph_where_there_is_one(browser, host):
    with opened(browser, host) as tab:
        for width in 390, 1280, 1440, 1500, 1600, 1920:
            tab.set_viewport_size({"width": width, "height": 900})
            remark, paragraph, following = tab.evaluate("""() => {
                const remark = document.querySelector("article .aside");
                return [remark, remark.previousElementSibling, remark.nextElementSibling].map((part) => part.getBoundingClientRect().toJSON());
            }""")
            if width < 1500:
                assert paragraph["bottom"] < remark["top"] < remark["bottom"] < following["top"], width
                assert remark["right"] <= paragraph["right"], width
                continue
            contents = tab.locator(".md-sidebar--secondary").bounding_box()
            assert abs(remark["top"] - paragraph["top"]) < 5 and paragraph["bottom"] < following["top"], width
            assert paragraph["right"] < remark["left"] < remark["right"] < contents["x"], width


def test_on_paper_answers_programs_and_every_tab_are_there_and_nothing_to_press(tab):
    tab.emulate_media(media="print")
    shown = "element => element.checkVisibility({contentVisibilityAuto: true}) && element.getBoundingClientRect().height > 0"
    for part in "details.success > p", "details.note > p", "details.program > .highlight", ".tabbed-block .shown":
        assert all(tab.locator(f"article {part}").evaluate_all(f"elements => elements.map({shown})")), part
    assert tab.locator("article :is(.md-clipboard, .md-code__nav):visible").count() == 0
