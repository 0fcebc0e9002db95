// A picture pasted into a text that is being written is attached to the card, and a link to it stands where the caret was.
//
//   data-paste-url       on the text's form: where the file is sent
//   data-paste-target    what the answer replaces, where the page has it
import { take } from "./queue.js";

/** How many files of each form are on their way, and whether it is to be sent after them. */
const underWay = new Map();

const escaped = (name) => name.replace(/[\\[\]]/g, "\\$&");

/** The text field that takes pasted files, if the node is in one. */
export const textOf = (node) => node.closest?.("form[data-paste-url] textarea") ?? null;

export function intoText(field, files) {
  files.forEach((file, index) => attach(field, file, index ? "\n" : ""));
}

function attach({ id, form }, file, between) {
  const field = () => document.getElementById(id);
  const mark = `[${escaped(file.name)}]()`;
  put(field(), between + mark);
  const state = underWay.get(form) ?? { files: 0, isWanted: false };
  state.files += 1;
  underWay.set(form, state);
  const end = (link) => {
    if (field()) replace(field(), mark, link);
    state.files -= 1;
    if (!link) state.isWanted = false;
    if (state.files > 0) return;
    underWay.delete(form);
    form.removeAttribute("aria-busy");
    if (state.isWanted) form.requestSubmit();
  };
  const { pasteUrl: url, pasteTarget: target } = form.dataset;
  take([file], { url, target, done: (html) => end(linkTo(file, html)), ended: () => end("") });
}

/** Puts text where the caret is. */
function put(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  changed(field);
}

function replace(field, mark, text) {
  const at = field.value.indexOf(mark);
  // Somebody has changed it: the link comes where the caret is now.
  if (at < 0) return text && put(field, text);
  field.setRangeText(text, at, at + mark.length, "preserve");
  changed(field);
}

const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

/** The answer lists the card's files. Ids grow, so the last of those with that name is the one. */
function linkTo(file, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const links = [...answer.querySelectorAll("a.file-name")];
  const same = links.filter((link) => link.textContent.trim() === file.name);
  const paths = (same.length ? same : links).map((link) => link.getAttribute("href"));
  return `[${escaped(file.name)}](${paths.sort().at(-1)})`;
}

// Saved before a file is there, its link would be missing: the form waits for it. In the capture phase, before any other script
// takes it for sent.
document.addEventListener(
  "submit",
  (event) => {
    const state = underWay.get(event.target);
    if (!state) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    state.isWanted = true;
    event.target.setAttribute("aria-busy", "true");
  },
  true,
);
