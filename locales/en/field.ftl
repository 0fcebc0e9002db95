fields = Fields
fields-none = No fields yet. A field is something that every card of this board can say of itself, such as an effort or a customer.
fields-edit = Edit the board’s fields
field-new = New field
field-name = Name
field-kind = Kind
field-kind-hint = It cannot be changed later.
field-kind-text = Text
field-kind-number = Number
field-kind-date = Date
field-kind-choice = Choice
field-kind-yes_no = Yes or no
field-choices = Choices
field-choices-hint = One per line, in their order. A line that is changed in its place renames the choice.
field-on-card = Show it on the board’s cards
field-sum = Show its sum at the head of each column
field-place = Place
field-first = First
field-after = After “{ $name }”
field-save = Save “{ $name }”
field-yes = Yes
field-no = No
field-delete = Delete
field-remove-choices = Remove them all the same
field-delete-confirm = { $n ->
    [0] Delete this field? It is filled in on no card.
    [one] Delete this field? It is filled in on { $n } card.
   *[other] Delete this field? It is filled in on { $n } cards.
}
field-cards = { $n ->
    [0] Filled in on no card
    [one] Filled in on { $n } card
   *[other] Filled in on { $n } cards
}
