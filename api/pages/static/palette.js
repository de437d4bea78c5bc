// The palette: Ctrl-K, a few letters, arrows, Enter. The server finds; this shows and chooses.

const palette = document.getElementById("palette");
const field = palette?.querySelector("input");
const list = palette?.querySelector("[role=listbox]");
const count = palette?.querySelector("[data-count]");
const WAIT_MS = 60;
const kept = new Map();
let waiting = 0;
let asked;

function options() {
  return [...list.querySelectorAll("a[role=option]")];
}

function choose(option) {
  options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function show(html) {
  list.innerHTML = html;
  count.textContent = list.querySelector("template")?.content.textContent ?? "";
  choose(options()[0]);
}

async function find() {
  const words = field.value.trim();
  asked?.abort();
  if (kept.has(words)) {
    show(kept.get(words));
    return;
  }
  asked = new AbortController();
  try {
    const query = new URLSearchParams({ q: words, part: "yes" });
    const answer = await fetch(`${palette.dataset.address}?${query}`, { signal: asked.signal, headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) {
      location.assign(`${palette.dataset.address}?${new URLSearchParams({ q: words })}`);
      return;
    }
    const html = await answer.text();
    kept.set(words, html);
    show(html);
  } catch (error) {
    if (error.name !== "AbortError") show("");
  }
}

function open() {
  if (palette.open) return;
  document.querySelector("dialog[open]")?.close();
  field.value = "";
  palette.showModal();
  field.focus();
  find();
}

function move(by) {
  const all = options();
  if (!all.length) return;
  const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  choose(all[(now + by + all.length) % all.length]);
}

function follow(event) {
  const chosen = options().find((one) => one.getAttribute("aria-selected") === "true");
  if (!chosen) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) window.open(chosen.href);
  else location.assign(chosen.href);
}

const KEYS_OF_FIELD = {
  ArrowDown: (event) => { event.preventDefault(); move(1); },
  ArrowUp: (event) => { event.preventDefault(); move(-1); },
  Enter: follow,
};

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (plain && event.target.closest("[data-palette]")) {
      event.preventDefault();
      open();
    }
  });
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => KEYS_OF_FIELD[event.key]?.(event));
  list.addEventListener("pointermove", (event) => {
    const over = event.target.closest("a[role=option]");
    if (over && over.getAttribute("aria-selected") !== "true") choose(over);
  });
}
