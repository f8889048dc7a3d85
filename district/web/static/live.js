// Keeps what a page shows up to date, and says so when it cannot. Written for old browsers too.
"use strict";
const live = document.getElementById("live");
const sign = document.getElementById("live-sign");
const banner = { lost: document.getElementById("lost"), ended: document.getElementById("ended"), said: document.getElementById("said") };
const LOST = 45000;  // ms: three words of the stream
const GAP = 300;  // ms between two looks
const RETRY = 5000;  // ms between two tries to hear again
const RENEW = 25000, STALE = 75000;  // ms: a list that old is looked for once more, and is not to be believed
const PATIENCE = 20000;  // ms for one look
let heard = Date.now();  // when the stream last said anything
let shown = Date.now();  // when the list last came: a stream that speaks says nothing of that
let isDeaf = false;
let ahead = 0;  // ms that the server's clock is ahead of ours
let looking = false, again = false, hasEnded = false;
const renewed = [];  // what else is to be done when the page was renewed

function show(html) {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const focused = document.activeElement;
  const rows = [...live.querySelectorAll("li > a")], at = rows.indexOf(focused);
  children(live, fresh);
  if (focused && focused !== document.body && document.activeElement !== focused) {
    // What was moved has lost the focus; what is gone gives it to its neighbour.
    const next = focused.isConnected ? focused : at < 0 ? null : [...live.querySelectorAll("li > a")][at] || live.querySelector("li:last-child > a");
    if (next) next.focus({ preventScroll: true });
  }
  synchronize();
  renewed.forEach(each => each());
}

// Changes what differs and leaves the rest: a field that somebody writes in is never replaced.
function children(old, fresh) {
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const twin = find(at, child);
    if (!twin) { old.insertBefore(child, at); continue; }
    if (twin === at) at = at.nextSibling; else old.insertBefore(twin, at);
    if (twin.nodeType !== 1) { if (twin.nodeValue !== child.nodeValue) twin.nodeValue = child.nodeValue; continue; }
    attributes(twin, child);
    if (twin.nodeName !== "TEXTAREA") children(twin, child);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
}
function find(at, wanted) {
  for (; at; at = at.nextSibling) {
    if (at.nodeName === wanted.nodeName && (at.id || "") === (wanted.id || "") && named(at) === named(wanted)) return at;
  }
  return null;
}
const named = node => node.getAttribute ? node.getAttribute("name") || node.getAttribute("action") || "" : "";
const OWN = { DETAILS: ["open"], BUTTON: ["disabled"] };
function attributes(old, fresh) {
  const own = OWN[old.nodeName] || [];
  for (const each of [...old.attributes]) if (!fresh.hasAttribute(each.name) && !own.includes(each.name)) old.removeAttribute(each.name);
  for (const each of [...fresh.attributes]) if (old.getAttribute(each.name) !== each.value && !own.includes(each.name)) old.setAttribute(each.name, each.value);
}

async function look() {
  if (looking) { again = true; return; }
  looking = true;
  const aborted = window.AbortController ? new AbortController() : { signal: undefined, abort() {} };
  const late = setTimeout(() => aborted.abort(), PATIENCE);
  try {
    const answer = await fetch(live.dataset.from, { credentials: "same-origin", cache: "no-store", signal: aborted.signal });
    if (answer.status === 401) end();
    else if (answer.status === 404) location.assign("/");
    else if (answer.ok) {
      const text = await answer.text();
      if (hasEnded) begin();
      show(text);
      shown = Date.now();
      judge();
    }
  } catch (error) { /* judge says so when it lasts */ }
  clearTimeout(late);
  setTimeout(() => { looking = false; if (again) { again = false; look(); } }, GAP);
}

