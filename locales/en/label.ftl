labels = Labels
labels-none = No labels yet.
labels-choose = Choose labels
labels-edit = Edit the board’s labels
label-new = New label
label-name = Name
label-color = Color
label-place = Place
label-first = First
label-after = After “{ $name }”
label-delete = Delete
label-delete-confirm = { $n ->
    [0] Delete this label? It is on no card.
    [one] Delete this label? It is on { $n } card.
   *[other] Delete this label? It is on { $n } cards.
}
label-cards = { $n ->
    [0] On no card
    [one] On { $n } card
   *[other] On { $n } cards
}
label-double = Another label has the same name and color.
