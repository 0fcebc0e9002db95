// Ctrl+Z takes back the reader's own newest change.
import { isTyping } from "./nodes.js";

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  if (event.key.toLowerCase() !== "z" || isTyping(event.target)) return;
  const form = document.querySelector("form[data-undo-last]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
