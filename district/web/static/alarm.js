// Somebody waits: a tone, and a title that blinks. Night and day are switched here too.
"use strict";
const title = document.title;
const soundButton = document.getElementById("sound"), nightButton = document.getElementById("night");
const locked = document.getElementById("locked");
const Context = window.AudioContext || window.webkitAudioContext;
const kept = name => { try { return localStorage.getItem(name); } catch (error) { return null; } };
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch (error) { /* until the page is left */ } };
const DEAF = 20000;  // ms: a stream that is back sooner frightens nobody
let isWanted = kept("sound") !== "off";
let context = null, isOn = false, last = 0, known = 0;

const count = which => Number((document.getElementById("count") || { dataset: {} }).dataset[which] || 0);
const waiting = () => count("emergencies") + count("urgent");

// [Hz, begins after s, lasts s]: each has its own tune, and how often it is played.
const TUNES = {
  emergency: [3000, [[960, 0, .22], [760, .25, .22], [960, .5, .22], [760, .75, .3]]],
  urgent: [10000, [[660, 0, .35], [660, .5, .35]]],
  deaf: [20000, [[330, 0, .5], [262, .6, .7]]],  // this page is not live any more
};
function play(tune) {
  if (!context || context.state !== "running") return;
  for (const [pitch, begins, lasts] of tune) {
    const tone = context.createOscillator(), level = context.createGain(), at = context.currentTime + begins;
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0.0001, at);
    level.gain.exponentialRampToValueAtTime(0.4, at + .02);
    level.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
    tone.connect(level);
    level.connect(context.destination);
    tone.start(at);
    tone.stop(at + lasts);
  }
}
function which() {
  if (!banner.ended.hidden || !banner.lost.hidden && (isStale() || Date.now() - heard > DEAF)) return "deaf";
  return count("emergencies") ? "emergency" : count("urgent") ? "urgent" : null;
}
function sound() {
  const name = which();
  // Of several tabs one sounds.
  if (!name || !isWanted || (!isFirst && name !== "deaf")) return;
  const [every, tune] = TUNES[name];
  if (Date.now() - last < every - 500) return;
  last = Date.now();
  play(tune);
}

// Browsers let a page sound only after somebody has touched it.
function unlock() {
  if (Context && !context) context = new Context();
  if (context && context.state === "suspended" && isWanted) context.resume().then(said);
  said();
}
function said() {
  // On a page of the office one is told only when there is something to hear.
  const isDesk = live.dataset.from !== "/desk/around";
  locked.hidden = !isWanted || !Context || !(isDesk || waiting()) || (context !== null && context.state === "running");
  document.getElementById("mute").hidden = !!Context;
  soundButton.setAttribute("aria-pressed", String(isWanted));
  soundButton.textContent = isWanted ? soundButton.dataset.on : soundButton.dataset.off;
}
function switchSound() {
  isWanted = !isWanted;
  keep("sound", isWanted ? "on" : "off");
  unlock();
  if (isWanted) play([[660, 0, .2]]);
}
soundButton.addEventListener("click", switchSound);
["keydown", "pointerdown", "touchend"].forEach(each => document.addEventListener(each, () => { if (!context || context.state !== "running") unlock(); }));
unlock();

function blink() {
  const number = waiting();
  isOn = !isOn && (number > 0 || which() === "deaf");
  document.title = !isOn ? title : number ? "\u25CF " + number + " \u2014 " + title : "\u26A0 " + title;
}
renewed.push(() => { if (waiting() > known) last = 0; known = waiting(); said(); sound(); });
setInterval(() => { blink(); sound(); }, 1000);

function isNight() {
  const chosen = document.documentElement.dataset.night;
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}
function switchNight() {
  const wanted = isNight() ? "light" : "dark";
  document.documentElement.dataset.night = wanted;
  keep("night", wanted);
  nightButton.setAttribute("aria-pressed", String(isNight()));
}
nightButton.addEventListener("click", switchNight);
nightButton.setAttribute("aria-pressed", String(isNight()));
