// What is on its way would be lost with the page, so leaving asks as long as there is any; and what takes long is seen.
let underWay = 0;

/** Resolves as `promise` does; until then leaving the page asks. */
export async function untilDone(promise) {
  underWay += 1;
  try {
    return await promise;
  } finally {
    underWay -= 1;
  }
}

window.addEventListener("beforeunload", (event) => {
  if (underWay) event.preventDefault();
});

// <html data-busy> as long as an answer is waited for; progress.css shows it after a moment.
const asked = new Set();
const show = () => document.documentElement.toggleAttribute("data-busy", asked.size > 0);
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  asked.add(detail.xhr);
  show();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  asked.delete(detail.xhr);
  show();
});
