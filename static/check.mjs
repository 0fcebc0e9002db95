// Holds that the stylesheet has no utility that no template uses, and that no script has words of its own.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = import.meta.dirname;
const files = (folder, extension) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(extension))
    .map((name) => [name, readFileSync(join(root, folder, name), "utf8")]);
const faults = [];

// Without what only the template engine reads.
const templates = files("../templates", ".html").map(([, text]) =>
  text.replace(/\{[%{#].*?[%}#]\}/gs, " "),
);
const classes = new Set(
  templates
    .flatMap((text) => [...text.matchAll(/class="([^"]*)"/g)])
    .flatMap(([, names]) => names.split(/\s+/)),
);
const manifest = JSON.parse(readFileSync(join(root, "dist/manifest.json"), "utf8"));
const css = readFileSync(join(root, "dist", manifest["app.css"]), "utf8");
const [, rest] = css.split("@layer utilities{");
let depth = 1;
const end = [...rest].findIndex((sign) => {
  depth += sign === "{" ? 1 : sign === "}" ? -1 : 0;
  return depth === 0;
});
for (const [, name] of rest.slice(0, end).matchAll(/\.([a-z][\w-]*)[^{}]*\{/g)) {
  if (!classes.has(name)) faults.push(`the stylesheet has .${name}, which no template uses`);
}

// A sentence, or a capitalized word: keys, names of events and of tags are neither.
const words = /["'`](?:[^"'`\n]* )?[A-Z][a-z]+ [a-z][^"'`\n]*["'`]/;
for (const [name, text] of files("js", ".js")) {
  text.split("\n").forEach((line, index) => {
    const isComment = /^\s*(\/\/|\*|\/\*)/.test(line);
    if (!isComment && words.test(line)) faults.push(`js/${name}:${index + 1} has words of its own`);
  });
}

for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
