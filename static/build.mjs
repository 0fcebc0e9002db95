// Fills dist/ from css/, js/, icons/ and node_modules. Same input, same bytes: no date, no random
// name and no file-system order gets into the output, so the server's image can be reproduced.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

// Whose code is in the bundle.
const bundled = ["htmx.org", "idiomorph", "sortablejs"];

const manifest = {};

const read = (path) => readFileSync(join(root, path), "utf8");
const listed = (folder, extension) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(extension))
    .sort();

/** Writes one hashed text file with its compressed siblings, and notes it in the manifest. */
function emit(name, text) {
  const bytes = Buffer.from(text, "utf8");
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const hashed = name.replace(/(\.[a-z]+)$/, `-${hash}$1`);
  const path = join(dist, hashed);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  writeFileSync(`${path}.br`, brotli(bytes));
  writeFileSync(`${path}.gz`, gzip(bytes));
  manifest[name] = hashed;
}

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

function gzip(bytes) {
  const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  packed[9] = 255; // The header names the operating system; "unknown" is the same everywhere.
  return packed;
}

/** All scripts in one file, in the order of their imports from js/main.js. */
function scripts() {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ["js/main.js"],
    inject: ["js/globals.js"],
    bundle: true,
    minify: true,
    format: "iife",
    // The browsers of the last two years.
    target: ["chrome120", "firefox120", "safari17"],
    // The bundle's own comments would be those of the libraries; licenses.txt has their licences.
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].text;
}

/** The licences of what we ship from others, as they ask for. */
function licenses() {
  return bundled
    .map((name) => {
      const { version } = JSON.parse(read(`node_modules/${name}/package.json`));
      return `${name} ${version}\n\n${read(`node_modules/${name}/LICENSE`).trim()}\n`;
    })
    .join("\n----\n\n");
}

/**
 * The stylesheet. `url(icon:star)` becomes a data: URI of icons/star.svg: a dozen icons of a few
 * hundred bytes are cheaper inside the one stylesheet than as a dozen requests.
 */
function stylesheet() {
  const built = tailwind(["--input", "css/app.css", "--minify"]);
  return built.replace(/url\("?icon:([a-z-]+)"?\)/g, (_, icon) => {
    const svg = read(`icons/${icon}.svg`).trim().replace(/\s+/g, " ");
    return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
  });
}

/** Runs the lock's Tailwind, or the one a packager names in TAILWINDCSS, and gives its output. */
function tailwind(options) {
  const packaged = process.env.TAILWINDCSS;
  const [command, first] = packaged
    ? [packaged, []]
    : [process.execPath, [join(root, "node_modules/@tailwindcss/cli/dist/index.mjs")]];
  const run = spawnSync(command, [...first, ...options], { cwd: root, encoding: "utf8" });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`tailwindcss failed:\n${run.stderr}`);
  return run.stdout;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
emit("app.js", scripts());
emit("app.css", stylesheet());
emit("licenses.txt", licenses());
for (const icon of listed("icons", ".svg")) emit(`icons/${icon}`, read(`icons/${icon}`));

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
for (const [name, hashed] of Object.entries(sorted)) console.log(`${name} -> ${hashed}`);
