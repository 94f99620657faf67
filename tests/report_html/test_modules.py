"""Modules become one script, in order, each with names of its own."""

import re
from pathlib import Path

import pytest

import raftkit
from raftkit.report.html._modules import one_script

PAGE = Path(raftkit.__file__).parent / "report/html/page"


def test_what_is_needed_comes_first():
    """Though main names it second, and two modules need it."""
    script = one_script(
        {
            "main.js": 'import { b } from "./b.js";\nimport {\n  a,\n} from "./a.js";\nb(a);',
            "b.js": 'import { a } from "./a.js";\nconst hidden = 1;\nexport function b() { return a + hidden; }',
            "a.js": "const hidden = 2;\nexport const a = hidden;",
        },
        "main.js",
    )
    places = [script.index(f'modules["{name}"] = ') for name in ("a.js", "b.js", "main.js")]
    assert places == sorted(places)
    assert not re.search(r"^(import|export)", script, re.MULTILINE)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('import x from "./a.js";', "import x"),
        ('import { a } from "elsewhere";', "elsewhere"),
        ("export default 1;", "export default"),
        ("export { a };", "export"),
        ('import { b } from "./main.js";', "import each other"),
    ],
)
def test_other_forms_are_refused(source, says):
    """Rather than to fail in a browser."""
    with pytest.raises(ValueError, match=says):
        one_script({"main.js": source}, "main.js")


def test_nothing_parses_html_from_a_string():
    """Every string of a trace is hostile, and goes in as text."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc"
    )
    for path in PAGE.glob("*.js"):
        assert not forbidden.search(path.read_text()), path.name


def test_no_script_can_end_its_own_element():
    """The page's script stands in a script element as it is."""
    for path in PAGE.glob("*.js"):
        assert not re.search(r"</script|<!--", path.read_text(), re.IGNORECASE), path.name


def test_every_module_is_used():
    """One that nobody imports would be left out without a word."""
    modules = {path.name: path.read_text() for path in PAGE.glob("*.js")}
    script = one_script(modules, "main.js")
    assert [name for name in modules if f'modules["{name}"] = ' not in script] == []
