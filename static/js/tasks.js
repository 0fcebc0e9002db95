// Ticks tasks in a description. Without this script they are ticked in its text.
import { behaviour } from "./behaviour.js";
import { post } from "./post.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

behaviour("[data-tasks]", (prose) => {
  const boxes = () => [...prose.querySelectorAll("input[type=checkbox]")];
  for (const box of boxes()) {
    box.disabled = false;
    box.setAttribute("aria-label", box.parentElement.textContent.trim());
  }

  async function tick({ target: box }) {
    if (box.type !== "checkbox") return;
    const all = boxes();
    const values = { task: all.indexOf(box), tasks: all.length };
    if (box.checked) values.done = "on";
    const { outcome, words } = await post(prose.dataset.tasks, values, {
      source: prose,
      target: prose,
      swap: "none",
    });
    if (outcome === "done") return;
    box.checked = !box.checked;
    if (outcome === "refused") toast(words ?? word("outdated"));
  }

  prose.addEventListener("change", tick);
});
