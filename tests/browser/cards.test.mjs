import assert from "node:assert/strict";
import { stories } from "./story.mjs";

const story = stories();

story("a card is edited in the dialog, and its markdown shown", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Cards", { One: ["Draft", "Other"] });
  const dialog = await ada.openCard("Draft");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await dialog.getByLabel("Title").fill("Final <b>words</b>");
  await dialog
    .getByLabel("Description")
    .fill(
      "# Plan\n\n- **one**\n- [two](https://example.com)\n\n<script>alert(1)</script>\n\n`three`",
    );
  await dialog.getByRole("button", { name: "Save" }).click();
  await ada.dialog("Final <b>words</b>");
  assert.equal(await dialog.locator(".prose strong").textContent(), "one");
  assert.equal(await dialog.locator(".prose a").getAttribute("href"), "https://example.com");
  assert.equal(await dialog.locator(".prose script").count(), 0);
  await ada.page.keyboard.press("Escape");
  await ada.dialogCloses();
  await ada.seesBoard({ One: ["Final <b>words</b>", "Other"] });
  await ada.seesBoardAnew({ One: ["Final <b>words</b>", "Other"] });
  assert.equal(await ada.page.locator(".card.has-body").count(), 1);
});

story("a refused edit shows its error beside what was typed", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Cards", { One: ["Draft"] });
  const dialog = await ada.openCard("Draft");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await dialog.getByLabel("Description").fill("kept");
  await dialog.getByLabel("Title").fill("   ");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".field-error").waitFor();
  assert.equal(await dialog.getByLabel("Title").getAttribute("aria-invalid"), "true");
  assert.equal(await dialog.getByLabel("Description").inputValue(), "kept");
  ada.expectStatus(422);
  await dialog.getByLabel("Title").fill("Better");
  await dialog.getByRole("button", { name: "Save" }).click();
  await ada.dialog("Better");
  assert.equal(await dialog.locator(".prose").textContent(), "kept\n");
});

story("typed text is not lost without a question", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Cards", { One: ["Draft"] });
  const dialog = await ada.openCard("Draft");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await dialog.getByLabel("Description").fill("a thought");
  ada.willAnswer(false, /Discard/);
  await dialog.locator("[data-close]").click();
  assert.equal(await dialog.getByLabel("Description").inputValue(), "a thought");
  ada.willAnswer(true, /Discard/);
  await dialog.locator("[data-close]").click();
  await ada.dialogCloses();
});

story("two who edit one card hear of each other", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  const path = await ada.seedBoard("Cards", { One: ["Draft"] });
  const again = await visit();
  Object.assign(again, { email: ada.email, password: ada.password });
  await again.signIn();
  await again.page.goto(path);

  const mine = await ada.openCard("Draft");
  await mine.getByRole("link", { name: "Edit" }).click();
  await mine.getByLabel("Title").fill("Mine");
  const theirs = await again.openCard("Draft");
  await theirs.getByRole("link", { name: "Edit" }).click();
  await theirs.getByLabel("Title").fill("Theirs");
  await theirs.getByRole("button", { name: "Save" }).click();
  await again.dialog("Theirs");

  await mine.getByRole("button", { name: "Save" }).click();
  await mine.getByRole("alert").waitFor();
  assert.equal(await mine.getByLabel("Title").inputValue(), "Mine");
  ada.expectStatus(422);
  await theirs.locator("[data-close]").click();
  await again.dialogCloses();
  await again.seesBoardAnew({ One: ["Theirs"] });
});

story("a card is archived, restored, archived and deleted", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register();
  const path = await ada.seedBoard("Cards", { One: ["a", "b"] });
  const dialog = await ada.openCard("a");
  await dialog.getByRole("button", { name: "Archive" }).click();
  await ada.dialogCloses();
  await ada.seesBoard({ One: ["b"] });

  await page.getByRole("link", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Restore a" }).click();
  await page.goto(path);
  await ada.seesBoard({ One: ["a", "b"] });

  await (await ada.openCard("a")).getByRole("button", { name: "Archive" }).click();
  await ada.dialogCloses();
  await page.getByRole("link", { name: "Archive" }).click();
  ada.willAnswer(false, /Delete this card/);
  await page.getByRole("button", { name: "Delete a" }).click();
  ada.willAnswer(true, /Delete this card/);
  await page.getByRole("button", { name: "Delete a" }).click();
  await ada.seesText("You find it in the trash");
  await page.goto(path);
  await ada.seesBoard({ One: ["b"] });
  await page.goto(`${path}/trash`);
  await page.getByRole("button", { name: "Restore a" }).click();
  // It had been archived, and is so again.
  await ada.arrivesAt(`${path}/archive`);
  await page.getByRole("button", { name: "Restore a" }).click();
  await ada.arrivesAt(path);
  await ada.seesBoard({ One: ["a", "b"] });
});

