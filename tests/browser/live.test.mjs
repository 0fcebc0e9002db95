// Two people on one board: what the one does appears on the other's page, and takes nothing away from what they do there.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const story = stories();

/** Ada's board, which Ben has open too. */
async function team(visit, options) {
  const ada = await visit(options);
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch", { "To do": ["Plan", "Draw"], Done: ["Idea"] });
  await ada.post(`${path}/join-links`, { role: "editor", days: "7", uses: "" });
  await ada.page.goto(`${path}/members`);
  const link = await ada.page.locator("input[data-copy][id^=join-link-]").inputValue();
  const ben = await visit(options);
  await ben.register("Ben");
  await ben.post(new URL(link).pathname, {});
  const isLive = (person) =>
    person.page.waitForResponse((response) => response.url().includes("/stream"));
  for (const person of [ada, ben]) {
    await Promise.all([isLive(person), person.page.goto(path)]);
  }
  const card = async (title) =>
    ada.card(title).getByRole("link", { name: title }).getAttribute("href");
  return { ada, ben, path, card };
}

const titles = (person, column) =>
  person.page
    .locator(".column", { has: person.page.getByRole("heading", { name: column }) })
    .locator(".card > a:first-child")
    .allTextContents();

/** Waits until a page says so. */
async function until(look, expected) {
  const end = Date.now() + 20_000;
  let seen;
  do {
    seen = await look();
    if (JSON.stringify(seen) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  assert.deepEqual(seen, expected);
}

story("what one does the other sees", async ({ visit }) => {
  const { ada, ben, path, card } = await team(visit);
  const plan = await card("Plan");
  const done = await ada.page
    .locator(".column", { has: ada.page.getByRole("heading", { name: "Done" }) })
    .getAttribute("id");
  await ada.post(`${plan}/title`, { title: "Plan it" });
  await until(() => titles(ben, "To do"), ["Plan it", "Draw"]);
  await ada.post(`${plan}/move`, { column_id: done.slice("column-".length), after: "" });
  await until(() => titles(ben, "To do"), ["Draw"]);
  await until(() => titles(ben, "Done"), ["Plan it", "Idea"]);
  await ada.post(`${path}/columns`, { title: "Later" });
  await ben.page.getByRole("heading", { name: "Later" }).waitFor();
  await ada.post(path, { title: "Lunch", color: "red" });
  await ben.page.getByRole("heading", { name: "Lunch" }).waitFor();
  await ben.page.locator("body.color-red").waitFor();
  // And is told of it.
  await ben.page.locator("#announcer", { hasText: "Ada Lovelace" }).waitFor({ state: "attached" });
  // The page that did it shows the same, without being loaded again.
  await until(() => titles(ada, "Done"), ["Plan it", "Idea"]);
});

story(
  "one's own move is on the page with its answer, and not asked for again",
  async ({ visit }) => {
    const { ada, ben, path, card } = await team(visit);
    const { page } = ada;
    const plan = await card("Plan");
    const asked = [];
    page.on("request", (request) => {
      if (/\/(columns\/[^/]+|face|head)$/.test(new URL(request.url()).pathname))
        asked.push(request.url());
    });
    const moved = page.waitForResponse((response) => response.url().endsWith(`${plan}/move`));
    await ada.card("Plan").getByRole("link", { name: "Plan" }).focus();
    await page.keyboard.press("Shift+ArrowDown");
    const revision = (await moved).headers()["board-revision"];
    await page.locator(`[data-stream][data-revision="${revision}"]`).waitFor({ state: "attached" });
    assert.deepEqual(await titles(ada, "To do"), ["Draw", "Plan"]);
    assert.deepEqual(asked, []);
    // What somebody else does is.
    await until(() => titles(ben, "To do"), ["Draw", "Plan"]);
    await ben.post(`${await card("Draw")}/title`, { title: "Draw it" });
    await until(() => titles(ada, "To do"), ["Draw it", "Plan"]);
    assert.equal(asked.length, 1, path);
  },
);

story("an open card changes under its reader, and what they type stays", async ({ visit }) => {
  const { ada, ben, card } = await team(visit);
  const plan = await card("Plan");
  await ben.openCard("Plan");
  const { page } = ben;
  const comment = page.locator("#comment-form-body");
  await comment.fill("I am still writi");
  await ada.post(`${plan}/comments`, { body: "Look at this" });
  await page.locator("#stream").getByText("Look at this").waitFor();
  assert.equal(await comment.inputValue(), "I am still writi");
  assert.ok(await comment.evaluate((field) => field === document.activeElement), "it is focused");

  // The description, with the version that it was typed over.
  await comment.fill("");
  await page.locator("#dialog").getByRole("link", { name: "Edit" }).click();
  const body = page.locator("#card-form-body");
  await body.fill("Mine");
  await ada.post(plan, { title: "Plan", body: "Hers" });
  await ada.post(`${plan}/comments`, { body: "I have written it" });
  await page.locator("#stream").getByText("I have written it").waitFor();
  assert.equal(await body.inputValue(), "Mine");
  await page.locator("form", { has: body }).getByRole("button", { name: "Save" }).click();
  await page.locator("#card-detail .problem").waitFor();
  assert.equal(await body.inputValue(), "Mine");
  ben.expectStatus(422);
});

story("a card on a page of its own keeps what is typed, whatever changes", async ({ visit }) => {
  const { ada, ben, path, card } = await team(visit);
  const { page } = ben;
  const isLive = page.waitForResponse((response) => response.url().includes("/stream"));
  await Promise.all([isLive, page.goto(await card("Plan"))]);
  const comment = page.locator("#comment-form-body");
  await comment.fill("I am still writi");
  await page.evaluate(() => (document.mark = "the same page"));
  // A new label may be on any card.
  await ada.post(`${path}/labels`, { name: "Urgent", color: "red" });
  await page.locator("#card-detail").getByText("Urgent").waitFor({ state: "attached" });
  assert.equal(await comment.inputValue(), "I am still writi");
  assert.equal(await page.evaluate(() => document.mark), "the same page", "it was not reloaded");
});

story("a card that is deleted under an open form says so and keeps the text", async ({ visit }) => {
  const { ada, ben, card } = await team(visit);
  const plan = await card("Plan");
  await ben.openCard("Plan");
  const comment = ben.page.locator("#comment-form-body");
  await comment.fill("Do not lose me");
  await ada.post(`${plan}/delete`, { confirmed: "yes" });
  await ben.page.getByText("This card was deleted").waitFor();
  assert.equal(await comment.inputValue(), "Do not lose me");
  await until(() => titles(ben, "To do"), ["Draw"]);
  ben.expectStatus(404);
});

story("a change arrives during a drag, and both are there in the end", async ({ visit }) => {
  const { ada, ben, card } = await team(visit);
  const draw = await card("Draw");
  const { page } = ben;
  const from = await ben.card("Plan").boundingBox();
  const to = await page
    .locator(".column", { has: page.getByRole("heading", { name: "Done" }) })
    .locator(".cards")
    .boundingBox();
  await page.mouse.move(from.x + 30, from.y + 15);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 40, { steps: 4 });
  await page.locator("html.is-dragging").waitFor();
  await ada.post(`${draw}/title`, { title: "Draw it" });
  await ada.page.getByRole("link", { name: "Draw it" }).waitFor();
  assert.deepEqual(await ben.page.locator("html.is-dragging").count(), 1, "still dragging");
  await page.mouse.move(to.x + 60, to.y + 20, { steps: 8 });
  await page.mouse.up();
  await until(() => titles(ben, "To do"), ["Draw it"]);
  for (const person of [ada, ben]) {
    await until(async () => (await titles(person, "Done")).toSorted(), ["Idea", "Plan"]);
  }
});

story("an answer that comes when a drag has begun waits for its end", async ({ visit }) => {
  const { ada, ben, card } = await team(visit);
  const draw = await card("Draw");
  const { page } = ben;
  let answer;
  const isAsked = new Promise((asked) => {
    page.route(/\/face/, (route) => asked((answer = () => route.continue())), { times: 1 });
  });
  await ada.post(`${draw}/title`, { title: "Draw it" });
  await isAsked;
  await ben.hold(ben.card("Plan"), ben.column("Done").locator(".cards"));
  const isAnswered = page.waitForResponse(/\/face/);
  await answer();
  await (await isAnswered).finished();
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await page.locator(".is-dragged").count(), 1, "still dragging");
  assert.equal((await titles(ben, "To do")).includes("Draw"), true, "what was before");
  await page.keyboard.press("Escape");
  await until(() => titles(ben, "To do"), ["Plan", "Draw it"]);
  assert.deepEqual(await titles(ben, "Done"), ["Idea"]);
  await page.mouse.up();
});

