// What scripts name without importing it: ours for short, and idiomorph's extension of htmx because it knows no modules.
// The bundler puts the import where a name is used.
export { default as htmx } from "htmx.org/dist/htmx.esm.js";
export { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";
export { default as Sortable } from "sortablejs";
