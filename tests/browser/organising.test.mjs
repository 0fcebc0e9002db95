// What people organise cards with: labels, dates, checklists.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const story = stories();
const looks = [
  ["light, desktop", { ...DESKTOP, colorScheme: "light" }],
  ["dark, desktop", { ...DESKTOP, colorScheme: "dark" }],
  ["light, tablet", { viewport: { width: 800, height: 900 }, colorScheme: "light" }],
  ["light, small phone", { ...PHONE, viewport: { width: 320, height: 640 }, colorScheme: "light" }],
  ["dark, phone", { ...PHONE, colorScheme: "dark" }],
];

/** A board with three labels and two cards, of which the first has a checklist. */
async function organised(visit, options) {
  const ada = await visit(options);
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch of the new shop", { "To do": ["Plan", "Draw"] });
  for (const [name, color] of [
    ["Bug", "red"],
    ["A label with a long name, as some people like them", "violet"],
    ["", "green"],
  ])
    await ada.post(`${path}/labels`, { name, color });
  const card = await ada.card("Plan").getByRole("link", { name: "Plan" }).getAttribute("href");
  await ada.post(`${card}/checklists`, { title: "Steps" });
  await ada.page.goto(card);
  const list = await ada.page.locator(".checklist").getAttribute("id");
  await ada.post(`/checklists/${list.slice("checklist-".length)}/items`, {
    text: "Draw it\nBuild it, and try it with people who have never seen it before\nShip it",
  });
  return { ada, path, card };
}

/** The labels of a card on the board, by their names. */
const labelsOf = (card) => card.locator(".label").allTextContents();

