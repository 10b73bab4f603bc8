// What drawing.js makes of figures, without a browser.

import {
  arranged,
  makeRoom,
  picture,
  plain,
  printed,
  stepped,
} from "../../activations/drawing/static/drawing.js";

const INKS = { "\ue000": "1,2,3", "\ue001": "4,5,6" };
const ARRAYS = { a: { dtype: "f4", bdata: "AACAPw==" } };

/** @param {unknown} actual @param {unknown} expected */
function same(actual, expected) {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

/** @param {Record<string, any>} layout @param {any[]} [data] */
function figure(layout, data = []) {
  return { figure: JSON.stringify({ data, layout }), arrangements: [], panels: 1 };
}

/** @param {Partial<import("../../activations/drawing/static/drawing.js").Setting>} [more] */
function setting(more) {
  return { arrays: ARRAYS, inks: INKS, width: 600, ...more };
}

Deno.test("inks are put in, whatever other colours and texts look like", () => {
  const font = { color: "rgba(\ue000,0.4)" };
  const title = { text: "31,36,48 and 1,2,3" };
  const { layout } = arranged(figure({ font, title, bg: "rgb(\ue001)" }), setting());
  same(layout.font.color, "rgba(1,2,3,0.4)");
  same(layout.title, title);
  same(layout.bg, "rgb(4,5,6)");
});

Deno.test("arrays are put in by name, and what has no array is left", () => {
  const trace = { x: { array: "a" }, y: [null, 1], text: null };
  const { data } = arranged(figure({}, [trace]), setting());
  same(data, [{ x: ARRAYS.a, y: [null, 1], text: null }]);
});

Deno.test("the first arrangement that fits is taken, in inks too", () => {
  const arrangements = [
    { below: 400, layout: { height: 3, font: { color: "rgb(\ue000)" } } },
    { below: 700, layout: { height: 2 } },
  ];
  const drawn = (/** @type {number} */ width) =>
    arranged({ ...figure({ height: 1 }), arrangements }, setting({ width })).layout;
  same([399, 400, 699, 700].map((width) => drawn(width).height), [3, 2, 2, 1]);
  same(drawn(300).font.color, "rgb(1,2,3)");
  same(drawn(300).width, 300);
});

Deno.test("dots stand 14 pixels apart in the room of a panel, where there are more than one", () => {
  const traces = [{ marker: { maxdisplayed: 30 } }, { marker: { size: 7 } }, {}];
  const layout = { margin: { l: 56, r: 12 }, grid: { columns: 2 } };
  const { data } = arranged(figure(layout, traces), setting({ width: 628 }));
  same(data, [{ marker: { maxdisplayed: 20 } }, { marker: { size: 7 } }, {}]);
});

Deno.test("what the reader hid stays hidden, by function and order", () => {
  const traces = [{ legendgroup: "tanh" }, { legendgroup: "relu" }, {}];
  const { data } = arranged(figure({}, traces), setting({ hidden: new Set(["tanh"]) }));
  same(data.map(({ visible }) => visible ?? true), ["legendonly", true, true]);
});

Deno.test("a narrow chart has a row for the mode bar, and one whose title is long", () => {
  const drawn = (/** @type {number} */ width, /** @type {string} */ text) => {
    const layout = { width, height: 300, margin: { t: 44 }, title: { text } };
    makeRoom(layout);
    return [layout.height, layout.margin.t];
  };
  same(drawn(419, "f"), [330, 74]);
  same(drawn(420, "f"), [300, 44]);
  same(drawn(420, "f".repeat(40)), [330, 74]);
  const untitled = { width: 420, height: 300, margin: { t: 44 } };
  makeRoom(untitled);
  same(untitled.height, 300);
});

Deno.test("on paper a figure keeps its panels' sizes, and its columns while a sheet is high enough", () => {
  const panelled = (/** @type {number} */ panels) => {
    const rows = Math.ceil(panels / 2);
    const layout = { height: 300 * rows, grid: { columns: 2, rows } };
    const { width, height, grid } = printed({ ...figure(layout), panels }, setting()).layout;
    return [width, height, grid.columns, grid.rows];
  };
  same(panelled(4), [680, 600, 2, 2]);
  same(panelled(7), [1020, 900, 3, 3]);
  same(panelled(23), [1700, 1500, 5, 5]);
  same(printed(figure({ height: 268 }), setting()).layout.height, 268);
});

Deno.test("an image has the chosen size and the limits that are shown", () => {
  const one = figure({ height: 300, xaxis: { range: [-5, 5] } });
  const shown = { xaxis: { range: [0, 1] } };
  const sizes = ["screen", "slide", "paper"].map((size) => {
    const { figure: { layout }, scale, dpi } = picture(one, size, setting(), shown);
    same(layout.xaxis.range, [0, 1]);
    return [Math.round(layout.width * scale), Math.round(layout.height * scale), dpi];
  });
  same(sizes, [[1200, 600, undefined], [1920, 1080, undefined], [1050, 750, 300]]);
});

Deno.test("a slide of many panels is set in as many columns as fit it", () => {
  const many = { ...figure({ height: 300, grid: { rows: 6, columns: 4 } }), panels: 23 };
  const { figure: { layout }, scale } = picture(many, "slide", setting(), {});
  same(layout.grid, { rows: 5, columns: 5 });
  same(Math.round(layout.width * scale), 1920);
});

Deno.test("an image of a scene is seen from where the screen sees it", () => {
  const scene = figure({ height: 300, scene: { camera: { eye: { x: -1.6 } } } });
  const turned = { scene: { camera: { eye: { x: 2 } } } };
  const { figure: { layout } } = picture(scene, "paper", setting(), turned);
  same(layout.scene, turned.scene);
});

Deno.test("keys lead along a curve and across to the nearest point of the next", () => {
  const points = (/** @type {number[]} */ xs) => xs.map((x, point) => ({ x, point: point + 5 }));
  const paths = [
    { number: 1, points: points([0, 1, 2]) },
    { number: 3, points: points([0.4, 1.9]) },
  ];
  const go = (/** @type {string} */ key, /** @type {any} */ from = undefined) =>
    stepped(key, paths, from);
  const start = { trace: 1, point: 5 };
  same(go("ArrowRight"), start);
  same(go("ArrowLeft", start), start);
  same(go("ArrowRight", start), { trace: 1, point: 6 });
  same(go("End", start), { trace: 1, point: 7 });
  same(go("ArrowDown", { trace: 1, point: 7 }), { trace: 3, point: 6 });
  same(go("ArrowDown", { trace: 3, point: 6 }), { trace: 3, point: 6 });
  same(go("ArrowUp", { trace: 3, point: 6 }), { trace: 1, point: 7 });
  same(go("ArrowLeft", { trace: 9, point: 9 }), start);
  same(go("Tab", start), undefined);
  same(stepped("End", [], undefined), undefined);
});

Deno.test("numbers are said in four significant digits", () => {
  same([1 / 3, -2, 0, 12345, 1e5].map(plain), ["0.3333", "−2", "0", "12350", "100000"]);
  same([-5.5625, 1.0625].map(plain), ["−5.563", "1.063"]); // ties
  same([-1.4328e-6, 1e-4, 2e6, 1e12].map(plain), [
    "−1.433 × 10⁻⁶",
    "0.0001",
    "2 × 10⁶",
    "1 × 10¹²",
  ]);
});
