recurrence = Recurrence
recurrence-of = Recurrence of { $title }
recurrence-actor = The recurrence
recurrence-set = Repeat this card
recurrence-change = Change
recurrence-remove = Stop repeating
recurrence-mark = repeats
recurrence-what = The next card has this one’s text, labels, people, fields, files and checklists, with nothing checked, and no comments. Its dates move on. It comes to the column where this card was first, and from then on it is the one that repeats.
recurrence-every = Every
recurrence-unit = Unit
unit-day = days
unit-week = weeks
unit-month = months
unit-year = years
recurrence-weekdays = On these weekdays
recurrence-weekdays-hint = Without any it is the weekday of its due date.
recurrence-day = On this day of the month
recurrence-day-hint = In a month that has no such day it is the last one: the 30th is then 28 or 29 February.
recurrence-day-same = The day of its due date
recurrence-day-number = Day { $n }
recurrence-day-last = The last day
recurrence-day-weekday = The { $which ->
    [first] first
    [second] second
    [third] third
    [fourth] fourth
   *[last] last
} { $weekday }
recurrence-days-numbered = Numbered days
recurrence-days-weekdays = Weekdays
recurrence-year-hint = On the day and month of its due date. 29 February is 28 February in years that are no leap years.
recurrence-when = The next one comes
recurrence-when-done = when this one is done
recurrence-when-due = when the due date has come
recurrence-when-done-hint = Counted from that day, or from its due date if it is done before that.
recurrence-when-due-hint = Whether it is done or not. Dates that have passed meanwhile are left out.
recurrence-zone = Its times stay the same in { $zone }.
recurrence-says-day = { $n ->
    [one] Repeats every day
   *[other] Repeats every { $n } days
}
recurrence-says-week = { $n ->
    [one] Repeats every week on { $on }
   *[other] Repeats every { $n } weeks on { $on }
}
recurrence-says-month-number = { $n ->
    [one] Repeats every month on day { $day }
   *[other] Repeats every { $n } months on day { $day }
}
recurrence-says-month-last = { $n ->
    [one] Repeats every month on the last day
   *[other] Repeats every { $n } months on the last day
}
recurrence-says-month-weekday = { $n ->
    [one] Repeats every month on the { $which ->
        [first] first
        [second] second
        [third] third
        [fourth] fourth
       *[last] last
    } { $weekday }
   *[other] Repeats every { $n } months on the { $which ->
        [first] first
        [second] second
        [third] third
        [fourth] fourth
       *[last] last
    } { $weekday }
}
recurrence-says-year = { $n ->
    [one] Repeats every year on { $on }
   *[other] Repeats every { $n } years on { $on }
}
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
