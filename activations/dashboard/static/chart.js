// Shows Plotly figures and redraws them in place; chart.py says why it exists.
//
// `place` gives a chart its place on the page, `draw` takes a message that holds the figures of all.
// A figure that did not change is left alone; one that did goes through Plotly.react on the same
// node. Zoom is kept by Plotly's own `uirevision`, which the figure sets for each axis.

const NARROW = 440; // px: below, the mode bar would cover the title and gets a row of its own
const MODEBAR_ROW = 30; // px
const DOTS_APART = 14; // px on average; Plotly rounds how many to pass over
// Sizes of images: what they are laid out for in CSS px, as the page is, and how many px they get.
const IMAGES = {
  screen: { scale: 2 },
  slide: { width: 640, panelWidth: 320, aspect: 16 / 9, pixels: 1920 },
  paper: { width: 336, rowHeight: 240, pixels: 1050, dpi: 300 },
};

const styles = document.createElement("link");
styles.rel = "stylesheet";
styles.href = new URL("chart.css", import.meta.url);
document.head.append(styles);

const charts = new Map(); // by key: those that have a place on the page
let message; // the last one
let pageInks; // the theme's, as the figures write colours
let library; // the promise of plotly.js

export function place({ data: { key }, parentElement }) {
  const host = parentElement.querySelector(".activations-chart");
  if (charts.get(key)?.host !== host) charts.set(key, create(key, host));
  const chart = charts.get(key);
  readInks(host);
  show(chart);
  // Streamlit also cleans up after a call that another one overtook: the chart stays, then.
  return () => setTimeout(() => host.isConnected || remove(chart));
}

export function draw({ data, parentElement }) {
  message = JSON.parse(new TextDecoder().decode(data));
  readInks(parentElement); // here, where no chart has changed the page's styles yet
  charts.forEach(show);
}

function create(key, host) {
  const chart = { key, host, dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom" };
  chart.plot = host.appendChild(document.createElement("div"));
  chart.caption = host.appendChild(document.createElement("dl"));
  chart.note = host.appendChild(document.createElement("p"));
  chart.note.className = "chart-note";
  chart.note.setAttribute("role", "status");
  host.setAttribute("role", "figure");
  chart.resizes = new ResizeObserver(([{ contentRect }]) => {
    chart.width = contentRect.width; // kept, since asking for it makes the browser lay out anew
    if (window.Plotly) paint(chart);
  });
  chart.resizes.observe(host);
  chart.sightings = new IntersectionObserver(([entry]) => (chart.inSight = entry.isIntersecting));
  chart.sightings.observe(host);
  return chart;
}

function remove(chart) {
  chart.removed = true;
  chart.resizes.disconnect();
  chart.sightings.disconnect();
  chart.painted?.then(() => Plotly.purge(chart.plot)); // what Plotly began, it must end
  chart.host.replaceChildren();
  if (charts.get(chart.key) === chart) charts.delete(chart.key);
}

function show(chart) {
  const data = message?.charts[chart.key];
  if (!data) return; // the message that has it is on its way
  chart.data = { ...data, arrays: message.arrays };
  chart.host.setAttribute("aria-label", data.description);
  write(chart, data.caption);
  load(message.library).then(
    () => (chart.inSight ? paint(chart) : setTimeout(paint, 0, chart)), // in sight, in one frame
    () => explain(chart),
  );
}

function write(chart, caption) {
  const text = JSON.stringify(caption);
  if (text !== chart.written) chart.caption.replaceChildren(...caption.map(fact));
  chart.written = text;
}

function fact([label, value]) {
  const pair = document.createElement("div");
  pair.appendChild(document.createElement("dt")).textContent = label;
  pair.appendChild(document.createElement("dd")).textContent = value;
  return pair;
}

function load(path) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(path, document.baseURI);
    script.onload = () => {
      rememberArrays(Plotly.PlotSchema);
      resolve();
    };
    script.onerror = () => {
      library = undefined; // the next tick tries again
      script.remove();
      reject();
    };
    document.head.append(script);
  });
  return library;
}

