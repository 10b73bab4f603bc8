// Makes images of a figure in the browser: SVG with real text, PNG with the page's own font.

import { withLengths } from "../activations.dashboard.chart.drawing/lettering.js";
import { withLegend } from "./measure.js";

/**
 * A Plotly figure whose layout says its size in CSS px, and what becomes of it: how many image px
 * for each of those, the resolution to note in the file, if any, and the ratio of width to height,
 * if that must stay.
 *
 * @typedef {object} Picture
 * @property {{ data: any[], layout: any }} figure
 * @property {number} scale
 * @property {number} [dpi]
 * @property {number} [aspect]
 */
/**
 * A picture drawn, with its size in CSS px.
 *
 * @typedef {object} Drawing
 * @property {string} svg
 * @property {number} width
 * @property {number} height
 * @property {number} scale
 * @property {number} [dpi]
 */

const PATIENCE = 3000; // ms that an image waits for its font

/**
 * @param {Picture} picture
 * @returns {Promise<Drawing>}
 */
export async function toSvg(picture) {
  const { Plotly } = /** @type {any} */ (globalThis);
  const { figure, scale, dpi } = await withLegend(picture);
  const { width, height } = figure.layout;
  const svg = await Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
  return { svg: withLengths(svg), width, height, scale, dpi };
}

/** @param {Drawing} drawing */
export async function toPng({ svg, width, height, scale, dpi }) {
  const style = `<style>${await fontFace()}</style>`;
  const dressed = svg.replace(/<svg[^>]*>/, (tag) => tag + style);
  const url = URL.createObjectURL(new Blob([dressed], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    return dpi ? withResolution(blob, dpi) : blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * The page's font, to be carried by an image: a picture cannot reach the fonts of its page. Where
 * it cannot be had, the image is made in the next font of its list.
 */
async function fontFace() {
  try {
    const family = getComputedStyle(document.body).fontFamily.split(",")[0];
    const rule = [...document.styleSheets]
      .flatMap(faces)
      .find(({ style }) =>
        unquoted(style.fontFamily) === unquoted(family) && style.fontStyle !== "italic"
      );
    const source = rule?.style.getPropertyValue("src").match(/url\("?([^")]+)"?\)/)?.[1];
    if (!source) return "";
    const address = new URL(source, rule.parentStyleSheet?.href ?? document.baseURI);
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) return "";
    const data = await dataUrl(await response.blob());
    return `@font-face{font-family:${family};font-weight:200 900;src:url(${data})}`;
  } catch {
    return "";
  }
}

/**
 * The fonts that a sheet declares. A sheet from another server keeps its rules to itself.
 *
 * @param {CSSStyleSheet} sheet
 */
function faces(sheet) {
  try {
    return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  } catch {
    return [];
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {string} text */
function unquoted(text) {
  return text.trim().replace(/["']/g, "");
}

/**
 * A PNG says its resolution in a pHYs chunk, which stands right after the header chunk.
 *
 * @param {Blob} blob
 * @param {number} dpi
 */
function withResolution(blob, dpi) {
  const HEADER_END = 33;
  const chunk = new DataView(new ArrayBuffer(21));
  const perMetre = Math.round(dpi / 0.0254);
  chunk.setUint32(0, 9);
  [..."pHYs"].forEach((letter, at) => chunk.setUint8(4 + at, letter.charCodeAt(0)));
  chunk.setUint32(8, perMetre);
  chunk.setUint32(12, perMetre);
  chunk.setUint8(16, 1);
  chunk.setUint32(17, crc32(new Uint8Array(chunk.buffer, 4, 13)));
  return new Blob([blob.slice(0, HEADER_END), chunk, blob.slice(HEADER_END)], { type: blob.type });
}

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
