// Keys of the quote builder: Alt and an arrow move the service that has the focus.

const form = () => document.getElementById("quote-form");
let next = null;

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const line = event.target.closest?.("#quote-form [data-line]");
  const button = line?.querySelector(`button[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  const at = Number(line.dataset.line);
  const to = at + (event.key === "ArrowUp" ? -1 : 1);
  next = event.target.id.replace(`line-${at}-`, `line-${to}-`);
  button.click();
});

// The service that was moved keeps the focus in its new place.
document.addEventListener("htmx:after:swap", () => {
  if (!next || !form()) return;
  const field = document.getElementById(next);
  next = null;
  field?.focus();
});