// At every redraw Plotly walks through its whole schema to find which attributes of a trace are
// arrays, an eighth of its time. For curves and samples that depends on a few attributes alone.
function rememberArrays(schema) {
  const find = schema.findArrayAttributes;
  const known = {};
  schema.findArrayAttributes = (trace) => {
    const { meta, mode, x, customdata } = trace;
    if (meta !== "curve" && meta !== "samples") return find(trace);
    return (known[[mode, !!x, !!customdata]] ??= find(trace));
  };
}

function explain(chart) {
  if (chart.removed || chart.drawn) return;
  chart.plot.classList.add("chart-failure");
  chart.plot.textContent =
    "This chart cannot be drawn: its drawing library, plotly.js, did not load. " +
    "Reload the page to try again.";
}

// --- drawing

function paint(chart) {
  const { data, host, plot, width } = chart;
  if (chart.removed || !data || !width) return; // what is missing yet calls again
  const full = document.fullscreenElement === host;
  const setting = JSON.stringify([data.arrangements, width, full, pageInks]);
  if (data.figure === chart.drawn && setting === chart.setting) return;

  const { data: traces, layout } = arranged(data, pageInks, width);
  if (full) Object.assign(layout, { width, height: window.innerHeight - 32 });
  if (width < NARROW) {
    layout.height += MODEBAR_ROW;
    layout.margin = { ...layout.margin, t: layout.margin.t + MODEBAR_ROW };
    if (layout.title) layout.title.pad = { l: 8, t: 12 + MODEBAR_ROW };
  }
  const first = !chart.drawn;
  if (first) plot.replaceChildren();
  plot.classList.remove("chart-failure");
  Object.assign(chart, { drawn: data.figure, setting, traces, layout, reacted: undefined });
  react(chart);
  if (first) plot.on("plotly_relayout", () => react(chart));
}

function react(chart) {
  const { plot, traces } = chart;
  const layout = held(chart);
  const reacted = JSON.stringify(layout);
  if (reacted === chart.reacted) return;
  Object.assign(chart, { reacted, sent: structuredClone(layout) });
  chart.painted = Plotly.react(plot, traces, layout, plot.data ? undefined : configuration(chart));
}

// Plotly keeps a zoom as long as the axis is sent the limits that it was zoomed from. Limits that
// follow the curves change under it, so a zoomed axis is sent its old ones until the zoom is undone.
function held({ plot, layout, sent, dragmode }) {
  const held = { ...structuredClone(layout), dragmode };
  for (const name of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
    const shown = plot.layout?.[name];
    const same = shown?.uirevision === layout[name].uirevision;
    if (same && String(shown.range) !== String(sent[name].range)) held[name].range = sent[name].range;
  }
  return held;
}

// The figure in the given inks and set for the given width.
function arranged({ figure, arrays, arrangements }, inks, width) {
  const own = new RegExp(message.inks.join("|"), "g");
  const inked = figure.replace(own, (ink) => inks[message.inks.indexOf(ink)]);
  const painted = JSON.parse(inked, (_, part) => arrays[part?.array] ?? part);
  const arrangement = arrangements.find(({ below }) => width < below)?.layout;
  const layout = { ...painted.layout, ...arrangement, width };
  thin(painted.data, layout);
  return { data: painted.data, layout };
}

// Draw no more dots than the eye can part. Plotly picks them from those in view, anew at each zoom,
// and hover still finds every sample.
function thin(traces, { width, margin, grid }) {
  const room = (width - margin.l - margin.r) / (grid?.columns ?? 1);
  for (const { meta, marker } of traces) {
    if (meta === "samples") marker.maxdisplayed = Math.floor(room / DOTS_APART);
  }
}

function readInks(host) {
  const style = getComputedStyle(host);
  pageInks = ["--st-text-color", "--st-background-color"].map((name) => {
    const hex = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join();
  });
}

// --- mode bar

function configuration(chart) {
  return {
    displaylogo: false,
    displayModeBar: true,
    doubleClick: "reset",
    modeBarButtons: [buttons(chart)],
  };
}

function buttons(chart) {
  const { host } = chart;
  const pan = (plot) => {
    chart.dragmode = plot.layout.dragmode === "pan" ? "zoom" : "pan";
    Plotly.relayout(plot, { dragmode: chart.dragmode });
  };
  const fullScreen = () =>
    document.fullscreenElement ? document.exitFullscreen() : host.requestFullscreen();
  const say = (words) => () => announce(chart, words);
  const attempt = (work, done, failed) => () => work().then(say(done), say(failed));
  const { Icons } = Plotly;
  return [
    {
      name: "savePng",
      title: "Save as PNG",
      icon: Icons.camera,
      click: attempt(() => save(chart, "png"), "Saved as PNG", "The image could not be made"),
    },
    {
      name: "saveSvg",
      title: "Save as SVG",
      icon: ICONS.vector,
      click: attempt(() => save(chart, "svg"), "Saved as SVG", "The image could not be made"),
    },
    {
      name: "copyImage",
      title: "Copy image",
      icon: ICONS.copy,
      click: attempt(() => copy(chart), "Copied", "This browser does not let the page copy images"),
    },
    "zoomIn2d",
    "zoomOut2d",
    { name: "pan", title: "Drag to pan", icon: Icons.pan, attr: "dragmode", val: "pan", click: pan },
    "resetScale2d",
    { name: "fullScreen", title: "Full screen", icon: ICONS.expand, click: fullScreen },
  ];
}

function announce(chart, words) {
  chart.note.textContent = words;
  clearTimeout(chart.silence);
  chart.silence = setTimeout(() => (chart.note.textContent = ""), 2500);
}

const ICONS = {
  vector: { width: 24, height: 24, path: "M3 3h6v2h6V3h6v6h-2v6h2v6h-6v-2H9v2H3v-6h2V9H3V3m2 2v2h2V5H5m12 0v2h2V5h-2M7 9v6h2v2h6v-2h2V9h-2V7H9v2H7m-2 8v2h2v-2H5m12 0v2h2v-2h-2z" },
  copy: { width: 24, height: 24, path: "M19 21H8V7h11m0-2H8a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2m-3-4H4a2 2 0 0 0-2 2v14h2V3h12V1z" },
  expand: { width: 24, height: 24, path: "M5 5h5v2H7v3H5V5m9 0h5v5h-2V7h-3V5m3 9h2v5h-5v-2h3v-3m-7 3v2H5v-5h2v3h3z" },
};

// --- images

const imaging = import(new URL("image.js", import.meta.url));

async function save(chart, format) {
  const { download } = await imaging;
  await download(picture(chart), format, chart.data.fileName);
}

async function copy(chart) {
  const { copyToClipboard } = await imaging;
  await copyToClipboard(picture(chart));
}

// The figure at the size and in the inks that the reader chose, zoomed as on screen.
function picture({ data, plot, ...chart }) {
  const inks = message.images.colors === "as-on-screen" ? pageInks : message.inks;
  const size = IMAGES[message.images.size];
  const panels = plot.layout.grid ? plot.layout.annotations.length : 0;
  const columns = Math.round(Math.sqrt(1.25 * panels)); // as many as fit the panels to a slide
  const wide = columns > 1 && size.panelWidth && Math.max(columns * size.panelWidth, 880);
  const width = wide || size.width || chart.width;
  const figure = arranged(data, inks, width);
  const { layout } = figure;
  if (wide) layout.grid = { ...layout.grid, columns, rows: Math.ceil(panels / columns) };
  if (size.aspect) layout.height = width / size.aspect;
  if (size.rowHeight) layout.height = size.rowHeight * (layout.grid?.rows ?? 1);
  for (const [name, part] of Object.entries(layout)) {
    if (/^[xy]axis/.test(name)) part.range = plot.layout[name].range;
  }
  return { figure, scale: size.scale ?? size.pixels / width, dpi: size.dpi };
}
