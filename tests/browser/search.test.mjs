// Finding a card on any board: by keys, by words, by hand.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const story = stories();
const looks = [
  ["light, desktop", { ...DESKTOP, colorScheme: "light" }],
  ["dark, desktop", { ...DESKTOP, colorScheme: "dark" }],
  ["light, small phone", { ...PHONE, viewport: { width: 320, height: 640 }, colorScheme: "light" }],
  ["dark, phone", { ...PHONE, colorScheme: "dark" }],
];

for (const [look, options] of looks) {
  story(`search: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    await ada.register("Ada Lovelace");
    const path = await ada.seedBoard("Launch of the new shop", {
      "To do": ["Plan the launch", "Donaudampfschifffahrt"],
    });
    const { page } = ada;
    const card = await ada
      .card("Plan the launch")
      .getByRole("link", { name: "Plan the launch" })
      .getAttribute("href");
    await ada.post(`${card}/comments`, { body: "A comment with a **needle** in it" });
    await page.goto("/search");
    await inspect(ada, "search, before anything is typed");
    await page.getByRole("searchbox").fill("needle launch colour:red");
    await page.getByRole("searchbox").press("Enter");
    await page.getByText("There is no “colour:”").waitFor();
    await page.getByRole("searchbox").fill("needle launch");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByText("1 card", { exact: true }).waitFor();
    assert.deepEqual(await page.locator("mark").allTextContents(), ["launch", "needle"]);
    await inspect(ada, "search, with what was found");
    await page.getByRole("link", { name: "Plan the launch" }).click();
    await ada.arrivesAt(card);
    await page.goto(path);
    await inspect(ada, "a board with all of the top bar");
  });
}

story("search by keys, from every page and with any layout", async ({ visit }) => {
  const ada = await visit();
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch", { "To do": ["Donaudampfschifffahrt"] });
  const { page } = ada;
  await page.goto(path);
  // On a German keyboard it is Shift and 7; with AltGr it would be a brace.
  await page.keyboard.press("Control+Alt+/");
  await page.keyboard.press("Shift+/");
  await page.keyboard.press("Escape");
  assert.equal(new URL(page.url()).pathname, path);
  await page.keyboard.press("/");
  await ada.arrivesAt("/search");
  await page.locator("input[type=search]:focus").waitFor();
  await page.keyboard.type("donaudampf/");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Donaudampfschifffahrt" }).waitFor();
  await page.getByRole("heading", { name: "Search" }).click();
  await page.keyboard.press("/");
  assert.ok(await page.getByRole("searchbox").evaluate((node) => node === document.activeElement));
  await page.getByRole("heading", { name: "Search" }).click();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await ada.arrivesAt("/inbox");
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await ada.arrivesAt("/boards");
});

for (const [look, options] of looks) {
  story(`the palette: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    await ada.register("Ada Lovelace");
    const path = await ada.seedBoard("Launch of the new shop", {
      "To do": ["Plan the launch", "Draw"],
    });
    const { page } = ada;
    const card = await ada.card("Draw").getByRole("link", { name: "Draw" }).getAttribute("href");
    await page.goto(path);
    await page.locator("[data-palette]").click();
    const field = page.getByRole("combobox", { name: "Boards, cards, people, commands" });
    await page.getByRole("option", { name: "Draw" }).waitFor();
    await inspect(ada, "the palette");
    assert.equal(await page.getByRole("option", { selected: true }).count(), 1);
    await field.fill("dra");
    await page.getByRole("option", { name: "Search everything for this" }).waitFor();
    const active = await field.getAttribute("aria-activedescendant");
    assert.equal(active, `palette-card-${card.split("/").pop()}`);
    await field.press("Enter");
    await ada.arrivesAt(card);
  });
}

story("the palette by keys, and without scripts", async ({ visit }) => {
  const ada = await visit();
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch", { "To do": ["Draw"] });
  const { page } = ada;
  await page.goto(path);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Boards, cards, people, commands" });
  await field.fill("label");
  await page.getByRole("option", { name: "Labels" }).waitFor();
  await page.getByRole("option", { name: "Search everything for this" }).waitFor();
  while (!/page/.test(await field.getAttribute("aria-activedescendant")))
    await field.press("ArrowDown");
  await field.press("Enter");
  await ada.arrivesAt(`${path}/labels`);
  await page.keyboard.press("Control+k");
  await field.waitFor();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "hidden" });
  const bob = await visit({ javaScriptEnabled: false });
  await bob.register("Bob");
  await bob.page.goto("/boards");
  await bob.page.locator("[data-palette]").click();
  await bob.arrivesAt("/search");
});
