import assert from "node:assert/strict";
import { stories } from "./story.mjs";

const story = stories();

story(
  "a drop onto a column that was archived in the meantime is undone and explained",
  async ({ visit }) => {
    const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"], Two: ["c"] });
    await again.page.getByRole("link", { name: "Edit column Two" }).click();
    await (
      await again.dialog("Edit column")
    )
      .getByRole("button", { name: "Archive column" })
      .click();
    await again.dialogCloses();

    const status = await ada.drag(ada.card("a"), ada.card("c"));
    await ada.seesBoard({ One: ["a", "b"], Two: ["c"] });
    await ada.page.getByRole("alert").waitFor();
    ada.expectStatus(status);
    await ada.seesBoardAnew({ One: ["a", "b"] });
  },
);

story("a card that was archived in the meantime goes back, with a word", async ({ visit }) => {
  const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"], Two: ["c"] });
  await (await again.openCard("a")).getByRole("button", { name: "Archive" }).click();
  await again.dialogCloses();

  const status = await ada.drag(ada.card("a"), ada.card("c"));
  await ada.seesBoard({ One: ["a", "b"], Two: ["c"] });
  // The server's own words.
  await ada.seesToast("This card has been archived, so it stays where it is.");
  ada.expectStatus(status);
  await ada.seesBoardAnew({ One: ["b"], Two: ["c"] });
});

story(
  "a drop while the server is down is undone, and works when it is back",
  async ({ product, visit }) => {
    const ada = await visit();
    await ada.register();
    await ada.seedBoard("Down", { One: ["a", "b"], Two: [] });
    await product.stop();
    await ada.hold(ada.card("a"), ada.column("Two").locator(".cards"));
    await ada.page.mouse.up();
    await ada.seesToast("The server cannot be reached");
    await ada.seesBoard({ One: ["a", "b"], Two: [] });
    ada.expectTrouble(
      /^request failed: .*\/move/,
      /ERR_CONNECTION_REFUSED|htmx:(sendError|afterRequest)/,
    );

    await product.run();
    await ada.drag(ada.card("a"), ada.column("Two").locator(".cards"));
    await ada.seesBoardAnew({ One: ["b"], Two: ["a"] });
  },
);

story(
  "a key that moves a card is undone, too, when the server says no",
  async ({ product, visit }) => {
    const ada = await visit();
    await ada.register();
    await ada.seedBoard("Keys", { One: ["a", "b"] });
    await ada.card("a").getByRole("link", { name: "a", exact: true }).focus();
    await product.withoutDatabase(async () => {
      await ada.page.keyboard.press("Shift+ArrowDown");
      await ada.seesToast("The database is not responding right now");
      await ada.seesBoard({ One: ["a", "b"] });
    });
    ada.expectStatus(503);
    product.takeErrors();
  },
);

story("what was typed outlives the session", async ({ visit }) => {
  const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"], Two: [] });
  const dialog = await ada.openCard("a");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await dialog.getByLabel("Description").fill("A long text");
  await signOutElsewhere(again, ada.password);

  await dialog.getByRole("button", { name: "Save" }).click();
  await ada.seesToast("You were signed out");
  ada.expectStatus(401);
  assert.equal(await dialog.getByLabel("Description").inputValue(), "A long text");

  const link = ada.page.getByRole("alert").getByRole("link", { name: "Sign in" });
  const [beside] = await Promise.all([ada.page.context().waitForEvent("page"), link.click()]);
  await beside.getByLabel("E-mail").fill(ada.email);
  await beside.getByLabel("Password").fill(ada.password);
  await beside.getByRole("button", { name: "Sign in" }).click();
  await beside.waitForURL((url) => url.pathname.startsWith("/cards/"));
  await beside.close();

  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".prose").getByText("A long text").waitFor();
});

story("a drag after the session has ended is undone and says so", async ({ visit }) => {
  const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"], Two: [] });
  await signOutElsewhere(again, ada.password);
  await ada.hold(ada.card("a"), ada.column("Two").locator(".cards"));
  await ada.page.mouse.up();
  await ada.seesToast("You were signed out");
  await ada.seesBoard({ One: ["a", "b"], Two: [] });
  ada.expectStatus(401);
});

story("a form without JavaScript outlives the session", async ({ visit }) => {
  const ada = await visit({ javaScriptEnabled: false });
  await ada.register();
  const path = await ada.makeBoard("Kept");
  await ada.page.context().clearCookies();
  await ada.page.getByLabel("Title of a new column").fill("To do");
  await ada.page.keyboard.press("Enter");
  await ada.seesText("Sign in again, and what you typed can be saved.");
  ada.expectStatus(401);
  await ada.page.getByLabel("E-mail").fill(ada.email);
  await ada.page.getByLabel("Password").fill(ada.password);
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await ada.seesText("You are signed in again");
  await ada.page.getByRole("button", { name: "Save now" }).click();
  await ada.arrivesAt(path);
  await ada.column("To do").waitFor();
});

async function signOutElsewhere(again, password) {
  await again.page.goto("/account/sessions");
  const row = again.page.locator(".row").filter({ hasNotText: "This browser" });
  await again.page.getByLabel("Current password").fill(password);
  await row.getByRole("button").click();
  await row.waitFor({ state: "detached" });
}

story("a card that is gone when it is opened says so", async ({ visit }) => {
  const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"] });
  await (await again.openCard("a")).getByRole("button", { name: "Archive" }).click();
  await again.dialogCloses();
  await again.page.getByRole("link", { name: "Archive" }).click();
  again.willAnswer(true);
  await again.page.getByRole("button", { name: "Delete a" }).click();
  await again.seesText("You find it in the trash");

  await ada.page.getByRole("link", { name: "a", exact: true }).click();
  await ada.seesToast("This page does not exist");
  ada.expectStatus(404);
});

/** One person, the same board open in two browsers; the first one does not hear of what is done in the other. */
async function twoBrowsers(visit, columns) {
  const ada = await visit();
  await ada.hearsNothing();
  await ada.register();
  const path = await ada.seedBoard("Twice", columns);
  const again = await visit();
  await again.signIn(ada.email, ada.password);
  await again.arrivesAt("/boards");
  await again.page.goto(path);
  return [ada, again];
}

story("a card whose answer was lost is there once when it is sent again", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Lost", { One: [] });
  let lost = 0;
  await ada.page.route(/\/cards$/, async (route) => {
    if (lost++) return route.continue();
    await route.fetch();
    await route.abort();
  });
  const field = ada.page.getByLabel("Add a card to One");
  await field.fill("Plan");
  await field.press("Enter");
  await ada.page.waitForFunction(() => document.activeElement.value === "Plan");
  ada.expectTrouble(/^request failed: .*\/cards/, /ERR_FAILED|htmx:(sendError|afterRequest)/);
  const answer = ada.page.waitForResponse(/\/cards$/);
  await field.press("Enter");
  assert.equal((await answer).status(), 200);
  await ada.seesBoardAnew({ One: ["Plan"] });
});
