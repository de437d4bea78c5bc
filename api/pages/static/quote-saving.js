// A draft saves itself a moment after typing stops. One save goes at a time; each says which state it began
// from, so that nothing of somebody else's is overwritten. Rows that change in place lose no keystroke.

const IDLE_MS = 800;
const AGAIN_MS = [2000, 5000, 15000, 30000];
const NEW_ROWS = ["add", "double", "paste", "add_line", "add_day"];
const said = document.getElementById("draft-said");
const parser = new DOMParser();
const form = () => document.getElementById("quote-form");
const status = () => document.getElementById("draft-status");
const rows = () => [...form().querySelectorAll("[data-row]")];
let current = form();
let hash = current?.elements.draft_hash.value;
let timer = 0;
let saving = null;
let stepping = false;
let asked = "";
let typedMeanwhile = new Map();
let place = null;
let changes = 0;
let saved = 0;
let failures = 0;
let leaving = false;

function say(text) {
  if (text && said.textContent !== text) said.textContent = text;
}

function plan(wait = IDLE_MS) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function clashes() {
  return "clash" in (status()?.dataset ?? {});
}

function put(fresh, taken) {
  const inside = status().contains(document.activeElement);
  status().replaceWith(fresh);
  if (inside) fresh.querySelector("button")?.focus();
  if (taken) {
    hash = fresh.dataset.hash;
    form().elements.draft_hash.value = hash;
  }
  say(fresh.querySelector("[data-say]")?.textContent.trim());
}

function fail(text) {
  const line = document.createElement("span");
  line.className = "error-text";
  line.textContent = text;
  status().replaceChildren(line);
  say(text);
  plan(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
  failures += 1;
}

function post(keepalive = false) {
  const body = new URLSearchParams(new FormData(form()));
  return fetch(form().dataset.autosave, { method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "text/html" } });
}

async function send() {
  const sent = changes;
  let answer;
  let html;
  try {
    answer = await post();
    html = await answer.text();
  } catch {
    fail(said.dataset.offline);
    return;
  }
  const fresh = parser.parseFromString(html, "text/html").getElementById("draft-status");
  if (!fresh) {
    fail(said.dataset.refused);
    return;
  }
  put(fresh, answer.ok);
  failures = 0;
  if (answer.ok) saved = sent;
}

async function save() {
  clearTimeout(timer);
  if (!form()?.dataset.autosave || stepping || leaving || clashes()) return;
  if (saving) {
    plan();
    return;
  }
  saving = send();
  await saving;
  saving = null;
}

function touched() {
  changes += 1;
  plan();
}

function nameOf(field) {
  return { row: field.closest("[data-row]")?.dataset.row, name: field.name };
}

function find({ row, name }) {
  const within = row ? form().querySelector(`[data-row="${CSS.escape(row)}"]`) : form();
  return within?.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.closest("#quote-form")) return;
  if (stepping && field.name) typedMeanwhile.set(JSON.stringify(nameOf(field)), field.value);
  touched();
});

// A button or select that has the form made anew: where the person is, is found again by the row's key.
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.matches?.("#quote-form button[name=action], #quote-form select[name=line_supply]")) {
    stepping = true;
    asked = event.target.dataset.step ?? "";
    typedMeanwhile = new Map();
  }
});

document.addEventListener("htmx:before:swap", () => {
  const active = document.activeElement;
  if (!stepping || !form()?.contains(active)) return;
  const all = rows();
  const row = active.closest("[data-row]");
  const kind = row?.dataset.row.split("-")[0];
  const alike = all.filter((one) => one.dataset.row.startsWith(`${kind}-`));
  place = { ...nameOf(active), step: active.dataset.step, keys: new Set(all.map((one) => one.dataset.row)), kind, at: alike.indexOf(row) };
  if (typeof active.selectionStart === "number") place.caret = [active.selectionStart, active.selectionEnd, active.selectionDirection];
});

function firstField(row) {
  return row?.querySelector("input:not([type=hidden]), select, textarea");
}

function sought() {
  const fresh = rows().find((one) => !place.keys.has(one.dataset.row));
  if (fresh && NEW_ROWS.includes(asked)) {
    place.caret = null;
    return firstField(fresh);
  }
  const row = place.row && form().querySelector(`[data-row="${CSS.escape(place.row)}"]`);
  if (place.row && !row) {
    const alike = rows().filter((one) => one.dataset.row.startsWith(`${place.kind}-`));
    return firstField(alike[Math.min(place.at, alike.length - 1)]) ?? form().querySelector(`[data-step=add_${place.kind}]`);
  }
  if (!place.step) return place.name && find(place);
  const button = (row || form()).querySelector(`[data-step="${place.step}"]`);
  if (!button) return firstField(row);
  const more = button.closest("details");
  if (more) more.open = true;
  return button;
}

function settle() {
  typedMeanwhile.forEach((value, key) => {
    const field = find(JSON.parse(key));
    if (field) field.value = value;
  });
  form().elements.draft_hash.value = hash;
  say(form().querySelector("[data-told]")?.textContent.trim());
  const field = place && sought();
  field?.focus();
  if (field && place.caret && field.setSelectionRange && typeof field.selectionStart === "number") field.setSelectionRange(...place.caret);
  place = null;
}

document.addEventListener("htmx:after:swap", () => {
  if (!form() || form() === current) return;
  current = form();
  stepping = false;
  settle();
  touched();
});

document.addEventListener("htmx:finally:request", (event) => {
  if (event.target.matches?.("#quote-form button[name=action], #quote-form select[name=line_supply]")) stepping = false;
});

// What is saved by hand waits for the save under way, whose state it goes on from.
document.addEventListener("submit", (event) => {
  if (event.target !== form() || !saving) {
    leaving = true;
    return;
  }
  const by = event.submitter;
  event.preventDefault();
  event.stopImmediatePropagation();
  saving.then(() => {
    const again = by?.isConnected ? by : by && form().querySelector(`[formaction="${CSS.escape(by.getAttribute("formaction"))}"]`);
    setTimeout(() => form().requestSubmit(again ?? undefined));
  });
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("#quote-form input")) return;
  event.preventDefault();
  save();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-take-mine]")) return;
  hash = status().dataset.clash;
  form().elements.draft_hash.value = hash;
  delete status().dataset.clash;
  save();
});

window.addEventListener("pagehide", () => {
  if (changes > saved && !leaving && !saving && !clashes() && form()?.dataset.autosave) post(true).catch(() => null);
});

window.addEventListener("pageshow", () => { leaving = false; });

window.addEventListener("beforeunload", (event) => {
  const unkept = failures > 0 || clashes() || !form()?.dataset.autosave;
  if (changes > saved && !leaving && unkept) event.preventDefault();
});

if (form()?.hasAttribute("data-unsaved")) touched();
