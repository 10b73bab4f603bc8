import { decoded, dots, frameAt, path, values } from "../../activations/dashboard/static/reel.js";

const SAME = (/** @type {number} */ value) => value;

/**
 * @param {unknown} found
 * @param {unknown} expected
 */
function assertEquals(found, expected) {
  const [one, other] = [found, expected].map((each) => JSON.stringify(each));
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

/** @param {Partial<import("../../activations/dashboard/static/reel.js").Reel>} parts */
function reel(parts) {
  return {
    moves: /** @type {const} */ ("value"),
    places: [0, 0.1, 0.2],
    window: /** @type {[number, number]} */ ([-1, 1]),
    count: 3,
    tracks: [],
    dots: {},
    levels: {},
    limits: null,
    powers: {},
    own: {},
    margin: 0.1,
    charts: [],
    ...parts,
  };
}

const TRACK = {
  x: Float32Array.of(-1, 1, -1, 0, 1, -1, 1),
  y: { line: Float32Array.of(0, 0, 1, 2, 3, 5, 5) },
  ends: Uint32Array.of(2, 5, 7),
};

Deno.test("arrays come back from base64", () => {
  const bdata = btoa(String.fromCharCode(...new Uint8Array(Float32Array.of(1, 2.5).buffer)));
  const { levels } = decoded(JSON.stringify({ levels: { low: { dtype: "f4", bdata } } }));
  assertEquals([...levels.low], [1, 2.5]);
});

Deno.test("a value has the points of the nearest place", () => {
  const found = frameAt(reel({ tracks: [TRACK] }), [0.1]);
  assertEquals([.../** @type {any} */ (found?.line("line")).y], [1, 2, 3]);
  assertEquals(found?.line("other"), undefined);
  for (const [value, y] of [[-1, [0, 0]], [0.04, [0, 0]], [0.16, [5, 5]], [9, [5, 5]]]) {
    const near = frameAt(reel({ tracks: [TRACK] }), [/** @type {number} */ (value)]);
    assertEquals([.../** @type {any} */ (near?.line("line")).y], y);
  }
  assertEquals(frameAt(reel({ tracks: [TRACK] }), []), undefined);
});

Deno.test("limits are those of the place, or of both", () => {
  const limits = Float32Array.of(0, 1, 2, 3, 4, 5);
  assertEquals(frameAt(reel({ limits }), [0.2])?.axes(""), { y: { range: [4, 5] } });
  const pairs = Float32Array.from({ length: 18 }, (_, at) => at);
  const window = frameAt(reel({ moves: "window", limits: pairs }), [0, 0.2]);
  assertEquals(window?.axes("").y, { range: [4, 5] });
  const own = reel({ limits, own: { alone: Float32Array.of(6, 7, 8, 9, 10, 11) } });
  assertEquals(frameAt(own, [0.1])?.axes("alone"), { y: { range: [8, 9] } });
  assertEquals(frameAt(own, [0.1])?.axes("other"), { y: { range: [2, 3] } });
  const powers = { "4,5": { type: "log" } };
  assertEquals(frameAt(reel({ limits, powers }), [0.2])?.axes("").y, { type: "log" });
});

Deno.test("a window is cut to its very ends, and one of no width is none", () => {
  const track = {
    x: Float32Array.of(-2, 0, 2),
    y: { line: Float32Array.of(0, 4, 0) },
    ends: Uint32Array.of(3),
  };
  const wide = reel({ moves: "window", places: [-2, -1, 0, 1, 2], tracks: [track] });
  assertEquals(frameAt(wide, [-1, 1])?.line("line"), { x: [-1, 0, 1], y: [2, 4, 2] });
  assertEquals(frameAt(wide, [-2, 0])?.line("line"), { x: [-2, 0], y: [0, 4] });
  assertEquals(frameAt(wide, [1, 1]), undefined);
  assertEquals(frameAt(wide, [1, 0]), undefined);
});

Deno.test("marks are the points of a track that lie in the window, and no ends of it", () => {
  const track = {
    x: Float32Array.of(-1, 1),
    y: { breaks: Float32Array.of(0, 6) },
    ends: Uint32Array.of(2),
  };
  const wide = reel({ moves: "window", tracks: [track] });
  assertEquals(frameAt(wide, [0, 2])?.marks("breaks"), { x: [1], y: [6] });
  assertEquals(frameAt(wide, [-0.5, 0.5])?.marks("breaks"), { x: [], y: [] });
  const shot = frameAt(reel({ tracks: [TRACK] }), [0])?.marks("line");
  assertEquals([.../** @type {any} */ (shot).x], [-1, 1]);
});

Deno.test("a thumb of stops stands for the one that is written beside it", () => {
  const counts = reel({ moves: "count" });
  const thumb = (/** @type {number} */ said) => [{ at: 2, said, step: 1 }];
  assertEquals(values(counts, thumb(1000), [21]), [1000]);
  assertEquals(frameAt(counts, [1000])?.count, 1000);
  assertEquals(frameAt(counts, values(counts, thumb(NaN), [21])), undefined);
});

Deno.test("an exact value stands as long as the slider writes it", () => {
  const thumb = (/** @type {number} */ at, said = at) => [{ at, said, step: 0.01 }];
  for (const exact of [0.123, 0.125, 0.1234567]) {
    assertEquals(values(reel({}), thumb(0.12, Number(exact.toPrecision(4))), [exact]), [exact]);
    assertEquals(values(reel({}), thumb(0.12), [exact]), [0.12]); // it was moved and came back
    assertEquals(values(reel({}), thumb(0.13), [exact]), [0.13]);
  }
  assertEquals(values(reel({}), thumb(0.12, NaN), [0.5]), [0.12]);
  assertEquals(values(reel({}), thumb(0.12), [0.12]), [0.12]);
});

Deno.test("a path has gaps, and passes over what nobody sees", () => {
  const line = { x: [0, 1, 1, 1, 2, 2.1, 3], y: [0, 1, NaN, 5, 6, 6.1, 7] };
  assertEquals(path(line, SAME, SAME), "M0,0L1,1M1,5L2,6L3,7");
});

Deno.test("dots lie on the line, inside the chart, and no more than there is room for", () => {
  const line = { x: [-1, 0, 1], y: [0, 0, 10] };
  const frame = /** @type {any} */ (frameAt(reel({ count: 5 }), [0]));
  const room = { width: 1, height: 9, most: 0 };
  const across = (/** @type {number} */ x) => (x + 1) / 2;
  assertEquals(dots(line, frame, across, SAME, room), [[0, 0], [0.25, 0], [0.5, 0], [0.75, 5]]);
  assertEquals(dots(line, frame, across, SAME, { ...room, most: 2 }), [[0, 0], [0.5, 0]]);
});
