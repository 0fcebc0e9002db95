import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { inspect } from "./inspect.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const MEGABYTE = 1024 * 1024;
const story = stories({ MAX_UPLOAD_SIZE_MB: "2", BOARD_QUOTA_MB: "6" });

const text = (name, words = "words") => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(words),
});

/** A picture as a browser draws one. */
async function picture(page, name, color = "seagreen", [width, height] = [900, 600]) {
  const drawn = await page.evaluate(
    ([width, height, color]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const pen = canvas.getContext("2d");
      pen.fillStyle = color;
      pen.fillRect(0, 0, width, height);
      return canvas.toDataURL("image/png").split(",")[1];
    },
    [width, height, color],
  );
  return { name, mimeType: "image/png", buffer: Buffer.from(drawn, "base64") };
}

/** Lets go of files, dragged from outside the browser, over `target`; or pastes them there. */
async function handOver(target, way, files) {
  const contents = files.map(({ name, mimeType, buffer }) => [
    name,
    mimeType,
    buffer.toString("base64"),
  ]);
  await target.evaluate(
    (node, [way, contents]) => {
      const transfer = new DataTransfer();
      for (const [name, type, content] of contents) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
      }
      const options = { bubbles: true, cancelable: true };
      if (way === "paste") {
        node.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
        return;
      }
      for (const name of ["dragover", "drop"]) {
        node.dispatchEvent(new DragEvent(name, { ...options, dataTransfer: transfer }));
      }
    },
    [way, contents],
  );
}

const fileNamed = (scope, name) =>
  scope.locator(".file").filter({ has: scope.page().getByRole("link", { name, exact: true }) });
const upload = (page, name) => page.locator(".upload-row").filter({ hasText: name });
const adding = (dialog) => dialog.getByLabel("Add files");

async function begin(visit, options) {
  const ada = await visit(options);
  await ada.register();
  const path = await ada.seedBoard("Files", { One: ["Card", "Other"] });
  return { ada, page: ada.page, path };
}

/** The bandwidth of a bad line, so that an upload can be watched. */
async function slowly(ada, bytesPerSecond) {
  const session = await ada.context.newCDPSession(ada.page);
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
  return () => session.detach();
}

story("a picture added to an open card becomes its cover", async ({ product, visit }) => {
  product.work();
  const { ada, page } = await begin(visit);
  const dialog = await ada.openCard("Card");
  await adding(dialog).setInputFiles([await picture(page, "green.png"), text("notes.txt")]);
  await fileNamed(dialog, "green.png").locator("img").waitFor();
  await fileNamed(dialog, "notes.txt").waitFor();
  await upload(page, "green.png").waitFor({ state: "detached" });
  // The board beneath has it already.
  await page.locator(".card .cover").waitFor({ state: "attached" });
  assert.equal(await ada.card("Card").locator(".clips .sr-only").textContent(), "2 files");

  await fileNamed(dialog, "green.png").locator("summary").click();
  await dialog.getByRole("button", { name: "Remove from the card’s cover" }).click();
  await page.locator(".card .cover").waitFor({ state: "detached" });
  await fileNamed(dialog, "green.png").locator("summary").click();
  await dialog.getByRole("button", { name: "Use as the card’s cover" }).click();
  await page.locator(".card .cover").waitFor({ state: "attached" });

  ada.willAnswer(true, /Delete this file/);
  await fileNamed(dialog, "green.png").locator("summary").click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await fileNamed(dialog, "green.png").waitFor({ state: "detached" });
  await page.locator(".card .cover").waitFor({ state: "detached" });
  assert.equal(await ada.card("Card").locator(".clips .sr-only").textContent(), "1 file");
});

story("files are dropped onto cards, open and not, and pasted", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  await handOver(ada.card("Other"), "drop", [text("dropped on the board.txt")]);
  await ada.card("Other").locator(".clips").waitFor();
  const dialog = await ada.openCard("Other");
  await fileNamed(dialog, "dropped on the board.txt").waitFor();
  await handOver(dialog.locator(".card-title"), "drop", [text("a.txt"), text("b.txt")]);
  await fileNamed(dialog, "a.txt").waitFor();
  await fileNamed(dialog, "b.txt").waitFor();
  await handOver(dialog, "paste", [await picture(page, "image.png")]);
  await dialog
    .getByRole("link", { name: /^Pasted .*\.png$/ })
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  await ada.dialogCloses();

  // Beside a card nothing happens, above all no other page; onto the card with the focus one pastes.
  await page.locator(".upload-row").last().waitFor({ state: "detached" });
  const before = page.url();
  await handOver(page.locator(".board-header"), "drop", [text("beside.txt")]);
  assert.equal(page.url(), before);
  assert.equal(await page.locator(".upload-row").count(), 0);
  await ada.card("Card").getByRole("link").first().focus();
  await handOver(ada.card("Card").getByRole("link").first(), "paste", [text("pasted.txt")]);
  await ada.card("Card").locator(".clips").waitFor();
});

