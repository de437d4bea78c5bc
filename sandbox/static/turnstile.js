// The stand-in's challenge: a box to tick where the real one looks at the browser.
// As the real script does, it fills each `.cf-turnstile` that names a site key, and leaves its
// token in a field `cf-turnstile-response` of the form around it, and then calls the function that
// `data-callback` names.
"use strict";

(() => {
  const FIELD = "cf-turnstile-response";
  const widgets = [];

  function token() {
    const seconds = Math.floor(Date.now() / 1000);
    return `sandbox-pass-at-${seconds}-${crypto.randomUUID()}`;
  }

  function render(place) {
    if (!place.dataset.sitekey) throw new Error("Turnstile: data-sitekey is missing");
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = FIELD;
    const box = document.createElement("input");
    box.type = "checkbox";
    const label = document.createElement("label");
    label.append(box, " I am a person (stand-in of Turnstile)");
    box.addEventListener("change", () => {
      field.value = box.checked ? token() : "";
      if (box.checked) window[place.dataset.callback]?.(field.value);
    });
    place.replaceChildren(label, field);
    widgets.push({ box, field });
  }

  function reset() {
    for (const { box, field } of widgets) {
      box.checked = false;
      field.value = "";
    }
  }

  window.turnstile = { render, reset };
  const start = () => document.querySelectorAll(".cf-turnstile").forEach(render);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
