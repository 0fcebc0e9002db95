// Dragging, for anything. An element with data-sortable="group" lets its children be dragged, also
// to other containers of the same group. This script knows no route and posts nothing: at the
// end it sends "sortable:drop" from the moved node, with the place it came from; drop.js posts.
//
// On a touch screen a long press begins a drag, so that a swipe still scrolls.
import { behaviour } from "./behaviour.js";
import { place } from "./nodes.js";
import { keepScroll } from "./scroll.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** To move more children than these out of the way takes longer to measure than to see. */
const ANIMATED_MOST = 60;
const ANIMATION = 120;
const all = new Set();

/** Puts the lists in what is dragged where they were scrolled; also asked by the container it comes to. */
let scroll = () => {};
// A drag that is called off ends where it began.
let calledOff = false;
const callOff = () => {
  if (!document.documentElement.classList.contains("is-dragging")) return;
  calledOff = true;
  document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
};

behaviour("[data-sortable]", (container) => {
  const group = container.dataset.sortable;
  let from;
  let next;
  const sortable = Sortable.create(container, {
    group,
    handle: container.dataset.dragHandle,
    animation: 0,
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
      next = item.nextElementSibling;
      scroll = keepScroll(item);
      calledOff = false;
      for (const one of all) {
        const animated = !calm.matches && one.el.childElementCount <= ANIMATED_MOST;
        one.option("animation", animated ? ANIMATION : 0);
      }
      document.documentElement.classList.add("is-dragging", `is-dragging-${group}`);
    },
    onChange() {
      scroll();
    },
    onEnd({ item }) {
      document.documentElement.classList.remove("is-dragging", `is-dragging-${group}`);
      if (calledOff) {
        if (next?.parentElement === container) next.before(item);
        else container.append(item);
        scroll();
        return;
      }
      scroll();
      const to = place(item);
      if (to.list === from.list && to.previous === from.previous) return;
      item.dispatchEvent(new CustomEvent("sortable:drop", { bubbles: true, detail: { from } }));
    },
  });
  all.add(sortable);
  return () => {
    all.delete(sortable);
    sortable.destroy();
  };
});

window.addEventListener("touchcancel", callOff, true);
window.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !document.documentElement.classList.contains("is-dragging"))
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    callOff();
  },
  true,
);

// Sortable looks under the pointer every 50 ms only, so a quick flick would land where the pointer
// was before. One more look at the moment of release; without it (another version) it still works.
function lookOnceMore() {
  if (calledOff) return;
  Sortable.active?._emulateDragOver?.();
}
window.addEventListener("pointerup", lookOnceMore, true);
window.addEventListener("touchend", lookOnceMore, true);

// The long press that begins a drag would also open the menu of the link under the finger.
document.addEventListener("contextmenu", (event) => {
  const touched = event.pointerType === "touch" || event.pointerType === "pen";
  if (touched && event.target.closest("[data-sortable] .is-chosen")) event.preventDefault();
});
