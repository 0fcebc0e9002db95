// What is only an icon says in words what it does, to the pointer and to the keyboard.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { stories } from "./story.mjs";

const story = stories();

/** Marks the controls that can be seen and show no words of their own; gives how many there are. */
async function markIcons({ page }) {
  return page.evaluate(() => {
    const top = document.querySelector("dialog[open]") ?? document.body;
    const isSeen = (node) =>
      node.checkVisibility() && !node.closest("[aria-hidden=true], .sr-only");
    const hasWords = (control) => {
      const walk = document.createTreeWalker(control, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const { parentElement: home, data } = walk.currentNode;
        const isShifted = parseFloat(getComputedStyle(home).textIndent) !== 0;
        if (data.trim() && isSeen(home) && !isShifted) return true;
      }
      return false;
    };
    for (const old of document.querySelectorAll("[data-icon]")) delete old.dataset.icon;
    let count = 0;
    for (const control of top.querySelectorAll("a[href], button, summary")) {
      const { top: upper, bottom } = control.getBoundingClientRect();
      const isOut =
        control.matches(".skip-link") || !isSeen(control) || bottom < 0 || upper > innerHeight;
      if (isOut || control.querySelector("img") || hasWords(control)) continue;
      control.dataset.icon = count++;
    }
    return count;
  });
}

/** Each of them has a title, or a tip by pointer and by keyboard. */
async function assertTips(ada, place, least) {
  const { page } = ada;
  const count = await markIcons(ada);
  assert.ok(count >= least, `${place}: ${count} icons`);
  const tip = page.locator(".tip");
  for (let n = 0; n < count; n++) {
    const control = page.locator(`[data-icon="${n}"]`);
    const words = await control.evaluate((node) => (node.ariaLabel ?? node.textContent).trim());
    if (await control.getAttribute("title")) continue;
    await page.mouse.move(0, 0);
    await control.hover();
    await tip.waitFor();
    assert.ok(words.endsWith((await tip.textContent()).trim()), `${place}: ${words}`);
    await page.mouse.move(0, 0);
    await page.keyboard.press("Shift");
    await control.focus();
    await tip.waitFor();
    const box = await tip.boundingBox();
    const { width, height } = page.viewportSize();
    const isInside = box.x >= 0 && box.y >= 0 && box.x + box.width <= width;
    assert.ok(isInside && box.y + box.height <= height, `${place}: the tip of “${words}” is seen`);
    await control.evaluate((node) => node.blur());
    await tip.waitFor({ state: "hidden" });
  }
}

story("every icon has a tip", async ({ visit }) => {
  const ada = await visit();
  // A card that is drawn anew loses the marks of this story.
  await ada.hearsNothing();
  const { page } = ada;
  await ada.register("Ada");
  const path = await ada.seedBoard("Tips", { One: ["a", "b"], Two: [] });
  await assertTips(ada, "board", 6);
  await page.mouse.move(0, 0);
  await page.getByRole("button", { name: "Star this board" }).hover();
  await page.locator(".tip").waitFor();
  await inspect(ada, "a tip");

  const dialog = await ada.openCard("a");
  await dialog.getByLabel("Add files").setInputFiles({
    name: "notes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("words"),
  });
  await dialog.getByRole("link", { name: "notes.txt", exact: true }).waitFor();
  await page.locator(".upload-row").waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Assign" }).click();
  await dialog.locator(".assignee button").waitFor();
  await assertTips(ada, "card", 4);
  // The dialog stays open, only the tip goes.
  await page.goto("/boards");
  await assertTips(ada, "boards", 2);
  await page.goto(`${path}/members`);
  await assertTips(ada, "members", 1);
});

story("a tip goes with what it is about, and with Escape", async ({ visit }) => {
  const ada = await visit();
  const { page } = ada;
  await ada.register("Ada");
  const cards = Array.from({ length: 40 }, (_, n) => `card ${n}`);
  await ada.seedBoard("Tips", { One: cards });
  const tip = page.locator(".tip");
  // Far down in its list, so that the focus scrolls there.
  await page.keyboard.press("Shift");
  await ada.card("card 39").locator(".move").focus();
  await tip.waitFor();
  const { y } = await ada.card("card 39").locator(".move").boundingBox();
  assert.ok(Math.abs((await tip.boundingBox()).y - y) < 60, "the tip is beside its button");
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "hidden" });

  await page.goto("/boards");
  await page.getByRole("button", { name: "Star Tips" }).hover();
  await tip.filter({ hasText: "Star Tips" }).waitFor();
  await page.mouse.down();
  await tip.waitFor({ state: "hidden" });
});
