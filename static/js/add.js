// Forms that add one thing after the other (data-add): the input is emptied at once and keeps the
// focus, so the next title can be typed while the first is on its way. They are sent in order. A card is
// seen at the end of its column at once, pale until the answer has brought it.
//
//   data-add-target, data-add-swap    what the answer replaces, and how
//   data-add-refused                  where a refused answer goes, if not to the target
import { untilDone } from "./leaving.js";
import { post } from "./post.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const lines = new Map();
/** What was sent from each field with an unknown outcome: sent again, it has the same key, and is added once. */
const unknown = new Map();
// Only pages over HTTPS, and those of the machine itself, can make keys.
const newKey = () => crypto.randomUUID?.() ?? "";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-add]")) return;
  event.preventDefault();
  const input = form.querySelector(".add-input");
  const text = input.value.trim();
  // Both, so that the field counts as untouched and an answer may fill it in again.
  input.value = input.defaultValue = "";
  input.removeAttribute("aria-invalid");
  form.querySelector(".field-error")?.remove();
  input.focus();
  if (!text) return;
  const before = lines.get(input.id) ?? Promise.resolve();
  const arrived = expect(form, text);
  lines.set(input.id, untilDone(before.then(() => send(input.id, text)).finally(arrived)));
});

/** Shows a card that is on its way; what is returned takes it away. */
function expect(form, text) {
  const column = form.closest(".column");
  if (!column) return () => {};
  let list = column.querySelector(".coming");
  if (!list) {
    list = document.createElement("ol");
    list.className = "coming";
    // An answer to something else does not have it.
    list.toggleAttribute("data-stays", true);
    form.before(list);
  }
  const item = document.createElement("li");
  item.dir = "auto";
  item.textContent = text;
  list.append(item);
  return () => {
    item.remove();
    if (!list.firstElementChild) list.remove();
  };
}

async function send(id, text) {
  const input = document.getElementById(id);
  if (!input) return;
  const { form } = input;
  const key = unknown.get(id)?.text === text ? unknown.get(id).key : newKey();
  unknown.delete(id);
  const { addTarget, addSwap, addRefused } = form.dataset;
  // Not from the form itself: htmx would check that its (now empty) input is filled in.
  const { outcome } = await post(
    form.action,
    { [input.name]: text, key },
    {
      source: form.parentElement,
      target: addTarget,
      swap: addSwap,
      refused: addRefused ?? addTarget,
    },
  );
  if (outcome === "done") return reveal(id);
  if (outcome === "failed") unknown.set(id, { text, key });
  const now = document.getElementById(id);
  if (!now) return;
  if (!now.value) now.value = text;
  else if (now.value !== text) toast(word("not-added", { text }));
}

// The new thing is the last one of its list.
function reveal(id) {
  const form = document.getElementById(id)?.form;
  const scroller = form?.closest(".column")?.querySelector(".cards") ?? form?.closest(".canvas");
  if (!scroller || document.activeElement?.id !== id) return;
  scroller.scrollTo({ top: scroller.scrollHeight, left: scroller.scrollWidth });
}
