// What pages of links do beyond HTML: tell that a person reads, times in the reader's zone, a fresh look.

const SEEN_AFTER_MS = 2000;

// A mail scanner loads pages; it doesn't keep one in view for two seconds, nor touch it.
function tellThatItIsRead(marker) {
  let told = false;
  const tell = () => {
    if (told || document.visibilityState !== "visible") return;
    told = true;
    const body = new URLSearchParams({ csrf_token: marker.dataset.nonce });
    fetch(marker.dataset.seen, { method: "POST", body, keepalive: true }).catch(() => { told = false; });
  };
  const wait = () => { if (document.visibilityState === "visible") setTimeout(tell, SEEN_AFTER_MS); };
  ["pointerdown", "keydown", "scroll"].forEach((event) => addEventListener(event, tell, { passive: true, once: true }));
  document.addEventListener("visibilitychange", wait);
  wait();
}

function showInReadersZone(element) {
  const at = new Date(element.dateTime);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (Number.isNaN(at.getTime()) || !zone) return;
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  element.title = element.textContent;
  element.textContent = `${words.format(at)} (your time, ${zone.replaceAll("_", " ")})`;
}

document.querySelectorAll("[data-seen]").forEach(tellThatItIsRead);
document.querySelectorAll("time[data-local]").forEach(showInReadersZone);

const refresh = document.querySelector("[data-refresh-seconds]");
if (refresh) setTimeout(() => location.reload(), Number(refresh.dataset.refreshSeconds) * 1000);
