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

story("a board of a thousand cards can be dragged on", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  const cards = Array.from({ length: 10 }, (_, column) => [
    `Column ${column}`,
    Array.from({ length: 100 }, (_, card) => `Card ${column}.${card}`),
  ]);
  await ada.seedBoard("A thousand", Object.fromEntries(cards));
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
