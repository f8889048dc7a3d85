"use strict";
// Keeps the page as it is now: hears that something is new, fetches the page again, puts it in place.
// Whoever is writing is not disturbed; a page that hears nothing says so.
const SILENT_AFTER = 40000, REFRESH_AFTER = 60000, HIDDEN_AFTER = 25000, PATIENCE = 20000, PRESS = 1500;
const lost = document.getElementById("lost");
let heard = Date.now(), fetched = Date.now(), busy = false, again = false, late = false, pressed = 0, stream = null;

function isWriting() {
  const at = document.activeElement;
  return at && at.matches("input:not([type=hidden]), select, textarea") && document.getElementById("main").contains(at);
}

// What was typed and not sent yet outlives what is put in its place.
function typed() {
  return [...document.querySelectorAll("#main input[id]:not([type=hidden])")].filter(each => each.value !== each.defaultValue);
}

function headline(page) {
  const found = page.querySelector(".banner h1");
  return found ? found.textContent : "";
}

function put(fresh) {
  // A reader of screens hears the sentence when it changes, and not with every refresh.
  if (headline(fresh) !== headline(document)) document.getElementById("news").textContent = headline(fresh);
  document.title = fresh.title;
  document.body.className = fresh.body.className;
  // A button that is replaced between finger down and finger up is never pressed.
  late = isWriting() || Date.now() - pressed < PRESS;
  if (late) {
    const old = document.querySelector(".banner"), next = fresh.querySelector(".banner");
    if (old && next) old.replaceWith(next);
    return;
  }
  const open = [...document.querySelectorAll("details[open][id]")].map(each => each.id);
  const focused = document.activeElement && document.activeElement.id;
  const words = typed(), main = document.getElementById("main"), next = fresh.getElementById("main");
  while (main.firstChild) main.removeChild(main.firstChild);
  while (next.firstChild) main.appendChild(next.firstChild);
  for (const old of words) { const each = document.getElementById(old.id); if (each) each.value = old.value; }
  for (const id of open) { const each = document.getElementById(id); if (each) each.open = true; }
  if (focused) { const each = document.getElementById(focused); if (each) each.focus({ preventScroll: true }); }
}

async function look() {
  if (busy) { again = true; return; }
  busy = true;
  // A gateway without power refuses nothing: it is silent.
  const patience = window.AbortController ? new AbortController() : null;
  const end = setTimeout(() => { if (patience) patience.abort(); }, PATIENCE);
  try {
    const answer = await fetch(location.pathname + location.search.replace(/[?&]said=\w+/, ""),
                               { cache: "no-store", signal: patience ? patience.signal : undefined });
    if (answer.redirected) { location.reload(); return; }
    if (!answer.ok) throw new Error(answer.status);
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    fetched = heard = Date.now();
    lost.hidden = true;
  } catch (error) {
    lost.hidden = Date.now() - fetched < SILENT_AFTER;
  }
  clearTimeout(end);
  busy = false;
  if (again) { again = false; look(); }
}

function listen() {
  stream = new EventSource("/live");
  stream.addEventListener("news", () => { heard = Date.now(); look(); });
  stream.addEventListener("beat", () => { heard = Date.now(); if (Date.now() - fetched > REFRESH_AFTER) look(); });
  stream.onopen = () => { heard = Date.now(); look(); };
  stream.onerror = () => { if (Date.now() - heard > 3000) lost.hidden = false; };
}

function tend() {
  if (document.hidden) {
    // A browser keeps six connections to one gateway, and more pages than that may be open.
    if (stream) { stream.close(); stream = null; }
    if (Date.now() - fetched > HIDDEN_AFTER) look();
    return;
  }
  if (Date.now() - heard > SILENT_AFTER || Date.now() - fetched > SILENT_AFTER + REFRESH_AFTER) lost.hidden = false;
  // A refusal, such as a proxy's while the gateway starts, ends a stream for good.
  if (!stream || stream.readyState === EventSource.CLOSED) listen();
  if (late || Date.now() - heard > SILENT_AFTER) look();
}

listen();
setInterval(tend, 5000);
document.addEventListener("visibilitychange", () => { if (document.hidden) tend(); else look(); });
document.addEventListener("pointerdown", () => { pressed = Date.now(); }, true);
document.addEventListener("pointercancel", () => { pressed = 0; }, true);
