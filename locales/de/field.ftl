fields = Felder
fields-none = Noch keine Felder. Ein Feld ist etwas, das jede Karte dieses Boards über sich sagen kann, etwa ihren Aufwand oder eine Kundin.
fields-edit = Felder des Boards bearbeiten
field-new = Neues Feld
field-name = Name
field-kind = Art
field-kind-hint = Sie lässt sich später nicht ändern.
field-kind-text = Text
field-kind-number = Zahl
field-kind-date = Datum
field-kind-choice = Auswahl
field-kind-yes_no = Ja oder nein
field-choices = Zur Auswahl
field-choices-hint = Eine pro Zeile, in ihrer Reihenfolge. Eine Zeile, die an ihrer Stelle geändert wird, benennt um.
field-on-card = Auf den Karten des Boards zeigen
field-sum = Die Summe im Kopf jeder Spalte zeigen
field-place = Platz
field-first = Zuerst
field-after = Nach „{ $name }“
field-save = „{ $name }“ speichern
field-yes = Ja
field-no = Nein
field-delete = Löschen
field-remove-choices = Trotzdem entfernen
field-delete-confirm = { $n ->
    [0] Dieses Feld löschen? Es ist auf keiner Karte ausgefüllt.
    [one] Dieses Feld löschen? Es ist auf { $n } Karte ausgefüllt.
   *[other] Dieses Feld löschen? Es ist auf { $n } Karten ausgefüllt.
}
field-cards = { $n ->
    [0] Auf keiner Karte ausgefüllt
    [one] Auf { $n } Karte ausgefüllt
   *[other] Auf { $n } Karten ausgefüllt
}
