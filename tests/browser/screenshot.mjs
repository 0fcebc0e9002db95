// Takes docs/board.png, the README's picture: the demo board of `xtablo dev`, started in a folder that
// is thrown away, with a card in somebody's hand. `npm run screenshot`, after `cargo build --bins`; XTABLO names another binary.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Person } from "./person.mjs";
import { binary } from "./product.mjs";
import { launch } from "./story.mjs";

const PICTURE = fileURLToPath(new URL("../../docs/board.png", import.meta.url));
const BOARD = "Shop relaunch";
const COVERS = 2;

const folder = mkdtempSync(join(tmpdir(), "xtablo-picture-"));
// PostgreSQL runs as another user when this runs as root.
chmodSync(folder, 0o755);
const data = join(folder, "data");
const child = spawn(
  process.env.XTABLO ?? binary("xtablo"),
  ["dev", "--data-dir", data, "--listen", "127.0.0.1:0"],
  { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, LOG_FORMAT: "json" } },
);
const browser = await launch();
try {
  const url = await address();
  const context = await browser.newContext({
    viewport: { width: 1440, height: 660 },
    baseURL: url,
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto("/login");
  await page.getByLabel("E-mail").fill("demo@example.com");
  await page.getByLabel("Password").fill(readFileSync(join(data, "demo-password"), "utf8").trim());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: BOARD }).click();
  await page.getByRole("heading", { name: BOARD }).waitFor();
  // The worker makes the covers.
  const covers = page.locator(".cover");
  while ((await covers.count()) < COVERS) await page.reload();
  await covers.evaluateAll((all) => Promise.all(all.map((cover) => cover.decode())));
  await page.evaluate(() => document.fonts.ready);
  const person = new Person(context, page);
  await person.hold(
    person.card("Checkout on one page"),
    person.card("Keyboard can reach every filter"),
  );
  await page.locator(".is-placeholder").waitFor();
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  const exit = child.exitCode ?? once(child, "exit");
  child.kill("SIGTERM");
  await exit;
  rmSync(folder, { recursive: true });
}

async function address() {
  for await (const line of createInterface({ input: child.stderr })) {
    const entry = line.startsWith("{") ? JSON.parse(line) : {};
    if (entry.message === "web listens") return `http://${entry.address}`;
    console.error(line);
  }
  throw new Error("xtablo dev ended before it listened");
}
