// Looks at a page as it stands: no violation that axe finds, nothing wider than the window.
import assert from "node:assert/strict";
import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function inspect({ page }, name) {
  // What fades in is pale on its way. What is taken away on its way rejects.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(wide > 0, false, `${name}: ${wide} pixels wider than the window`);
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(
    (values) => axe.run({ runOnly: { type: "tag", values } }),
    RULES,
  );
  assert.notEqual(passes.length, 0, `${name}: axe looked at something`);
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
  assert.deepEqual(found, [], name);
}
