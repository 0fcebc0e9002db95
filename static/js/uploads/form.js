// A form that uploads (data-upload): its files are sent in the background. Without this script it is sent as it is.
//
//   data-upload-target    what the answer replaces
import { take } from "./queue.js";

// For the stylesheet: a file that was chosen needs no button to send it.
document.documentElement.classList.add("has-scripts");

export const uploadSettings = (form) => ({ url: form.action, target: form.dataset.uploadTarget });

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const input = form.querySelector("input[type=file]");
    take([...input.files], uploadSettings(form));
    input.value = "";
  },
  true,
);

// Where several can be chosen nothing else is asked: they go at once.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-upload] input[type=file][multiple]") && target.files.length) {
    target.form.requestSubmit();
  }
});