story("an upload shows how far it is, and can be cancelled", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const dialog = await ada.openCard("Card");
  const fast = await slowly(ada, 200 * 1024);
  const large = { ...text("large.bin"), buffer: randomBytes(2 * MEGABYTE - 5000) };
  await adding(dialog).setInputFiles(large);
  const row = upload(page, "large.bin");
  await row.getByText(/ of 2 MB/).waitFor();
  await page.waitForFunction(() => document.querySelector(".upload-row progress").value > 0.1);
  await inspect(ada, "an upload on its way");
  const broken = page.waitForEvent("requestfailed");
  await row.getByRole("button", { name: "Cancel" }).click();
  await broken;
  await row.waitFor({ state: "detached" });
  ada.expectTrouble(/request failed: .*\/files net::ERR_ABORTED/);
  await fast();
  await page.reload();
  await page.getByRole("heading", { name: "Card", exact: true }).waitFor();
  assert.equal(await page.locator(".file").count(), 0);
});

story("what goes wrong with a file is said beside it", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const dialog = await ada.openCard("Card");
  const big = (name, size) => ({ ...text(name), buffer: randomBytes(size) });
  await adding(dialog).setInputFiles([big("too large.bin", 2 * MEGABYTE + 1), text("fits.txt")]);
  await upload(page, "too large.bin").getByText("the limit is 2 MB").waitFor();
  await fileNamed(dialog, "fits.txt").waitFor();
  await inspect(ada, "a refused upload");
  await upload(page, "too large.bin").getByRole("button", { name: "Dismiss" }).click();

  const most = 2 * MEGABYTE - 5000;
  for (const name of ["1.bin", "2.bin", "3.bin"]) {
    await adding(dialog).setInputFiles(big(name, most));
    await fileNamed(dialog, name).waitFor();
  }
  await adding(dialog).setInputFiles(big("4.bin", most));
  await upload(page, "4.bin")
    .getByText(/6 MB in total/)
    .waitFor();
  ada.expectStatus(422);

  await ada.context.setOffline(true);
  await adding(dialog).setInputFiles(text("later.txt"));
  const row = upload(page, "later.txt");
  await row.getByText("The connection was lost").waitFor();
  ada.expectTrouble(/ERR_INTERNET_DISCONNECTED/);
  await ada.context.setOffline(false);
  await row.getByRole("button", { name: "Try again" }).click();
  await fileNamed(dialog, "later.txt").waitFor();
});

story("a file is looked at, renamed and replaced in the dialog", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const dialog = await ada.openCard("Card");
  await adding(dialog).setInputFiles([
    text("plan.txt", "The first plan"),
    await picture(page, "p.png"),
  ]);
  await fileNamed(dialog, "p.png").waitFor();
  await dialog.getByRole("link", { name: "p.png", exact: true }).click();
  await ada.dialog("p.png");
  await page.waitForFunction(
    () => document.querySelector(".view-picture img").naturalWidth === 900,
  );
  await dialog.getByRole("link", { name: "Back to the card" }).click();
  await ada.dialog("Card");

  await dialog.getByRole("link", { name: "plan.txt", exact: true }).click();
  await ada.dialog("plan.txt");
  await dialog.frameLocator(".view-text").getByText("The first plan").waitFor();
  await dialog.getByText("Rename or replace").click();
  await dialog.getByLabel("Name").fill("  ");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await dialog.locator(".field-error").waitFor();
  ada.expectStatus(422);
  await dialog.getByLabel("Name").fill("Plan “B” <b>.txt");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await ada.dialog("Plan “B” <b>.txt");
  await dialog.getByText("Rename or replace").click();
  await dialog.getByLabel("New content").setInputFiles(text("any.txt", "The second plan"));
  await dialog.getByRole("button", { name: "Replace" }).click();
  await dialog.frameLocator(".view-text").getByText("The second plan").waitFor();
  const saved = page.waitForEvent("download");
  await dialog.getByRole("link", { name: "Download" }).click();
  assert.match((await saved).suggestedFilename(), /^Plan .*B.*\.txt$/);
});

