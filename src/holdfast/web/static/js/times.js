/* Times in the viewer's zone with UTC on hover; ages and deadlines that go on, in words. */
(() => {
  "use strict";
  // the server's clock is the one that counts: its time when the page was made, against ours
  const made = Date.parse(document.body.dataset.now || "");
  const skew = Number.isNaN(made) ? 0 : made - Date.now();
  const now = () => Date.now() + (Math.abs(skew) > 60_000 ? skew : 0);
  const unit = (n, word) => `${n} ${word}`;
  const span = (ms) => {
    const s = Math.floor(Math.abs(ms) / 1000);
    if (s < 60) return unit(s, "s");
    if (s < 3600) return unit(Math.floor(s / 60), "min");
    if (s < 86400) {
      const m = Math.floor((s % 3600) / 60);
      return unit(Math.floor(s / 3600), "h") + (m ? " " + unit(m, "min") : "");
    }
    const h = Math.floor((s % 86400) / 3600);
    return unit(Math.floor(s / 86400), "d") + (h ? " " + unit(h, "h") : "");
  };
  const zone = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  const utc = (at) => new Date(at).toISOString().replace("T", " ").slice(0, 19) + " UTC";
  const say = (element, words) => {
    if (element.textContent !== words) element.textContent = words;
  };

  const local = (root) => {
    for (const element of root.querySelectorAll("time.moment:not([data-local])")) {
      const at = Date.parse(element.dateTime);
      if (Number.isNaN(at)) continue;
      element.dataset.local = "yes";
      element.title = utc(at);
      say(element, zone.format(at));
    }
    for (const element of root.querySelectorAll("time.since:not([data-local]), time.due:not([data-local])")) {
      const at = Date.parse(element.dateTime);
      if (Number.isNaN(at)) continue;
      element.dataset.local = "yes";
      element.title = `${zone.format(at)} (${utc(at)})`;
    }
  };
  const tick = () => {
    const present = now();
    for (const element of document.querySelectorAll("[data-ago]")) {
      const past = present - Date.parse(element.dataset.ago);
      say(element, Math.abs(past) < 1000 ? "just now" : past > 0 ? `${span(past)} ago` : `in ${span(past)}`);
    }
    for (const element of document.querySelectorAll("[data-due]")) {
      const left = Date.parse(element.dataset.due) - present;
      say(element, Math.abs(left) < 1000 ? "due now" : left > 0 ? `due in ${span(left)}` : `overdue by ${span(left)}`);
      const state = left <= 0 ? "over" : left <= 600_000 ? "soon" : "calm";
      if (!element.classList.contains(state)) {
        element.classList.remove("over", "soon", "calm");
        element.classList.add(state);
      }
    }
  };
  const all = () => { local(document); tick(); };
  all();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", all);
  document.addEventListener("live:added", all);
})();
