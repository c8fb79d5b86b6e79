"use strict";
/* The page of a case: keys, drafts that survive a reload, and where the focus goes after a button.
   Everything on the page also works without it. */

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector(".case-page[data-case]");
  if (!page) return;
  const place = `case-${page.dataset.user}-${page.dataset.case}`;
  keepDrafts(page, `${place}-drafts`);
  returnFocus(page, takeSent(place));
  announce();
  listen(page);
  const newest = document.getElementById("newest");
  page.querySelectorAll('a[href="#newest"]').forEach((jump) => jump.addEventListener("click", () => {
    // Posts take their true height once they are near: go on until the place stays.
    for (const wait of [50, 200, 500]) setTimeout(() => newest.scrollIntoView(), wait);
  }));
  page.addEventListener("submit", ({ target, submitter }) => {
    if (!target.dataset.form) return;
    // The answer would be scrolled to where a jump led before, away from what it says.
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    keep(sessionStorage, `${place}-sent`, { form: target.dataset.form, button: submitter?.name ?? "" });
  });
});

/* Storage may be forbidden or full: then there are no drafts. */
function keep(storage, name, value) {
  try {
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, JSON.stringify(value));
  } catch { /* Nothing depends on it. */ }
}

function kept(storage, name) {
  try { return JSON.parse(storage.getItem(name)); } catch { return null; }
}

function takeSent(place) {
  const sent = kept(sessionStorage, `${place}-sent`);
  keep(sessionStorage, `${place}-sent`, null);
  return sent;
}

/* Drafts: what was typed, and the value that it was typed over. Each form is sent with a token, and
   only a page that names this token as saved ends its drafts: whatever else became of it, a login, a
   broken connection, a refusal, they stay. */
const WEEK = 7 * 24 * 3600 * 1000;

function keepDrafts(page, stored) {
  const inputs = [...page.querySelectorAll("form[data-form] :is(textarea, select, input:not([type=hidden]))")];
  const saved = page.dataset.saved.split(" ");
  for (const [name, draft] of Object.entries(readDrafts(stored))) {
    if (saved.includes(draft.sent)) writeDraft(stored, name, null);
  }
  const drafts = readDrafts(stored);
  const isRefused = (form) => form === page.dataset.refused;
  const initialOf = (input) => page.querySelector(`[name="initial-${CSS.escape(input.name)}"]`);
  const store = (input, sent) => writeDraft(stored, input.name, {
    value: input.value, initial: initialOf(input)?.value, form: input.form.dataset.form, sent,
  });
  const forget = (input) => writeDraft(stored, input.name, null);
  // Under a name of its own, so that what is typed there from now on leaves it alone.
  const setAside = (input, draft) => writeDraft(stored, `${input.name} ${newToken()}`, { ...draft, form: "" });

  for (const input of inputs) {
    const draft = drafts[input.name];
    const refused = isRefused(input.form.dataset.form);
    // The page of a refusal has what was sent, and says over what it was typed by now.
    if (draft && refused) store(input);
    else if (draft && draft.value === servedValue(input)) forget(input);
    else if (draft && !restore(input, draft, initialOf(input), () => forget(input))) {
      // A choice that is gone can't be made; a text, which an input of one line would break, can be read.
      if (!input.options) setAside(input, draft);
      forget(input);
    }
    input.addEventListener("input", () => {
      if (input.value === servedValue(input) && !refused) forget(input);
      else store(input);
    });
  }
  showUnsaved(page, readDrafts(stored), inputs, isRefused, stored);
  page.addEventListener("submit", ({ target }) => {
    if (!target.dataset.form) return;
    const token = target.dataset.token || newToken();
    target.elements.namedItem("token").value = token;
    const sent = inputs.filter((input) => input.form === target);
    const typed = readDrafts(stored);
    for (const input of sent) if (typed[input.name] || input.value !== servedValue(input)) store(input, token);
  });
}

/* Read again each time: another tab may have written meanwhile. */
function readDrafts(stored) {
  const drafts = kept(localStorage, stored);
  return drafts?.at > Date.now() - WEEK ? drafts.values : {};
}

function writeDraft(stored, name, draft) {
  const values = readDrafts(stored);
  if (draft) values[name] = draft;
  else delete values[name];
  keep(localStorage, stored, Object.keys(values).length ? { at: Date.now(), values } : null);
}

function newToken() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2);
}

/* What the server sent, whatever the browser has put there since. */
function servedValue(input) {
  if (input.type === "textarea") return input.defaultValue;
  if (!input.options) return input.defaultValue.replace(/[\r\n]/g, "");
  return ([...input.options].find((option) => option.defaultSelected) ?? input.options[0]).value;
}

