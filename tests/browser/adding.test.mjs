// The field that adds cards: it grows with its text, and takes several lines.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const story = stories();

async function begin(visit, columns, options) {
  const ada = await visit(options);
  await ada.register();
  await ada.seedBoard("Adding", columns);
  const field = ada.page.getByLabel("Add a card to One");
  await field.click();
  return { ada, field };
}

/** As pasting does it: all at once. */
const paste = ({ page }, text) => page.keyboard.insertText(text);
const height = (field) => field.evaluate((node) => node.offsetHeight);

story("the field grows with its text, and Enter adds the card", async ({ visit }) => {
  const { ada, field } = await begin(visit, { One: [] });
  const empty = await height(field);
  await ada.page.keyboard.type("A title that is longer than the column is wide, so that it wraps");
  assert.ok((await height(field)) > empty * 1.4, "two lines are higher than one");
  await ada.page.keyboard.press("Enter");
  await ada.seesBoard({
    One: ["A title that is longer than the column is wide, so that it wraps"],
  });
  assert.equal(await height(field), empty);
  await paste(ada, "One line and its end\n");
  assert.equal(await ada.page.locator(".add-many").count(), 0);
});

for (const [device, options] of [
  ["a desktop", DESKTOP],
  ["a phone", PHONE],
]) {
  story(`several lines become as many cards, or one, on ${device}`, async ({ visit }) => {
    const { ada, field } = await begin(visit, { One: [] }, options);
    await paste(ada, "milk\n\n  bread \neggs\n");
    await inspect(ada, "several lines");
    await ada.page.getByRole("button", { name: "Add 3 cards" }).click();
    await ada.card("eggs").waitFor();
    await ada.seesBoard({ One: ["milk", "bread", "eggs"] });
    assert.equal(await field.inputValue(), "");
    assert.equal(await ada.page.locator(".add-many").count(), 0);

    await paste(ada, "a\nb");
    await ada.page.getByRole("button", { name: "Add as one card" }).click();
    await ada.seesBoard({ One: ["milk", "bread", "eggs", "a b"] });
    await paste(ada, "c\nd");
    await ada.page.keyboard.press("Enter");
    await ada.card("c d").waitFor();
    await ada.seesBoardAnew({ One: ["milk", "bread", "eggs", "a b", "c d"] });
  });
}

story("of many lines, those that were not added are in the field again", async ({ visit }) => {
  const { ada, field } = await begin(visit, { One: [] });
  await paste(ada, `first\n${"x".repeat(501)}\nthird`);
  await ada.page.getByRole("button", { name: "Add 3 cards" }).click();
  await ada.column("One").getByRole("alert").waitFor();
  ada.expectStatus(422);
  await ada.seesBoard({ One: ["first"] });
  assert.equal(await field.inputValue(), `${"x".repeat(501)}\nthird`);
  await ada.page.locator(".coming").waitFor({ state: "detached" });
  await field.fill("second\nthird");
  await ada.page.getByRole("button", { name: "Add 2 cards" }).click();
  await ada.card("third").waitFor();
  await ada.seesBoardAnew({ One: ["first", "second", "third"] });
});

story("what is typed is not lost to the answer to something else", async ({ visit }) => {
  const { ada, field } = await begin(visit, { One: ["a", "b"] });
  await paste(ada, "c\nd");
  await ada.card("a").getByRole("link").first().focus();
  await ada.page.keyboard.press("Shift+ArrowDown");
  await ada.idle();
  await ada.seesBoard({ One: ["b", "a"] });
  assert.equal(await field.inputValue(), "c\nd");
  await ada.page.getByRole("button", { name: "Add 2 cards" }).click();
  await ada.card("d").waitFor();
  await ada.seesBoard({ One: ["b", "a", "c", "d"] });
});

for (const [device, options] of [
  ["a desktop", DESKTOP],
  ["a phone", PHONE],
]) {
  story(`a card begins with the template that is chosen, on ${device}`, async ({ visit }) => {
    const { ada } = await begin(visit, { One: ["Release"], Two: [] }, options);
    const link = ada.card("Release").getByRole("link").first();
    const path = await link.getAttribute("href");
    await ada.post(`${path}/checklists`, { title: "Before it goes out" });
    await ada.post(`${path}/template`, {});
    await ada.page.reload();
    const two = ada.column("Two");
    const field = two.getByLabel("Add a card to Two");
    await field.fill("Release 2");
    await two.getByLabel("Template for the card").selectOption({ label: "Release" });
    await inspect(ada, `a template to begin with on ${device}`);
    await field.press("Enter");
    await ada.card("Release 2").waitFor();
    await ada.idle();
    const dialog = await ada.openCard("Release 2");
    await dialog.getByRole("heading", { name: "Before it goes out" }).waitFor();
  });
}
