// Firefox, for what differs there, driven over WebDriver BiDi, which it speaks by itself. Playwright begins with a command
// (emulation.setMediaFeaturesOverride) that Debian's firefox-esr does not know, and Selenium needs a driver that Debian lacks.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";

/** Milliseconds. A condition that takes longer is one that never comes. */
const PATIENCE = 20_000;
/** Milliseconds between two looks at a condition. */
const POLL = 50;

/** Debian's, or the one there is. */
function installed() {
  const folders = process.env.PATH.split(delimiter);
  const places = ["firefox-esr", "firefox"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return places.find((place) => existsSync(place)) ?? "firefox-esr";
}

export class Firefox {
  #child;
  #profile = mkdtempSync(join(tmpdir(), "xtablo-firefox-"));
  #socket;
  #sent = 0;
  #waiting = new Map();
  #page;

  /** One with an empty profile, and one page. */
  static async launch() {
    const firefox = new Firefox();
    await firefox.#start();
    return firefox;
  }

  async #start() {
    const options = ["--headless", "--no-remote", "--remote-debugging-port", "0"];
    this.#child = spawn(
      process.env.FIREFOX ?? installed(),
      [...options, "--profile", this.#profile],
      { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: this.#profile } },
    );
    const end = () => this.#child.kill("SIGKILL");
    process.once("exit", end);
    this.#child.once("exit", () => process.off("exit", end));
    const address = await new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code) => reject(new Error(`firefox ended with ${code}`)));
      createInterface({ input: this.#child.stderr }).on("line", (line) => {
        const [, found] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
        if (found) resolve(found);
      });
    });
    this.#socket = new WebSocket(`${address}/session`);
    await once(this.#socket, "open");
    this.#socket.on("message", (text) => this.#answered(JSON.parse(text)));
    await this.#ask("session.new", { capabilities: {} });
    const { contexts } = await this.#ask("browsingContext.getTree", {});
    this.#page = contexts[0].context;
  }

  #answered({ id, type, result, error, message }) {
    const { resolve, reject } = this.#waiting.get(id) ?? {};
    this.#waiting.delete(id);
    if (type === "success") resolve?.(result);
    else if (type === "error") reject?.(new Error(`${error}: ${message}`));
  }

  #ask(method, params, patience = PATIENCE) {
    const id = ++this.#sent;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // A page that goes while it is asked says nothing.
      setTimeout(() => reject(new Error(`no answer to ${method}`)), patience).unref();
    });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  async goto(url) {
    await this.#ask("browsingContext.navigate", { context: this.#page, url, wait: "complete" });
  }

  /** What F5 does: with what the browser remembers of the page's fields. */
  async reload() {
    await this.#ask("browsingContext.reload", { context: this.#page, wait: "complete" });
  }

  /** What an expression gives on the page, as JSON has it. */
  async evaluate(expression, patience) {
    const params = {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
      target: { context: this.#page },
      awaitPromise: true,
    };
    const answer = await this.#ask("script.evaluate", params, patience);
    assert.equal(answer.type, "success", answer.exceptionDetails?.text);
    return JSON.parse(answer.result.value);
  }

  /** Waits until an expression is true on the page, also across pages. */
  async until(expression) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const isTrue = await this.evaluate(`Boolean(${expression})`, 40 * POLL).catch(() => false);
      if (isTrue) return;
      assert.ok(Date.now() < end, `never true: ${expression}`);
      await pause(POLL);
    }
  }

  /** Types into the field that a selector finds, behind what is there. */
  async type(selector, text) {
    await this.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    const actions = [...text].flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#ask("input.performActions", {
      context: this.#page,
      actions: [{ type: "key", id: "keyboard", actions }],
    });
  }

  async close() {
    const exit = once(this.#child, "exit");
    await this.#ask("browser.close", {});
    await exit;
    this.#socket.terminate();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
