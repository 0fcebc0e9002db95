// An answer that takes its time: what was asked for is seen at once.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { stories } from "./story.mjs";

const story = stories();

/** Holds back what is asked of such an address; what is returned lets it all go. */
async function holdBack({ page }, address) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(address, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

const coming = ({ page }) => page.locator(".coming > li");

async function begin(visit, columns) {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Slow", columns);
  return ada;
}

async function add({ page }, ...titles) {
  await page.getByLabel("Add a card to One").click();
  for (const title of titles) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
  }
}

story("new cards are seen before the server has them, and once", async ({ visit }) => {
  const ada = await begin(visit, { One: ["a", "b"], Two: [] });
  const release = await holdBack(ada, /\/cards$/);
  await add(ada, "c", "d", "e");
  assert.deepEqual(await coming(ada).allTextContents(), ["c", "d", "e"]);
  await inspect(ada, "cards on their way");
  // The answer to a move draws the column anew.
  await ada.card("a").getByRole("link").first().focus();
  await ada.page.keyboard.press("Shift+ArrowDown");
  await ada.idle();
  assert.deepEqual(await coming(ada).allTextContents(), ["c", "d", "e"]);

  release();
  await ada.card("e").waitFor();
  await ada.seesBoard({ One: ["b", "a", "c", "d", "e"], Two: [] });
  await ada.page.locator(".coming").waitFor({ state: "detached" });
  await ada.seesBoardAnew({ One: ["b", "a", "c", "d", "e"], Two: [] });
});

story("a new card that does not arrive goes, and its title is in the field", async ({ visit }) => {
  const ada = await begin(visit, { One: ["a"] });
  let fail;
  const failed = new Promise((resolve) => (fail = resolve));
  await ada.page.route(/\/cards$/, async (route) => {
    await failed;
    await route.abort();
  });
  await add(ada, "lost");
  await coming(ada).filter({ hasText: "lost" }).waitFor();
  fail();
  await ada.page.locator(".coming").waitFor({ state: "detached" });
  assert.equal(await ada.page.getByLabel("Add a card to One").inputValue(), "lost");
  ada.expectTrouble(/^request failed: .*\/cards/, /ERR_FAILED|htmx:(sendError|afterRequest)/);
});

story("the dialog opens at once with the card's title, and fills", async ({ visit }) => {
  const ada = await begin(visit, { One: ["a"] });
  const release = await holdBack(ada, /\/cards\/[0-9a-f-]{36}$/);
  await ada.page.getByRole("link", { name: "a", exact: true }).click();
  const dialog = ada.page.getByRole("dialog", { name: "a" });
  await dialog.locator(".card-title").getByText("a", { exact: true }).waitFor();
  await inspect(ada, "a card on its way");
  release();
  await ada.dialog("a");
  await dialog.getByRole("button", { name: "Archive" }).waitFor();
  assert.equal(await ada.page.locator(".bars, [aria-busy=true]").count(), 0);
});

story("a card that was closed before it came does not open", async ({ visit }) => {
  const ada = await begin(visit, { One: ["a", "b"] });
  const release = await holdBack(ada, /\/cards\/[0-9a-f-]{36}$/);
  const late = ada.page.waitForEvent("requestfinished", (request) =>
    /\/cards\//.test(request.url()),
  );
  await ada.page.getByRole("link", { name: "a", exact: true }).click();
  await ada.page.getByRole("dialog", { name: "a" }).waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.dialogCloses();
  assert.equal(await ada.page.evaluate(() => document.activeElement.textContent), "a");
  release();
  await late;
  await ada.openCard("b");
  await ada.dialog("b");
  assert.equal(await ada.page.getByRole("heading", { name: "a", exact: true }).count(), 0);
});

story("a dialog whose card does not come closes and says why", async ({ visit }) => {
  const ada = await begin(visit, { One: ["a"] });
  await ada.page.route(/\/cards\/[0-9a-f-]{36}$/, (route) => route.abort());
  await ada.page.getByRole("link", { name: "a", exact: true }).click();
  await ada.seesToast("The server cannot be reached");
  await ada.dialogCloses();
  assert.equal(await ada.page.evaluate(() => document.activeElement.textContent), "a");
  ada.expectTrouble(/^request failed: .*\/cards/, /ERR_FAILED|htmx:(sendError|afterRequest)/);
});
