// What dense.js makes of lines through every number of a format, without a browser.

import {
  edges,
  inSight,
  lacksPoints,
  number,
  place,
} from "../../activations/drawing/static/dense.js";

const HALF = {
  name: "float16",
  bits: 16,
  eps: 2 ** -10,
  tiny: 2 ** -14,
  end: 31743,
  infinite: true,
};
const BRAIN = {
  name: "bfloat16",
  bits: 16,
  eps: 2 ** -7,
  tiny: 2 ** -126,
  end: 32639,
  infinite: true,
};
const EIGHT = {
  name: "float8_e4m3fn",
  bits: 8,
  eps: 2 ** -3,
  tiny: 2 ** -6,
  end: 126,
  infinite: false,
};

/** @param {unknown} actual @param {unknown} expected */
function same(actual, expected) {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

/** @param {Int16Array | Int32Array | Uint16Array | Float32Array | Float64Array} values @param {string} dtype */
function typed(values, dtype) {
  const bytes = new Uint8Array(values.buffer);
  return { dtype, bdata: btoa(String.fromCharCode(...bytes)) };
}

/** @param {object} [more] */
function figure(more) {
  const inputs = Int16Array.from({ length: 2001 }, (_, at) => at - 1000);
  const steps = Uint16Array.from(inputs, (at) => (at === 321 ? 9 : at === 500 ? 65535 : 0));
  const dense = {
    role: "steps",
    format: HALF,
    axis: "own",
    inputs: typed(inputs, "i2"),
    result: typed(inputs, "i2"),
    exact: typed(Float32Array.from(inputs), "f4"),
    steps: typed(steps, "u2"),
    above: { infinite: 1.5, nan: 2 },
    ...more,
  };
  const levels = [
    { tickvals: [0], ticktext: ["0"] },
    { tickvals: [-900, -5, 0, 5, 900], ticktext: ["a", "b", "0", "c", "d"] },
  ];
  return {
    data: [{ name: "f", line: { color: "red" }, dense }, { name: "other", x: [1] }],
    layout: { width: 100, height: 100, meta: { levels, axes: ["xaxis"] }, xaxis: {}, yaxis: {} },
  };
}

/** @type {(low: number, high: number) => Record<string, [number, number]>} */
const limits = (low, high) => ({ xaxis: [low, high], yaxis: [0, 1] });

Deno.test("a place is a number, and a number a place", () => {
  same(number(15360, HALF), 1);
  same(number(-1, HALF), -(2 ** -24));
  same(number(31743, HALF), 65504);
  same(number(31744, HALF) === Infinity, true);
  same(Number.isNaN(number(31746, HALF)), true);
  same(number(0x3f80, BRAIN), 1);
  same(number(126, EIGHT), 448);
  same(Number.isNaN(number(127, EIGHT)), true);
  for (const format of [HALF, BRAIN, EIGHT]) {
    for (let at = -format.end; at <= format.end; at++) {
      if (place(number(at, format), format) !== at) throw new Error(`${at}`);
    }
  }
  same(place(1 + 2 ** -11, HALF), 15360.5);
  same(place(1e9, HALF), 31744);
});

Deno.test("of many points those at the edges of each column are drawn", () => {
  const x = Float64Array.from({ length: 10000 }, (_, at) => at);
  const y = x.map((at) => (at === 4321 ? 7 : at === 8765 ? -7 : at % 2));
  const points = edges(x, y, [0, 10000], 100);
  same(points.length <= 200, true);
  same(points.includes(4321) && points.includes(8765), true);
  same(points, [...points].sort((a, b) => a - b));
});

Deno.test("of few points all are drawn, with those beside the limits", () => {
  const x = Float64Array.from({ length: 10000 }, (_, at) => at);
  same(edges(x, x, [5000, 5003], 100), [4999, 5000, 5001, 5002, 5003]);
  same(edges(x, x, [-5, 1], 100), [0, 1]);
  same(edges(x, x, [20000, 20001], 100).length, 1);
});

Deno.test("numbers that are none do not hide those beside them", () => {
  const y = Float64Array.from({ length: 1000 }, (_, at) => (at === 503 ? 3 : NaN));
  const x = Float64Array.from(y, (_, at) => at);
  same(edges(x, y, [0, 1000], 10).includes(503), true);
});

Deno.test("a figure is drawn at its zoom, and says what each point is", () => {
  const whole = inSight(figure(), limits(-1000, 1000));
  const [trace, other] = whole.data;
  same(other, { name: "other", x: [1] });
  same(trace.x.length <= 202, true);
  same(trace.mode, "lines");
  same(trace.y[trace.x.indexOf(321)], 1);
  same(trace.y[trace.x.indexOf(500)], 2);
  same(trace.dense, undefined);
  same(whole.layout.xaxis.tickvals, [0]);
  const close = inSight(figure(), limits(-10, 10));
  same(close.data[0].x, Array.from({ length: 22 }, (_, at) => at - 11));
  same(close.data[0].mode, "lines+markers");
  const said = close.data[0].text[close.data[0].x.indexOf(-1)];
  const least = "−5.96046 × 10⁻⁸";
  const exact = "−5.9605 × 10⁻⁸";
  same(said, `f<br>x ${least} (0x8001)<br>result ${least}<br>exact ${exact}<br>steps 0`);
});

Deno.test("an exact value is said in as many digits as its place bears", () => {
  const SINGLE = {
    name: "float32",
    bits: 32,
    eps: 2 ** -23,
    tiny: 2 ** -126,
    end: 2139095039,
    infinite: true,
  };
  const sigmoid = 1 / (1 + Math.exp(-1));
  /** @type {(format: typeof HALF, near: Float32Array | Float64Array, kind: string) => string} */
  const said = (format, near, kind) => {
    const one = Int32Array.of(place(1, format));
    const dense = { format, inputs: typed(one, "i4"), result: typed(one, "i4") };
    const steps = typed(Uint16Array.of(0), "u2");
    const drawn = figure({ ...dense, exact: typed(near, kind), steps });
    return inSight(drawn, limits(-4e9, 4e9)).data[0].text[0].split("<br>")[3];
  };
  const f4 = (/** @type {typeof HALF} */ format) => Float32Array.of(place(sigmoid, format));
  same(said(BRAIN, f4(BRAIN), "f4"), "exact 0.7311");
  same(said(HALF, f4(HALF), "f4"), "exact 0.73106");
  same(said(EIGHT, f4(EIGHT), "f4"), "exact 0.7311");
  same(said(SINGLE, Float64Array.of(place(sigmoid, SINGLE)), "f8"), "exact 0.73105858");
});

Deno.test("closer looks have closer ticks", () => {
  const wide = figure();
  wide.layout.width = 400;
  same(inSight(wide, limits(-1000, 1000)).layout.xaxis.ticktext.length, 5);
});

Deno.test("a trace on another axis stands where that axis has its numbers", () => {
  const linear = inSight(figure({ axis: "linear", role: "result" }), limits(-1, 1)).data[0];
  same(linear.x[0], -1000 * 2 ** -24);
  same(linear.y, linear.x);
  const brain = inSight(figure({ axis: BRAIN, role: "result" }), limits(-30000, 30000)).data[0];
  same(brain.x.at(-1), place(1000 * 2 ** -24, BRAIN));
});

/** @param {number} low @param {number} high @param {boolean} whole */
function closer(low, high, whole) {
  const inputs = Int16Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const steps = typed(new Uint16Array(inputs.length), "u2");
  const [result, exact] = [typed(inputs, "i2"), typed(Float32Array.from(inputs), "f4")];
  const points = { inputs: typed(inputs, "i2"), result, exact, steps, whole };
  return {
    limits: /** @type {[number, number]} */ ([low, high]),
    runs: { f: points },
  };
}

Deno.test("points are lacking where a part of a sample is looked at closely", () => {
  const sample = figure({ run: "f", whole: false });
  sample.layout.xaxis = { range: [-1000, 1000] };
  same(lacksPoints(sample, [-1000, 1000]), false);
  same(lacksPoints(sample, [0, 501]), false);
  same(lacksPoints(sample, [0, 499]), true);
  same(lacksPoints(sample, [900, 1500]), true);
  same(lacksPoints(sample, [0, 499], closer(-100, 600, false)), false);
  same(lacksPoints(sample, [0, 99], closer(-100, 600, false)), true);
  same(lacksPoints(sample, [0, 99], closer(-100, 600, true)), false);
  same(lacksPoints(sample, [-200, 99], closer(-100, 600, true)), true);
  same(lacksPoints(figure({ run: "f", whole: true }), [0, 1]), false);
  const linear = figure({ run: "f", whole: false, axis: "linear" });
  same(lacksPoints(linear, [-1000, 1000]), true);
});

Deno.test("a closer look is drawn where all that is seen of it lies", () => {
  const sample = figure({ run: "f", whole: false });
  const drawn = (/** @type {number} */ low, /** @type {number} */ high) =>
    inSight(sample, limits(low, high), closer(498, 520, true)).data[0];
  same(drawn(500, 510).y[2], 0); // where the sample itself has NaN
  same(drawn(490, 510).y.includes(2), true);
});

Deno.test("other figures are left alone", () => {
  const drawn = { data: [{ x: [1] }], layout: {} };
  if (inSight(drawn, {}) !== drawn) throw new Error("it is another");
});
