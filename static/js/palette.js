// The palette: one field for boards, cards, people and what there is to do on the page. The focus stays in the field;
// which of the list is chosen, `aria-activedescendant` says.

const WAIT = 100;

const palette = () => document.getElementById("palette");
const input = () => document.getElementById("palette-input");
const offers = () => document.getElementById("palette-offers");
const options = () => [...palette().querySelectorAll("[role=option]:not([hidden])")];

let asked = null;
let timer = 0;

function choose(option) {
  for (const other of palette().querySelectorAll("[aria-selected=true]"))
    other.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input().setAttribute("aria-activedescendant", option.id);
  else input().removeAttribute("aria-activedescendant");
}

/** What the menus of the page lead to, for who could choose it there. */
function pageCommands() {
  const own = palette().querySelector("#palette-commands");
  for (const old of own.querySelectorAll("[data-of-page]")) old.remove();
  const known = new Set([...own.querySelectorAll("a")].map((link) => link.getAttribute("href")));
  const links = document.querySelectorAll(
    "main .menu-panel a[href], main .board-header a[href], .top-bar .menu-panel a[href]",
  );
  for (const link of links) {
    const href = link.getAttribute("href");
    const text = link.textContent.replace(/\s+/g, " ").trim();
    if (!text || known.has(href)) continue;
    known.add(href);
    const option = document.createElement("a");
    option.className = "palette-option";
    option.id = `palette-page-${known.size}`;
    option.href = href;
    option.tabIndex = -1;
    option.dataset.ofPage = "";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const title = document.createElement("span");
    title.className = "palette-title";
    title.textContent = text;
    option.append(title);
    own.append(option);
  }
}

/** Leaves those commands whose words begin as what is typed does. */
function narrow() {
  const words = input().value.toLowerCase().split(/\s+/).filter(Boolean);
  const group = palette().querySelector("#palette-commands");
  let any = false;
  for (const command of group.querySelectorAll("[role=option]")) {
    const text = command.querySelector(".palette-title").textContent.toLowerCase();
    const fits = words.every((word) => text.includes(word));
    command.hidden = !fits;
    any ||= fits;
  }
  group.hidden = !any;
}

async function ask() {
  asked?.abort();
  const asking = new AbortController();
  asked = asking;
  try {
    const answer = await fetch(`/palette?q=${encodeURIComponent(input().value)}`, {
      headers: { "HX-Request": "true" },
      signal: asking.signal,
    });
    if (!answer.ok || asked !== asking) return;
    offers().innerHTML = await answer.text();
  } catch (error) {
    // What was typed since has asked for another list; without a network the commands are left.
    if (error.name !== "AbortError") offers().replaceChildren();
    return;
  }
  const all = options();
  document.getElementById("palette-none").hidden = all.length > 0;
  choose(all[0]);
}

function open() {
  if (!palette() || palette().open) return;
  input().value = "";
  pageCommands();
  narrow();
  palette().showModal();
  input().focus();
  choose(options()[0]);
  ask();
}

document.addEventListener("keydown", (event) => {
  const isOpener = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (isOpener && !event.altKey && !event.shiftKey && palette()) {
    event.preventDefault();
    if (palette().open) palette().close();
    else open();
    return;
  }
  if (event.target !== input() || event.isComposing) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (to !== undefined && all.length) {
    event.preventDefault();
    choose(all[(to + all.length) % all.length]);
  } else if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    all[at].click();
  }
});

document.addEventListener("input", (event) => {
  if (event.target !== input()) return;
  narrow();
  choose(options()[0]);
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-palette]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open();
  } else if (event.target.closest?.("[data-palette-close]") || event.target === palette()) {
    palette().close();
  } else if (event.target.closest?.("#palette [role=option]")) {
    palette().close();
  }
});