story("what a browser could run is never run", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const dialog = await ada.openCard("Card");
  const script = "<script>parent.document.title = document.title = 'taken over'</script>";
  await adding(dialog).setInputFiles([
    text("page.html", `<!doctype html>${script}`),
    text("sly.txt", `text first ${script}`),
    text("drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`),
  ]);
  await fileNamed(dialog, "drawing.svg").waitFor();
  await fileNamed(dialog, "page.html").waitFor();
  await fileNamed(dialog, "sly.txt").waitFor();
  for (const name of ["page.html", "drawing.svg"]) {
    await dialog.getByRole("link", { name, exact: true }).click();
    await ada.dialog(name);
    await dialog.getByText("cannot be shown here").waitFor();
    await dialog.getByRole("link", { name: "Back to the card" }).click();
    await ada.dialog("Card");
  }
  await dialog.getByRole("link", { name: "sly.txt", exact: true }).click();
  await dialog.frameLocator(".view-text").getByText("text first <script>").waitFor();
  assert.doesNotMatch(await page.title(), /taken over/);
});

story("files by keyboard alone", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const { keyboard } = page;
  const chooser = page.waitForEvent("filechooser");
  await ada.card("Card").getByRole("link").first().focus();
  await keyboard.press("Enter");
  const dialog = await ada.dialog("Card");
  await adding(dialog).focus();
  await keyboard.press("Enter");
  await (await chooser).setFiles(text("typed.txt", "by hand"));
  const row = fileNamed(dialog, "typed.txt");
  await row.waitFor();
  await row.getByRole("link", { name: "typed.txt", exact: true }).focus();
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await row.getByRole("link", { name: "Rename or replace" }).waitFor();
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await ada.dialog("typed.txt");
  await keyboard.press("Control+A");
  await keyboard.type("renamed.txt");
  await keyboard.press("Enter");
  await ada.dialog("renamed.txt");
  await keyboard.press("Escape");
  await ada.dialogCloses();
});

for (const [device, options] of [
  ["a desktop", DESKTOP],
  ["a phone", PHONE],
]) {
  story(`files work without JavaScript on ${device}`, async ({ visit }) => {
    const ada = await visit({ ...options, javaScriptEnabled: false });
    const { page } = ada;
    await ada.register();
    const path = await ada.makeBoard("Plain");
    await ada.post(`${path}/columns`, { title: "One" });
    await page.goto(path);
    await page.getByLabel("Add a card to One").fill("Card");
    await page.getByRole("button", { name: "Add" }).first().click();
    await page.getByRole("link", { name: "Card", exact: true }).click();
    const input = page.locator("input[type=file]");
    await input.setInputFiles([text("a.txt"), text("b.txt")]);
    await page.getByRole("button", { name: "Upload" }).click();
    await fileNamed(page.locator("main"), "b.txt").waitFor();
    await input.setInputFiles({ ...text("large.bin"), buffer: Buffer.alloc(3 * MEGABYTE, "x") });
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("the limit is 2 MB").waitFor();
    ada.expectStatus(413);

    await fileNamed(page.locator("main"), "a.txt").locator("summary").click();
    await page.getByRole("link", { name: "Rename or replace" }).first().click();
    await page.getByLabel("Name").fill("c.txt");
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("heading", { name: "c.txt" }).waitFor();
    await page.getByText("Rename or replace").click();
    await page.getByLabel("New content").setInputFiles(text("any.txt", "replaced"));
    await page.getByRole("button", { name: "Replace" }).click();
    await page.frameLocator(".view-text").getByText("replaced").waitFor();
    await page.getByRole("link", { name: "Back to the card" }).click();
    await fileNamed(page.locator("main"), "c.txt").locator("summary").click();
    await fileNamed(page.locator("main"), "c.txt").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Delete this file?" }).waitFor();
    await page.getByRole("button", { name: "Yes, go on" }).click();
    await fileNamed(page.locator("main"), "b.txt").waitFor();
    await page.goto(`${path}/files`);
    await page.getByLabel("Name of a file or card").fill("B.TXT");
    await page.getByRole("button", { name: "Show" }).click();
    await ada.seesText("1 file with");
  });
}

