// Asks for more points where a chart is zoomed that does not hold all; closer.py answers.

import { bring, onZoom, shown } from "./chart.js";
import { answered } from "./session.js";

const REST = 150; // ms that a zoom rests before it is asked about
const ROOM = 0.5; // of what is seen, to either side: as much is measured besides

/**
 * @typedef {import("../activations.dashboard.chart.drawing/dense.js").Closer["runs"]} Runs
 *
 * @typedef {object} Data
 * @property {number} number
 * @property {Record<string, string[]>} state
 * @property {[number, number] | null} limits
 * @property {Runs} runs
 */

let number = -1;
/** @type {(name: string, value: unknown) => void} */
let send;
/** @type {[number, number] | undefined} what was asked for last, until that is answered */
let asked;
/** @type {number | undefined} the timer of a zoom that is not asked about yet */
let resting;

/** @param {{ data: Data, setTriggerValue: typeof send }} component */
export function closer({ data, setTriggerValue }) {
  send = setTriggerValue;
  onZoom(ask);
  if (data.number === number) return;
  number = data.number;
  answered();
  const { limits, runs, state } = data;
  if (!limits) {
    if (asked) rest(); // the whole page ran, and what was asked before may be lost
  } else if (JSON.stringify(state) === JSON.stringify(shown().state)) {
    if (String(limits) === String(asked)) asked = undefined;
    bring({ limits, runs });
  }
}

/** @param {[number, number]} limits */
function ask([low, high]) {
  const more = ROOM * (high - low);
  asked = [low - more, high + more];
  rest();
}

function rest() {
  clearTimeout(resting);
  resting = setTimeout(() => asked && send("asked", asked), REST);
}
