/* What happens elsewhere appears here: server-sent events become rows, and named events that htmx listens to. */
(() => {
  "use strict";
  const topic = document.body.dataset.live;
  if (!topic || !window.EventSource) return;
  const says = document.getElementById("live-says");
  const waiting = new Map();
  const EVERY = 1000;

  // a panel is fetched anew at once, and then at most once a second, with what came in between
  const fire = (name) => {
    const state = waiting.get(name);
    if (state) { state.again = true; return; }
    document.body.dispatchEvent(new CustomEvent(`live:${name}`));
    const timer = { again: false };
    waiting.set(name, timer);
    setTimeout(() => {
      waiting.delete(name);
      if (timer.again) fire(name);
    }, EVERY);
  };

  const panels = () => {
    const names = new Set();
    for (const element of document.querySelectorAll("[hx-trigger*='live:']")) {
      for (const found of element.getAttribute("hx-trigger").matchAll(/live:([\w-]+)/g)) names.add(found[1]);
    }
    return names;
  };

  const row = (html) => {
    for (const list of document.querySelectorAll("[data-live-rows]")) {
      const holder = document.createElement(list.tagName === "TBODY" ? "tbody" : "div");
      holder.innerHTML = html;  // rendered and escaped by the server; the page's policy runs no script in it
      for (const added of [...holder.children]) {
        if (added.id && document.getElementById(added.id)) continue;
        added.classList.add("fresh");
        if (list.dataset.liveRows === "top") list.prepend(added); else list.append(added);
        if (window.htmx) window.htmx.process(added);
      }
    }
    document.dispatchEvent(new CustomEvent("live:added"));
  };

  const source = new EventSource(`/live/${topic}?after=${document.body.dataset.seq || 0}`);
  source.addEventListener("row", (event) => row(event.data));
  source.addEventListener("changed", (event) => {
    const named = event.data === "*" ? panels() : event.data.split(",");
    for (const name of named) fire(name);
  });
  let lost = 0;
  source.addEventListener("open", () => {
    clearTimeout(lost);
    lost = 0;
    if (says) says.hidden = true;
  });
  source.addEventListener("error", () => {
    if (lost || !says) return;
    lost = setTimeout(() => {
      says.textContent = "Not connected: what you see may be old. Trying again.";
      says.hidden = false;
    }, 4000);
  });
  window.addEventListener("pagehide", () => source.close());
})();
