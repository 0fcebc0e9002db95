// The page as it is now, without losing what is typed on it: what it shows is asked for again and morphed in.
import { known } from "./morphing.js";

/** Asks for a page or a part of it; null where it is not there, or not any more. */
async function ask(url, headers) {
  const response = await fetch(url, { headers }).catch(() => null);
  return response?.ok && !response.redirected ? response.text() : null;
}

function put(selector, html) {
  const target = document.querySelector(selector);
  if (!target) return;
  const page = { contextElement: document.body, select: selector };
  htmx.swap(target, html, { swapStyle: "morph" }, page);
}

/** The card that is open over the board. */
async function refreshDialog() {
  const dialog = document.getElementById("dialog");
  const shown = history.state?.dialog;
  if (!dialog.open || !shown || !dialog.querySelector("#card-detail")) return;
  const html = await ask(shown, { "HX-Request": "true" });
  if (html) put("#card-detail", known(html));
  else dialog.close();
}

/** A page that cannot be refreshed in its parts is loaded anew. */
export async function refresh() {
  const board = document.querySelector("[data-refresh]");
  if (!board) {
    location.reload();
    return;
  }
  const html = await ask(board.dataset.refresh, { Accept: "text/html" });
  if (!html) {
    location.reload();
    return;
  }
  for (const part of ["#board-header", "#columns"]) put(part, html);
  await refreshDialog();
}

// The server says so after a change of more than the part that it answers with.
document.addEventListener("xtablo:stale", refresh);
