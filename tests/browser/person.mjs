// A person at a browser: one page, what they do there, and every error of it.
import assert from "node:assert/strict";

let names = 0;
/** Pixels from a card, or a column, to the space before its column. */
const GUTTER = 14;

export class Person {
  #trouble = [];

  constructor(context, page) {
    this.context = context;
    this.#watch(page);
  }

  #watch(page) {
    this.page = page;
    const note = (text) => this.#trouble.push(text);
    // A stream ends with its page, and with the server; the page comes back to it by itself.
    const isStream = (url) => new URL(url, "http://any").pathname.endsWith("/stream");
    page.on("console", (message) => {
      if (isStream(message.location().url)) return;
      if (message.type() === "error" || message.type() === "warning") note(message.text());
    });
    page.on("pageerror", (error) => note(`exception: ${error.message}`));
    page.on("crash", () => note("the page crashed"));
    page.on("requestfailed", (request) => {
      if (isStream(request.url())) return;
      // Going on to the next page leaves what was still loading behind. What a script has sent to be kept
      // is no such thing.
      const left = request.failure()?.errorText === "net::ERR_ABORTED";
      if (left && request.method() === "GET") return;
      note(`request failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on("response", (response) => {
      if (isStream(response.url()) && response.status() < 500) return;
      if (response.status() >= 400) note(`answer: ${response.status()} ${response.url()}`);
    });
  }

  /** Live boards do not reach this person. */
  async hearsNothing() {
    await this.page.route(/\/stream\?/, (route) => route.abort());
  }

  /** The page is gone without a word, as when the browser crashes; what comes is another one. */
  async crash() {
    await this.page.close();
    this.#watch(await this.context.newPage());
  }

  /** Takes what matches from the list of troubles. Nothing that matches is a failure, too. */
  expectTrouble(...patterns) {
    for (const pattern of patterns) {
      const rest = this.#trouble.filter((text) => !pattern.test(text));
      assert.notEqual(rest.length, this.#trouble.length, `no trouble like ${pattern}`);
      this.#trouble = rest;
    }
  }

  /** An answer with this status was part of the story. Chromium writes it into the console too. */
  expectStatus(status) {
    this.expectTrouble(new RegExp(`^answer: ${status} `));
    this.#trouble = this.#trouble.filter((text) => {
      const ofStatus = text.startsWith("Failed to load resource") && text.includes(` ${status} `);
      const ofHtmx = text.includes(`Response Status Error Code ${status} `);
      return !ofStatus && !ofHtmx;
    });
  }

  assertNoTrouble() {
    assert.deepEqual(this.#trouble, [], "nothing went wrong in the browser");
  }

  tellTrouble() {
    for (const text of this.#trouble)
      console.error(`in the browser at ${this.page.url()}: ${text}`);
  }

  /** Waits for a page of that path, whatever its query and fragment. */
  async arrivesAt(path) {
    await this.page.waitForURL((url) => url.pathname === path);
  }

  async register(name = `Person ${++names}`) {
    const { page } = this;
    this.name = name;
    this.email = `person${++names}.${process.pid}@example.com`;
    this.password = "four words in a row";
    await page.goto("/register");
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("E-mail").fill(this.email);
    await page.getByLabel("Password").fill(this.password);
    await page.getByRole("button", { name: "Create account" }).click();
    await this.arrivesAt("/boards");
  }

  async signIn(email = this.email, password = this.password) {
    const { page } = this;
    await page.goto("/login");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  async signOut() {
    await this.page.locator("summary", { hasText: "Your account" }).click();
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.arrivesAt("/login");
  }

  /** Through the form on /boards. Ends on the new board's page; gives its path. */
  async makeBoard(title) {
    const { page } = this;
    await page.goto("/boards");
    await page.getByLabel("Title of a new board").fill(title);
    await page.getByRole("button", { name: "Create board" }).click();
    await page.waitForURL(/\/boards\/[0-9a-f-]{36}$/);
    return new URL(page.url()).pathname;
  }

  /**
   * A board without a click: posts the forms' fields, as many at a time as a column has. `columns`
   * is `{title: [card, ...]}`. Ends on its page; gives its path.
   */
  async seedBoard(title, columns) {
    const path = (await this.post("/boards", { title })).headers().location;
    for (const column of Object.keys(columns))
      await this.post(`${path}/columns`, { title: column });
    await this.page.goto(path);
    const ids = await this.page.locator(".column").evaluateAll((all) => all.map(({ id }) => id));
    await Promise.all(
      Object.values(columns).map(async (cards, index) => {
        const target = `/columns/${ids[index].replace("column-", "")}/cards`;
        for (const card of cards) await this.post(target, { title: card });
      }),
    );
    await this.page.goto(path);
    return path;
  }

  /** Posts a form without a page; anything but the 303 of success throws. */
  async post(path, form) {
    const answer = await this.context.request.post(path, { form, maxRedirects: 0 });
    assert.equal(answer.status(), 303, `${path}: ${await answer.text()}`);
    return answer;
  }

  column(title) {
    const heading = this.page.getByRole("heading", { name: title, exact: true });
    return this.page.locator(".column").filter({ has: heading });
  }

  card(title) {
    const link = this.page.getByRole("link", { name: title, exact: true });
    return this.page.locator(".cards > .card").filter({ has: link });
  }

  /** What stands on the board's page: `{column: [card, ...]}`, in its order. */
  async board() {
    return this.page
      .locator(".column")
      .evaluateAll((columns) =>
        Object.fromEntries(
          columns.map((column) => [
            column.querySelector(".column-title").textContent,
            [...column.querySelectorAll(".card > a:first-child")].map((link) => link.textContent),
          ]),
        ),
      );
  }

  /** Waits until the page shows exactly this board; a wrong order of columns is wrong, too. */
  async seesBoard(expected) {
    const flat = JSON.stringify(Object.entries(expected));
    const seen = await this.#becomes(
      async () => JSON.stringify(Object.entries(await this.board())) === flat,
    );
    if (!seen) assert.deepEqual(Object.entries(await this.board()), Object.entries(expected));
  }

  /** The same after the page was loaded anew: what the server has. */
  async seesBoardAnew(expected) {
    await this.page.reload();
    await this.seesBoard(expected);
  }

  async #becomes(condition) {
    const end = Date.now() + 10_000;
    while (!(await condition())) {
      if (Date.now() > end) return false;
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
    return true;
  }

  /** Quick add: one title after the other, each ended with Enter, without waiting in between. */
  async addColumns(...titles) {
    await this.page.getByLabel("Title of a new column").click();
    for (const title of titles) {
      await this.page.keyboard.type(title);
      await this.page.keyboard.press("Enter");
    }
    await this.column(titles.at(-1)).waitFor();
  }

  async addCards(column, ...titles) {
    await this.page.getByLabel(`Add a card to ${column}`).click();
    for (const title of titles) {
      await this.page.keyboard.type(title);
      await this.page.keyboard.press("Enter");
    }
    await this.card(titles.at(-1)).waitFor();
  }

  /**
   * Drags with the mouse to a point of `target`, and holds. `where` is the part of the target's size
   * that lies before the point, `[across, down]`. The pointer comes from the left, so that what it
   * crosses on its way does not decide whether the node falls before or after the target.
   */
  async hold(handle, target, where = [0.5, 0.75]) {
    const { mouse } = this.page;
    await handle.scrollIntoViewIfNeeded();
    const from = await pointOf(handle);
    const beside = await pointOf(target, [0, where[1]]);
    const to = await pointOf(target, where);
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 8, from.y + 8, { steps: 4 });
    await this.page.locator(".is-dragged").waitFor();
    await mouse.move(beside.x - GUTTER, beside.y, { steps: 6 });
    await mouse.move(to.x, to.y, { steps: 6 });
  }

  /** Lets go, and waits for the answer to the move. */
  async drop() {
    const answer = this.page.waitForResponse((response) => /\/move$/.test(response.url()));
    await this.page.mouse.up();
    const status = (await answer).status();
    await this.idle();
    return status;
  }

  async drag(handle, target, where) {
    await this.hold(handle, target, where);
    return this.drop();
  }

  /** Drags a column by its title to where another one begins. */
  async dragColumn(title, target) {
    const { mouse } = this.page;
    const from = await pointOf(this.column(title).locator(".column-title"));
    const to = await pointOf(this.column(target), [0.1, 0.1]);
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(to.x, to.y, { steps: 12 });
    return this.drop();
  }

  /** A click on the card's title opens it in the dialog. */
  async openCard(title) {
    await this.page.getByRole("link", { name: title, exact: true }).click();
    return this.dialog(title);
  }

  /** The dialog, once it is open with this heading. */
  async dialog(heading) {
    const dialog = this.page.locator("#dialog[open]");
    await dialog.getByRole("heading", { name: heading, exact: true }).waitFor();
    return dialog;
  }

  /** Moves are shown before they are sent, one after the other: waits until all are answered. */
  async idle() {
    await this.page.locator("html:not([data-saving])").waitFor();
  }

  async dialogCloses() {
    await this.page.locator("#dialog:not([open])").waitFor({ state: "attached" });
    // The browser goes back to the page's own address on its own time.
    await this.page.waitForFunction(() => !history.state?.dialog);
  }

  async seesToast(text) {
    await this.page.getByRole("alert").filter({ hasText: text }).waitFor();
  }

  /** Follows one of the board's links, which are a menu where there is little room. */
  async goToTool(name) {
    const menu = this.page.locator(".board-menu > summary");
    if (await menu.isVisible()) await menu.click();
    await this.page.getByRole("link", { name }).click();
  }

  async seesText(text) {
    await this.page.getByText(text).first().waitFor();
  }

  /** Answers the browser's next question. */
  willAnswer(yes, question) {
    this.page.once("dialog", async (dialog) => {
      if (question && !question.test(dialog.message())) this.#trouble.push(dialog.message());
      await (yes ? dialog.accept() : dialog.dismiss());
    });
  }
}

async function pointOf(locator, [across, down] = [0.5, 0.5]) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width * across, y: box.y + box.height * down };
}
