// A board that shows some of its cards: the panel, the chips, the keys, and what others do meanwhile.
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

/** A board of which Draw and Ship have the label Bug, and Ada has Draw. */
async function labeled(visit, options) {
  const ada = await visit(options);
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch", {
    "To do": ["Plan", "Draw", "Build", "Ship"],
    Done: ["Idea"],
  });
  await ada.post(`${path}/labels`, { name: "Bug", color: "red" });
  await ada.page.goto(`${path}/labels`);
  const label = (await ada.page.locator(".row-label").getAttribute("id")).slice("label-".length);
  await ada.page.goto(path);
  const reader = await ada.page.evaluate(() => document.body.dataset.readerId);
  for (const title of ["Draw", "Ship"]) {
    const card = await ada.card(title).getByRole("link", { name: title }).getAttribute("href");
    await ada.post(`${card}/labels`, { label_id: label });
    if (title === "Draw") await ada.post(`${card}/assignees`, { user_id: reader });
  }
  await ada.page.goto(path);
  return { ada, path, label };
}

const count = ({ page }) => page.locator(".filter-count");

for (const [look, options] of looks) {
  story(`the filter: ${look}`, async ({ visit }) => {
    const { ada, path, label } = await labeled(visit, options);
    const { page } = ada;
    await page.keyboard.press("f");
    await page.getByRole("form", { name: "Filter" }).waitFor();
    await inspect(ada, "the panel");
    await page.goto(`${path}?label=${label}&assignee=me&due=none&due=soon&q=${"x".repeat(300)}`);
    await count(ada).getByText("0 of 5 cards").waitFor();
    await inspect(ada, "a board with chips");
    await page.goto(`${path}/filter?label=${label}`);
    await inspect(ada, "the form on its own page");
    await page.goto(`${path}/table?sort=-title`);
    await inspect(ada, "the table");
    await page.locator("summary", { hasText: "Columns" }).click();
    await inspect(ada, "the columns of the table");
    await page.goto(`${path}/table?q=nothing`);
    await inspect(ada, "a table of nothing");
  });
}

story("each change in the panel shows the cards at once", async ({ visit }) => {
  const { ada, path, label } = await labeled(visit);
  const { page } = ada;
  await page.keyboard.press("f");
  const panel = page.getByRole("form", { name: "Filter" });
  await panel.getByLabel("Bug").check();
  await ada.seesBoard({ "To do": ["Draw", "Ship"], Done: [] });
  assert.equal(new URL(page.url()).search, `?label=${label}`);
  await panel.getByLabel("Text").pressSequentially("draw", { delay: 20 });
  await ada.seesBoard({ "To do": ["Draw"], Done: [] });
  await count(ada).getByText("1 of 5 cards").waitFor();
  assert.equal(await panel.getByLabel("Text").inputValue(), "draw", "what is typed stays");
  // Out of it by a chip, which the panel follows.
  await page.locator(".filter-chip", { hasText: "Bug" }).click();
  await page.locator(".filter-chip", { hasText: "Bug" }).waitFor({ state: "detached" });
  await panel.getByLabel("Bug").and(page.locator(":not(:checked)")).waitFor();
  // A step back, and forward.
  await page.goBack();
  await page.locator(".filter-chip", { hasText: "Bug" }).waitFor();
  await page.goForward();
  await page.locator(".filter-chip", { hasText: "Bug" }).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Show all" }).click();
  await ada.seesBoard({ "To do": ["Plan", "Draw", "Build", "Ship"], Done: ["Idea"] });
  assert.equal(page.url().endsWith(path), true, page.url());
  // The address alone shows the same.
  await page.goto(`${path}?label=${label}`);
  await ada.seesBoard({ "To do": ["Draw", "Ship"], Done: [] });
});

story("a letter shows what is mine, and all again", async ({ visit }) => {
  const { ada, path } = await labeled(visit);
  await ada.page.keyboard.press("q");
  await ada.seesBoard({ "To do": ["Draw"], Done: [] });
  assert.equal(new URL(ada.page.url()).search, "?assignee=me");
  // A card that is opened and closed leaves the filter as it is.
  await ada.openCard("Draw");
  await ada.page.keyboard.press("Escape");
  await ada.dialogCloses();
  await ada.page.waitForURL((url) => url.search === "?assignee=me");
  await ada.seesBoard({ "To do": ["Draw"], Done: [] });
  await ada.page.keyboard.press("q");
  await ada.seesBoard({ "To do": ["Plan", "Draw", "Build", "Ship"], Done: ["Idea"] });
  await ada.page.waitForURL((url) => url.pathname === path && url.search === "");
});

