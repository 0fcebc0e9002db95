// Posts a move, however it was made (a drag, a key), and puts the node back when the server says no.
// It knows no route: the node's container says where a drop is posted.
//
//   data-drop-url="/cards/:id/move"       :id is the node's id after its first hyphen
//   data-drop-after="after"               field: the id of the node before it, "" = first
//   data-drop-first="id"                  what first follows, where not all nodes are shown
//   data-drop-parent="column_id"          field: the container's own id (left out: no such field)
//   data-drop-target="#column-:parent"    what the answer replaces
//
// Drops are posted one after the other. An answer shows the server's order, which does not know
// the drops still waiting; they are laid over it again before the browser paints. As long as one is
// on its way, <html data-saving> says so.
import { untilDone } from "./leaving.js";
import { idOf, place } from "./nodes.js";
import { post } from "./post.js";
import { keepScroll } from "./scroll.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const waiting = [];
let running = null;

const byId = (id) => (id ? document.getElementById(id) : null);

// An answer that still has the node elsewhere has drawn it a second time: the reader's own stays.
function theOne(id, list) {
  const [first, ...more] = document.querySelectorAll(`[id="${id}"]`);
  if (!more.length) return first;
  const nodes = [first, ...more];
  const kept = nodes.find((node) => node.parentElement.id === list) ?? first;
  for (const node of nodes) if (node !== kept) node.remove();
  return kept;
}

function put(id, { list, previous }) {
  const node = theOne(id, list);
  const container = byId(list);
  const before = byId(previous);
  if (!node || !container) return;
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  const scroll = keepScroll(node);
  if (before && before.parentElement === container) before.after(node);
  else if (previous) container.append(node);
  else container.prepend(node);
  scroll();
  focused?.focus({ preventScroll: true });
}

document.addEventListener("sortable:drop", (event) => {
  const node = event.target;
  const again = waiting.find((drop) => drop.id === node.id);
  if (again) again.to = place(node);
  else waiting.push({ id: node.id, from: event.detail.from, to: place(node) });
  if (!running) untilDone(next());
});

async function next() {
  running = waiting.shift() ?? null;
  document.documentElement.toggleAttribute("data-saving", Boolean(running));
  if (!running) return;
  const { outcome, words } = await send(running);
  const later = waiting.find((drop) => drop.id === running.id);
  if (outcome !== "done") {
    // A later drop of the same node decides; if that fails too, it goes back to where this began.
    if (later) later.from = running.from;
    else putBack(running, outcome, words);
  }
  for (const drop of waiting) put(drop.id, drop.to);
  await next();
}

async function send(drop) {
  const node = byId(drop.id);
  if (!node) return { outcome: "failed" };
  const container = node.parentElement;
  const { dropUrl, dropAfter, dropFirst, dropParent, dropTarget } = container.dataset;
  const values = {};
  const previous = node.previousElementSibling;
  values[dropAfter] = previous ? idOf(previous) : (dropFirst ?? "");
  if (dropParent) values[dropParent] = idOf(container);
  return post(dropUrl.replace(":id", idOf(node)), values, {
    // Not the node: an answer may take it out of the page, and htmx finds no morph from out there.
    source: document.body,
    target: dropTarget.replace(":parent", idOf(container)).replace(":id", idOf(node)),
    swap: "morph",
  });
}

function putBack(drop, outcome, words) {
  put(drop.id, drop.from);
  // Other failures have a toast already, from the request itself.
  if (outcome === "refused") toast(words ?? word("move-undone"));
}
