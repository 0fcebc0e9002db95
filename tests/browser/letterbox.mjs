// Where mail arrives: a real SMTP server on loopback (tests/smtp/sink.py).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../smtp/", import.meta.url));

export class Letterbox {
  #child;
  #lines;
  settings;

  static async start() {
    const box = new Letterbox();
    const python = process.env.TEST_SMTP_PYTHON ?? `${FOLDER}.venv/bin/python`;
    box.#child = spawn(python, [`${FOLDER}sink.py`], { stdio: ["ignore", "pipe", "inherit"] });
    box.#lines = createInterface({ input: box.#child.stdout })[Symbol.asyncIterator]();
    const { port } = await box.#next();
    box.settings = { SMTP_URL: `smtp://127.0.0.1:${port}?tls=none`, MAIL_FROM: "x@example.com" };
    return box;
  }

  /** The path of the link in the next mail to this address that has one which begins so. */
  async link(address, path) {
    for (;;) {
      const { to, content } = await this.#next();
      const found = content.replaceAll("=\r\n", "").match(new RegExp(`${path}[\\w-]+`));
      if (to.includes(address) && found) return found[0];
    }
  }

  async #next() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the SMTP server ended: `script/setup test` sets it up");
    return JSON.parse(value);
  }

  async close() {
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exit;
  }
}
