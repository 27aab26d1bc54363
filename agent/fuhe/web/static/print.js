// The button that opens the printer's dialog.
(() => {
  "use strict";
  const button = document.getElementById("print-now");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
})();