story("without a connection the page says so, and then catches up", async ({ visit, product }) => {
  const { ada, ben, card } = await team(visit);
  const plan = await card("Plan");
  const { page } = ben;
  await page.locator("textarea[name=title]").first().fill("Not sent yet");
  // Its stream is cut off with the server, which comes back without the other one noticing.
  await ben.context.setOffline(true);
  await product.restart();
  await page.getByText("Not live at the moment").waitFor();
  await ada.post(`${plan}/title`, { title: "Plan it" });
  await ben.context.setOffline(false);
  await until(() => titles(ben, "To do"), ["Plan it", "Draw"]);
  await page.getByText("Not live at the moment").waitFor({ state: "detached" });
  assert.equal(await page.locator("textarea[name=title]").first().inputValue(), "Not sent yet");
});

story("who is removed is told why, and keeps what is typed", async ({ visit }) => {
  const { ada, ben, path } = await team(visit);
  const { page } = ben;
  await page.locator("textarea[name=title]").first().fill("Not sent yet");
  const id = await page.locator("body").getAttribute("data-reader-id");
  await ada.post(`${path}/members/${id}/remove`, { confirmed: "yes" });
  await page.getByText("This board is not yours to see any more").waitFor();
  assert.equal(await page.locator("textarea[name=title]").first().inputValue(), "Not sent yet");
});

story("two tabs of one person show the same", async ({ visit }) => {
  const { ada, path } = await team(visit);
  const other = await ada.context.newPage();
  await Promise.all([
    other.waitForResponse((response) => response.url().includes("/stream")),
    other.goto(path),
  ]);
  await ada.addCards("To do", "From the first tab");
  await other.getByRole("link", { name: "From the first tab", exact: true }).waitFor();
});

for (const [look, options] of [
  ["light, desktop", { ...DESKTOP, colorScheme: "light" }],
  ["dark, desktop", { ...DESKTOP, colorScheme: "dark" }],
  ["light, tablet", { viewport: { width: 800, height: 900 }, colorScheme: "light" }],
  ["dark, phone", { ...PHONE, colorScheme: "dark" }],
]) {
  story(`who is here: ${look}`, async ({ visit }) => {
    const { ada, ben } = await team(visit, options);
    await ben.openCard("Plan");
    const faces = ada.page.locator(".head-people .head-face.is-here");
    await until(() => faces.count(), 2);
    await inspect(ada, "a board that two people look at");
    await ada.openCard("Plan");
    await ada.page.locator("#card-detail .card-place .is-here").waitFor();
    await inspect(ada, "a card that two people look at");
    await ben.page.goto("/boards");
    await until(() => ada.page.locator("#card-detail .card-place .is-here").count(), 0);
  });
}
