// The table shows what the card speaks of: outlined and tinted cells, rails, what is out of view. Floor: Chromium 86, ES2020.
(() => {
  "use strict";
  const $ = (selector, from) => (from || document).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const pane = () => $("#pane");

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
    makeRoom();
    drawRail();
    outOfView();
  }

  function marks() {
    if (!$(".navigator")) return; // the tab shows no cards: the marks stay as they are
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

  // At any width and zoom a mark stands beside the figures of its cell, never on them.
  function makeRoom() {
    const cells = $$(".form-table td").filter((cell) => $(".marks", cell));
    cells.forEach((cell) => { cell.style.paddingTop = ""; });
    const crowded = cells.filter((cell) => {
      const marks = $$(".mark", cell).map((mark) => mark.getBoundingClientRect());
      const range = document.createRange();
      range.selectNodeContents($(".v", cell));
      return Array.from(range.getClientRects()).some((text) => marks.some((mark) => text.left < mark.right && mark.left < text.right && text.top < mark.bottom && mark.top < text.bottom));
    }).map((cell) => [cell, $(".marks", cell).offsetHeight]);
    crowded.forEach(([cell, height]) => { cell.style.paddingTop = `${height + 2}px`; });
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

  // Where the page itself scrolls, the card is what a key asks for; its chip too is brought into view.
  function cardIntoView() {
    const title = $("#card-title"), chip = $(".navigator .is-current");
    const opened = $(".score-opened");
    if (chip) chip.scrollIntoView({ block: "nearest" });
    if (opened) opened.scrollIntoView({ block: "nearest" });
    if (title) title.scrollIntoView({ block: "nearest" });
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

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-slot]");
    const cell = link && document.getElementById(link.dataset.slot);
    if (!cell || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    into(cell);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "pane") return;
    light();
    scrollToFocus();
    cardIntoView();
  });
  window.addEventListener("resize", light);
  document.addEventListener("DOMContentLoaded", () => {
    light();
    if ($(".score-opened")) cardIntoView();
    $("#table-side").addEventListener("scroll", outOfView, { passive: true });
    scrollToFocus();
    if (document.fonts) document.fonts.ready.then(light);
  });
})();
