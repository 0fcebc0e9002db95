filter = Filter
filter-title = Karten filtern
filter-what = Gezeigt werden Karten, die von jedem Teil eine Auswahl erfüllen. Die Adresse der Ansicht lässt sich teilen.
filter-show = Karten zeigen
filter-edit = Ändern
filter-clear = Alle zeigen
filter-remove = Ohne:
filter-count = { $n } von { $of }
filter-found = { $of ->
    [one] { $n } von { $of } Karte
   *[other] { $n } von { $of } Karten
}
filter-left-out = { $n ->
    [one] Ein Teil dieser Adresse ist unverständlich und wurde weggelassen.
   *[other] { $n } Teile dieser Adresse sind unverständlich und wurden weggelassen.
}
filter-cut = Ein Text kann hier 200 Zeichen haben. Was danach kommt, wurde weggelassen.
filter-text = Text
filter-text-hint = Wörter in Titel oder Beschreibung
filter-words = „{ $text }“
filter-me = Mir zugewiesen
filter-choice-me = Mir
filter-nobody = Niemandem zugewiesen
filter-choice-nobody = Niemandem
filter-person-gone = Jemandem zugewiesen, der nicht auf diesem Board ist
filter-label-none = Kein Label
filter-label-gone = Ein Label, das es nicht mehr gibt
filter-due-overdue = Überfällig
filter-due-today = Heute fällig
filter-due-week = In 7 Tagen fällig
filter-due-none = Kein Fälligkeitsdatum
filter-done-yes = Erledigt
filter-done-no = Nicht erledigt
filter-field-none = Nicht ausgefüllt
filter-field-gone = Ein Feld, das es nicht mehr gibt
filter-field-choice-gone = Eine Auswahl, die es nicht mehr gibt
filter-field-yes = Ja
filter-field-no = Nein
filter-hint-text = Wörter darin
filter-hint-number = 5 oder 1..5
filter-hint-date = 2026-12-24 oder 2026-12-01..2026-12-31
keys-mine = Nur Karten, die mir zugewiesen sind, oder wieder alle
script-filter-hides = Hinzugefügt, aber der Filter blendet diese Karte aus.
