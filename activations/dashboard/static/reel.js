// What a reel says of the charts at one place of a slider's thumb, and where that lies in pixels.
// reel.py describes it; nothing here touches the document.

/**
 * @typedef {{ dtype: string, bdata: string }} TypedArray
 * @typedef {{ x: ArrayLike<number>, y: ArrayLike<number> }} Line
 * @typedef {{ x: Float32Array, y: Record<string, Float32Array>, ends: Uint32Array }} Track
 * @typedef {(value: number) => number} Scale from a value to pixels
 * @typedef {object} Thumb
 * @property {number} at its step, or the number of its stop
 * @property {number} said what its slider writes beside it, to a few digits
 * @property {number} step
 *
 * @typedef {object} Reel
 * @property {"value" | "window" | "count"} moves
 * @property {number[]} places
 * @property {[number, number]} window
 * @property {number} count
 * @property {Track[]} tracks
 * @property {Record<string, string>} dots
 * @property {Record<string, Float32Array>} levels
 * @property {Float32Array | null} limits
 * @property {Record<string, Record<string, unknown>>} powers
 * @property {Record<string, Float32Array>} own
 * @property {number} margin
 * @property {string[]} charts
 *
 * @typedef {{ x?: Record<string, unknown>, y?: Record<string, unknown> }} Axes
 *
 * What is to be drawn at one place: the window and the count of samples, what became of a chart's
 * axes, and lines and levels by name, where they are not as they were.
 *
 * @typedef {object} Frame
 * @property {[number, number]} window
 * @property {number} count
 * @property {(chart: string) => Axes} axes
 * @property {number} zero what 0 is drawn as where the axis is logarithmic
 * @property {(uid: string) => Line | undefined} line
 * @property {(uid: string) => Line | undefined} marks a line's points alone
 * @property {(name: string) => number | undefined} level
 */

const KINDS = { f4: Float32Array, u4: Uint32Array };
const NEAR = 0.4; // px within which the next point of a line is passed over

/**
 * The reel of a text, with its arrays.
 *
 * @param {string} text
 * @returns {Reel}
 */
export function decoded(text) {
  return JSON.parse(text, (_, part) => {
    const kind = KINDS[/** @type {"f4" | "u4"} */ (part?.dtype)];
    if (!kind) return part;
    return new kind(
      Uint8Array.from(atob(part.bdata), (letter) => letter.charCodeAt(0)).buffer,
    );
  });
}

/**
 * What thumbs stand for: the stop that is written beside one, or a step. An exact value that was
 * chosen lies beside the step at which the thumb is, and stands until the slider writes another.
 *
 * @param {Reel} reel
 * @param {Thumb[]} thumbs
 * @param {number[]} chosen
 */
export function values({ moves }, thumbs, chosen) {
  if (moves === "count") return thumbs.map(({ said }) => said);
  return thumbs.map(({ at, said, step }, number) => {
    const exact = chosen[number];
    const beside = Math.abs(exact - at) < step;
    return beside && Math.abs(exact - said) <= Math.abs(at - said) ? exact : at;
  });
}

/**
 * The frame where thumbs stand for these values, undefined where there is none.
 *
 * @param {Reel} reel
 * @param {number[]} values
 * @returns {Frame | undefined}
 */
export function frameAt(reel, values) {
  const { moves, places, limits, powers, own } = reel;
  const at = values.map((value) => placeOf(places, value));
  if (!at.length || values.some(Number.isNaN)) return undefined;
  const window = moves === "window" ? /** @type {[number, number]} */ (values) : reel.window;
  if (window[0] >= window[1]) return undefined;

  const pair = moves === "window" ? at[0] * places.length + at[1] : at[0];
  /** @param {Float32Array} each */
  const limitsOf = (each) => [...each.subarray(2 * pair, 2 * pair + 2)];
  /** @type {Axes} */
  const axes = {};
  let zero = 0;
  if (moves === "window") {
    const free = reel.margin * (window[1] - window[0]);
    axes.x = { range: [window[0] - free, window[1] + free] };
  }
  if (limits) {
    const range = limitsOf(limits);
    axes.y = powers[`${range}`] ?? { range };
    zero = 10 ** range[0];
  }
  /** @type {(part: typeof cut) => Frame["line"]} */
  const lines = (part) => (uid) => {
    const track = reel.tracks.find(({ y }) => uid in y);
    return track && (moves === "window" ? part(track, uid, window) : shot(track, uid, at[0]));
  };
  return {
    window,
    count: moves === "count" ? values[0] : reel.count,
    axes: (chart) => own[chart] ? { ...axes, y: { range: limitsOf(own[chart]) } } : axes,
    zero,
    line: lines(cut),
    marks: lines(inside),
    level: (name) => reel.levels[name]?.[at[0]],
  };
}

