"use strict";
/* The page of a case: keys, drafts that survive a reload, and where the focus goes after a button.
   Everything on the page also works without it. */

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector(".case-page[data-case]");
  if (!page) return;
  const place = `case-${page.dataset.user}-${page.dataset.case}`;
  const sent = takeSent(place);
  keepDrafts(page, place, sent);
  returnFocus(page, sent);
  announce();
  listen(page);
  const newest = document.getElementById("newest");
  page.querySelectorAll('a[href="#newest"]').forEach((jump) => jump.addEventListener("click", () => {
    // Posts take their true height once they are near: go on until the place stays.
    for (const wait of [50, 200, 500]) setTimeout(() => newest.scrollIntoView(), wait);
  }));
  page.addEventListener("submit", ({ target, submitter }) => {
    if (!target.dataset.form) return;
    keep(sessionStorage, `${place}-sent`, {
      form: target.dataset.form, button: submitter?.name ?? "", seen: page.dataset.seen,
    });
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

/* Drafts: what was typed and not sent, with the value that it was typed over. */
const WEEK = 7 * 24 * 3600 * 1000;

function keepDrafts(page, place, sent) {
  const stored = `${place}-drafts`;
  let drafts = kept(localStorage, stored) ?? {};
  if (!drafts.at || Date.now() - drafts.at > WEEK) drafts = { at: Date.now(), values: {} };
  const inputs = [...page.querySelectorAll("form[data-form] textarea, .case-fields input:not([type=hidden]), .case-fields select")];
  const save = () => {
    drafts.at = Date.now();
    keep(localStorage, stored, Object.keys(drafts.values).length ? drafts : null);
  };
  // What was sent is saved once the case's history has gone on, and the page isn't the refusal.
  const saved = sent && !page.dataset.refused && sent.seen !== page.dataset.seen ? sent.form : "";
  for (const input of inputs) {
    const initial = page.querySelector(`[name="initial-${CSS.escape(input.name)}"]`);
    const original = input.value;
    const draft = drafts.values[input.name];
    const refused = page.dataset.refused && input.form.dataset.form === sent?.form;
    if (draft && refused) {
      // Still not saved; the page has it, and says over what it was typed by now.
      drafts.values[input.name] = { value: input.value, initial: initial?.value };
    } else if (draft && (input.form.dataset.form === saved || draft.value === input.value)) {
      delete drafts.values[input.name];
    } else if (draft) {
      input.value = draft.value;
      const shown = initial?.value;
      // The server compares with what it was typed over, and tells if that has changed.
      if (initial && draft.initial !== undefined) initial.value = draft.initial;
      offerDiscard(input, () => {
        input.value = original;
        if (initial) initial.value = shown;
        delete drafts.values[input.name];
        save();
      });
    }
    input.addEventListener("input", () => {
      if (input.value === original) delete drafts.values[input.name];
      else drafts.values[input.name] = { value: input.value, initial: initial?.value };
      save();
    });
  }
  save();
}

function offerDiscard(input, discard) {
  const notice = document.getElementById("case-draft").content.cloneNode(true).firstElementChild;
  input.after(notice);
  notice.querySelector("button").addEventListener("click", () => {
    discard();
    notice.remove();
    input.focus();
  });
}

/* After a button: to what was refused, or back to where one was. */
function returnFocus(page, sent) {
  const alert = document.getElementById("case-alert");
  if (alert) return alert.focus();
  if (!sent || location.hash) return;
  const form = page.querySelector(`form[data-form="${CSS.escape(sent.form)}"]`);
  const fallback = { close: "reopen", reopen: "close", untag: "tags" }[sent.form];
  const next = form ?? page.querySelector(`form[data-form="${fallback ?? "assign"}"]`);
  const [button] = sent.button ? next?.querySelectorAll(`[name="${CSS.escape(sent.button)}"]`) ?? [] : [];
  const writes = ["note", "tags"].includes(next?.dataset.form);
  const goal = (writes && next.querySelector("textarea, input:not([type=hidden])")) || button ||
    next?.querySelector("textarea, select, button");
  goal?.focus();
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
    t: () => focus("#id_tags"),
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
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
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
