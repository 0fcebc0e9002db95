// What others do on the board appears on the page at once. The server says what has changed (see the `stream` of a board); the
// page asks for the parts of it that it shows, and morphs them in: what is typed, focused, dragged, chosen or scrolled stays.
import { EventStream } from "./event_stream.js";
import { unsaved } from "./forms.js";
import { filterOf } from "./nodes.js";
import { showPresence } from "./presence.js";
import { openCard, refresh, refreshCard, refreshParts } from "./refresh.js";
import { signInBeside, toast } from "./toast.js";
import { announce, word } from "./words.js";

const page = document.querySelector("[data-stream]");
const root = document.documentElement;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** A page that nobody looks at says so after this, and lets go of the stream after that. */
const AWAY = 10_000;
const LET_GO = 5 * 60_000;
/** A stream that is gone for longer is told of. */
const LOST = 5000;
/** Between two sentences to screen readers. */
const SENTENCE = 5000;

let revision = Number(page?.dataset.revision);

// ---- what is to be shown ----

/** What has changed and is not shown yet. */
let waiting = null;
let isShowing = false;
/** Revisions that the reader has made and the answer has shown. */
const own = new Set();
/** Requests of the reader's own that change something and have no answer yet. */
const posting = new Set();
let posts = 0;
let whenFree = [];

/** Nor is anything shown to nobody: it would count as read. */
const isBusy = () =>
  document.hidden || root.matches(".is-dragging, [data-saving]") || posting.size > 0;

/** Comes back once nothing is dragged or on its way: its answer would be laid over what is newer. */
function free() {
  return isBusy() ? new Promise((resolve) => whenFree.push(resolve)) : Promise.resolve();
}

function look() {
  if (isBusy()) return;
  for (const go of whenFree) go();
  whenFree = [];
}

/** Both changes as one. */
function join(one, other) {
  if (!one) return other;
  const cards = new Map([...one.cards, ...other.cards].map((card) => [card.id, card]));
  return {
    revision: Math.max(one.revision, other.revision),
    what: [...new Set([...one.what, ...other.what])],
    columns: one.columns && other.columns && [...new Set([...one.columns, ...other.columns])],
    cards: [...cards.values()],
  };
}

async function showAll() {
  if (isShowing) return;
  isShowing = true;
  while (waiting) {
    await free();
    const change = waiting;
    const before = posts;
    // What was posted meanwhile may not be in the answer, and a drag would lose its card to it. Once late, all of it is asked
    // for again, also when the drag has ended by then.
    let late = false;
    const isLate = () => (late ||= posts !== before || isBusy());
    waiting = null;
    if (!isShown(change)) await show(change, isLate);
    if (isLate()) waiting = join(waiting, change);
    else {
      revision = Math.max(revision, change.revision);
      page.dataset.revision = revision;
      for (const made of own) if (made <= revision) own.delete(made);
    }
  }
  isShowing = false;
}

/** Whether the page shows it already: nobody else has changed anything, and what the reader has is not what is open. */
function isShown(change) {
  if (change.cards.some(({ id }) => id === openCard())) return false;
  for (let made = revision + 1; made <= change.revision; made += 1) {
    if (!own.has(made)) return false;
  }
  return true;
}

const cardOf = (id) => document.getElementById(`card-${id}`);

async function show(change, isLate) {
  const focused = document.activeElement?.closest("[id]");
  const chosen = [...document.querySelectorAll(".card-choice input:checked")].map(
    (box) => box.value,
  );
  const shown = new Map(change.cards.map(({ id }) => [id, cardOf(id)?.innerHTML]));

  const isGone = !(await showParts(change, isLate));

  if (focused && !focused.isConnected) {
    const again = document.getElementById(focused.id);
    (again?.querySelector("a, button") ?? again)?.focus({ preventScroll: true });
  }
  for (const box of document.querySelectorAll(".card-choice input")) {
    if (chosen.includes(box.value)) box.checked = true;
  }
  showPresence();
  if (isLate()) return;
  if (isGone) cardIsGone();
  const others = change.cards.filter(
    (card) => card.by && card.by_id !== document.body.dataset.readerId,
  );
  for (const card of others) {
    const element = cardOf(card.id);
    if (element && element.innerHTML !== shown.get(card.id)) glow(element, card.color);
  }
  tell(others);
}

