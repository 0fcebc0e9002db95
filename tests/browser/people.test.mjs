// People on a board: what they see of each other, whom they name, and what those see who have no account.
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

const address = async ({ page }, id) => {
  const found = await page.locator(`input[data-copy][id^=${id}]`).inputValue();
  return new URL(found).pathname;
};

/** Ada's board with Bob on it, one card that is his, and something said on it. */
async function team(visit, options) {
  const ada = await visit(options);
  await ada.register("Ada Lovelace");
  const path = await ada.seedBoard("Launch of the new shop", { "To do": ["Plan", "Draw"] });
  await ada.post(`${path}/join-links`, { role: "editor", days: "7", uses: "" });
  await ada.page.goto(`${path}/members`);
  const bob = await visit(options);
  await bob.register("Bob");
  await bob.post(await address(ada, "join-link-"), {});
  await ada.page.goto(path);
  const card = await ada.card("Plan").getByRole("link", { name: "Plan" }).getAttribute("href");
  await ada.page.goto(card);
  await ada.page.getByLabel("Assign to").selectOption({ label: "Bob" });
  await ada.page.getByRole("button", { name: "Assign", exact: true }).click();
  await ada.page.getByText("Unassign Bob").waitFor();
  const headers = { "HX-Request": "true" };
  const found = await ada.context.request.get(`${path}/people?q=Ada`, { headers });
  const [, handle] = /data-handle="([^"]+)"/.exec(await found.text());
  await bob.post(`${card}/comments`, { body: `It is *done*, @${handle}. See #2.` });
  return { ada, bob, path, card, handle };
}

for (const [look, options] of looks) {
  story(`pages of a team: ${look}`, async ({ visit }) => {
    const { ada, path, card } = await team(visit, options);
    const { page } = ada;
    await page.goto(path);
    await page.getByRole("img", { name: "Bob" }).waitFor();
    await inspect(ada, "a board with people");
    await page.goto(card);
    await inspect(ada, "a card with people");
    await page.goto(path);
    await ada.openCard("Plan");
    await inspect(ada, "a card with people, in the dialog");
    await page.goto(`${path}/members`);
    await page.getByText("QR code").click();
    await inspect(ada, "members, and a join link");
    await page.getByLabel("Show comments").check();
    await page.getByRole("button", { name: "Create public link" }).click();
    await page.locator("#public-link-address").waitFor();
    await inspect(ada, "members, and a public link");
    await page.goto(`${path}/people?q=o`);
    await inspect(ada, "people found");

    const open = await address(
      { page: await opened(ada, `${path}/members`) },
      "public-link-address",
    );
    const anybody = await visit(options);
    await anybody.page.goto(open);
    await anybody.page.getByText("View only").waitFor();
    await inspect(anybody, "a public board");
    await anybody.page.getByRole("link", { name: "Plan", exact: true }).click();
    await anybody.page.getByText("It is done").waitFor();
    assert.equal(await anybody.page.getByText(/Bob|Ada|lovelace/).count(), 0, "nobody is named");
    await inspect(anybody, "a public card");
    await ada.post(`${path}/public-link`, { days: "", password: "open sesame" });
    await anybody.page.goto(open);
    await inspect(anybody, "a public board with a password");
    await anybody.page.getByLabel("Password").fill("guessed");
    await anybody.page.getByRole("button", { name: "Open the board" }).click();
    await anybody.page.locator(".field-error").waitFor();
    anybody.expectStatus(422);
    await inspect(anybody, "a public board, a wrong password");
    await anybody.page.getByLabel("Password").fill("open sesame");
    await anybody.page.getByRole("button", { name: "Open the board" }).click();
    await anybody.page.getByText("View only").waitFor();
    await ada.post(`${path}/public-link/revoke`, {});
    await anybody.page.reload();
    anybody.expectStatus(410);
    await inspect(anybody, "a public link that was taken back");
  });
}

async function opened({ page }, path) {
  await page.goto(path);
  return page;
}

story("members are offered while an @ is typed, by keyboard and by mouse", async ({ visit }) => {
  const { ada, path, handle } = await team(visit);
  const { page } = ada;
  await page.goto(path);
  const dialog = await ada.openCard("Draw");
  const text = dialog.getByLabel("Comment", { exact: true });
  await text.pressSequentially("Ask @");
  const options = dialog.locator(".mention-list [role=option]");
  await options.nth(1).waitFor();
  await inspect(ada, "people offered");
  await text.press("ArrowDown");
  assert.equal(await options.nth(1).getAttribute("aria-selected"), "true");
  assert.equal(
    await text.getAttribute("aria-activedescendant"),
    await options.nth(1).getAttribute("id"),
  );
  await text.press("ArrowUp");
  await text.press("Enter");
  assert.equal(await text.inputValue(), `Ask @${handle} `);
  assert.equal(await options.count(), 0);
  // Escape closes the list and not the dialog; an address is no mention.
  await text.pressSequentially("or @bo");
  await options.first().waitFor();
  await text.press("Escape");
  assert.equal(await options.count(), 0);
  await text.pressSequentially("b, me@bob");
  assert.equal(await text.inputValue(), `Ask @${handle} or @bob, me@bob`);
  await text.pressSequentially(" @bo");
  await options.first().click();
  assert.match(await text.inputValue(), /me@bob @bob(-\d+)? $/);
  await text.press("Control+Enter");
  await dialog.locator(".mention", { hasText: "Ada Lovelace" }).waitFor();
  await dialog.locator(".mention", { hasText: "Bob" }).first().waitFor();
});

story("an address is copied by its button", async ({ visit }) => {
  const { ada, path } = await team(visit);
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ada.page.goto(`${path}/members`);
  await ada.page.getByRole("button", { name: "Copy" }).first().click();
  await ada.page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await ada.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(new URL(copied).pathname, await address(ada, "join-link-"));
});

story("an opened card has the focus, and not one of its forms", async ({ visit }) => {
  const { ada, path } = await team(visit);
  await ada.page.goto(path);
  await ada.openCard("Plan");
  assert.equal(await ada.page.evaluate(() => document.activeElement.id), "dialog-body");
  await ada.page.getByRole("link", { name: "Edit", exact: true }).click();
  await ada.page.waitForFunction(() => document.activeElement.id === "card-form-title");
});

story("a picture stands for a person once the worker has made it", async ({ product, visit }) => {
  product.work();
  const { bob, ada, path } = await team(visit);
  await bob.page.goto("/account");
  const drawn = await bob.page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 400 });
    canvas.getContext("2d").fillRect(0, 0, 600, 400);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  const file = { name: "me.png", mimeType: "image/png", buffer: Buffer.from(drawn, "base64") };
  await bob.page.getByLabel("A picture of you").setInputFiles(file);
  await bob.page.getByRole("button", { name: "Upload" }).click();
  await bob.page.getByText("Uploaded. The picture").waitFor();
  const shown = bob.page.locator("img.face");
  while (!(await shown.count())) await bob.page.goto("/account");
  await inspect(bob, "an account with a picture");
  await ada.page.goto(path);
  const face = ada.page.getByRole("img", { name: "Bob" });
  await face.waitFor();
  await face.evaluate((image) => image.decode());
  await inspect(ada, "a board with a picture of a person");
});
