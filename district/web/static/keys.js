// The keyboard does it all: what is chosen is what has the focus. It can be switched off.
"use strict";
const keysBox = document.getElementById("keys");
const rowsOf = () => [...live.querySelectorAll(".incidents li > a")];
function useKeys(isOn) {
  keysBox.checked = isOn;
  document.documentElement.classList.toggle("no-keys", !isOn);
}
keysBox.addEventListener("change", () => { useKeys(keysBox.checked); keep("keys", keysBox.checked ? "on" : "off"); });
useKeys(kept("keys") !== "off");

function move(by) {
  const rows = rowsOf(), at = rows.indexOf(document.activeElement);
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}
function take() {
  const row = document.activeElement.closest("li");
  const button = row ? row.querySelector("[data-take]") : live.querySelector("[data-key=t]");
  if (button) button.click();
}
function open(key) {
  const found = live.querySelector("[data-key=" + key + "]");
  if (!found) return;
  if (found.nodeName === "DETAILS") {
    found.open = true;
    (found.querySelector("input:not([type=hidden]), select, textarea") || found.querySelector("summary")).focus();
  } else { found.focus(); if (found.nodeName === "A") found.click(); }
  found.scrollIntoView({ block: "nearest" });
}
function escape() {
  const at = document.activeElement, box = at.closest("details[open]");
  if (box) { box.open = false; box.querySelector("summary").focus(); }
  else if (isWriting(at)) at.blur();
  else if (document.getElementById("back")) document.getElementById("back").click();
}
const isWriting = node => /^(INPUT|TEXTAREA|SELECT)$/.test(node.nodeName);

document.addEventListener("keydown", event => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.isComposing || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (key === "Enter" && event.target.form) event.target.form.querySelector("button.primary, button").click();
    return;
  }
  if (key === "Escape") { escape(); return; }
  if (!keysBox.checked || event.repeat && key !== "j" && key !== "k" && !key.startsWith("Arrow") || isWriting(event.target)) return;
  if (key === "j" || key === "ArrowDown" && rowsOf().length) move(1);
  else if (key === "k" || key === "ArrowUp" && rowsOf().length) move(-1);
  else if (key === "t") take();
  else if (key === "n") switchNight();
  else if (key === "m") switchSound();
  else if ("cdhefr".includes(key) && key.length === 1) open(key);
  else return;
  event.preventDefault();
});
function choose() { if (document.activeElement === document.body && rowsOf().length) rowsOf()[0].focus({ preventScroll: true }); }
renewed.push(choose);
choose();
document.documentElement.dataset.ready = "yes";
