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

/** More lines than these are a text, not a list. */
const MANY_MOST = 100;
const titlesIn = (field) =>
  field.value
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-add]")) return;
  event.preventDefault();
  add(form, [titlesIn(form.querySelector(".add-input")).join(" ")]);
});

// A field that grows takes lines by Shift and Enter, or by pasting them.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented)
    return;
  if (!event.target.matches("[data-add] textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-add] textarea")) return;
  fit(target);
  understand(target);
});

/** Milliseconds without a key until the server is asked what it understands. */
const PAUSE = 250;
let asking = null;

/** Shows below the field what its line says besides the title, while it may say any of that. */
function understand(field) {
  clearTimeout(asking);
  const { form } = field;
  const line = field.value.trim();
  const { understoodUrl } = form.dataset;
  if (!understoodUrl || !/[#@!]\S/.test(line) || titlesIn(field).length > 1) {
    form.querySelector(".understood")?.remove();
    return;
  }
  asking = setTimeout(async () => {
    const url = `${understoodUrl}?title=${encodeURIComponent(line)}`;
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    // Typed on since, or sent.
    if (field.value.trim() !== line) return;
    form.querySelector(".understood")?.remove();
    field.insertAdjacentHTML("afterend", html);
    form.querySelector(".understood")?.toggleAttribute("data-stays", true);
  }, PAUSE);
}

/** Makes the field as high as its text, and offers as many cards as it has lines. */
function fit(field) {
  if (!CSS.supports("field-sizing", "content")) {
    field.style.height = "auto";
    if (field.value) field.style.height = `${field.scrollHeight + 2}px`;
  }
  const { form } = field;
  const count = titlesIn(field).length;
  form.querySelector(".add-many")?.remove();
  if (count < 2 || count > MANY_MOST) return;
  const offer = document.createElement("div");
  offer.className = "add-many";
  // An answer to something else does not have it.
  offer.toggleAttribute("data-stays", true);
  const many = document.createElement("button");
  many.type = "button";
  many.className = "button button-small button-primary";
  many.textContent = word("add-many", { count });
  many.addEventListener("click", () => add(form, titlesIn(field)));
  const one = document.createElement("button");
  one.className = "button button-small";
  one.textContent = word("add-one");
  offer.append(many, one);
  field.after(offer);
}

function add(form, titles) {
  const input = form.querySelector(".add-input");
  // Both, so that the field counts as untouched and an answer may fill it in again.
  input.value = input.defaultValue = "";
  input.removeAttribute("aria-invalid");
  form.querySelector(".field-error")?.remove();
  form.querySelector(".understood")?.remove();
  if (input.matches("textarea")) fit(input);
  input.focus();
  const wanted = titles.filter(Boolean);
  if (!wanted.length) return;
  // What else the form says, as it is now: a template, which the next card is to choose anew.
  const more = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== input.name));
  for (const select of form.querySelectorAll("select")) select.selectedIndex = 0;
  const before = lines.get(input.id) ?? Promise.resolve();
  const arrivals = wanted.map((title) => expect(form, title));
  lines.set(input.id, untilDone(before.then(() => sendAll(input.id, wanted, arrivals, more))));
}

/** What comes after one that failed is not sent: all of that is in the field again. */
async function sendAll(id, titles, arrivals, more) {
  for (const [index, title] of titles.entries()) {
    const isDone = await send(id, title, more);
    arrivals[index]();
    if (isDone) continue;
    for (const arrived of arrivals.slice(index + 1)) arrived();
    return giveBack(id, titles.slice(index));
  }
}

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

async function send(id, text, more) {
  const input = document.getElementById(id);
  if (!input) return false;
  const { form } = input;
  const key = unknown.get(id)?.text === text ? unknown.get(id).key : newKey();
  unknown.delete(id);
  const { addTarget, addSwap, addRefused } = form.dataset;
  // Not from the form itself: htmx would check that its (now empty) input is filled in.
  const { outcome } = await post(
    form.action,
    { ...more, [input.name]: text, key },
    {
      source: form.parentElement,
      target: addTarget,
      swap: addSwap,
      refused: addRefused ?? addTarget,
    },
  );
  if (outcome === "done") reveal(id);
  else if (outcome === "failed") unknown.set(id, { text, key });
  return outcome === "done";
}

function giveBack(id, titles) {
  const field = document.getElementById(id);
  if (!field) return;
  const text = titles.join("\n");
  // A refused one may be there already, as the answer has it.
  if (field.value && field.value !== titles[0]) return toast(word("not-added", { text }));
  field.value = text;
  if (field.matches("textarea")) fit(field);
}

// The new thing is the last one of its list.
function reveal(id) {
  const form = document.getElementById(id)?.form;
  const scroller = form?.closest(".column")?.querySelector(".cards") ?? form?.closest(".canvas");
  if (!scroller || document.activeElement?.id !== id) return;
  scroller.scrollTo({ top: scroller.scrollHeight, left: scroller.scrollWidth });
}
