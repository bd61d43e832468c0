/* What was typed survives a reload: in this tab's own storage, never on the server, until it is sent. */
(() => {
  "use strict";
  const PREFIX = "holdfast:draft:";
  const fields = (form) => [...form.elements].filter((each) =>
    each.name && !["hidden", "password", "file", "submit", "button"].includes(each.type));
  const key = (form) => PREFIX + form.dataset.draft;
  const save = (form) => {
    const kept = fields(form).filter((each) => !["radio", "checkbox"].includes(each.type) || each.checked)
      .map((each) => [each.name, each.value]);
    try { sessionStorage.setItem(key(form), JSON.stringify(kept)); } catch { /* no room, or forbidden: nothing is kept */ }
  };
  const restore = (form) => {
    if (form.dataset.restored) return;
    form.dataset.restored = "yes";
    let kept;
    try { kept = JSON.parse(sessionStorage.getItem(key(form)) || "null"); } catch { kept = null; }
    if (!kept) return;
    let changed = false;
    for (const each of fields(form)) {
      const values = kept.filter(([name]) => name === each.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(each.type)) each.checked = values.includes(each.value);
      else if (values.length && each.value !== values[0]) { each.value = values[0]; changed = true; }
    }
    if (!changed) return;
    const note = document.createElement("p");
    note.className = "kept";
    note.textContent = "What you had typed is back. ";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "quiet";
    drop.textContent = "Throw it away";
    drop.addEventListener("click", () => { sessionStorage.removeItem(key(form)); form.reset(); note.remove(); });
    note.append(drop);
    form.prepend(note);
    const inside = form.closest("details");
    if (inside) inside.open = true;
  };
  const all = () => document.querySelectorAll("form[data-draft]").forEach(restore);
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) save(form);
  });
  // sent: kept until a page without this draft's refusal comes back, so that a lost connection loses nothing
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) sessionStorage.setItem(PREFIX + "sent", key(form));
  });
  const sent = sessionStorage.getItem(PREFIX + "sent");
  if (sent) {
    sessionStorage.removeItem(PREFIX + "sent");
    if (!document.querySelector("[role=alert], .field.bad, .refused")) sessionStorage.removeItem(sent);
  }
  all();
  document.addEventListener("htmx:afterSettle", all);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form[data-draft]");
    if (form && event.detail.successful && event.detail.requestConfig.verb !== "get") {
      sessionStorage.removeItem(key(form));
      sessionStorage.removeItem(PREFIX + "sent");
    }
  });
})();
