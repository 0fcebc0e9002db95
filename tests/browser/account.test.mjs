import assert from "node:assert/strict";
import { stories } from "./story.mjs";

const story = stories();

story(
  "a registration that is refused keeps what was typed, but never the password",
  async ({ visit }) => {
    const first = await visit();
    await first.register("Ada");
    const bob = await visit();
    const { page } = bob;
    await page.goto("/register");
    await page.getByLabel("Your name").fill("Bob");
    await page.getByLabel("E-mail").fill(first.email);
    await page.getByLabel("Password").fill("another long password");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.locator(".field-error").waitFor();
    assert.equal(await page.getByLabel("Your name").inputValue(), "Bob");
    assert.equal(await page.getByLabel("E-mail").inputValue(), first.email);
    assert.equal(await page.getByLabel("Password").inputValue(), "");
    bob.expectStatus(422);
  },
);

story("signing in leads to the page one came for", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  const path = await ada.makeBoard("Deep");
  await ada.signOut();
  await ada.page.goto(path);
  await ada.page.getByLabel("E-mail").fill(ada.email);
  await ada.page.getByLabel("Password").fill("not the password");
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await ada.page.getByRole("alert").waitFor();
  ada.expectStatus(422);
  await ada.page.getByLabel("Password").fill(ada.password);
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await ada.arrivesAt(path);
});

story("the theme is a choice of the account", async ({ visit }) => {
  const ada = await visit({ colorScheme: "light" });
  const { page } = ada;
  await ada.register();
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  assert.equal(await scheme(), "light dark");
  for (const theme of ["dark", "light"]) {
    await page.goto("/account");
    await page.getByLabel("Theme").selectOption(theme);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").waitFor();
    assert.equal(await scheme(), theme);
  }
});

story(
  "a new password is the one that signs in, and the other browsers are signed out",
  async ({ visit }) => {
    const ada = await visit();
    await ada.register();
    const old = await visit();
    await old.signIn(ada.email, ada.password);
    await old.arrivesAt("/boards");

    await ada.page.goto("/account");
    const form = ada.page.locator("form", { hasText: "New password" });
    await form.getByLabel("Current password").fill("wrong wrong wrong");
    await form.getByLabel("New password").fill("five other words in there");
    await form.getByRole("button", { name: "Change password" }).click();
    await form.locator(".field-error").waitFor();
    ada.expectStatus(422);
    await form.getByLabel("Current password").fill(ada.password);
    await form.getByLabel("New password").fill("five other words in there");
    await form.getByRole("button", { name: "Change password" }).click();
    await ada.page.getByRole("status").waitFor();

    await old.page.goto("/boards");
    await old.arrivesAt("/login");
    await old.signIn(ada.email, "five other words in there");
    await old.arrivesAt("/boards");
  },
);

story("sessions are listed and revoked", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  const other = await visit();
  await other.signIn(ada.email, ada.password);
  await other.arrivesAt("/boards");

  await ada.page.goto("/account/sessions");
  assert.equal(await ada.page.locator(".row").count(), 2);
  const row = ada.page.locator(".row").filter({ hasNotText: "This browser" });
  await ada.page.getByLabel("Current password").fill(ada.password);
  await row.getByRole("button", { name: /Sign out/ }).click();
  await row.waitFor({ state: "detached" });
  await other.page.reload();
  await other.arrivesAt("/login");
});

story("Back after signing out shows nothing of what was there", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.makeBoard("Secret plans");
  await ada.signOut();
  await ada.page.goBack();
  await ada.page.waitForURL(/\/login/);
});

story("Back shows the page as it is now", async ({ visit }) => {
  const ada = await visit();
  await ada.register();
  await ada.makeBoard("Before");
  await ada.page.goto("/boards");
  await ada.page.getByRole("link", { name: "Before" }).click();
  await ada.page.getByRole("heading", { name: "Before" }).waitFor();
  const other = await ada.page.context().newPage();
  await other.goto(`${ada.page.url()}/edit`);
  await other.getByLabel("Title").fill("After");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByRole("heading", { name: "After" }).waitFor();
  await ada.page.goBack();
  await ada.page.getByRole("link", { name: "After" }).waitFor();
});
