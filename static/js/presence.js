// Who else has the board open: a ring around faces in its head, and the faces of who has the same card open on the card.
import { openCard } from "./refresh.js";
import { word } from "./words.js";

let people = [];

/** A face as the server has drawn it, which scripts keep on the page. */
function faceOf({ name, face }) {
  const holder = document.createElement("span");
  holder.className = "head-face is-here";
  holder.toggleAttribute("data-stays", true);
  holder.title = word("live-here", { names: name });
  holder.innerHTML = face;
  return holder;
}

/** Shows who is here; those who were, after a part of the page has been drawn anew. */
export function showPresence(now = people) {
  people = now;
  for (const old of document.querySelectorAll("[data-stays].is-here")) old.remove();
  const head = document.querySelector(".head-people");
  if (head) {
    const faces = new Map(
      [...head.querySelectorAll("[data-person]")].map((face) => [face.dataset.person, face]),
    );
    for (const [id, face] of faces) {
      face.classList.toggle(
        "is-here",
        people.some((person) => person.id === id),
      );
    }
    for (const person of people) if (!faces.has(person.id)) head.append(faceOf(person));
    let said = head.querySelector(".here-names");
    if (!said) {
      said = Object.assign(document.createElement("span"), { className: "sr-only here-names" });
      said.toggleAttribute("data-stays", true);
      head.append(said);
    }
    const names = people.map(({ name }) => name).join(", ");
    said.textContent = names && word("live-here", { names });
  }
  const card = openCard();
  const place = card && document.querySelector("#card-detail .card-place");
  if (!place) return;
  const me = document.body.dataset.readerId;
  for (const person of people) {
    if (person.id !== me && person.cards.includes(card)) place.append(faceOf(person));
  }
}
