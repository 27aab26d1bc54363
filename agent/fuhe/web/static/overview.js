// A button that prints its page, and one that ticks all boxes of a name in its form, or none.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const button = event.target.closest("[data-all]");
  if (!button) return;
  const boxes = Array.from(button.form.querySelectorAll(`input[type="checkbox"][name="${button.dataset.all}"]`));
  const tick = !boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = tick; });
});
