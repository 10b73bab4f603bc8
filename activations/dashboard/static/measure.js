// What of an image is known only once its texts are drawn: the room of its legend.

import { offScreen } from "../activations.dashboard.chart.drawing/lettering.js";

const AMPLE = 5000; // px
const EDGE = 10; // px between an image's edge and its text
const LEAST_ROW = 150; // px of height that each row of plots keeps

/** @typedef {import("./image.js").Picture} Picture */

/**
 * The picture with its legend below all axes. An image whose shape is fixed is laid out wider where
 * it has too little room, another one higher.
 *
 * @param {Picture} picture
 * @returns {Promise<Picture>}
 */
export async function withLegend(picture) {
  const { figure, scale, aspect } = picture;
  const { data, layout } = figure;
  if (!layout.showlegend || !isBelow(layout.legend)) return picture;
  const rows = layout.grid?.rows ?? 1;
  const fitted = { ...layout, legend: { ...layout.legend, ...AT_THE_BOTTOM } };
  fitted.margin = await margins(data, fitted);
  const needed = () => fitted.margin.t + LEAST_ROW * rows + fitted.margin.b;
  if (aspect && needed() > fitted.height) {
    fitted.width = Math.ceil(needed() * aspect);
    fitted.margin = await margins(data, fitted);
  }
  fitted.height = aspect ? fitted.width / aspect : Math.max(fitted.height, needed());
  const pixels = scale * layout.width;
  return { ...picture, figure: { data, layout: fitted }, scale: pixels / fitted.width };
}

const AT_THE_BOTTOM = { yref: "container", y: 0, yanchor: "bottom", maxheight: AMPLE };

/** @param {{ y?: number, yref?: string }} legend */
function isBelow({ y = 1, yref = "paper" } = {}) {
  return y < 0 || (yref === "container" && y === 0);
}

/**
 * The margins that the figure's texts need, as they are once drawn.
 *
 * @param {any[]} data
 * @param {any} layout
 */
async function margins(data, { margin, ...layout }) {
  const { Plotly } = /** @type {any} */ (globalThis);
  const host = offScreen();
  try {
    const height = layout.height + AMPLE;
    const room = { ...margin, b: AMPLE / 2 };
    await Plotly.newPlot(host, data, { ...layout, height, margin: room }, { staticPlot: true });
    const legend = host.querySelector(".legend .bg")?.getBoundingClientRect().height ?? 0;
    const texts = [...host.querySelectorAll("text")].filter((text) => !text.closest(".legend"));
    const boxes = texts.map((text) => text.getBoundingClientRect()).filter(({ width }) => width);
    const top = Math.min(margin.t, ...boxes.map((box) => box.top));
    const bottom = Math.max(...boxes.map((box) => box.bottom)) - (height - room.b);
    return { ...margin, t: margin.t - Math.max(top - EDGE, 0), b: bottom + legend + EDGE };
  } finally {
    Plotly.purge(host);
    host.remove();
  }
}
