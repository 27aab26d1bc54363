// What is typed on a card is kept while it is typed: here at once, on the server within a second. Floor: Chromium 86, ES2020.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const DELAY = 500;
  const PREFIX = "fuhe-typed ";
  let timer, flight = Promise.resolve();

  const who = () => ($("#pane") || { dataset: {} }).dataset.who || "";
  const side = () => ($("#pane") || { dataset: {} }).dataset.side || "review";
  const key = (address, from) => `${PREFIX}${who()} ${from} ${address}`;

  // A box, or a form of several boxes, which are kept together.
  const read = (box) => (box.tagName === "FORM" ? JSON.stringify(Object.fromEntries(Array.from(new FormData(box)).filter(([name]) => box.elements[name].type !== "hidden"))) : box.value);
  function write(box, text) {
    if (box.tagName !== "FORM") { box.value = text; return; }
    Object.entries(JSON.parse(text)).forEach(([name, value]) => { if (box.elements[name]) box.elements[name].value = value; });
  }

  function store(work) { try { return work(window.localStorage); } catch (error) { return null; } }

  // Kept in this browser only until the server has it; under the person's name, for computers that several use.
  function hold(address, from, text) { store((kept) => kept.setItem(key(address, from), text)); }
  function release(address, from, text) { store((kept) => { if (kept.getItem(key(address, from)) === text) kept.removeItem(key(address, from)); }); }

  async function send(address, from, text) {
    const body = new URLSearchParams({ csrf: $('meta[name="csrf-token"]').content, side: from, text });
    const answer = await fetch(address, { method: "POST", body, keepalive: body.toString().length < 60000, credentials: "same-origin", redirect: "manual" });
    if (answer.status === 204 || answer.status === 404) release(address, from, text);
    else again();
    note(answer.status === 204 ? "草稿已自动存下" : `草稿暂存在这台电脑上，${AFTER[answer.status] || "连上后"}自动存下`);
  }

  // What has to happen first: signed out is 401, or 0 where the answer sends to the page for signing in; 403 is a page older than the session.
  const AFTER = { 0: "重新进入后", 401: "重新进入后", 403: "刷新本页后" };

  // A server or its store that is away for a minute is tried again until it has what was typed.
  let retry;
  function again() { clearTimeout(retry); retry = setTimeout(() => bringBack(false), 5000); }

  function note(words) {
    const place = $("#typed-note");
    if (!place || ($("#edit") && $("#edit").hidden)) return;
    place.hidden = false;
    let told = place.querySelector("span");
    if (!told) { told = document.createElement("span"); place.prepend(told); }
    told.textContent = words;
  }

  function flush() {
    clearTimeout(timer);
    const box = $("[data-autosave]");
    if (!box || box.dataset.dirty !== "1") return flight;
    box.dataset.dirty = "";
    const address = box.dataset.autosave, from = side(), text = read(box);
    flight = flight.then(() => send(address, from, text)).catch(() => { again(); note("连不上本程序，草稿暂存在这台电脑上，连上后自动存下"); });
    return flight;
  }

  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-autosave]");
    if (!box) return;
    box.dataset.dirty = "1";
    hold(box.dataset.autosave, side(), read(box));
    clearTimeout(timer);
    timer = setTimeout(flush, DELAY);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
  window.addEventListener("pagehide", flush);

  // The card is about to change: what is in its box goes first. Saving a card settles its text.
  window.fuheTyped = {
    flush,
    settled() {
      const box = $("[data-autosave]");
      clearTimeout(timer);
      if (box) { saving = { address: box.dataset.autosave, from: side(), text: box.value }; hold(saving.address, saving.from, saving.text); box.dataset.dirty = ""; }
      return flight;
    },
  };

  // Until the answer says that it is saved, what was typed stays here.
  let saving;
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!saving || event.detail.requestConfig.verb !== "post") return;
    const { address, from, text } = saving;
    saving = undefined;
    if (event.detail.successful) { store((kept) => kept.removeItem(key(address, from))); return; }
    const box = $("[data-autosave]");
    if (box && box.dataset.autosave === address) box.dataset.dirty = "1";
    hold(address, from, text);
    again();
  });

  // A card's box is in use once it is open, the one below the opinion as soon as something stands in it.
  const inUse = (box) => ($("#edit") ? !$("#edit").hidden : box.value !== "");

  // What could not be sent before is sent now, and shown where its card is open: on a page just opened it is newer than
  // what the server had of the same draft; later it is never put over what somebody is typing.
  function bringBack(isFirst) {
    const left = store((kept) => Object.keys(kept).filter((name) => name.startsWith(`${PREFIX}${who()} `))) || [];
    left.forEach((name) => {
      const [from, address] = name.slice(`${PREFIX}${who()} `.length).split(" ");
      const text = store((kept) => kept.getItem(name));
      const box = $("[data-autosave]");
      if (box && box.dataset.autosave === address && side() === from && read(box) !== text && (isFirst || !inUse(box))) {
        write(box, text);
        ["#edit", "#edit-bar"].forEach((part) => { if ($(part)) $(part).hidden = false; });
        ["#draft-text", "#verbs"].forEach((part) => { if ($(part)) $(part).hidden = true; });
        note("未保存的草稿已恢复");
      }
      flight = flight.then(() => send(address, from, text)).catch(again);
    });
  }
  document.addEventListener("DOMContentLoaded", () => bringBack(true));
})();
