// Letters for the card that has the focus, or else is pointed at: they open it where one wants to be, or do what its page does.
import { hasKeys, idOf, isTyping } from "./nodes.js";
import { post } from "./post.js";
import { announce, word } from "./words.js";

/** What of the opened card is wanted: it is unfolded, and its first field gets the focus. */
const places = {
  l: ".label-choice",
  d: ".date-edit",
  m: "#assignee-new",
  c: "#comment-form-body",
};

let wanted = null;

const link = (card) => card.querySelector("a");
const path = (card) => `/cards/${idOf(card)}`;

function open(card, place) {
  wanted = place;
  link(card).click();
}

/** The form of a card's text stands behind a link of its page. */
function edit(card) {
  const anchor = document.createElement("a");
  anchor.href = `${path(card)}?edit=1`;
  anchor.hidden = true;
  card.append(anchor);
  anchor.click();
  anchor.remove();
}

/** The answer brings the card's face, which takes its own place. */
const act = (card, verb, values = {}) =>
  post(`${path(card)}/${verb}`, values, {
    source: document.body,
    target: document.body,
    swap: "none",
  });

function archive(card) {
  const column = card.closest(".column");
  const next = card.nextElementSibling ?? card.previousElementSibling;
  const target = `#${column.id}`;
  post(`${path(card)}/archive`, {}, { source: document.body, target, swap: "morph" }).then(() =>
    (next?.isConnected ? link(next) : column.querySelector(".add-input"))?.focus(),
  );
}

async function copy(card) {
  await navigator.clipboard?.writeText(new URL(path(card), location).href);
  announce(word("copied"));
}

const keys = {
  " ": (card) => act(card, "assignees", { user_id: document.body.dataset.readerId }),
  e: edit,
  a: archive,
  x: (card) => act(card, card.querySelector(".card-meta .is-done") ? "undone" : "done"),
  ".": copy,
};
for (const [key, place] of Object.entries(places)) keys[key] = (card) => open(card, place);

const looking = new Set(["c", "."]);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
    return;
  if (!hasKeys() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (document.documentElement.classList.contains("is-selecting")) return;
  const key = event.key.toLowerCase();
  const card =
    event.target.closest(".cards > .card") ?? document.querySelector(".cards > .card:hover");
  // A button that has the focus is pressed by Space, wherever the pointer is.
  if (!Object.hasOwn(keys, key) || !card || (key === " " && !card.contains(event.target))) return;
  if (!card.parentElement.dataset.sortable && !looking.has(key)) return;
  event.preventDefault();
  keys[key](card);
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!wanted || target.id !== "dialog-body") return;
  const place = target.querySelector(wanted);
  wanted = null;
  if (!place) return;
  if (place.matches("details")) place.open = true;
  const field = place.matches("input, select, textarea")
    ? place
    : place.querySelector("input:not([type=hidden]), button, select");
  (field ?? place).focus();
  place.scrollIntoView({ block: "nearest" });
});
