// Says what went wrong with a request: in the server's own words where it has said any, else in those of the page.
import { behaviour } from "./behaviour.js";
import { keepOnTop } from "./nodes.js";
import { isPage, serverWords, word } from "./words.js";

const region = document.getElementById("toasts");
const raise = keepOnTop(region);

/** Says `text`, with a `link` behind it that opens in another tab; with that it stays until it is closed. */
export function toast(text, link) {
  // The same message twice is one message.
  for (const old of region.children) if (old.dataset.text === text) old.remove();
  const item = document.createElement("div");
  item.className = "toast";
  item.dataset.text = text;
  item.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", word("close"));
  const icon = document.createElement("span");
  icon.className = "icon icon-close";
  close.append(icon);
  close.addEventListener("click", () => item.remove());
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link.href, textContent: link.text, target: "_blank" });
    words.append(" ", anchor);
  }
  item.append(words, close);
  region.append(item);
  raise();
  if (!link) setTimeout(() => item.remove(), 12_000);
}

/** Milliseconds that a notice which offers something stays. */
const OFFERED = 8000;

// A notice that came with an answer: it goes in time, but not while it is pointed at or has the focus.
// One at a time: the newest is what one would take back.
behaviour("[data-toast]", (item) => {
  for (const old of region.querySelectorAll("[data-toast]")) if (old !== item) old.remove();
  raise();
  let timer = null;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => item.remove(), OFFERED);
  };
  const hold = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) item.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) item.addEventListener(name, wait);
  item.querySelector("[data-dismiss]").addEventListener("click", () => item.remove());
  item.querySelector("form").addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) item.remove();
  });
  wait();
  return hold;
});

/** The page stays as it is, with all that was typed: signing in happens beside it. */
export function signInBeside() {
  const next = encodeURIComponent(location.pathname + location.search);
  return { href: `/login?next=${next}`, text: word("sign-in") };
}

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const link = xhr.status === 401 ? signInBeside() : null;
  toast(serverWords(xhr.responseText) ?? word("failed"), link);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast(word("offline")));
}
document.addEventListener("htmx:targetError", () => toast(word("outdated")));

// A whole page (the sign-in form, after a redirect) must not land inside a column.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!isPage(xhr.responseText)) return;
  event.detail.shouldSwap = false;
  if (xhr.status < 400) location.assign(xhr.responseURL);
});
