/* Choosing cases of the list: how many are, all of this page, a row of them with Shift. */
"use strict";

{
  const bar = document.getElementById("bulk-form");
  const boxes = [...document.querySelectorAll('input[name="_selected_action"]')];
  if (bar && boxes.length) chooseCases(bar, boxes);
}

function chooseCases(bar, boxes) {
  const count = bar.querySelector("[data-bulk-count]");
  const across = bar.querySelector("[data-bulk-across]");
  const clear = bar.querySelector("[data-bulk-clear]");
  const all = document.querySelector("[data-bulk-page]");
  const said = count.textContent;
  let last = null;
  if (all) all.hidden = false;
  clear.hidden = false;

  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr, li")?.classList.toggle("bulk-chosen", box.checked);
    if (all) {
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const whole = across?.checked ? across.closest("label").textContent.trim() : "";
    count.textContent = whole || (chosen ? bar.dataset.some.replace("%s", chosen) : said);
  }

  function choose(value) {
    for (const box of boxes) box.checked = value;
    if (across && !value) across.checked = false;
    tell();
  }

  boxes.forEach((box, place) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = last < place ? [last, place] : [place, last];
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = place;
      // One case less is no longer all of them.
      if (across && !box.checked) across.checked = false;
      tell();
    });
  });
  all?.addEventListener("change", () => choose(all.checked));
  across?.addEventListener("change", () => (across.checked ? choose(true) : tell()));
  clear.addEventListener("click", () => {
    choose(false);
    (all || boxes[0]).focus();
  });
  // Coming back by the browser's button, boxes are as they were left.
  addEventListener("pageshow", tell);
  tell();
}
