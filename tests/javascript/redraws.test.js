// What is spared at a redraw, with Plotly's part in it made up.

import {
  move,
  onlyMoved,
  rememberArrays,
  spareMaps,
} from "../../activations/dashboard/static/redraws.js";

/** @param {unknown} actual @param {unknown} expected */
function same(actual, expected) {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

Deno.test("array attributes are asked for once for traces that have arrays in the same places", () => {
  let asked = 0;
  const schema = { findArrayAttributes: (/** @type {any} */ _) => [`${asked++}`] };
  rememberArrays(schema);
  /** @param {Record<string, unknown>} given */
  const trace = (given, meta = "curve") => ({
    ...given,
    meta,
    type: "scatter",
    _input: { ...given, meta },
  });
  const found = [
    trace({ x: [1] }),
    trace({ x: { bdata: "AA==" } }),
    trace({ x: [1] }, "marks"),
    trace({ x: [1], customdata: [1] }),
    trace({ x: [1], marker: { size: 3 } }),
    trace({ x: [1], marker: { size: [3] } }),
    { type: "scatter" },
    { type: "scatter" },
  ]
    .map((each) => schema.findArrayAttributes(each));
  same(found, [["0"], ["0"], ["0"], ["1"], ["0"], ["2"], ["3"], ["4"]]);
});

Deno.test("a map is drawn again when anything of it changed, and else is left alone", () => {
  /** @type {string[]} */
  const calls = [];
  const module = {
    plot: (
      /** @type {any} */ _graph,
      /** @type {any} */ _panel,
      /** @type {any} */ maps,
      /** @type {any} */ layer,
    ) => {
      calls.push(maps[0][0].trace._input.z.bdata);
      layer.element.childElementCount = maps.length;
    },
  };
  const map = (bdata = "AA==", color = "red") => ({
    meta: "map",
    type: "contour",
    _module: module,
    _input: { z: { bdata, _kept: Math.random() }, line: { color } },
  });
  const panel = (range = [0, 1], length = 100) => ({
    xaxis: { range, type: "linear", _length: length, _offset: 5 },
    yaxis: { range: [0, 1], type: "linear", _length: 50, _offset: 5 },
  });
  const layer = () => {
    const element = { childElementCount: 0 };
    return { element, node: () => element };
  };
  const one = layer();
  const draw = (/** @type {any} */ trace, on = panel(), where = one) => {
    spareMaps({ _fullData: [trace] });
    const before = calls.length;
    module.plot({}, on, [[{ trace }]], where);
    return calls.length - before;
  };
  same([draw(map()), draw(map()), draw(map("BB=="))], [1, 0, 1]);
  same([draw(map()), draw(map("AA==", "blue")), draw(map("AA==", "blue"))], [1, 1, 0]);
  same([draw(map(), panel([0, 2])), draw(map(), panel([0, 2], 90))], [1, 1]);
  same([draw(map(), panel(), layer()), draw(map())], [1, 1]);
  one.element.childElementCount = 0; // whoever took it away
  same(draw(map()), 1);
});

Deno.test("what is no flat map is not touched", () => {
  const plot = () => {};
  const modules = ["surface", "scatter"].map((type) => ({ type, plot }));
  spareMaps({
    _fullData: modules.map((each) => ({ meta: "map", type: each.type, _module: each })),
  });
  spareMaps({});
  same(modules.every((each) => each.plot === plot), true);
});

const AXES = { xaxis: { autorange: false }, yaxis: { autorange: false } };

/** @param {any[]} data @param {any} [_fullLayout] */
function drawn(data, _fullLayout = AXES) {
  const _fullData = data.map((each, at) => ({
    xaxis: "x",
    yaxis: "y",
    visible: true,
    ...each,
    index: at,
  }));
  /** @type {any[]} */
  const calcdata = data.map(() => [{}]);
  return { data, _fullData, _fullLayout, calcdata };
}

Deno.test("a figure is only moved if nothing but places and what hover says is different", () => {
  const line = { type: "scatter", mode: "lines", x: [1], y: [2], line: { color: "red" } };
  const map = { type: "contour", z: { bdata: "AA==" } };
  /** @param {any} [trace] @param {any} [contour] */
  const after = (trace, contour) => [{ ...line, ...trace }, { ...map, ...contour }];
  const plot = drawn([line, map]);
  same(onlyMoved(plot, after()), true);
  same(onlyMoved(plot, after({ x: [5, 6], y: [3, 4] })), true);
  const said = { ...line, text: ["a"], customdata: [1] };
  same(onlyMoved(drawn([said]), [{ ...said, y: [3], text: ["b"], customdata: [2] }]), true);
  same(onlyMoved(plot, after({ text: ["a"] })), false); // so that nothing of before is left over
  const even = { type: "scatter", mode: "markers", x0: 1, dx: 2, y: [3] };
  same(onlyMoved(drawn([even]), [{ ...even, x0: 2, dx: 3, y: [4, 5] }]), true);
  same(onlyMoved(drawn([{ ...line, mode: "markers" }]), [{ ...even, line: line.line }]), false);
  same(onlyMoved(plot, after({ line: { color: "blue" } })), false);
  same(onlyMoved(plot, after({ name: "other" })), false);
  same(onlyMoved(plot, after({}, { z: { bdata: "AQ==" } })), false);
  same(onlyMoved(plot, after({}, { z: { bdata: "AA==", _inputArray: [0] } })), true);
  same(onlyMoved(plot, after().slice(0, 1)), false);
  const written = { ...line, mode: "text" };
  same(onlyMoved(drawn([written]), [{ ...written, text: ["b"] }]), false);
  const bars = { type: "bar", x: [1], y: [2], text: ["2"] };
  same(onlyMoved(drawn([bars]), [{ ...bars, y: [3] }]), true);
  same(onlyMoved(drawn([bars]), [{ ...bars, y: [3], text: ["3"] }]), false);
  const free = { ...AXES, yaxis: { autorange: true } };
  same(onlyMoved(drawn([line], free), [{ ...line, y: [3] }]), false);
  same(onlyMoved(/** @type {any} */ ({}), [line]), false);
});

Deno.test("what moves is worked out anew, but for what is hidden, and drawn with all others", () => {
  /** @type {string[]} */
  const calls = [];
  const basePlotModule = { plot: () => calls.push("plot") };
  const module = {
    basePlotModule,
    calc: (/** @type {any} */ _, /** @type {any} */ { x, y }) => {
      calls.push("calc");
      return [{ x: x[0], y: y[0] }];
    },
    crossTraceCalc: (/** @type {any} */ _, /** @type {any} */ panel) => calls.push(panel),
  };
  const line = { type: "scatter", x: [1], y: [2], _module: module };
  const hidden = { ...line, visible: "legendonly" };
  const map = { type: "contour", x: [7], y: [8], _module: { basePlotModule } };
  const plot = drawn([map, line, hidden, line], { ...AXES, _plots: { xy: "panel" } });
  const single = { dtype: "f4", bdata: "AACAPwAAAEA=" }; // 1 and 2
  const after = [map, { ...line, x: [3, 4], y: single }, { ...hidden, y: [5] }, line];
  move(plot, after);
  same(calls, ["calc", "calc", "panel", "plot"]);
  const [, moved, unseen] = plot._fullData;
  same([[...moved.x], [...moved.y], moved._length, unseen.y], [[3, 4], [1, 2], 2, [5]]);
  same(plot.calcdata[1][0].y, 1);
  same([plot.calcdata[0], plot.calcdata[2]], [[{}], [{}]]);
  same(plot.data === after && moved._input === after[1], true);
});