for (const [look, options] of looks) {
  story(`labels, dates and checklists: ${look}`, async ({ visit }) => {
    const { ada, path, card } = await organised(visit, options);
    const { page } = ada;
    await page.goto(`${path}/labels`);
    await inspect(ada, "labels");
    await page.getByText("Edit").first().click();
    await inspect(ada, "labels, one of them edited");
    await page.goto(card);
    await page.getByText("Choose labels").click();
    for (const name of ["Bug", "A label with a long name", "Green"]) {
      await page.getByRole("button", { name }).click();
      await page
        .getByRole("button", { name, pressed: true })
        .or(page.locator("summary"))
        .first()
        .waitFor();
      await page.goto(card);
      await page.getByText("Choose labels").click();
    }
    await page.getByText("Set dates").click();
    await inspect(ada, "a card with labels and a checklist");
    await page.getByLabel("Due: day").fill("2020-02-29");
    await page.getByLabel("Due: time").fill("14:30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("overdue").waitFor();
    await inspect(ada, "a card that is overdue");
    await page.goto(path);
    await ada.card("Plan").getByText("overdue").waitFor();
    await inspect(ada, "a board with all of it");
    await ada.openCard("Plan");
    await inspect(ada, "a card with all of it, in the dialog");
    await page.getByRole("link", { name: "Edit “Draw it”" }).click();
    await page.getByRole("heading", { name: "Checklist item" }).waitFor();
    await inspect(ada, "an item, in the dialog");
    await ada.post(`${card}/done`, {});
    await page.goto(path);
    await ada.card("Plan").getByText("Done").waitFor();
    await inspect(ada, "a board with a card that is done");
  });
}

story("labels are put on and taken off in a list that stays open", async ({ visit }) => {
  const { ada, path } = await organised(visit);
  await ada.page.goto(path);
  const dialog = await ada.openCard("Draw");
  await dialog.getByText("Choose labels").click();
  for (const name of ["Green", "Bug"]) {
    const toggle = dialog.getByRole("button", { name });
    await toggle.focus();
    await toggle.press("Space");
    await dialog.getByRole("button", { name, pressed: true }).waitFor();
    assert.equal(
      await ada.page.evaluate(() => document.activeElement.textContent.trim()),
      name,
      "the focus stays",
    );
  }
  // In the board's order, on the board beneath as well.
  assert.deepEqual(await labelsOf(ada.card("Draw")), ["Bug", "Green"]);
  await dialog.getByRole("button", { name: "Bug" }).click();
  await dialog.getByRole("button", { name: "Bug", pressed: false }).waitFor();
  assert.deepEqual(await labelsOf(ada.card("Draw")), ["Green"]);
});

story(
  "the names of labels are seen where the card is pointed at or has the focus",
  async ({ visit }) => {
    const { ada, path, card } = await organised(visit, DESKTOP);
    await ada.page.goto(card);
    await ada.page.getByText("Choose labels").click();
    await ada.page.getByRole("button", { name: "Bug" }).click();
    await ada.page.locator(".label-chips").getByText("Bug").waitFor();
    await ada.page.goto(path);
    const label = ada.card("Plan").locator(".label");
    const height = async () => (await label.boundingBox()).height;
    const becomes = (tall) =>
      ada.page.waitForFunction(
        (tall) => document.querySelector(".label").getBoundingClientRect().height > 15 === tall,
        tall,
      );
    const place = () =>
      ada.page.evaluate(() => {
        const text = document.createRange();
        text.selectNodeContents(document.querySelector(".card.has-labels > a"));
        return text.getBoundingClientRect().y;
      });
    const [before, title] = [await height(), await place()];
    assert.ok(before < 8, `${before}`);
    await ada.card("Plan").getByRole("link", { name: "Plan" }).hover();
    await becomes(true);
    assert.equal(await place(), title, "nothing else moves");
    await ada.page.mouse.move(0, 0);
    await becomes(false);
    await ada.card("Plan").getByRole("link", { name: "Plan" }).focus();
    await becomes(true);
    await ada.page.goto("/account");
    await ada.page.getByLabel("Show labels on cards with their text").check();
    await ada.page.getByRole("button", { name: "Save" }).click();
    await ada.page.goto(path);
    assert.ok((await height()) > 15);
  },
);

story("items are checked by Space and dragged between checklists", async ({ visit }) => {
  const { ada, path, card } = await organised(visit, DESKTOP);
  await ada.post(`${card}/checklists`, { title: "Later" });
  await ada.page.goto(path);
  const dialog = await ada.openCard("Plan");
  const box = dialog.getByRole("checkbox", { name: "Draw it" });
  await box.focus();
  await box.press("Space");
  await dialog.getByRole("checkbox", { name: "Draw it", checked: true }).waitFor();
  await ada.card("Plan").getByText("1/3").waitFor();
  assert.match(await ada.page.evaluate(() => document.activeElement.id), /^item-check-/);
  const item = dialog.locator(".item", { hasText: "Ship it" });
  const first = dialog.locator(".item", { hasText: "Draw it" });
  const drag = async (from, to, dy) => {
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    await ada.page.mouse.move(a.x + 120, a.y + a.height / 2);
    await ada.page.mouse.down();
    await ada.page.mouse.move(a.x + 120, a.y + a.height / 2 + 8, { steps: 3 });
    await ada.page.mouse.move(b.x + 120, b.y + dy, { steps: 12 });
    const answer = ada.page.waitForResponse((response) => response.url().endsWith("/move"));
    await ada.page.mouse.up();
    assert.equal((await answer).status(), 200);
  };
  await drag(item, first, 4);
  await dialog.locator(".item").first().getByText("Ship it", { exact: true }).waitFor();
  const later = dialog.locator(".checklist").nth(1).locator(".items");
  await drag(dialog.locator(".item", { hasText: "Ship it" }), later, 4);
  await later.getByText("Ship it", { exact: true }).waitFor();
  await ada.page.reload();
  const kept = await ada.page.locator(".checklist").nth(1).locator(".item-text").allTextContents();
  assert.deepEqual(kept, ["Ship it"]);
});

story("a date is of the reader's zone, which their browser said", async ({ visit }) => {
  const ada = await visit({ ...DESKTOP, timezoneId: "Asia/Tokyo" });
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch", { "To do": ["Plan"] });
  await ada.openCard("Plan");
  await ada.page.getByText("Set dates").click();
  await ada.page.getByText("Times are in Asia/Tokyo").waitFor();
  await ada.page.getByLabel("Due: day").fill("2050-05-01");
  await ada.page.getByLabel("Due: time").fill("08:00");
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.card("Plan").getByText("1 May 2050 08:00").waitFor();
  const time = ada.page.locator(`#card-detail time.date`);
  assert.equal(await time.getAttribute("datetime"), "2050-04-30T23:00:00Z");
  await ada.page.goto(path);
  await ada.card("Plan").getByText("1 May 2050 08:00").waitFor();
});
