// What of an image is known only once its texts are drawn: the room of its legend, their lengths.

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

/**
 * The SVG with the length of each text written down. Plotly has placed the texts by their lengths
 * in the page's font, which other programs rarely have: they squeeze or stretch theirs to these.
 * Texts with an index flow as they will: programs are at odds about lengths of parts of a line.
 *
 * @param {string} svg
 */
export function withLengths(svg) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const host = offScreen();
  host.append(root);
  try {
    /** @type {NodeListOf<SVGTextContentElement>} */
    const texts = root.querySelectorAll("text, tspan.line");
    const lines = [...texts].filter((line) => !line.children.length);
    const lengths = lines.map((line) => line.getComputedTextLength());
    lines.forEach((line, index) => {
      if (!lengths[index]) return;
      line.setAttribute("textLength", lengths[index].toFixed(2));
      line.setAttribute("lengthAdjust", "spacingAndGlyphs");
    });
    // Plotly cuts a legend off where it would scroll; a wider font's texts may reach further.
    for (const part of root.querySelectorAll(".legend [clip-path]")) {
      part.removeAttribute("clip-path");
    }
    return new XMLSerializer().serializeToString(root);
  } finally {
    host.remove();
  }
}

/** A place where things can be measured and are not seen. */
function offScreen() {
  const host = document.createElement("div");
  host.style.cssText = "position: fixed; left: 0; top: 0; visibility: hidden; pointer-events: none";
  host.setAttribute("aria-hidden", "true");
  return document.body.appendChild(host);
}
