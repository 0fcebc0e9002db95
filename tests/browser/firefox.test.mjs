// What Firefox does in another way than Chromium: it fills in the fields of a page that is loaded again.
import assert from "node:assert/strict";
import { Firefox } from "./firefox.mjs";
import { stories } from "./story.mjs";

const story = stories();
const TEXT = "#card-form-body";
const value = (selector) => `document.querySelector("${selector}").value`;

/** Ada with a card whose form is open in Firefox, where she has typed. */
async function begin({ product, visit }) {
  const ada = await visit();
  await ada.register();
  await ada.seedBoard("Reload", { One: ["Card"] });
  const card = `/cards/${(await ada.card("Card").getAttribute("id")).replace("card-", "")}`;
  const firefox = await Firefox.launch();
  await firefox.goto(`${product.url}/login`);
  await firefox.type("[name=email]", ada.email);
  await firefox.type("[name=password]", ada.password);
  await firefox.evaluate(`document.querySelector("form").requestSubmit()`);
  await firefox.until(`location.pathname === "/boards" && document.readyState === "complete"`);
  await firefox.goto(`${product.url}${card}?edit=1`);
  await firefox.type(TEXT, "mine");
  await firefox.type("#comment-form-body", "a comment");
  await firefox.until("Object.keys(localStorage).length === 2");
  return { ada, firefox, card };
}

story("F5 on an edited form does not put the old text over the new version", async (world) => {
  const { ada, firefox, card } = await begin(world);
  try {
    // The browser's own memory of the fields, without our drafts.
    await firefox.evaluate("localStorage.clear()");
    await ada.post(card, { title: "Card", body: "theirs", version: "0" });
    await firefox.reload();
    assert.equal(await firefox.evaluate(value(TEXT)), "theirs");
    assert.equal(await firefox.evaluate(value("[name=version]")), "1");
    assert.equal(await firefox.evaluate(value("#comment-form-body")), "");
  } finally {
    await firefox.close();
  }
});

story("F5 brings a draft back, which is refused over a newer version", async (world) => {
  const { ada, firefox, card } = await begin(world);
  try {
    await ada.post(card, { title: "Card", body: "theirs", version: "0" });
    await firefox.reload();
    assert.equal(await firefox.evaluate(`document.querySelectorAll(".draft-note").length`), 2);
    assert.equal(await firefox.evaluate(value(TEXT)), "mine");
    assert.equal(await firefox.evaluate(value("[name=version]")), "0");
    await firefox.evaluate(`document.querySelector("${TEXT}").form.requestSubmit()`);
    await firefox.until(`document.querySelector(".problem")`);
    assert.equal(await firefox.evaluate(value(TEXT)), "mine");
    await ada.page.goto(card);
    await ada.page.locator(".prose").getByText("theirs").waitFor();
  } finally {
    await firefox.close();
  }
});
