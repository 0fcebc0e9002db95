// Where a node is, and what it stands for.

/** A node's id after its first hyphen: that of the thing it shows. */
export const idOf = (node) => node.id.slice(node.id.indexOf("-") + 1);

/** Whether the reader wants single letters to do something. */
export const hasKeys = () => !document.body.hasAttribute("data-keys-off");

/** Whether keys are letters there, rather than commands. */
export const isTyping = (node) =>
  Boolean(node.closest?.("input, textarea, select, [contenteditable]"));

/** Which of the board's cards the page shows, as a query; empty for all. */
export function filterOf() {
  const board = document.querySelector("[data-filter-url]");
  return board ? new URL(board.dataset.refresh, location).search.slice(1) : "";
}

/** Whether something is typed in a form. One that was refused shows it as if it had always been there. */
export const typed = (form) =>
  form.querySelector(".problem, .field-error") ||
  [...form.elements].some((field) => field.value !== field.defaultValue && "defaultValue" in field);

export const place = (node) => ({
  list: node.parentElement.id,
  previous: node.previousElementSibling?.id ?? null,
});

/** Keeps a node within reach: an open modal dialog covers the page and makes it inert, so the node goes inside. */
export function keepOnTop(node) {
  const raise = () => {
    const home = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
    if (node.parentElement !== home) home.append(node);
  };
  document.addEventListener("close", raise, true);
  for (const dialog of document.querySelectorAll("dialog")) {
    new MutationObserver(raise).observe(dialog, { attributeFilter: ["open"] });
  }
  return raise;
}
