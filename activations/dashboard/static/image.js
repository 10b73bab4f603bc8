// Makes images of a figure in the browser: SVG with real text, PNG with the page's own font.
//
// A picture is { figure, scale, dpi }: a Plotly figure whose layout says its size in CSS pixels, how
// many image pixels each of those becomes, and the resolution to note in the file, if any.

export async function download(picture, format, name) {
  const blob =
    format === "png"
      ? await toPng(picture)
      : new Blob([await toSvg(picture)], { type: "image/svg+xml" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function copyToClipboard(picture) {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": toPng(picture) })]);
}

async function toSvg({ figure }) {
  const { width, height } = figure.layout;
  const url = await Plotly.toImage(figure, { format: "svg", width, height });
  return decodeURIComponent(url.slice(url.indexOf(",") + 1));
}

async function toPng(picture) {
  const { width, height } = picture.figure.layout;
  const svg = await toSvg(picture);
  const style = `<style>${await fontFace()}</style>`;
  const dressed = svg.replace(/<svg[^>]*>/, (tag) => tag + style);
  const url = URL.createObjectURL(new Blob([dressed], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(
      Math.round(width * picture.scale),
      Math.round(height * picture.scale),
    );
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    return picture.dpi ? withResolution(blob, picture.dpi) : blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

// The page's font, to be carried by an image: a picture cannot reach the fonts of its page.
let face;
async function fontFace() {
  face ??= (async () => {
    const family = getComputedStyle(document.body).fontFamily.split(",")[0];
    const rule = [...document.styleSheets]
      .flatMap((sheet) => [...sheet.cssRules])
      .find(
        ({ style, type }) =>
          type === CSSRule.FONT_FACE_RULE &&
          unquoted(style.fontFamily) === unquoted(family) &&
          style.fontStyle !== "italic",
      );
    if (!rule) return "";
    const source = rule.style.src.match(/url\("?([^")]+)"?\)/)[1];
    const font = await (await fetch(new URL(source, rule.parentStyleSheet.href ?? document.baseURI))).blob();
    const data = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(font);
    });
    return `@font-face{font-family:${family};font-weight:200 900;src:url(${data})}`;
  })();
  return face;
}

function unquoted(text) {
  return text.trim().replace(/["']/g, "");
}

// A PNG says its resolution in a pHYs chunk, which stands right after the header chunk.
async function withResolution(blob, dpi) {
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

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
