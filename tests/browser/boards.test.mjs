import assert from "node:assert/strict";
import { stories } from "./story.mjs";

const story = stories();

story("boards are starred, archived, restored and deleted", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register();
  await ada.seesText("A clean table");
  for (const title of ["One", "Two"]) await ada.post("/boards", { title });
  await page.goto("/boards");

  await page.getByRole("button", { name: "Star One", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Starred" }).getByRole("link", { name: "One" }).waitFor();
  assert.equal(
    await page.evaluate(() => document.activeElement.textContent.trim()),
    "Unstar One",
    "the focus stays on the star",
  );

  await page.getByRole("link", { name: "One" }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Archive the board" }).click();
  await page.goto("/boards");
  assert.equal(await page.locator(".tile").count(), 1);
  await page.getByText("Archived").click();
  await page.getByRole("link", { name: "One" }).click();
  assert.equal(await page.getByPlaceholder("Add a column").count(), 0, "it can only be read");

  await page.goto("/boards");
  await page.getByText("Archived").click();
  await page.getByRole("button", { name: "Restore One" }).click();
  await page.getByRole("button", { name: "Unstar One" }).waitFor();

  await page.getByRole("link", { name: "Two" }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Archive the board" }).click();
  await page.goto("/boards");
  await page.getByText("Archived").click();
  ada.willAnswer(true, /Delete this board/);
  await page.getByRole("button", { name: "Delete Two" }).click();
  await page.getByText("Archived").waitFor({ state: "detached" });
  assert.equal(await page.locator(".tile").count(), 1);
});

story("a board is renamed and recolored", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register();
  await ada.makeBoard("Old");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Title").fill(" ");
  await page.getByText("Pink").click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".field-error").waitFor();
  ada.expectStatus(422);
  assert.equal(await page.getByLabel("Pink").isChecked(), true, "what was chosen is still chosen");
  await page.getByLabel("Title").fill("New");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "New" }).waitFor();
  await page.locator("body.color-pink").waitFor();
});

story("a board's history tells what happened", async ({ visit }) => {
  const ada = await visit();
  await ada.register("Ada");
  await ada.seedBoard("Told", { One: ["a"], Two: [] });
  await ada.drag(ada.card("a"), ada.column("Two").locator(".cards"));
  await ada.page.getByRole("link", { name: "History" }).click();
  // Names in the text are isolated from its direction by invisible characters.
  await ada.seesText(/^moved “\W?a\W?” from “\W?One\W?” to “\W?Two\W?”$/);
});

story("the board's tools are a row that never wraps, or a menu", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("A board with a rather long title for the whole team", { "To do": ["a"] });
  for (const width of [1600, 1440, 1400, 1000, 800, 390, 320]) {
    await ada.page.setViewportSize({ width, height: 700 });
    const row = ada.page.locator(".board-tools");
    const menu = ada.page.locator(".board-menu > summary");
    assert.equal(await row.isVisible(), width >= 1440, `${width} px`);
    assert.equal(await menu.isVisible(), width < 1440, `${width} px`);
    if (width >= 1440) {
      const tops = await row
        .getByRole("link")
        .evaluateAll((all) => all.map((one) => one.offsetTop));
      assert.equal(new Set(tops).size, 1, `${width} px`);
    }
    const title = await ada.page.locator(".board-title").boundingBox();
    assert.ok(title.width > 120, `${width} px: the title has ${title.width}`);
    const wide = await ada.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${width} px: the page is ${wide} wide`);
  }
  await ada.goToTool("History");
  await ada.seesText("created");
});
