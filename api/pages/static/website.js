// The enquiry in three steps: checked while it is typed, sent once, and kept until it was answered.

const DRAFT = "atp-enquiry-draft";
const PENDING = "atp-enquiry-pending";
const ADDRESS = "/public/v1/bookings";
const PATIENCE_MS = 20_000;
const CHALLENGE = "cf-turnstile-response";
const CARRIED = [CHALLENGE, "idempotency_key", "pageUrl", "referrer", "utm_source", "utm_medium", "utm_campaign"];
const ONCE_MORE = [408, 425, 429];

const kept = {
  read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(name));
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, JSON.stringify(value));
    } catch {
      memory[name] = value;
    }
  },
};
const memory = {};

function drawKey() {
  const letters = crypto.getRandomValues(new Uint8Array(8));
  return `booking_${Date.now()}_${Array.from(letters, (one) => (one % 36).toString(36)).join("")}`;
}

// One key a submission: the same words sent again, also after a reload, are the same submission.
function keyFor(typed) {
  const content = JSON.stringify(typed);
  const pending = kept.read(PENDING) ?? memory[PENDING];
  if (pending?.content === content) return pending.key;
  const key = drawKey();
  kept.write(PENDING, { key, content });
  return key;
}

function faultOf(input) {
  const value = input.value.trim();
  const label = input.labels[0].firstChild.textContent.trim();
  if (input.required && !value) return `${label}: please ${input instanceof HTMLSelectElement ? "choose" : "fill this in"}.`;
  if (input.type === "email" && value && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return "Please check the e-mail address: something like anna@home.com.";
  if (input.type === "tel" && value && !/^\+?[\d\s()./-]{6,}$/.test(value)) return "Please check the number: digits, with the country code in front.";
  if (input.name === "travelers" && !(/^\d+$/.test(value) && value >= 1 && value <= 30)) return "Between 1 and 30 travellers, please.";
  return "";
}

function showFault(input, text) {
  const id = `${input.id}-error`;
  let line = document.getElementById(id);
  if (!line && text) {
    line = document.createElement("p");
    line.id = id;
    line.className = "error-text";
    input.after(line);
  }
  if (line) line.textContent = text;
  const hint = document.getElementById(`${input.id}-hint`) ? `${input.id}-hint` : "";
  const described = [text ? id : "", hint].filter(Boolean).join(" ");
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  if (described) input.setAttribute("aria-describedby", described);
  else input.removeAttribute("aria-describedby");
}

class Enquiry {
  constructor(form) {
    this.form = form;
    this.steps = [...form.querySelectorAll("[data-step]")];
    this.marks = [...form.querySelectorAll("[data-progress] li")];
    this.trouble = form.querySelector("[data-trouble]");
    this.sendButton = form.querySelector("[data-send]");
    this.done = form.parentElement.querySelector("[data-done]");
    this.waiting = false;
    const place = form.querySelector("[data-script]");
    this.challenge = place && new Challenge(place, () => this.confirmed());
    form.noValidate = true;
    form.querySelector("[data-progress]").hidden = false;
    this.listen();
    this.restore();
    this.go(0, false);
  }

  listen() {
    this.form.querySelector("[data-next]").addEventListener("click", () => this.next());
    this.form.querySelector("[data-back]").addEventListener("click", () => this.go(this.step - 1));
    // Before the page's own listener: this form leaves by fetch.
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.step < this.steps.length - 1) this.next();
      else this.send();
    });
    this.form.addEventListener("input", (event) => {
      if (event.target.getAttribute("aria-invalid")) showFault(event.target, faultOf(event.target));
      kept.write(DRAFT, this.typed());
    });
    this.form.addEventListener("focusout", (event) => {
      if (event.target.matches("input:not([type=checkbox]), select") && event.target.value) showFault(event.target, faultOf(event.target));
    });
    window.addEventListener("online", () => this.waiting && this.resume());
  }

  typed() {
    const fields = Object.fromEntries(new FormData(this.form));
    for (const name of CARRIED) delete fields[name];
    return fields;
  }

  restore() {
    for (const [name, value] of Object.entries(kept.read(DRAFT) ?? {})) {
      const input = this.form.elements[name];
      if (!input || (input.value && input.type === "hidden")) continue;
      if (input.type === "checkbox") input.checked = true;
      else input.value = value;
    }
    const tour = this.form.elements.tour_id.value;
    const card = tour && document.querySelector(`[data-tour="${CSS.escape(tour)}"]`);
    if (card) this.about({ tour, title: card.dataset.title });
  }

  inputs(step) {
    return [...this.steps[step].querySelectorAll("input, select, textarea")];
  }

  go(step, focus = true) {
    this.step = step;
    this.steps.forEach((one, number) => { one.hidden = number !== step; });
    this.marks.forEach((mark, number) => {
      mark.classList.toggle("done", number < step);
      if (number === step) mark.setAttribute("aria-current", "step");
      else mark.removeAttribute("aria-current");
    });
    const last = step === this.steps.length - 1;
    this.form.querySelector("[data-back]").hidden = step === 0;
    this.form.querySelector("[data-next]").hidden = last;
    this.sendButton.hidden = !last;
    this.trouble.hidden = true;
    if (last) this.summarise();
    if (last) this.challenge?.load();
    if (focus) this.steps[step].querySelector("legend").focus();
  }

  next() {
    const wrong = this.inputs(this.step).filter((input) => {
      const fault = faultOf(input);
      showFault(input, fault);
      return fault;
    });
    if (wrong.length) wrong[0].focus();
    else this.go(this.step + 1);
  }

  summarise() {
    const list = this.form.querySelector("[data-summary] dl");
    const lines = [0, 1].flatMap((step) => this.inputs(step)).filter((input) => input.type !== "checkbox" && input.value);
    list.replaceChildren(...lines.flatMap((input) => {
      const term = document.createElement("dt");
      term.textContent = input.labels[0].firstChild.textContent;
      const fact = document.createElement("dd");
      fact.textContent = input.selectedOptions ? input.selectedOptions[0].textContent : input.value;
      return [term, fact];
    }));
    list.parentElement.hidden = false;
  }

  body() {
    const fields = Object.fromEntries(new FormData(this.form));
    delete fields.idempotency_key;
    fields.consent = {};
    for (const box of this.form.querySelectorAll("[name^=consent_]")) {
      fields.consent[box.name.slice("consent_".length)] = box.checked ? "yes" : "no";
      delete fields[box.name];
    }
    return fields;
  }

  async send() {
    if (this.sending) return;
    if (!navigator.onLine) {
      this.waiting = true;
      this.tell("You are offline", `Everything you typed is kept. We send it as soon as you are back online.${this.onceMore()}`);
      return;
    }
    this.waiting = Boolean(this.challenge && !this.challenge.passed);
    if (this.waiting) {
      this.askForPerson();
      return;
    }
    this.busy(true);
    try {
      const answer = await fetch(ADDRESS, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": keyFor(this.typed()) },
        body: JSON.stringify(this.body()),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await this.hear(answer);
    } catch {
      this.challenge?.renew();
      this.tell("We could not reach our server", `Nothing you typed is lost. Please try again: it will not be sent twice.${this.onceMore()}`);
    } finally {
      this.busy(false);
    }
  }

  // Back online: the check may have run out meanwhile, so it is passed anew before what was kept goes out.
  resume() {
    this.challenge?.renew();
    this.send();
  }

  // Somebody who went back to change a word sends it when they are done.
  confirmed() {
    if (this.waiting && !this.sendButton.hidden) this.send();
  }

  askForPerson() {
    if (this.challenge.field) {
      this.tell("One last check", "Please confirm that you are a person, should the box above ask you. Your enquiry then goes out by itself.");
      return;
    }
    this.challenge.load();
    this.tell("One moment, please", "The check that keeps robots out is still loading. Should it not appear, please allow it in your browser and try again. Nothing you typed is lost.");
  }

  onceMore() {
    return this.challenge ? " You may be asked once more to confirm that you are a person." : "";
  }

  async hear(answer) {
    if (answer.ok) {
      this.finish(await answer.json());
      return;
    }
    const told = await answer.json().catch(() => ({}));
    this.challenge?.renew();
    const unanswered = answer.status >= 500 || ONCE_MORE.includes(answer.status);
    if (!unanswered) kept.write(PENDING, null);
    this.pointOut(told.errors ?? []);
    this.tell("Your enquiry was not sent yet", told.error ?? "Please try again in a moment. Nothing you typed is lost.");
  }

  pointOut(errors) {
    const known = errors.filter((one) => this.form.elements[one.field]?.labels?.length);
    if (!known.length) return;
    this.go(this.steps.findIndex((step) => step.contains(this.form.elements[known[0].field])), false);
    for (const one of known) showFault(this.form.elements[one.field], one.message);
  }

  tell(title, text) {
    const [head, line] = this.trouble.querySelectorAll("p");
    head.textContent = title;
    line.textContent = text;
    this.trouble.hidden = false;
    this.trouble.focus();
    this.sendButton.textContent = "Try again";
  }

  busy(on) {
    this.sending = on;
    this.sendButton.setAttribute("aria-disabled", String(on));
    if (on) this.sendButton.textContent = "Sending…";
    else if (this.trouble.hidden) this.sendButton.textContent = "Send enquiry";
    else this.sendButton.textContent = "Try again";
  }

  finish(answer) {
    const name = this.form.elements.name.value.trim();
    this.done.querySelector("[data-name]").textContent = name ? `, ${name}` : "";
    this.done.querySelector("[data-message]").textContent = answer.next_step_message ?? answer.message;
    kept.write(PENDING, null);
    kept.write(DRAFT, null);
    memory[PENDING] = null;
    this.form.hidden = true;
    this.done.hidden = false;
    this.done.focus();
    this.form.reset();
    this.trouble.hidden = true;
    this.challenge?.renew();
    this.about({});
  }

  again() {
    if (this.done.hidden) return;
    this.form.hidden = false;
    this.done.hidden = true;
    this.go(0, false);
  }

  about({ tour = "", title = "", destination = "", style = "" }) {
    const chosen = this.form.querySelector("[data-chosen]");
    this.form.elements.tour_id.value = tour;
    chosen.textContent = title;
    chosen.hidden = !title;
    if (destination) this.form.elements.destination.value = destination;
    if (style) this.form.elements.style.value = style;
  }
}

const form = document.querySelector("form[data-enquiry]");
const enquiry = form && new Enquiry(form);
const dialog = document.querySelector("[data-dialog]");

if (dialog && enquiry) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      enquiry.again();
      if (opener.dataset.tour) enquiry.about(opener.dataset);
      dialog.showModal();
    } else if (event.target.closest("[data-close], [data-finish]")) {
      dialog.close();
    }
  });
}