story("titles typed one after the other arrive in their order", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Quick", { One: [], Two: ["z"] });
  const titles = Array.from({ length: 8 }, (_, n) => `number ${n}`);
  await ada.addCards("One", ...titles);
  await ada.seesBoardAnew({ One: titles, Two: ["z"] });
});

story("an open card has an address: it reloads, and Back closes it", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  const path = await ada.seedBoard("Addresses", { One: ["a", "b"] });
  const id = (await ada.card("a").getAttribute("id")).replace("card-", "");
  let dialog = await ada.openCard("a");
  await ada.arrivesAt(`/cards/${id}`);
  await ada.page.goBack();
  await ada.dialogCloses();
  await ada.arrivesAt(path);
  assert.equal(await ada.page.evaluate(() => document.activeElement.textContent.trim()), "a");

  await ada.page.goForward();
  dialog = await ada.dialog("a");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await dialog.getByLabel("Title").fill("typed");
  ada.willAnswer(false, /Discard/);
  await ada.page.goBack();
  await ada.page.waitForFunction(() => history.state?.dialog);
  assert.equal(await dialog.getByLabel("Title").inputValue(), "typed");
  ada.willAnswer(true, /Discard/);
  await ada.page.keyboard.press("Escape");
  await ada.dialogCloses();
  await ada.arrivesAt(path);

  await ada.openCard("b");
  await ada.page.waitForFunction(() => history.state?.dialog);
  await ada.page.reload();
  await ada.page.getByRole("heading", { name: "b", exact: true }).waitFor();
  await ada.page.goBack();
  await ada.arrivesAt(path);
});

story("archiving says so and can be undone", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  const path = await ada.seedBoard("Undo", { One: ["a", "b"], Two: [] });
  await (await ada.openCard("a")).getByRole("button", { name: "Archive" }).click();
  await ada.dialogCloses();
  await ada.seesBoard({ One: ["b"], Two: [] });
  const notice = ada.page.locator("[data-toast]");
  assert.match(await notice.innerText(), /archived “.?a.?”/);
  await notice.getByRole("button", { name: "Undo" }).click();
  await ada.seesBoard({ One: ["a", "b"], Two: [] });
  await notice.filter({ hasText: "restored" }).waitFor();

  await ada.page.getByRole("link", { name: "Edit column One" }).click();
  const dialog = await ada.dialog("Edit column");
  await dialog.getByRole("button", { name: "Archive column" }).click();
  await ada.dialogCloses();
  await ada.seesBoard({ Two: [] });
  await notice.getByRole("button", { name: "Undo" }).click();
  await ada.arrivesAt(path);
  await ada.seesBoard({ One: ["a", "b"], Two: [] });
});

story("after archiving, the focus is on the next card", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Focus", { One: ["a", "b"] });
  await (await ada.openCard("a")).getByRole("button", { name: "Archive" }).click();
  await ada.dialogCloses();
  await ada.page.waitForFunction(() => document.activeElement.textContent.trim() === "b");
});

story(
  "a form that was refused counts as typed into, however often Escape is pressed",
  async ({ visit }) => {
    const ada = await visit();
    await ada.register();
    await ada.seedBoard("Long", { One: ["a"] });
    const dialog = await ada.openCard("a");
    await dialog.getByRole("link", { name: "Edit" }).click();
    await dialog.getByLabel("Title").fill("x".repeat(501));
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("at most 500 characters; this has 501").waitFor();
    ada.expectStatus(422);
    for (let times = 0; times < 3; times++) {
      ada.willAnswer(false, /Discard/);
      await ada.page.keyboard.press("Escape");
      assert.equal((await dialog.getByLabel("Title").inputValue()).length, 501);
    }
    ada.willAnswer(true, /Discard/);
    await ada.page.keyboard.press("Escape");
    await ada.dialogCloses();
  },
);

