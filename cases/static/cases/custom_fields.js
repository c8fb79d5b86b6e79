"use strict";
/* The settings and API key pages: order, list rows, live preview and copying. All but the preview
   and the copy buttons also work without it. */

document.addEventListener("DOMContentLoaded", () => {
  const fields = document.getElementById("fields");
  if (fields && fields.dataset.orderUrl) keepOrder(fields);
  const definition = document.getElementById("definition");
  if (definition) editDefinition(definition);
  document.querySelectorAll("[data-copy]").forEach(offerCopy);
});

/* The order of fields: dragged, or moved by the buttons without losing the keyboard's place. */
function keepOrder(fields) {
  const status = document.getElementById("order-status");

  async function save() {
    const body = new FormData();
    body.set("object", fields.dataset.object);
    body.set("csrfmiddlewaretoken", fields.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const row of fields.children) body.append("ids", row.dataset.field);
    mark(fields);
    status.textContent = fields.dataset.saving;
    try {
      const answer = await fetch(fields.dataset.orderUrl, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      document.getElementById("preview").textContent = (await answer.json()).preview;
      status.textContent = fields.dataset.saved;
    } catch {
      status.textContent = fields.dataset.failed;
    }
  }

  document.addEventListener("fields-sorted", save);
  fields.addEventListener("submit", (event) => {
    const steps = Number(event.target.dataset.move);
    if (!steps) return;
    event.preventDefault();
    const row = event.target.closest("[data-field]");
    const other = steps < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    fields.insertBefore(steps < 0 ? row : other, steps < 0 ? other : row);
    save();
    const button = event.target.querySelector("button");
    (button.disabled ? row.querySelector("[data-move] button:not(:disabled)") : button)?.focus();
  });
}

function mark(fields) {
  const rows = [...fields.children];
  rows.forEach((row, place) => {
    row.querySelector('[data-move="-1"] button').disabled = place === 0;
    row.querySelector('[data-move="1"] button').disabled = place === rows.length - 1;
  });
}

/* The form of a field: rows of list values, and the preview while typing. */
function editDefinition(form) {
  const rows = document.getElementById("list-rows");
  const blank = document.getElementById("blank-row");
  const preview = document.getElementById("field-preview");

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row], #add-row");
    if (!button || !blank) return;
    event.preventDefault();
    const row = button.closest(".settings-row");
    if (!row) {
      rows.append(blank.content.cloneNode(true));
      rows.lastElementChild.querySelector("input").focus();
    } else if (button.dataset.row === "remove") {
      (row.nextElementSibling || row.previousElementSibling)?.querySelector("input").focus();
      row.remove();
    } else {
      const up = button.dataset.row === "up";
      const other = up ? row.previousElementSibling : row.nextElementSibling;
      if (other) rows.insertBefore(up ? row : other, up ? other : row);
      button.focus();
    }
    show();
  });

  function show() {
    const text = (name) => form.querySelector(`[name="${name}"]`)?.value.trim() ?? "";
    const type = form.querySelector('[name="type"]:checked')?.value ?? "text";
    const field = {
      name: text("name"),
      label: text("label"),
      type,
      searchable: form.querySelector('[name="searchable"]')?.checked ?? false,
    };
    if (type === "single_sel_list") field.listValues = listValues();
    preview.textContent = JSON.stringify(field, null, 2);
  }

  function listValues() {
    return [...rows.children]
      .map((row) => [...row.querySelectorAll("input")].map((input) => input.value.trim()))
      .filter(([name, value]) => name || value)
      .map(([name, value]) => ({ name: name || value, value }));
  }

  form.addEventListener("input", show);
  show();
}

/* Copying, also where the page is served without TLS and the clipboard has no other way in. */
function offerCopy(button) {
  const source = document.getElementById(button.dataset.copy);
  const said = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(source);
    button.textContent = done ? button.dataset.copied ?? "Copied" : button.dataset.press ?? "Press Ctrl+C";
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}
