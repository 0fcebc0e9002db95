// Offers members while an @ is being typed. Without this script a handle is typed like any other word.
import { behaviour } from "./behaviour.js";
import { announce, word } from "./words.js";

/** Milliseconds of rest after a key, so that a name typed in one go is asked for once. */
const REST = 120;

/** The @ and what follows it, directly before the caret. */
const begun = /(?:^|[\s([{>"'])@([\p{L}\p{N}-]{0,30})$/u;

/** A list of people under `area`, in which it says which one is chosen. */
function offer(area, options) {
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `${area.id}-people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("people"));
  list.append(...options);
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  return list;
}

behaviour("textarea[data-mentions]", (area) => {
  let list = null;
  let timer = null;
  let asked = null;

  const chosen = () => list?.querySelector("[aria-selected=true]");
  const typed = () => begun.exec(area.value.slice(0, area.selectionStart))?.[1];

  function close() {
    clearTimeout(timer);
    asked?.abort();
    list?.remove();
    list = null;
    area.removeAttribute("aria-controls");
    area.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", option.id);
  }

  function put(option) {
    const name = typed();
    close();
    if (name === undefined) return;
    const at = area.selectionStart - name.length;
    area.setRangeText(`${option.dataset.handle} `, at, area.selectionStart, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function ask() {
    const name = typed();
    if (name === undefined) return close();
    asked?.abort();
    asked = new AbortController();
    const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(name)}`, {
      headers: { "HX-Request": "true" },
      signal: asked.signal,
    }).catch(() => null);
    if (!answer?.ok || typed() !== name) return;
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    const options = [...html.querySelectorAll("[role=option]")];
    list?.remove();
    list = null;
    if (!options.length) return close();
    list = offer(area, options);
    choose(options[0]);
    announce(word("people-found", { count: options.length }));
  }

  const keys = {
    ArrowDown: () => choose(chosen().nextElementSibling ?? list.firstElementChild),
    ArrowUp: () => choose(chosen().previousElementSibling ?? list.lastElementChild),
    Enter: () => put(chosen()),
    Tab: () => put(chosen()),
    Escape: close,
  };
  const onKey = (event) => {
    if (!list || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (!act || (event.key === "Tab" && event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const onInput = () => {
    clearTimeout(timer);
    if (typed() === undefined) close();
    else timer = setTimeout(ask, REST);
  };
  // Before the focus leaves the text, which closes the list.
  const onPointer = (event) => {
    const option = event.target.closest?.("[role=option]");
    if (!option || !list?.contains(option)) return;
    event.preventDefault();
    put(option);
  };

  area.setAttribute("aria-autocomplete", "list");
  area.addEventListener("keydown", onKey);
  area.addEventListener("input", onInput);
  area.addEventListener("blur", close);
  document.addEventListener("mousedown", onPointer);
  return () => {
    close();
    document.removeEventListener("mousedown", onPointer);
  };
});
