"""Curves that hang on the thumb of a slider, which is compared with torch, step by step."""

import re
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from activations.dashboard.explore.page import LENS, exhibits, jobs
from activations.drawing import curves
from activations.functions.calculus import evaluate, trace
from activations.functions.catalog import CATALOG
from tests.browser.driver import wait_for_charts
from tests.browser.reading import (
    AS_DRAWN,
    WATCH_REACTS,
    at_rest,
    chart,
    opened,
    ranges,
    slide,
    wait_for_formula,
    zoom,
)
from tests.browser.state import wait_until

SLOPE = "Leaky ReLU negative slope"
DIFFERENCE = "&elsewhere=true&difference=gelu-jax.nn"
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATHS = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot =>
  plot._fullData.filter(trace => trace.meta === 'curve').map(trace => {
    const layout = plot._fullLayout;
    const axes = [trace.xaxis, trace.yaxis].map(name => layout[name.replace(/[xy]/, '$&axis')]);
    return {
      uid: trace.uid,
      ranges: axes.map(axis => [...axis.range]),
      pixels: axes.map(axis => axis._length),
      log: axes[1].type === 'log',
      d: [...plot.querySelectorAll(`.trace${trace.uid} .js-line`)]
        .map(line => line.getAttribute('d')).join(''),
      dots: places(plot, trace.uid.replace('curve', 'samples')),
      rings: places(plot, trace.uid.replace('curve', 'breaks')),
      fill: plot.querySelector(`.trace${trace.uid.replace('curve', 'band-low')} .js-fill`)
        ?.getAttribute('d'),
      levels: Object.fromEntries(layout.shapes.flatMap((shape, at) => {
        const line = plot.querySelector(`.shapelayer path[data-index="${at}"]`);
        const found = line && shape.yref === trace.yaxis &&
          shape.name?.startsWith(trace.uid.split('-')[0]);
        const [, , y] = line?.getAttribute('d').match(/M([^,]+),([^L]+)/) ?? [];
        return found ? [[shape.name, y - axes[1]._offset]] : [];
      })),
    };
    function places(plot, uid) {
      return [...plot.querySelectorAll(`.trace${uid} .points path`)]
        .map(each => each.getAttribute('transform').match(/-?[\\d.]+/g).map(Number));
    }
  }))"""
PAINT = r"""() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => {
  const { _uid } = plot._fullLayout;
  const drawn = [...plot.querySelectorAll('.main-svg')].map(svg => svg.outerHTML).join('');
  const ordered = drawn.replaceAll(/[\w:-]+="[^"]*"( [\w:-]+="[^"]*")+/g,
    attributes => attributes.match(/[\w:-]+="[^"]*"/g).sort().join(' '));
  return [JSON.stringify([plot.data, plot.layout]), ordered.replaceAll(_uid, 'uid')];
})"""
"""What Plotly knows of each chart, and what is drawn: attributes of a node have no order."""


def grip(page, label, thumb=0):
    """Press the mouse on a slider's thumb; return what moves it to a share of the slider."""
    slider = page.get_by_role("slider", name=label).nth(thumb)
    slider.scroll_into_view_if_needed()
    at, left, width = slider.evaluate(
        """input => {
          const track = input.closest('[role=group]').firstElementChild.getBoundingClientRect();
          const thumb = input.parentElement.parentElement.getBoundingClientRect();
          return [[thumb.x + thumb.width / 2, thumb.y + thumb.height / 2], track.x, track.width];
        }"""
    )
    page.mouse.move(*at)
    page.mouse.down()

    def move(share):
        page.mouse.move(left + share * width, at[1])
        page.evaluate(FRAMES)
        return [
            float(each.get_attribute("value"))
            for each in page.get_by_role("slider", name=label).all()
        ]

    return move


def wait_for_reel(page, move, number, share):
    """Move until the page has its reel: a chart's lines are others."""
    read = f"number => JSON.stringify(({PATHS})()[number])"
    before = page.evaluate(read, number)
    move(share)
    page.wait_for_function(
        f"([number, before]) => ({read})(number) !== before", arg=[number, before]
    )


def points(drawn):
    """The vertices of a path in pixels, with NaN where a line begins anew."""
    parts = []
    for piece in re.split("(?=M)", drawn):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+(?:e-?\d+)?", piece)]
        parts += [np.full((1, 2), np.nan), np.reshape(numbers, (-1, 2))]
    return np.concatenate(parts)