/* Return whether the input takes what was typed. */
function restore(input, draft, initial, forget) {
  const shown = initial?.value;
  input.value = draft.value;
  if (input.value !== draft.value) {
    input.value = servedValue(input);
    return false;
  }
  // The server compares with what it was typed over, and tells if that has changed.
  if (initial && draft.initial !== undefined) initial.value = draft.initial;
  input.closest("details")?.setAttribute("open", "");
  offerDiscard(input, () => {
    input.value = servedValue(input);
    if (initial) initial.value = shown;
    forget();
  });
  return true;
}

function offerDiscard(input, discard) {
  const notice = fromTemplate("case-draft");
  (input.closest(".case-row") ?? input).after(notice);
  notice.querySelector("button").addEventListener("click", () => {
    discard();
    notice.remove();
    input.focus();
  });
}

/* Drafts whose input is gone, such as the resolution of a case that someone else has closed, and
   those that don't fit into it any more. */
function showUnsaved(page, drafts, inputs, isRefused, stored) {
  const names = inputs.map((input) => input.name);
  for (const [name, draft] of Object.entries(inputs.length ? drafts : {})) {
    // What was refused right now stands beside the reason.
    if (names.includes(name) || isRefused(draft.form)) continue;
    const notice = fromTemplate("case-unsaved");
    notice.querySelector(".case-text").textContent = draft.value;
    notice.querySelector("button").addEventListener("click", () => {
      writeDraft(stored, name, null);
      notice.remove();
    });
    page.querySelector(".case-columns").before(notice);
  }
}

function fromTemplate(id) {
  return document.getElementById(id).content.cloneNode(true).firstElementChild;
}

/* After a button: to what was refused, on with writing, or back to the button. Never into another
   input, where the next shortcut would be typed. */
const WRITING = { note: "#id_note", tags: "#id_add", untag: "#id_add" };

function returnFocus(page, sent) {
  const alert = document.getElementById("case-alert");
  if (alert) return alert.focus();
  if (!sent || location.hash) return;
  const form = page.querySelector(`form[data-form="${CSS.escape(sent.form)}"]`);
  const [button] = sent.button ? form?.querySelectorAll(`[name="${CSS.escape(sent.button)}"]`) ?? [] : [];
  const goal = page.querySelector(WRITING[sent.form] ?? "#actions-title");
  (WRITING[sent.form] ? goal : button ?? goal)?.focus();
}

/* Messages are in the page from its start, which says nothing: put into a live region, they speak. */
function announce() {
  const messages = document.querySelector("#main > div > div > ul");
  if (!messages) return;
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  const frame = messages.parentElement.parentElement;
  frame.classList.add("case-said");
  messages.before(region);
  setTimeout(() => region.append(messages), 150);
}

/* Single keys: not while typing, and not at all where they are turned off (WCAG 2.1.4). */
function listen(page) {
  const sheet = document.getElementById("case-shortcuts");
  const on = document.getElementById("shortcuts-on");
  const opener = page.querySelector('[data-key="?"]');
  opener.hidden = false;
  opener.addEventListener("click", () => sheet.showModal());
  on.checked = kept(localStorage, "case-shortcuts") !== "off";
  on.addEventListener("change", () => keep(localStorage, "case-shortcuts", on.checked ? "on" : "off"));
  let waiting = 0;

  const acts = {
    a: () => press('[data-key="a"]'),
    n: () => focus("#id_note"),
    c: () => focus("#id_resolution") || focus('[name="reopen"]'),
    t: () => focus("#id_add"),
    e: () => focus(".case-fields :is(input:not([type=hidden]), select, textarea)"),
    j: () => press('[data-key="j"]'),
    k: () => press('[data-key="k"]'),
    "/": () => focus("#case-search"),
    "?": () => sheet.showModal(),
    g: () => { waiting = Date.now(); return true; },
  };

  function focus(selector) {
    const goal = page.querySelector(selector);
    goal?.focus();
    return Boolean(goal);
  }

  function press(selector) {
    const goal = page.querySelector(selector);
    goal?.click();
    return Boolean(goal);
  }

  // Before the theme's own keys, which don't know of the switch.
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const within = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    // A sheet that was just closed keeps the focus for a moment.
    if (within && (sheet.open || !sheet.contains(within))) return;
    const isFollowing = Date.now() - waiting < 1500;
    waiting = 0;
    const act = isFollowing && event.key === "i" ? () => press('[data-key="gi"]') : acts[event.key];
    if (!act) return;
    event.stopImmediatePropagation();
    if (!on.checked) return;
    event.preventDefault();
    act();
  }, { capture: true });
}
