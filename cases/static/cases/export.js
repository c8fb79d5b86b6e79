/* Fetches an export and shows how many rows it has so far; without this script, links download. */
"use strict";

{
  const part = document.getElementById("export");
  // Where the browser can't read an answer piece by piece, its own download does.
  if (part && window.ReadableStream) offerProgress(part);
}

function offerProgress(part) {
  const links = [...part.querySelectorAll("[data-export]")];
  const running = part.querySelector("[data-export-running]");
  const said = part.querySelector("[data-export-said]");
  const stop = part.querySelector("[data-export-stop]");
  let current = null;

  for (const link of links) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      if (current) return;
      current = new AbortController();
      said.textContent = "";
      running.hidden = false;
      try {
        const { rows, name, blob } = await fetchFile(part, link.href, current.signal);
        save(blob, name);
        said.textContent = fill(part.dataset.done, { rows: number(rows), name });
      } catch (problem) {
        said.textContent = problem.name === "AbortError" ? "" : part.dataset.failed;
      }
      running.hidden = true;
      current = null;
      link.focus();
    });
  }
  stop.addEventListener("click", () => current?.abort());
}

async function fetchFile(part, href, signal) {
  const url = new URL(href);
  url.searchParams.set("_frames", "1");
  const answer = await fetch(url, { signal });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const total = Number(answer.headers.get("X-Export-Rows"));
  const pieces = [];
  let rows = 0;
  show(part, 0, total, false);
  for await (const frame of frames(answer.body.getReader())) {
    rows = frame.rows;
    if (frame.data.length) pieces.push(frame.data);
    show(part, rows, total, !pieces.length && rows >= total);
  }
  const type = "application/octet-stream";
  return { rows, name: answer.headers.get("X-Export-Name"), blob: new Blob(pieces, { type }) };
}

/* Yields {rows, data}. Each frame is a line with both numbers, then the bytes; the last line is `end`. */
async function* frames(reader) {
  let rest = new Uint8Array();
  const more = async () => {
    const { done, value } = await reader.read();
    if (done) throw new Error("The file is not whole.");
    const joined = new Uint8Array(rest.length + value.length);
    joined.set(rest);
    joined.set(value, rest.length);
    rest = joined;
  };
  for (;;) {
    let end = rest.indexOf(10);
    while (end < 0) {
      await more();
      end = rest.indexOf(10);
    }
    const line = new TextDecoder().decode(rest.subarray(0, end));
    if (line === "end") return;
    const [rows, size] = line.split(" ").map(Number);
    rest = rest.slice(end + 1);
    while (rest.length < size) await more();
    yield { rows, data: rest.slice(0, size) };
    rest = rest.slice(size);
  }
}

function show(part, rows, total, packing) {
  const bar = part.querySelector("[role=progressbar]");
  const percent = total ? Math.min(100, Math.floor((100 * rows) / total)) : 0;
  const words = { rows: number(rows), total: number(Math.max(rows, total)) };
  const text = packing ? part.dataset.packing : fill(part.dataset.progress, words);
  bar.setAttribute("aria-valuenow", percent);
  bar.setAttribute("aria-valuetext", text);
  bar.firstElementChild.style.width = `${percent}%`;
  part.querySelector("[data-export-text]").textContent = text;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

function number(value) {
  const { locale } = document.getElementById("export").dataset;
  return value.toLocaleString(locale, { numberingSystem: "latn" });
}
