// Sends files in the background, a request each: a bar that moves, a way to cancel, and what went
// wrong beside the file it went wrong with. It knows no route and no way a person hands over files:
// a form does (data-upload), and "xtablo:upload" from any element, with {files, url, target}.
//
//   data-upload-target    what the answer replaces
//   data-most             on the list of uploads: bytes a file may have; more is not even begun
//
// The list of what is on its way belongs to the window, so it outlives the dialog and its content.
(() => {
  // For the stylesheet: a file that was chosen needs no button to send it.
  document.documentElement.classList.add("has-scripts");
  const tray = document.getElementById("uploads");
  const list = tray.querySelector("ul");
  const most = Number(tray.dataset.most);
  const waiting = [];
  let running = false;

  const messages = {
    0: "The connection broke off.",
    401: "You have been signed out.",
    403: "You may not add files here.",
    404: "The card is no longer there.",
    413: "It is too large.",
    429: "Too many requests. Try again in a moment.",
    503: "The server cannot take files at the moment.",
    507: "The server has no room left.",
  };

  // 1536 -> "1.5 KB", as the server says it.
  function bytes(count) {
    const units = ["bytes", "KB", "MB", "GB"];
    let unit = 0;
    while (count >= 1024 && unit < units.length - 1) [count, unit] = [count / 1024, unit + 1];
    return `${unit && count < 100 ? count.toFixed(1).replace(/\.0$/, "") : Math.round(count)} ${units[unit]}`;
  }

  function element(name, className, text) {
    const node = document.createElement(name);
    node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  function button(text, name, act) {
    const node = element("button", "button button-small", text);
    node.type = "button";
    node.append(element("span", "sr-only", ` ${name}`));
    node.addEventListener("click", act);
    return node;
  }

  /** One file in the tray: from the moment it was handed over until nobody needs to see it. */
  class Upload {
    constructor(file, { url, target }) {
      Object.assign(this, { file, url, target });
      this.row = element("li", "upload-row");
      const name = element("span", "upload-name", file.name);
      name.dir = "auto";
      this.bar = document.createElement("progress");
      this.bar.max = 1;
      this.bar.setAttribute("aria-label", file.name);
      this.said = element("p", "upload-said", "Waiting");
      this.buttons = element("div", "upload-buttons");
      this.row.append(name, this.bar, this.said, this.buttons);
      list.append(this.row);
      this.#offer("Cancel", () => this.#cancel());
    }

    #offer(text, act, more) {
      this.buttons.replaceChildren(button(text, this.file.name, act), ...(more ? [more] : []));
    }

    start() {
      if (this.file.size > most) {
        this.#fail(`It has ${bytes(this.file.size)}; up to ${bytes(most)} are taken.`);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const request = (this.request = new XMLHttpRequest());
        const body = new FormData();
        body.append("file", this.file, this.file.name);
        request.upload.addEventListener("progress", (event) => this.#progress(event));
        request.addEventListener("load", () => this.#answered());
        request.addEventListener("error", () => this.#fail(messages[0]));
        request.addEventListener("loadend", () => resolve());
        request.open("POST", this.url);
        request.setRequestHeader("HX-Request", "true");
        request.send(body);
      });
    }

    #progress({ loaded, total }) {
      this.bar.value = loaded / total;
      // All is sent; the server still has to put it away.
      const done = loaded === total;
      if (done) this.bar.removeAttribute("value");
      this.said.textContent = done ? "Almost there" : `${bytes(loaded)} of ${bytes(total)}`;
    }

    #answered() {
      const { status, responseText, responseURL } = this.request;
      const isPage = /^\s*<!doctype/i.test(responseText);
      if (status === 200 && !isPage) return this.#done(responseText);
      if (status === 200) return this.#fail(messages[401]);
      const told = new DOMParser().parseFromString(responseText, "text/html");
      const problem = isPage ? null : told.querySelector(".problem, .field-error");
      const words = problem?.textContent.trim() ?? messages[status];
      this.#fail(words ?? "Something went wrong on the server.", responseURL);
    }

    #done(html) {
      this.bar.remove();
      this.said.textContent = "Uploaded";
      this.row.classList.add("is-done");
      announce(`${this.file.name} is uploaded`);
      this.buttons.replaceChildren();
      setTimeout(() => this.remove(), 4000);
      const target = document.querySelector(this.target);
      const contextElement = target ?? document.body;
      const swap = { swapStyle: target ? "morph" : "none" };
      htmx.swap(contextElement, Xtablo.known(html), swap, { contextElement });
    }

    #fail(words) {
      this.bar.remove();
      this.said.textContent = words;
      this.said.setAttribute("role", "alert");
      this.row.classList.add("is-failed");
      const again = button("Try again", this.file.name, () => {
        this.remove();
        take([this.file], this);
      });
      this.#offer("Dismiss", () => this.remove(), this.request ? again : null);
    }

    #cancel() {
      const at = waiting.indexOf(this);
      if (at >= 0) waiting.splice(at, 1);
      this.request?.abort();
      announce(`${this.file.name} is cancelled`);
      this.remove();
    }

    remove() {
      const inside = this.row.contains(document.activeElement);
      const next = this.row.nextElementSibling ?? this.row.previousElementSibling;
      this.row.remove();
      tray.hidden = !list.firstElementChild;
      // The focus goes on to the next one, or back to where files come from.
      if (inside)
        (next ?? document.querySelector("[data-upload]"))?.querySelector("button, input")?.focus();
    }
  }

  function announce(text) {
    document.getElementById("announcer").textContent = text;
  }

  function take(files, to) {
    for (const file of files) waiting.push(new Upload(file, to));
    tray.hidden = !list.firstElementChild;
    raise();
    next();
  }

  // One after the other: so each answer shows what those before it brought.
  async function next() {
    if (running) return;
    running = true;
    while (waiting.length) await waiting.shift().start();
    running = false;
  }

  // A modal dialog covers the page and makes it inert: the tray goes inside it, and out again.
  function raise() {
    const home = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
    if (tray.parentElement !== home) home.append(tray);
  }
  document.addEventListener("close", raise, true);
  new MutationObserver(raise).observe(document.getElementById("dialog"), {
    attributeFilter: ["open"],
  });

  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });

  document.addEventListener("xtablo:upload", ({ detail }) => take(detail.files, detail));

  const settings = (form) => ({
    url: form.action,
    target: form.dataset.uploadTarget,
  });

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("[data-upload]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const input = form.querySelector("input[type=file]");
      take([...input.files], settings(form));
      input.value = "";
    },
    true,
  );

  // Where several can be chosen nothing else is asked: they go at once.
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-upload] input[type=file][multiple]") && target.files.length) {
      target.form.requestSubmit();
    }
  });

  Object.assign(window.Xtablo, { uploadSettings: settings });
})();
