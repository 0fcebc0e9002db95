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

story(
  "a person who was signed out in the meantime is led to the sign-in page",
  async ({ visit }) => {
    const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"], Two: [] });
    await again.page.goto("/account/sessions");
    const row = again.page.locator(".row").filter({ hasNotText: "This browser" });
    await row.getByRole("button").click();
    await row.waitFor({ state: "detached" });

    await ada.hold(ada.card("a"), ada.column("Two").locator(".cards"));
    await ada.page.mouse.up();
    await ada.arrivesAt("/login");
  },
);

story("a card that is gone when it is opened says so", async ({ visit }) => {
  const [ada, again] = await twoBrowsers(visit, { One: ["a", "b"] });
  await (await again.openCard("a")).getByRole("button", { name: "Archive" }).click();
  await again.dialogCloses();
  await again.page.getByRole("link", { name: "Archive" }).click();
  again.willAnswer(true);
  await again.page.getByRole("button", { name: "Delete a" }).click();
  await again.seesText("The archive is empty");

  await ada.page.getByRole("link", { name: "a", exact: true }).click();
  await ada.seesToast("This page does not exist");
  ada.expectStatus(404);
});

/** One person, the same board open in two browsers. */
async function twoBrowsers(visit, columns) {
  const ada = await visit();
  await ada.register();
  const path = await ada.seedBoard("Twice", columns);
  const again = await visit();
  await again.signIn(ada.email, ada.password);
  await again.arrivesAt("/boards");
  await again.page.goto(path);
  return [ada, again];
}
