// Other ways to hand over files than a form: dropping them onto a card or into an open one, and
// pasting a picture. What they are handed to says where they go:
//
//   data-upload-url="/cards/:id/files"    on a list: a file dropped onto one of its children; :id is
//                                         the child's id after its first hyphen
//   form[data-upload]                     on an open card: a file dropped or pasted anywhere in it
//   form[data-paste-url]                  around a text: a file pasted into that (into_text.js)
//
// A file dropped beside all of that is not opened in place of the page.
import { idOf } from "../nodes.js";
import { toast } from "../toast.js";
import { word } from "../words.js";
import { uploadSettings } from "./form.js";
import { intoText, textOf } from "./into_text.js";
import { take } from "./queue.js";

const marked = "is-drop-target";
const hasFiles = (transfer) => [...(transfer?.types ?? [])].includes("Files");

/** The form of the card that is open: in the dialog, else on the page. */
function openForm() {
  const dialog = document.querySelector("dialog[open]");
  return (dialog ?? document.getElementById("main")).querySelector("form[data-upload]");
}

/** Where a file would go that is let go of here: the node to mark, and what upload.js is told. */
function placeOf(node) {
  const child = node.closest?.("[data-upload-url] > [id]");
  if (child) return { node: child, to: ofChild(child) };
  const form = openForm();
  if (!form || document.querySelector("dialog[open]")?.contains(node) === false) return null;
  return { node: form.closest("section, article"), to: uploadSettings(form) };
}

function ofChild(child) {
  const id = idOf(child);
  const url = child.parentElement.dataset.uploadUrl.replace(":id", id);
  return { url, target: `#files-${id}` };
}

function mark(node) {
  for (const old of document.querySelectorAll(`.${marked}`)) {
    if (old !== node) old.classList.remove(marked);
  }
  node?.classList.add(marked);
}

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event.dataTransfer)) return;
  event.preventDefault();
  const place = placeOf(event.target);
  event.dataTransfer.dropEffect = place ? "copy" : "none";
  mark(place?.node);
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(null);
});
document.addEventListener("drop", (event) => {
  if (!hasFiles(event.dataTransfer)) return;
  event.preventDefault();
  mark(null);
  const place = placeOf(event.target);
  // A folder comes as a file without a content that could be read.
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
  const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
  if (items.some(isFolder)) toast(word("no-folders"));
  if (place) take(files, place.to);
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const typing = event.target.closest?.("input, textarea, [contenteditable]");
  // What was copied from a document is a text as well as a picture of it.
  if (!files.length || (typing && event.clipboardData.types.includes("text/plain"))) return;
  const text = textOf(event.target);
  if (text) {
    event.preventDefault();
    return intoText(text, files.map(named));
  }
  const card = document.activeElement?.closest("[data-upload-url] > [id]");
  const form = openForm();
  const to = form ? uploadSettings(form) : card && ofChild(card);
  if (!to) return;
  event.preventDefault();
  take(files.map(named), to);
});

// Every picture out of the clipboard is called the same.
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  const when = now.slice(0, 19).replace("T", " ").replaceAll(":", ".");
  const name = file.name.replace(/^image/, word("pasted", { when }));
  return new File([file], name, { type: file.type });
}
