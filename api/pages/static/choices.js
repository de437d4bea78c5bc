// What a reader of a quote ticks or chooses is priced by the server, and its answer takes the old total's place.
"use strict";
(() => {
  const PLACES = ["price-total", "price-off", "price-tax", "price-each", "price-plan", "accept-seen", "accept-note", "accept-button", "foot-total",
    "choices-total", "included-chosen", "stays-chosen", "excluded-chosen"];
  const form = document.getElementById("accept-form");
  const button = document.querySelector("[data-choose-button]");
  if (!form || !button) return;
  const accept = document.getElementById("accept-button");
  let asked = 0;

  function show(text) {
    const shown = new DOMParser().parseFromString(text, "text/html");
    for (const id of PLACES) {
      const here = document.getElementById(id);
      const there = shown.getElementById(id);
      if (here && there) here.replaceChildren(...there.childNodes);
    }
  }

  // A choice that can't be priced now leaves the button that shows the total by loading the page.
  async function choose(address) {
    const mine = ++asked;
    accept.disabled = true;
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" });
      const text = await answer.text();
      if (mine !== asked) return;
      if (answer.ok) show(text);
      button.hidden = answer.ok;
    } catch {
      if (mine === asked) button.hidden = false;
    } finally {
      if (mine === asked) accept.disabled = false;
    }
  }

  button.hidden = true;
  document.addEventListener("change", (event) => {
    const address = event.target.dataset?.choose;
    if (address) choose(address);
  });
})();
