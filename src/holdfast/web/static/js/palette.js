/* The keyboard: Ctrl K offers what the page can do, single letters press it, ? lists them. */
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  const keys = document.getElementById("keys");
  if (!palette || !keys) return;
  const input = palette.querySelector("input");
  const list = document.getElementById("palette-list");
  const on = document.getElementById("keys-on");
  const KEPT = "holdfast:keys";
  on.checked = localStorage.getItem(KEPT) !== "off";
  on.addEventListener("change", () => localStorage.setItem(KEPT, on.checked ? "on" : "off"));

  const shown = (element) => element.getClientRects().length > 0 || element.closest("details:not([open])");
  // what the page itself can do comes first, where else one may go after it
  const commands = () => {
    const every = [...document.querySelectorAll("[data-command]")].filter(shown);
    const leads = (element) => element.closest(".rail") !== null;
    return [...every.filter((element) => !leads(element)), ...every.filter(leads)];
  };
  let found = [];
  let at = 0;

  const act = (element) => {
    for (let above = element.closest("details:not([open])"); above; above = above.parentElement.closest("details:not([open])")) {
      if (element.parentElement !== above || element.tagName !== "SUMMARY") above.open = true;
    }
    if (element.matches("input, textarea, select")) { element.focus(); return; }
    element.focus();
    element.click();
    const opened = element.tagName === "SUMMARY" ? element.parentElement : null;
    if (opened && opened.open) {
      const first = opened.querySelector("input:not([type=hidden]), textarea, select, button");
      if (first) first.focus();
    }
  };

  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = commands().filter((element) => {
      const said = element.dataset.command.toLowerCase();
      return words.every((word) => said.includes(word));
    });
    at = Math.min(at, Math.max(0, found.length - 1));
    list.replaceChildren(...found.slice(0, 40).map((element, index) => {
      const line = document.createElement("li");
      line.id = `palette-${index}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === at));
      const name = document.createElement("span");
      name.textContent = element.dataset.command;
      line.append(name);
      if (element.dataset.key) {
        const key = document.createElement("kbd");
        key.textContent = element.dataset.key;
        line.append(key);
      }
      line.addEventListener("click", () => choose(index));
      return line;
    }));
    input.setAttribute("aria-activedescendant", found.length ? `palette-${at}` : "");
    const line = list.children[at];
    if (line) line.scrollIntoView({ block: "nearest" });
  };
  const choose = (index) => {
    const element = found[index];
    palette.close();
    if (element) act(element);
  };
  const open = () => {
    input.value = "";
    at = 0;
    palette.showModal();
    draw();
    input.focus();
  };
  input.addEventListener("input", () => { at = 0; draw(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      draw();
    }
  });
  // with nothing that fits here, what was typed is looked for on the server
  palette.querySelector("form").addEventListener("submit", (event) => {
    if (found.length) { event.preventDefault(); choose(at); }
  });
  for (const opener of document.querySelectorAll("[data-opens=palette]")) {
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }

  const help = () => {
    const lines = [["Ctrl K", "Search or act"], ["?", "These keys"], ["Esc", "Close"]];
    for (const element of document.querySelectorAll("[data-key]")) {
      if (shown(element)) lines.push([element.dataset.key, element.dataset.command || element.textContent.trim()]);
    }
    const pairs = keys.querySelector("dl");
    pairs.replaceChildren(...lines.flatMap(([key, words]) => {
      const term = document.createElement("dt");
      const letter = document.createElement("kbd");
      letter.textContent = key;
      term.append(letter);
      const says = document.createElement("dd");
      says.textContent = words;
      return [term, says];
    }));
    keys.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close(); else open();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || palette.open || keys.open) return;
    const into = event.target.closest("input, textarea, select, [contenteditable]");
    if (into) { if (event.key === "Escape") into.blur(); return; }
    if (event.key === "?") { event.preventDefault(); help(); return; }
    if (!on.checked || event.key.length !== 1) return;
    const pressed = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key && shown(each));
    if (pressed) { event.preventDefault(); act(pressed); }
  });
})();
