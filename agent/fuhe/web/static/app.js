// Keys, verbs and the queue of steps on the page of a form. Floor: Chromium 86, ES2020. Without it every link and button still works.
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
  // Without an answer nobody knows whether the step was kept: the card is asked for again until it shows.
  document.addEventListener("htmx:sendError", () => {
    say("没有收到程序的答复，刚才这一步不一定存下了。连上后本页自动刷新，请看这一条的状态再接着办；一直这样，请让打开程序的人看看程序是否还开着。写的字留在这台电脑上，不会丢。");
    clearTimeout(asking);
    asking = setTimeout(() => { if (pane() && !isOpen("edit")) enqueue({ show: {} }); }, 3000);
  });
  let asking;

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
      if (window.fuheTyped) await (step.settles ? window.fuheTyped.settled() : window.fuheTyped.flush());
      try { await run(step); } catch (error) { waiting.length = 0; }
    }
    busy = false;
  }

  // On 打分 a step is taken on a row of the sheet, else on a card.
  const scoring = () => pane().dataset.tab === "scores";
  const place = () => (scoring() ? { tab: "scores", row: pane().dataset.row } : {});

  function run(step) {
    if (step.move !== undefined) {
      const at = scoring() ? "row" : "n";
      let to = wrapped(Number(pane().dataset[at]) + step.move);
      while (waiting.length && waiting[0].move !== undefined) to = wrapped(to + waiting.shift().move);
      return show({ ...place(), [at]: to });
    }
    if (step.show) return show(step.show).then(() => step.after && step.after());
    if (step.panel) return $("#verbs") && PANELS[step.panel]();
    if (step.redraft) return redraft();
    if (step.close) return close(step);
    if (step.remarks !== undefined) return remarks(step);
    return post(step);
  }

  function wrapped(n) {
    const count = Number(scoring() ? pane().dataset.rows : pane().dataset.count);
    return count ? ((n - 1 + count) % count) + 1 : 0;
  }

  function show(query) {
    const { form, side, n, queue } = pane().dataset;
    const asked = Object.assign({ n, side }, queue ? { queue } : {}, query);
    const address = `/forms/${form}?` + new URLSearchParams(asked);
    return htmx.ajax("GET", address, { target: "#pane", swap: "outerHTML" })
      .then(() => { history.replaceState(null, "", address); arrive(); });
  }

  // The next card has the keyboard, and a screen reader is told which it is.
  function arrive() {
    if (document.activeElement && document.activeElement.closest("textarea, input, dialog, .why")) return;
    const title = $("#card-title") || $("#pane-body");
    if (!title) return;
    if (!title.hasAttribute("tabindex")) title.setAttribute("tabindex", "-1");
    title.focus({ preventScroll: true });
    const { n, count, tab, row, rows } = pane().dataset, level = $(".card-head .level");
    $("#announce").textContent = scoring() && row ? `第 ${row} 行，共 ${rows} 行：${title.textContent}` : tab === "card" && level ? `第 ${n} 条，共 ${count} 条，${level.textContent}：${title.textContent}` : "";
  }

  // What is struck out or put back stays under the hand.
  function stay(fingerprint, scrolled) {
    $("#pane-body").scrollTop = scrolled;
    const button = $(`[data-strike="${fingerprint}"]`);
    if (button) button.focus({ preventScroll: true });
  }

  function redraft() {
    say("正在请本机模型起草，要等一会儿……");
    $("#toast").classList.remove("is-problem");
    return htmx.ajax("POST", `/forms/${pane().dataset.form}/drafts`, { target: "#pane", swap: "none" }).then(() => show({}));
  }

  function remarks(step) {
    const { form, queue } = pane().dataset, top = $("#pane-body").scrollTop, box = $("#remark-text");
    return htmx.ajax("POST", `/forms/${form}/remarks${step.remarks}`, { target: "#pane", swap: "outerHTML", values: Object.assign({ queue }, step.values) })
      .then(() => {
        if ($("#remark-text") === box) return; // refused: the box is as it was
        $("#remark-text").blur();
        arrive();
        $("#pane-body").scrollTop = top;
      });
  }

  const ROW_VERBS = { list: "confirm", rewrite: "change", doubt: "leave" };

  function post(step) {
    const { form, side, fingerprint, queue, key, stood } = pane().dataset;
    if (scoring() && step.verb) {
      step.address = `/forms/${form}/scores/${key}/${ROW_VERBS[step.verb] || step.verb}`;
      step.values = Object.assign({ stood }, step.values);
    }
    const address = step.address || `/forms/${form}/${side === "review" ? "points" : "findings"}/${fingerprint}/${step.verb}`;
    if (step.quiet) return htmx.ajax("POST", address, { target: "#pane", swap: "none", values: step.values });
    const scrolled = $("#pane-body").scrollTop;
    return htmx.ajax("POST", address, { target: "#pane", swap: "outerHTML", values: Object.assign({ side, queue }, step.values) })
      .then(() => history.replaceState(null, "", `/forms/${form}?` + new URLSearchParams(Object.assign({ n: pane().dataset.n, side }, queue ? { queue } : {}, place()))))
      .then(() => (step.strike ? stay(step.strike, scrolled) : arrive()));
  }

  // ---- done with the form: the answer leads to the next one, or to a question that the same key answers ----
  function closing(stage) {
    const button = $(`#closing [data-stage="${stage}"]`);
    if (button) enqueue({ close: stage, sure: button.matches("[data-sure]") ? "yes" : "" });
  }

  function close(step) {
    const { form, queue } = pane().dataset;
    return htmx.ajax("POST", `/forms/${form}/stage`, { target: "#pane", swap: "none", values: { stage: step.close, sure: step.sure, queue } });
  }

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

  // Pressed while a step is under way they open on the card it leads to, not on the one about to go.
  const PANELS = { rewrite: () => openEdit(true), dismiss: () => openWhy(!isOpen("why")) };

  function verb(name) {
    if (name === "undo" && scoring()) return enqueue({ address: `/forms/${pane().dataset.form}/scores/-/undo` });
    if (name === "undo") { const { fingerprint } = pane().dataset; return enqueue({ address: `/forms/${pane().dataset.form}/findings/${fingerprint || "-"}/undo` }); }
    if (pane().dataset.may !== "1" || !["card", "scores"].includes(pane().dataset.tab) || !$("#verbs")) return undefined;
    if (name === "dismiss" && scoring()) return undefined;
    if (PANELS[name]) return busy ? enqueue({ panel: name }) : PANELS[name]();
    if (name === "list" && $("#verb-list").disabled) return undefined;
    return enqueue({ verb: name });
  }

  function save() { enqueue({ verb: "rewrite", settles: true, values: scoring() ? fields($("#edit")) : { text: $("#edit-text").value } }); }

  function fields(form) { const { score, reason, actual } = Object.fromEntries(new FormData(form)); return { score, reason, actual }; }

  function tick(button) { if (button) enqueue({ verb: "tick", values: { tick: button.value } }); }

  function discard() {
    const { side } = pane().dataset;
    enqueue({ address: $("[data-autosave]").dataset.autosave, settles: true, quiet: true, values: { side, text: "" } });
    enqueue({ show: place() });
  }

  function tab(name) { enqueue({ show: name === "card" ? {} : { tab: name } }); }

  // ---- a point of one's own: its box stands below the opinion; letters typed before it is there are no keys ----
  let coming = false;

  function openRemark() {
    if (pane().dataset.side !== "review" || pane().dataset.may !== "1") return;
    const there = () => { coming = false; const box = $("#remark-text"); if (box) { box.focus(); $("#remark-form").scrollIntoView({ block: "nearest" }); } };
    if ($("#remark-text")) { there(); return; }
    coming = true;
    enqueue({ show: { tab: "opinion" }, after: there });
    setTimeout(() => { coming = false; }, 3000);
  }

  function addRemark() { enqueue({ remarks: "", settles: true, values: { text: $("#remark-text").value } }); }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    let hit;
    if ((hit = at("[data-help]"))) { event.preventDefault(); help(); }
    else if (!plain || !pane()) return;
    else if ((hit = at("[data-row]")) && hit !== pane()) { event.preventDefault(); enqueue({ show: { tab: "scores", row: hit.dataset.row } }); }
    else if ((hit = at("[data-tick]"))) { event.preventDefault(); tick(hit); }
    else if ((hit = at("[data-n]")) && hit !== pane()) { event.preventDefault(); enqueue({ show: { n: hit.dataset.n } }); }
    else if ((hit = at("[data-fact]"))) { event.preventDefault(); enqueue({ show: { fact: hit.dataset.fact } }); }
    else if ((hit = at("a[data-tab]"))) { event.preventDefault(); tab(hit.dataset.tab); }
    else if ((hit = at("[data-verb]"))) { event.preventDefault(); verb(hit.dataset.verb); }
    else if ((hit = at("[data-strike]"))) { event.preventDefault(); enqueue({ strike: hit.dataset.strike, address: `/forms/${pane().dataset.form}/findings/${hit.dataset.strike}/strike` }); }
    else if ((hit = at("[data-drop]"))) { event.preventDefault(); enqueue({ remarks: `/${hit.dataset.drop}/drop` }); }
    else if (at("[data-remark]")) { event.preventDefault(); addRemark(); }
    else if ((hit = at("[data-reason]"))) { event.preventDefault(); dismiss(hit); }
    else if ((hit = at("[data-stage]"))) { event.preventDefault(); closing(hit.dataset.stage); }
    else if (at("[data-unask]")) { event.preventDefault(); enqueue({ show: {} }); }
    else if (at("[data-doubts]")) { event.preventDefault(); enqueue({ address: `/forms/${pane().dataset.form}/doubts` }); }
    else if (at("[data-redraft]")) { event.preventDefault(); enqueue({ redraft: true }); }
    else if (at("[data-discard]")) { event.preventDefault(); discard(); }
    else if (at("[data-save]")) save();
    else if (at("[data-cancel]")) openEdit(false);
    else if (isOpen("why") && !at("#why")) $("#why").hidden = true;
  });

  function dismiss(button) { enqueue({ verb: "dismiss", values: { reason: button.value } }); }

  // ---- keys: by place on the keyboard, so that an input method does not matter; never while somebody types ----
  const MOVES = ["KeyJ", "KeyK", "BracketLeft", "BracketRight"];
  const KEYS = {
    KeyJ: () => enqueue({ move: 1 }), KeyK: () => enqueue({ move: -1 }),
    KeyA: () => verb("list"), KeyE: () => verb("rewrite"), KeyD: () => verb("dismiss"), KeyS: () => verb("doubt"), KeyM: () => $("#adopt") && $("#adopt").requestSubmit(), KeyU: () => verb("undo"),
    KeyB: () => { const basis = $(".basis"); if (basis) basis.open = !basis.open; },
    KeyO: () => tab(pane().dataset.tab !== "card" && !scoring() ? "card" : pane().dataset.side === "fill" ? "changes" : "opinion"),
    KeyR: () => $('[data-tab="scores"]') && tab(scoring() ? "card" : "scores"), KeyX: () => scoring() && follow("#export-sheet"),
    KeyT: () => closing("returned"), KeyF: () => closing("closed"), KeyG: () => closing("passed"),
    KeyN: openRemark,
    BracketLeft: () => neighbour("#form-before"), BracketRight: () => neighbour("#form-after"),
  };

  function follow(selector) { const link = $(selector); if (link) link.click(); }

  // Who scores one form goes on scoring at the next.
  function neighbour(selector) { const link = $(selector); if (link && scoring()) link.href += "&tab=scores"; follow(selector); }

  function help() {
    const dialog = $("#help");
    if (!dialog) return;
    if (dialog.open) dialog.close(); else dialog.showModal();
  }

  function isTyping(target) { return target.closest && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"); }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const typing = isTyping(event.target), enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (enter && isOpen("edit") && (typing && event.ctrlKey || event.target.matches("#edit input"))) { event.preventDefault(); save(); return; }
    if (enter && event.ctrlKey && event.target.id === "remark-text") { event.preventDefault(); addRemark(); return; }
    if (event.key === "Escape") { if (event.target.id === "remark-text") event.target.blur(); if (isOpen("edit")) openEdit(false); else if (isOpen("why")) openWhy(false); else if ($("[data-unask]")) enqueue({ show: {} }); closeMenus(); return; }
    const keys = meta("shortcut-keys") || "on";
    if (coming || typing || keys === "off" || event.ctrlKey || event.metaKey || event.repeat && !["KeyJ", "KeyK"].includes(event.code)) return;
    if (event.altKey !== (keys === "alt")) return;
    if (event.code === "Slash" && event.shiftKey) { event.preventDefault(); help(); return; }
    if (!pane() || $("#help[open]") || event.shiftKey) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (digit && isOpen("why")) { const reason = $(`[data-reason="${digit[1]}"]`); if (reason) { event.preventDefault(); dismiss(reason); } return; }
    if (digit && scoring() && !isOpen("edit")) { event.preventDefault(); tick($(`[data-tick="${digit[1]}"]:not([disabled])`)); return; }
    const does = KEYS[event.code];
    if (does && (!isOpen("edit") || MOVES.includes(event.code))) { event.preventDefault(); does(); }
  });

  // ---- who is at work on the form: a sign of life each minute, and one of leaving ----
  function claim(what) {
    if (!pane() || pane().dataset.side !== "review" || pane().dataset.may !== "1") return;
    const body = new URLSearchParams({ csrf: meta("csrf-token") });
    fetch(`/forms/${pane().dataset.form}/claim${what}`, { method: "POST", body, keepalive: true, credentials: "same-origin" }).catch(() => {});
  }
  window.addEventListener("pagehide", () => claim("/leave"));
  window.addEventListener("pageshow", (event) => { if (event.persisted) claim(""); });
  setTimeout(() => claim(""), 2000);
  setInterval(() => claim(""), 60000);

  function closeMenus() { $$("details.menu[open]").forEach((menu) => { menu.open = false; }); }
  document.addEventListener("click", (event) => { $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }); });

  let hiding;
  document.addEventListener("htmx:afterSettle", () => {
    const toast = $("#toast");
    clearTimeout(hiding);
    if (toast && toast.textContent) hiding = setTimeout(() => { toast.textContent = ""; toast.classList.remove("is-problem"); }, 12000);
  });
})();
