"""Charts are redrawn in place: nothing blinks, nothing is lost, nothing piles up."""

import numpy as np
import pytest

from tests.browser.driver import ROOT, served, wait_for_charts, wait_until
from tests.browser.reading import (
    AS_DRAWN,
    WATCH_REACTS,
    at_rest,
    chart,
    charts,
    choose,
    opened,
    ranges,
    saved,
    slide,
    wait_for_formula,
    zoom,
)

WATCH = """() => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  window.nodes = plots;
  window.blank = 0;
  window.mutations = plots.map(() => 0);
  plots.forEach((plot, number) => {
    new MutationObserver(records => { window.mutations[number] += records.length; })
      .observe(plot, { subtree: true, childList: true, attributes: true });
  });
  const sample = () => {
    const drawn = [...document.querySelectorAll('.js-plotly-plot')]
      .filter(plot => plot.isConnected && plot.querySelector('.js-line')).length;
    if (drawn < plots.length) window.blank += 1;
    requestAnimationFrame(sample);
  };
  requestAnimationFrame(sample);
}"""
SAME_NODES = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .every((plot, number) => plot === window.nodes[number])"""


def wait_for_range(page, number, low):
    """Wait until the samples of a chart start at `low`."""
    page.wait_for_function(
        """([number, low]) => document.querySelectorAll('.js-plotly-plot')[number]._fullData
          .find(trace => trace.meta === 'samples').x[0] === low""",
        arg=[number, low],
    )


def test_twenty_ticks_without_a_blank_frame_on_the_same_nodes(page, server):
    opened(page, server)
    page.evaluate(WATCH)
    for tick in range(10):
        slide(page, "Input range", "ArrowRight")
        wait_for_range(page, 4, -4.5 + tick / 2)
    for tick in range(10):
        slide(page, "Leaky ReLU negative slope", "ArrowRight")
        wait_for_formula(page, f"{0.02 + tick / 100:.2g}")
    assert page.evaluate("blank") == 0
    assert page.evaluate(SAME_NODES)


def test_a_slope_tick_touches_leaky_relu_and_the_summary_alone(page, server):
    opened(page, server)
    page.evaluate(WATCH)
    slide(page, "Leaky ReLU negative slope", "ArrowRight", times=3)
    wait_for_formula(page, "0.04")
    page.wait_for_function("() => window.mutations[3] && window.mutations[4]")
    assert page.evaluate("mutations.slice(0, 3)") == [0, 0, 0]


def test_a_theme_or_image_setting_does_not_redraw(page, server):
    opened(page, server)
    page.evaluate(WATCH)
    choose(page, "Image size", "Paper")
    page.wait_for_function("() => location.search.includes('paper')")
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    wait_for_formula(page, "0.02")
    page.wait_for_function("() => window.mutations[4]")
    assert page.evaluate("mutations.slice(0, 3)") == [0, 0, 0]


@pytest.mark.parametrize("output", ["±1.5", "Fit"])
def test_zoom_survives_what_does_not_change_its_axis(page, server, output):
    opened(page, server)
    choose(page, "Output axis", output)
    page.wait_for_function(
        "fitted => (document.querySelectorAll('.js-plotly-plot')[3].layout.yaxis.range[1] > 2)"
        " === fitted",
        arg=output == "Fit",
    )
    zoomed = zoom(page, 3)
    slide(page, "Leaky ReLU negative slope", "ArrowRight", times=5)
    wait_for_formula(page, "0.06")
    page.wait_for_function(
        """() => Math.abs(document.querySelectorAll('.js-plotly-plot')[3]._fullData
          .find(trace => trace.meta === 'curve').y[0] + 0.3) < 1e-6"""
    )
    assert ranges(page, 3) == zoomed
    choose(page, "Image size", "Slide")
    page.wait_for_function("() => location.search.includes('slide')")
    assert ranges(page, 3) == zoomed


def test_the_input_range_resets_x_and_the_output_axis_resets_y(page, server):
    opened(page, server)
    before = ranges(page, 2)
    zoomed = zoom(page, 2)
    slide(page, "Input range", "ArrowRight", times=2)
    wait_for_range(page, 2, -4)
    x, y = ranges(page, 2)
    assert x[0] == pytest.approx(-4.27)
    assert y == zoomed[1]
    choose(page, "Output axis", "Fit")
    page.wait_for_function(
        "() => document.querySelectorAll('.js-plotly-plot')[2]._fullLayout.yaxis.range[1] > 4"
    )
    choose(page, "Output axis", "±1.5")
    page.wait_for_function(
        "() => document.querySelectorAll('.js-plotly-plot')[2]._fullLayout.yaxis.range[1] < 4"
    )
    assert ranges(page, 2)[1] == before[1]


def test_a_double_click_resets_the_zoom(page, server):
    opened(page, server)
    before = ranges(page, 0)
    zoom(page, 0)
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    wait_for_formula(page, "0.02")
    page.evaluate(
        """() => {
          window.presses = [];
          addEventListener('mousedown', ({ timeStamp }) => presses.push(timeStamp), true);
        }"""
    )

    def pressed_twice_within_plotlys_delay():  # which takes some tries on a busy machine
        chart(page, 0).locator(".nsewdrag").first.dblclick()
        first, second = page.evaluate("presses.slice(-2)")
        return second - first < 300

    wait_until(pressed_twice_within_plotlys_delay)
    page.wait_for_function(
        "low => Math.abs(document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[0]"
        " - low) < 1e-9",
        arg=before[0][0],
    )
    assert ranges(page, 0) == before


def test_zooming_in_brings_every_sample_to_light(page, server):
    opened(page, server, "?samples=10000")
    dots = """() => {
      const plot = document.querySelectorAll('.js-plotly-plot')[1];
      const { left, right } = plot.querySelector('.nsewdrag').getBoundingClientRect();
      return [...plot.querySelectorAll('.points path')].map(dot => {
        const box = dot.getBoundingClientRect();
        return (box.left + box.right) / 2;
      }).filter(x => left <= x && x <= right);
    }"""

    def pixels_apart():
        return np.diff(page.evaluate(dots)).mean()

    assert 18 < len(page.evaluate(dots)) < 42
    for _ in range(2):
        zoom(page, 1)
        assert 9 <= pixels_apart() < 22  # as dense as before, and none touch
    for _ in range(2):
        zoom(page, 1)
    (low, high), y = ranges(page, 1)
    bottom, top = np.arctanh(y)
    in_view = min(high, top) - max(low, bottom)
    assert len(page.evaluate(dots)) == pytest.approx(in_view / (10 / 9999), abs=1)


def test_colours_follow_a_live_switch_of_the_theme(page, server):
    page.emulate_media(color_scheme="light")
    opened(page, server)
    page.evaluate(WATCH)
    light = charts(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.js-plotly-plot')]"
        ".every(plot => plot._fullLayout.paper_bgcolor === 'rgb(15, 18, 24)'"
        " || plot._fullLayout.paper_bgcolor === 'rgb(15,18,24)')"
    )
    dark = charts(page)
    assert dark[0]["font"] != light[0]["font"]
    for before, after in zip(light, dark, strict=True):
        assert [t["color"] for t in before["traces"]] == [t["color"] for t in after["traces"]]
    assert page.evaluate(SAME_NODES)


def test_without_plotly_js_each_chart_says_so_in_words(new_page, server):
    page = new_page(expected="plotly|Failed to load resource")
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(server)
    page.wait_for_function(
        "() => document.querySelectorAll('.activations-chart .chart-failure').length === 5"
    )
    words = page.locator(".chart-failure").first.inner_text()
    assert "plotly.js" in words
    assert "Reload" in words


@pytest.mark.parametrize(("path", "count"), [("", 5), ("gates", 2)])
def test_no_chart_is_drawn_in_the_midst_of_the_browsers_layout(new_page, server, path, count):
    page = new_page(expected="status of 404")
    page.add_init_script(
        """window.loops = [];
        const note = ({ message }) => /ResizeObserver/.test(message) && loops.push(message);
        addEventListener('error', note);"""
    )
    opened(page, server, path, count)
    width = "document.querySelector('.js-plotly-plot')._fullLayout.width"
    before = page.evaluate(width)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.wait_for_function(f"before => {width} !== before", arg=before)
    assert page.evaluate("loops") == []


NO_INK = """of => {
  const { method } = of;
  of.works = of.owner[method];
  of.owner[method] = () => { throw new Error('The printer is out of ink.'); };
  window.mend = () => { of.owner[method] = of.works; };
}"""


@pytest.mark.parametrize(
    ("broken", "label"),
    [
        ("{ owner: Plotly, method: 'react' }", "Input range"),
        ("{ owner: plot._fullData[0]._module, method: 'calc' }", "Leaky ReLU negative slope"),
    ],
    ids=["drawn-anew", "moved"],
)
def test_a_chart_that_fails_says_so_and_comes_back(new_page, server, broken, label):
    page = new_page(expected="out of ink")
    said = []
    page.on("console", lambda message: said.append(message.text))
    opened(page, server)
    page.evaluate(
        f"""() => {{
          const plot = document.querySelectorAll('.js-plotly-plot')[3];
          ({NO_INK})({broken});
        }}"""
    )
    slide(page, label, "ArrowRight")
    failure = chart(page, 3).locator(".chart-failure")
    failure.get_by_text("This chart cannot be drawn. The printer is out of ink.").wait_for()
    assert chart(page, 3).locator(".js-line").count() == 0  # no old curve beside a new number
    assert any("out of ink" in words for words in said)
    page.evaluate("() => mend()")
    slide(page, label, "ArrowRight")
    wait_for_charts(page)
    assert chart(page, 3).locator(".chart-failure").count() == 0


SHOWN = """number => Object.fromEntries(
  document.querySelectorAll('.js-plotly-plot')[number]._fullData
    .filter(trace => trace.showlegend).map(trace => [trace.name, trace.visible]))"""


def toggle(page, number, name):
    """Click a name in a chart's legend; wait until the chart has followed."""
    before = page.evaluate(SHOWN, number)[name]
    entry = chart(page, number).locator(".legend .traces")
    entry = entry.filter(has=page.get_by_text(name, exact=True))
    entry.locator(".legendtoggle").click()
    page.wait_for_function(
        f"([number, name, before]) => ({SHOWN})(number)[name] !== before",
        arg=[number, name, before],
    )


