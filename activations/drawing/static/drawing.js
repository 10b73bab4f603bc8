// What becomes of a figure in the browser before Plotly draws it, on the page and in a saved web
// page: inks and arrays are put in, panels are set for the width, dots are thinned. Nothing here
// touches the document.

/**
 * What message.py describes; a test holds the two together.
 *
 * @typedef {object} TypedArray
 * @property {string} dtype
 * @property {string} bdata
 * @property {string} [shape]
 *
 * @typedef {object} Arrangement
 * @property {number} below
 * @property {Layout} layout
 *
 * @typedef {object} Figure
 * @property {string} figure
 * @property {Arrangement[]} arrangements
 * @property {number} panels
 *
 * @typedef {object} ChartParts
 * @property {string} description
 * @property {string} fileName
 * @property {[string, string][]} caption
 *
 * @typedef {Figure & ChartParts} Chart
 *
 * @typedef {object} Images
 * @property {string} size
 * @property {string} colors
 *
 * @typedef {object} Message
 * @property {number} number
 * @property {Record<string, string[]>} state
 * @property {Record<string, Chart>} charts
 * @property {Record<string, TypedArray>} arrays
 * @property {Record<string, string>} inks
 * @property {Images} images
 */

/**
 * Plotly's own, as far as it matters here.
 *
 * @typedef {Record<string, any>} Layout
 * @typedef {Record<string, any>} Trace
 * @typedef {{ data: Trace[], layout: Layout }} Drawn
 */

/**
 * What a figure is drawn with: its arrays, the inks by token, the groups of traces that the reader
 * hid by a legend, the width in pixels.
 *
 * @typedef {object} Setting
 * @property {Record<string, TypedArray>} arrays
 * @property {Record<string, string>} inks
 * @property {Set<string>} [hidden]
 * @property {number} width
 */

const NARROW = 420; // px: below, the mode bar would cover most titles and gets a row of its own
const MODEBAR = 212; // px that it and the space around a title take
const LETTER = 6.7; // px, of a title
const MODEBAR_ROW = 30; // px
const SAMPLE = 45; // px of a legend's entry beside its text
const LEGEND_ROW = 20; // px
const LEGEND_SHARE = 0.25; // of a figure's height, which its legend may take
const DOTS_APART = 14; // px on average; Plotly rounds how many to pass over

const SHEET = 680; // px: the width of A4 and Letter without margins
const TALLEST = 1.3; // of the width: what a sheet has room for below a heading
const LEAST_ROW = 195; // px of height that a row of panels takes, with titles
const HEAD = 100; // px of height above the first row and below the last

/**
 * Sizes of images: what they are laid out for in CSS px, as the page is, and how many px they get.
 *
 * @typedef {object} Size
 * @property {number} [scale]
 * @property {number} [width]
 * @property {number} [panelWidth]
 * @property {number} [rowHeight]
 * @property {number} [aspect]
 * @property {number} [pixels]
 * @property {number} [dpi]
 */
/** @type {Record<string, Size>} */
const IMAGES = {
  screen: { scale: 2 },
  slide: { width: 640, panelWidth: 320, aspect: 16 / 9, pixels: 1920 },
  paper: { width: 336, rowHeight: 240, pixels: 1050, dpi: 300 },
};

/**
 * The figure as Plotly takes it.
 *
 * @param {Figure} figure
 * @param {Setting} setting
 * @returns {Drawn}
 */
export function arranged(
  { figure, arrangements },
  { arrays, inks, hidden, width },
) {
  const { data, layout } = JSON.parse(
    inked(figure, inks),
    (_, part) => arrays[part?.array] ?? part,
  );
  const arrangement = arrangements.find(({ below }) => width < below)?.layout ??
    {};
  Object.assign(layout, JSON.parse(inked(JSON.stringify(arrangement), inks)), {
    width,
  });
  thin(data, layout);
  for (const trace of data) {
    if (hidden?.has(trace.legendgroup)) trace.visible = "legendonly";
  }
  return { data, layout };
}

/**
 * @param {string} text
 * @param {Record<string, string>} inks
 */
function inked(text, inks) {
  return text.replace(
    new RegExp(Object.keys(inks).join("|"), "g"),
    (token) => inks[token],
  );
}

/**
 * Draws no more dots than the eye can part. Plotly picks them from those in view, anew at each zoom,
 * and hover still finds every sample.
 *
 * @param {Trace[]} traces
 * @param {Layout} layout
 */
function thin(traces, { width, margin, grid }) {
  const room = (width - (margin?.l ?? 0) - (margin?.r ?? 0)) /
    (grid?.columns ?? 1);
  for (const { marker } of traces) {
    if (marker?.maxdisplayed) {
      marker.maxdisplayed = Math.max(Math.floor(room / DOTS_APART), 1);
    }
  }
}

/**
 * Makes a figure higher, for all that it has to hold in its width.
 *
 * @param {Layout} layout
 * @param {Trace[]} [data]
 */
export function makeRoom(layout, data = []) {
  holdLegend(layout, data);
  holdModebar(layout);
}

/**
 * Gives a legend that hangs below the axes as many rows as it takes.
 *
 * @param {Layout} layout
 * @param {Trace[]} data
 */
function holdLegend(layout, data) {
  const { legend, margin, width, height } = layout;
  if (!layout.showlegend || !(legend?.y < 0)) return;
  const names = data.filter(({ showlegend = true }) => showlegend).map(({ name }) => name.length);
  const entry = SAMPLE + LETTER * Math.max(...names);
  const columns = Math.max(Math.floor((width - margin.l - margin.r) / entry), 1);
  const maxheight = LEGEND_ROW * (Math.ceil(names.length / columns) + 1);
  layout.legend = { ...legend, maxheight };
  layout.height += Math.max(maxheight - LEGEND_SHARE * height, 0);
}

