// What Plotly need not work out anew at each redraw. Both reach into its inside, which a browser test
// compares with Plotly's own answer.

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
  return JSON.stringify([axes, given], (name, value) => name[0] === "_" ? undefined : value);
}