def test_what_a_legend_hides_is_a_function_and_its_image_is_without_it(page, server, tmp_path):
    opened(page, server, "?summary=overlay")
    toggle(page, 4, "Sigmoid")
    saved(page, 4, "SVG", tmp_path / "overlay.svg")
    assert (tmp_path / "overlay.svg").read_text(encoding="utf-8").count("trace scatter") == 3
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    wait_for_formula(page, "0.02")
    page.wait_for_function("() => location.search.includes('0.02')")
    assert page.evaluate(SHOWN, 4)["Sigmoid"] == "legendonly"
    page.get_by_role("button", name="Remove Sigmoid").click()
    wait_for_charts(page, 4)
    page.wait_for_function(
        "() => document.querySelectorAll('.js-plotly-plot')[3]?._fullData?.length === 3"
    )
    assert page.evaluate(SHOWN, 3) == {"Tanh": True, "ReLU": True, "Leaky ReLU": True}


def test_what_a_legend_hides_on_a_card_is_an_order_with_its_samples(page, server):
    opened(page, server, "?derivatives=first")
    toggle(page, 0, "f")
    hidden = page.evaluate(
        "() => document.querySelector('.js-plotly-plot')._fullData"
        ".filter(trace => trace.visible !== true).map(trace => trace.uid)"
    )
    assert set(hidden) == {"sigmoid-0-curve", "sigmoid-0-samples"}
    slide(page, "Samples", "ArrowRight")
    page.wait_for_function("() => location.search.includes('samples=')")
    assert page.evaluate(SHOWN, 0) == {"f": "legendonly", "f′": True}


