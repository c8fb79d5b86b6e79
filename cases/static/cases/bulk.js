/* Drives a piece of bulk work: asks for batch after batch, and shows how far it is. */
"use strict";

{
  const job = document.getElementById("bulk-job");
  if (job) drive(job);
}

async function drive(job) {
  const bar = job.querySelector("[role=progressbar]");
  const problem = job.querySelector("[data-bulk-problem]");
  const byHand = job.querySelector("[data-bulk-by-hand]");
  const token = byHand.querySelector("[name=csrfmiddlewaretoken]").value;
  byHand.hidden = true;
  job.querySelector("[data-bulk-script]").hidden = false;
  let pause = 0;

  for (;;) {
    const answer = await ask(job.dataset.step, token);
    if (answer.lost) {
      problem.textContent = job.dataset.lost;
      pause = Math.min(30_000, 2 * pause + 1_000);
      await new Promise((done) => setTimeout(done, pause));
      continue;
    }
    if (answer.failed) {
      problem.textContent = answer.message || job.dataset.failed;
      byHand.hidden = false;
      return;
    }
    pause = 0;
    problem.textContent = "";
    bar.setAttribute("aria-valuenow", answer.percent);
    bar.setAttribute("aria-valuetext", answer.progress);
    bar.firstElementChild.style.width = `${answer.percent}%`;
    job.querySelector("[data-bulk-progress]").textContent = answer.progress;
    job.querySelector("[data-bulk-outcome]").textContent = answer.outcome;
    if (answer.over) {
      location.reload();
      return;
    }
  }
}

/* A batch that was asked for twice is done once: the server keeps the place. */
async function ask(url, token) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
    });
    if (answer.status >= 500) return { lost: true };
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const body = isJson ? await answer.json() : {};
    return answer.ok && isJson && !answer.redirected ? body : { failed: true, ...body };
  } catch {
    return { lost: true };
  }
}
