// What pages of links do beyond HTML: tell that a person reads, times in the reader's zone, a fresh look.

const SEEN_AFTER_MS = 2000;

// A mail scanner loads pages; it doesn't keep one in view for two seconds, nor touch it. Once a person
// is told of, the page goes on to say that it is in view, so that the time can be counted.
function tellThatItIsRead(marker) {
  const beatMs = Number(marker.dataset.beatSeconds) * 1000;
  let told = false;
  let timer = 0;
  let wasHidden = false;
  const body = () => {
    const fields = { csrf_token: marker.dataset.nonce };
    if (marker.dataset.visit) fields.visit = marker.dataset.visit;
    if (wasHidden) fields.resumed = "yes";
    wasHidden = false;
    return new URLSearchParams(fields);
  };
  const visible = () => document.visibilityState === "visible";
  const beat = () => {
    if (visible()) fetch(marker.dataset.seen, { method: "POST", body: body(), keepalive: true }).catch(() => {});
  };
  const keepTelling = () => {
    clearInterval(timer);
    if (beatMs && visible()) timer = setInterval(beat, beatMs);
  };
  const tell = () => {
    if (told || !visible()) return;
    told = true;
    fetch(marker.dataset.seen, { method: "POST", body: body(), keepalive: true }).catch(() => { told = false; });
    keepTelling();
  };
  const wait = () => { if (visible()) setTimeout(tell, SEEN_AFTER_MS); };
  ["pointerdown", "keydown", "scroll"].forEach((event) => addEventListener(event, tell, { passive: true, once: true }));
  document.addEventListener("visibilitychange", () => {
    if (!told) return wait();
    if (visible()) {
      wasHidden = true;
      beat();
    } else if (beatMs) {
      navigator.sendBeacon(marker.dataset.seen, body());
    }
    keepTelling();
  });
  wait();
}

function showInReadersZone(element) {
  const at = new Date(element.dateTime);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (Number.isNaN(at.getTime()) || !zone) return;
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  element.title = element.textContent;
  const where = (element.dataset.local || "{zone}").replace("{zone}", zone.replaceAll("_", " "));
  element.textContent = `${words.format(at)} (${where})`;
}

document.querySelectorAll("[data-seen]").forEach(tellThatItIsRead);
document.querySelectorAll("time[data-local]").forEach(showInReadersZone);

document.querySelectorAll("[data-select]").forEach((field) => field.addEventListener("focus", () => field.select()));

const refresh = document.querySelector("[data-refresh-seconds]");
if (refresh) setTimeout(() => location.reload(), Number(refresh.dataset.refreshSeconds) * 1000);
