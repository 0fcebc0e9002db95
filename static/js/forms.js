// What forms need from a script, whether htmx or the browser sends them: no double submit, a
// question before something is destroyed, and a warning before typed text is lost.
import { typed } from "./nodes.js";
import { word } from "./words.js";

const busy = new Set();

function free(form) {
  busy.delete(form);
  form.removeAttribute("aria-busy");
}

/** Says with the form that the question was answered with yes; without it the server asks. */
function confirmed(form) {
  if (form.elements.confirmed) return;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "confirmed", value: "yes" });
  form.append(field);
}

// In the capture phase: before htmx sees the event.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.matches("[data-add], [data-upload], [data-filter-form]"))
      return;
    const refused = form.dataset.confirm && !confirm(form.dataset.confirm);
    if (refused || busy.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.dataset.confirm) confirmed(form);
    busy.add(form);
    form.setAttribute("aria-busy", "true");
    // A page load that the reader stopped gives no event.
    setTimeout(() => free(form), 8000);
  },
  true,
);

// In a text Enter begins a line, so Ctrl or Command with it is what sends.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("textarea")?.form;
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt;
  if (busy.has(form)) free(form);
});
// Back from the next page, out of the browser's cache.
window.addEventListener("pageshow", () => busy.forEach(free));

/** A form in which something is typed that was not sent. */
export const unsaved = () => [...document.querySelectorAll("form[data-unsaved]")].find(typed);

window.addEventListener("beforeunload", (event) => {
  const form = unsaved();
  if (form && !busy.has(form)) event.preventDefault();
});
document.addEventListener(
  "xtablo:leave",
  (event) => {
    if (unsaved() && !confirm(word("discard"))) event.preventDefault();
  },
  true,
);

// Back shows the page as it was left: before signing out, or before a change. It is asked for again, unless that would
// lose what was typed on it.
window.addEventListener("pageshow", ({ persisted }) => {
  const [arrival] = performance.getEntriesByType("navigation");
  const kept = persisted || (arrival?.type === "back_forward" && arrival.transferSize === 0);
  if (kept && ![...document.forms].some(typed)) location.reload();
});
