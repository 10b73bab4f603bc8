"""What a page's charts hold and do, read from the browser."""

import numpy as np

from tests.browser.driver import wait_for_charts

READ = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
  title: plot.layout.title?.text,
  description: plot.closest('[role=figure]').getAttribute('aria-label'),
  x: [...plot._fullLayout.xaxis.range],
  y: [...plot._fullLayout.yaxis.range],
  annotations: (plot.layout.annotations ?? []).map(note => note.text),
  font: plot._fullLayout.font.color,
  paper: plot._fullLayout.paper_bgcolor,
  traces: plot._fullData.map(trace => ({
    meta: trace.meta,
    name: trace.name,
    axis: trace.xaxis,
    color: trace.line?.color ?? trace.marker?.color,
    x: trace.x ? [...trace.x] : null,
    y: [...trace.y],
  })),
}))"""
ENDED = """lines => {
  const said = [...document.querySelectorAll('[data-testid=stMain] p')]
    .map(line => line.textContent).filter(text => text.includes('χ = '));
  return said.length === lines && !document.querySelector('[data-testid=stProgress]');
}"""
GRADIENTS = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .find(plot => plot.layout.title.text === 'Gradient by layer')
  ._fullData.filter(trace => trace.meta === 'theory').map(trace => [...trace.y])"""
AT_REST = """() => document.querySelector('[data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true]')
  && document.getAnimations().every(({ playState }) => playState !== 'running')"""
LOADED = "() => !document.querySelector('[data-testid=stSkeleton]')"
TITLES = ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU"]
WATCH_REACTS = """() => {
  window.reacts = [];
  const react = Plotly.react;
  Plotly.react = (plot, ...rest) => {
    window.reacts.push([...document.querySelectorAll('.js-plotly-plot')].indexOf(plot));
    return react(plot, ...rest);
  };
}"""
AS_DRAWN = """async ([numbers, anew]) => {
  const plots = numbers.map(number => document.querySelectorAll('.js-plotly-plot')[number]);
  const said = ({ x, y, p, s, b, tx, data, i }) => [x, y, p, s, b, tx, data, i];
  for (const plot of anew ? plots : []) await Plotly.redraw(plot);
  return plots.map(plot => [
    plot.querySelector('.main-svg').outerHTML,
    plot.calcdata.map(points => points.map(said)),
    plot._fullData.map(({ x, x0, dx, y, _length }) => [...(x ?? [x0, dx]), ...y, _length]),
  ]);
}"""
"""What is drawn of charts, also when Plotly draws them anew."""


def opened(page, server, query="", count=5):
    """Open a page and wait until it is there: keys that come sooner may find no slider yet."""
    page.goto(f"{server}/{query}")
    wait_for_charts(page, count)
    page.wait_for_function(LOADED)
    return at_rest(page)


def at_rest(page):
    """Wait until the server has run and nothing moves any more; return the page."""
    page.wait_for_function(AT_REST)
    return page


def charts(page):
    return page.evaluate(READ)


def samples(chart, axis="x"):
    """The samples that a chart holds on one pair of axes, as arrays."""
    (trace,) = (t for t in chart["traces"] if t["meta"] == "samples" and t["axis"] == axis)
    return np.array(trace["x"]), np.array(trace["y"])


def curve(chart, axis="x"):
    (trace,) = (t for t in chart["traces"] if t["meta"] == "curve" and t["axis"] == axis)
    return np.array(trace["x"]), np.array(trace["y"])


def chart(page, number):
    return page.locator(".activations-chart").nth(number)


def slide(page, label, key, times=1, thumb=0):
    """Press a key on a slider; each press is one tick."""
    slider = page.get_by_role("slider", name=label).nth(thumb)
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)


def choose(page, label, option):
    page.get_by_role("radiogroup", name=label).get_by_role("radio", name=option, exact=True).click()


def saved(page, number, kind, path):
    """Save a chart's image by its button; return the path and the name that was suggested."""
    with page.expect_download() as download:
        chart(page, number).get_by_role("button", name=f"Save as {kind}").click()
    download.value.save_as(path)
    return download.value.suggested_filename


def ranges(page, number):
    """The limits of a chart's axes as they are on screen."""
    return page.evaluate(
        """number => {
          const { xaxis, yaxis } = document.querySelectorAll('.js-plotly-plot')[number]._fullLayout;
          return [[...xaxis.range], [...yaxis.range]];
        }""",
        number,
    )


def zoom(page, number):
    """Zoom by dragging a box over a chart's middle; return the limits that this gives."""
    before = ranges(page, number)
    chart(page, number).scroll_into_view_if_needed()
    box = chart(page, number).locator(".nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(
        """([number, before]) => {
          const plot = document.querySelectorAll('.js-plotly-plot')[number];
          return plot._fullLayout.xaxis.range[0] > before[0][0];
        }""",
        arg=[number, before],
    )
    return ranges(page, number)


def swipe(page, part):
    """Swipe up over the middle of a part of the page by a finger."""
    box = part.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind, points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", [{"x": x, "y": y}])
    for step in range(10):
        touch("touchMove", [{"x": x, "y": y - 10 * step}])
    touch("touchEnd", [])


def wait_for_formula(page, text):
    """Wait until a formula on the page contains `text`: the run that a control started is done."""
    page.locator(".katex", has_text=text).first.wait_for()
