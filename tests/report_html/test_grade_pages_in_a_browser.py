"""The pages of a grading as people use them: on a phone, with keys, without a script."""

import pytest
from example_classes import broken, hostile, whole_class

from raftkit.grade.pages import write_class_page, write_student_page

PHONE = {"width": 375, "height": 740}
READY = "footer"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grading")
    for grade in (broken(folder), hostile()):
        write_student_page(grade, "Lab 2", folder)
    write_class_page(whole_class(folder), folder)
    return folder


PAGES = pytest.mark.parametrize("page", ["students/ben/report.html", "students/x/report.html", "index.html"])


@PAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_a_page_without_scrolling_sideways(open_page, folder, page, scheme):
    """Wide tables scroll within themselves; the policy lets the page's own style and script through."""
    opened = open_page(folder / page, ready=READY, viewport=PHONE, color_scheme=scheme)
    assert opened.evaluate("document.documentElement.scrollWidth") == 375
    paper = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) > 600) == (scheme == "light")


@PAGES
def test_a_page_is_read_without_a_script(open_page, folder, page):
    """All of it is there, and what is folded can be unfolded."""
    with_script = open_page(folder / page, ready=READY).inner_text("main")
    assert open_page(folder / page, ready=READY, java_script_enabled=False).inner_text("main") == with_script


def test_the_picture_is_a_press_away(open_page, folder):
    """By keyboard: the first thing to reach on the page."""
    page = open_page(folder / "students/ben/report.html", ready=READY)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready]")
    assert page.title() == "TestPersist12C failed – raftkit timeline"


def test_students_are_sorted_by_a_column(open_page, folder):
    """Best first, then worst first; who has no sum yet is below zero."""
    page = open_page(folder / "index.html", ready=READY)
    heading = page.locator("#students ~ .scroll th", has_text="Points")
    names = page.locator("#students ~ .scroll tbody th")
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert names.first.inner_text() == "Ada Lovelace"
    assert {name.strip() for name in names.all_inner_texts()[-2:]} == {"Cleo", "Eve"}
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert names.last.inner_text() == "Ada Lovelace"


def test_a_hostile_name_owns_nothing(open_page, folder):
    """Its markup is shown, not run."""
    page = open_page(folder / "students/x/report.html", ready=READY)
    assert page.title() != "owned"
    assert page.locator("img").count() == 0
