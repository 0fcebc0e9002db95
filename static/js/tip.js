// What is only an icon says in words what it does, while it is pointed at or has the focus by keyboard: the words are those that
// are read out. What has a title says it by itself.
import { behaviour } from "./behaviour.js";

const CONTROLS = "a[href], button, summary";
/** Milliseconds that the pointer rests first. */
const REST = 400;
/** Pixels to the control, and to the window's edge. */
const GAP = 6;

const tip = document.createElement("div");
tip.className = "tip";
tip.popover = "manual";
tip.setAttribute("aria-hidden", "true");
document.body.append(tip);

let timer = null;
let shown = null;

/** The words of a control that shows none; nothing for one that does. */
function wordsOf(control) {
  if (control.title || control.closest("[aria-hidden=true]")) return "";
  const copy = control.cloneNode(true);
  for (const node of copy.querySelectorAll("[aria-hidden=true], .sr-only, svg")) node.remove();
  // The stylesheet shows an icon in its place.
  const hasWords = copy.textContent.trim() && !control.matches(".move");
  if (hasWords || control.querySelector("img")) return "";
  const said = control.querySelector(".sr-only") ?? control;
  return (control.getAttribute("aria-label") ?? said.textContent).trim();
}

function show(control) {
  const words = control.isConnected ? wordsOf(control) : "";
  if (!words || document.documentElement.classList.contains("is-dragging")) return;
  hide();
  shown = control;
  tip.textContent = words;
  tip.showPopover();
  place(control);
}

function place(control) {
  const { left, width, top, bottom } = control.getBoundingClientRect();
  const room = innerWidth - tip.offsetWidth - GAP;
  const below = bottom + GAP;
  const fits = below + tip.offsetHeight <= innerHeight;
  tip.style.left = `${Math.max(GAP, Math.min(left + (width - tip.offsetWidth) / 2, room))}px`;
  tip.style.top = `${fits ? below : top - GAP - tip.offsetHeight}px`;
}

function hide() {
  clearTimeout(timer);
  if (shown) tip.hidePopover();
  shown = null;
}

const controlOf = ({ target }) => target.closest?.(CONTROLS);

if (tip.showPopover) {
  document.addEventListener("pointerover", (event) => {
    const control = controlOf(event);
    if (event.pointerType === "touch" || (control && control === shown)) return;
    hide();
    if (control) timer = setTimeout(() => show(control), REST);
  });
  document.addEventListener("focusin", (event) => {
    const control = controlOf(event);
    if (control?.matches(":focus-visible")) show(control);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  for (const name of ["focusout", "pointerdown"]) document.addEventListener(name, hide, true);
  // Going on by keyboard scrolls to what has the focus.
  const follow = () => (shown?.matches(":focus-visible") ? place(shown) : hide());
  document.addEventListener("scroll", follow, true);
  document.addEventListener("htmx:afterSettle", () => {
    if (!shown?.isConnected) hide();
  });
  document.documentElement.addEventListener("pointerleave", hide);
} else {
  behaviour(CONTROLS, (control) => {
    control.title = wordsOf(control);
  });
}
