// Everything, in the order in which it listens: a script that may stop an event comes before those it stops.
import "idiomorph/dist/idiomorph-htmx.js";
import "./morphing.js";
import "./forms.js";
import "./uploads/form.js";
import "./uploads/hand_over.js";
import "./mentions.js";
import "./add.js";
import "./copy.js";
import "./dialog.js";
import "./drop.js";
import "./keyboard.js";
import "./leaving.js";
import "./menu.js";
import "./sortable.js";
import "./tasks.js";
import "./times.js";
import "./toast.js";
