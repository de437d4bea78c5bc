// Remembers for 30 days how a visitor first and last came to us, and tells the enquiry form.

{
  const STORE = "atp-attribution";
  const KEPT_MS = 30 * 24 * 3600 * 1000;
  const TAGS = ["utm_source", "utm_medium", "utm_campaign"];

  const recent = (touch) => touch && Date.now() - touch.at < KEPT_MS;

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) ?? {};
    } catch {
      return {};
    }
  }

  function keep(touches) {
    try {
      localStorage.setItem(STORE, JSON.stringify(touches));
    } catch {
      // A browser that keeps nothing still sends what this page knows.
    }
  }

  function arrival() {
    const query = new URLSearchParams(location.search);
    const touch = { at: Date.now(), referrer: "" };
    for (const tag of TAGS) touch[tag] = (query.get(tag) ?? "").slice(0, 300);
    try {
      if (new URL(document.referrer).origin !== location.origin) touch.referrer = document.referrer;
    } catch {
      // Typed in, or opened from a bookmark.
    }
    return touch;
  }

  const tagged = (touch) => TAGS.some((tag) => touch[tag]);
  const known = remembered();
  const now = arrival();
  const told = tagged(now) || now.referrer !== "";
  const first = recent(known.first) ? known.first : now;
  const last = told || !recent(known.last) ? now : known.last;
  keep({ first, last });

  const campaign = tagged(last) ? last : first;
  const facts = { pageUrl: location.href, referrer: last.referrer || first.referrer };
  for (const tag of TAGS) facts[tag] = campaign[tag];
  for (const form of document.querySelectorAll("form[data-enquiry]")) {
    for (const [name, value] of Object.entries(facts)) form.elements[name].value = value;
  }
}
