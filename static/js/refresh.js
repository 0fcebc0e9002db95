// The page as it is now, without losing what is typed on it: what it shows is asked for again and morphed in.
import { known, quietly } from "./morphing.js";

/** Asks for a page, or for a part as htmx does; null where it is not there, or not any more. */
async function ask(url, headers = { "HX-Request": "true" }) {
  const response = await fetch(url, { headers }).catch(() => null);
  return response?.ok && !response.redirected ? response.text() : null;
}

function put(selector, html) {
  const target = document.querySelector(selector);
  if (!target) return;
  const page = { contextElement: document.body, select: selector };
  quietly(() => htmx.swap(target, known(html), { swapStyle: "morph" }, page));
}

const never = () => false;

/**
 * Whether all of them are there; what is there is shown at once, not one after the other. Here and below: an answer that
 * `isLate` when it comes is not shown, and all is taken to be there.
 */
export async function refreshParts(parts, isLate = never) {
  const answers = await Promise.all(parts.map(({ url }) => ask(url)));
  if (isLate()) return true;
  for (const [index, html] of answers.entries()) if (html) put(parts[index].selector, html);
  return answers.every(Boolean);
}

/** The card that is open, in the dialog or on a page of its own. */
export function openCard() {
  return document.getElementById("card-detail")?.dataset.card ?? null;
}

/** Shows the open card as it is now. Gives false where it is gone: it stays on the page as it was. */
export async function refreshCard(isLate = never) {
  const card = document.getElementById("card-detail");
  if (!card) return true;
  const isPage = !card.closest("dialog");
  const url = isPage ? location.href : card.dataset.again;
  const html = await ask(url, isPage ? { Accept: "text/html" } : undefined);
  if (isLate()) return true;
  if (html) put("#card-detail", html);
  return Boolean(html);
}

/** Whether the open card, if there is one, is still there. A page that cannot be refreshed in its parts is loaded anew. */
export async function refresh(isLate = never) {
  const board = document.querySelector("[data-refresh]");
  if (!board && openCard()) return refreshCard(isLate);
  if (!board) {
    location.reload();
    return true;
  }
  const html = await ask(board.dataset.refresh, { Accept: "text/html" });
  if (isLate()) return true;
  if (!html) {
    location.reload();
    return true;
  }
  const page = new DOMParser().parseFromString(html, "text/html");
  document.body.className = page.body.className;
  for (const part of ["#board-header", "#filter-bar", "#columns", "#table"]) put(part, html);
  return openCard() ? refreshCard(isLate) : true;
}

// The server says so after a change of more than the part that it answers with.
document.addEventListener("xtablo:stale", async () => {
  if (await refresh()) return;
  const dialog = document.getElementById("dialog");
  if (dialog.open) dialog.close();
  else location.reload();
});
