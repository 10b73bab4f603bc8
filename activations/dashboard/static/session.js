// Keeps the address and the server's visit together; session.py says how.
//
// `address` has the address say what the page shows: a choice is an entry of the history, all else
// replaces the one that is there. `connect` gives the server the links of the other pages, which it
// loses with a reload, and this page's too after a lost connection; that runs the whole page.
//
// Streamlit shows the state of its connection in attributes of `.stApp`, which is not documented:
// without them nothing of this is lost but what a dropped connection takes.

import { arrive, wait } from "./chart.js";
import { keepFromTranslation } from "./translation.js";

/** @typedef {Record<string, string>} Links a link for each page, by its name */

const KEPT = "activations-links"; // in the tab's storage: the link of each page, by its name
const PATIENCE = 1000; // ms that charts wait for an answer without a word
const RERUN = 11 << 3 | 2; // how a BackMsg of Streamlit's begins that asks for a run: its field, 11
const RETURN = 10_000; // ms after which a page takes input again, whatever became of its run

/** @type {string} the name of the page that is shown */
let page;
/** @type {(links: Links) => void} gives the server what was kept, which runs the whole page */
let give;
/** @type {() => void} tells it that Back or Forward went, since the address says where */
let tell;
/** @type {string} of the page's address */
let path;
/** @type {string | undefined} the query to which Back or Forward went, until the page shows that */
let gone;
let last = 0; // when they last went within this page; the server says which of it it has heard
/** @type {Set<string>} the keys that links had from us */
const written = new Set();
let connected = true;
let seen = NaN; // how many choices the server had counted
/** @type {number | undefined} the timer of a page that takes no input */
let deaf;
/** @type {string | false} what charts wait for, if anything */
let expected = false;
/** @type {number | undefined} the timer of charts that wait */
let patience;
/** @type {Element | null | undefined} what had the keyboard when the connection went */
let focused;

/**
 * @typedef {object} Address
 * @property {string} page
 * @property {string} query
 * @property {string[]} ours
 * @property {number} entries
 * @property {number} went
 * @property {string} asked_at
 * @property {number} run no two of which are alike
 *
 * @param {{ data: Address }} component
 */
export function address({ data: { page: name, query, ours, entries, went, asked_at } }) {
  page = name;
  path = location.pathname;
  const chosen = entries > seen;
  seen = entries;
  listen();
  answered();
  const left = went < last || (gone !== undefined && gone !== asked_at);
  if (left && !chosen) return; // of a place that was left since
  gone = undefined;
  const url = new URL(location.href);
  for (const key of ours) written.add(key);
  const others = [...url.searchParams].filter(([key]) => !written.has(key));
  url.search = [new URLSearchParams(others).toString(), query].filter(Boolean).join("&");
  keep(url.search);
  if (url.search === location.search) return;
  try {
    history[chosen ? "pushState" : "replaceState"](history.state, "", url);
  } catch {
    // WebKit refuses more than a hundred changes in ten seconds; the next one says all again.
  }
}

/**
 * @typedef {object} Connection
 * @property {{ page: string }} data
 * @property {(name: string, value: unknown) => void} setTriggerValue
 *
 * @param {Connection} component
 */
export function connect({ data: { page: name }, setTriggerValue }) {
  page = name;
  const first = !give;
  give = (links) => setTriggerValue("returned", links);
  tell = () => setTriggerValue("went", last);
  if (!first) return;
  document.documentElement.classList.toggle("framed", self.parent !== self);
  stand(document.querySelector("[data-testid=stMainBlockContainer]"));
  keepFromTranslation();
  addEventListener("popstate", () => {
    gone = location.search.slice(1);
    if (location.pathname !== path) return;
    last = Date.now();
    tell();
  }, true);
  const { [page]: _, ...others } = kept();
  if (Object.keys(others).length) give(others);
  watch(document.querySelector("[data-testid=stApp]"));
}

/** @returns {Links} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {}; // a browser may forbid storage, as in a sandboxed frame
  }
}

/** @param {string} search */
function keep(search) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), [page]: search.slice(1) }));
  } catch {
    // then the other pages' choices end with the visit
  }
}

// After a lost connection the server may have forgotten the visit, and would drop what a slider asks
// of a part of the page that it does not know: the page takes input once it has run whole. Charts that
// wait for an answer, be it for a busy server or a lost one, say so.
/** @param {HTMLElement | null} app */
function watch(app) {
  if (!app) return;
  const note = () => {
    const { testConnectionState, testScriptState } = app.dataset;
    const now = testConnectionState === "CONNECTED";
    if (connected && !now) focused = document.activeElement;
    if (now && !connected) {
      content().inert = true;
      deaf = setTimeout(listen, RETURN);
      last = 0; // what the server heard of it may be lost
      give({ ...kept(), [page]: location.search.slice(1) });
    }
    connected = now;
    expect(now ? testScriptState !== "notRunning" && "the server" : "the connection");
  };
  const attributeFilter = ["data-test-connection-state", "data-test-script-state"];
  new MutationObserver(note).observe(app, { attributeFilter });
  heed();
}

// A server that is stuck does not even say that it runs. Whatever the reader used, what asks for a run
// goes through the page's socket; a file that is asked for runs nothing.
function heed() {
  const { send } = WebSocket.prototype;
  /** @param {Parameters<typeof send>[0]} message */
  WebSocket.prototype.send = function (message) {
    send.call(this, message);
    if (connected && message instanceof Uint8Array && message[0] === RERUN) expect("the server");
  };
}

/** @param {string | false} awaited */
function expect(awaited) {
  if (awaited && awaited === expected) return; // since it was asked for first
  expected = awaited;
  clearTimeout(patience);
  if (awaited) patience = setTimeout(() => wait(`Waiting for ${awaited} …`), PATIENCE);
  else arrive();
}

/** Says that a run has answered, which may be over before the page has said that it runs. */
export function answered() {
  const more = runs() && expected; // the server may be at the next one
  expect(false);
  expect(more);
}

function listen() {
  clearTimeout(deaf);
  content().inert = false;
  if (document.activeElement === document.body && focused instanceof HTMLElement) {
    focused.focus({ preventScroll: true });
  }
  focused = undefined;
}

function runs() {
  return !!document.querySelector("[data-testid=stApp]:not([data-test-script-state=notRunning])");
}

function content() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-testid=stAppViewContainer]"));
}

// A link to a place on the page: Streamlit goes there at once, and then the charts above it grow. The
// place is kept in view until the reader does anything.
/** @param {Element | null} main */
function stand(main) {
  if (!main || location.hash.length < 2) return;
  const place = location.hash.slice(1); // plain ASCII, as all that we name
  const growth = new ResizeObserver(() => document.getElementById(place)?.scrollIntoView());
  growth.observe(main);
  for (const act of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(act, () => growth.disconnect(), { once: true, capture: true, passive: true });
  }
}

// The first page's address is the site itself; its name as a path leads there.
export function home() {
  const url = new URL(location.href);
  url.pathname = url.pathname.replace(/[^/]*\/?$/, "");
  location.replace(url);
}
