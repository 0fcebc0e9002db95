event-unknown = hat etwas geändert
event-board-created = hat das Board „{ $title }“ erstellt
event-board-renamed = hat das Board von „{ $from }“ in „{ $to }“ umbenannt
event-board-recolored = hat die Farbe des Boards geändert: { $to ->
    [slate] Schiefer
    [red] Rot
    [orange] Orange
    [amber] Ocker
    [green] Grün
    [teal] Petrol
    [sky] Hellblau
    [violet] Violett
    [pink] Rosa
   *[blue] Blau
}
event-board-archived = hat das Board archiviert
event-board-restored = hat das Board wiederhergestellt
event-board-deleted = hat das Board gelöscht
event-column-created = hat die Spalte „{ $title }“ hinzugefügt
event-column-renamed = hat die Spalte „{ $from }“ in „{ $to }“ umbenannt
event-column-limited = hat „{ $title }“ auf { $to ->
    [one] { $to } Karte
   *[other] { $to } Karten
} begrenzt
event-column-unlimited = hat das Limit von „{ $title }“ entfernt
event-column-moved = hat die Spalte „{ $title }“ verschoben
event-column-archived = hat die Spalte „{ $title }“ archiviert
event-column-restored = hat die Spalte „{ $title }“ wiederhergestellt
event-card-created = hat „{ $title }“ zu „{ $column }“ hinzugefügt
event-card-renamed = hat „{ $from }“ in „{ $to }“ umbenannt
event-card-edited = hat „{ $title }“ bearbeitet
event-card-moved = hat „{ $title }“ von „{ $from }“ nach „{ $to }“ verschoben
event-card-moved-within = hat „{ $title }“ innerhalb von „{ $to }“ verschoben
event-card-archived = hat „{ $title }“ archiviert
event-card-restored = hat „{ $title }“ wiederhergestellt
event-card-deleted = hat „{ $title }“ gelöscht
event-card-covered = hat „{ $name }“ zum Titelbild von „{ $title }“ gemacht
event-card-uncovered = hat das Titelbild von „{ $title }“ entfernt
event-file-attached = hat die Datei „{ $name }“ an „{ $title }“ gehängt
event-file-renamed = hat die Datei „{ $from }“ in „{ $to }“ umbenannt
event-file-replaced = hat die Datei „{ $name }“ ersetzt
event-file-deleted = hat die Datei „{ $name }“ von „{ $title }“ gelöscht