def pixels(path, x, y):
    """Where points lie in a chart."""
    (left, right), (bottom, top) = path["ranges"]
    width, height = path["pixels"]
    return (x - left) / (right - left) * width, (top - y) / (top - bottom) * height


def assert_true(path, window, **parameters):
    """What is drawn is torch's to half a pixel, wherever it is in sight and inside the window."""
    name, order, _ = path["uid"].split("-")
    (left, right), _ = path["ranges"]
    _, height = path["pixels"]
    low, high = max(window[0], left), min(window[1], right)
    x = np.linspace(low, high, 401)
    function = CATALOG[name].at(**parameters)
    x = x[np.all([abs(x - each.x) > 1e-3 for each in function.breaks] or [x == x], axis=0)]
    curve = evaluate(name, x, **parameters)
    y = (curve.y, curve.dy, curve.d2y)[int(order)]
    if path["log"]:
        x, y = x[y != 0], np.log10(np.abs(y[y != 0]))
        if not x.size:
            return  # it lies at the foot of the chart
    across, down = pixels(path, x, y)
    drawn = points(path["d"])
    drawn = drawn[np.isfinite(drawn[:, 0])]
    assert np.nanmin(drawn[:, 0]) <= across[0] + 0.5
    assert np.nanmax(drawn[:, 0]) >= across[-1] - 0.5
    seen = (down > 0) & (down < height)
    assert seen.any()
    error = np.interp(across, drawn[:, 0], drawn[:, 1]) - down
    steep = np.abs(np.gradient(down, across)) if len(x) > 1 else 0
    assert (np.abs(error) <= 0.5 + 0.02 * steep)[seen].all(), path["uid"]
    if order == "0":
        assert_marks_are_true(path, function, (low, high))


def near(marks):
    """The marks of a chart that are not out of the way."""
    return [mark for mark in marks if -9999 not in mark]


def assert_marks_are_true(path, function, window):
    """Dots are on f, rings at breaks in the window, hairlines where f ends, a band is filled."""
    (left, right), _ = path["ranges"]
    dots = np.reshape(near(path["dots"]), (-1, 2))
    x = left + dots[:, 0] / path["pixels"][0] * (right - left)
    np.testing.assert_allclose(dots[:, 1], pixels(path, x, value(function, x))[1], atol=0.5)
    at = np.array([each.x for each in function.breaks if window[0] <= each.x <= window[1]])
    rings = np.array(near(path["rings"])).reshape(-1, 2)
    if path["rings"]:  # else the release draws the first
        where = pixels(path, at, value(function, at))
        np.testing.assert_allclose(sorted(rings.tolist()), np.transpose(where), atol=0.5)
    for level, drawn in path["levels"].items():
        expected = curves.asymptotes(function).get(level)
        if expected is not None:
            assert drawn == pytest.approx(pixels(path, 0, expected)[1], abs=0.5)
    if function.band and path["fill"]:
        x = np.array([window[0], 0, window[1]])
        corners = points(path["fill"].rstrip("Z"))
        for edge in function.band:
            for spot in zip(*pixels(path, x, value(edge, x)), strict=True):
                assert np.nanmin(np.hypot(*(corners - spot).T)) < 0.5


def value(function, x):
    return trace(function, x).y


def assert_axes_are_the_pages(page, number, **chosen):
    """The limits in a chart are what the page draws where this is chosen."""
    search = parse_qs(page.evaluate("location.search.slice(1)"))
    settings = LENS.controls.read({**search, **chosen}).settings
    figures = exhibits(settings, [job.work(lambda _: None) for job in jobs(settings)])
    layout = list(figures.values())[number].drawing.layout
    (path, *_) = page.evaluate(PATHS)[number]
    for found, axis in zip(path["ranges"], ("xaxis", "yaxis"), strict=True):
        low, high = layout[axis]["range"]
        np.testing.assert_allclose(found, (low, high), atol=(high - low) / 400)


@pytest.mark.parametrize(
    ("query", "label", "number", "window"),
    [
        ("", SLOPE, 4, (-5, 5)),
        ("?output=fit&derivatives=first", SLOPE, 3, (-5, 5)),
        ("?output=log-slope", SLOPE, 4, (-5, 5)),
        ("?functions=elu&derivatives=first&derivatives=second", "ELU alpha", 0, (-5, 5)),
        ("?functions=softplus&range=-20&range=20", "Softplus beta", 0, (-20, 20)),
        ("?functions=hardshrink", "Hardshrink lambd", 0, (-5, 5)),
        ("?functions=tanh&functions=elu&summary=overlay", "ELU alpha", 2, (-5, 5)),
        ("?functions=rrelu", "RReLU upper", 0, (-5, 5)),
    ],
)
def test_a_curve_hangs_on_the_thumb_of_its_parameter(page, server, query, label, number, window):
    names = re.findall("functions=(\\w+)", query)
    opened(page, server, query, count=len(names or range(4)) + 1)
    chart(page, number).scroll_into_view_if_needed()
    move = grip(page, label)
    wait_for_reel(page, move, number, 0.37)
    word = label.split()[-1]
    seen = set()
    for share in (0.2, 0.35, 0.5, 0.65, 0.8):
        (at,) = move(share)
        for path in page.evaluate(PATHS)[number]:
            parameters = CATALOG[path["uid"].split("-")[0]].parameters
            own = {each.name: at for each in parameters if each.name.endswith(word)}
            assert_true(path, window, **own)
            seen.add(path["d"])
    assert len(seen) >= 5
    key = page.get_by_role("slider", name=label).evaluate(
        "input => input.closest('[class*=st-key-explore-]').className.match(/explore-(\\w+)/)[1]"
    )
    assert_axes_are_the_pages(page, number, **{key: str(at)})
    page.mouse.up()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?output=fit&derivatives=first&derivatives=second",
        "?output=log-slope",
        "?functions=elu&functions=hardtanh&functions=gelu&functions=relu6&output=fit" + DIFFERENCE,
    ],
)
def test_curves_hang_on_both_thumbs_of_the_input_range(page, server, query):
    charts = 6 if "difference" in query else 5
    opened(page, server, query, count=charts)
    for thumb, shares in ((0, (0.3, 0.1, 0.45)), (1, (0.95, 0.5, 0.7))):
        chart(page, thumb * (charts - 1)).scroll_into_view_if_needed()
        move = grip(page, "Input range", thumb)
        wait_for_reel(page, move, thumb * (charts - 1), 0.4 if thumb == 0 else 0.6)
        for share in shares:
            window = move(share)
            for number in (0, 1) if thumb == 0 else range(4, charts):
                for path in page.evaluate(PATHS)[number]:
                    if path["uid"].endswith("curve"):
                        assert_true(path, window)
                assert_axes_are_the_pages(page, number, range=[str(end) for end in window])
        page.mouse.up()
        ends = "&".join(f"range={end:g}" for end in window)
        page.wait_for_function("ends => location.search.includes(ends)", arg=ends)


def test_dots_hang_on_the_thumb_of_the_samples(page, server):
    opened(page, server)
    move = grip(page, "Samples")
    wait_for_reel(page, move, 0, 0)
    (path,) = page.evaluate(PATHS)[0]
    x = np.array([-5.0, 5.0])
    expected = np.transpose(pixels(path, x, evaluate("sigmoid", x).y))
    np.testing.assert_allclose(near(path["dots"]), expected, atol=0.5)
    page.mouse.up()
    page.wait_for_function("location.search.includes('samples=2')")
    page.get_by_role("link", name="Gates").first.click()  # where there is no such slider
    page.get_by_role("slider", name="Gate input g").wait_for()
    wait_for_charts(page, 2)


def assert_as_fresh(page, server, count=5):
    """Charts are, to the last attribute, what they are on a page that comes by the link."""
    page.mouse.move(0, 0)
    page.evaluate(FRAMES)
    page.evaluate(FRAMES)  # charts out of sight come last
    after = page.evaluate(PAINT)
    fresh = page.context.new_page()
    opened(fresh, server, page.evaluate("location.search"), count)
    fresh.mouse.move(0, 0)
    for one, other in zip(after, fresh.evaluate(PAINT), strict=True):
        assert one == other


