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
event-member-joined = ist dem Board beigetreten: { $role ->
    [owner] Besitz
    [editor] Bearbeiten
    [commenter] Kommentieren
   *[viewer] Lesen
}
event-member-role-changed = hat die Rolle von { $name } geändert: { $to ->
    [owner] Besitz
    [editor] Bearbeiten
    [commenter] Kommentieren
   *[viewer] Lesen
}
event-member-removed = hat { $name } vom Board entfernt
event-member-left = hat das Board verlassen
event-invitation-sent = hat jemanden eingeladen: { $role ->
    [owner] Besitz
    [editor] Bearbeiten
    [commenter] Kommentieren
   *[viewer] Lesen
}
event-invitation-revoked = hat eine Einladung widerrufen
event-board-opened = hat das Board für alle mit einem Konto geöffnet: { $to ->
    [editor] sie dürfen es ändern
    [commenter] sie dürfen kommentieren
   *[viewer] sie dürfen es lesen
}
event-board-closed = hat das Board für alle außer den Mitgliedern geschlossen
event-join-link-created = hat einen Beitrittslink erstellt
event-join-link-revoked = hat einen Beitrittslink widerrufen
event-comment-created = hat „{ $title }“ kommentiert
event-comment-edited = hat einen Kommentar zu „{ $title }“ bearbeitet
event-comment-deleted = hat einen Kommentar zu „{ $title }“ gelöscht
event-comment-restored = hat einen Kommentar zu „{ $title }“ wiederhergestellt
event-assignee-added = hat „{ $title }“ { $name } zugewiesen
event-assignee-removed = hat { $name } von „{ $title }“ genommen
event-public-link-created = hat das Board { $shows_comments ->
    [true] mit Kommentaren
   *[other] ohne Kommentare
} öffentlich gemacht
event-public-link-changed = hat geändert, was der öffentliche Link zeigt
event-public-link-revoked = hat den öffentlichen Link widerrufen
event-label-created = hat das Label „{ $name }“ hinzugefügt
event-label-changed = hat das Label „{ $name }“ geändert
event-label-moved = hat das Label „{ $name }“ verschoben
event-label-deleted = hat das Label „{ $name }“ gelöscht
event-label-restored = hat das Label „{ $name }“ wiederhergestellt
event-card-labeled = hat das Label „{ $name }“ an „{ $title }“ angebracht
event-card-unlabeled = hat das Label „{ $name }“ von „{ $title }“ entfernt
event-card-dated = hat die Termine von „{ $title }“ geändert
event-card-done = hat „{ $title }“ als erledigt markiert
event-card-undone = hat „{ $title }“ als nicht erledigt markiert
event-checklist-created = hat die Checkliste „{ $checklist }“ zu „{ $title }“ hinzugefügt
event-checklist-renamed = hat die Checkliste „{ $from }“ in „{ $to }“ umbenannt
event-checklist-moved = hat die Checkliste „{ $checklist }“ verschoben
event-checklist-deleted = hat die Checkliste „{ $checklist }“ von „{ $title }“ gelöscht
event-checklist-restored = hat die Checkliste „{ $checklist }“ auf „{ $title }“ wiederhergestellt
event-items-added = { $n ->
    [one] hat { $n } Punkt zur Checkliste „{ $checklist }“ hinzugefügt
   *[other] hat { $n } Punkte zur Checkliste „{ $checklist }“ hinzugefügt
}
event-item-changed = hat „{ $text }“ in einer Checkliste geändert
event-item-checked = hat „{ $text }“ abgehakt
event-item-unchecked = hat den Haken bei „{ $text }“ entfernt
event-item-moved = hat „{ $text }“ in den Checklisten verschoben
event-item-deleted = hat „{ $text }“ aus einer Checkliste gelöscht
event-item-restored = hat „{ $text }“ in einer Checkliste wiederhergestellt
event-card-undeleted = hat „{ $title }“ aus dem Papierkorb zurückgeholt
event-file-undeleted = hat die Datei „{ $name }“ aus dem Papierkorb zu „{ $title }“ zurückgeholt
event-item-converted = hat „{ $text }“ zu einer Karte gemacht
event-more = { $n ->
    [one] und 1 weitere Änderung
   *[other] und { $n } weitere Änderungen
}
event-parts = Alle zeigen
event-undone = rückgängig gemacht
event-board-undeleted = hat das Board aus dem Papierkorb zurückgeholt
event-field-created = hat das Feld „{ $name }“ hinzugefügt
event-field-changed = hat das Feld „{ $name }“ geändert
event-field-moved = hat das Feld „{ $name }“ verschoben
event-field-deleted = hat das Feld „{ $name }“ gelöscht
event-field-restored = hat das Feld „{ $name }“ wiederhergestellt
event-card-field-set = hat „{ $name }“ auf „{ $title }“ ausgefüllt
event-card-field-cleared = hat „{ $name }“ auf „{ $title }“ geleert
event-card-linked = { $relation ->
    [blocks] hat „{ $title }“ verknüpft: blockiert „{ $other }“
    [blocked_by] hat „{ $title }“ verknüpft: wird von „{ $other }“ blockiert
    [duplicates] hat „{ $title }“ verknüpft: ist ein Duplikat von „{ $other }“
    [duplicated_by] hat „{ $title }“ verknüpft: hat „{ $other }“ als Duplikat
   *[relates] hat „{ $title }“ mit „{ $other }“ verknüpft
}
event-card-linked-elsewhere = hat „{ $title }“ mit einer Karte eines anderen Boards verknüpft
event-card-unlinked = hat die Verknüpfung von „{ $title }“ und „{ $other }“ entfernt
event-card-unlinked-elsewhere = hat die Verknüpfung von „{ $title }“ mit einer Karte eines anderen Boards entfernt
event-card-copied = hat „{ $title }“ als Kopie zu „{ $column }“ hinzugefügt
event-card-recurrence-set = lässt „{ $title }“ sich wiederholen
event-card-recurrence-changed = hat geändert, wie sich „{ $title }“ wiederholt
event-card-recurrence-removed = lässt „{ $title }“ sich nicht mehr wiederholen
event-card-recurred = hat „{ $title }“ wieder zu „{ $column }“ hinzugefügt
event-card-left = hat „{ $title }“ aus „{ $column }“ auf ein anderes Board verschoben
event-card-arrived = hat „{ $title }“ von einem anderen Board nach „{ $column }“ verschoben
event-board-copied = hat das Board „{ $title }“ als Kopie erstellt
event-board-templated = hat das Board zur Vorlage gemacht
event-board-untemplated = hat das Board als Vorlage zurückgenommen
event-card-templated = hat „{ $title }“ zur Vorlage gemacht
event-card-untemplated = hat „{ $title }“ als Vorlage zurückgenommen
