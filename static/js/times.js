// Times in the reader's own zone. The server, which does not know it, has said them in UTC.
import { behaviour } from "./behaviour.js";

const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "short",
});

// A day is that day everywhere.
behaviour('time[datetime*="T"]', (time) => {
  time.title = format.format(new Date(time.dateTime));
});

// The first thing the server learns of the zone: what an account has until a person chooses another.
behaviour('input[type="hidden"][name="time_zone"]', (input) => {
  input.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
});
