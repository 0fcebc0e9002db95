// Taking back what was done, and doing the same to several cards.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const story = stories();
const looks = [
  ["light, desktop", { ...DESKTOP, colorScheme: "light" }],
  ["dark, tablet", { viewport: { width: 800, height: 900 }, colorScheme: "dark" }],
  ["light, small phone", { ...PHONE, viewport: { width: 320, height: 640 }, colorScheme: "light" }],
  ["dark, phone", { ...PHONE, colorScheme: "dark" }],
];

const offer = (ada) => ada.page.locator("[data-toast]");
const undo = (ada) => offer(ada).getByRole("button", { name: "Undo" }).click();

story(
  "what was dragged goes back by the notice, and by the notice after that",
  async ({ visit }) => {
    const ada = await visit();
    await ada.register();
    const path = await ada.seedBoard("Undo", { One: ["a", "b"], Two: [] });
    await ada.drag(ada.card("a"), ada.column("Two").locator(".cards"));
    await ada.seesBoard({ One: ["b"], Two: ["a"] });
    await offer(ada).filter({ hasText: "from “One” to “Two”" }).waitFor();
    await undo(ada);
    await ada.seesBoard({ One: ["a", "b"], Two: [] });
    await offer(ada).filter({ hasText: "from “Two” to “One”" }).waitFor();
    assert.equal(await offer(ada).count(), 1, "one notice at a time");
    await undo(ada);
    await ada.seesBoard({ One: ["b"], Two: ["a"] });
    await ada.seesBoardAnew({ One: ["b"], Two: ["a"] });
    await ada.arrivesAt(path);
  },
);

story(
  "Ctrl+Z takes back one's own newest change, and loses nothing that is typed",
  async ({ visit }) => {
    const ada = await visit();
    const { keyboard } = ada.page;
    await ada.register();
    await ada.seedBoard("Keys", { One: ["a", "b"], Two: [] });
    await ada.card("a").getByRole("link").first().focus();
    await keyboard.press("Shift+ArrowRight");
    await ada.seesBoard({ One: ["b"], Two: ["a"] });
    await ada.idle();
    const field = ada.column("One").locator(".add-input");
    await field.fill("half a title");
    await ada.card("b").getByRole("link").first().focus();
    await keyboard.press("Control+z");
    await ada.seesBoard({ One: ["a", "b"], Two: [] });
    assert.equal(await field.inputValue(), "half a title");
    // In a field the key is the field's own.
    await field.focus();
    await keyboard.press("Control+z");
    await ada.seesBoard({ One: ["a", "b"], Two: [] });
  },
);

story("what stands in the way is said, and the page stays", async ({ visit }) => {
  const ada = await visit();
  await ada.register("Ada");
  const path = await ada.seedBoard("Way", { One: ["a"], Two: [], Three: [] });
  await ada.drag(ada.card("a"), ada.column("Two").locator(".cards"));
  await ada.seesBoard({ One: [], Two: ["a"], Three: [] });
  // In another window meanwhile.
  const card = await ada.card("a").getAttribute("id");
  const columns = await ada.page.locator(".column").evaluateAll((all) => all.map((one) => one.id));
  await ada.post(`/cards/${card.slice("card-".length)}/move`, {
    column_id: columns[2].slice("column-".length),
    after: "",
  });
  await undo(ada);
  await ada.page.getByRole("alert").filter({ hasText: "Something newer is in the way" }).waitFor();
  ada.expectStatus(409);
  await ada.arrivesAt(path);
});

for (const [look, options] of looks) {
  story(`undo and several at once: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register("Ada Lovelace");
    const path = await ada.seedBoard("Launch", {
      "To do": ["Plan", "Draw", "Print"],
      Done: ["Old"],
    });
    await ada.post(`${path}/labels`, { name: "Bug", color: "red" });
    await page.goto(path);
    await page.keyboard.press("v");
    await page.locator("#bulk").waitFor();
    await ada.card("Plan").click();
    await ada.card("Print").click({ modifiers: ["Shift"] });
    assert.equal(await page.locator(".card-choice :checked").count(), 3);
    await inspect(ada, "three cards chosen");
    await page.locator("#bulk").getByRole("button", { name: "Put on" }).click();
    await page.locator("#bulk").waitFor({ state: "detached" });
    await page.locator(".card .label").nth(2).waitFor({ state: "attached" });
    await offer(ada).filter({ hasText: "and 2 more changes" }).waitFor();
    await inspect(ada, "a notice with a way back");
    await undo(ada);
    await page.waitForFunction(() => !document.querySelector(".card .label"));
    await page.goto(`${path}/cards/bulk`);
    await inspect(ada, "several cards, without a script");
    await page.goto(`${path}/events`);
    await inspect(ada, "history with what was undone");
    await page.locator(".event").getByRole("button", { name: "Undo" }).last().click();
    await inspect(ada, "after undoing, or why not");
    ada.expectStatus(409);
  });
}

story("letters on a card open it where one wants to be, or do it at once", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register("Ada");
  await ada.seedBoard("Letters", { One: ["a", "b"] });
  const focus = () => ada.card("a").getByRole("link").first().focus();
  await focus();
  await page.keyboard.press("d");
  const dialog = page.getByRole("dialog");
  await dialog.locator("#date-due").waitFor();
  await page.waitForFunction(() => document.activeElement.matches(".date-edit *"));
  await page.keyboard.press("Escape");
  await ada.dialogCloses();
  await focus();
  await page.keyboard.press("c");
  await page.waitForFunction(() => document.activeElement.id === "comment-form-body");
  await page.keyboard.press("Escape");
  await ada.dialogCloses();
  await focus();
  await page.keyboard.press("Space");
  await ada.card("a").locator(".face").waitFor();
  await page.keyboard.press("x");
  await ada.card("a").locator(".is-done").waitFor();
  await page.keyboard.press("x");
  await ada.card("a").locator(".is-done").waitFor({ state: "detached" });
  await page.keyboard.press("a");
  await ada.seesBoard({ One: ["b"] });
  await page.waitForFunction(() => document.activeElement.textContent.trim() === "b");

  // Switched off, they are letters like any other.
  await page.goto("/account");
  await page.getByLabel("Do not use single letters").check();
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.goBack();
  await page.goBack();
  await ada.card("b").getByRole("link").first().focus();
  await page.keyboard.press("a");
  await page.keyboard.press("v");
  assert.equal(await page.locator("#bulk").count(), 0);
  await ada.seesBoard({ One: ["b"] });
});

story("a new card's line is understood while it is typed", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register("Ada");
  const path = await ada.seedBoard("Line", { One: [] });
  await ada.post(`${path}/labels`, { name: "Bug", color: "red" });
  await page.goto(path);
  const field = ada.column("One").locator(".add-input");
  await field.pressSequentially("Fix it #bug !2027-02-03");
  const understood = ada.column("One").locator(".understood");
  await understood.filter({ hasText: "Bug" }).waitFor();
  await understood.locator("time").waitFor();
  await inspect(ada, "a line that is understood");
  await field.press("Enter");
  await ada.seesBoard({ One: ["Fix it"] });
  assert.equal(await understood.count(), 0);
  assert.deepEqual(await ada.card("Fix it").locator(".label").allTextContents(), ["Bug"]);
});
