// Keys that lead from every page to another one: `/` to search, and `G` followed by a letter.
import { hasKeys, isTyping } from "./nodes.js";

const places = { b: "/boards", i: "/inbox", m: "/my" };

/** How long `G` waits for its letter, in milliseconds. */
const PATIENCE = 1500;

let since = -Infinity;

document.addEventListener("keydown", (event) => {
  // With Alt or Ctrl it is another key, or none: on many keyboards AltGr is both. `/` may need Shift.
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!hasKeys() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (!document.body.hasAttribute("data-reader")) return;
  if (event.key === "/") {
    event.preventDefault();
    const field = document.getElementById("search-query");
    if (field) field.select();
    else location.assign("/search");
    return;
  }
  const key = event.key.toLowerCase();
  const follows = event.timeStamp - since < PATIENCE;
  since = key === "g" && !follows ? event.timeStamp : -Infinity;
  if (!follows || !Object.hasOwn(places, key)) return;
  event.preventDefault();
  location.assign(places[key]);
});