def assert_remembers_arrays(page, more_than):
    """Check that Plotly is told the arrays of each of so many traces that it would find itself."""
    found = page.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => plot._fullData)
          .map(trace => [trace, { ...trace, meta: undefined }]
            .map(each => Plotly.PlotSchema.findArrayAttributes(each).sort()))"""
    )
    assert all(remembered == plotlys for remembered, plotlys in found)
    assert len(found) > more_than


def test_what_is_remembered_of_arrays_is_what_plotly_finds(page, server):
    opened(page, server, "?derivatives=first")
    assert_remembers_arrays(page, more_than=20)


@pytest.mark.parametrize(
    ("query", "count", "label", "moved"),
    [
        ("?derivatives=first", 5, "Leaky ReLU negative slope", [3, 4]),
        ("?functions=elu&functions=leaky_relu&summary=overlay", 3, "Leaky ReLU negative", [1, 2]),
        ("gates?gates=swiglu&gates=gpt_oss&functions=", 2, "Gate input g", [0, 1]),
        ("gates?view=softmax&variant=sink", 4, "Logit 1", [0, 2]),
        ("gates?view=softmax&variant=sparsemax", 5, "Logit 2", [0, 4]),
    ],
)
def test_what_only_moves_lies_where_plotly_draws_it_anew(
    new_page, server, query, count, label, moved
):
    page = at_rest(opened(new_page(expected="status of 404"), server, query, count))
    link, before = page.evaluate("location.href"), page.evaluate(AS_DRAWN, [moved, False])
    page.evaluate(WATCH_REACTS)
    slide(page, label, "ArrowRight")
    page.wait_for_function("link => location.href !== link", arg=link)
    at_rest(page)
    assert not set(moved) & set(page.evaluate("reacts"))
    after = page.evaluate(AS_DRAWN, [moved, False])
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert page.evaluate(AS_DRAWN, [moved, True]) == after


def test_charts_that_wait_say_so_until_the_next_message(page, server):
    opened(page, server)
    page.evaluate(
        """async () => (await import(
          new URL('component/activations.dashboard.component.static/chart.js', document.baseURI)
        )).wait('Waiting for the server…')"""
    )
    busy = page.locator(".activations-chart[aria-busy=true]")
    assert busy.count() == 5
    assert chart(page, 4).get_by_role("status").first.inner_text() == "Waiting for the server…"
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    busy.first.wait_for(state="detached")
    assert chart(page, 4).get_by_role("status").first.inner_text() == ""


def test_a_chart_has_its_height_before_plotly_comes(page, server):
    held = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(server)
    place = "[class*=st-key-place_]"
    page.wait_for_function(
        "() => document.querySelectorAll('.activations-chart[aria-label]').length === 5"
    )
    heights = f"[...document.querySelectorAll('{place}')].map(each => each.clientHeight)"
    before = page.evaluate(heights)
    held[0].continue_()
    wait_for_charts(page)
    assert page.evaluate(heights) == pytest.approx(before, abs=1)
    assert min(before) >= 260


def test_theme_colours_are_read_however_css_writes_them(new_page):
    theme = {
        "--theme.light.textColor": "rebeccapurple",
        "--theme.light.backgroundColor": "hsl(60, 100%, 90%)",
    }
    with served(ROOT / "app.py", ROOT, *(word for pair in theme.items() for word in pair)) as own:
        page = new_page()
        opened(page, own, "?functions=tanh", count=2)
        drawn = charts(page)[0]
        assert drawn["font"].replace(" ", "").startswith("rgba(102,51,153")
        assert drawn["paper"].replace(" ", "") == "rgb(255,255,204)"
        read = page.evaluate(
            """async colors => {
              const url = 'component/activations.dashboard.component.static/chart.js';
              const { channels } = await import(new URL(url, document.baseURI));
              return colors.map(channels);
            }""",
            ["#fff", "#0F1218", "rgb(1, 2, 3)", "rgb(1 2 3)", "hsl(120 100% 50%)", "navy"],
        )
        page.close()  # before its server ends
    assert read == ["255,255,255", "15,18,24", "1,2,3", "1,2,3", "0,255,0", "0,0,128"]


def test_200_reruns_and_switching_functions_leave_nothing_behind(page, server):
    opened(page, server)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def measure():
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in metrics}

    def switch_functions():
        page.get_by_role("button", name="Remove Tanh").click()
        wait_for_charts(page, 4)
        page.get_by_role("button", name="Choose a family").click()
        page.get_by_text("The post's four").click()
        wait_for_charts(page, 5)

    def ticks(count):
        for tick in range(count):
            key = "ArrowLeft" if tick % 2 else "ArrowRight"
            slide(page, "Leaky ReLU negative slope", key)
            wait_for_formula(page, "0.01" if tick % 2 else "0.02")

    switch_functions()
    ticks(20)
    before = measure()
    ticks(200)
    for _ in range(5):
        switch_functions()
    ticks(2)
    after = measure()
    assert after["Nodes"] < 1.1 * before["Nodes"] + 200
    assert after["JSEventListeners"] < 1.1 * before["JSEventListeners"] + 50
    assert after["JSHeapUsedSize"] < 1.15 * before["JSHeapUsedSize"] + 4e6


def test_the_charts_need_no_eval_and_no_remote_origin(page, server):
    page.add_init_script(
        """new MutationObserver((_, observer) => {
          if (!document.head) return;
          observer.disconnect();
          const meta = document.createElement('meta');
          meta.httpEquiv = 'Content-Security-Policy';
          meta.content = "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; "
            + "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + "font-src 'self' data:; connect-src 'self' data: blob:";
          document.head.prepend(meta);
        }).observe(document, { childList: true, subtree: true });"""
    )
    opened(page, server)
    assert page.locator("meta[http-equiv=Content-Security-Policy]").count() == 1
    slide(page, "Leaky ReLU negative slope", "ArrowRight")
    wait_for_formula(page, "0.02")
