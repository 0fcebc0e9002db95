to-board = Board
to-board-choose = Wählen
to-no-column = Dieses Board hat noch keine Spalten.
to-no-board = Es gibt kein Board, dessen Karten du ändern darfst.
card-copy = Karte kopieren
card-copy-it = { $title } kopieren
card-copy-title = Titel der Kopie
card-copy-submit = Karte kopieren
copy = Kopieren
copy-with = Mitnehmen
copy-with-checklists = Checklisten
copy-with-labels = Labels
copy-with-assignees = Wem sie zugewiesen ist
copy-with-files = Dateien
copy-with-comments = Kommentare
lost-assignees = { $n ->
    [one] { $n } von { $of } zugewiesenen Personen ist nicht auf jenem Board oder liest dort nur und kommt nicht mit.
   *[other] { $n } von { $of } zugewiesenen Personen sind nicht auf jenem Board oder lesen dort nur und kommen nicht mit.
}
lost-items = { $n ->
    [one] { $n } von { $of } Punkten mit einer Person verliert sie: Sie ist nicht auf jenem Board oder liest dort nur.
   *[other] { $n } von { $of } Punkten mit einer Person verlieren sie: Sie ist nicht auf jenem Board oder liest dort nur.
}
lost-watchers = { $n ->
    [one] { $n } von { $of } Personen, die sie beobachten, kann jenes Board nicht sehen.
   *[other] { $n } von { $of } Personen, die sie beobachten, können jenes Board nicht sehen.
}
lost-labels = { $n ->
    [one] { $n } von { $of } Labels passt nicht mehr hinein: Ein Board hat höchstens 100.
   *[other] { $n } von { $of } Labels passen nicht mehr hinein: Ein Board hat höchstens 100.
}
lost-new-labels = { $n ->
    [one] { $n } von { $of } Labels gibt es dort noch nicht und wird angelegt.
   *[other] { $n } von { $of } Labels gibt es dort noch nicht und werden angelegt.
}
lost-files = { $n ->
    [one] { $n } von { $of } Dateien passt nicht mehr in den Speicherplatz jenes Boards.
   *[other] { $n } von { $of } Dateien passen nicht mehr in den Speicherplatz jenes Boards.
}
lost-numbers = { $n ->
    [one] { $n } von { $of } Nummern (#…) in der Beschreibung meint dort eine andere Karte oder keine: Jedes Board zählt für sich.
   *[other] { $n } von { $of } Nummern (#…) in der Beschreibung meinen dort andere Karten oder keine: Jedes Board zählt für sich.
}
board-copy = Board kopieren
board-copy-submit = Board kopieren
copy-with-cards = Karten
copy-with-people = Mitglieder mit ihren Rollen
board-copy-what = { $n ->
    [one] Spalten und Labels kommen immer mit; mit den Karten { $n } Karte mit Text, Labels, Terminen und Checklisten.
   *[other] Spalten und Labels kommen immer mit; mit den Karten { $n } Karten mit Text, Labels, Terminen und Checklisten.
}
board-copy-files = { $n ->
    [0] Dateien haben sie keine.
    [one] Ihre { $n } Datei wird nicht noch einmal gespeichert, zählt aber auch auf dem neuen Board.
   *[other] Ihre { $n } Dateien werden nicht noch einmal gespeichert, zählen aber auch auf dem neuen Board.
}
board-copy-not = Kommentare, Archiviertes, Links und Einladungen bleiben zurück. Die Kopie gehört dir.
lost-fields = { $n ->
    [one] { $n } von { $of } ausgefüllten Feldern kann nicht mitkommen: Das Board hat kein solches Feld.
   *[other] { $n } von { $of } ausgefüllten Feldern können nicht mitkommen: Das Board hat keine solchen Felder.
}
