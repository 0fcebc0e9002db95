// What begins with a mail: a forgotten password, an address to confirm; in both color schemes, on both
// sizes, with and without JavaScript.
import assert from "node:assert/strict";
import { after } from "node:test";
import { inspect } from "./inspect.mjs";
import { Letterbox } from "./letterbox.mjs";
import { DESKTOP, PHONE, stories } from "./story.mjs";

const box = await Letterbox.start();
const story = stories(box.settings);
after(() => box.close());

const NEW = "five other words in there";

const looks = [
  ["light, desktop", { ...DESKTOP, colorScheme: "light" }],
  ["dark, desktop, without JavaScript", { colorScheme: "dark", javaScriptEnabled: false }],
  ["dark, phone", { ...PHONE, colorScheme: "dark" }],
  ["light, phone, without JavaScript", { ...PHONE, javaScriptEnabled: false }],
];

let working = false;

for (const [look, options] of looks) {
  // axe is a script.
  const lookAt = options.javaScriptEnabled === false ? async () => {} : inspect;

  story(`a forgotten password is chosen anew: ${look}`, async ({ product, visit }) => {
    if (!working) product.work();
    working = true;
    const ada = await visit(options);
    const { page } = ada;
    await ada.register();
    const elsewhere = await visit(options);
    await elsewhere.page.goto("/login");
    await elsewhere.page.getByRole("link", { name: "Forgot your password?" }).click();
    await elsewhere.arrivesAt("/password/reset");
    await lookAt(elsewhere, "a forgotten password");
    await elsewhere.page.locator("form").evaluate((form) => (form.noValidate = true));
    await elsewhere.page.getByLabel("E-mail").fill("nobody");
    await elsewhere.page.getByRole("button", { name: "Send the link" }).click();
    await elsewhere.page.locator(".field-error").waitFor();
    elsewhere.expectStatus(422);
    await lookAt(elsewhere, "a forgotten password, refused");
    await elsewhere.page.getByLabel("E-mail").fill(ada.email);
    await elsewhere.page.getByRole("button", { name: "Send the link" }).click();
    await elsewhere.arrivesAt("/password/reset/sent");
    await lookAt(elsewhere, "a link was sent");

    const link = await box.link(ada.email, "/password/reset/");
    await elsewhere.page.goto(link);
    await lookAt(elsewhere, "another password");
    await elsewhere.page.locator("form").evaluate((form) => (form.noValidate = true));
    await elsewhere.page.getByLabel("New password").fill("short");
    await elsewhere.page.getByRole("button", { name: "Set the password" }).click();
    await elsewhere.page.locator(".field-error").waitFor();
    elsewhere.expectStatus(422);
    await lookAt(elsewhere, "another password, refused");
    await elsewhere.page.getByLabel("New password").fill(NEW);
    await elsewhere.page.getByRole("button", { name: "Set the password" }).click();
    await elsewhere.arrivesAt("/login");
    await elsewhere.seesText("all sessions were signed out");
    await lookAt(elsewhere, "another password is set");
    await page.goto("/boards");
    await ada.arrivesAt("/login");
    await elsewhere.signIn(ada.email, NEW);
    await elsewhere.arrivesAt("/boards");

    await page.goto(link);
    ada.expectStatus(410);
    await ada.seesText("This link has expired");
    await lookAt(ada, "a link that is over");
  });

  story(`an address is confirmed and changed: ${look}`, async ({ visit }) => {
    const ada = await visit(options);
    const { page } = ada;
    await ada.register();
    await page.goto("/account");
    await lookAt(ada, "an account with an address to confirm");
    await page.goto(await box.link(ada.email, "/email/confirm/"));
    await lookAt(ada, "confirm an address");
    await page.getByRole("button", { name: "Yes, confirm it" }).click();
    await ada.arrivesAt("/account");
    await ada.seesText("Your e-mail address is confirmed.");
    assert.equal(await page.getByText("is not confirmed").count(), 0);

    const address = `new.${ada.email}`;
    await page.getByRole("textbox", { name: "E-mail" }).fill(address);
    await page.getByLabel("Current password").first().fill(ada.password);
    await page.getByRole("button", { name: "Save" }).click();
    await ada.seesText("Your new e-mail address");
    await lookAt(ada, "an account with an address that waits");
    await page.getByRole("button", { name: "Send the e-mail again" }).click();
    await ada.seesText("on its way");
    await page.goto(await box.link(address, "/email/confirm/"));
    await page.getByRole("button", { name: "Yes, confirm it" }).click();
    await ada.arrivesAt("/account");
    assert.equal(await page.getByRole("textbox", { name: "E-mail" }).inputValue(), address);
    await page.goto("/email/confirm/nothing");
    ada.expectStatus(410);
    await lookAt(ada, "a confirmation that is over");
  });
}
