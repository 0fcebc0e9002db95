// Sends files in the background, a request each, one after the other: so each answer shows what those before it brought. It
// knows no route and no way a person hands over files.
import { known } from "../morphing.js";
import { announce, bytes, isPage, serverWords, word } from "../words.js";
import { Row, limit } from "./tray.js";

const waiting = [];
let running = false;

/** One file: from the moment it was handed over until its row is not needed any more. */
class Upload {
  constructor(file, to) {
    Object.assign(this, { file, to });
    this.row = new Row(file.name);
    this.row.offer(word("cancel"), () => this.#cancel());
  }

  start() {
    if (this.file.size > limit) {
      this.#fail(word("file-too-large", { size: bytes(this.file.size), limit: bytes(limit) }));
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const request = (this.request = new XMLHttpRequest());
      const body = new FormData();
      body.append("file", this.file, this.file.name);
      request.upload.addEventListener("progress", (event) => this.row.progress(event));
      request.addEventListener("load", () => this.#answered());
      request.addEventListener("error", () => this.#fail(word("upload-broke-off")));
      request.addEventListener("loadend", () => resolve());
      request.open("POST", this.to.url);
      request.setRequestHeader("HX-Request", "true");
      request.send(body);
    });
  }

  #answered() {
    const { status, responseText } = this.request;
    if (status === 200 && !isPage(responseText)) return this.#done(responseText);
    this.#fail(serverWords(responseText) ?? word("failed"));
  }

  #done(html) {
    this.row.done();
    this.to.done?.(html);
    announce(word("uploaded-name", { name: this.file.name }));
    const target = document.querySelector(this.to.target);
    const contextElement = target ?? document.body;
    const swap = { swapStyle: target ? "morph" : "none" };
    htmx.swap(contextElement, known(html), swap, { contextElement });
  }

  #fail(words) {
    this.to.ended?.();
    this.row.fail(words);
    this.row.offer(word("dismiss"), () => this.row.remove());
    // What was too large before it was sent is so the next time, too.
    if (this.request) {
      this.row.offerMore(word("try-again"), () => {
        this.row.remove();
        take([this.file], this.to);
      });
    }
  }

  #cancel() {
    const at = waiting.indexOf(this);
    if (at >= 0) waiting.splice(at, 1);
    this.request?.abort();
    this.to.ended?.();
    announce(word("cancelled-name", { name: this.file.name }));
    this.row.remove();
  }
}

/**
 * Takes files to be sent to `to.url`; the answer replaces `to.target`. Of each it calls `to.done` with the answer, or `to.ended`
 * where it was cancelled or refused.
 */
export function take(files, to) {
  for (const file of files) waiting.push(new Upload(file, to));
  next();
}

async function next() {
  if (running) return;
  running = true;
  while (waiting.length) await waiting.shift().start();
  running = false;
}

window.addEventListener("beforeunload", (event) => {
  if (running) event.preventDefault();
});
