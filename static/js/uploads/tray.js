// The list of files on their way: a bar that moves, buttons, and what went wrong beside the file it went wrong with. It
// belongs to the window, so it outlives the dialog and its content.
//
//   data-most    on the tray: bytes a file may have
import { keepOnTop } from "../nodes.js";
import { bytes, word } from "../words.js";

const tray = document.getElementById("uploads");
const list = tray.querySelector("ul");
const raise = keepOnTop(tray);

/** Bytes. More is not even begun. */
export const limit = Number(tray.dataset.most);

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}

export class Row {
  constructor(name) {
    this.name = name;
    this.row = element("li", "upload-row");
    const title = element("span", "upload-name", name);
    title.dir = "auto";
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", name);
    this.said = element("p", "upload-said", word("waiting"));
    this.buttons = element("div", "upload-buttons");
    this.row.append(title, this.bar, this.said, this.buttons);
    list.append(this.row);
    tray.hidden = false;
    raise();
  }

  /** A button, in the place of those there are. */
  offer(text, act) {
    this.buttons.replaceChildren();
    this.offerMore(text, act);
  }

  offerMore(text, act) {
    const button = element("button", "button button-small", text);
    button.type = "button";
    button.append(element("span", "sr-only", ` ${this.name}`));
    button.addEventListener("click", act);
    this.buttons.append(button);
  }

  progress({ loaded, total }) {
    this.bar.value = loaded / total;
    // All is sent; the server still has to put it away.
    const isSent = loaded === total;
    if (isSent) this.bar.removeAttribute("value");
    const sizes = { loaded: bytes(loaded), total: bytes(total) };
    this.said.textContent = isSent ? word("almost-there") : word("progress", sizes);
  }

  done() {
    this.bar.remove();
    this.buttons.replaceChildren();
    this.said.textContent = word("uploaded");
    this.row.classList.add("is-done");
    setTimeout(() => this.remove(), 4000);
  }

  fail(words) {
    this.bar.remove();
    this.said.textContent = words;
    this.said.setAttribute("role", "alert");
    this.row.classList.add("is-failed");
  }

  remove() {
    const inside = this.row.contains(document.activeElement);
    const next = this.row.nextElementSibling ?? this.row.previousElementSibling;
    this.row.remove();
    tray.hidden = !list.firstElementChild;
    // The focus goes on to the next one, or back to where files come from.
    const home = next ?? document.querySelector("[data-upload]");
    if (inside) home?.querySelector("button, input")?.focus();
  }
}
