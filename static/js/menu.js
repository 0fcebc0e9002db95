// A <details data-menu> opens and closes by itself; this adds what people expect of a menu beyond
// that: Escape, a click elsewhere and a choice close it.

const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
// What was chosen is done in place, so nothing else would close the menu.
document.addEventListener("submit", ({ target }) => {
  const menu = target.closest("details[data-menu]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  // The dialog that the menu is in stays open.
  if (open().length) event.preventDefault();
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