/**
 * The place that is nearest to a value: of a slider with more steps than pixels a reel has some.
 *
 * @param {number[]} places
 * @param {number} value
 */
function placeOf(places, value) {
  const above = after(places, value, (place, end) => place < end);
  const below = Math.max(above - 1, 0);
  if (above === places.length) return below;
  return value - places[below] < places[above] - value ? below : above;
}

/**
 * @param {Track} track
 * @param {string} uid
 * @param {number} place
 */
function shot({ x, y, ends }, uid, place) {
  const [from, to] = [place ? ends[place - 1] : 0, ends[place]];
  return { x: x.subarray(from, to), y: y[uid].subarray(from, to) };
}

/**
 * @param {Float32Array} x
 * @param {[number, number]} window
 */
function bounds(x, [low, high]) {
  return [
    after(x, low, (value, end) => value < end),
    after(x, high, (value, end) => value <= end),
  ];
}

/**
 * The points inside a window.
 *
 * @param {Track} track
 * @param {string} uid
 * @param {[number, number]} window
 */
function inside({ x, y }, uid, window) {
  const [from, to] = bounds(x, window);
  return { x: [...x.subarray(from, to)], y: [...y[uid].subarray(from, to)] };
}

/**
 * The part of a line inside a window, to its very ends.
 *
 * @param {Track} track
 * @param {string} uid
 * @param {[number, number]} window
 */
function cut(track, uid, window) {
  const { x } = track;
  const whole = { x, y: track.y[uid] };
  const [low, high] = window;
  const [from, to] = bounds(x, window);
  const part = inside(track, uid, window);
  if (from > 0 && from < x.length && x[from] > low) {
    part.x.unshift(low);
    part.y.unshift(between(whole, from, low));
  }
  if (to > 0 && to < x.length && x[to - 1] < high) {
    part.x.push(high);
    part.y.push(between(whole, to, high));
  }
  return part;
}

/**
 * @param {ArrayLike<number>} x
 * @param {number} end
 * @param {(value: number, end: number) => boolean} before
 */
function after(x, end, before) {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(x[middle], end)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A line's value at `at`, which lies before its point of this number and not before the one before.
 *
 * @param {Line} line
 * @param {number} next
 * @param {number} at
 */
function between({ x, y }, next, at) {
  const share = (at - x[next - 1]) / (x[next] - x[next - 1]);
  return share ? y[next - 1] + share * (y[next] - y[next - 1]) : y[next - 1];
}

/**
 * The line as the path of an SVG, with gaps where it has no value.
 *
 * @param {Line} line
 * @param {Scale} across
 * @param {Scale} up
 */
export function path({ x, y }, across, up) {
  let text = "";
  let [lastX, lastY] = [NaN, NaN];
  for (let at = 0; at < x.length; at++) {
    const [px, py] = [across(x[at]), up(y[at])];
    const gap = !Number.isFinite(py);
    const last = at + 1 === x.length || !Number.isFinite(y[at + 1]);
    if (!gap && !last && Math.abs(px - lastX) < NEAR && Math.abs(py - lastY) < NEAR) continue;
    if (!gap) text += `${Number.isFinite(lastY) ? "L" : "M"}${fixed(px)},${fixed(py)}`;
    [lastX, lastY] = [px, gap ? NaN : py];
  }
  return text;
}

/**
 * The samples of a line inside a frame of pixels, thinned to at most so many as Plotly does it.
 *
 * @param {Line} line
 * @param {Frame} frame
 * @param {Scale} across
 * @param {Scale} up
 * @param {{ width: number, height: number, most: number }} room
 */
export function dots(line, { window: [low, high], count }, across, up, { width, height, most }) {
  const inside = [];
  let next = 1;
  for (let sample = 0; sample < count; sample++) {
    const at = low + (high - low) * sample / (count - 1);
    while (next < line.x.length - 1 && line.x[next] <= at) next++;
    const [px, py] = [across(at), up(between(line, next, at))];
    if (px >= 0 && px <= width && py >= 0 && py <= height) inside.push([px, py]);
  }
  const pace = most > 0 ? Math.ceil(inside.length / most) : 1;
  return inside.filter((_, at) => at % pace === 0);
}

/** @param {number} pixels */
export function fixed(pixels) {
  return Math.round(100 * pixels) / 100;
}
