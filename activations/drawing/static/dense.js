// Lines through every number of a number format, of which a chart draws what the eye can part, anew
// at each zoom. Python sends places in the order of the format's numbers, which take few bytes; what
// numbers they are is worked out here. Nothing here touches the document.

import { written } from "./drawing.js";

/**
 * @typedef {import("./drawing.js").Drawn} Drawn
 * @typedef {import("./drawing.js").Layout} Layout
 * @typedef {import("./drawing.js").Trace} Trace
 * @typedef {import("./drawing.js").TypedArray} TypedArray
 * @typedef {Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array
 *   | Float32Array | Float64Array} Numbers
 */

/**
 * A number format: `eps` from 1 to the next number, `tiny` the smallest normal number, `end` the place
 * of the largest.
 *
 * @typedef {{ name: string, bits: number, eps: number, tiny: number, end: number, infinite: boolean }} Format
 */

/**
 * A dense trace: which of its values it draws, and on what axis: the order of its own format or of
 * another, or a linear one. `inputs`, `result` and `exact` are places in the format's order. The last
 * two numbers that `steps` can hold stand for infinity and for NaN, which are drawn at `above`.
 *
 * It is `whole` if these are all that was measured; else there may be more of its `run` for a part.
 *
 * @typedef {object} Dense
 * @property {string} run
 * @property {boolean} whole
 * @property {"result" | "exact" | "steps"} role
 * @property {Format} format
 * @property {Format | "own" | "linear"} axis
 * @property {TypedArray} inputs
 * @property {TypedArray} result
 * @property {TypedArray} exact
 * @property {TypedArray} steps
 * @property {{ infinite: number, nan: number }} above
 */

/**
 * What runs are drawn through between limits of x.
 *
 * @typedef {object} Closer
 * @property {[number, number]} limits
 * @property {Record<string, Pick<Dense, "inputs" | "result" | "exact" | "steps" | "whole">>} runs
 */

const CLOSE = 4; // times as wide as what is seen of it: then more points of a part are wanted
const DOTTED = 80; // points of a line that are few enough to be dots as well
const TICK = { x: 54, y: 24 }; // px that a labelled tick takes
const DIGITS = 6; // of numbers of a format, at least

/** @param {Trace[]} traces */
export function isDense(traces) {
  return traces.some(({ dense }) => dense);
}

/**
 * Whether there may be points between limits of x that are not here but would be seen.
 *
 * @param {Drawn} drawn
 * @param {[number, number]} limits
 * @param {Closer} [closer]
 */
export function lacksPoints({ data, layout }, limits, closer) {
  return data.some(({ dense }) => {
    if (!dense || dense.whole) return false;
    const most = closer?.runs[dense.run]?.whole ? Infinity : CLOSE;
    if (closer && contains(closer.limits, limits, most)) return false;
    return dense.axis === "linear" || !contains(layout.xaxis.range, limits, CLOSE);
  });
}

/**
 * @param {[number, number]} outer
 * @param {[number, number]} inner
 * @param {number} most times as wide
 */
function contains([first, last], [low, high], most) {
  return first <= low && high <= last && last - first <= most * (high - low);
}

/**
 * What can be seen of a figure between the limits of its axes: of a dense trace the points at the
 * edges of each column of pixels, with what hover says of them; of an axis' levels of ticks the
 * closest that there is room for. Other figures are left alone.
 *
 * @param {Drawn} drawn
 * @param {Record<string, [number, number]>} limits by axis
 * @param {Closer} [closer] is drawn where all that is seen of it lies
 * @returns {Drawn}
 */
export function inSight(drawn, limits, closer) {
  if (!isDense(drawn.data)) return drawn;
  const { width, height, margin, grid, meta } = drawn.layout;
  const room = {
    x: width - (margin?.l ?? 0) - (margin?.r ?? 0),
    y: (height - (margin?.t ?? 0) - (margin?.b ?? 0)) / (grid?.rows ?? 1),
  };
  const more = closer && contains(closer.limits, limits.xaxis, Infinity) ? closer.runs : {};
  const data = drawn.data.map(({ dense, ...trace }) =>
    dense
      ? condensed(
        { ...trace, dense: { ...dense, ...more[dense.run] } },
        limits.xaxis,
        Math.max(Math.floor(room.x), 1),
      )
      : trace
  );
  const layout = { ...drawn.layout };
  for (const name of meta?.axes ?? []) {
    const side = /** @type {"x" | "y"} */ (name[0]);
    const ticks = ticked(meta.levels, limits[name], room[side] / TICK[side]);
    layout[name] = { ...layout[name], ...ticks };
  }
  return { data, layout };
}

/**
 * @param {Trace} trace
 * @param {[number, number]} limits
 * @param {number} columns
 * @returns {Trace}
 */
function condensed({ dense, ...trace }, limits, columns) {
  const { x, y, say } = read(dense);
  const points = edges(x, y, limits, columns);
  return {
    ...trace,
    x: points.map((at) => x[at]),
    y: points.map((at) => y[at]),
    text: points.map((at) => [trace.name, ...say(at)].join("<br>")),
    mode: points.length <= DOTTED ? "lines+markers" : "lines",
    marker: { size: 5, color: trace.line.color },
    hovertemplate: "%{text}<extra></extra>",
  };
}

/**
 * @param {Dense} dense
 */
