import assert from "node:assert/strict";
import { PHONE, stories } from "./story.mjs";

const story = stories();

story(
  "a person registers, fills a board, drags, and finds it all after a restart",
  async ({ product, visit }) => {
    const ada = await visit();
    await ada.register("Ada");
    const path = await ada.makeBoard("Launch");
    await ada.addColumns("To do", "Doing", "Done");
    await ada.addCards("To do", "Write it", "Read it", "Print it");
    await ada.addCards("Doing", "Draw it");
    await ada.seesBoardAnew({
      "To do": ["Write it", "Read it", "Print it"],
      Doing: ["Draw it"],
      Done: [],
    });

    assert.equal(await ada.drag(ada.card("Write it"), ada.card("Draw it")), 200);
    await ada.seesBoard({
      "To do": ["Read it", "Print it"],
      Doing: ["Draw it", "Write it"],
      Done: [],
    });
    await assertCounts(ada, ["2", "2", "0"]);
    await ada.drag(ada.card("Draw it"), ada.column("Done").locator(".cards"));
    await ada.drag(ada.card("Print it"), ada.card("Read it"), [0.5, 0.2]);
    const cards = { "To do": ["Print it", "Read it"], Doing: ["Write it"], Done: ["Draw it"] };
    await ada.seesBoardAnew(cards);

    await ada.dragColumn("Done", "To do");
    const { Done, ...others } = cards;
    await ada.seesBoard({ Done, ...others });
    await ada.seesBoardAnew({ Done, ...others });

    await product.restart();
    await ada.page.goto(path);
    await ada.seesBoard({ Done, ...others });
    assert.equal(await ada.page.getByRole("dialog").count(), 0, "a drag opens no card");
  },
);

story("a card that is dropped where it was is not posted", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Still", { One: ["a", "b"] });
  let posted = 0;
  ada.page.on("request", (request) => (posted += request.method() === "POST"));
  await ada.hold(ada.card("a"), ada.card("a"));
  await ada.page.mouse.up();
  await ada.page.locator("html:not(.is-dragging)").waitFor();
  await ada.seesBoardAnew({ One: ["a", "b"] });
  assert.equal(posted, 0);
});

story("Escape ends a drag where it began", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Called off", { One: ["a", "b"], Two: ["c"] });
  let posted = 0;
  ada.page.on("request", (request) => (posted += request.method() === "POST"));
  await ada.hold(ada.card("a"), ada.card("c"));
  await ada.seesBoard({ One: ["b"], Two: ["c", "a"] });
  await ada.page.keyboard.press("Escape");
  await ada.page.locator("html:not(.is-dragging)").waitFor();
  await ada.seesBoard({ One: ["a", "b"], Two: ["c"] });
  await ada.page.mouse.up();
  assert.equal(posted, 0);
  assert.equal(await ada.drag(ada.card("a"), ada.card("c")), 200, "the next drag is one");
  await ada.seesBoardAnew({ One: ["b"], Two: ["c", "a"] });
});

story("the whole column takes a drop: its head, its foot and the room below", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Wide", { One: ["a", "b", "c"], Two: ["x", "y"] });
  const two = ada.column("Two");
  await ada.drag(ada.card("a"), two.locator(".column-title"), [0.5, 0.5]);
  await ada.seesBoardAnew({ One: ["b", "c"], Two: ["a", "x", "y"] });
  await ada.drag(ada.card("b"), two.locator(".add-card"), [0.5, 0.8]);
  await ada.seesBoardAnew({ One: ["c"], Two: ["a", "x", "y", "b"] });
  await ada.hold(ada.card("c"), two.locator(".add-card"), [0.5, 0.8]);
  const { x, y, width, height } = await two.boundingBox();
  await ada.page.mouse.move(x + width / 2, y + height + 150, { steps: 6 });
  await ada.drop();
  await ada.seesBoardAnew({ One: [], Two: ["a", "x", "y", "b", "c"] });
});

