recurrence = Wiederholung
recurrence-of = Wiederholung von { $title }
recurrence-actor = Die Wiederholung
recurrence-set = Karte wiederholen
recurrence-change = Ändern
recurrence-remove = Nicht mehr wiederholen
recurrence-mark = wiederholt sich
recurrence-what = Die nächste Karte hat Text, Labels, Personen, Felder, Dateien und Checklisten von dieser, ohne Haken, und keine Kommentare. Ihre Termine rücken weiter. Sie kommt in die Spalte, in der diese Karte zuerst war, und von da an wiederholt sie sich.
recurrence-every = Alle
recurrence-unit = Einheit
unit-day = Tage
unit-week = Wochen
unit-month = Monate
unit-year = Jahre
recurrence-weekdays = An diesen Wochentagen
recurrence-weekdays-hint = Ohne Auswahl ist es der Wochentag der Fälligkeit.
recurrence-day = An diesem Tag des Monats
recurrence-day-hint = In einem Monat, der diesen Tag nicht hat, ist es der letzte: der 30. ist dann der 28. oder 29. Februar.
recurrence-day-same = Der Tag der Fälligkeit
recurrence-day-number = Tag { $n }
recurrence-day-last = Der letzte Tag
recurrence-day-weekday = Der { $which ->
    [first] erste
    [second] zweite
    [third] dritte
    [fourth] vierte
   *[last] letzte
} { $weekday }
recurrence-days-numbered = Tage nach Zahl
recurrence-days-weekdays = Wochentage
recurrence-year-hint = Am Tag und im Monat der Fälligkeit. Der 29. Februar ist in Jahren, die keine Schaltjahre sind, der 28.
recurrence-when = Die nächste kommt,
recurrence-when-done = sobald diese erledigt ist
recurrence-when-due = sobald die Fälligkeit da ist
recurrence-when-done-hint = Gezählt von diesem Tag an, oder von der Fälligkeit, falls sie vorher erledigt ist.
recurrence-when-due-hint = Ob sie erledigt ist oder nicht. Termine, die inzwischen vergangen sind, fallen aus.
recurrence-zone = Die Uhrzeiten bleiben gleich in { $zone }.
recurrence-says-day = { $n ->
    [one] Wiederholt sich jeden Tag
   *[other] Wiederholt sich alle { $n } Tage
}
recurrence-says-week = { $n ->
    [one] Wiederholt sich jede Woche am { $on }
   *[other] Wiederholt sich alle { $n } Wochen am { $on }
}
recurrence-says-month-number = { $n ->
    [one] Wiederholt sich jeden Monat am { $day }.
   *[other] Wiederholt sich alle { $n } Monate am { $day }.
}
recurrence-says-month-last = { $n ->
    [one] Wiederholt sich jeden Monat am letzten Tag
   *[other] Wiederholt sich alle { $n } Monate am letzten Tag
}
recurrence-says-month-weekday = { $n ->
    [one] Wiederholt sich jeden Monat am { $which ->
        [first] ersten
        [second] zweiten
        [third] dritten
        [fourth] vierten
       *[last] letzten
    } { $weekday }
   *[other] Wiederholt sich alle { $n } Monate am { $which ->
        [first] ersten
        [second] zweiten
        [third] dritten
        [fourth] vierten
       *[last] letzten
    } { $weekday }
}
recurrence-says-year = { $n ->
    [one] Wiederholt sich jedes Jahr am { $on }
   *[other] Wiederholt sich alle { $n } Jahre am { $on }
}
weekday-monday = Montag
weekday-tuesday = Dienstag
weekday-wednesday = Mittwoch
weekday-thursday = Donnerstag
weekday-friday = Freitag
weekday-saturday = Samstag
weekday-sunday = Sonntag
