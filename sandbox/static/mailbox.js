// Keeps a list up to date: fetches the page again and swaps the parts marked as live.
"use strict";

const PAUSE_MS = 2000;

async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const shown of document.querySelectorAll("[data-live]")) {
    const replacement = fresh.getElementById(shown.id);
    if (replacement && replacement.innerHTML !== shown.innerHTML && !busy(shown)) {
      shown.replaceChildren(...replacement.childNodes);
    }
  }
}

// A part in which someone stands with the keyboard, or marks text, is left alone.
function busy(part) {
  const selection = getSelection();
  const marked = selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  return part.contains(document.activeElement) || marked;
}

async function keepFresh() {
  if (!document.hidden) {
    try {
      await refresh();
    } catch {
      // The server is restarting; the next round finds it again.
    }
  }
  setTimeout(keepFresh, PAUSE_MS);
}

if (document.querySelector("[data-refresh]")) {
  setTimeout(keepFresh, PAUSE_MS);
}
