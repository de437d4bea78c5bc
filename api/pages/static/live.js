// Keeps an open page true: cells of rows are put in as they are told, parts of the page are fetched again
// when they have to be. One tab of a browser holds the stream and tells the others.
//
// [data-live="bookings"]            a list: fetched again when bookings come to it or leave it
// [data-live="board"]               bookings by stage: fetched again when one of them changes
// [data-live="<booking id>"]        everything inside with an id: fetched again when that booking changes
// [data-booking="<id>"] [data-cell] a cell of a row: stage, owner or sla

const ADDRESS = "/backoffice/live";
const JITTER_MS = 800;
const RESYNC_MS = 6000;
const AGAIN_MS = 30000;
const KEPT_MS = 15000;
const live = [...document.querySelectorAll("[data-live]")];
const channel = new BroadcastChannel("atp-live");
const parser = new DOMParser();
const told = [];
let last = "";
let pace = 2000;
let fetched = 0;
let planned = 0;
let stale = false;

function busy(part) {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input, textarea, select, [contenteditable]")) return true;
  return Boolean(part.querySelector(".board-lifted")) || [...part.querySelectorAll("input, textarea, select")].some(typedIn);
}

function typedIn(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const options = [...field.options];
  const chosen = options.findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(chosen, 0);
}

function putCells(html) {
  parser.parseFromString(html, "text/html").querySelectorAll("[data-booking]").forEach((row) => {
    row.querySelectorAll("[data-cell]").forEach((cell) => {
      const places = `[data-booking="${CSS.escape(row.dataset.booking)}"] [data-cell="${CSS.escape(cell.dataset.cell)}"]`;
      document.querySelectorAll(places).forEach((place) => place.replaceChildren(...[...cell.childNodes].map((one) => one.cloneNode(true))));
    });
  });
}

// With very many browsers, whole lists are fetched less often: until then a line says what there is.
function announce(html) {
  const list = document.querySelector("[data-live=bookings], [data-live=board]");
  const news = parser.parseFromString(html, "text/html").querySelector("[data-news]");
  if (list && news && !document.querySelector("[data-news]")) list.before(news);
}

// The smallest parts with an id: so a form in use keeps none of its neighbours from being true.
function parts(root) {
  const all = [...root.querySelectorAll("section[id]")];
  return all.length ? all : [root];
}

// What looks the same may carry a newer mark of what was seen: forms send the newest.
function takeHidden(part, next) {
  const fields = (root) => [...root.querySelectorAll("input[type=hidden]")];
  const fresh = fields(next);
  const old = fields(part);
  if (old.length === fresh.length) old.forEach((field, place) => { field.value = fresh[place].value; });
}

// A part that was narrowed down in place stays so: the address does not know of it.
function narrowed(part, next) {
  const chosen = (root) => root.querySelector(".tabs [aria-current]")?.getAttribute("href");
  return chosen(part) !== chosen(next);
}

function swap(fresh) {
  live.forEach((root, index) => {
    if (!root.isConnected) return;
    const there = root.id ? fresh.getElementById(root.id) : fresh.querySelectorAll("[data-live]")[index];
    if (!there) return;
    parts(root).forEach((part) => {
      const next = part === root ? there : there.querySelector(`#${CSS.escape(part.id)}`);
      if (!next || busy(part) || narrowed(part, next)) return;
      if (part.textContent === next.textContent) {
        takeHidden(part, next);
        return;
      }
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      part.replaceChildren(...next.childNodes);
      part.querySelectorAll("details").forEach((one, place) => { one.open ||= Boolean(open[place]); });
      window.htmx?.process(part);
    });
  });
}

async function refetch() {
  planned = 0;
  if (document.hidden) {
    stale = true;
    return;
  }
  stale = false;
  fetched = Date.now();
  const answer = await fetch(location.href, { headers: { "X-Live": "1", Accept: "text/html" }, redirect: "error" }).catch(() => null);
  if (answer?.ok) document.querySelector("[data-news]")?.remove();
  if (answer?.ok) swap(parser.parseFromString(await answer.text(), "text/html"));
}

function plan(spread, wait = 0) {
  const due = Math.max(fetched + wait - Date.now(), 0) + Math.random() * spread;
  if (!planned) planned = setTimeout(refetch, due);
}

function concerns(data) {
  return live.some((root) => data.changed.includes(root.dataset.live));
}

function joins(data) {
  if (live.some((root) => root.dataset.live === "board")) return data.cells || data.went.length;
  const list = live.some((root) => root.dataset.live === "bookings");
  const shown = (id) => document.querySelector(`[data-live="bookings"] [data-booking="${CSS.escape(id)}"]`);
  const first = ["1", null].includes(new URLSearchParams(location.search).get("page"));
  return list && (data.went.some(shown) || (first && data.came.some((id) => !shown(id))));
}

function hear({ name, data }) {
  document.body.dataset.liveState = name === "expired" ? "ended" : "on";
  if (name === "resync") plan(RESYNC_MS);
  if (name !== "change") return;
  pace = data.pace;
  putCells(data.cells);
  if (concerns(data)) plan(JITTER_MS, 1000);
  else if (joins(data)) {
    if (fetched + pace > Date.now()) announce(data.cells);
    plan(JITTER_MS, pace);
  }
}

// Only the tab that holds the stream comes here; what was told a moment ago is kept for tabs that open.
function tell(message) {
  const now = Date.now();
  while (told.length && told[0].at < now - KEPT_MS) told.shift();
  told.push({ at: now, message });
  channel.postMessage(message);
  hear(message);
}

function follow() {
  const source = new EventSource(last ? `${ADDRESS}?after=${encodeURIComponent(last)}` : ADDRESS);
  ["ready", "change", "resync", "expired"].forEach((name) => source.addEventListener(name, (event) => {
    last = event.lastEventId || last;
    if (name === "expired") {
      source.close();
      setTimeout(follow, AGAIN_MS);
    }
    tell({ name, data: JSON.parse(event.data) });
  }));
  source.addEventListener("error", () => {
    document.body.dataset.liveState = "off";
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN_MS * (1 + Math.random()));
  });
}

if (live.length) {
  channel.addEventListener("message", ({ data }) => {
    if (data.hello) told.filter(({ at, message }) => message.name === "change" && at > Date.now() - KEPT_MS).forEach(({ message }) => channel.postMessage(message));
    else hear(data);
  });
  document.addEventListener("visibilitychange", () => { if (stale && !document.hidden) plan(JITTER_MS); });
  channel.postMessage({ hello: true });
  if (navigator.locks) navigator.locks.request("atp-live", () => { follow(); return new Promise(() => {}); });
  else follow();
}
