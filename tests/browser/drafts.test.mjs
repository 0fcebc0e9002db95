import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { stories } from "./story.mjs";

const story = stories();
const DAY = 86_400_000;

/** Somebody with one card, on a page of its own. */
async function begin(visit) {
  const ada = await visit();
  await ada.register();
  const board = await ada.seedBoard("Drafts", { One: ["Card"] });
  const card = `/cards/${(await ada.card("Card").getAttribute("id")).replace("card-", "")}`;
  return { ada, board, card };
}

const note = ({ page }) => page.getByRole("status").filter({ hasText: "Restored what you had" });
const description = ({ page }) => page.getByLabel("Description");
const comment = ({ page }) => page.locator(".comment-form").getByLabel("Comment");

/** Waits until the device keeps so many drafts. */
const keeps = ({ page }, count) =>
  page.waitForFunction(
    (count) => Object.keys(localStorage).filter((key) => /^draft /.test(key)).length === count,
    count,
  );

story("a description outlives a crash, and is discarded or saved", async ({ visit }) => {
  const { ada, board, card } = await begin(visit);
  let dialog = await ada.openCard("Card");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await description(ada).fill("A long text");
  await keeps(ada, 1);
  await ada.crash();

  await ada.page.goto(board);
  dialog = await ada.openCard("Card");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await note(ada).waitFor();
  assert.equal(await description(ada).inputValue(), "A long text");
  await inspect(ada, "a restored draft");
  await note(ada).getByRole("button", { name: "Discard" }).click();
  await note(ada).waitFor({ state: "detached" });
  assert.equal(await description(ada).inputValue(), "");
  await keeps(ada, 0);

  await description(ada).fill("Another text");
  await keeps(ada, 1);
  await ada.crash();
  await ada.page.goto(`${card}?edit=1`);
  await note(ada).waitFor();
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.page.locator(".prose").getByText("Another text").waitFor();
  await keeps(ada, 0);
  await ada.page.getByRole("link", { name: "Edit", exact: true }).click();
  await description(ada).waitFor();
  assert.equal(await note(ada).count(), 0);
});

story("what was discarded when leaving does not come again", async ({ visit }) => {
  const { ada } = await begin(visit);
  const dialog = await ada.openCard("Card");
  await dialog.getByRole("link", { name: "Edit" }).click();
  await description(ada).fill("given up");
  await keeps(ada, 1);
  ada.willAnswer(true, /Discard/);
  await ada.page.keyboard.press("Escape");
  await ada.dialogCloses();
  await keeps(ada, 0);
});

story("a draft is not saved over what somebody else has written since", async ({ visit }) => {
  const { ada, card } = await begin(visit);
  await ada.page.goto(`${card}?edit=1`);
  await description(ada).fill("mine");
  await keeps(ada, 1);
  await ada.crash();
  await ada.post(card, { title: "Card", body: "theirs", version: "0" });

  await ada.page.goto(`${card}?edit=1`);
  await note(ada).waitFor();
  assert.equal(await description(ada).inputValue(), "mine");
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.page.getByRole("alert").waitFor();
  ada.expectStatus(422);
  assert.equal(await description(ada).inputValue(), "mine");
  assert.equal(await note(ada).count(), 0, "a refused form has it already");

  await ada.crash();
  await ada.page.goto(`${card}?edit=1`);
  await note(ada).getByRole("button", { name: "Discard" }).click();
  assert.equal(await description(ada).inputValue(), "theirs");
  await description(ada).fill("both");
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.page.locator(".prose").getByText("both").waitFor();
});

