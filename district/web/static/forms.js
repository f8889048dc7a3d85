// Sends the forms of a page that stands open, and keeps what somebody writes until it has arrived.
"use strict";
const mine = "draft " + document.getElementById("banners").dataset.who + " ";
const store = (() => { try { return window.sessionStorage; } catch (error) { return null; } })();

function tell(text) { banner.said.textContent = text; banner.said.hidden = !text; }

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button && button.name) body.append(button.name, button.value);
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach(each => { each.disabled = true; });
  tell("");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
    if (answer.ok) arrived(form);
    else if (answer.status === 401) end();
    else tell((await answer.json().catch(() => ({}))).said || banner.said.dataset.unsent);
    await look();
  } catch (error) { tell(banner.said.dataset.unsent); }
  buttons.forEach(each => { each.disabled = false; });
}
function arrived(form) {
  forget(form);
  if (form.dataset.goes) { location.assign(form.dataset.goes); return; }
  form.reset();
  const box = form.closest("details");
  if (box) { box.open = false; box.querySelector("summary").focus(); }
}
// Which button was pressed: browsers before 2021 do not say so with the form.
let pressed = null;
document.addEventListener("click", event => { pressed = event.target.closest("button"); }, true);
live.addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target;
  send(form, event.submitter || (pressed && form.contains(pressed) ? pressed : form.querySelector("button")));
});

// -- what is being written

const place = field => mine + location.pathname + " " + (field.form ? field.form.getAttribute("action") : "") + " " + field.name;
const isWritten = field => field.form && field.name && field.type !== "hidden" && field.nodeName !== "BUTTON";
live.addEventListener("input", event => {
  if (store && isWritten(event.target)) store.setItem(place(event.target), event.target.value);
});
function forget(form) { if (store) [...form.elements].forEach(each => store.removeItem(place(each))); }
function restore() {
  if (!store) return;
  // What somebody else wrote at this machine is not for the next one.
  Object.keys(store).filter(key => key.startsWith("draft ") && !key.startsWith(mine)).forEach(key => store.removeItem(key));
  live.querySelectorAll("form").forEach(form => [...form.elements].filter(isWritten).forEach(each => {
    const before = store.getItem(place(each));
    if (before === null) return;
    if (each.type === "radio") each.checked = each.value === before; else each.value = before;
    const box = each.closest("details");
    if (box) box.open = true;
  }));
}
document.getElementById("logout").addEventListener("submit", () => {
  if (store) Object.keys(store).filter(key => key.startsWith("draft ")).forEach(key => store.removeItem(key));
});
restore();

// Whoever is chosen to be sent brings their telephone along.
live.addEventListener("input", event => {
  if (event.target.name !== "whom" || !event.target.list) return;
  const chosen = [...event.target.list.options].find(each => each.value === event.target.value);
  if (chosen) event.target.form.elements.phone.value = chosen.dataset.phone;
});
