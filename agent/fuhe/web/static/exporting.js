// Exports of many forms are made in the background; the page shows how far they are and fetches the file. Floor: Chromium 86, ES2020.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const csrf = () => $('meta[name="csrf-token"]').content;
  const fetched = new Set();

  async function ask(body) {
    body.append("csrf", csrf());
    const slot = $("#export-slot");
    const answer = await fetch("/export-jobs", { method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": csrf() }, credentials: "same-origin" });
    const text = await answer.text();
    if (!answer.ok) { say(new DOMParser().parseFromString(text, "text/html").body.textContent.trim()); return; }
    slot.innerHTML = text;
    htmx.process(slot);
    slot.scrollIntoView({ block: "nearest" });
  }

  function say(words) { const toast = $("#toast"); toast.textContent = words; toast.classList.add("is-problem"); }
  const lost = () => say("连不上本程序，没有导出。请看看程序是否还在运行，再试一次。");

  document.addEventListener("click", (event) => {
    const whole = event.target.closest("[data-export-batch]"), chosen = event.target.closest("[data-export]");
    if (!whole && !chosen || !$("#export-slot")) return;
    event.preventDefault();
    const body = new URLSearchParams();
    if (whole) { body.append("every", whole.dataset.exportBatch); body.append("kind", whole.dataset.kind); }
    else {
      body.append("kind", $("#export-kind").value);
      const all = $("#whole");
      if (all && all.value) { body.append("whole", all.value); body.append("batch", $('#bulk [name="batch"]').value); }
      else document.querySelectorAll('#bulk [name="form"]:checked').forEach((box) => body.append("form", box.value));
    }
    ask(body).catch(lost);
  });

  document.addEventListener("htmx:afterSettle", () => {
    const link = $("[data-fetch]");
    if (!link || fetched.has(link.dataset.fetch)) return;
    fetched.add(link.dataset.fetch);
    link.click();
  });
})();
