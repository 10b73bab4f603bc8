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

const KEPT = "activations-links"; // in the tab's storage: the link of each page, by its name
const PATIENCE = 1000; // ms that charts wait for an answer without a word
const RETURN = 10_000; // ms after which a page takes input again, whatever became of its run

let page; // the name of the one that is shown
let give; // gives the server what was kept, which runs the whole page
let tell; // tells it that Back or Forward went, since the address says where
let path; // of the page's address
let gone; // the query to which Back or Forward went, until the page shows what is there
let last = 0; // when they last went within this page; the server says which of it it has heard
const written = new Set(); // the keys that links had from us
let connected = true;
let seen; // how many choices the server had counted
let deaf; // the timer of a page that takes no input
let acted; // whether the reader did anything since the last run
let patience; // the timer of charts that wait
let focused; // what had the keyboard when the connection went

export function address({ data: { page: name, query, ours, entries, went, asked_at } }) {
  page = name;
  path = location.pathname;
  const chosen = entries > seen;
  seen = entries;
  listen();
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

export function connect({ data: { page: name }, setTriggerValue }) {
  page = name;
  const first = !give;
  give = (links) => setTriggerValue("returned", links);
  tell = () => setTriggerValue("went", last);
  if (!first) return;
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

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // a browser may forbid storage, as in a sandboxed frame
  }
}

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
    acted &&= testScriptState !== "notRunning";
    expect(now ? testScriptState !== "notRunning" && "the server" : "the connection");
  };
  const attributeFilter = ["data-test-connection-state", "data-test-script-state"];
  new MutationObserver(note).observe(app, { attributeFilter });
  heed(document.querySelector("[data-testid=stSidebar]"));
}

// A server that is stuck does not even say that it runs: what the reader moved or chose since the last
// run asks for an answer, a thumb when it is let go.
function heed(sidebar) {
  let pressed = false;
  let moved = false;
  const ask = () => {
    if (!moved || pressed) return;
    moved = false;
    expect("the server");
  };
  const press = (down) => (event) => {
    pressed = down;
    acted ||= sidebar.contains(event.target);
    ask();
  };
  addEventListener("pointerdown", press(true), true);
  addEventListener("pointerup", press(false), true);
  addEventListener("pointercancel", press(false), true);
  addEventListener("keydown", press(false), true);
  const choices = new MutationObserver(() => {
    moved = acted;
    ask();
  });
  choices.observe(sidebar, { attributeFilter: ["value", "aria-checked"], subtree: true });
}

function expect(awaited) {
  clearTimeout(patience);
  if (awaited) patience = setTimeout(() => wait(`Waiting for ${awaited} …`), PATIENCE);
  else arrive();
}

function listen() {
  clearTimeout(deaf);
  content().inert = false;
  if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
  focused = undefined;
}

function content() {
  return document.querySelector("[data-testid=stAppViewContainer]");
}

// A link to a place on the page: Streamlit goes there at once, and then the charts above it grow. The
// place is kept in view until the reader does anything.
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
