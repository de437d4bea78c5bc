// The check that keeps robots out of the form: loaded when it is needed, renewed for each attempt.

const TOKEN = "cf-turnstile-response";

class Challenge {
  // `place` holds the widget and names its script; `passed` is called when somebody was confirmed.
  constructor(place, passed) {
    this.form = place.closest("form");
    this.source = new URL(place.dataset.script, location.href).href;
    window.challengePassed = passed; // the name that the widget is given in the page
    const there = this.tag();
    if (there) this.watch(there);
  }

  tag() {
    return [...document.scripts].find((script) => script.src === this.source);
  }

  // One that did not come, as while offline, is asked for again the next time.
  watch(script) {
    script.addEventListener("error", () => script.remove());
  }

  load() {
    if (this.tag()) return;
    const script = document.createElement("script");
    script.src = this.source;
    this.watch(script);
    document.head.append(script);
  }

  // Where the widget leaves its token, once it is shown.
  get field() {
    return this.form.elements[TOKEN];
  }

  get passed() {
    return Boolean(this.field?.value);
  }

  // A token is good for one attempt, and not for long.
  renew() {
    if (!this.field) return;
    this.field.value = "";
    window.turnstile.reset();
  }
}
