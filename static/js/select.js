// Several cards at once: a checkbox on each card, for as long as the bar that says what can be done to them is on the page. A
// click or Space chooses a card, with Shift all from the one chosen before.
import { behaviour } from "./behaviour.js";
import { hasKeys, idOf, isTyping } from "./nodes.js";
import { announce, word } from "./words.js";

const bar = () => document.querySelector("#bulk-place #bulk");
const boxes = () => [...document.querySelectorAll(".card-choice input")];
let last = null;

function begin() {
  const place = document.getElementById("bulk-place");
  if (!place || bar()) return;
  const { url } = place.dataset;
  htmx.ajax("GET", url, { source: place, target: place, swap: "innerHTML" }).catch(() => {});
}

function end() {
  bar()?.remove();
  document.documentElement.classList.remove("is-selecting");
  for (const choice of document.querySelectorAll(".card-choice")) choice.remove();
  last = null;
}

/** Puts a checkbox on each card that has none. */
function offer() {
  if (!bar()) return;
  document.documentElement.classList.add("is-selecting");
  for (const card of document.querySelectorAll(".cards > .card")) {
    if (card.querySelector(".card-choice")) continue;
    const choice = document.createElement("label");
    choice.className = "card-choice";
    choice.toggleAttribute("data-stays", true);
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "card_id", value: idOf(card) });
    box.setAttribute("form", "bulk-form");
    box.setAttribute("aria-label", card.querySelector("a").textContent);
    choice.append(box);
    card.append(choice);
  }
  count();
}

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const output = bar()?.querySelector("[data-bulk-count]");
  if (output) output.textContent = chosen;
  return chosen;
}

function choose(box, range) {
  const all = boxes();
  if (range && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = last.checked;
  } else box.checked = !box.checked;
  last = box;
  announce(word("chosen", { count: count() }));
}

behaviour("#bulk-place #bulk", () => {
  offer();
  return end;
});
document.addEventListener("htmx:afterSwap", offer);

document.addEventListener(
  "click",
  (event) => {
    const card = bar() && event.target.closest(".cards > .card");
    if (!card) return;
    // Not the card's page, and not the box's own doing, which knows no range.
    event.preventDefault();
    event.stopPropagation();
    choose(card.querySelector(".card-choice input"), event.shiftKey);
  },
  true,
);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-end]")) end();
  const link = event.target.closest("[data-bulk]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  begin();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"))
    return;
  if (event.key === "Escape" && bar()) end();
  if (isTyping(event.target) && event.target.type !== "checkbox") return;
  const card = event.target.closest(".cards > .card");
  if (event.key.toLowerCase() === "v" && !event.shiftKey && hasKeys()) {
    event.preventDefault();
    if (bar()) end();
    else begin();
  } else if (event.key === " " && bar() && card) {
    event.preventDefault();
    choose(card.querySelector(".card-choice input"), event.shiftKey);
  }
});
