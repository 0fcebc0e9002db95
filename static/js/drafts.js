// What is typed into a form (data-draft) is kept on the device until it was saved, so that neither a crash nor a session that
// has ended takes it. A draft belongs to the reader and to the form's action, and knows the version it was typed over: saved
// over a newer one, it is refused as if the page had never been left.
import { behaviour } from "./behaviour.js";
import { word } from "./words.js";

const PREFIX = "draft ";
const DAYS = 30;
const MOST = 50;
/** Milliseconds without a key until it is written. */
const PAUSE = 300;
/** What was sent without htmx; the page that follows tells whether it was saved. */
const SENT = "sent drafts";

const pathOf = (form) => new URL(form.getAttribute("action"), location).pathname;
const keyAt = (path) => `${PREFIX}${document.body.dataset.reader} ${path}`;
const keyOf = (form) => keyAt(pathOf(form));
const isDrafted = (form) => form.matches?.("form[data-draft]");

const isText = (field) =>
  field instanceof HTMLTextAreaElement ||
  (field instanceof HTMLInputElement && ["text", "search", "url"].includes(field.type));
const textsOf = (form) => [...form.elements].filter((field) => field.name && isText(field));
// A form that was refused shows what was typed as if it had always been there.
const wasRefused = (form) => Boolean(form.querySelector(".problem, .field-error"));

/** A browser may be told to keep nothing, and then throws. */
function isAllowed() {
  try {
    return Boolean(localStorage && sessionStorage);
  } catch {
    return false;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** All there are, the oldest first. */
const all = () =>
  Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, at: parsed(localStorage.getItem(key))?.at ?? 0 }))
    .sort((a, b) => a.at - b.at);

function tidy() {
  const drafts = all();
  const latest = Date.now() - DAYS * 86_400_000;
  drafts.forEach(({ key, at }, index) => {
    if (at < latest || index < drafts.length - MOST) localStorage.removeItem(key);
  });
}

function write(key, draft) {
  const text = JSON.stringify(draft);
  const others = all().filter((other) => other.key !== key);
  for (;;) {
    try {
      localStorage.setItem(key, text);
      return tidy();
    } catch {
      // The device's room for this site is full: the oldest goes.
      if (!others.length) return;
      localStorage.removeItem(others.shift().key);
    }
  }
}

const timers = new Map();

function keep(form) {
  stopTimer(form);
  const fields = textsOf(form);
  if (!wasRefused(form) && fields.every((field) => field.value === field.defaultValue)) {
    return localStorage.removeItem(keyOf(form));
  }
  const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  write(keyOf(form), { at: Date.now(), version: form.elements.version?.value, values });
}

function stopTimer(form) {
  clearTimeout(timers.get(form));
  return timers.delete(form);
}

function forget(form) {
  stopTimer(form);
  localStorage.removeItem(keyOf(form));
}

function restore(form) {
  const draft = parsed(localStorage.getItem(keyOf(form)));
  if (!draft || wasRefused(form)) return;
  const differing = textsOf(form).filter(
    ({ name, value }) => name in draft.values && draft.values[name] !== value,
  );
  if (!differing.length) return localStorage.removeItem(keyOf(form));
  const { version } = form.elements;
  const current = version?.value;
  if (version && draft.version) version.value = draft.version;
  for (const field of differing) field.value = draft.values[field.name];
  // What is in a closed <details> would not be seen.
  const closed = form.closest("details");
  if (closed) closed.open = true;
  tell(form, () => {
    if (version) version.value = current;
    for (const field of textsOf(form)) field.value = field.defaultValue;
    forget(form);
    differing[0].focus();
  });
}

/** Says that there is a draft, with a button that calls `discard`. */
function tell(form, discard) {
  const note = document.createElement("p");
  note.className = "draft-note";
  note.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = word("discard-draft");
  button.addEventListener("click", () => {
    note.remove();
    discard();
  });
  note.append(word("draft-restored"), button);
  form.prepend(note);
}

/** The page before may have sent a draft. */
function forgetSent() {
  const path = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [arrival] = performance.getEntriesByType("navigation");
  const { redirectCount = 0, responseStatus: status = 200 } = arrival ?? {};
  // What was saved leads on to another page; what was refused is one itself.
  if (path && redirectCount && status >= 200 && status < 300) localStorage.removeItem(keyAt(path));
}

if (isAllowed()) {
  forgetSent();
  tidy();
  behaviour("form[data-draft]", (form) => {
    restore(form);
    return () => {
      if (timers.has(form)) keep(form);
    };
  });
}

document.addEventListener("input", ({ target }) => {
  const { form } = target;
  if (!form || !isDrafted(form) || !isText(target) || !isAllowed()) return;
  stopTimer(form);
  timers.set(
    form,
    setTimeout(() => keep(form), PAUSE),
  );
});
window.addEventListener("pagehide", () => {
  for (const form of [...timers.keys()]) keep(form);
});

// Before the answer is shown: the form that it may bring is another one.
document.addEventListener("htmx:beforeOnLoad", ({ detail: { requestConfig, xhr } }) => {
  const form = requestConfig.elt;
  if (isAllowed() && isDrafted(form) && xhr.status >= 200 && xhr.status < 300) forget(form);
});

// After forms.js, which asks: what was given up is not to come again.
document.addEventListener(
  "xtablo:leave",
  (event) => {
    if (event.defaultPrevented || !isAllowed()) return;
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const isTyped = textsOf(form).some((field) => field.value !== field.defaultValue);
      if (isTyped || wasRefused(form)) forget(form);
    }
  },
  true,
);

// Without htmx, also by way of signing in, where a form has the same action and no fields to type into.
window.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !isAllowed()) return;
  const form = event.target;
  if (form.matches("[data-signs-out]")) {
    for (const { key } of all()) localStorage.removeItem(key);
    return;
  }
  if (timers.has(form)) keep(form);
  if (all().some(({ key }) => key.endsWith(` ${pathOf(form)}`)))
    sessionStorage.setItem(SENT, pathOf(form));
});
