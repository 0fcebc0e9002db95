labels = Labels
labels-none = Noch keine Labels.
labels-choose = Labels wählen
labels-edit = Labels des Boards bearbeiten
label-new = Neues Label
label-name = Name
label-color = Farbe
label-place = Platz
label-first = Zuerst
label-after = Nach „{ $name }“
label-delete = Löschen
label-delete-confirm = { $n ->
    [0] Dieses Label löschen? Es ist auf keiner Karte.
    [one] Dieses Label löschen? Es ist auf { $n } Karte.
   *[other] Dieses Label löschen? Es ist auf { $n } Karten.
}
label-cards = { $n ->
    [0] Auf keiner Karte
    [one] Auf { $n } Karte
   *[other] Auf { $n } Karten
}
label-double = Ein anderes Label hat denselben Namen und dieselbe Farbe.
