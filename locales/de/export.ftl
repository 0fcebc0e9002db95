export = Exportieren
export-all = Alles exportieren
export-zip = Als ZIP
export-what = Karten, Kommentare, Dateien und Verlauf, auch Archiviertes: als Datei, die Xtablo wieder einlesen kann, und als Seite, die sich in jedem Browser ohne Server öffnet.
export-all-what = Alle Boards, auf denen du Mitglied bist, jeweils mit Karten, Kommentaren, Dateien und Verlauf: als Dateien, die Xtablo wieder einlesen kann, und als Seiten, die sich in jedem Browser ohne Server öffnen.
export-begin = ZIP erstellen
export-anew = Neu erstellen
export-waiting = Die ZIP-Datei wird gleich erstellt.
export-making = Die ZIP-Datei wird erstellt: { $done } von { $total } Karten und Dateien.
export-look = Nachsehen
export-download = ZIP herunterladen
export-made = Erstellt
export-until = Verfügbar bis { $date }
export-missing = { $n ->
    [one] { $n } Datei ließ sich nicht lesen und fehlt darin. Melde das dem Betreiber; manifest.json nennt sie.
   *[other] { $n } Dateien ließen sich nicht lesen und fehlen darin. Melde das dem Betreiber; manifest.json nennt sie.
}
export-no-room = Die ZIP-Datei wurde nicht erstellt: Sie passt nicht in den Speicherplatz dieser Website. Lösche Dateien, die niemand mehr braucht, oder wende dich an den Betreiber.
export-broken = Die ZIP-Datei konnte nicht erstellt werden. Versuche es noch einmal; wenn auch das misslingt, melde es dem Betreiber.
export-as-of = Stand: { $date }
export-archived = { $n ->
    [one] { $n } archivierte Karte
   *[other] { $n } archivierte Karten
}
export-author = Erstellt von
export-nobody = Ehemaliges Mitglied
export-no-boards = Keine Boards.
account-export-intro = Alle deine Boards samt Dateien, zum Aufheben oder zum Mitnehmen.
account-show-export = Alles exportieren
export-csv = Als Tabelle
export-csv-what = Die Karten als CSV-Datei für Tabellenkalkulationen, auch die archivierten.
export-csv-download = CSV herunterladen
csv-number = Nummer
csv-title = Titel
csv-column = Spalte
csv-labels = Labels
csv-assignees = Zugewiesen
csv-start = Beginn
csv-due = Fällig
csv-done = Erledigt
csv-checklists = Checklisten
csv-body = Beschreibung
csv-created = Erstellt
csv-updated = Geändert
csv-archived = Archiviert
csv-address = Adresse