@pytest.mark.parametrize(
    ("query", "label", "thumb", "share"),
    [
        ("", SLOPE, 0, 0.5),
        ("?output=fit&derivatives=first", SLOPE, 0, 0.9),
        ("?output=log-slope", "Input range", 0, 0.2),
        ("", "Input range", 1, 0.9),
        ("?samples=21", "Samples", 0, 0.8),  # which is no stop
    ],
)
def test_after_the_release_charts_are_what_a_fresh_page_shows(
    page, server, query, label, thumb, share
):
    opened(page, server, query)
    before = page.evaluate("location.search")
    move = grip(page, label, thumb)
    wait_for_reel(page, move, 3 if label == SLOPE else 0, share)
    for part in range(6):
        move(share + part / 100)
    page.mouse.up()
    page.wait_for_function("before => location.search !== before", arg=before)
    assert_as_fresh(page, server)


@pytest.mark.parametrize(
    "query", ["?derivatives=first", "?samples=21&output=log-slope", "?samples=10000"]
)
def test_what_followed_the_thumb_lies_where_plotly_draws_it_anew(page, server, query):
    opened(page, server, query)
    before = page.evaluate("location.search")
    move = grip(page, "Input range")
    wait_for_reel(page, move, 0, 0.2)
    page.evaluate(WATCH_REACTS)
    move(0.35)
    page.mouse.up()
    page.wait_for_function("before => location.search !== before", arg=before)
    at_rest(page)
    in_sight = range(4)
    assert not set(in_sight) & set(page.evaluate("reacts"))
    after = page.evaluate(AS_DRAWN, [[*in_sight], False])
    assert page.evaluate(AS_DRAWN, [[*in_sight], True]) == after


def test_a_zoom_of_an_axis_that_followed_ends_with_the_next_range(page, server):
    opened(page, server)
    move = grip(page, "Input range")
    wait_for_reel(page, move, 0, 0.2)
    page.mouse.up()
    page.wait_for_function("location.search.includes('range')")
    zoomed = zoom(page, 2)
    slide(page, "Samples", "ArrowRight")
    page.wait_for_function("location.search.includes('samples')")
    at_rest(page)
    assert ranges(page, 2) == zoomed
    others = ranges(page, 1)
    slide(page, "Input range", "ArrowRight")
    page.wait_for_function(
        "before => document.querySelectorAll('.js-plotly-plot')[1].layout.xaxis.range[0] > before",
        arg=others[0][0],
    )
    at_rest(page)
    assert ranges(page, 2)[0] == ranges(page, 1)[0] != others[0]
    assert ranges(page, 2)[1] == zoomed[1]


def test_a_zoom_survives_a_drag(page, server):
    opened(page, server, "?output=fit")
    zoomed = zoom(page, 3)
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.5)
    (at,) = move(0.7)
    assert ranges(page, 3) == zoomed
    (path,) = page.evaluate(PATHS)[3]
    assert_true(path, (-5, 5), negative_slope=at)
    page.mouse.up()
    wait_for_formula(page, f"{at:g}")
    assert ranges(page, 3) == zoomed


def test_the_way_back_and_escape_leave_no_half_state(page, server):
    opened(page, server, "?output=fit")
    before = page.evaluate(PAINT)
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.5)
    move(0.01)
    page.evaluate(FRAMES)
    assert page.evaluate(PAINT) == before
    page.keyboard.press("Escape")
    page.evaluate("dispatchEvent(new Event('blur'))")
    (at,) = move(0.6)
    page.keyboard.press("Escape")
    page.mouse.up()
    wait_for_formula(page, f"{at:g}")
    page.wait_for_function("at => location.search.includes(at)", arg=f"negative_slope={at:g}")
    assert_as_fresh(page, server)


def test_a_drag_sends_one_request_besides_its_commit(page, server):
    asked = []

    def note(payload):
        if BackMsg.FromString(payload).HasField("rerun_script"):
            asked.append(payload)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    opened(page, server)
    asked.clear()
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.2)
    for step in range(30):
        move(0.2 + step / 50)
    page.mouse.up()
    wait_for_formula(page, "0.78")
    slide(page, SLOPE, "ArrowRight")
    wait_for_formula(page, "0.79")
    assert len(asked) == 3  # the reel, the release and the key


class Link:
    """The connection to the server, which can be held; `reels` counts those that came over it."""

    def __init__(self, page):
        self.held, self.waiting, self.reels = False, [], 0
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, route):
        server = route.connect_to_server()
        self.give = route.send
        server.on_message(self._take)

    def _take(self, message):
        self.reels += b'"reel":{"slider"' in message.replace(b" ", b"")
        self.waiting.append(message) if self.held else self.give(message)

    def let_go(self):
        self.held = False
        while self.waiting:
            self.give(self.waiting.pop(0))


