import assert from "node:assert/strict";
import { stories } from "./story.mjs";

const story = stories();

story("Shift and arrows move a card, and the focus goes with it", async ({ visit }) => {
  const ada = await visit();
  const { keyboard } = ada.page;
  await ada.register();
  await ada.seedBoard("Keys", { One: ["a", "b"], Two: ["c"], Three: [] });
  await focus(ada, "a");

  await keyboard.press("Shift+ArrowDown");
  await ada.seesBoard({ One: ["b", "a"], Two: ["c"], Three: [] });
  await keyboard.press("Shift+ArrowRight");
  await keyboard.press("Shift+ArrowRight");
  await ada.seesBoard({ One: ["b"], Two: ["c"], Three: ["a"] });
  await keyboard.press("Shift+ArrowLeft");
  await ada.seesBoard({ One: ["b"], Two: ["a", "c"], Three: [] });
  await ada.page
    .locator("#announcer")
    .filter({ hasText: "Moved to Two, position 1 of 2" })
    .waitFor({
      state: "attached",
    });
  await ada.idle();
  assert.equal(await focused(ada), "a");
  await ada.seesBoardAnew({ One: ["b"], Two: ["a", "c"], Three: [] });
});

story("keys pressed faster than the server answers lose and double nothing", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Fast", { One: ["a", "b"], Two: ["c"], Three: [] });
  await focus(ada, "a");
  const steps = ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowLeft"];
  for (let n = 0; n < 60; n++) {
    await ada.page.keyboard.press(`Shift+${steps[(n * 7 + (n >> 2)) % steps.length]}`);
    assert.deepEqual(await doubled(ada), []);
    assert.equal(await focused(ada), "a");
  }
  const end = await ada.board();
  await ada.idle();
  await ada.seesBoard(end);
  await ada.seesBoardAnew(end);
});

story("arrows go from card to card, N adds one, Enter opens one", async ({ visit }) => {
  const ada = await visit();
  const { keyboard } = ada.page;
  await ada.register();
  await ada.seedBoard("Keys", { One: ["a", "b"], Two: [], Three: ["c"] });
  await focus(ada, "a");

  await keyboard.press("ArrowDown");
  assert.equal(await focused(ada), "b");
  await keyboard.press("ArrowRight");
  assert.equal(await focused(ada), "c", "a column without cards is stepped over");
  await keyboard.press("n");
  await keyboard.type("d");
  await keyboard.press("Enter");
  await ada.seesBoard({ One: ["a", "b"], Two: [], Three: ["c", "d"] });

  await focus(ada, "d");
  await keyboard.press("Enter");
  await ada.dialog("d");
  await keyboard.press("Escape");
  await ada.dialogCloses();
  assert.equal(await focused(ada), "d", "the focus is back on the card");
  await keyboard.press("?");
  await ada.page.getByRole("heading", { name: "Keys" }).last().waitFor();
  await keyboard.press("Escape");
  await ada.page.locator("#keyboard-help:not([open])").waitFor({ state: "attached" });
});

story("the form in the dialog moves a card to a place of one's choice", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Form", { One: ["a", "b"], Two: ["c", "d"] });
  await ada.card("a").getByRole("link", { name: "Move" }).focus();
  await ada.page.keyboard.press("Enter");
  const dialog = await ada.dialog("Move a card");
  await dialog.getByRole("link", { name: "Two 2" }).click();
  await dialog.getByLabel("Position in Two").selectOption({ label: "After c" });
  await dialog.getByRole("button", { name: "Move the card" }).click();
  await ada.dialogCloses();
  await ada.seesBoard({ One: ["b"], Two: ["c", "a", "d"] });
  await ada.seesBoardAnew({ One: ["b"], Two: ["c", "a", "d"] });
});

story("a column moves by the form in its dialog", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Form", { One: ["a"], Two: [], Three: [] });
  await ada.column("One").getByRole("link", { name: "Edit column One" }).click();
  const dialog = await ada.dialog("Edit column");
  await dialog.getByLabel("Position on the board").selectOption({ label: "After Two" });
  await dialog.getByRole("button", { name: "Move" }).click();
  await ada.seesBoard({ Two: [], One: ["a"], Three: [] });
});

story("the first Tab leads past the navigation to the content", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Skip", { One: ["a"] });
  await ada.page.keyboard.press("Tab");
  assert.equal(await focused(ada), "Skip to the content");
  await ada.page.keyboard.press("Enter");
  assert.equal(await ada.page.evaluate(() => document.activeElement.id), "main");
});

async function focus(person, title) {
  await person.card(title).getByRole("link", { name: title, exact: true }).focus();
}

async function focused(person) {
  return person.page.evaluate(() => document.activeElement.textContent);
}

/** The ids that the page has more than once. */
async function doubled(person) {
  const ids = await person.page.locator("[id]").evaluateAll((all) => all.map(({ id }) => id));
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}
