// Says what went wrong with a request, in words of our own: an error's body is never shown.
// Other scripts send "xtablo:toast" with {text}.
(() => {
  const region = document.getElementById("toasts");
  const messages = {
    0: "The server cannot be reached. Check your connection and try again.",
    401: "You have been signed out. Reload the page to sign in again.",
    403: "You may not do that on this board.",
    404: "It is no longer there. Somebody may have archived or deleted it.",
    409: "Somebody changed this at the same moment. Reload the page and try again.",
    413: "That is too much for one request.",
    429: "Too many requests. Wait a moment and try again.",
    503: "The server is restarting. Try again in a moment.",
  };

  function toast(text) {
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
    close.setAttribute("aria-label", "Close");
    const icon = document.createElement("span");
    icon.className = "icon icon-close";
    close.append(icon);
    close.addEventListener("click", () => item.remove());
    item.append(words, close);
    region.append(item);
    raise();
    setTimeout(() => item.remove(), 12_000);
  }

  // A modal dialog makes the rest of the page inert and covers it: the toasts go inside it.
  function raise() {
    const open = [...document.querySelectorAll("dialog[open]")].pop();
    const home = open ?? document.body;
    if (region.parentElement !== home) home.append(region);
  }
  document.addEventListener("close", raise, true);

  document.addEventListener("xtablo:toast", (event) => toast(event.detail.text));
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    toast(messages[xhr.status] ?? "Something went wrong on the server. Nothing was changed.");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => toast(messages[0]));
  }
  document.addEventListener("htmx:targetError", () => {
    toast("This page is out of date. Reload it and try again.");
  });

  // A whole page (the sign-in form, after a redirect) must not land inside a column.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (!/^\s*<!doctype/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    if (xhr.status < 400) location.assign(xhr.responseURL);
  });
})();
