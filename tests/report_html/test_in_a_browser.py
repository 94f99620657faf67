"""The page as people use it: with eyes, mouse, keyboard, fingers, and without colour or sight."""

import re
from typing import Any

import pytest
from example_traces import FAILED, HOSTILE, write, write_example

from raftkit.report.html import write_report
from raftkit.trace import (
    FaultBegan,
    FaultBit,
    FaultEnded,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcReplied,
    RpcSent,
    TestBegan,
    TestEnded,
)

MS = 1_000_000
PHONE = {
    "viewport": {"width": 375, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def selected(page: Any) -> int:
    return page.evaluate("timeline.selected")


def view(page: Any) -> tuple[float, float]:
    return tuple(page.evaluate("[timeline.view.from / 1e6, timeline.view.to / 1e6]"))


def place(page: Any, at_ms: float, server: int) -> dict[str, float]:
    """Where a server's lane is at a moment, in the plot."""
    return page.evaluate(
        "([at, server]) => { const { layout } = timeline.scene();"
        " return { x: layout.x(at * 1e6), y: layout.y(server) }; }",
        [at_ms, server],
    )


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def event_at(page: Any) -> str:
    return page.evaluate("timeline.model.record(timeline.selected).event")


def test_a_failed_run_opens_at_its_failure(open_page, report):
    """What broke, why, how to repeat it, beside the last 200 ms."""
    page = open_page(report)
    assert page.title() == "TestExample2B failed – raftkit timeline"
    text = page.inner_text("#page-failure")
    failure = FAILED["failure"]
    for part in ("kind", "summary", "expected", "observed", "advice", "details"):
        assert failure[part] in text
    assert FAILED["repeat"] in text
    assert "suites/2B.yaml:31" in text
    start, end = view(page)
    assert start == pytest.approx(700, abs=10)
    assert start < 900 < end < 930
    assert event_at(page) == "state_read"
    assert page.is_visible("#to-failure")


def test_the_failures_story_leads_through_the_picture(open_page, report):
    """Each moment is a number on a lane and a way there; the explanation stays beside it."""
    page = open_page(report)
    text = page.inner_text("#page-failure")
    explanation = FAILED["failure"]["explanation"]
    for part in ("rule", "look", "broken_by"):
        assert explanation[part] in text
    assert "before all that" in text
    page.click(".story button >> nth=0")
    assert event_at(page) == "logged"
    assert page.evaluate("timeline.model.lane[timeline.selected]") == 0
    start, end = view(page)
    assert start < 202 < end
    assert page.is_visible("#page-failure")


def test_only_what_could_have_influenced_the_failure(open_page, report):
    """A checkbox and a key dim the rest: messages and marks; n goes by it. The evidence is in lines 16 and 38."""
    page = open_page(report)
    assert "19 of 39" in page.inner_text("label.past")
    page.check("#past-only")
    lit = page.evaluate("timeline.model.messages.arrows.map((arrow) => !timeline.past.dimsArrow(arrow))")
    assert lit == [True, True, True, False, False, False]  # the vote, the lost request, the granted vote
    assert page.evaluate("timeline.past.dims(33)")  # S0 applied, which S2 never heard of
    press(page, "Escape", "Home", "n")
    first = selected(page)
    assert event_at(page) == "server_created"
    for _ in range(30):
        press(page, "n")
    assert first < selected(page) == 37
    press(page, "c")
    assert not page.evaluate("timeline.past.isOn")
    page.click("#to-failure")
    assert not page.is_checked("#past-only")


@pytest.mark.parametrize(("keys", "least", "most"), [("", 180, 255), ("c", 5, 80)], ids=["all", "past"])
def test_dimmed_messages_are_hardly_seen(open_page, report, keys, least, most):
    """An AppendEntries half way between two lanes: how opaque the plot's own pixels are there."""
    page = open_page(report)
    page.evaluate("timeline.view.show(396e6, 410e6)")
    press(page, "Escape", *keys)
    page.evaluate("timeline.changed()")
    page.wait_for_timeout(100)
    opacity = page.evaluate(
        "() => { const { layout } = timeline.scene(); const s = timeline.scale;"
        " const x = layout.x(403e6), y = (layout.y(0) + layout.y(1)) / 2;"
        " const { data } = timeline.canvas.getContext('2d').getImageData((x - 3) * s, (y - 3) * s, 6 * s, 6 * s);"
        " return Math.max(...data.filter((_, i) => i % 4 === 3)); }"
    )
    assert least <= opacity <= most


def test_a_passed_run_opens_as_a_whole(open_page, example, tmp_path):
    """There is nothing to jump to."""
    write_report(example, {"verdict": "passed", "id": "TestExample2B"}, tmp_path / "page.html")
    page = open_page(tmp_path / "page.html")
    assert page.inner_text("#verdict").lower() == "passed"
    assert page.is_hidden("#to-failure")
    assert page.is_hidden("#tabs")
    start, end = view(page)
    assert start < 0
    assert end > 900


def test_the_shortest_trace(open_page, tmp_path):
    """A test whose process died at once leaves its first line."""
    write(tmp_path / "trace.jsonl", [TestBegan(0, 1, "TestShort2A", "2A", 1, 3, "reliable", "plain")])
    write_report(tmp_path / "trace.jsonl", None, tmp_path / "page.html")
    page = open_page(tmp_path / "page.html")
    assert page.inner_text("#verdict").lower() == "unfinished"
    press(page, "0", "+", "n", "f", "End", "ArrowDown")
    assert selected(page) == 0


def test_without_a_result_the_trace_tells(open_page, example, tmp_path):
    """The verdict and its reason are the last event."""
    write_report(example, None, tmp_path / "page.html")
    page = open_page(tmp_path / "page.html")
    assert "ElectionSafetyViolated" in page.inner_text("#page-failure")


def test_a_click_shows_an_event(open_page, report):
    """Its sentence, what it changed, the states, its record."""
    page = open_page(report)
    press(page, "0")
    page.click("#plot", position=place(page, 202, 0))
    text = page.inner_text("#page-event")
    assert "S0" in text
    assert "servers at this moment" in text.lower()
    assert page.is_hidden("#page-failure")
    page.wait_for_url(f"**#line={selected(page) + 1}")


def test_what_an_event_changed(open_page, report):
    """The log line with which server 0 leads makes it leader, with the vote that was answered."""
    page = open_page(report, "#line=16")
    text = page.inner_text("#page-event")
    assert "S0 LEAD leads" in text
    assert re.search(r"S0 role candidate\s*→\s*leader", text)
    row = page.inner_text(".states tbody tr:first-child")
    assert row.split() == ["S0", "leader", "1", "S0", "S1", "–", "0", "0"]


def test_states_along_the_wire(open_page, report):
    """Logs, crash, restart and commit are told from messages and from what the service took."""
    page = open_page(report)
    states = page.evaluate("timeline.model.statesAt(timeline.model.count - 1)")
    assert [state["role"] for state in states] == ["leader", "follower", "leader"]
    assert [state["lastIndex"] for state in states] == [1, 1, 0]
    assert [state["commit"] for state in states] == [1, 0, 0]
    assert states[0]["tail"] == [{"index": 1, "term": 1, "command": str(2**63 - 1)}]
    assert states[1]["incarnation"] == 2
    assert not states[2]["connected"]


def test_a_message_is_followed_to_its_answer(open_page, report):
    """m goes from sent to delivered to replied to answered, and round again."""
    page = open_page(report, "#line=10")
    seen = [event_at(page)]
    for _ in range(4):
        press(page, "m")
        seen.append(event_at(page))
    assert seen == ["rpc_sent", "rpc_delivered", "rpc_replied", "rpc_answered", "rpc_sent"]
    page.click(".journey li:last-child button")
    assert event_at(page) == "rpc_answered"


def test_lost_and_delayed_messages(open_page, report):
    """A message to a server that is cut off dies at once; one that the weather takes is lost on its way."""
    page = open_page(report)
    arrows = page.evaluate("timeline.model.messages.arrows")
    assert [(a["isReply"], a["isLost"], a["isDelayed"]) for a in arrows] == [
        (False, False, False), (False, True, False), (True, False, False),
        (False, False, False), (True, False, True), (False, True, False),
    ]  # fmt: skip
    assert arrows[1]["arrives"] == 310e6
    assert arrows[5]["arrives"] == arrows[5]["leaves"]


def test_spans(open_page, report):
    """Roles, cuts, crashes, weather and nested steps."""
    page = open_page(report)
    spans = page.evaluate("timeline.model.spans")
    assert [(span["role"], span["term"]) for span in spans["roles"][0]][-2:] == [
        ("candidate", 1),
        ("leader", 1),
    ]
    assert [span["from"] / 1e6 for span in spans["cut"][2]] == [450]
    assert [(span["from"] / 1e6, span["to"] / 1e6) for span in spans["down"][1]] == [(500, 600)]
    assert [(span["from"] / 1e6, span["name"]) for span in spans["weather"]] == [
        (300, "unreliable, reordering")
    ]
    assert [[step["step"] for step in row] for row in spans["steps"]] == [["1", "2"], ["2.1"]]
    flags = page.evaluate("timeline.flags.map((flag) => flag.label)")
    assert flags == ["warning", "IndexError", "1", "2", "ElectionSafetyViolated"]


def test_faults_are_a_band_above_the_lanes(open_page, tmp_path):
    """From beginning to end, named; those that are on together share it. A held request is a late one."""
    request = {"term": 1, "entries": []}
    write(
        tmp_path / "trace.jsonl",
        [
            TestBegan(0, 1, "TestExample2B", "2B", 7, 3, "unreliable", "plain"),
            FaultBegan(100 * MS, 1, "partition", "partition S0 | S1 S2", 9, [0]),
            FaultBegan(200 * MS, 2, "delay", HOSTILE, 10, []),
            FaultBit(210 * MS, 2, "the request of append_entries from S1 to S2 is held back"),
            RpcSent(210 * MS, 1, 1, 2, "append_entries", 9, request),
            RpcDelayed(210 * MS, 1, 250 * MS, "request", "delay"),
            RpcDelivered(250 * MS, 1, 1, 2, "append_entries"),
            RpcReplied(250 * MS, 1, 1, 2, "append_entries", 9, {"term": 1, "success": True}),
            RpcAnswered(251 * MS, 1, 1, 2, "append_entries"),
            FaultEnded(300 * MS, 1, 0),
            FaultEnded(400 * MS, 2, 1),
            TestEnded(500 * MS, "passed", ""),
        ],
    )
    write_report(tmp_path / "trace.jsonl", None, tmp_path / "page.html")
    page = open_page(tmp_path / "page.html")
    spans = page.evaluate("timeline.model.spans.weather")
    assert [(span["from"] / 1e6, span["name"].split("  ·  ")) for span in spans] == [
        (0, ["unreliable"]),
        (100, ["unreliable", "partition S0 | S1 S2"]),
        (200, ["unreliable", "partition S0 | S1 S2", HOSTILE]),
        (300, ["unreliable", HOSTILE]),
        (400, ["unreliable"]),
    ]
    arrows = page.evaluate("timeline.model.messages.arrows")
    assert [(a["isReply"], a["isDelayed"], a["isLost"]) for a in arrows] == [
        (False, True, False), (True, False, False),
    ]  # fmt: skip


def test_the_keyboard_reaches_everything(open_page, report):
    """n p f 0 + - arrows Home End / ? Esc."""
    page = open_page(report)
    press(page, "0", "Home")
    assert selected(page) == 0
    press(page, "n", "n")
    assert selected(page) == 2
    press(page, "p")
    assert selected(page) == 1
    press(page, "End")
    assert event_at(page) == "test_ended"
    whole = view(page)
    press(page, "+", "+")
    near = view(page)
    assert near[1] - near[0] < whole[1] - whole[0]
    press(page, "ArrowLeft")
    assert view(page)[0] < near[0]
    press(page, "ArrowRight", "-", "-", "-")
    assert view(page) == whole
    press(page, "ArrowUp")
    assert page.evaluate("timeline.model.lane[timeline.selected]") == 2
    press(page, "f")
    assert page.is_visible("#page-failure")
    press(page, "/")
    assert page.evaluate("document.activeElement.id") == "search"
    press(page, "Escape")
    assert page.evaluate("document.activeElement.id") == "plot"
    press(page, "?")
    assert "next event" in page.inner_text("#help")
    press(page, "Escape")
    assert page.is_hidden("#help")


def test_tab_visits_every_control_and_shows_where_it_is(open_page, report):
    """In the order of the page, with an outline."""
    page = open_page(report)
    visited: list[str] = []
    while True:
        press(page, "Tab")
        visited.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if visited[-1] == "BODY":  # and round again
            break
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", visited[-1]
    wanted = [
        "search",
        "hit-previous",
        "hit-next",
        "filter-button",
        "zoom-out",
        "zoom-all",
        "zoom-in",
        "to-failure",
    ]
    assert visited[: len(wanted)] == wanted
    assert {"help-button", "plot", "tab-failure", "page-failure"} <= set(visited)


def test_a_screen_reader_hears_the_selected_event(open_page, report):
    """A live region says it; the canvas, the tabs and the buttons have names."""
    page = open_page(report)
    press(page, "0", "Home", "n")
    assert page.inner_text("#live") == "0.000000 s: S0 starts"
    assert page.get_attribute("#live", "aria-live") == "polite"
    assert "Space-time diagram" in page.get_attribute("#plot", "aria-label")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input')].filter("
        "(e) => !e.textContent.trim() && !e.getAttribute('aria-label') && !e.labels?.length).length"
    )
    assert unnamed == 0


def test_search(open_page, report):
    """Every word must be there; Enter goes on, Shift+Enter back."""
    page = open_page(report)
    press(page, "/")
    page.keyboard.type("s1 APPEND")
    press(page, "Enter")
    assert page.inner_text("#hits") == "1 of 4"
    assert event_at(page) == "rpc_sent"
    press(page, "Enter")
    assert page.inner_text("#hits") == "2 of 4"
    press(page, "Shift+Enter")
    assert page.inner_text("#hits") == "1 of 4"
    page.fill("#search", "no such word")
    page.wait_for_selector("#hits:text-is('no hits')")
    page.fill("#search", "</script>")
    press(page, "Enter")
    assert event_at(page) == "logged"


def test_filters(open_page, report):
    """A server's lane goes with its messages; methods, families and topics leave the walk of n."""
    page = open_page(report)
    page.click("#filter-button")
    page.uncheck("#filter input[name='servers-S2']")
    assert page.evaluate("timeline.filter.servers") == [0, 1]
    assert page.evaluate("timeline.filter.arrows.some((a) => a.to === 2)") is False
    page.uncheck("#filter input[name='methods-request_vote']")
    assert page.evaluate("timeline.filter.arrows.length") == 2
    page.uncheck("#filter input[name='families-Faults']")
    page.uncheck("#filter input[name='topics-VOTE']")
    shown = page.evaluate("[...timeline.filter.events].map((e) => timeline.model.record(e))")
    assert {e.get("topic") for e in shown if e["event"] == "logged"} == {"LEAD", "PRNT"}
    assert not [e for e in shown if e["event"] in ("server_created", "raised", "network_changed")]
    assert page.inner_text("#filter-button") == "Filter (on)"
    page.click("#filter >> text=Show everything")
    assert page.evaluate("timeline.filter.events.length === timeline.model.count")
    press(page, "Escape")
    assert page.is_hidden("#filter")
    assert page.evaluate("document.activeElement.id") == "filter-button"


def test_wheel_and_drag(open_page, report):
    """The wheel zooms around the pointer; a drag moves what it holds."""
    page = open_page(report)
    press(page, "0")
    spot = place(page, 400, 1)
    box = page.locator("#plot").bounding_box()
    page.mouse.move(box["x"] + spot["x"], box["y"] + spot["y"])
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(100)  # the page's policy lets nobody wait for an expression
    assert page.evaluate("timeline.view.span") < 400e6
    assert place(page, 400, 1)["x"] == pytest.approx(spot["x"], abs=2)  # the wheel's place is in whole pixels
    before = selected(page)
    page.mouse.down()
    page.mouse.move(box["x"] + spot["x"] + 120, box["y"] + spot["y"], steps=4)
    page.mouse.up()
    assert place(page, 400, 1)["x"] == pytest.approx(spot["x"] + 120, abs=2)
    assert selected(page) == before


def test_a_phone(open_page, report):
    """375 pixels: nothing sticks out, buttons are large enough for a finger, a tap selects."""
    page = open_page(report, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    small = page.evaluate(
        "[...document.querySelectorAll('header button')].filter((b) => b.offsetParent && b.offsetHeight < 40).length"
    )
    assert small == 0
    spot = place(page, 800, 2)
    box = page.locator("#plot").bounding_box()
    page.touchscreen.tap(box["x"] + spot["x"], box["y"] + spot["y"])
    assert event_at(page) == "raised"
    assert "IndexError" in page.inner_text("#page-event")


def test_two_fingers_pinch(open_page, report):
    """What is between them stays there."""
    page = open_page(report, **PHONE)
    press(page, "0")
    before = view(page)
    page.evaluate(
        """() => {
          const plot = document.getElementById("plot");
          plot.setPointerCapture = () => {};
          const box = plot.getBoundingClientRect();
          const touch = (type, id, x) => plot.dispatchEvent(new PointerEvent(type,
            { pointerId: id, pointerType: "touch", clientX: box.x + x, clientY: box.y + 200, button: 0, bubbles: true }));
          touch("pointerdown", 1, 150);
          touch("pointerdown", 2, 200);
          for (let i = 1; i <= 10; i += 1) { touch("pointermove", 1, 150 - 5 * i); touch("pointermove", 2, 200 + 5 * i); }
          touch("pointerup", 1, 100);
          touch("pointerup", 2, 250);
        }"""
    )
    after = view(page)
    assert after[1] - after[0] == pytest.approx((before[1] - before[0]) / 3, rel=0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(open_page, report, scheme):
    """Page and canvas are of one palette, and text can be read on it (WCAG AA, 4.5 to 1)."""
    page = open_page(report, color_scheme=scheme)
    for name in ("ink", "muted", "bad", "accent"):
        assert contrast(page, name, "paper") >= 4.5, name
    assert contrast(page, "on-leader", "leader") >= 4.5


def contrast(page: Any, ink: str, paper: str) -> float:
    def luminance(name: str) -> float:
        text = page.evaluate(
            f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')"
        ).strip()
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_hostile_strings_stay_text(open_page, tmp_path):
    """In a log line, a result and a name; escape sequences and direction marks are shown, not obeyed."""
    write_example(tmp_path / "trace.jsonl")
    result = {
        **FAILED,
        "id": HOSTILE,
        "title": HOSTILE,
        "failure": FAILED["failure"] | {"kind": HOSTILE, "details": HOSTILE},
    }
    write_report(tmp_path / "trace.jsonl", result, tmp_path / "page.html")
    page = open_page(tmp_path / "page.html")
    assert "</script><img" in page.inner_text("#name")
    assert "</script><img" in page.inner_text("#page-failure")
    page.fill("#search", "onerror")
    page.press("#search", "Enter")
    text = page.inner_text("#page-event")
    assert "</script><img" in text
    assert "␛[31m" in text
    assert "⟨U+202E⟩" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert page.locator("img").count() == 0
    assert page.title().startswith("</script><img")


def test_numbers_beyond_javascript_are_exact(open_page, report):
    """A command of 63 bits is shown as it was."""
    page = open_page(report)
    page.fill("#search", "started")
    page.press("#search", "Enter")
    assert f"start({2**63 - 1})" in page.inner_text("#page-event")


def test_a_damaged_page_says_so(browser, report, tmp_path):
    """Half a page, as a full disk may leave it, is not a blank one."""
    broken = tmp_path / "page.html"
    text = report.read_text()
    start = text.index('id="trace">') + len('id="trace">')
    broken.write_text(text[:start] + "H4sI" + text[text.index("</script>", start) :])
    page = browser.new_page()
    page.goto(broken.as_uri())
    page.wait_for_selector(".broken")
    assert "cannot be shown" in page.inner_text("body")
    page.close()
