"""Curves that hang on the thumb of a slider, which is compared with torch, step by step."""

import re
from urllib.parse import urlencode

import numpy as np
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from activations.functions.calculus import evaluate
from activations.functions.catalog import CATALOG
from tests.browser.reading import chart, opened, ranges, slide, wait_for_formula, zoom
from tests.browser.state import wait_until

SLOPE = "Leaky ReLU negative slope"
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
      dots: [...plot.querySelectorAll(
        `.trace${trace.uid.replace('curve', 'samples')} .points path`)]
        .map(dot => dot.getAttribute('transform')),
    };
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


def points(path):
    """The vertices of a path in pixels, with NaN where a line begins anew."""
    parts = []
    for piece in re.split("(?=M)", path["d"]):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+(?:e-?\d+)?", piece)]
        parts += [np.full((1, 2), np.nan), np.reshape(numbers, (-1, 2))]
    return np.concatenate(parts)


def assert_true(path, window, **parameters):
    """A drawn line is torch's to half a pixel, wherever it is in sight and inside the window."""
    name, order, _ = path["uid"].split("-")
    (left, right), (bottom, top) = path["ranges"]
    width, height = path["pixels"]
    low, high = max(window[0], left), min(window[1], right)
    x = np.linspace(low, high, 401)
    breaks = CATALOG[name].at(**parameters).breaks
    x = x[np.all([abs(x - each.x) > 1e-3 for each in breaks] or [x == x], axis=0)]
    curve = evaluate(name, x, **parameters)
    y = (curve.y, curve.dy, curve.d2y)[int(order)]
    if path["log"]:
        x, y = x[y != 0], np.log10(np.abs(y[y != 0]))
    across = (x - left) / (right - left) * width
    down = (top - y) / (top - bottom) * height
    drawn = points(path)
    drawn = drawn[np.isfinite(drawn[:, 0])]
    assert np.nanmin(drawn[:, 0]) <= across[0] + 0.5
    assert np.nanmax(drawn[:, 0]) >= across[-1] - 0.5
    seen = (down > 0) & (down < height)
    assert seen.any()
    error = np.interp(across, drawn[:, 0], drawn[:, 1]) - down
    steep = np.abs(np.gradient(down, across)) if len(x) > 1 else 0
    assert (np.abs(error) <= 0.5 + 0.02 * steep)[seen].all(), path["uid"]


@pytest.mark.parametrize(
    ("query", "label", "number", "window"),
    [
        ("", SLOPE, 3, (-5, 5)),
        ("?output=fit&derivatives=first", SLOPE, 3, (-5, 5)),
        ("?output=log-slope", SLOPE, 3, (-5, 5)),
        ("?functions=elu&derivatives=first&derivatives=second", "ELU alpha", 0, (-5, 5)),
        ("?functions=softplus&range=-20&range=20", "Softplus beta", 0, (-20, 20)),
        ("?functions=hardshrink", "Hardshrink lambd", 0, (-5, 5)),
        ("?functions=tanh&functions=elu&summary=overlay", "ELU alpha", 2, (-5, 5)),
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
    page.mouse.up()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?output=fit&derivatives=first&derivatives=second",
        "?output=log-slope",
        "?functions=elu&functions=hardtanh&functions=gelu&functions=relu6",
    ],
)
def test_curves_hang_on_both_thumbs_of_the_input_range(page, server, query):
    opened(page, server, query)
    for thumb, shares in ((0, (0.3, 0.1, 0.45)), (1, (0.5, 0.95, 0.7))):
        move = grip(page, "Input range", thumb)
        wait_for_reel(page, move, 0, 0.4 if thumb == 0 else 0.6)
        for share in shares:
            window = move(share)
            for number in (0, 1):
                for path in page.evaluate(PATHS)[number]:
                    assert_true(path, window)
        page.mouse.up()
        ends = "&".join(f"range={end:g}" for end in window)
        page.wait_for_function("ends => location.search.includes(ends)", arg=ends)


def test_dots_hang_on_the_thumb_of_the_samples(page, server):
    opened(page, server)
    move = grip(page, "Samples")
    wait_for_reel(page, move, 0, 0)
    (path,) = page.evaluate(PATHS)[0]
    near = [dot for dot in path["dots"] if "-9999" not in dot]
    assert len(near) == 2
    (x, y), _ = (map(float, re.findall(r"-?[\d.]+", dot)) for dot in near)
    (left, right), (bottom, top) = path["ranges"]
    width, height = path["pixels"]
    assert x == pytest.approx((-5 - left) / (right - left) * width, abs=0.5)
    truth = evaluate("sigmoid", [-5.0]).y[0]
    assert y == pytest.approx((top - truth) / (top - bottom) * height, abs=0.5)
    page.mouse.up()


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
        ("", "Samples", 0, 0.8),
    ],
)
def test_after_the_release_charts_are_what_a_fresh_page_shows(
    page, server, query, label, thumb, share
):
    opened(page, server, query)
    before = page.evaluate("location.search")
    move = grip(page, label, thumb)
    for part in range(6):
        move(share + part / 100)
        page.wait_for_timeout(50)
    page.mouse.up()
    page.wait_for_function("before => location.search !== before", arg=before)
    assert_as_fresh(page, server)


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
    assert [each[0] for each in page.evaluate(PAINT)] == [each[0] for each in before]
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
    link.let_go()
    page.wait_for_function(f"d => ({PATHS})()[3][0].d !== d", arg=page.evaluate(PATHS)[3][0]["d"])
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
    page.mouse.up()
    wait_for_formula(page, f"{at:g}")
    busy.close()
    assert_as_fresh(page, server)


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
    assert_true(path, (-5, 5), negative_slope=float(slider.get_attribute("value")))
    touch("touchEnd")


def test_all_functions_follow_the_input_range(page, server):
    query = urlencode([("functions", name) for name in CATALOG] + [("derivatives", "first")])
    opened(page, server, f"?{query}", count=len(CATALOG) + 1)
    move = grip(page, "Input range")
    wait_for_reel(page, move, 0, 0.2)
    window = move(0.3)
    for path in page.evaluate(PATHS)[0]:
        assert_true(path, window)
    page.mouse.up()