story("a title that is refused comes back into its field with the reason", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Quick", { One: [] });
  const input = ada.page.getByLabel("Add a card to One");
  await input.fill("x".repeat(501));
  await input.press("Enter");
  await ada.column("One").getByRole("alert").waitFor();
  assert.equal((await input.inputValue()).length, 501);
  ada.expectStatus(422);
  await input.fill("short");
  await input.press("Enter");
  await ada.seesBoard({ One: ["short"] });
  assert.equal(await ada.column("One").getByRole("alert").count(), 0);

  const column = ada.page.getByLabel("Title of a new column");
  await column.fill("y".repeat(121));
  await column.press("Enter");
  await ada.page.locator("#new-column").getByRole("alert").waitFor();
  assert.equal((await column.inputValue()).length, 121);
  ada.expectStatus(422);
});

story("a column is renamed, limited, archived and restored with its cards", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register();
  const path = await ada.seedBoard("Columns", { One: ["a", "b"], Two: [] });
  await page.getByRole("link", { name: "Edit column One" }).click();
  const dialog = await ada.dialog("Edit column");
  await dialog.getByLabel("Title").fill(" ");
  await dialog.getByLabel("Card limit").fill("1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".field-error").waitFor();
  ada.expectStatus(422);
  assert.equal(await dialog.getByLabel("Card limit").inputValue(), "1");
  await dialog.getByLabel("Title").fill("First");
  await dialog.getByRole("button", { name: "Save" }).click();
  await ada.dialogCloses();
  await ada.seesBoard({ First: ["a", "b"], Two: [] });
  await page.locator(".column.is-over").filter({ hasText: "First" }).waitFor();

  await page.getByRole("link", { name: "Edit column First" }).click();
  await (await ada.dialog("Edit column")).getByRole("button", { name: "Archive column" }).click();
  await ada.dialogCloses();
  await ada.seesBoard({ Two: [] });
  await page.getByRole("link", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Restore First" }).click();
  await page.goto(path);
  await ada.seesBoard({ First: ["a", "b"], Two: [] });
});

story("Ctrl+Enter in a text saves it", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Keys", { One: ["a"] });
  await ada.openCard("a");
  await ada.page.getByRole("link", { name: "Edit", exact: true }).click();
  const text = ada.page.getByRole("dialog").getByLabel("Description");
  await text.fill("by key");
  await text.press("Control+Enter");
  await ada.page.getByRole("dialog").getByText("by key").waitFor();
});

story(
  "a task is ticked, a title changed in its place, and a print of the card is the card",
  async ({ visit }) => {
    const ada = await visit();
    await ada.register();
    await ada.hearsNothing();
    const path = await ada.seedBoard("Cards", { One: ["Draft"] });
    const card = await ada.card("Draft").getByRole("link", { name: "Draft" }).getAttribute("href");
    await ada.post(card, { title: "Draft", body: "- [ ] one\n- [x] two" });
    await ada.page.goto(path);
    const dialog = await ada.openCard("Draft");
    await dialog.getByLabel("Comment", { exact: true }).fill("half a thought");
    const ticked = () => ada.page.waitForResponse((response) => response.url().endsWith("/tasks"));
    await Promise.all([ticked(), dialog.getByRole("checkbox", { name: "one" }).check()]);
    await Promise.all([ticked(), dialog.getByRole("checkbox", { name: "two" }).uncheck()]);
    assert.equal(
      await dialog.getByLabel("Comment", { exact: true }).inputValue(),
      "half a thought",
    );
    await dialog.getByLabel("Comment", { exact: true }).fill("");
    await dialog.locator("summary", { hasText: "Edit the title" }).click();
    await dialog.getByLabel("Title").fill("Final");
    await dialog.getByLabel("Title").press("Enter");
    await ada.dialog("Final");
    assert.equal(await dialog.getByRole("checkbox", { name: "one" }).isChecked(), true);
    assert.equal(await dialog.getByRole("checkbox", { name: "two" }).isChecked(), false);
    // Somebody else adds a task, of which the page hears nothing: what is on the page is not what is there.
    await ada.post(card, { title: "Final", body: "- [ ] zero\n- [x] one\n- [ ] two" });
    await dialog.getByRole("checkbox", { name: "two" }).click();
    await ada.page.getByRole("alert").waitFor();
    ada.expectStatus(422);
    assert.equal(await dialog.getByRole("checkbox", { name: "two" }).isChecked(), false);

    await ada.page.emulateMedia({ media: "print" });
    assert.equal(await dialog.getByRole("heading", { name: "Final" }).isVisible(), true);
    assert.equal(await ada.page.locator(".columns").isVisible(), false);
    assert.equal(await dialog.locator(".comment-form").isVisible(), false);
  },
);
