/* The case list: j and k move through the rows, ? shows the keys. */
(() => {
  "use strict";

  // Where it is narrow, the current tab may be out of sight.
  const tabs = document.querySelector(".case-list-tabs ul");
  const current = tabs?.querySelector("[aria-current]");
  if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;

  const links = () => [...document.querySelectorAll("#result_list .case-list-title")];

  function isTyping(target) {
    return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
  }

  function move(step) {
    const all = links();
    const row = document.activeElement.closest("tr.data-row");
    const here = all.findIndex((link) => row && row.contains(link));
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
    if (all[next]) {
      all[next].focus();
      all[next].closest("tr").scrollIntoView({ block: "nearest" });
    }
  }

  // Single keys can be turned off, for the case page and here together (WCAG 2.1.4).
  const sheet = document.getElementById("case-list-shortcuts");
  const opener = document.querySelector(".case-list-keys");
  const on = document.getElementById("shortcuts-on");
  const place = "case-shortcuts";
  on.checked = remembered() !== JSON.stringify("off");
  on.addEventListener("change", () => {
    try {
      localStorage.setItem(place, JSON.stringify(on.checked ? "on" : "off"));
    } catch { /* Storage may be forbidden: then the switch holds for this page. */ }
  });
  opener.hidden = false;
  opener.addEventListener("click", () => sheet.showModal());

  function remembered() {
    try { return localStorage.getItem(place); } catch { return null; }
  }

  const acts = { j: () => move(1), k: () => move(-1), "?": () => sheet.showModal() };

  // Before the theme's own key for the search, which doesn't know of the switch.
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) && event.target.type !== "checkbox") return;
    if (event.target.closest?.("dialog[open]")) return;
    const act = acts[event.key];
    if (!on.checked && (act || event.key === "/")) event.stopImmediatePropagation();
    if (!on.checked || !act) return;
    event.preventDefault();
    act();
  }, { capture: true });
})();
