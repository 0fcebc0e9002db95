card = Karte
card-new-in = Karte zu { $column } hinzufügen
card-new = Karte hinzufügen
card-in-column = In Spalte { $column }
card-no-description = Keine Beschreibung.
card-edit-it = { $title } bearbeiten
card-description = Beschreibung
card-description-hint = Markdown: **fett**, *kursiv*, - Liste, [Link](https://…), `Code`
card-delete-confirm = Diese Karte löschen?
card-move = Karte verschieben
card-move-it = { $title } verschieben
card-move-columns = In welche Spalte
card-move-place = Position in { $column }
card-move-top = Ganz oben
card-move-after = Nach { $title }
card-move-submit = Karte verschieben
card-comments = { $n ->
    [one] { $n } Kommentar
   *[other] { $n } Kommentare
}
card-files = { $n ->
    [one] { $n } Datei
   *[other] { $n } Dateien
}
card-edit-title = Titel bearbeiten
card-understood = Verstanden:
card-understood-title = Titel:
