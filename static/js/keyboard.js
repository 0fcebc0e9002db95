// The board by keyboard: arrows go from card to card, with Shift they take the card along. A move
// is the same event as a drag's, so drop.js posts it in the same way.
import { behaviour } from "./behaviour.js";
import { hasKeys, isTyping, place } from "./nodes.js";
import { announce, word } from "./words.js";

const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const cardsOf = (list) => [...list.querySelectorAll(":scope > .card")];
const lists = () => [...document.querySelectorAll(".cards")];
const focusCard = (card) => card?.querySelector("a").focus();

function neighbour(card, [across, down]) {
  if (down) return down < 0 ? card.previousElementSibling : card.nextElementSibling;
  const all = lists();
  const index = cardsOf(card.parentElement).indexOf(card);
  // A column without cards is stepped over.
  let at = all.indexOf(card.parentElement) + across;
  while (all[at] && !all[at].firstElementChild) at += across;
  const there = all[at] ? cardsOf(all[at]) : [];
  return there[Math.min(index, there.length - 1)];
}

function move(card, [across, down]) {
  const list = card.parentElement;
  const from = place(card);
  if (!list.dataset.sortable) return;
  if (down) {
    const other = down < 0 ? card.previousElementSibling : card.nextElementSibling;
    if (!other) return;
    if (down < 0) other.before(card);
    else other.after(card);
  } else {
    const all = lists();
    const there = all[all.indexOf(list) + across];
    if (!there) return;
    there.insertBefore(card, cardsOf(there)[cardsOf(list).indexOf(card)] ?? null);
  }
  focusCard(card);
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  card.dispatchEvent(new CustomEvent("sortable:drop", { bubbles: true, detail: { from } }));
  const there = card.parentElement;
  const column = document.getElementById(there.getAttribute("aria-labelledby")).textContent;
  const all = cardsOf(there);
  announce(word("moved", { column, place: all.indexOf(card) + 1, count: all.length }));
}

function onBoardKey(event, card) {
  const step = steps[event.key];
  if (step) {
    event.preventDefault();
    if (event.shiftKey) move(card, step);
    else focusCard(neighbour(card, step));
  } else if (event.key.toLowerCase() === "n" && hasKeys()) {
    const input = card.closest(".column").querySelector(".add-card .add-input");
    if (!input) return;
    event.preventDefault();
    input.focus();
  }
}

const help = () => document.getElementById("keyboard-help");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "?" && hasKeys() && help() && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    help().showModal();
    return;
  }
  const card = event.target.closest(".cards > .card");
  if (card) onBoardKey(event, card);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keyboard-help]")) help().showModal();
});

// The button is of no use without this script, so the page comes with it hidden.
behaviour("[data-keyboard-help]", (button) => {
  button.hidden = false;
});
