// For browsers that are too old for page.js: the page is loaded anew, unless somebody is writing.
setInterval(function () {
  var at = document.activeElement, name = at ? at.nodeName : "";
  if (name !== "INPUT" && name !== "SELECT") location.reload();
}, 30000);
