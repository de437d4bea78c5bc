// Dragging on the board: a booking that is dropped on a stage sends the form of its own menu.

const OVER = "board-over";
const LIFTED = "board-lifted";
const MOVED = "board-moved";

let lifted = null;
let sent = null;

function columnAt(target) {
  const column = target.closest?.(".board-column");
  return lifted && column && column !== lifted.closest(".board-column") ? column : null;
}

function leaveColumns() {
  document.querySelectorAll(`.${OVER}`).forEach((column) => column.classList.remove(OVER));
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".board-card[draggable=true]");
  if (!card) return;
  lifted = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.reference);
  card.classList.add(LIFTED);
});

document.addEventListener("dragover", (event) => {
  const column = columnAt(event.target);
  leaveColumns();
  if (!column) return;
  event.preventDefault();
  column.classList.add(OVER);
});

document.addEventListener("dragend", () => {
  lifted?.classList.remove(LIFTED);
  lifted = null;
  leaveColumns();
});

document.addEventListener("drop", (event) => {
  const column = columnAt(event.target);
  if (!column) return;
  event.preventDefault();
  const form = lifted.querySelector("form");
  form.elements.stage.value = column.dataset.stage;
  column.querySelector("ul").prepend(lifted);
  form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const card = event.target.closest?.(".board-card");
  if (card) sent = card.id;
}, true);

// Once the board is drawn anew: where the booking stands is said, and the keyboard is left there.
function tell() {
  const refusal = document.querySelector("#board-notice [data-focus]");
  const card = document.querySelector(`#board .${MOVED}`);
  if (!sent || (!refusal && !card)) return;
  sent = null;
  if (refusal) {
    refusal.focus();
    return;
  }
  card.querySelector("a").focus();
  const said = document.getElementById("board-said");
  said.textContent = said.dataset.moved
    .replace("{booking}", card.dataset.reference)
    .replace("{stage}", card.closest(".board-column").querySelector("[data-name]").textContent);
}

document.addEventListener("htmx:after:swap", tell);
