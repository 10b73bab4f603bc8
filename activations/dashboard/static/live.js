// Draws charts while the thumb of a slider is dragged; live.py says what it draws from.
//
// Streamlit's sliders report when they are let go, and a chart takes whole figures: should sliders
// report while they are dragged, and charts take new data for a few of their traces at once, this
// file is not needed any more.
//
// Each thumb has an <input type="range"> inside whose attribute `value` changes at every step, and
// `aria-valuetext` with it, which is not documented: where it is not so, the page draws at the
// release, as it does without this file. What is drawn here is paint over what Plotly knows: the
// next message of all charts, or the thumb's way back, has Plotly paint anew. Charts are painted
// only from a reel of the very state that the page shows, at the very value at which the thumb
// stands, and else as Plotly knows them.

import { onPaint, shown } from "./chart.js";
import { answered } from "./session.js";
import { decoded, dots, fixed, frameAt, path, values } from "./reel.js";

/**
 * @typedef {import("./reel.js").Reel} Reel
 * @typedef {import("./reel.js").Frame} Frame
 * @typedef {Record<string, string[]>} State a link: the words of each control not at its default
 * @typedef {ReturnType<typeof shown>["charts"][number]} Chart
 *
 * @typedef {object} Data
 * @property {number} number
 * @property {string} page what the session keys of its controls begin with
 * @property {State} sliders the words of their defaults
 * @property {State} state
 * @property {string | null} asked the slider whose reel was asked for
 * @property {{ slider: string, text: string } | null} reel
 */

const AWAY = -9999; // px, out of the chart: for dots and hairlines of which there are too many

/** @type {Pick<Data, "number" | "page" | "sliders">} */
let page = { number: -1, page: "", sliders: {} };
/** @type {{ slider: string, state: string, reel: Reel } | undefined} the last that came */
let held;
/** @type {(name: string, value: string) => void} */
let ask;
/** @type {string} what was asked for, while the slider keeps the focus */
let asked = "";
/** @type {string} the slider that got the pointer or the focus last */
let slider = "";
let awake = false; // whether a frame is asked for

/** @param {{ data: Data, setTriggerValue: typeof ask }} component */
export function live({ data, setTriggerValue }) {
  const first = page.number < 0;
  ask = setTriggerValue;
  if (data.number === page.number) return;
  if (data.page !== page.page) held = undefined;
  if (data.page !== page.page || !(slider in data.sliders)) slider = "";
  page = data;
  answered();
  if (first) listen();
  if (!slider) grip({ target: document.activeElement }); // it may have been reached before this came
  if (data.reel) {
    const { slider, text } = data.reel;
    held = { slider, state: others(data.state, slider), reel: decoded(text) };
  } else if (!data.asked) {
    asked = ""; // the whole page ran, and what was asked before may be lost
  }
  wake();
}

function listen() {
  onPaint(wake);
  addEventListener("pointerdown", grip, true);
  addEventListener("focusin", grip, true);
  addEventListener("focusout", () => asked = "", true);
  new MutationObserver(wake).observe(document.body, {
    subtree: true,
    attributeFilter: ["value", "aria-valuetext"],
  });
}

/** @param {{ target: EventTarget | null }} event */
function grip({ target }) {
  const start = `st-key-${page.page}`;
  const host = /** @type {Element | null} */ (target)?.closest?.(`[class*="${start}"]`);
  const name = [...host?.classList ?? []].find((each) => each.startsWith(start));
  const key = name?.slice(start.length) ?? "";
  if (!(key in page.sliders)) return;
  slider = key;
  wake();
}

function wake() {
  if (awake || !slider) return;
  awake = true;
  requestAnimationFrame(follow);
}

function follow() {
  awake = false;
  const { state, charts } = shown();
  if (!state) return;
  const frame = now(state);
  for (const chart of charts) {
    if (!frame || !held?.reel.charts.includes(chart.key)) {
      if (chart.touched) chart.paint();
    } else if (chart.inSight) show(chart, frame); // which its coming in sight makes up for
  }
}

/**
 * The frame to be shown, none where the page shows what the thumb says, or has no reel for it.
 *
 * @param {State} state
 */
function now(state) {
  const wanted = others(state, slider);
  if (held?.slider !== slider || held.state !== wanted) {
    if (asked !== slider + wanted && inUse()) {
      ask("asked", slider);
      asked = slider + wanted;
    }
    return undefined;
  }
  const chosen = (state[slider] ?? page.sliders[slider]).map(Number);
  const stand = values(held.reel, thumbs(), chosen);
  const still = stand.every((value, at) => Math.abs(value - chosen[at]) < 1e-9);
  return still ? undefined : frameAt(held.reel, stand);
}

function inUse() {
  return Boolean(document.activeElement?.closest(`.st-key-${page.page}${slider}`));
}

function thumbs() {
  const inputs = document.querySelectorAll(
    `.st-key-${page.page}${slider} [data-testid=stSlider] input[type=range]`,
  );
  return [...inputs].map((each) => ({
    at: Number(each.getAttribute("value")),
    said: Number((each.getAttribute("aria-valuetext") ?? "?").replaceAll(",", "")),
    step: Number(each.getAttribute("step")),
  }));
}

/**
 * All of a state but what a slider says.
 *
 * @param {State} state
 * @param {string} slider
 */
function others(state, slider) {
  return JSON.stringify({ ...state, [slider]: undefined });
}

// --- painting

/**
 * @param {Chart} chart
 * @param {Frame} frame
 */
