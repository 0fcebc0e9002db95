// Dragging, for anything. An element with data-sortable="group" lets its children be dragged, also
// to other containers of the same group. This script knows no route and posts nothing: at the
// end it sends "sortable:drop" from the moved node, with the place it came from; drop.js posts.
//
// On a touch screen a long press begins a drag, so that a swipe still scrolls.
import { behaviour } from "./behaviour.js";
import { place } from "./nodes.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
behaviour("[data-sortable]", (container) => {
  let from;
  const sortable = Sortable.create(container, {
    group: container.dataset.sortable,
    handle: container.dataset.dragHandle,
    animation: calm.matches ? 0 : 120,
    delay: 200,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    // The browser's own drag image can be neither styled nor scrolled with.
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 4,
    scrollSensitivity: 90,
    scrollSpeed: 14,
    ghostClass: "is-placeholder",
    chosenClass: "is-chosen",
    dragClass: "is-dragged",
    onStart({ item }) {
      from = place(item);
      document.documentElement.classList.add("is-dragging");
    },
    onEnd({ item }) {
      document.documentElement.classList.remove("is-dragging");
      const to = place(item);
      if (to.list === from.list && to.previous === from.previous) return;
      item.dispatchEvent(new CustomEvent("sortable:drop", { bubbles: true, detail: { from } }));
    },
  });
  return () => sortable.destroy();
});

// Sortable looks under the pointer every 50 ms only, so a quick flick would land where the pointer
// was before. One more look at the moment of release; without it (another version) it still works.
function lookOnceMore() {
  Sortable.active?._emulateDragOver?.();
}
window.addEventListener("pointerup", lookOnceMore, true);
window.addEventListener("touchend", lookOnceMore, true);

// The long press that begins a drag would also open the menu of the link under the finger.
document.addEventListener("contextmenu", (event) => {
  const touched = event.pointerType === "touch" || event.pointerType === "pen";
  if (touched && event.target.closest("[data-sortable] .is-chosen")) event.preventDefault();
});
