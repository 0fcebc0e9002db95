card = Card
card-new-in = Add a card to { $column }
card-new = Add a card
card-in-column = In column { $column }
card-no-description = No description.
card-edit-it = Edit { $title }
card-description = Description
card-description-hint = Markdown: **bold**, *italic*, - list, [link](https://…), `code`
card-delete-confirm = Delete this card?
card-move = Move a card
card-move-it = Move { $title }
card-move-columns = To which column
card-move-place = Position in { $column }
card-move-top = At the top
card-move-after = After { $title }
card-move-submit = Move the card
card-comments = { $n ->
    [one] { $n } comment
   *[other] { $n } comments
}
card-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
card-edit-title = Edit the title
card-understood = Understood:
card-understood-title = Title:
