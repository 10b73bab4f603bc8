// Shows Plotly figures and redraws them in place; chart.py says why it exists.
//
// `place` gives a chart its place on the page, `draw` takes a message that holds the figures of all.
// A figure that did not change is left alone; one that did goes through Plotly.react on the same
// node. Zoom is kept by Plotly's own `uirevision`, which the figure sets for each axis.

import {
  arranged,
  axesOf,
  makeRoom,
  picture,
  plain,
  printed,
  stepped,
} from "../activations.dashboard.chart.drawing/drawing.js";
import { inSight, isDense, lacksPoints } from "../activations.dashboard.chart.drawing/dense.js";
import { copy, save } from "./delivery.js";
import { move, onlyMoved, rememberArrays, settle, spareMaps } from "./redraws.js";

/**
 * @typedef {import("../activations.dashboard.chart.drawing/drawing.js").Chart} Data
 * @typedef {import("../activations.dashboard.chart.drawing/drawing.js").Message} Message
 * @typedef {import("../activations.dashboard.chart.drawing/drawing.js").Layout} Layout
 * @typedef {import("../activations.dashboard.chart.drawing/drawing.js").Trace} Trace
 * @typedef {import("../activations.dashboard.chart.drawing/drawing.js").Place} Place
 * @typedef {import("../activations.dashboard.chart.drawing/drawing.js").Path} Path
 * @typedef {import("../activations.dashboard.chart.drawing/dense.js").Closer} Closer
 * @typedef {HTMLElement & Record<string, any>} Plot what Plotly makes of a node
 */

/** @type {any} */
const page = globalThis; // has Plotly, once that is loaded

const NOTE_STAYS = 2500; // ms
const FULL_SCREEN_ROOM = 32; // px

/**
 * By the place that they have on the page. Streamlit may have an old place and a new one for the same
 * chart at once, and say so in any order: each is drawn as long as it is there.
 *
 * @type {Map<HTMLElement, Chart>}
 */
const charts = new Map();
/** @type {Message | undefined} the last one */
let message;
/** @type {Record<string, string>} the theme's inks, by token */
let themeInks = {};
/** @type {string} what all charts wait for, if anything */
let awaited = "";
/** Whether charts are drawn for paper: in dark inks, at its width. */
let printing = false;
for (const event of ["beforeprint", "afterprint"]) {
  addEventListener(event, () => {
    printing = event === "beforeprint";
    for (const chart of charts.values()) chart.paint();
  });
}

/** @type {Promise<void> | undefined} of plotly.js, which is asked for at once */
let library;
load().catch(() => {}); // who draws says it

/**
 * Gives the chart of a key its place; Streamlit calls it again at each run of the page.
 *
 * @param {{ data: { key: string }, parentElement: HTMLElement }} component
 */
export function place({ data: { key }, parentElement }) {
  const host = /** @type {HTMLElement} */ (parentElement.querySelector(
    ".activations-chart",
  ));
  const chart = charts.get(host) ?? new Chart(key, host);
  charts.set(host, chart);
  chart.key = key;
  readInks(host);
  chart.show();
  // Streamlit also cleans up after a call that another one overtook: the chart stays, then.
  return () => setTimeout(() => host.isConnected || chart.remove());
}

/**
 * Draws all charts that a message holds.
 *
 * @param {{ data: Uint8Array, parentElement: HTMLElement }} component
 */
export function draw({ data, parentElement }) {
  const before = JSON.stringify(message?.state);
  message = /** @type {Message} */ (JSON.parse(new TextDecoder().decode(data)));
  if (JSON.stringify(message.state) !== before) closer = undefined;
  readInks(parentElement); // here, where no chart has changed the page's styles yet
  arrive();
  for (const chart of charts.values()) chart.show();
}

/**
 * Lets all charts say that they wait, until `arrive` or the next message.
 *
 * @param {string} words
 */
export function wait(words) {
  awaited = words;
  for (const chart of charts.values()) chart.await(words);
}

/** @type {(limits: [number, number]) => void} */
let lookCloser = () => {};
/** @type {Closer | undefined} what was brought for what the message shows */
let closer;

/**
 * Has a function called with the limits of x between which a chart lacks points that would be seen.
 *
 * @param {typeof lookCloser} callback
 */
export function onZoom(callback) {
  lookCloser = callback;
}

/**
 * Draws more points between limits of x, as long as the page shows this state.
 *
 * @param {Closer} points
 */
export function bring(points) {
  closer = points;
  for (const chart of charts.values()) chart.look();
}

/** @type {() => void} */
let painted = () => {};

/**
 * Has a function called after each painting of a chart, and when one comes in sight.
 *
 * @param {() => void} callback
 */
export function onPaint(callback) {
  painted = callback;
}

/** What the page shows: the link of its state, and the charts that are drawn. */
export function shown() {
  const drawn = [...charts.values()].filter((chart) => chart.drawn !== undefined);
  return { state: message?.state, charts: drawn };
}

/** Ends what `wait` began. */
export function arrive() {
  if (awaited) wait("");
}

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${new URL(
      "../activations.dashboard.chart.plotly/plotly.min.js",
      import.meta.url,
    )}`;
    script.onload = () => {
      rememberArrays(page.Plotly.PlotSchema);
      resolve();
    };
    script.onerror = () => {
      library = undefined; // the next tick tries again
      script.remove();
      reject(new Error("Its drawing library, plotly.js, did not load."));
    };
    document.head.append(script);
  });
  return library;
}

/** @param {Element} element one that knows the theme */
function readInks(element) {
  const style = getComputedStyle(element);
  const colors = ["--st-text-color", "--st-background-color"].map((name) =>
    channels(style.getPropertyValue(name).trim())
  );
  const tokens = Object.keys(message?.inks ?? {});
  themeInks = Object.fromEntries(
    tokens.map((token, at) => [token, colors[at]]),
  );
}

/** @type {Map<string, string>} */
const known = new Map();

/**
 * Red, green and blue of a colour however CSS can write it.
 *
 * @param {string} color
 */
export function channels(color) {
  let found = known.get(color);
  if (found === undefined) {
    const canvas = Object.assign(document.createElement("canvas"), {
      width: 1,
      height: 1,
    });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    found = [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
    known.set(color, found);
  }
  return found;
}

/** A chart: its place on the page, what it shows there, and what the reader did to it. */
class Chart {
  /** @type {Data | undefined} what the last message says of it */
  data;
  /** @type {Message["arrays"]} those of that message */
  arrays = {};
  width = 0; // px; kept, since asking for it makes the browser lay out anew
  inSight = false;
  removed = false;

  /** @type {string | undefined} the text of the figure that is drawn */
  drawn;
  /** @type {string | undefined} what else it was arranged by */
  setting;
  /** @type {Trace[]} */
  traces = [];
  /** @type {Layout} as it was arranged */
  layout = {};
  /** @type {Layout} as it was sent to Plotly the last time, and the text of that */
  sent = {};
  reacted = "";
  touched = false; // whether it was painted over since
  lifted = false; // whether hairlines were
  followed = false; // whether axes were
  /** @type {Promise<void> | undefined} of Plotly's last redraw */
  painted;
  /** @type {string | undefined} the caption that is written */
  written;

  dragmode = "zoom";
  /** @type {Set<string>} groups of traces that the reader hid by the legend */
  hidden = new Set();
  /** @type {Place | undefined} where the reader stands who walks by keys */
  reading;
  /** @type {number | undefined} the timer that takes the note away */
  silence;

  /**
   * @param {string} key
   * @param {HTMLElement} host
   */
  constructor(key, host) {
    this.key = key;
    this.host = host;
    host.setAttribute("role", "figure");
    /** @type {Plot} */
    this.plot = host.appendChild(document.createElement("div"));
    this.caption = host.appendChild(document.createElement("dl"));
    this.note = this.#region("chart-note");
    this.words = this.#region("chart-words");
    this.#listen();
    this.resizes = new ResizeObserver(([{ contentRect }]) => {
      this.width = contentRect.width;
      if (page.Plotly) requestAnimationFrame(() => this.paint()); // here it would be a loop
    });
    this.resizes.observe(host);
    this.sightings = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
      if (this.inSight) painted();
    });
    this.sightings.observe(host);
    this.await(awaited);
  }

  /** @param {string} name */
  #region(name) {
    const region = this.host.appendChild(document.createElement("p"));
    region.className = name;
    region.setAttribute("role", "status");
    return region;
  }

  remove() {
    this.removed = true;
    this.resizes.disconnect();
    this.sightings.disconnect();
    this.painted?.then(() => page.Plotly.purge(this.plot)); // what Plotly began, it must end
    this.host.replaceChildren();
    charts.delete(this.host);
  }

  /** Shows what the last message says of the chart. */
  show() {
    const data = message?.charts[this.key];
    if (!data) return; // the message that has it is on its way
    Object.assign(this, { data, arrays: message?.arrays });
    this.host.setAttribute("aria-label", data.description);
    this.#write(data.caption);
    load().then(
      () => (this.inSight ? this.paint() : setTimeout(() => this.paint())), // in sight, in one frame
      (error) =>
        this.drawn === undefined &&
        this.fail(error, "Reload the page to try again."),
    );
  }

  /** @param {[string, string][]} caption */
  #write(caption) {
    const text = JSON.stringify(caption);
    if (text !== this.written) {
      this.caption.replaceChildren(...caption.map(fact));
    }
    this.written = text;
  }

  /**
   * Says in the chart's place why there is none.
   *
   * @param {Error} error
   * @param {string} advice
   */
  fail(error, advice) {
    if (this.removed) return;
    page.Plotly?.purge(this.plot);
    this.drawn = undefined;
    this.plot.classList.add("chart-failure");
    this.plot.textContent = `This chart cannot be drawn. ${error.message} ${advice}`;
  }

  /** @param {string} words */
  await(words) {
    clearTimeout(this.silence);
    this.host.setAttribute("aria-busy", String(!!words));
    this.note.textContent = words;
  }

  /** @param {string} words */
  say(words) {
    clearTimeout(this.silence);
    this.note.textContent = words;
    this.silence = setTimeout(
      () => (this.note.textContent = awaited),
      NOTE_STAYS + 50 * words.length,
    );
  }

  // --- drawing

  /** Draws the chart if anything changed; what is missing yet calls again. */
  paint() {
    if (this.removed || !this.data || !this.width) return;
    try {
      this.#paint(this.data);
    } catch (error) {
      this.#explain(error);
    }
  }

  /** @param {any} error */
  #explain(error) {
    console.error(error);
    this.fail(error, "The browser's console says more.");
  }

  /** @param {Data} data */
  #paint(data) {
    const { host, plot, width } = this;
    const full = document.fullscreenElement === host;
    const inks = (printing && message?.inks) || themeInks;
    const setting = JSON.stringify([data.arrangements, width, full, inks, printing]);
    const same = data.figure === this.drawn && setting === this.setting;
    if (same && !this.touched) return;

    const arrange = printing ? printed : arranged;
    const { data: traces, layout } = arrange(data, this.#setting(inks));
    if (full) layout.height = globalThis.innerHeight - FULL_SCREEN_ROOM;
    else if (!printing) makeRoom(layout, traces);
    const first = this.drawn === undefined;
    if (first) plot.replaceChildren();
    plot.classList.remove("chart-failure");
    Object.assign(this, {
      drawn: data.figure,
      setting,
      traces,
      layout,
      reacted: "",
      touched: false,
    });
    this.#react();
    this.#scale(layout);
    this.#offerWalk();
    painted();
    if (!first) return;
    host.classList.add("chart-drawn");
    host.closest(".stElementContainer")?.setAttribute("data-drawn", ""); // its height is the chart's
    plot.on("plotly_relayout", () => this.#react());
    plot.on("plotly_restyle", () => this.#noteHidden());
  }

  // On paper, whose width no script is told, the drawing is as wide as there is room.
  /** @param {Layout} layout */
  #scale({ width, height }) {
    for (const part of this.plot.querySelectorAll(".main-svg")) {
      if (printing) part.setAttribute("viewBox", `0 0 ${width} ${height}`);
      else part.removeAttribute("viewBox");
    }
    this.host.style.setProperty("--shape", `${width} / ${height}`);
  }

  /** @param {Record<string, string>} inks */
  #setting(inks) {
    const { arrays, hidden, width } = this;
    return { arrays, inks, hidden, width };
  }

  /** Draws a chart of very many points anew, as close as it is looked at by now. */
  look() {
    if (isDense(this.traces)) this.#react();
  }

  #react() {
    const layout = this.#held();
    const limits = this.#limits(layout);
    const figure = { data: this.traces, layout };
    const reacted = JSON.stringify(
      isDense(this.traces) ? [layout, limits, closer?.limits] : layout,
    );
    if (reacted === this.reacted) return;
    if (lacksPoints(figure, limits.xaxis, closer)) lookCloser(limits.xaxis);
    const stays = this.#stays(layout);
    Object.assign(this, { reacted, sent: structuredClone(layout) });
    const seen = inSight(figure, limits, closer);
    const configuration = this.plot.data ? undefined : this.#configuration();
    spareMaps(this.plot);
    if (stays && !this.lifted && onlyMoved(this.plot, seen.data)) {
      if (this.followed) settle(this.plot, seen.layout);
      this.followed = false;
      return move(this.plot, seen.data);
    }
    Object.assign(this, { lifted: false, followed: false });
    this.painted = page.Plotly.react(
      this.plot,
      seen.data,
      seen.layout,
      configuration,
    )
      .catch((/** @type {Error} */ error) => this.#explain(error));
  }

  // Whether all but the traces is drawn as it is wanted. Axes that followed are, whatever limits their
  // `uirevision` names: it matters where a zoom is to end.
  /** @param {Layout} layout */
  #stays(layout) {
    const drawn = { ...this.sent };
    for (const name of this.followed ? axesOf(drawn) : []) {
      if (this.#zoomed(name)) continue;
      drawn[name] = { ...drawn[name], uirevision: layout[name]?.uirevision };
    }
    return JSON.stringify(layout) === JSON.stringify(drawn);
  }

  // Plotly keeps a zoom as long as the axis is sent the limits that it was zoomed from. Limits that
  // follow the curves change under it, so a zoomed axis is sent its old ones until the zoom is undone.
  #held() {
    /** @type {Layout} */
    const held = { ...structuredClone(this.layout), dragmode: this.dragmode };
    for (const name of axesOf(held)) {
      if (this.#keeps(name, held)) held[name].range = this.sent[name]?.range;
    }
    return held;
  }

  // What will be seen of a layout: the reader's zoom where it is kept.
  /** @param {Layout} layout */
  #limits(layout) {
    return Object.fromEntries(
      axesOf(layout).map((name) => [
        name,
        (this.#keeps(name, layout) ? this.plot.layout : layout)[name].range,
      ]),
    );
  }

  /**
   * @param {string} name of an axis
   * @param {Layout} layout that is to be drawn
   */
  #keeps(name, layout) {
    const shown = this.plot.layout?.[name];
    return !!shown && shown.uirevision === layout[name].uirevision && this.#zoomed(name);
  }

  /** @param {string} name of an axis */
  #zoomed(name) {
    return String(this.plot.layout[name].range) !== String(this.sent[name]?.range);
  }

  /**
   * Lets axes that the reader did not zoom be others, until the chart is painted: it is touched.
   *
   * @param {{ x?: Layout, y?: Layout }} axes
   */
  follow(axes) {
    this.touched = true;
    /** @type {Layout} */
    const changes = {};
    for (const name of axesOf(this.sent)) {
      const change = axes[/** @type {"x" | "y"} */ (name[0])];
      if (!change || this.#zoomed(name)) continue;
      const before = this.sent[name];
      for (const [part, value] of Object.entries(change)) {
        if (inSingles(before[part]) === inSingles(value)) continue; // for Plotly lays all out anew
        this.sent[name] = { ...this.sent[name], [part]: value };
        changes[`${name}.${part}`] = value;
      }
    }
    if (!Object.keys(changes).length) return;
    this.followed = true;
    page.Plotly.relayout(this.plot, changes);
  }

  // What a legend hides belongs to a function and an order, whichever trace of it comes and goes.
  #noteHidden() {
    for (const { legendgroup, visible } of this.plot.data) {
      if (visible === "legendonly") this.hidden.add(legendgroup);
      else this.hidden.delete(legendgroup);
    }
  }

  // --- gestures and keys

  #listen() {
    const { plot } = this;
    plot.addEventListener("keydown", (event) => {
      if (event.target === plot && page.Plotly && this.drawn !== undefined) {
        this.#walk(event);
      }
    });
    plot.addEventListener(
      "blur",
      () => this.drawn !== undefined && page.Plotly.Fx.unhover(plot),
    );
    // A finger scrolls the page unless it was said that it drags the chart; a mouse always does.
    const leave = (/** @type {Event} */ event) => {
      const target = /** @type {Element} */ (event.target);
      if (this.dragmode !== "pan" && target.closest(".draglayer, .gl-container")) {
        event.stopPropagation();
      }
    };
    for (const kind of ["touchstart", "touchmove"]) { // a surface turns by the second alone
      plot.addEventListener(kind, leave, { capture: true, passive: true });
    }
  }

  // Who goes from place to place by keys does not stop at a chart that has nothing to walk along.
  #offerWalk() {
    const { plot } = this;
    if (this.traces.some(isWalked)) {
      plot.tabIndex = 0;
      plot.setAttribute("role", "application");
      plot.setAttribute("aria-label", "Values: arrow keys walk along them");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) plot.removeAttribute(name);
    }
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { plot } = this;
    const place = stepped(event.key, this.#paths(), this.reading);
    if (!place) return;
    event.preventDefault();
    this.reading = place;
    const trace = plot._fullData[place.trace];
    const { x, y } = plot.calcdata[place.trace][place.point];
    const value = trace.customdata?.[place.point] ?? y; // zero is drawn elsewhere on a log axis
    page.Plotly.Fx.hover(
      plot,
      [{ curveNumber: place.trace, pointNumber: place.point }],
      `${trace.xaxis}${trace.yaxis}`,
    );
    const said = trace.hovertext?.[place.point] ?? trace.text?.[place.point];
    this.words.textContent = said?.replaceAll("<br>", ", ") ||
      `${trace.name}: x ${plain(x)}, y ${plain(value)}`;
  }

  // The traces that say something on hover, with those of their points that are in view.
  #paths() {
    const { _fullData, _fullLayout, calcdata } = this.plot;
    /** @type {Path[]} */
    const paths = _fullData.map(
      (/** @type {Trace} */ trace, /** @type {number} */ number) => {
        const axis = _fullLayout[trace.xaxis?.replace("x", "xaxis")];
        if (!isWalked(trace) || trace.visible !== true) return { number, points: [] };
        const [low, high] = axis.range;
        const points = calcdata[number]
          .map((
            /** @type {Trace} */ { x, y },
            /** @type {number} */ point,
          ) => ({ x, y, point }))
          .filter((/** @type {Trace} */ { x, y }) => low <= x && x <= high && Number.isFinite(y));
        return { number, points };
      },
    );
    return paths.filter(({ points }) => points.length);
  }

  // --- mode bar

  #configuration() {
    return {
      displaylogo: false,
      displayModeBar: true,
      doubleClick: "reset",
      modeBarButtons: [this.#buttons()],
    };
  }

  // A button that cannot work is left out.
  #buttons() {
    const { Icons } = page.Plotly;
    const mayCopy = page.ClipboardItem && allowed("clipboard-write"); // it needs https or localhost
    const solid = this.traces.some(({ type }) => type === "surface");
    return [
      {
        name: "savePng",
        title: "Save as PNG",
        icon: Icons.camera,
        click: () => this.#save("png"),
      },
      {
        name: "saveSvg",
        title: "Save as SVG",
        icon: ICONS.vector,
        click: () => this.#save("svg"),
      },
      mayCopy && {
        name: "copyImage",
        title: "Copy image",
        icon: ICONS.copy,
        click: () => this.#copy(),
      },
      !solid && "zoomIn2d",
      !solid && "zoomOut2d",
      {
        name: "pan",
        title: solid ? "Turn by finger" : "Drag to pan",
        icon: Icons.pan,
        attr: "dragmode",
        val: "pan",
        click: () => this.#pan(),
      },
      solid ? "resetCameraLastSave3d" : "resetScale2d",
      document.fullscreenEnabled && {
        name: "fullScreen",
        title: "Full screen",
        icon: ICONS.expand,
        click: () => this.#fill(),
      },
    ].filter(Boolean);
  }

  #pan() {
    this.dragmode = this.dragmode === "pan" ? "zoom" : "pan";
    page.Plotly.relayout(this.plot, { dragmode: this.dragmode });
  }

  async #fill() {
    try {
      await (document.fullscreenElement
        ? document.exitFullscreen()
        : this.host.requestFullscreen());
    } catch {
      this.say("This browser does not let the page fill the screen");
    }
  }

  /** @param {"png" | "svg"} format */
  async #save(format) {
    this.say("Saving …");
    this.say(await save(this.#picture(), format, this.data?.fileName ?? "chart"));
  }

  async #copy() {
    this.say(await copy(this.#picture()));
  }

  // What the screen shows, at the size and in the inks that the reader chose.
  #picture() {
    const { inks, images } = /** @type {Message} */ (message);
    const setting = this.#setting(
      images.colors === "as-on-screen" ? themeInks : inks,
    );
    const taken = picture(
      /** @type {Data} */ (this.data),
      images.size,
      setting,
      this.plot.layout,
    );
    const { layout } = taken.figure;
    const limits = axesOf(layout).map((name) => [name, layout[name].range]);
    return { ...taken, figure: inSight(taken.figure, Object.fromEntries(limits), closer) };
  }
}

/** @param {Trace} trace */
function isWalked({ meta, hoverinfo }) {
  return ["curve", "samples", "dense"].includes(meta) && hoverinfo !== "skip";
}

/**
 * A text of a part of a layout, its numbers as exact as those of a reel.
 *
 * @param {unknown} part
 */
function inSingles(part) {
  return JSON.stringify(
    part,
    (_, value) => typeof value === "number" ? Math.fround(value) : value,
  );
}

/** @param {[string, string]} caption */
function fact([label, value]) {
  const pair = document.createElement("div");
  pair.appendChild(document.createElement("dt")).textContent = label;
  pair.appendChild(document.createElement("dd")).textContent = value;
  return pair;
}

/** @param {string} feature what a frame around the page may have forbidden; not all browsers say */
function allowed(feature) {
  const policy = /** @type {any} */ (document).featurePolicy;
  return policy?.allowsFeature(feature) ?? true;
}

const ICONS = {
  vector: {
    width: 24,
    height: 24,
    path:
      "M3 3h6v2h6V3h6v6h-2v6h2v6h-6v-2H9v2H3v-6h2V9H3V3m2 2v2h2V5H5m12 0v2h2V5h-2M7 9v6h2v2h6v-2h2V9h-2V7H9v2H7m-2 8v2h2v-2H5m12 0v2h2v-2h-2z",
  },
  copy: {
    width: 24,
    height: 24,
    path:
      "M19 21H8V7h11m0-2H8a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2m-3-4H4a2 2 0 0 0-2 2v14h2V3h12V1z",
  },
  expand: {
    width: 24,
    height: 24,
    path: "M5 5h5v2H7v3H5V5m9 0h5v5h-2V7h-3V5m3 9h2v5h-5v-2h3v-3m-7 3v2H5v-5h2v3h3z",
  },
};
