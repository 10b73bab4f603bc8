// What is spared at a redraw, with Plotly's part in it made up.

import { rememberArrays, spareMaps } from "../../activations/dashboard/static/redraws.js";

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