def test_without_a_reel_nothing_moves_until_the_release(page, server):
    link = Link(page)
    opened(page, server)
    before = page.evaluate(PAINT)
    link.held = True
    move = grip(page, SLOPE)
    for share in (0.2, 0.4, 0.6):
        move(share)
    assert page.evaluate(PAINT)[3] == before[3]
    (at,) = move(0.7)
    page.mouse.up()
    page.evaluate(FRAMES)
    assert page.evaluate(PAINT)[3] == before[3]
    link.let_go()
    wait_for_formula(page, f"{at:g}")
    assert_as_fresh(page, server)


def test_a_reel_of_an_older_state_is_not_drawn(page, server):
    link = Link(page)
    opened(page, server)
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.5)
    page.mouse.up()
    wait_for_formula(page, "0.5")
    slide(page, "Samples", "ArrowRight")
    page.wait_for_function("() => location.search.includes('samples')")
    before = page.evaluate(PAINT)
    link.held = True
    move = grip(page, SLOPE)
    move(0.8)
    assert page.evaluate(PAINT)[3] == before[3]
    drawn = page.evaluate(PATHS)[3][0]["d"]
    link.let_go()
    page.wait_for_function(f"d => ({PATHS})()[3][0].d !== d", arg=drawn)
    page.mouse.up()


def test_beside_a_busy_visitor_no_curve_is_that_of_another_value(new_page, server):
    busy, page = new_page(expected="status of 404"), new_page()
    opened(page, server)
    before = page.evaluate(PATHS)[3][0]["d"]
    many = "&".join(f"functions={name}" for name in list(CATALOG)[:8])
    busy.goto(f"{server}/depth?depth=50&{many}")
    busy.get_by_text("layer 1 receives").first.wait_for()  # and seven more are to come
    move = grip(page, SLOPE)
    for share in np.linspace(0.1, 0.9, 9):
        (at,) = move(share)
        (path,) = page.evaluate(PATHS)[3]
        if path["d"] != before:  # the reel is there
            assert_true(path, (-5, 5), negative_slope=at)
    page.wait_for_function(f"d => ({PATHS})()[3][0].d !== d", arg=before)
    (path,) = page.evaluate(PATHS)[3]
    assert_true(path, (-5, 5), negative_slope=at)
    page.mouse.up()
    wait_for_formula(page, f"{at:g}")
    busy.close()
    assert_as_fresh(page, server)


def test_an_exact_value_is_drawn_until_the_thumb_moves(page, server):
    link = Link(page)
    opened(page, server, "?negative_slope=0.123")
    before = page.evaluate(PATHS)[3][0]["d"]
    move = grip(page, SLOPE)  # whose thumb is at 0.12
    wait_until(page, lambda: link.reels)
    page.evaluate(FRAMES)
    assert page.evaluate(PATHS)[3][0]["d"] == before
    wait_for_reel(page, move, 3, 0.5)
    (at,) = move(0.12)
    assert at == 0.12  # which is what a release would commit
    (path,) = page.evaluate(PATHS)[3]
    assert_true(path, (-5, 5), negative_slope=0.12)
    assert path["d"] != before
    page.mouse.up()
    wait_for_formula(page, "0.12")
    page.wait_for_function("location.search.endsWith('negative_slope=0.12')")


def test_a_chart_out_of_sight_is_not_left_at_a_value_on_the_way(new_page, server):
    page = new_page(viewport={"width": 1440, "height": 420})
    opened(page, server)
    (before,) = page.evaluate(PATHS)[3]
    chart(page, 3).scroll_into_view_if_needed()
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.5)
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 1e6)")
    expect(chart(page, 3)).not_to_be_in_viewport()
    page.evaluate(FRAMES)
    move(0.01)
    page.evaluate(FRAMES)
    assert page.evaluate(PATHS)[3] == [before]
    (at,) = move(0.6)
    assert page.evaluate(PATHS)[3] == [before]
    chart(page, 3).scroll_into_view_if_needed()
    page.wait_for_function(f"d => ({PATHS})()[3][0].d !== d", arg=before["d"])
    (path,) = page.evaluate(PATHS)[3]
    assert_true(path, (-5, 5), negative_slope=at)
    page.mouse.up()


