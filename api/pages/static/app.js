// What pages do beyond HTML and htmx: countdowns, and forms that can't be sent twice by a double click.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// What a page in another language says instead stands in the attributes of its body.
const WORDS = {
  days: "{days} days",
  hours: "{hours} h {minutes} min",
  minutes: "{minutes} min",
  seconds: "{seconds} s",
  due: "due in {span}",
  overdue: "overdue by {span}",
  ...document.body?.dataset,
};

function say(name, values) {
  return WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

function spoken(seconds) {
  if (seconds >= 2 * DAY) return say("days", { days: Math.floor(seconds / DAY) });
  if (seconds >= HOUR) return say("hours", { hours: Math.floor(seconds / HOUR), minutes: Math.floor((seconds % HOUR) / MINUTE) });
  if (seconds >= MINUTE) return say("minutes", { minutes: Math.floor(seconds / MINUTE) });
  return say("seconds", { seconds: Math.floor(seconds) });
}

function refreshCountdown(element) {
  const seconds = (Date.parse(element.dateTime) - Date.now()) / 1000;
  const text = say(seconds >= 0 ? "due" : "overdue", { span: spoken(Math.abs(seconds)) });
  if (element.textContent !== text) element.textContent = text;
  element.classList.toggle("badge-bad", seconds < 0);
  element.classList.toggle("badge-warn", seconds >= 0 && seconds < HOUR / 2);
}

function refreshCountdowns() {
  document.querySelectorAll("time[data-countdown]").forEach(refreshCountdown);
}

refreshCountdowns();
setInterval(refreshCountdowns, 1000);

// The server knows a repeated form by its idempotency key; this only spares the person the doubt.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const button = event.submitter ?? form.querySelector("button[type=submit]");
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  button?.setAttribute("aria-disabled", "true");
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

// After a page that was sent back with a notice, the notice is read out and seen first; on a long
// form, whose wrong field is out of sight, that field instead.
const told = document.querySelector("[data-focus]");
const wrong = told && document.querySelector("main [aria-invalid='true']");
(wrong?.getBoundingClientRect().top > innerHeight ? wrong : told)?.focus();
