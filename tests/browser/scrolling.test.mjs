// The board and its columns stay scrolled as they are, whatever is done there.
import assert from "node:assert/strict";
import { stories } from "./story.mjs";

const story = stories();
const many = Array.from({ length: 40 }, (_, n) => `card ${n}`);
const small = { viewport: { width: 1100, height: 700 } };

/** A board that is scrolled to its right, and a column there that is scrolled down. */
async function begin(visit) {
  const ada = await visit(small);
  await ada.register();
  const names = ["One", "Two", "Three", "Four", "Five"];
  const columns = Object.fromEntries(names.map((name) => [name, []]));
  const path = await ada.seedBoard("Far", { ...columns, Six: many });
  const { page } = ada;
  await page.locator(".canvas").evaluate((canvas) => (canvas.scrollLeft = 600));
  await ada
    .column("Six")
    .locator(".cards")
    .evaluate((list) => (list.scrollTop = 300));
  return { ada, page, path };
}

const across = ({ page }) => page.locator(".canvas").evaluate((canvas) => canvas.scrollLeft);
const down = (ada) =>
  ada
    .column("Six")
    .locator(".cards")
    .evaluate((list) => list.scrollTop);

story("starring keeps the board where it is", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  await page.getByRole("button", { name: "Star this board" }).click();
  await page.getByRole("button", { name: "Unstar this board" }).waitFor();
  await page.waitForLoadState();
  assert.equal(await across(ada), 600);
  assert.equal(await down(ada), 300);
  // Coming by a link is another thing.
  await page.goto("/boards");
  await page.getByRole("link", { name: "Far" }).click();
  await ada.column("One").waitFor();
  assert.equal(await across(ada), 0);
});

story("a column that is dragged keeps its scroll, and the board its own", async ({ visit }) => {
  const { ada } = await begin(visit);
  await ada.dragColumn("Six", "Four");
  const columns = { One: [], Two: [], Three: [], Six: many, Four: [], Five: [] };
  await ada.seesBoard(columns);
  assert.equal(await down(ada), 300);
  assert.equal(await across(ada), 600);
  await ada.seesBoardAnew(columns);
});

story("a column moved by its form is in sight, and keeps its scroll", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const move = async (place) => {
    await page.getByRole("link", { name: "Edit column Six" }).click();
    const dialog = await ada.dialog("Edit column");
    await dialog.getByLabel("Position on the board").selectOption({ label: place });
    await dialog.getByRole("button", { name: "Move" }).click();
  };
  await move("After Three");
  await ada.seesBoard({ One: [], Two: [], Three: [], Six: many, Four: [], Five: [] });
  await page.waitForLoadState();
  assert.equal(await down(ada), 300);
  assert.equal(await across(ada), 600);
  await move("First");
  await ada.seesBoard({ Six: many, One: [], Two: [], Three: [], Four: [], Five: [] });
  await page.waitForLoadState();
  const { x } = await ada.column("Six").boundingBox();
  assert.ok(x >= 0 && x < 1100, `the column begins at ${x}`);
  assert.equal(await down(ada), 300);
});
