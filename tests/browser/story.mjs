// What every test file begins with: a product, a browser, and `story`, a test in which people use
// the one with the other. A story fails by itself when anything in a browser went wrong that it has
// not announced: a failed request, an error in the console (a violation of the content security
// policy is one), a script's exception, an error in the server's log.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { Person } from "./person.mjs";
import { Product } from "./product.mjs";

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const FAILURES = new URL("./failures/", import.meta.url).pathname;
/** A condition that takes longer than this is one that never comes. */
const PATIENCE = 20_000;

/** A Chromium with a profile of its own, empty and thrown away. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Gives `story(name, act)`; `act` gets `{product, visit}`. `settings` are the product's. */
export function stories(settings) {
  let product;
  let browser;

  before(async () => {
    [product, browser] = await Promise.all([Product.start(settings), launch()]);
  });

  after(async () => {
    await browser?.close();
    if (product) assert.equal(await product.close(), 0, "the server stops cleanly");
  });

  return function story(name, act) {
    test(name, async () => {
      const people = [];
      const visit = async (options = {}) => {
        const context = await browser.newContext({
          ...DESKTOP,
          baseURL: product.url,
          reducedMotion: "reduce",
          ...options,
        });
        context.setDefaultTimeout(PATIENCE);
        const person = new Person(context, await context.newPage());
        people.push(person);
        return person;
      };
      try {
        await act({ product, visit });
        for (const person of people) person.assertNoTrouble();
        assert.deepEqual(product.takeErrors(), [], "the server logged no error");
      } catch (error) {
        for (const person of people) person.tellTrouble();
        await photograph(name, people);
        throw error;
      } finally {
        product.takeErrors();
        for (const person of people) await person.context.close();
      }
    });
  };
}

async function photograph(name, people) {
  mkdirSync(FAILURES, { recursive: true });
  const file = name.replaceAll(/\W+/g, "-");
  for (const [index, { page }] of people.entries()) {
    await page.screenshot({ path: `${FAILURES}${file}-${index}.png` }).catch(() => {});
  }
}
