// Hands images to the reader, and says how that went: each of these resolves to a sentence.

/**
 * @typedef {import("./image.js").Picture} Picture
 * @typedef {import("./image.js").Drawing} Drawing
 */

import { toPng, toSvg } from "./image.js";

// Whether a download has begun, let alone ended, a browser tells no page. In another page's frame
// it may be forbidden, without a word to anyone but the developers' console.
const IN_A_FRAME = " If no file arrives, the page around this one does not allow downloads: " +
  "open this page in a tab of its own.";

/**
 * @param {Picture} picture
 * @param {"png" | "svg"} format
 * @param {string} name of the file, without its ending
 */
export function save(picture, format, name) {
  return attempt(async () => {
    const drawing = await drawn(picture);
    const blob = format === "png"
      ? await rasterized(drawing)
      : new Blob([drawing.svg], { type: "image/svg+xml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    const done = `${format.toUpperCase()} sent to the browser’s downloads.`;
    return self.parent === self ? done : done + IN_A_FRAME;
  });
}

/** @param {Picture} picture */
export function copy(picture) {
  return attempt(async () => {
    if (!globalThis.isSecureContext) {
      throw new Refusal("Browsers let pages copy over https only. Save the image as PNG instead.");
    }
    if (!navigator.clipboard?.write) {
      throw new Refusal("This browser lets no page copy images. Save the image as PNG instead.");
    }
    const image = drawn(picture).then(rasterized);
    // Asked before the image is there, while the click still counts as the reader's wish.
    const written = navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
    written.catch(() => {});
    await image;
    await written.catch(refuse(NOT_COPIED));
    return "Copied";
  });
}

const NOT_COPIED = "The browser did not let this page copy. " +
  "Allow it to use the clipboard, or save the image as PNG instead.";

/** @param {Picture} picture */
function drawn(picture) {
  const words = "The image could not be drawn. Try again, or reload the page.";
  return toSvg(picture).catch(refuse(words));
}

/** @param {Drawing} drawing */
function rasterized(drawing) {
  const words = "This browser could not make a PNG of the image. Save it as SVG instead.";
  return toPng(drawing).catch(refuse(words));
}

/** An error whose message is for the reader; its cause is for developers. */
class Refusal extends Error {}

/**
 * @param {string} words
 * @returns {(cause: unknown) => never}
 */
function refuse(words) {
  return (cause) => {
    throw new Refusal(words, { cause });
  };
}

/** @param {() => Promise<string>} work */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) {
      console.warn(error.message, error.cause);
      return error.message;
    }
    console.warn(error);
    return "The image could not be made. Reload the page to try again.";
  }
}