story("comments, new and edited, are kept as well", async ({ visit }) => {
  const { ada, board, card } = await begin(visit);
  await ada.post(`${card}/comments`, { body: "First" });
  await ada.page.goto(card);
  await comment(ada).fill("Second");
  await ada.page.locator(".comment summary", { hasText: "Edit" }).click();
  await ada.page.locator(".comment-edit").getByLabel("Text").fill("First, better");
  await keeps(ada, 2);
  await ada.crash();

  await ada.page.goto(board);
  const dialog = await ada.openCard("Card");
  assert.equal(await note(ada).count(), 2);
  assert.equal(await comment(ada).inputValue(), "Second");
  const edit = dialog.locator(".comment-edit");
  assert.equal(await edit.getByLabel("Text").inputValue(), "First, better");
  // The answer shows the other form anew.
  await edit.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".prose").getByText("First, better").waitFor();
  await keeps(ada, 1);
  assert.equal(await comment(ada).inputValue(), "Second");

  await ada.crash();
  await ada.page.goto(card);
  await note(ada).waitFor();
  await ada.page.getByRole("button", { name: "Comment", exact: true }).click();
  await ada.page.locator(".prose").getByText("Second").waitFor();
  await keeps(ada, 0);
  assert.equal(await comment(ada).inputValue(), "");
});

story("a comment that waited for signing in is not there twice", async ({ visit }) => {
  const { ada, card } = await begin(visit);
  await ada.page.goto(card);
  await comment(ada).fill("Once");
  await keeps(ada, 1);
  await ada.context.clearCookies();
  await ada.page.getByRole("button", { name: "Comment", exact: true }).click();
  await ada.seesText("Sign in again, and what you typed can be saved.");
  ada.expectStatus(401);
  await keeps(ada, 1);
  await ada.page.getByLabel("E-mail").fill(ada.email);
  await ada.page.getByLabel("Password").fill(ada.password);
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await ada.page.getByRole("button", { name: "Save now" }).click();
  await ada.page.locator(".prose").getByText("Once").waitFor();
  await keeps(ada, 0);
  assert.equal(await comment(ada).inputValue(), "");
});

story("drafts are of one person, and few, and end", async ({ visit }) => {
  const { ada, card } = await begin(visit);
  await ada.page.goto(`${card}?edit=1`);
  await description(ada).fill("mine");
  await keeps(ada, 1);
  const key = await ada.page.evaluate(() => Object.keys(localStorage)[0]);
  const draft = await ada.page.evaluate((key) => localStorage.getItem(key), key);

  // Another person's with the same browser; one of 31 days; and more than there may be.
  await ada.page.evaluate(
    ([key, draft, day]) => {
      const put = (key, more) =>
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(draft), ...more }));
      localStorage.clear();
      put(key.replace(/ \S+@\S+ /, " other@example.com "), {});
      put(`${key}/old`, { at: Date.now() - 31 * day });
      put(`${key}/kept`, { at: Date.now() - 29 * day });
    },
    [key, draft, DAY],
  );
  await ada.crash();
  await ada.page.goto(`${card}?edit=1`);
  await keeps(ada, 2);
  assert.equal(await note(ada).count(), 0, "what another person typed is not shown");

  await ada.page.evaluate(
    ([key, draft]) => {
      for (let n = 0; n < 60; n++) localStorage.setItem(`${key}/${n}`, draft);
    },
    [key, draft],
  );
  await description(ada).fill("the newest");
  await keeps(ada, 50);
  await ada.crash();
  await ada.page.goto(`${card}?edit=1`);
  await note(ada).waitFor();
  assert.equal(await description(ada).inputValue(), "the newest");
});

story("signing out leaves no draft, and a password is never one", async ({ visit }) => {
  const { ada, card } = await begin(visit);
  await ada.page.goto(`${card}?edit=1`);
  await ada.page.evaluate(() => {
    const field = Object.assign(document.createElement("input"), { type: "password", name: "p" });
    document.querySelector("form[data-draft]").append(field);
  });
  await ada.page.locator("input[type=password]").fill("four words in a row");
  await description(ada).fill("a thought");
  await keeps(ada, 1);
  const kept = await ada.page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.match(kept, /a thought/);
  assert.doesNotMatch(kept, /four words/);
  await ada.crash();
  // By the answer alone, as a browser without our script would do it.
  await ada.page.goto("/account");
  await ada.page.evaluate(() => fetch("/logout", { method: "POST" }));
  await keeps(ada, 0);

  await ada.signIn();
  await ada.arrivesAt("/boards");
  await ada.page.evaluate(() => localStorage.setItem("draft someone@example.com /x", "{}"));
  await ada.signOut();
  await keeps(ada, 0);
});
