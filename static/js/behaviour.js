// Something that elements of a kind do, from the moment they are on the page until they leave it, however they got there.

const known = [];
/** What ends each element's behaviours. */
const endings = new WeakMap();

function connect(element, { selector, begin }) {
  if (!element.matches(selector)) return;
  const ends = endings.get(element) ?? new Map();
  if (ends.has(selector)) return;
  ends.set(selector, begin(element) ?? (() => {}));
  endings.set(element, ends);
}

/** Calls `begin` with each element that matches; what it returns is called when the element leaves the page. */
export function behaviour(selector, begin) {
  known.push({ selector, begin });
  for (const element of document.querySelectorAll(selector)) connect(element, { selector, begin });
}

htmx.onLoad((root) => {
  for (const one of known) {
    if (root.matches) connect(root, one);
    for (const element of root.querySelectorAll(one.selector)) connect(element, one);
  }
});

document.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
  for (const end of endings.get(target)?.values() ?? []) end();
  endings.delete(target);
});