def test_a_key_draws_before_the_server_answers(page, server):
    link = Link(page)
    opened(page, server)
    slide(page, SLOPE, "ArrowRight")
    wait_until(page, lambda: link.reels)
    slide(page, SLOPE, "ArrowRight")
    wait_for_formula(page, "0.03")  # which came after the reel
    link.held = True
    slide(page, SLOPE, "ArrowRight")
    page.evaluate(FRAMES)
    (path,) = page.evaluate(PATHS)[3]
    assert_true(path, (-5, 5), negative_slope=0.04)
    link.let_go()
    wait_for_formula(page, "0.04")
    assert_as_fresh(page, server)


def test_a_steady_drag_draws_nearly_every_step(page, server):
    opened(page, server)
    move = grip(page, SLOPE)
    wait_for_reel(page, move, 3, 0.1)
    page.evaluate(
        """label => {
          const input = document.querySelector(`input[aria-label="${label}"]`);
          const line = document.querySelectorAll('.js-plotly-plot')[3].querySelector('.js-line');
          window.steps = new Set();
          window.curves = new Set();
          new MutationObserver(() => steps.add(input.getAttribute('value')))
            .observe(input, { attributes: true });
          new MutationObserver(() => curves.add(line.getAttribute('d')))
            .observe(line, { attributes: true });
        }""",
        SLOPE,
    )
    for step in range(60):
        page.mouse.move(50 + 2.2 * step, 536)
    page.evaluate(FRAMES)
    steps, drawn = page.evaluate("[steps.size, curves.size]")
    assert steps > 20
    assert drawn >= 0.85 * steps
    page.mouse.up()


def test_streamlits_slider_still_shows_its_steps(page, server):
    opened(page, server)
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(records => seen.push(...records.map(({ target }) => target)))
            .observe(document.body, { subtree: true, attributeFilter: ['value'] });
        }"""
    )
    grip(page, SLOPE)(0.5)
    assert page.get_by_role("slider", name=SLOPE).get_attribute("aria-valuetext") == "0.5"
    found = page.evaluate(
        """() => seen.some(each => each.matches(
          '.st-key-explore-negative_slope [data-testid=stSlider] input[type=range]'))"""
    )
    assert found, (
        "Streamlit's slider has another inside: no <input type=range> in [data-testid=stSlider] "
        "changes its attribute `value` while the thumb is dragged, so static/live.js is blind"
    )
    page.mouse.up()


def test_a_finger_drags_the_curve_too(new_page, server):
    page = new_page(has_touch=True, viewport={"width": 900, "height": 1200})
    opened(page, server)
    chart(page, 3).scroll_into_view_if_needed()
    slider = page.get_by_role("slider", name=SLOPE)
    x, y = slider.evaluate(
        """input => {
          const thumb = input.parentElement.parentElement.getBoundingClientRect();
          return [thumb.x + thumb.width / 2, thumb.y + thumb.height / 2];
        }"""
    )
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    before = page.evaluate(PATHS)[3]
    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 6):
        touch("touchMove", {"x": x + 15 * step, "y": y})
    page.wait_for_function(f"d => ({PATHS})()[3][0].d !== d", arg=before[0]["d"])
    page.evaluate(FRAMES)
    (path,) = page.evaluate(PATHS)[3]
    at = float(slider.get_attribute("value"))
    assert_true(path, (-5, 5), negative_slope=at)
    touch("touchEnd")
    wait_for_formula(page, f"{at:g}")
    page.wait_for_function("at => location.search.includes(at)", arg=f"negative_slope={at:g}")
    page.evaluate(FRAMES)
    (path,) = page.evaluate(PATHS)[3]
    assert_true(path, (-5, 5), negative_slope=at)


def test_all_functions_follow_the_input_range(page, server):
    query = urlencode([("functions", name) for name in CATALOG] + [("derivatives", "first")])
    opened(page, server, f"?{query}", count=len(CATALOG) + 1)
    move = grip(page, "Input range")
    wait_for_reel(page, move, 0, 0.2)
    window = move(0.3)
    for path in page.evaluate(PATHS)[0]:
        assert_true(path, window)
    page.mouse.up()
