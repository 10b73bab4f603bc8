"""Curves that hang on the thumb of a slider, which is compared with torch, step by step."""

import re

import numpy as np
import pytest

from activations.functions.calculus import evaluate
from activations.functions.catalog import CATALOG
from tests.browser.reading import chart, opened

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
PAINT = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => {
  const { _uid } = plot._fullLayout;
  const drawn = [...plot.querySelectorAll('.main-svg')].map(svg => svg.outerHTML).join('');
  return [JSON.stringify([plot.data, plot.layout]), drawn.replaceAll(_uid, 'uid')];
})"""


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
    before = page.evaluate(PATHS)[number]
    move(share)
    page.wait_for_function(
        f"([number, d]) => ({PATHS})()[number][0].d !== d", arg=[number, before[0]["d"]]
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
    ["", "?output=fit&derivatives=first&derivatives=second", "?output=log-slope"]
    + ["?summary=overlay&functions=elu&functions=hardtanh&functions=gelu&functions=relu6"],
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
        page.wait_for_function(
            "ends => document.querySelector('.js-plotly-plot').data"
            ".every(trace => trace.meta !== 'samples' || true) && location.search"
            ".includes(`range=${ends[0]}&range=${ends[1]}`)",
            arg=[f"{end:g}" for end in window],
        )


def test_dots_hang_on_the_thumb_of_the_samples(page, server):
    opened(page, server)
    move = grip(page, "Samples")
    wait_for_dots = "before => document.querySelectorAll('.point').length !== before"
    before = page.evaluate("document.querySelectorAll('.point').length")
    move(0)
    page.wait_for_function(wait_for_dots, arg=before)
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


def settled(page, server, count=5):
    """What charts are after the release, and what they are on a page that comes by the link."""
    page.mouse.move(0, 0)
    after = page.evaluate(PAINT)
    fresh = page.context.new_page()
    opened(fresh, server, page.evaluate("location.search"), count)
    fresh.mouse.move(0, 0)
    return after, fresh.evaluate(PAINT)


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
    page.evaluate(FRAMES)
    page.evaluate(FRAMES)
    after, fresh = settled(page, server)
    for one, other in zip(after, fresh, strict=True):
        assert one[0] == other[0]
        assert one[1] == other[1]
