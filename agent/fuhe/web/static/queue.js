// 工作台: files dropped, chosen or pasted; the bar for the forms picked. Floor: Chromium 86, ES2020.
(() => {
  "use strict";
  const $ = (selector, from) => (from || document).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const csrf = () => $('meta[name="csrf-token"]').content;
  document.documentElement.classList.add("has-js");

  // ---- what comes in ----
  const MOST_BYTES = 150 * 1024 * 1024;

  // More than one request holds comes in parts of one job: one bar shows them all.
  function* parts(entries) {
    const most = Number(($("#upload") || { dataset: {} }).dataset.part) || 600;
    let part = [], bytes = 0;
    for (const entry of entries) {
      if (part.length && (part.length >= most || bytes + entry.file.size > MOST_BYTES)) { yield part; part = []; bytes = 0; }
      part.push(entry);
      bytes += entry.file.size;
    }
    if (part.length) yield part;
  }

  async function send(entries) {
    let sent = 0, job = "";
    try {
      for (const part of parts(entries)) {
        say(`正在放入 ${sent + part.length}／${entries.length} 个文件……`);
        job = await sendPart(part, job);
        if (job === null) { if (sent) say(`前 ${sent} 个文件已经放入，其余 ${entries.length - sent} 个没有放进去：${$("#toast").textContent}`, true); return; }
        sent += part.length;
      }
      say("");
    } catch (error) {
      say(`没有放进去：连不上本程序。${sent ? `前 ${sent} 个文件已经放入。` : ""}请看看程序是否还在运行，再试一次。`, true);
    }
  }

  async function sendPart(part, job) {
    const body = new FormData();
    body.append("csrf", csrf());
    body.append("job", job);
    const batch = $('#upload [name="batch"]');
    if (batch) body.append("batch", batch.value);
    part.forEach(({ file, path }) => { body.append("files", file); body.append("paths", path); });
    const answer = await fetch("/uploads", { method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": csrf() }, credentials: "same-origin" });
    const text = await answer.text();
    if (!answer.ok) { refuse(text); return null; }
    put(text);
    return $("#progress").dataset.job;
  }

  function put(text) {
    const slot = $("#progress-slot");
    slot.innerHTML = text;
    htmx.process(slot);
  }

  function refuse(text) { say(new DOMParser().parseFromString(text, "text/html").body.textContent.trim() || "没有放进去，请再试一次。", true); }

  function say(words, isProblem) {
    const toast = $("#toast");
    toast.textContent = words;
    toast.classList.toggle("is-problem", Boolean(isProblem));
  }

  const plain = (list) => Array.from(list).map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  ["#files", "#folder"].forEach((selector) => {
    const input = $(selector);
    if (input) input.addEventListener("change", () => { send(plain(input.files)); input.value = ""; });
  });

  const read = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

  async function walk(entry, found) {
    if (entry.isFile) { found.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//, "") }); return; }
    const reader = entry.createReader();
    for (let some = await read(reader); some.length; some = await read(reader)) for (const inner of some) await walk(inner, found);
  }

  async function dropped(transfer) {
    const entries = Array.from(transfer.items || []).map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    if (!entries.length) return plain(transfer.files);
    const found = [];
    for (const entry of entries) await walk(entry, found);
    return found;
  }

  const carriesFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
  let depth = 0;
  const dragging = (on) => document.body.classList.toggle("is-dragging", on);
  document.addEventListener("dragenter", (event) => { if (carriesFiles(event)) { depth += 1; dragging(true); } });
  document.addEventListener("dragleave", (event) => { if (carriesFiles(event)) { depth = Math.max(0, depth - 1); dragging(depth > 0); } });
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    dragging(false);
    if ($("#drop")) send(await dropped(event.dataTransfer));
  });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData && event.clipboardData.files;
    if (files && files.length && $("#drop")) { event.preventDefault(); send(plain(files)); }
  });

  // ---- while a check goes on the queue shows what has come, when it is done all of it ----
  const EVERY = 4000;
  let seen = 0, shown = Date.now();
  document.addEventListener("htmx:sseMessage", (event) => {
    const bar = $("#whole-upload"), done = bar ? Number(bar.dataset.done) : 0;
    if (event.detail.type === "done") { seen = 0; refresh(); return; }
    if (done > seen && Date.now() - shown > EVERY && !isBusy()) { seen = done; shown = Date.now(); refresh(); }
  });

  function isBusy() { return picked().length > 0 || Boolean(document.activeElement && document.activeElement.closest("#queue input, #queue select, .paste")); }

  function refresh() {
    if ($("#queue")) htmx.ajax("GET", location.href, { target: "#queue", swap: "outerHTML" });
    else location.reload();
  }

  // ---- forms picked ----
  function picked() { return $$('#bulk [name="form"]:checked'); }

  function count() {
    const boxes = $$('#bulk [name="form"]'), some = picked(), all = $("#pick-all");
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
    if (!all) return;
    all.checked = some.length > 0 && some.length === boxes.length;
    all.indeterminate = some.length > 0 && some.length < boxes.length;
    const whole = $("#whole"), total = Number(whole.dataset.total);
    if (some.length < boxes.length) whole.value = "";
    $("#pick-whole").classList.toggle("is-on", some.length > 0 && some.length === boxes.length && total > boxes.length && !whole.value);
    $("#bulk-count").textContent = String(whole.value ? total : some.length);
    $("#bulk-bar").classList.toggle("is-on", some.length > 0);
    $(".queue").classList.toggle("is-picking", some.length > 0);
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "pick-all") $$('#bulk [name="form"]').forEach((box) => { box.checked = event.target.checked; });
    if (event.target.closest("#bulk")) count();
    if (event.target.id === "sort") event.target.form.submit();
    if (event.target.id === "export-kind") $("[data-export]").formAction = `/exports/${event.target.value}`;
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-whole]")) { $("#whole").value = $("#whole").dataset.words; count(); }
    else if (at("[data-clear]")) { $$('#bulk [name="form"]').forEach((box) => { box.checked = false; }); count(); }
    else if (at("[data-plan]")) { event.preventDefault(); plan(); }
    else if (at("[data-close]") && at("dialog")) { event.preventDefault(); at("dialog").close(); }
  });

  async function plan() {
    const answer = await fetch("/bulk/preview", { method: "POST", body: new URLSearchParams(new FormData($("#bulk"))), headers: { "HX-Request": "true", "X-CSRF-Token": csrf() }, credentials: "same-origin" });
    const text = await answer.text();
    if (!answer.ok) { refuse(text); return; }
    const dialog = $("#bulk-dialog");
    dialog.innerHTML = text;
    dialog.showModal();
  }

  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("DOMContentLoaded", count);
})();
