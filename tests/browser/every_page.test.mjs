// Every page, and every state of one that looks different, in both color schemes and on both sizes:
// no violation that axe finds, nothing wider than the window, and (as in every story) nothing wrong
// in the console or on the network.
import assert from "node:assert/strict";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const HEBREW = "לוח המשימות של הצוות";
const ARABIC = "مراجعة التصميم مع الفريق قبل الإطلاق";
const NOBODY = "00000000-0000-7000-8000-000000000000";
const MARKDOWN =
  "# Plan\n\nSome **bold**, some *italic*, `code` and a [link](https://example.com).\n\n" +
  `- one\n- two\n\n1. first\n2. second\n\n> quoted\n\n\`\`\`\n${"long ".repeat(60)}\n\`\`\`\n\n` +
  `| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n${LONG}${LONG}`;

const story = stories();
const looks = [
  ["light, desktop", { ...DESKTOP, colorScheme: "light" }],
  ["dark, desktop", { ...DESKTOP, colorScheme: "dark" }],
  ["light, phone", { ...PHONE, colorScheme: "light" }],
  ["dark, phone", { ...PHONE, colorScheme: "dark" }],
];

for (const [look, options] of looks) {
  story(`pages before signing in: ${look}`, async ({ product, visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await page.goto("/login");
    await inspect(ada, "sign in");
    await page.getByLabel("E-mail").fill("nobody@example.com");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    ada.expectStatus(422);
    await inspect(ada, "sign in, refused");

    await page.goto("/register");
    await inspect(ada, "register");
    await page.locator("form").evaluate((form) => (form.noValidate = true));
    await page.getByRole("button", { name: "Create account" }).click();
    await page.locator(".field-error").first().waitFor();
    ada.expectStatus(422);
    await inspect(ada, "register, refused");

    for (const registration of ["invite", "closed"]) {
      const other = await product.beside({ REGISTRATION: registration });
      await page.goto(`${other.url}/register`);
      ada.expectStatus(403);
      await inspect(ada, `register, ${registration}`);
      await page.goto(`${other.url}/login`);
      await inspect(ada, `sign in, registration ${registration}`);
      await other.stop();
    }

    await page.goto("/password/reset");
    await inspect(ada, "a forgotten password, without mail");
  });

  story(`a new account and its first board: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register();
    await inspect(ada, "no boards");
    const path = await ada.makeBoard("Empty");
    await inspect(ada, "a board without columns");
    for (const part of ["archive", "events"]) {
      await page.goto(`${path}/${part}`);
      await inspect(ada, `an empty ${part}`);
    }
  });

  story(`boards, account and their forms: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register("Ada Lovelace");
    await fill(ada);
    await page.goto("/boards");
    await page.locator("summary", { hasText: "Your account" }).click();
    await inspect(ada, "boards, the menu open");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Archived" }).click();
    await page.getByLabel("Title of a new board").evaluate((field) => {
      field.form.noValidate = true;
    });
    await inspect(ada, "boards");
    await page.getByRole("button", { name: "Create board" }).click();
    await page.locator(".field-error").waitFor();
    ada.expectStatus(422);
    await inspect(ada, "boards, a new one refused");

    await page.goto("/account");
    await inspect(ada, "account");
    await page.getByLabel("Name").fill("  ");
    await page.getByRole("textbox", { name: "E-mail" }).fill("other@example.com");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".field-error").first().waitFor();
    ada.expectStatus(422);
    await inspect(ada, "account, refused");
    await page.goto("/account");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").waitFor();
    await inspect(ada, "account, saved");
    await page.goto("/account/sessions");
    await inspect(ada, "sessions");
    await page.goto("/account/tokens");
    await inspect(ada, "tokens, none");
    await page
      .getByLabel("Name", { exact: true })
      .fill("A backup script of a long name ".repeat(2).slice(0, 60));
    await page.getByLabel("Current password").fill("wrong password");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.locator(".field-error").first().waitFor();
    ada.expectStatus(422);
    await inspect(ada, "tokens, refused");
    await page.getByLabel("Current password").fill(ada.password);
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.locator("#token-made").waitFor();
    await inspect(ada, "tokens, one made");
    await page.goto("/api");
    await page.locator(".api-route summary").first().click();
    await inspect(ada, "api");
  });

  story(`a board and its dialogs: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register("Ada Lovelace");
    const { path } = await fill(ada);
    await page.goto(path);
    await inspect(ada, "board");
    if (options.isMobile) await assertTitlesBesideButtons(ada);

    const quick = page.getByLabel("Add a card to To do");
    await quick.fill("x".repeat(501));
    await quick.press("Enter");
    await page.getByRole("alert").waitFor();
    ada.expectStatus(422);
    await inspect(ada, "board, a card refused");

    await page.goto(path);
    const card = await ada.openCard("With a description");
    await inspect(ada, "dialog of a card");
    await card.getByRole("link", { name: "Edit" }).click();
    await card.getByLabel("Title").fill(" ");
    await inspect(ada, "dialog, editing");
    await card.getByRole("button", { name: "Save" }).click();
    await card.locator(".field-error").waitFor();
    ada.expectStatus(422);
    await inspect(ada, "dialog, refused");

    await page.goto(path);
    await (await ada.openCard(LONG)).getByRole("link", { name: "Move" }).click();
    await ada.dialog("Move a card");
    await inspect(ada, "dialog, moving a card");

    await page.goto(path);
    await page.getByRole("link", { name: "Edit column To do" }).click();
    const column = await ada.dialog("Edit column");
    await inspect(ada, "dialog of a column");
    await column.getByLabel("Title").fill(" ");
    await column.getByRole("button", { name: "Save" }).click();
    await column.locator(".field-error").waitFor();
    ada.expectStatus(422);
    await inspect(ada, "dialog of a column, refused");

    await page.goto(path);
    await page.getByRole("link", { name: "To do" }).or(page.locator(".card a")).first().focus();
    await page.keyboard.press("?");
    await page.locator("#keyboard-help[open]").waitFor();
    await inspect(ada, "keys");
    await page.keyboard.press("Escape");
    // As htmx says that a request has reached no server.
    await page.evaluate(() => document.dispatchEvent(new CustomEvent("htmx:sendError")));
    await page.getByRole("alert").waitFor();
    await inspect(ada, "a toast");
  });

  story(`pages of a board, a column and a card: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register("Ada Lovelace");
    const { path, archived, card, gone, column } = await fill(ada);
    const pages = {
      settings: `${path}/edit`,
      archive: `${path}/archive`,
      history: `${path}/events`,
      "edit a column": `${column}/edit`,
      card,
      "edit a card": `${card}?edit=1`,
      "move a card": `${card}/move`,
      "copy a card": `${card}/copy`,
      "repeat a card": `${card}/recurrence`,
      "copy a board": `${path}/copy`,
      "an archived card": gone,
      "an archived board": archived,
      "an archived board's settings": `${archived}/edit`,
    };
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      await inspect(ada, name);
    }
    const refused = {
      "settings, refused": [`${path}/edit`, "Title"],
      "edit a column, refused": [`${column}/edit`, "Title"],
      "edit a card, refused": [`${card}?edit=1`, "Title"],
    };
    for (const [name, [address, label]] of Object.entries(refused)) {
      await page.goto(address);
      await page.getByLabel(label).first().fill(" ");
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator(".field-error").waitFor();
      ada.expectStatus(422);
      await inspect(ada, name);
    }
  });

  story(`what a viewer sees: ${look}`, async ({ product, visit }) => {
    const ada = await visit(options);
    await ada.register("Ada Lovelace");
    const { path, card } = await fill(ada);
    const bob = await visit(options);
    await bob.register("Bob");
    await product.query(
      `INSERT INTO members (board_id, user_id, role, created_at)
       SELECT $1, id, 'viewer', now() FROM users WHERE email = $2`,
      [path.replace("/boards/", ""), bob.email],
    );
    for (const address of [path, card, `${path}/events`, `${path}/archive`]) {
      await bob.page.goto(address);
      await inspect(bob, `a viewer at ${address}`);
    }
    assert.equal(await bob.page.locator("form[action*='/move'], .add-card").count(), 0);
    await bob.page.goto(`${path}/edit`);
    bob.expectStatus(403);
    await inspect(bob, "403");
  });

  story(`error pages: ${look}`, async ({ product, visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register("Ada Lovelace");
    const path = await ada.makeBoard("Errors");

    await page.goto(`/boards/${NOBODY}`);
    ada.expectStatus(404);
    await page.getByRole("link", { name: "Go to your boards" }).waitFor();
    await inspect(ada, "404");

    // A form on another site that posts to this one.
    await ada.context.route("http://elsewhere.example/", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form method="post" action="${product.url}/boards"><button name="title" value="x">Win</button></form>`,
      }),
    );
    await page.goto("http://elsewhere.example/");
    await page.getByRole("button").click();
    await page.getByText("another site").waitFor();
    ada.expectStatus(403);
    await inspect(ada, "403, from another site");

    await page.goto("/boards");
    await page.getByLabel("Title of a new board").evaluate((field) => {
      field.value = "x".repeat(1_100_000);
      field.form.requestSubmit();
    });
    await page.getByText("413").waitFor();
    ada.expectStatus(413);
    await inspect(ada, "413");

    await product.query("ALTER TABLE events RENAME TO events_away");
    await page.goto(`${path}/events`);
    await product.query("ALTER TABLE events_away RENAME TO events");
    ada.expectStatus(500);
    assert.equal(product.takeErrors().length > 0, true, "a fault of ours is logged");
    await inspect(ada, "500");

    await product.withoutDatabase(async () => {
      await page.goto(path);
      ada.expectStatus(503);
      await inspect(ada, "503");
    });
    product.takeErrors();

    await page.goto("/boards");
    await ada.signOut();
    for (let tries = 0; tries < 30; tries++) {
      await page.getByLabel("E-mail").fill(`throttled.${look.replace(/\W+/g, ".")}@example.com`);
      await page.getByLabel("Password").fill("not the password");
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await page.getByRole("button", { name: "Sign in" }).click();
      if ((await answer).status() === 429) break;
    }
    await page.getByText("Too many attempts").waitFor();
    ada.expectStatus(422);
    ada.expectStatus(429);
    await inspect(ada, "429");
  });
}

/** Boards with everything on them that a page may have to show. */
async function fill(person) {
  const path = await person.seedBoard("Launch", {
    "To do": ["With a description", LONG, HEBREW, "Write the page", "To be archived"],
    Doing: [ARABIC, "Draw the icons", "Measure", "One too many"],
    [HEBREW]: ["One"],
    [`${LONG} und was noch dazu gehört`]: [],
    "To be archived, too": ["a"],
  });
  const id = async (locator) => (await locator.getAttribute("id")).replace(/^[a-z]+-/, "");
  const column = `/columns/${await id(person.column("Doing"))}`;
  const card = `/cards/${await id(person.card("With a description"))}`;
  const gone = `/cards/${await id(person.card("To be archived"))}`;
  await person.post(column, { title: "Doing", wip_limit: "3" });
  await person.post(card, { title: "With a description", body: MARKDOWN, version: "0" });
  await person.post(`${gone}/archive`);
  await person.post(`/columns/${await id(person.column("To be archived, too"))}/archive`);
  await person.post(`${path}/star`);
  for (const title of [LONG, HEBREW, "Plain"]) await person.post("/boards", { title });
  const archived = (await person.post("/boards", { title: "Done with" })).headers().location;
  await person.post(`${archived}/archive`);
  return { path, archived, card, gone, column };
}

/** On a touch screen a card's button is always there, so its title must leave room, both ways written. */
async function assertTitlesBesideButtons({ page }) {
  const covered = await page.locator(".card").evaluateAll((cards) =>
    cards
      .filter((card) => {
        const range = document.createRange();
        range.selectNodeContents(card.querySelector("a:first-child"));
        const button = card.querySelector(".move").getBoundingClientRect();
        return range.getBoundingClientRect().right > button.left;
      })
      .map((card) => card.textContent),
  );
  assert.deepEqual(covered, [], "titles under their button");
}
