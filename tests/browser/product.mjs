// The product as an operator runs it: target/debug/xtablo-web on a database of its own, which is
// dropped in the end. TEST_DATABASE_URL names a superuser's database on the cluster to use.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";

/** One of the project's binaries, as the last `cargo build` left it. */
export function binary(name) {
  const target = process.env.CARGO_TARGET_DIR ?? "target";
  return resolve(fileURLToPath(new URL("../..", import.meta.url)), target, "debug", name);
}

export class Product {
  #settings;
  #server;
  #child;
  #worker;
  #database;
  /** What is uploaded. */
  #folder = mkdtempSync(join(tmpdir(), "xtablo-browser-"));
  #errors = [];
  /** Lines of the log, newest last: what to read when a test failed. */
  log = [];
  url;

  constructor(server, database, settings) {
    this.#server = server;
    this.#database = database;
    this.#settings = settings;
    process.once("exit", () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** A new database and a server that listens. `settings` are environment variables. */
  static async start(settings = {}) {
    const server = process.env.TEST_DATABASE_URL;
    if (!server) {
      throw new Error("TEST_DATABASE_URL is not set: run this by script/test");
    }
    const database = `browser_${randomBytes(6).toString("hex")}`;
    await query(server, `CREATE DATABASE ${database}`);
    const product = new Product(server, database, settings);
    await product.run();
    return product;
  }

  /** Another server on the same database, set up in another way. It ends with `stop`. */
  async beside(settings) {
    const other = new Product(this.#server, this.#database, settings);
    await other.run();
    return other;
  }

  /** A worker beside the server, if there is none yet. It ends with `close`. */
  work() {
    this.#worker ??= spawn(binary("xtablo-worker"), { stdio: "ignore", env: this.#environment() });
  }

  #environment() {
    return {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl(this.#server, this.#database),
      SESSION_SECRET: "only-the-tests-sign-with-this-one",
      LISTEN: this.url ? new URL(this.url).host : "127.0.0.1:0",
      LOG_FORMAT: "json",
      STORAGE_DIR: this.#folder,
      ...this.#settings,
    };
  }

  async run() {
    const child = spawn(process.env.XTABLO_WEB ?? binary("xtablo-web"), {
      stdio: ["ignore", "ignore", "pipe"],
      env: this.#environment(),
    });
    this.#child = child;
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    const address = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        reject(new Error(`xtablo-web ended with ${code}:\n${this.log.join("\n")}`));
      });
      createInterface({ input: child.stderr }).on("line", (line) => {
        this.#note(line);
        const listens = line.startsWith("{") && JSON.parse(line);
        if (listens?.message === "web listens") resolve(listens.address);
      });
    });
    this.url = `http://${address}`;
  }

  #note(line) {
    this.log.push(line);
    if (/"level":"ERROR"|panicked/.test(line)) this.#errors.push(line);
  }

  /** What the server has logged as an error since the last call. */
  takeErrors() {
    return this.#errors.splice(0);
  }

  /** Ends the server as an operator does. Gives its exit code, which is 0. */
  async stop() {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    return (await exit)[0];
  }

  async restart() {
    const code = await this.stop();
    if (code !== 0) throw new Error(`xtablo-web ended with ${code}:\n${this.log.join("\n")}`);
    await this.run();
  }

  /** One statement on the product's own database. */
  async query(sql, values) {
    return query(databaseUrl(this.#server, this.#database), sql, values);
  }

  /** The database refuses connections while `act` runs, as one does that is being upgraded. */
  async withoutDatabase(act) {
    const allow = (yes) =>
      query(this.#server, `ALTER DATABASE ${this.#database} WITH ALLOW_CONNECTIONS ${yes}`);
    await allow(false);
    try {
      await query(
        this.#server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
        [this.#database],
      );
      await act();
    } finally {
      await allow(true);
    }
  }

  async close() {
    if (this.#worker?.kill("SIGTERM")) await once(this.#worker, "exit");
    const code = await this.stop();
    await query(this.#server, `DROP DATABASE ${this.#database} WITH (FORCE)`);
    return code;
  }
}

function databaseUrl(server, database) {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function query(address, sql, values) {
  const url = new URL(address);
  const client = new pg.Client({
    host: url.searchParams.get("host") ?? url.hostname,
    port: Number(url.searchParams.get("port") ?? (url.port || 5432)),
    user: url.searchParams.get("user") ?? (decodeURIComponent(url.username) || undefined),
    password: decodeURIComponent(url.password) || undefined,
    database: url.pathname.slice(1),
  });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