for (const scheme of ["light", "dark"]) {
  for (const [device, options] of [
    ["desktop", DESKTOP],
    ["phone", PHONE],
  ]) {
    story(`every page with files: ${scheme}, ${device}`, async ({ product, visit }) => {
      product.work();
      const { ada, page, path } = await begin(visit, { ...options, colorScheme: scheme });
      await page.goto(`${path}/files`);
      await inspect(ada, "no files on the board");
      await page.goto(path);
      const dialog = await ada.openCard("Card");
      await inspect(ada, "a card without files");
      const long = `${"Donaudampfschifffahrtsgesellschaft".repeat(9)}.txt`;
      await adding(dialog).setInputFiles([
        await picture(page, "green.png"),
        text(long),
        text("مراجعة التصميم.txt"),
      ]);
      await fileNamed(dialog, "green.png").locator("img").waitFor();
      await dialog.getByText("مراجعة التصميم.txt").first().waitFor();
      await page.locator(".upload-row").last().waitFor({ state: "detached" });
      await inspect(ada, "a card with files");
      await fileNamed(dialog, "green.png").locator("summary").click();
      await page.keyboard.press("Escape");
      const links = await dialog
        .locator(".file-name")
        .evaluateAll((all) => all.map(({ href }) => href));
      assert.equal(links.length, 3, "Escape has closed the menu and nothing else");
      await page.goto(path);
      await page.locator(".cover").waitFor();
      await inspect(ada, "a board with a cover");
      for (const link of links) {
        await page.goto(`${link}?edit=1`);
        await inspect(ada, `a file at ${link}`);
      }
      await page.goto(`${path}/files`);
      await inspect(ada, "files of a board");
      await page.goto(`${path}/files?q=nothing`);
      await inspect(ada, "nothing found");
    });
  }
}

story(
  "a picture pasted into a text is attached, and its link is where the caret was",
  async ({ visit }) => {
    const { ada, page } = await begin(visit);
    const dialog = await ada.openCard("Card");
    await dialog.getByRole("link", { name: "Edit" }).click();
    const field = dialog.getByLabel("Description");
    await field.fill("Look: , and so on");
    await field.evaluate((node) => node.setSelectionRange(6, 6));
    const fast = await slowly(ada, 20 * 1024);
    const noise = { ...(await picture(page, "image.png")), buffer: randomBytes(60 * 1024) };
    await handOver(field, "paste", [noise]);
    // On its way one goes on writing, and saves.
    assert.match(await field.inputValue(), /^Look: \[Pasted [^\]]+\.png\]\(\), and so on$/);
    await page.keyboard.press("End");
    await page.keyboard.type("!");
    await dialog.getByRole("button", { name: "Save" }).click();
    await fast();
    const link = dialog.locator(".prose a");
    await link.waitFor();
    assert.match(await dialog.locator(".prose").innerText(), /^Look: Pasted .*\.png, and so on!$/);
    const name = await link.innerText();
    await fileNamed(dialog, name).waitFor();
    const file = await fileNamed(dialog, name).getAttribute("id");
    assert.equal(await link.getAttribute("href"), `/files/${file.replace("file-", "")}`);
    await ada.card("Card").locator(".clips").waitFor();

    const comment = dialog.locator(".comment-form").getByLabel("Comment");
    await handOver(comment, "paste", [
      await picture(page, "one [1].png"),
      await picture(page, "two.png", "tomato"),
    ]);
    await page.waitForFunction(
      () => document.querySelector(".comment-form textarea").value.split("](/files/").length === 3,
    );
    await dialog.getByRole("button", { name: "Comment", exact: true }).click();
    await dialog.locator(".comment .prose a").nth(1).waitFor();
    assert.deepEqual(await dialog.locator(".comment .prose a").allInnerTexts(), [
      "one [1].png",
      "two.png",
    ]);
  },
);

story("a pasted picture that is refused leaves the text as it was", async ({ visit }) => {
  const { ada, page } = await begin(visit);
  const dialog = await ada.openCard("Card");
  await dialog.getByRole("link", { name: "Edit" }).click();
  const field = dialog.getByLabel("Description");
  await field.fill("Words");
  const large = { ...(await picture(page, "big.png")), buffer: randomBytes(2 * MEGABYTE + 1) };
  await handOver(field, "paste", [large]);
  await upload(page, "big.png").getByText("the limit is 2 MB").waitFor();
  assert.equal(await field.inputValue(), "Words");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".prose").getByText("Words").waitFor();
});