story(
  "leaving asks as long as a move is on its way, and a slow answer is seen",
  async ({ visit }) => {
    const ada = await visit();
    await ada.register();
    await ada.seedBoard("Hasty", { One: ["a"], Two: ["b"] });
    let goOn;
    const held = new Promise((resolve) => (goOn = resolve));
    await ada.page.route(/\/move$/, async (route) => {
      await held;
      await route.continue();
    });
    const answer = ada.page.waitForResponse(/\/move$/);
    await ada.hold(ada.card("a"), ada.card("b"));
    await ada.page.mouse.up();
    await ada.page.locator("html[data-saving][data-busy]").waitFor();
    const asked = ada.page.waitForEvent("dialog");
    const left = ada.page.evaluate(() => location.assign("/boards"));
    const dialog = await asked;
    assert.equal(dialog.type(), "beforeunload");
    await dialog.dismiss();
    await left;
    goOn();
    await answer;
    await ada.page.locator("html:not([data-saving]):not([data-busy])").waitFor();
    await ada.seesBoardAnew({ One: [], Two: ["b", "a"] });
  },
);

story("what is being typed survives a drag", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Typing", { One: ["a"], Two: ["b"] });
  const draft = ada.page.getByLabel("Add a card to Two");
  await draft.fill("half a thou");
  await ada.drag(ada.card("a"), ada.card("b"));
  await ada.seesBoard({ One: [], Two: ["b", "a"] });
  assert.equal(await draft.inputValue(), "half a thou");
});

story("a finger's long press drags a card, a swipe scrolls", async ({ visit }) => {
  const ada = await visit(PHONE);
  await ada.register();
  await ada.seedBoard("Pocket", { One: ["a", "b", "c"], Two: [], Three: [] });
  const touch = await ada.context.newCDPSession(ada.page);
  const finger = (type, point) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints: point ? [point] : [] });
  const at = async (title) => {
    const box = await ada.card(title).boundingBox();
    return { x: box.x + 60, y: box.y + box.height / 2 };
  };

  const from = await at("a");
  const to = await at("b");
  await finger("touchStart", from);
  // Long enough pressed, the card lifts by itself; a finger that moved before would scroll.
  await ada.page.locator(".is-chosen").waitFor();
  await finger("touchMove", { x: from.x, y: from.y + 12 });
  await ada.page.locator(".is-dragged").waitFor();
  const answer = ada.page.waitForResponse(/\/move$/);
  await finger("touchMove", { x: to.x, y: to.y + 12 });
  await finger("touchEnd");
  await answer;
  await ada.seesBoard({ One: ["b", "a", "c"], Two: [], Three: [] });

  const start = await at("c");
  await finger("touchStart", { x: 300, y: start.y });
  for (let x = 280; x >= 60; x -= 20) await finger("touchMove", { x, y: start.y });
  await finger("touchEnd");
  await ada.page.waitForFunction(() => document.querySelector(".canvas").scrollLeft > 100);
  await ada.seesBoardAnew({ One: ["b", "a", "c"], Two: [], Three: [] });
});

story("a board of a thousand cards can be dragged on", async ({ product, visit }) => {
  const ada = await visit();
  await ada.register();
  const cards = Array.from({ length: 10 }, (_, column) => [
    `Column ${column}`,
    Array.from({ length: 100 }, (_, card) => `Card ${column}.${card}`),
  ]);
  const path = await ada.seedBoard(
    "A thousand",
    Object.fromEntries(cards.map(([column]) => [column, []])),
  );
  // By form a person adds twenty a second.
  await product.query(
    `INSERT INTO cards (id, board_id, column_id, title, body, rank, created_at, updated_at)
     SELECT gen_random_uuid(), board_id, id, 'Card ' || substr(title, 8) || '.' || n, '',
            'V' || lpad(n::text, 3, '0') || '1', now(), now()
     FROM columns, generate_series(0, 99) n WHERE board_id = $1`,
    [path.slice("/boards/".length)],
  );
  await product.query("UPDATE boards SET revision = revision + 1");
  await ada.page.goto(path);
  assert.equal(await ada.page.locator(".card").count(), 1000);

  await ada.drag(ada.card("Card 0.0"), ada.card("Card 2.3"));
  const [moved] = cards[0][1].splice(0, 1);
  cards[2][1].splice(4, 0, moved);
  await ada.seesBoardAnew(Object.fromEntries(cards));
});

async function assertCounts(person, expected) {
  const shown = await person.page.locator(".column-count").allTextContents();
  assert.deepEqual(
    shown.map((text) => /^\d+/.exec(text)[0]),
    expected,
  );
}
