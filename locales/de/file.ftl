file = Datei
files = Dateien
files-none = Keine Dateien.
files-add = Dateien hinzufügen
files-upload = Hochladen
files-ways = Du kannst sie auch hier ablegen oder ein Bild einfügen.
files-limit = Jeweils bis { $size }.
file-cover = Titelbild
file-is-cover = Titelbild der Karte
file-download = Herunterladen
file-download-it = { $name } herunterladen
file-more = Mehr zu { $name }
file-rename-or-replace = Umbenennen oder ersetzen
file-uncover = Nicht mehr als Titelbild verwenden
file-make-cover = Als Titelbild der Karte verwenden
file-delete-confirm = Diese Datei löschen?
file-back = Zurück zur Karte { $title }
file-not-shown = Diese Art von Datei lässt sich hier nicht anzeigen. Lade sie herunter, um sie zu öffnen.
file-open = In neuem Tab öffnen
file-name = Name
file-rename = Umbenennen
file-content = Neuer Inhalt
file-content-hint = Name und Adresse bleiben. Bis { $size }.
file-replace = Ersetzen
board-files-query = Name einer Datei oder Karte
board-files-order = Reihenfolge
order-newest = Neueste zuerst
order-oldest = Älteste zuerst
order-name = Nach Name
order-largest = Größte zuerst
board-files-show = Anzeigen
board-files-count = { $n ->
    [one] { $n } Datei
   *[other] { $n } Dateien
}
board-files-found = { $n ->
    [one] { $n } Datei mit „{ $query }“
   *[other] { $n } Dateien mit „{ $query }“
}
board-files-on = An
board-files-nothing = Nichts gefunden
board-files-nothing-hint = Keine Datei auf diesem Board und keine Karte mit Dateien hat das im Namen.
board-files-all = Alle Dateien anzeigen
board-files-empty = Noch keine Dateien
board-files-empty-editor = Zieh eine Datei auf eine Karte des Boards, oder öffne eine Karte und füge sie dort hinzu. Hier sind alle Dateien aufgelistet.
board-files-empty-viewer = Hier stehen die Dateien, die an die Karten dieses Boards gehängt werden.
upload-not-a-picture = Das ist kein Bild, das gezeigt werden kann: JPEG, PNG, WebP oder GIF.
