// Keys, evidence on the table, and the queue of steps. Floor: Chromium 86, ES2020. Without it every link and button still works.
(() => {
  "use strict";
  const $ = (selector, from) => (from || document).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const meta = (name) => ($(`meta[name="${name}"]`) || {}).content || "";
  const pane = () => $("#pane");

  // Nothing is animated: attributes need no settling, and a settled style attribute would be refused by the policy.
  htmx.config.attributesToSettle = [];
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = meta("csrf-token");
  });
  // A refusal (409, 422 …) carries a toast: let htmx put it in.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("content-type").includes("html")) {
      event.detail.shouldSwap = true;
      event.detail.target = $("#toast");
    }
  });
  document.addEventListener("htmx:sendError", () => say("连不上本程序，刚才这一步没有保存。请看看程序是否还在运行，再试一次。"));

  function say(words) {
    const toast = $("#toast");
    toast.textContent = words;
    toast.classList.add("is-shown", "is-problem");
  }

  // ---- steps: one request at a time, nothing pressed in between is lost; moves in a row become one ----
  const waiting = [];
  let busy = false;

  function enqueue(step) {
    waiting.push(step);
    if (!busy) work();
  }

  async function work() {
    busy = true;
    while (waiting.length) {
      const step = waiting.shift();
      try { await run(step); } catch (error) { waiting.length = 0; }
    }
    busy = false;
  }

  function run(step) {
    if (step.move !== undefined) {
      let to = wrapped(Number(pane().dataset.n) + step.move);
      while (waiting.length && waiting[0].move !== undefined) to = wrapped(to + waiting.shift().move);
      return show({ n: to });
    }
    if (step.show) return show(step.show);
    if (step.redraft) return redraft();
    return post(step);
  }

  function wrapped(n) {
    const count = Number(pane().dataset.count);
    return count ? ((n - 1 + count) % count) + 1 : 0;
  }

  function show(query) {
    const { form, side, n } = pane().dataset;
    const asked = Object.assign({ n, side }, query);
    const address = `/forms/${form}?` + new URLSearchParams(asked);
    return htmx.ajax("GET", address, { target: "#pane", swap: "outerHTML" })
      .then(() => { history.replaceState(null, "", address); scrollToFocus(); });
  }

  function redraft() {
    say("正在请本机模型起草，要等一会儿……");
    $("#toast").classList.remove("is-problem");
    return htmx.ajax("POST", `/forms/${pane().dataset.form}/drafts`, { target: "#pane", swap: "none" }).then(() => show({}));
  }

  function post(step) {
    const { form, side, fingerprint } = pane().dataset;
    const address = step.address || `/forms/${form}/findings/${fingerprint}/${step.verb}`;
    return htmx.ajax("POST", address, { target: "#pane", swap: "outerHTML", values: Object.assign({ side }, step.values) })
      .then(() => { history.replaceState(null, "", `/forms/${form}?n=${pane().dataset.n}&side=${side}`); scrollToFocus(); });
  }

  // ---- the table shows what the card speaks of ----
  let lit = [];

  function words(name) { return (pane().dataset[name] || "").split(" ").filter(Boolean).map((id) => document.getElementById(id)).filter(Boolean); }

  function light() {
    if (!pane() || !$("#paper")) return;
    $$(".form-table .is-focus, .form-table .is-evidence").forEach((cell) => cell.classList.remove("is-focus", "is-evidence", "is-error", "is-warning", "is-info"));
    $$(".re-added, .rail, .rail-tag").forEach((old) => old.remove());
    words("focus").forEach((cell) => cell.classList.add("is-focus", `is-${pane().dataset.severity}`));
    words("evidence").forEach((cell) => cell.classList.add("is-evidence"));
    marks();
    reAdded();
    drawRail();
    outOfView();
  }

  function marks() {
    const states = {};
    $$(".navigator [data-n]").forEach((chip) => { states[chip.dataset.n] = chip.dataset.state; });
    $$(".mark").forEach((mark) => {
      mark.classList.remove("is-open", "is-listed", "is-rewritten", "is-dismissed", "is-doubtful");
      mark.classList.add(`is-${states[mark.dataset.n] || "open"}`);
      const here = pane().dataset.tab !== "card" || mark.dataset.n === pane().dataset.n;
      mark.classList.toggle("is-current", here);
    });
  }

  function reAdded() {
    const cell = document.getElementById(pane().dataset.stated || "");
    if (!cell || !pane().dataset.tag) return;
    const tag = document.createElement("span");
    tag.className = "re-added";
    tag.textContent = pane().dataset.tag;
    cell.append(tag);
  }

  function boxOf(cell) {
    const paper = $("#paper").getBoundingClientRect();
    const box = cell.getBoundingClientRect();
    const left = box.left - paper.left - 1 + $("#paper").scrollLeft, top = box.top - paper.top - 1;
    return { left, top, right: left + box.width, bottom: top + box.height, x: left + box.width / 2, y: top + box.height / 2 };
  }

  function drawn(name, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  }

  function drawRail() {
    const cells = words("railed"), kind = pane().dataset.rail;
    if (!kind || cells.length < 2) return;
    const svg = drawn("svg", { class: "rail", width: $("#paper").scrollWidth, height: $("#paper").scrollHeight, "aria-hidden": "true" });
    const boxes = cells.map(boxOf);
    if (kind === "sum") sumRail(svg, boxes);
    else if (kind === "same") sameRail(svg, boxes);
    else pairRail(svg, boxes);
    $("#paper").append(svg);
  }

  function dot(svg, x, y, full) { svg.append(drawn("circle", { cx: x, cy: y, r: full ? 5 : 4, class: full ? "is-full" : "" })); }

  function line(svg, x1, y1, x2, y2) { svg.append(drawn("line", { x1, y1, x2, y2 })); }

  // A rail runs down the right edge of each column that holds addends; the stated figure's dot is full.
  function sumRail(svg, boxes) {
    const columns = [];
    boxes.forEach((box, index) => {
      const column = columns.find((known) => Math.abs(known.x - box.right) < 4) || columns[columns.push({ x: box.right, dots: [] }) - 1];
      column.dots.push({ y: box.y, full: index === boxes.length - 1 });
    });
    columns.forEach(({ x, dots }) => {
      const ys = dots.map((entry) => entry.y);
      if (dots.length > 1) line(svg, x, Math.min(...ys), x, Math.max(...ys));
      dots.forEach((entry) => dot(svg, x, entry.y, entry.full));
    });
  }

  function sameRail(svg, boxes) {
    const x = Math.min(...boxes.map((box) => box.left)), ys = boxes.map((box) => box.y);
    line(svg, x, Math.min(...ys), x, Math.max(...ys));
    ys.forEach((y) => dot(svg, x, y, true));
    if (!pane().dataset.tag) return;
    const [above] = boxes.slice().sort((one, other) => one.y - other.y);
    const under = words("railed").find((cell) => Math.abs(boxOf(cell).top - above.bottom) < 4);
    const marks = under ? $(".marks", under) : null;
    const tag = document.createElement("span");
    tag.className = "rail-tag";
    tag.textContent = pane().dataset.tag;
    tag.style.left = `${above.right - 40 - (marks ? marks.offsetWidth : 0)}px`;
    tag.style.top = `${above.bottom}px`;
    $("#paper").append(tag);
  }

  function pairRail(svg, boxes) {
    const [left, right] = boxes.slice().sort((one, other) => one.left - other.left);
    line(svg, left.right, left.y, right.left, right.y);
    dot(svg, (left.right + right.left) / 2, left.y, true);
  }

  function evidence() { return [...new Set([...words("focus"), ...words("evidence"), ...words("railed")])]; }

  function outOfView() {
    const view = $("#table-side").getBoundingClientRect();
    const hidden = { above: [], below: [] };
    evidence().forEach((cell) => {
      const box = cell.getBoundingClientRect();
      if (box.bottom < view.top + 12) hidden.above.push(cell);
      else if (box.top > view.bottom - 12) hidden.below.push(cell);
    });
    tell($("#more-above"), hidden.above, "↑ 上方");
    tell($("#more-below"), hidden.below, "↓ 下方");
  }

  function tell(link, cells, where) {
    if (!link) return;
    link.hidden = !cells.length;
    link.textContent = `${where}还有 ${cells.length} 格`;
    link.onclick = () => into(cells[0]);
  }

  function into(cell) {
    const side = $("#table-side");
    const box = cell.getBoundingClientRect(), view = side.getBoundingClientRect();
    side.scrollTop += box.top - view.top - Math.max(20, (view.height - box.height) / 2);
  }

  // Bring what the finding rests on into view; where it does not fit, at least the cell it is at.
  function scrollToFocus() {
    const side = $("#table-side"), cells = evidence(), focus = words("focus");
    if (!side || !focus.length) return;
    const view = side.getBoundingClientRect();
    const span = (list) => ({ top: Math.min(...list.map((cell) => cell.getBoundingClientRect().top)), bottom: Math.max(...list.map((cell) => cell.getBoundingClientRect().bottom)) });
    const all = span(cells), fits = all.bottom - all.top < view.height - 40;
    const { top, bottom } = fits ? all : span(focus);
    if (top < view.top + 12) side.scrollTop += top - view.top - 20;
    else if (bottom > view.bottom - 12) side.scrollTop += bottom - view.bottom + 20;
    outOfView();
  }

  function unlight() { lit.forEach((cell) => cell.classList.remove("is-lit")); lit = []; }

  function point(event) {
    const link = event.target.closest && event.target.closest("[data-slot]");
    unlight();
    const cell = link && document.getElementById(link.dataset.slot);
    if (cell) { cell.classList.add("is-lit"); lit.push(cell); }
  }
  document.addEventListener("mouseover", point);
  document.addEventListener("focusin", point);

  // ---- panels of the bar ----
  function isOpen(id) { const panel = document.getElementById(id); return panel && !panel.hidden; }

  function openWhy(open) {
    const panel = $("#why");
    if (!panel) return;
    panel.hidden = !open;
    $("#verb-dismiss").setAttribute("aria-expanded", String(open));
    (open ? $("[data-reason]", panel) : $("#verb-dismiss")).focus();
  }

  function openEdit(open) {
    if (!$("#edit")) return;
    $("#edit").hidden = $("#edit-bar").hidden = !open;
    $("#draft-text").hidden = $("#verbs").hidden = open;
    if (open) { openWhyQuietly(); const text = $("#edit-text"); text.focus(); text.setSelectionRange(text.value.length, text.value.length); $("#draft").scrollIntoView({ block: "nearest" }); }
    else $("#verb-rewrite").focus();
  }

  function openWhyQuietly() { if (isOpen("why")) $("#why").hidden = true; }

  function verb(name) {
    if (name === "undo") { const { fingerprint } = pane().dataset; return enqueue({ address: `/forms/${pane().dataset.form}/findings/${fingerprint || "-"}/undo` }); }
    if (pane().dataset.may !== "1" || pane().dataset.tab !== "card" || !$("#verbs")) return undefined;
    if (name === "rewrite") return openEdit(true);
    if (name === "dismiss") return openWhy(!isOpen("why"));
    if (name === "list" && $("#verb-list").disabled) return undefined;
    return enqueue({ verb: name });
  }

  function save() { enqueue({ verb: "rewrite", values: { text: $("#edit-text").value } }); }

  function tab(name) { enqueue({ show: name === "card" ? {} : { tab: name } }); }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    let hit;
    if ((hit = at("[data-help]"))) { event.preventDefault(); help(); }
    else if (!plain || !pane()) return;
    else if ((hit = at("[data-n]")) && hit !== pane()) { event.preventDefault(); enqueue({ show: { n: hit.dataset.n } }); }
    else if ((hit = at("a[data-tab]"))) { event.preventDefault(); tab(hit.dataset.tab); }
    else if ((hit = at("[data-slot]"))) { event.preventDefault(); const cell = document.getElementById(hit.dataset.slot); if (cell) into(cell); }
    else if ((hit = at("[data-verb]"))) { event.preventDefault(); verb(hit.dataset.verb); }
    else if ((hit = at("[data-reason]"))) { event.preventDefault(); dismiss(hit); }
    else if (at("[data-doubts]")) { event.preventDefault(); enqueue({ address: `/forms/${pane().dataset.form}/doubts` }); }
    else if (at("[data-redraft]")) { event.preventDefault(); enqueue({ redraft: true }); }
    else if (at("[data-save]")) save();
    else if (at("[data-cancel]")) openEdit(false);
    else if (isOpen("why") && !at("#why")) $("#why").hidden = true;
  });

  function dismiss(button) { enqueue({ verb: "dismiss", values: { reason: button.value } }); }

  // ---- keys: by place on the keyboard, so that an input method does not matter; never while somebody types ----
  const KEYS = {
    KeyJ: () => enqueue({ move: 1 }), KeyK: () => enqueue({ move: -1 }),
    KeyA: () => verb("list"), KeyE: () => verb("rewrite"), KeyD: () => verb("dismiss"), KeyS: () => verb("doubt"), KeyU: () => verb("undo"),
    KeyB: () => { const basis = $(".basis"); if (basis) basis.open = !basis.open; },
    KeyO: () => tab(pane().dataset.tab !== "card" ? "card" : pane().dataset.side === "fill" ? "changes" : "opinion"),
    BracketLeft: () => follow("#form-before"), BracketRight: () => follow("#form-after"),
  };

  function follow(selector) { const link = $(selector); if (link) link.click(); }

  function help() {
    const dialog = $("#help");
    if (!dialog) return;
    if (dialog.open) dialog.close(); else dialog.showModal();
  }

  function isTyping(target) { return target.closest && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"); }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const typing = isTyping(event.target);
    if (typing && event.ctrlKey && (event.code === "Enter" || event.code === "NumpadEnter") && isOpen("edit")) { event.preventDefault(); save(); return; }
    if (event.key === "Escape") { if (isOpen("edit")) openEdit(false); else if (isOpen("why")) openWhy(false); closeMenus(); return; }
    const keys = meta("shortcut-keys") || "on";
    if (typing || keys === "off" || event.ctrlKey || event.metaKey || event.repeat && !["KeyJ", "KeyK"].includes(event.code)) return;
    if (event.altKey !== (keys === "alt")) return;
    if (event.code === "Slash" && event.shiftKey) { event.preventDefault(); help(); return; }
    if (!pane() || $("#help[open]") || event.shiftKey) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (digit && isOpen("why")) { const reason = $(`[data-reason="${digit[1]}"]`); if (reason) { event.preventDefault(); dismiss(reason); } return; }
    const does = KEYS[event.code];
    if (does && !isOpen("edit")) { event.preventDefault(); does(); }
  });

  function closeMenus() { $$("details.menu[open]").forEach((menu) => { menu.open = false; }); }
  document.addEventListener("click", (event) => { $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }); });

  let hiding;
  document.addEventListener("htmx:afterSettle", () => {
    light();
    const toast = $("#toast");
    clearTimeout(hiding);
    if (toast && toast.textContent) hiding = setTimeout(() => { toast.textContent = ""; toast.classList.remove("is-problem"); }, 12000);
  });
  window.addEventListener("resize", light);
  document.addEventListener("DOMContentLoaded", () => {
    light();
    if ($("#table-side")) { $("#table-side").addEventListener("scroll", outOfView, { passive: true }); scrollToFocus(); }
    if (document.fonts) document.fonts.ready.then(light);
  });
})();
