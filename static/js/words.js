// The words that scripts say. They stand on the page, in its language; none stands in a script.

/** A word of the page, with `{name}` in it replaced by `values.name`. */
export function word(id, values = {}) {
  const text = document
    .getElementById("words")
    .content.querySelector(`[data-word="${id}"]`).textContent;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** What the server says of a request that it refused: on a form, or on a page of its own. Null where it says nothing. */
export function serverWords(responseText) {
  const answer = new DOMParser().parseFromString(responseText, "text/html");
  const said = answer.querySelector(".problem, .field-error, .notice p:not(.notice-status)");
  return said?.textContent.trim() || null;
}

export const isPage = (responseText) => /^\s*<!doctype/i.test(responseText);

const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

/** 1536 -> "1.5 KB", as the server says it. */
export function bytes(count) {
  const units = ["B", "KB", "MB", "GB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) [count, unit] = [count / 1024, unit + 1];
  return `${number.format(count < 10 ? count : Math.round(count))} ${units[unit]}`;
}

/** Says something to screen readers. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