/**
 * Gives the mode bar a row of its own where it would cover the title.
 *
 * @param {Layout} layout
 */
function holdModebar(layout) {
  const title = MODEBAR + LETTER * (layout.title?.text.length ?? 0);
  if (layout.width >= Math.max(NARROW, title)) return;
  layout.height += MODEBAR_ROW;
  layout.margin = { ...layout.margin, t: layout.margin.t + MODEBAR_ROW };
  if (layout.title) {
    layout.title = { ...layout.title, pad: { l: 8, t: 8 + MODEBAR_ROW } };
  }
}

/**
 * The figure for paper, where a sheet holds it whole: a tall one gets more columns of its panels, and
 * is scaled down.
 *
 * @param {Figure} figure
 * @param {Setting} setting
 * @returns {Drawn}
 */
export function printed(figure, setting) {
  const drawn = arranged(figure, { ...setting, width: SHEET });
  const { rows: before = 1, columns: least = 1 } = drawn.layout.grid ?? {};
  const panel = { width: SHEET / least, height: drawn.layout.height / before };
  let columns = least;
  const rows = () => Math.ceil(figure.panels / columns);
  while (panel.height * rows() > TALLEST * panel.width * columns) columns++;
  if (columns === least) return drawn;
  const { data, layout } = arranged(figure, { ...setting, width: panel.width * columns });
  if (layout.grid) layout.grid = { ...layout.grid, columns, rows: rows() };
  layout.height = panel.height * rows();
  return { data, layout };
}

/**
 * The axes of a layout, by name.
 *
 * @param {Layout} layout
 */
export function axesOf(layout) {
  return Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
}

/**
 * The figure as an image of the size that the reader chose, which image.js makes: with the limits
 * of `shown`, the layout on screen, and from where a scene is seen there.
 *
 * @param {Figure} figure
 * @param {string} chosen
 * @param {Setting} setting
 * @param {Layout} shown
 */
export function picture(figure, chosen, setting, shown) {
  const size = IMAGES[chosen];
  const { panels } = figure;
  const columns = Math.round(Math.sqrt(1.25 * panels)); // as many as fit the panels to a slide
  const panelled = panels > 1 && columns > 1 && size.panelWidth;
  const rows = Math.ceil(panels / columns);
  const needed = (size.aspect ?? 0) * (rows * LEAST_ROW + HEAD);
  const wide = panelled && Math.max(columns * panelled, 880, Math.round(needed));
  const width = wide || size.width || setting.width;
  const { data, layout } = arranged(figure, { ...setting, width });
  if (wide) {
    layout.grid = { ...layout.grid, columns, rows };
  }
  if (size.aspect) layout.height = width / size.aspect;
  if (size.rowHeight) layout.height = size.rowHeight * (layout.grid?.rows ?? 1);
  for (const name of axesOf(layout)) layout[name].range = shown[name].range;
  if (layout.scene) layout.scene.camera = shown.scene.camera;
  const scale = size.scale ?? (size.pixels ?? width) / width;
  return { figure: { data, layout }, scale, dpi: size.dpi, aspect: size.aspect };
}

/**
 * Where a reader stands who walks along a chart by keys: a trace and a point, by number.
 *
 * @typedef {{ trace: number, point: number }} Place
 * @typedef {{ number: number, points: { x: number, point: number }[] }} Path
 */

/**
 * Where a key leads from a place, along the paths that there are; undefined for other keys.
 *
 * @param {string} key
 * @param {Path[]} paths
 * @param {Place | undefined} from
 * @returns {Place | undefined}
 */
export function stepped(key, paths, from) {
  const along = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[key];
  const across = { ArrowUp: -1, ArrowDown: 1 }[key];
  if ((along === undefined && across === undefined) || !paths.length) {
    return undefined;
  }
  const row = paths.findIndex(({ number }) => number === from?.trace);
  const path = paths[row < 0 ? 0 : clamped(row + (across ?? 0), paths.length)];
  const at = paths[row]?.points.findIndex(({ point }) => point === from?.point) ?? -1;
  if (across !== undefined && at >= 0) {
    return placed(path, nearest(path, paths[row].points[at].x));
  }
  if (at < 0) {
    return placed(path, along === Infinity ? path.points.length - 1 : 0);
  }
  return placed(path, clamped(at + (along ?? 0), path.points.length));
}

/**
 * @param {Path} path
 * @param {number} at
 */
function placed({ number, points }, at) {
  return { trace: number, point: points[at].point };
}

/**
 * @param {Path} path
 * @param {number} x
 */
function nearest({ points }, x) {
  const distances = points.map((each) => Math.abs(each.x - x));
  return distances.indexOf(Math.min(...distances));
}

/**
 * @param {number} at
 * @param {number} count
 */
function clamped(at, count) {
  return Math.min(Math.max(at, 0), count - 1);
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A number in four significant digits, as notation.py's `plain` writes it.
 *
 * @param {number} value
 */
export function plain(value) {
  return written(value, 4);
}

/**
 * A number in so many significant digits.
 *
 * @param {number} value
 * @param {number} digits
 */
export function written(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e").map(Number);
  const far = power < -4 || power >= digits + 2;
  const text = String(far ? mantissa : Number(value.toPrecision(digits))).replace("-", "−");
  const raised = String(power).replace("-", "⁻")
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
  return far ? `${text} × 10${raised}` : text;
}