function read({ role, format, axis, above, ...arrays }) {
  const inputs = decoded(arrays.inputs);
  const result = decoded(arrays.result);
  const exact = decoded(arrays.exact);
  const steps = decoded(arrays.steps);
  const [infinite, nan] = [-2, -1].map((last) => 2 ** (8 * steps.BYTES_PER_ELEMENT) + last);
  const digits = borne(format);
  const most = Math.max(digits, DIGITS);
  /** @param {number} at */
  const drawn = (at) =>
    axis === "own"
      ? (Math.abs(at) > format.end + Number(format.infinite) ? NaN : at)
      : axis === "linear"
      ? number(at, format)
      : place(number(at, format), axis);
  /** @param {number} count */
  const height = (count) =>
    count === nan ? above.nan : count === infinite ? above.infinite : Math.log10(1 + count);
  return {
    x: Float64Array.from(inputs, drawn),
    y: role === "steps"
      ? Float64Array.from(steps, height)
      : Float64Array.from(role === "result" ? result : exact, drawn),
    /** @param {number} at */
    say: (at) => [
      `x ${written(number(inputs[at], format), most)} (${pattern(inputs, at, format)})`,
      `result ${spoken(number(result[at], format), most)}`,
      `exact ${far(exact[at], format) ?? spoken(number(exact[at], format), digits)}`,
      `steps ${steps[at] === nan ? "NaN" : steps[at] === infinite ? "∞" : steps[at]}`,
    ],
  };
}

/**
 * The number that has a place, or that lies as far between two as a place does.
 *
 * @param {number} at
 * @param {Format} format
 */
export function number(at, { eps, tiny, end, infinite }) {
  const size = Math.abs(at);
  if (size > end) return infinite && size <= end + 1 ? Math.sign(at) * Infinity : NaN;
  const row = Math.floor(size * eps);
  const part = size * eps - row;
  return Math.sign(at) * tiny * (row ? 2 ** (row - 1) * (1 + part) : part);
}

/**
 * Where a number stands in the order of a format's, as formats.py's `place` says.
 *
 * @param {number} value
 * @param {Format} format
 */
export function place(value, format) {
  const { eps, tiny, end } = format;
  const size = Math.abs(value);
  if (size > number(end, format)) return Math.sign(value) * (end + 1);
  if (size < tiny) return value / (tiny * eps);
  let row = Math.floor(Math.log2(size / tiny));
  if (2 ** row > size / tiny) row--; // a logarithm rounds
  return Math.sign(value) * (row + size / tiny / 2 ** row) / eps;
}

/**
 * @param {Numbers} inputs
 * @param {number} at
 * @param {Format} format
 */
function pattern(inputs, at, { bits }) {
  const order = inputs[at];
  const negative = order < 0 || (order === 0 && inputs[at + 1] === 0); // -0 stands before 0
  const value = Math.abs(order) + (negative ? 2 ** (bits - 1) : 0);
  return `0x${value.toString(16).padStart(bits / 4, "0")}`;
}

/**
 * Digits that tell an exact value from the numbers beside it; its place bears few more.
 *
 * @param {Format} format
 */
function borne({ eps }) {
  return Math.max(Math.ceil(-Math.log10(eps)) + 1, 4);
}

/**
 * @param {number} at
 * @param {Format} format
 */
function far(at, format) {
  if (!(Math.abs(at) > format.end)) return undefined;
  return `beyond ${spoken(Math.sign(at) * number(format.end, format), DIGITS)}`;
}

/**
 * @param {number} value
 * @param {number} digits
 */
function spoken(value, digits) {
  if (Number.isFinite(value)) return written(value, digits);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
}

/**
 * The points to draw of a line between limits, with those next to them: all, or the lowest and the
 * highest in each of so many columns.
 *
 * @param {ArrayLike<number>} x rising
 * @param {ArrayLike<number>} y
 * @param {[number, number]} limits
 * @param {number} columns
 * @returns {number[]}
 */
export function edges(x, y, [low, high], columns) {
  const from = Math.max(firstFrom(x, low) - 1, 0);
  const to = Math.min(firstFrom(x, high) + 1, x.length);
  if (to - from <= 2 * columns) return Array.from({ length: to - from }, (_, at) => from + at);
  /** @type {number[]} */
  const points = [];
  let [least, most, column] = [from, from, NaN];
  const close = () => points.push(...new Set([Math.min(least, most), Math.max(least, most)]));
  for (let at = from; at < to; at++) {
    const here = Math.floor((x[at] - low) / (high - low) * columns);
    if (here !== column) {
      if (at > from) close();
      [least, most, column] = [at, at, here];
    }
    if (y[at] < y[least] || Number.isNaN(y[least])) least = at;
    if (y[at] > y[most] || Number.isNaN(y[most])) most = at;
  }
  if (to > from) close();
  return points;
}

/**
 * @param {ArrayLike<number>} x rising
 * @param {number} least
 */
function firstFrom(x, least) {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @param {Layout[]} levels
 * @param {[number, number]} limits
 * @param {number} most
 * @returns {Layout} the part of an axis that has the ticks
 */
function ticked(levels, [low, high], most) {
  const closest = levels.findLastIndex(({ tickvals }) =>
    tickvals.filter((/** @type {number} */ at) => low <= at && at <= high).length <= most
  );
  return levels[Math.max(closest, 0)];
}

/** @type {Record<string, new (buffer: ArrayBuffer) => Numbers>} */
const KINDS = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  i4: Int32Array,
  u2: Uint16Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** @type {WeakMap<TypedArray, Numbers>} */
const known = new WeakMap();

/** @param {TypedArray} array */
export function decoded(array) {
  let found = known.get(array);
  if (!found) {
    const bytes = Uint8Array.from(atob(array.bdata), (letter) => letter.charCodeAt(0));
    found = new KINDS[array.dtype](bytes.buffer);
    known.set(array, found);
  }
  return found;
}
