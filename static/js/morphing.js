// What a morph must leave alone. Fresh HTML replaces old, but never what a person is doing: a field
// with typed text stays as it is, an opened menu stays open, and the focus stays where it was.
import { typed } from "./nodes.js";

const { callbacks } = Idiomorph.defaults;

function typedIn(node) {
  if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue;
  if (!(node instanceof HTMLInputElement) || node.type === "hidden") return false;
  return node.value !== node.defaultValue || node.checked !== node.defaultChecked;
}

/** Whether something is typed in it, or about to be. */
function isInUse(node) {
  if (!node.querySelectorAll) return false;
  const forms = [...node.querySelectorAll("form"), ...(node.matches("form") ? [node] : [])];
  const focused = document.activeElement;
  const isWriting =
    focused?.matches("input:not([type=checkbox]), textarea") && node.contains(focused);
  return (
    isWriting || forms.some(typed) || [...node.querySelectorAll("input, textarea")].some(typedIn)
  );
}

// Nobody here has asked for what is shown now: a form in use stays whole, with the version that it was typed over.
let isQuiet = false;

/** Shows what others have done. */
export function quietly(show) {
  isQuiet = true;
  try {
    show();
  } finally {
    isQuiet = false;
  }
}

callbacks.beforeNodeMorphed = (old) =>
  !typedIn(old) && !(isQuiet && old.matches?.("form") && isInUse(old));
// What scripts have put there for a while (data-stays), and what one types in.
callbacks.beforeNodeRemoved = (old) => !old.matches?.("[data-stays]") && !(isQuiet && isInUse(old));
// What a script has shown that the page comes with hidden, too.
callbacks.beforeAttributeUpdated = (name, element) =>
  !(name === "open" && element.matches("details, dialog")) &&
  !(name === "hidden" && element.matches("[data-keyboard-help]"));

// An answer may bring a part for the page beneath the dialog; where the page has no such part, htmx
// would call that an error.
export function known(html) {
  if (!html.includes("hx-swap-oob")) return html;
  const answer = document.createElement("template");
  answer.innerHTML = html;
  for (const part of answer.content.querySelectorAll("[hx-swap-oob]")) {
    const [, selector = `#${part.id}`] = part.getAttribute("hx-swap-oob").split(":");
    if (!document.querySelector(selector)) part.remove();
  }
  return answer.innerHTML;
}
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  detail.serverResponse = known(detail.serverResponse);
});

// A moved or redrawn node loses the focus; its id, or its container's, finds it again.
let focused = null;
document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.closest("[id]")?.id ?? null;
});
document.addEventListener("htmx:afterSwap", () => {
  if (!focused || document.activeElement !== document.body) return;
  const holder = document.getElementById(focused);
  const first = holder?.matches("a, button, input, select, textarea")
    ? holder
    : holder?.querySelector("a, button");
  first?.focus({ preventScroll: true });
});
