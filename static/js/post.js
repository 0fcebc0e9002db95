// One htmx request with one answer to the question "did it work?".
// htmx tells that through several events; the scripts that post on their own (a drop, a quick
// add) want a promise instead. It resolves before the browser paints what was swapped in.
import { serverWords } from "./words.js";

/**
 * Resolves with an `outcome`: "done", "refused" (422) or "failed" (any other status, or no network). A refused answer is
 * swapped into `refused` if that is given; otherwise what it says is in `words`.
 */
export function post(url, values, { source, target, swap, refused }) {
  // htmx carries the triggering event through to all its own events: that makes this one a mark.
  const mark = new Event("xtablo:post");
  const result = { outcome: "failed", words: null };

  function beforeSwap(event) {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig.triggeringEvent !== mark || xhr.status !== 422) return;
    if (refused) {
      event.detail.target = htmx.find(refused);
      event.detail.swapOverride = "morph";
    } else {
      event.detail.shouldSwap = false;
      result.words = serverWords(xhr.responseText);
    }
  }

  function afterRequest(event) {
    const { requestConfig, xhr, successful } = event.detail;
    if (requestConfig.triggeringEvent !== mark) return;
    if (xhr.status === 422) result.outcome = "refused";
    else if (successful) result.outcome = "done";
  }

  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterRequest", afterRequest);
  return htmx
    .ajax("POST", url, { source, target, swap, values, event: mark })
    .catch(() => {}) // The network was down: the toast says so, the outcome tells the caller.
    .then(() => {
      document.removeEventListener("htmx:beforeSwap", beforeSwap);
      document.removeEventListener("htmx:afterRequest", afterRequest);
      return result;
    });
}
