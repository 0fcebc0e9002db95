import assert from "node:assert/strict";
import { PHONE, stories } from "./story.mjs";

const story = stories();

for (const [device, options] of [
  ["a desktop", {}],
  ["a phone", PHONE],
]) {
  story(`everything works without JavaScript on ${device}`, async ({ product, visit }) => {
    const ada = await visit({ ...options, javaScriptEnabled: false });
    const { page } = ada;
    await ada.register();
    const path = await ada.makeBoard("Plain");
    for (const title of ["To do", "Doing"]) await add(ada, "Title of a new column", title);
    for (const title of ["a", "b", "c"]) await add(ada, "Add a card to To do", title);
    assert.deepEqual(await ada.board(), { "To do": ["a", "b", "c"], Doing: [] });

    await ada.card("a").getByRole("link", { name: "Move" }).click();
    await page.getByRole("link", { name: "Doing 0" }).click();
    await page.getByRole("button", { name: "Move the card" }).click();
    await ada.arrivesAt(path);
    assert.deepEqual(await ada.board(), { "To do": ["b", "c"], Doing: ["a"] });

    await page.getByRole("link", { name: "Edit column Doing" }).click();
    await page.getByLabel("Card limit").fill("1");
    await page.getByRole("button", { name: "Save" }).click();
    await ada.arrivesAt(path);
    await ada.card("b").getByRole("link", { name: "Move" }).click();
    await page.getByRole("link", { name: "Doing 1" }).click();
    await page.getByLabel("Position in Doing").selectOption({ label: "After a" });
    await page.getByRole("button", { name: "Move the card" }).click();
    await ada.arrivesAt(path);
    assert.deepEqual(await ada.board(), { "To do": ["c"], Doing: ["a", "b"] });
    assert.match(
      await ada.column("Doing").locator(".column-count").textContent(),
      /over the limit/,
    );

    await page.getByRole("link", { name: "Edit column Doing" }).click();
    await page.getByLabel("Position on the board").selectOption({ label: "First" });
    await page.getByRole("button", { name: "Move" }).click();
    await ada.arrivesAt(path);
    assert.deepEqual(Object.keys(await ada.board()), ["Doing", "To do"]);

    await page.getByRole("link", { name: "c", exact: true }).click();
    await page.getByRole("link", { name: "Edit", exact: true }).click();
    await page.getByLabel("Title").fill("cc");
    await page.getByLabel("Description").fill("A **bold** word");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "cc" }).waitFor();
    assert.equal(await page.locator(".prose strong").textContent(), "bold");
    await page.getByRole("button", { name: "Archive" }).click();
    await ada.arrivesAt(path);
    await ada.goToTool("Archive");
    await page.getByRole("button", { name: "Restore cc" }).click();
    await page.goto(path);
    assert.deepEqual(await ada.board(), { Doing: ["a", "b"], "To do": ["cc"] });

    await page.getByRole("button", { name: "Star this board" }).click();
    await page.getByRole("button", { name: "Unstar this board" }).waitFor();
    await ada.goToTool("Settings");
    await page.getByText("Violet").click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("body.color-violet").waitFor();

    await product.restart();
    await page.goto(path);
    assert.deepEqual(await ada.board(), { Doing: ["a", "b"], "To do": ["cc"] });
    await ada.signOut();
    await ada.signIn();
    await ada.arrivesAt("/boards");
  });
}

/** Without a script the button of a quick add shows when its field has the focus. */
async function add(person, label, title) {
  const input = person.page.getByLabel(label);
  await input.fill(title);
  await Promise.all([
    person.page.waitForEvent("framenavigated"),
    person.page.locator("form:focus-within").getByRole("button", { name: "Add" }).click(),
  ]);
  await person.page.waitForLoadState();
}
