// A button beside an address that copies it. Without this script the address is selected and copied by hand.
import { behaviour } from "./behaviour.js";
import { announce, word } from "./words.js";

/** Milliseconds for which the button says that it has copied. */
const SAID = 2500;

async function copy(input) {
  if (navigator.clipboard) return navigator.clipboard.writeText(input.value);
  // Over plain HTTP there is no clipboard but this one.
  input.select();
  document.execCommand("copy");
}

behaviour("[data-copy]", (input) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = word("copy");
  button.setAttribute("aria-describedby", input.id);
  button.addEventListener("click", async () => {
    await copy(input).catch(() => input.select());
    button.textContent = word("copied");
    announce(word("copied"));
    setTimeout(() => (button.textContent = word("copy")), SAID);
  });
  input.after(button);
  return () => button.remove();
});