story("a drag among the cards that are shown keeps the order of all", async ({ visit }) => {
  const { ada, path, label } = await labeled(visit);
  const { page } = ada;
  await page.goto(`${path}?label=${label}`);
  await ada.seesBoard({ "To do": ["Draw", "Ship"], Done: [] });
  await ada.drag(ada.card("Ship"), ada.card("Draw"), [0.5, 0.2]);
  await ada.seesBoard({ "To do": ["Ship", "Draw"], Done: [] });
  await page.goto(path);
  await ada.seesBoard({ "To do": ["Plan", "Ship", "Draw", "Build"], Done: ["Idea"] });
  // One that is added under a filter which hides it is not lost without a word.
  await page.goto(`${path}?label=${label}`);
  await page.getByLabel("Add a card to Done").fill("Hidden");
  await page.keyboard.press("Enter");
  await ada.seesToast("Added, but the filter hides this card.");
  await count(ada).getByText("2 of 6 cards").waitFor();
  await ada.seesBoard({ "To do": ["Ship", "Draw"], Done: [] });
});

story("what others do comes under the filter, or leaves it", async ({ visit }) => {
  const { ada, path, label } = await labeled(visit);
  const { page } = ada;
  const plan = await ada.card("Plan").getByRole("link", { name: "Plan" }).getAttribute("href");
  await page.goto(`${path}?label=${label}`);
  await ada.seesBoard({ "To do": ["Draw", "Ship"], Done: [] });
  await ada.post(`${plan}/labels`, { label_id: label });
  await ada.seesBoard({ "To do": ["Plan", "Draw", "Ship"], Done: [] });
  await count(ada).getByText("3 of 5 cards").waitFor();
  await ada.post(`${plan}/labels/${label}/remove`, {});
  await ada.seesBoard({ "To do": ["Draw", "Ship"], Done: [] });
});

const rows = ({ page }) => page.locator("tbody th").allTextContents();

story("the table is filtered and sorted, and its cards are opened over it", async ({ visit }) => {
  const { ada, path, label } = await labeled(visit);
  const { page } = ada;
  await page.getByRole("link", { name: "Table" }).click();
  await ada.arrivesAt(`${path}/table`);
  assert.deepEqual(await rows(ada), ["Plan", "Draw", "Build", "Ship", "Idea"]);
  await page.getByRole("columnheader", { name: "Card" }).getByRole("link").click();
  await page.waitForURL((url) => url.search === "?sort=title");
  assert.deepEqual(await rows(ada), ["Build", "Draw", "Idea", "Plan", "Ship"]);
  await page.keyboard.press("f");
  await page.getByRole("form", { name: "Filter" }).getByLabel("Bug").check();
  await count(ada).getByText("2 of 5 cards").waitFor();
  await page.waitForURL((url) => url.search === `?sort=title&label=${label}`);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  assert.deepEqual(await rows(ada), ["Draw", "Ship"]);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Ship" }).click();
  const dialog = await ada.dialog("Ship");
  await dialog.getByText("Choose labels").click();
  await dialog.getByRole("button", { name: "Bug" }).click();
  // It leaves the table beneath.
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await page.keyboard.press("Escape");
  await ada.dialogCloses();
  await page.locator("summary", { hasText: "Columns" }).click();
  await page.getByRole("checkbox", { name: "No." }).check();
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("columnheader", { name: "No." }).waitFor();
  assert.deepEqual(await rows(ada), ["Draw"]);
});

story("without JavaScript it is a form and links", async ({ visit }) => {
  const { ada, path, label } = await labeled(visit);
  const plain = await visit({ javaScriptEnabled: false });
  await plain.signIn(ada.email, ada.password);
  const { page } = plain;
  await page.goto(path);
  await page.getByRole("link", { name: "Filter" }).first().click();
  await page.getByLabel("Bug").check();
  await page.getByLabel("Text").fill("dr");
  await page.getByRole("button", { name: "Show cards" }).click();
  await page.getByText("1 of 5 cards").waitFor();
  await page.locator(".filter-chip", { hasText: "dr" }).click();
  await page.getByText("2 of 5 cards").waitFor();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  assert.equal(await page.getByLabel("Bug").isChecked(), true);
  await page.goto(`${path}?label=${label}`);
  await page.getByRole("link", { name: "Show all" }).click();
  assert.equal(await page.locator(".card").count(), 5);
});
