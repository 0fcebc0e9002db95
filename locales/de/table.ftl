views = Ansichten
view-board = Board
view-table = Tabelle
table-columns = Spalten
table-show = Zeigen
table-caption = { $n ->
    [one] { $n } Karte
   *[other] { $n } Karten
}
table-title = Karte
table-number = Nr.
table-column = Spalte
table-labels = Labels
table-assignees = Zugewiesen an
table-start = Beginnt
table-due = Fällig
table-done = Erledigt
table-created = Erstellt
table-updated = Geändert
table-sum = Summe
table-nothing = Keine Karte entspricht dem Filter.
table-empty = Dieses Board hat keine Karten.
