// The filter of a board: each change in its panel, each chip that is taken off and the key Q show the cards at once, and the
// address is theirs. Without this script the panel is a page, and the chips are links.
import { filterOf, hasKeys, isTyping } from "./nodes.js";
import { refresh } from "./refresh.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const board = document.querySelector("[data-filter-url]");
const place = document.getElementById("filter-place");
/** Milliseconds without a key until the text that is typed is looked for. */
const PAUSE = 250;

let last = 0;
let opener = null;

/** Shows the cards of an address. One that comes late is not shown over what was asked for after it. */
async function show(address) {
  last += 1;
  const mine = last;
  board.dataset.refresh = address;
  await refresh(() => mine !== last);
}

/** The same as a step of the reader's: Back undoes it. Of a text that is typed only the first letter is one. */
function go(address, isStep = true) {
  if (address === board.dataset.refresh) return null;
  if (isStep) history.pushState({}, "", address);
  else history.replaceState(history.state, "", address);
  return show(address);
}

function addressOf(query) {
  const { pathname } = new URL(board.dataset.refresh, location);
  return `${pathname}${query && "?"}${query}`;
}

// ---- the panel ----

const panel = () => place?.querySelector("form");

function load(swap) {
  const { filterUrl } = board.dataset;
  const url = `${filterUrl}${filterUrl.includes("?") ? "&" : "?"}${filterOf()}`;
  return htmx.ajax("GET", url, { source: place, target: place, swap }).catch(() => {});
}

async function open() {
  opener = document.activeElement;
  if (!panel()) await load("innerHTML");
  panel()?.querySelector("input[type=search]")?.focus();
}

function close() {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren();
  if (hadFocus && opener?.isConnected) opener.focus();
}

/** What was asked for elsewhere is in the panel, too. */
function follow() {
  if (panel()) load("innerHTML");
}

let isTypedOn = false;
let asking = null;

function ask(form, isText) {
  clearTimeout(asking);
  const run = () => {
    const values = [...new FormData(form)].filter(([, value]) => value.trim());
    // So it is not taken for something that was typed and not sent.
    for (const field of form.elements) {
      if (field.type === "checkbox") field.defaultChecked = field.checked;
      else if ("defaultValue" in field) field.defaultValue = field.value;
    }
    go(addressOf(new URLSearchParams(values).toString()), !isTypedOn);
    isTypedOn = isText;
  };
  if (isText) asking = setTimeout(run, PAUSE);
  else {
    isTypedOn = false;
    run();
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("[data-filter-form]");
  if (board && form) ask(form, target.type !== "checkbox");
});
document.addEventListener("submit", (event) => {
  if (!board || !event.target.matches("[data-filter-form]")) return;
  event.preventDefault();
  ask(event.target, false);
});

// ---- links and keys ----

const isPlain = ({ button, ctrlKey, metaKey, shiftKey, altKey }) =>
  !(button || ctrlKey || metaKey || shiftKey || altKey);

document.addEventListener("click", (event) => {
  if (!board || !isPlain(event)) return;
  if (event.target.closest("[data-filter-close]")) close();
  const link = event.target.closest("a[data-filter], a[data-filter-link]");
  if (!link) return;
  event.preventDefault();
  if (link.hasAttribute("data-filter")) {
    if (panel()) close();
    else open();
    return;
  }
  go(link.getAttribute("href"));
  follow();
});

function toggleMine() {
  const query = new URLSearchParams(filterOf());
  const all = query.getAll("assignee");
  query.delete("assignee");
  for (const one of all) if (one !== "me") query.append("assignee", one);
  if (!all.includes("me")) query.append("assignee", "me");
  query.delete("page");
  go(addressOf(query.toString()));
  follow();
}

document.addEventListener("keydown", (event) => {
  if (!board || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && panel() && !event.isComposing) {
    event.preventDefault();
    close();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!hasKeys() || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key !== "f" && key !== "q") return;
  event.preventDefault();
  if (key === "f") open();
  else toggleMine();
});

window.addEventListener("popstate", () => {
  if (!board || history.state?.dialog) return;
  const address = location.pathname + location.search;
  // Back from a card that was open leads to the board as it is.
  if (address === board.dataset.refresh) return;
  isTypedOn = false;
  show(address);
  follow();
});

// Parts of the page that are asked for show what the page does.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const filter = filterOf();
  if (filter) detail.headers["Xtablo-Filter"] = filter;
});

document.addEventListener("xtablo:hidden", () => toast(word("filter-hides")));