function show(chart, frame) {
  const traces = new Map(
    chart.plot._fullData.map((/** @type {any} */ trace) => [trace.uid, trace]),
  );
  const { dots: carriers } = /** @type {Reel} */ (held?.reel);
  const moves = [...traces.keys()].some((uid) => uid in carriers || frame.line(uid));
  const axes = frame.axes(chart.key);
  if (!moves && !axes.x && !axes.y) return; // another function's chart
  chart.follow(axes);
  const { _fullLayout } = chart.plot; // another one where axes are more than moved
  /** @type {string | undefined} of the trace before */
  let below;
  for (const [uid, trace] of traces) {
    const node = nodeOf(chart, uid);
    const carrier = carriers[uid];
    const line = frame.line(carrier ?? uid) ?? (carrier && traces.get(carrier));
    if (!node || !line) continue; // hidden by the legend, or as it was
    const { across, up, room } = scales(trace, _fullLayout, frame);
    if (trace.type === "bar") {
      raise(node, line, trace.width, across, up);
    } else if (carrier) {
      place(node, dots(line, frame, across, up, room));
    } else if (trace.mode === "markers") {
      const { x, y } = frame.marks(uid) ?? line;
      place(node, Array.from(x, (value, at) => [across(value), up(y[at])]));
    } else {
      const drawn = path(line, across, up);
      draw(node, drawn);
      if (trace.fill === "tonexty") fill(nodeOf(chart, below), drawn);
    }
    below = uid;
  }
  _fullLayout.shapes.forEach((/** @type {any} */ shape, /** @type {number} */ at) => {
    const level = shape.name && frame.level(shape.name);
    if (level !== undefined) lift(chart, at, _fullLayout[axis(shape.yref)], level);
  });
}

/** @param {string} reference "y2", or "y2 domain" */
function axis(reference) {
  return reference.replace(/^[xy]/, "$&axis").split(" ")[0];
}

/**
 * @param {Chart} chart
 * @param {string | undefined} uid
 */
function nodeOf(chart, uid) {
  return uid && (chart.plot.querySelector(`.trace${uid}`) ?? barsOf(chart, uid));
}

/**
 * Plotly gives bars no class of their own, but D3 keeps with a node what it was drawn from.
 *
 * @param {Chart} chart
 * @param {string} uid
 */
function barsOf(chart, uid) {
  const nodes = [...chart.plot.querySelectorAll(".barlayer .bars")];
  return nodes.find((node) => /** @type {any} */ (node).__data__?.[0]?.trace.uid === uid);
}

/**
 * @param {any} trace
 * @param {any} layout
 * @param {Frame} frame
 */
function scales(trace, layout, { zero }) {
  const [x, y] = [layout[axis(trace.xaxis)], layout[axis(trace.yaxis)]];
  return {
    across: x.l2p,
    up: y.type === "log"
      ? (/** @type {number} */ value) => y.l2p(Math.log10(value || zero))
      : y.l2p,
    room: { width: x._length, height: y._length, most: trace.marker?.maxdisplayed },
  };
}

/**
 * @param {Element} node
 * @param {string} drawn
 */
function draw(node, drawn) {
  const [first, ...pieces] = node.querySelectorAll(".js-line"); // one between two gaps
  first?.setAttribute("d", drawn);
  for (const piece of pieces) piece.setAttribute("d", "");
}

/**
 * Gives bars their heights; where Plotly left one out, the release draws them.
 *
 * @param {Element} node
 * @param {import("./reel.js").Line} heights
 * @param {number} width in units of x
 * @param {import("./reel.js").Scale} across
 * @param {import("./reel.js").Scale} up
 */
function raise(node, { x, y }, width, across, up) {
  const bars = node.querySelectorAll(".point > path");
  if (bars.length !== x.length) return;
  bars.forEach((bar, at) => {
    const [left, right] = [across(x[at] - width / 2), across(x[at] + width / 2)].map(fixed);
    bar.setAttribute("d", `M${left},${fixed(up(0))}V${fixed(up(y[at]))}H${right}V${fixed(up(0))}Z`);
  });
}

/**
 * Fills a band: Plotly has what is between a line and the one below in the group of that one.
 *
 * @param {Element | null | "" | undefined} lower
 * @param {string} upper the path of its upper edge
 */
function fill(lower, upper) {
  if (!lower) return;
  const edge = lower.querySelector(".js-line")?.getAttribute("d") ?? "";
  const back = edge.slice(1).split("L").reverse().join("L");
  lower.querySelector(".js-fill")?.setAttribute("d", `${upper}L${back}Z`);
}

/**
 * @param {Element} node
 * @param {number[][]} pixels
 */
function place(node, pixels) {
  const points = [...node.querySelectorAll(".points .point")];
  if (!points.length) return; // then the release draws the first
  while (points.length < pixels.length) {
    const copy = /** @type {Element} */ (points[0].cloneNode());
    points.push(/** @type {Element} */ (points[0].parentNode).appendChild(copy));
  }
  points.forEach((point, at) => {
    const [x, y] = (pixels[at] ?? [AWAY, AWAY]).map(fixed);
    point.setAttribute("transform", `translate(${x},${y})`);
  });
}

/**
 * @param {Chart} chart
 * @param {number} number
 * @param {any} axis
 * @param {number} level
 */
function lift(chart, number, axis, level) {
  const line = chart.plot.querySelector(`.shapelayer path[data-index="${number}"]`);
  const height = fixed(axis._offset + (Number.isFinite(level) ? axis.l2p(level) : AWAY));
  const drawn = line?.getAttribute("d")?.replace(/,[^L]+/g, `,${height}`);
  if (!drawn) return;
  line?.setAttribute("d", drawn);
  chart.lifted = true;
}
