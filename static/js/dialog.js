// Links inside [data-dialog] open in the one shared <dialog>. They stay links: without this script,
// or with a modifier key, they lead to a page. A form in the dialog is an htmx form; what its
// answer means (show the refused form again, or done and close) is decided here, once.

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener = null;
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
  if (!dialog.open) opener = { link, id: link.closest("[id]")?.id };
  htmx.ajax("GET", link.href, { source: body, target: body, swap: "innerHTML" }).catch(() => {});
});

function show() {
  const heading = body.querySelector("h1, h2");
  dialog.setAttribute("aria-label", heading ? heading.textContent : usual);
  if (!dialog.open) dialog.showModal();
  const fields = [...body.querySelectorAll("[aria-invalid=true], .input")];
  (fields.find((field) => field.checkVisibility()) ?? body).focus({ preventScroll: true });
  dialog.scrollTop = 0;
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!inDialog(detail.requestConfig.elt) || detail.xhr.status !== 422) return;
  detail.target = body;
  detail.swapOverride = "innerHTML";
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { successful, target, requestConfig, xhr } = detail;
  if (!inDialog(requestConfig.elt)) return;
  if (xhr.status === 422 || (successful && inDialog(target))) show();
  else if (successful) dialog.close();
});

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
  if (!opener) return;
  // The card may have been drawn anew, or stand in another column now: look it up by its id.
  const again = document.getElementById(opener.id)?.querySelector("a");
  (opener.link.isConnected ? opener.link : again)?.focus();
  opener = null;
});