function end() {
  hasEnded = true;
  banner.ended.hidden = false;
  banner.ended.querySelector("a").href = "/login?next=" + encodeURIComponent(location.pathname);
}
// Somebody has logged in again, in another tab.
function begin() {
  hasEnded = false;
  banner.ended.hidden = true;
  listen();
}
const isStale = () => Date.now() - shown > STALE;
// What is not renewed is told, whether it is the connection or the list alone that fails.
function judge() {
  const isLost = isDeaf || isStale();
  if (isLost && banner.lost.hidden) {
    const at = new Date(Math.min(heard, shown) + ahead).toLocaleTimeString("zh-CN", { hour12: false, timeZone: zone });
    banner.lost.textContent = banner.lost.dataset.said.replace("%s", at);
  }
  banner.lost.hidden = !isLost;
  sign.classList.toggle("is-lost", isLost);
}
function lose() {
  isDeaf = true;
  judge();
}
function hear(is_new) {
  const was_lost = !banner.lost.hidden;
  heard = Date.now();
  isDeaf = false;
  judge();
  if (is_new || was_lost || Date.now() - shown > RENEW) look();
}

// One stream serves all tabs of a browser, which has few connections: the tab that has the lock
// listens, and tells the others.
const told = window.BroadcastChannel ? new BroadcastChannel("desk") : null;
let isFirst = true, stream = null, tried = Date.now();
function listen() {
  if (stream) stream.close();
  isFirst = true;
  tried = Date.now();
  const mine = stream = new EventSource("/desk/stream");
  const pass = is_new => { hear(is_new); if (told) told.postMessage(is_new); };
  stream.addEventListener("again", () => pass(true));
  stream.addEventListener("still", () => pass(false));
  stream.onerror = () => {
    lose();
    if (mine.readyState === EventSource.CLOSED) look();
  };
}
// A connection may be dead without a word, and the tab that listens may sleep.
function revive() {
  if (Date.now() - heard > LOST) isDeaf = true;
  judge();
  if (isDeaf && !hasEnded && Date.now() - tried > RETRY) listen();
}
if (told && navigator.locks) {
  isFirst = false;
  told.onmessage = event => hear(event.data);
  navigator.locks.request("desk-stream", () => { listen(); return new Promise(() => {}); });
  setTimeout(() => isFirst || look(), 0);
} else listen();
setInterval(revive, 1000);
setInterval(look, 30000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
window.addEventListener("offline", lose);
window.addEventListener("online", () => { tried = 0; revive(); });

// Times that run on.
const zone = document.getElementById("clock").dataset.zone;
function synchronize() {
  const count = document.getElementById("count");
  if (count) ahead = Number(count.dataset.now) - Date.now();
  // Somebody else has logged in with this browser: the page is theirs now, all of it.
  if (count && count.dataset.who !== document.getElementById("banners").dataset.who) location.reload();
  tick();
}
const two = number => String(number).padStart(2, "0");
function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return s < 3600 ? Math.floor(s / 60) + ":" + two(s % 60) : Math.floor(s / 3600) + ":" + two(Math.floor(s % 3600 / 60)) + ":" + two(s % 60);
}
function put(node, text) { if (node.textContent !== text) node.textContent = text; }
function tick() {
  const now = Date.now() + ahead;
  put(document.getElementById("clock"), new Date(now).toLocaleTimeString("zh-CN", { hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone }));
  live.querySelectorAll("[data-since]").forEach(each => put(each, span(now - each.dataset.since)));
  live.querySelectorAll("[data-until]").forEach(each => put(each, span(each.dataset.until - now)));
  live.querySelectorAll("[data-waits]").forEach(each => {
    const minute = Math.min(5, Math.max(0, Math.floor((now - each.dataset.waits) / 60000)));
    if (!each.classList.contains("waits-" + minute)) {
      for (let other = 0; other < 6; other++) each.classList.toggle("waits-" + other, other === minute);
    }
  });
}
document.querySelectorAll("[data-needs-script]").forEach(each => { each.hidden = false; });
synchronize();
setInterval(tick, 1000);
