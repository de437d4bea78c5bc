// Keys of the quote builder: each presses a button that is there for everybody, or leads to a row.

const rowsOf = () => [...document.querySelectorAll("#quote-form [data-row]")];
const STEPS = { KeyN: "add", KeyD: "double", KeyC: "clip", KeyX: "cut", KeyV: "paste", Delete: "remove", Backspace: "remove", ArrowUp: "earlier", ArrowDown: "later" };
const MOVES = { ArrowUp: "up", ArrowDown: "down" };
const WITHOUT_A_ROW = { add: "add_line", paste: "paste" };
const jump = document.getElementById("jump");
const wanted = document.getElementById("jump-to");
const list = document.getElementById("jump-list");

function press(row, step) {
  const place = row ?? document.getElementById("quote-form");
  const button = place?.querySelector(`[data-step="${row ? step : WITHOUT_A_ROW[step]}"]`);
  button?.click();
  return Boolean(button);
}

function enter(row) {
  const field = row?.querySelector("input:not([type=hidden]), select, textarea");
  row?.scrollIntoView({ block: "nearest" });
  field?.focus();
  return Boolean(field);
}

function neighbour(row, by) {
  const rows = rowsOf();
  const now = rows.indexOf(row);
  return rows[now < 0 ? 0 : now + by];
}

function named(row) {
  const legend = row.querySelector("legend").lastChild.textContent.trim();
  const words = [...row.querySelectorAll("[name=day_place], [name=day_title], [name=line_description]")].map((field) => field.value);
  return [legend, ...words].filter(Boolean).join(" · ");
}

function offer() {
  const sought = wanted.value.trim().toLowerCase();
  const fits = rowsOf().map((row) => [row, named(row)]).filter(([, name]) => name.toLowerCase().includes(sought));
  list.replaceChildren(...fits.map(([row, name]) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => { jump.close(); enter(row); });
    item.append(button);
    return item;
  }));
}

function openJump() {
  if (!jump || jump.open) return false;
  wanted.value = "";
  offer();
  jump.showModal();
  wanted.focus();
  return true;
}

wanted?.addEventListener("input", offer);
wanted?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") list.querySelector("button")?.focus();
  else if (event.key === "Enter") list.querySelector("button")?.click();
  else return;
  event.preventDefault();
});
list?.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const item = event.target.closest("li");
  const next = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
  (next?.querySelector("button") ?? wanted).focus();
  event.preventDefault();
});

function used(event, row) {
  if (event.code === "PageUp" || event.code === "PageDown") return !event.shiftKey && enter(neighbour(row, event.code === "PageDown" ? 1 : -1));
  if (event.shiftKey && event.code === "KeyJ") return openJump();
  const step = (event.shiftKey ? STEPS : MOVES)[event.code];
  return Boolean(step) && press(row, step);
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (used(event, event.target.closest?.("#quote-form [data-row]"))) event.preventDefault();
});

document.querySelectorAll("[data-jump]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", openJump);
});
