// Services are dragged by their handles, with a mouse, a pen or a finger. The server puts them in their place.

const FAR = 6;
const EDGE = 90;
const SPEED = 14;
const MARKS = ["drop-before", "drop-after"];
const said = document.getElementById("draft-said");
let drag = null;

const linesOf = () => [...document.querySelectorAll("#quote-form [data-line]")];

function unmark() {
  document.querySelectorAll(MARKS.map((mark) => `.${mark}`).join()).forEach((one) => one.classList.remove(...MARKS));
}

function targetAt(x, y) {
  const over = document.elementFromPoint(x, y)?.closest("#quote-form [data-line], #quote-form [data-drop-day]");
  if (!over || over === drag.row) return null;
  if (over.dataset.dropDay) return { over, after: true, day: over.dataset.dropDay, before: behind(over) };
  const box = over.getBoundingClientRect();
  const after = y > box.top + box.height / 2;
  const day = over.querySelector("[name=line_day]").value;
  return { over, after, day, before: Number(over.dataset.line) + (after ? 1 : 0) };
}

function behind(head) {
  const next = linesOf().find((line) => head.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING);
  return next ? Number(next.dataset.line) : linesOf().length;
}

function end() {
  drag?.row.classList.remove("lifted");
  unmark();
  drag = null;
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.("[data-drag]");
  if (!handle || event.button) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  drag = { row: handle.closest("[data-line]"), y: event.clientY, moved: false, target: null };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  drag.moved ||= Math.abs(event.clientY - drag.y) > FAR;
  if (!drag.moved) return;
  drag.row.classList.add("lifted");
  if (event.clientY < EDGE) window.scrollBy(0, -SPEED);
  if (event.clientY > innerHeight - EDGE) window.scrollBy(0, SPEED);
  unmark();
  drag.target = targetAt(event.clientX, event.clientY);
  drag.target?.over.classList.add(MARKS[Number(drag.target.after)]);
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { row, moved, target } = drag;
  end();
  if (!moved || !target) return;
  const button = document.querySelector("#quote-form [data-step=place]");
  button.value = `place_line:${row.dataset.line}:${target.day}:${target.before}`;
  button.click();
  said.textContent = said.dataset.place.replace("{day}", target.day);
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
