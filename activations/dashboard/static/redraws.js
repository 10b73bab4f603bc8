// What Plotly need not work out anew at each redraw. All reach into its inside, which browser tests
// compare with Plotly's own answer.

import { decoded } from "../activations.dashboard.chart.drawing/dense.js";
import { axesOf } from "../activations.dashboard.chart.drawing/drawing.js";

/**
 * Plotly's own, as far as it matters here: a trace with all its defaults, and the module that draws
 * its kind.
 *
 * @typedef {Record<string, any>} Trace
 * @typedef {Record<string, any>} Panel
 * @typedef {{ plot: (graph: any, panel: Panel, drawn: { trace: Trace }[][], layer: any) => void }} Module
 */

/**
 * At every redraw Plotly walks through its whole schema to find which attributes of a trace are
 * arrays, an eighth of its time. For our traces that depends on which of them were given as arrays.
 *
 * @param {{ findArrayAttributes: (trace: Trace) => string[] }} schema
 */
export function rememberArrays(schema) {
  const find = schema.findArrayAttributes;
  /** @type {Record<string, string[]>} */
  const known = {};
  schema.findArrayAttributes = (trace) => {
    const { meta, type, _input: given } = trace;
    if (typeof meta !== "string" || !given) return find(trace);
    return (known[[type, trace.mode, ...arraysIn(given)].join()] ??= find(trace));
  };
}

/**
 * The names of arrays in what was given of a trace, wherever they are.
 *
 * @param {Record<string, any>} part
 * @param {string} [path]
 * @returns {string[]}
 */
function arraysIn(part, path = "") {
  return Object.entries(part).flatMap(([name, value]) => {
    if (typeof value !== "object" || !value || name[0] === "_") return [];
    const here = `${path}.${name}`;
    return Array.isArray(value) || "bdata" in value ? [here] : arraysIn(value, here);
  });
}

/** @type {WeakSet<Module>} */
const sparing = new WeakSet();
/** @type {WeakMap<Element, string>} what the maps in a layer look like, as they are drawn */
const looks = new WeakMap();

/**
 * Has maps left alone that look as they are drawn already: their contours take Plotly longer than all
 * else that moves over them.
 *
 * @param {Record<string, any>} plot what Plotly made of a node
 */
export function spareMaps({ _fullData: traces = [] }) {
  for (const { meta, type, _module: module } of traces) {
    const flat = type === "contour" || type === "heatmap";
    if (meta === "map" && flat && !sparing.has(module)) spare(module);
  }
}

/** @param {Module} module */
function spare(module) {
  sparing.add(module);
  const draw = module.plot;
  module.plot = (graph, panel, drawn, layer) => {
    const node = layer.node();
    const look = lookOf(panel, drawn);
    if (looks.get(node) === look && node.childElementCount === drawn.length) return;
    draw(graph, panel, drawn, layer);
    looks.set(node, look);
  };
}

/**
 * Everything that decides what maps look like in a panel.
 *
 * @param {Panel} panel
 * @param {{ trace: Trace }[][]} drawn
 */
function lookOf({ xaxis, yaxis }, drawn) {
  const axes = [xaxis, yaxis].map(({ range, type, _length, _offset }) => [
    range,
    type,
    _length,
    _offset,
  ]);
  const given = drawn.map(([{ trace }]) => trace._input);
  return textOf([axes, given]);
}

/** @type {Record<string, string[]>} of each kind that may move: what says where it lies, and hover */
const MOVES = { bar: ["x", "y"], scatter: ["x", "x0", "dx", "y", "text", "customdata"] };

/**
 * Whether nothing is different from what is drawn but where lines, dots and bars lie, on which no
 * axis depends, and what hover says of them.
 *
 * @param {Record<string, any>} plot what Plotly made of a node
 * @param {Trace[]} traces to be drawn
 */
export function onlyMoved({ data, _fullData, _fullLayout, calcdata }, traces) {
  if ([_fullData, calcdata].some((each) => each?.length !== traces.length)) return false;
  return traces.every((trace, at) => {
    const { type, mode, xaxis, yaxis } = _fullData[at];
    if (textOf(data[at]) === textOf(trace)) return true;
    return textOf(data[at], MOVES[type]) === textOf(trace, MOVES[type]) && type in MOVES &&
      !mode?.includes("text") &&
      ![xaxis, yaxis].some((axis) => _fullLayout[axis.replace(/^./, "$&axis")].autorange);
  });
}

/**
 * A figure's part as text, without what Plotly notes in it for itself.
 *
 * @param {unknown} part
 * @param {string[]} [any] of what it only matters that it is there
 */
function textOf(part, any = []) {
  return JSON.stringify(
    part,
    (name, value) => name[0] === "_" ? undefined : any.includes(name) ? "any" : value,
  );
}

/**
 * Moves lines, dots and bars, without all else that a redraw looks after.
 *
 * @param {Record<string, any>} plot what Plotly made of a node
 * @param {Trace[]} traces to be drawn, which `onlyMoved`
 */
export function move(plot, traces) {
  const { _fullData, _fullLayout, calcdata } = plot;
  plot.data = traces;
  /** @type {Map<string, Trace>} one of each kind in each panel */
  const drawn = new Map();
  for (const [at, trace] of _fullData.entries()) {
    trace._input = traces[at];
    const moves = MOVES[trace.type]?.filter((name) => name in traces[at]);
    if (!moves) continue;
    for (const name of moves) trace[name] = values(traces[at][name]);
    trace._length = Math.min(trace.x?.length ?? Infinity, trace.y.length);
    if (trace.visible !== true) continue;
    const points = trace._module.calc(plot, trace);
    points[0].t ??= {};
    points[0].trace = trace;
    calcdata[at] = points;
    drawn.set(trace.type + trace.xaxis + trace.yaxis, trace);
  }
  for (const { _module, xaxis, yaxis } of drawn.values()) {
    _module.crossTraceCalc?.(plot, _fullLayout._plots[xaxis + yaxis]);
  }
  _fullData[0]._module.basePlotModule.plot(plot);
}

/**
 * Has axes that were moved by `relayout` be as a redraw leaves them: it notes that a range is no
 * automatic one, and puts new ticks behind old ones.
 *
 * @param {Record<string, any>} plot what Plotly made of a node
 * @param {Record<string, any>} layout the whole of it, as it is drawn but for `uirevision`
 */
export function settle(plot, layout) {
  for (const name of axesOf(layout)) {
    const { autorange, uirevision } = layout[name];
    const [known, axis] = [plot.layout[name], plot._fullLayout[name]];
    if (autorange === undefined) delete known.autorange;
    known.uirevision = axis.uirevision = uirevision;
    for (const kind of ["path.%tick", "g.%tick", "path.%grid"]) {
      const nodes = [...plot.querySelectorAll(kind.replace("%", axis._id))];
      const place = (/** @type {any} */ node) => axis._vals.indexOf(node.__data__);
      nodes.sort((one, other) => place(one) - place(other));
      for (const node of nodes) node.parentNode.append(node);
    }
  }
}

/**
 * Numbers as Plotly reads them, and with what it notes of that in either place.
 *
 * @param {any} given
 */
function values(given) {
  if (!given?.bdata) return given;
  const { bdata, dtype } = given;
  const read = decoded(given);
  given._inputArray = Object.assign(read, { bdata, dtype, shape: `${read.length}` });
  return read;
}
