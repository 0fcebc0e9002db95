// The board and its columns stay scrolled as they are: where a form leads back to the page it was sent from, and where a column
// moves, which takes its list to the top.

const KEPT = "scrolled";
// The dialog has an address of its own while it is open.
const here = location.pathname;

const scrollers = () => [...document.querySelectorAll(".canvas, .cards")];

/** Remembers how far the lists in a node are scrolled; what is returned puts them there again. */
export function keepScroll(node) {
  const kept = [...node.querySelectorAll(".cards")].map((list) => [list, list.scrollTop]);
  return () => {
    for (const [list, top] of kept) if (list.scrollTop !== top) list.scrollTop = top;
  };
}

// A page that was answered with an item of it (#item-…): whoever pressed its button presses the next one.
if (location.hash.startsWith("#item-"))
  document.getElementById(location.hash.slice(1))?.querySelector("button")?.focus();

// Those that htmx sends, or another script, have been taken from the browser by now.
window.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !document.querySelector(".canvas")) return;
  const places = scrollers().map(({ id, scrollLeft, scrollTop }) => [id, scrollLeft, scrollTop]);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ path: here, places }));
  } catch {
    // A browser that is told to keep nothing shows the board from its beginning.
  }
});

function kept() {
  try {
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function restore({ places }) {
  const known = new Map(places.map(([id, left, top]) => [id, { left, top, behavior: "instant" }]));
  for (const scroller of scrollers()) scroller.scrollTo(known.get(scroller.id));
  // What was moved is seen, wherever it is now.
  document.querySelector(":target")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const last = kept();
if (last?.path === here && document.querySelector(".canvas")) {
  restore(last);
  // The browser has gone to the address' fragment by then.
  window.addEventListener("load", () => restore(last));
}
