// Links inside [data-dialog] open in the one shared <dialog>. They stay links: without this script,
// or with a modifier key, they lead to a page. A form in the dialog is an htmx form; what its
// answer means (show the refused form again, or done and close) is decided here, once.
//
// It opens at once, with the title of what was clicked, and fills when the answer is there.
//
// While it is open the address is that of what it shows: it can be copied, a reload shows it on a page of its own, and Back
// closes it.

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener = null;
// The addresses of what is on its way into the dialog, and of what is in it.
let loading = null;
let shown = null;
const usual = dialog.getAttribute("aria-label");

const inDialog = (node) => node instanceof Node && dialog.contains(node);
// forms.js objects when something typed would be lost.
const mayLeave = () => dialog.dispatchEvent(new Event("xtablo:leave", { cancelable: true }));

function linkToOpen(event) {
  if (event.defaultPrevented || event.button) return null;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = event.target.closest("a[href]");
  const scope = link?.closest("[data-dialog], [data-no-dialog]");
  const plain = !scope?.hasAttribute("data-dialog") || link.target;
  return plain || link.origin !== location.origin ? null : link;
}

document.addEventListener("click", (event) => {
  const link = linkToOpen(event);
  if (!link) return;
  event.preventDefault();
  if (dialog.open && !mayLeave()) return;
  if (!dialog.open) opener = remember(link);
  load(link.href, titleOf(link)).then(() => {
    // Not where it could not be shown.
    if (shown !== link.href || address() === link.href) return;
    if (address()) history.replaceState({ dialog: link.href }, "", link.href);
    else history.pushState({ dialog: link.href }, "", link.href);
  });
});

// Only where the link is the thing itself, not one of its buttons.
const titleOf = (link) =>
  link.closest("[id]")?.querySelector("a") === link ? link.textContent : "";

function load(href, title = "") {
  loading = href;
  if (!dialog.open) outline(title);
  return htmx.ajax("GET", href, { source: body, target: body, swap: "innerHTML" }).catch(() => {});
}

/** What the dialog shows by the browser's history; undefined where that is at the page beneath. */
const address = () => history.state?.dialog;

window.addEventListener("popstate", () => {
  // Back was refused for the sake of what was typed, so it is still there.
  if (dialog.open && address() === shown) return;
  if (address()) load(address());
  else if (dialog.open && mayLeave()) dialog.close();
  else if (dialog.open) history.forward();
});

/** Where the focus goes back to: what was opened, or what stands beside it once that is gone. */
function remember(link) {
  const item = link.closest("[id]");
  const near = [
    item,
    item?.nextElementSibling,
    item?.previousElementSibling,
    item?.parentElement.closest("[id]"),
  ];
  return { link, ids: near.map((node) => node?.id).filter(Boolean) };
}

/** What is seen until there is more: the title, and bars where text will be. */
function outline(title) {
  const heading = document.createElement("p");
  heading.className = "card-title";
  heading.dir = "auto";
  heading.textContent = title;
  const bars = document.createElement("div");
  bars.className = "bars";
  body.replaceChildren(heading, bars);
  body.setAttribute("aria-busy", "true");
  dialog.setAttribute("aria-label", title || usual);
  dialog.showModal();
  body.focus({ preventScroll: true });
}

function show() {
  body.removeAttribute("aria-busy");
  const heading = body.querySelector("h1, h2");
  dialog.setAttribute("aria-label", heading ? heading.textContent : usual);
  if (!dialog.open) dialog.showModal();
  // The form that was asked for, and not those that stand beside what is read.
  const fields = [
    ...body.querySelectorAll(
      "[aria-invalid=true], .input:not(.card-side *, .checklist *, .checklist-new *, .stream *, .title-edit *)",
    ),
  ];
  (fields.find((field) => field.checkVisibility()) ?? body).focus({ preventScroll: true });
  dialog.scrollTop = 0;
}

/** Whether an answer is one to `load`. */
const isLoad = ({ requestConfig, target }) =>
  requestConfig.elt === body && requestConfig.verb === "get" && target === body;
// Closed, or on its way to something else.
const isLate = ({ requestConfig }) => !dialog.open || requestConfig.path !== loading;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isLoad(detail) && isLate(detail)) detail.shouldSwap = false;
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!inDialog(detail.requestConfig.elt) || detail.xhr.status !== 422) return;
  detail.target = body;
  detail.swapOverride = "innerHTML";
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { successful, target, requestConfig, xhr } = detail;
  if (!inDialog(requestConfig.elt)) return;
  if (isLoad(detail)) {
    if (isLate(detail)) return;
    if (successful) shown = loading;
    // What could not be had is said in a toast.
    else if (body.hasAttribute("aria-busy")) dialog.close();
  }
  if (xhr.status === 422 || (successful && target === body)) show();
  else if (successful && inDialog(target)) keepFocus();
  else if (successful) dialog.close();
});

// A part of what is shown was replaced: the reader stays where they are.
function keepFocus() {
  if (!inDialog(document.activeElement)) body.focus({ preventScroll: true });
}

// Here and not at "cancel", which browsers let a page prevent only once before they close the dialog all the same.
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
  // A menu in the dialog closes first.
  if (dialog.querySelector("details[data-menu][open]")) return;
  event.preventDefault();
  if (mayLeave()) dialog.close();
});
// By other means than the key, such as a phone's Back.
dialog.addEventListener("cancel", (event) => {
  if (!mayLeave()) event.preventDefault();
});
dialog.addEventListener("mousedown", (event) => {
  if (event.target === dialog && mayLeave()) dialog.close();
});
dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") && mayLeave()) dialog.close();
});

dialog.addEventListener("close", () => {
  body.replaceChildren();
  body.removeAttribute("aria-busy");
  shown = loading = null;
  if (address()) history.back();
  if (!opener) return;
  // The card may have been drawn anew, or stand in another column now: look it up by its id.
  const again = opener.ids
    .map((id) => document.getElementById(id)?.querySelector("a"))
    .find(Boolean);
  (opener.link.isConnected ? opener.link : again)?.focus();
  opener = null;
});
