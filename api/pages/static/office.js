// What the back office does beyond HTML and htmx: keys, toasts, and telling the server its zone.

const shortcuts = document.body.dataset.shortcuts !== "off";
const PREFIX_MS = 1200;
let prefix = 0;

// The next page is made in the zone that this browser lives in, unless another was chosen.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`atp_zone=${zone}`)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `atp_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

// A status that is there from the beginning is not read out: it is put in once more.
const toasts = document.getElementById("toasts");
if (toasts?.firstElementChild) {
  const toast = toasts.firstElementChild;
  toast.remove();
  setTimeout(() => toasts.append(toast), 50);
  const address = new URL(location.href);
  ["said", "of"].forEach((name) => address.searchParams.delete(name));
  history.replaceState(history.state, "", address);
}

// A field of a dialog that was just closed keeps the focus for a moment: nobody types there.
function typing(target) {
  const field = target.closest?.("input, select, textarea, [contenteditable]");
  return field?.checkVisibility() && !["radio", "checkbox"].includes(target.type);
}

function go(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function rows() {
  return [...document.querySelectorAll("main tr.row-link")].filter((row) => row.querySelector("a[href]"));
}

function step(by) {
  const all = rows();
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
  next?.querySelector("a[href]").focus();
  return Boolean(next);
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
  return Boolean(dialog);
}

const KEYS = {
  "?": showKeys,
  "/": () => {
    const field = document.querySelector("main input[type=search]");
    field?.focus();
    field?.select();
    return Boolean(field);
  },
  j: () => step(1),
  k: () => step(-1),
  n: () => go("main a[rel=next]"),
  p: () => go("main a[rel=prev]"),
  u: () => go("[data-undo]"),
};

function pressed(event) {
  if (!shortcuts || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  let used;
  if (Date.now() - prefix < PREFIX_MS) {
    prefix = 0;
    used = /^[a-z]$/.test(event.key) && go(`.places a[data-key="${event.key}"]`);
  } else if (event.key === "g") {
    prefix = Date.now();
    used = true;
  } else {
    used = Object.hasOwn(KEYS, event.key) && KEYS[event.key]();
  }
  if (used) event.preventDefault();
}

// On a phone, all fields of a filter but the first wait behind a button, unless one of them is set.
const MANY_FIELDS = 3;
document.querySelectorAll("main form[method=get] .filters").forEach((filters) => {
  const fields = [...filters.querySelectorAll(":scope > .field")];
  if (fields.length < MANY_FIELDS) return;
  const set = fields.slice(1).filter((one) => [...one.querySelectorAll("input, select")].some((field) => {
    const usual = field instanceof HTMLSelectElement ? field.options[0]?.value : "";
    return field.value !== usual;
  }));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small filters-fold";
  button.textContent = document.body.dataset.filters;
  button.addEventListener("click", () => fold(!("folded" in filters.dataset)));
  function fold(away) {
    filters.toggleAttribute("data-folded", away);
    button.setAttribute("aria-expanded", String(!away));
  }
  fold(set.length === 0);
  fields[0].after(button);
});

document.addEventListener("keydown", pressed);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]") && showKeys()) event.preventDefault();
  if (event.target instanceof HTMLDialogElement) event.target.close();
  else if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});