/** Whether the open card is still there. */
async function showParts({ what, columns, cards }, isLate) {
  const { columnUrl, faceUrl, headUrl } = page.dataset;
  // A card that changes may come under the filter, or leave it.
  if ((what.includes("columns") && !columns) || filterOf() || "whole" in page.dataset)
    return refresh(isLate);
  const parts = [];
  if (what.includes("board") && headUrl) parts.push({ url: headUrl, selector: "#board-header" });
  if (columnUrl) {
    for (const id of columns) {
      if (!document.getElementById(`column-${id}`)) continue;
      parts.push({ url: columnUrl.replace(":id", id), selector: `#column-${id}` });
    }
    for (const { id, column } of cards) {
      if (columns.includes(column) || !cardOf(id)) continue;
      parts.push({ url: faceUrl.replace(":id", id), selector: `#card-${id}` });
    }
  }
  if (!(await refreshParts(parts, isLate))) return refresh(isLate);
  return cards.some(({ id }) => id === openCard()) ? refreshCard(isLate) : true;
}

/** It stays as it was while something is typed on it, and the page says so. */
function cardIsGone() {
  const dialog = document.getElementById("dialog");
  if (dialog.open && !unsaved()) dialog.close();
  toast(word("live-card-gone"));
}

function glow(element, color) {
  if (calm.matches) return;
  const classes = ["is-glowing", `color-${color}`];
  element.classList.add(...classes);
  element.addEventListener("animationend", () => element.classList.remove(...classes), {
    once: true,
  });
}

// ---- what is said ----

let untold = [];
let telling = null;

/** Says who changed what, at most one sentence at a time. */
function tell(cards) {
  untold.push(...cards);
  if (telling || !untold.length) return;
  const names = new Set(untold.map(({ by }) => by));
  const ids = new Set(untold.map(({ id }) => id));
  const title = cardOf(untold[0].id)?.querySelector("a")?.textContent;
  const who = [...names].join(", ");
  announce(
    ids.size === 1 && title
      ? word("live-changed", { who, title })
      : word("live-changed-many", { who, count: ids.size }),
  );
  untold = [];
  telling = setTimeout(() => {
    telling = null;
    tell([]);
  }, SENTENCE);
}

let line = null;
let losing = null;

/** A line that says why the page is not live. */
function say(text, link) {
  line ??= Object.assign(document.createElement("p"), { className: "live-line" });
  line.setAttribute("role", "status");
  line.toggleAttribute("data-stays", true);
  line.textContent = text;
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link.href, textContent: link.text, target: "_blank" });
    line.append(" ", anchor);
  }
  // A dialog lies over the page.
  (document.querySelector("dialog[open]") ?? document.body).append(line);
}

function live() {
  clearTimeout(losing);
  losing = null;
  line?.remove();
}

function lost() {
  losing ??= setTimeout(() => say(word("live-lost")), LOST);
}

function ended(reason) {
  clearTimeout(losing);
  showPresence([]);
  if (reason === "signed_out") {
    say(word("live-signed-out"), signInBeside());
  } else say(word("live-removed"));
}

// ---- the stream ----

function told({ name, data }) {
  if (name === "changed") {
    waiting = join(waiting, data);
    showAll();
  } else if (name === "here") showPresence(data.people);
  else if (name === "inbox") document.body.dispatchEvent(new Event("xtablo:read"));
  else if (name === "bye") {
    if (data.reason === "restart") return data.after;
    ended(data.reason);
    return null;
  }
  return undefined;
}

/** What the page says of itself. */
const place = () => `card=${openCard() ?? ""}&away=${document.hidden ? 1 : ""}`;

function begin() {
  let said = null;
  const stream = new EventStream(
    () => {
      said = place();
      return `${page.dataset.stream}?since=${revision}&${said}`;
    },
    { live, lost, told, refused: (status) => ended(status === 401 ? "signed_out" : "removed") },
  );

  /** Opens it again where the page has something else to say. */
  let saying = null;
  const saySoon = (wait) => {
    clearTimeout(saying);
    saying = setTimeout(() => {
      if (stream.isOpen && said !== place()) stream.open();
    }, wait);
  };
  let lettingGo = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(lettingGo);
    if (document.hidden) {
      lettingGo = setTimeout(() => stream.close(), LET_GO);
      saySoon(AWAY);
    } else if (stream.isOpen) saySoon(0);
    else stream.open();
    look();
  });
  for (const name of ["htmx:afterSettle", "close"]) {
    document.addEventListener(name, () => saySoon(300), true);
  }
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) stream.open();
  });

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.verb === "get") return;
    posting.add(detail.xhr);
    posts += 1;
  });
  // After its answer is shown, or without one.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    posting.delete(detail.xhr);
    const made = detail.successful && detail.xhr.getResponseHeader("Board-Revision");
    if (made) own.add(Number(made));
    look();
  });
  new MutationObserver(look).observe(root, { attributeFilter: ["class", "data-saving"] });
  stream.open();
}

if (page) begin();
