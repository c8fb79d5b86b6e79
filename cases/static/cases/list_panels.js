"use strict";
/* The panels over a list: one open at a time, closed by Escape or a press elsewhere; empty filters stay out of the address. They open without this, too. */

document.addEventListener("DOMContentLoaded", () => {
  const menus = [...document.querySelectorAll("details[data-menu]")];
  for (const menu of menus) {
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      menus.filter((other) => other !== menu).forEach((other) => { other.open = false; });
      menu.querySelector("input[name=name]")?.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    const open = menus.find((menu) => menu.open);
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    menus.filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-drop-empty]")) return;
    for (const field of event.target.elements) {
      if (field.name && !field.value) field.disabled = true;
    }
  });

  // Whoever goes back finds the form as it was, not with fields that can't be used.
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("[data-drop-empty] :disabled")) {
      field.disabled = false;
    }
  });
});
