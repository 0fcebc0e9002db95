column = Spalte
column-count = { $n ->
    [one] { $n } Karte
   *[other] { $n } Karten
}
column-count-limit = { $n ->
    [one] { $n } Karte, das Limit ist { $limit }
   *[other] { $n } Karten, das Limit ist { $limit }
}
column-count-over = { $n ->
    [one] { $n } Karte, über dem Limit von { $limit }
   *[other] { $n } Karten, über dem Limit von { $limit }
}
column-edit-it = Spalte { $title } bearbeiten
column-edit = Spalte bearbeiten
column-limit = Kartenlimit
column-limit-hint = Die Spalte wird markiert, wenn sie mehr Karten enthält.
column-place = Position auf dem Board
column-first = An erster Stelle
column-after = Nach { $title }
column-move = Verschieben
column-archive-hint = { $n ->
    [0] Eine archivierte Spalte lässt sich wiederherstellen.
    [one] Ihre Karte kommt mit ins Archiv.
   *[other] Ihre { $n } Karten kommen mit ins Archiv.
}
column-archive = Spalte archivieren
column-new-title = Titel der neuen Spalte
column-new = Spalte hinzufügen
