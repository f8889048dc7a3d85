// Day, night, or as the machine has it: set before anything is painted.
"use strict";
(function () {
  let kept = null;
  try { kept = localStorage.getItem("night"); } catch (error) { /* no storage: as the machine has it */ }
  if (kept) document.documentElement.dataset.night = kept;
})();
