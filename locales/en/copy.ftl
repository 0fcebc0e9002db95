to-board = Board
to-board-choose = Choose
to-no-column = This board has no columns yet.
to-no-board = There is no board whose cards you may change.
card-copy = Copy a card
card-copy-it = Copy { $title }
card-copy-title = Title of the copy
card-copy-submit = Copy the card
copy = Copy
copy-with = Take along
copy-with-checklists = Checklists
copy-with-labels = Labels
copy-with-assignees = People it is for
copy-with-files = Files
copy-with-comments = Comments
lost-assignees = { $n ->
    [one] { $n } of { $of } assignees is not on that board, or only looks on, and does not come along.
   *[other] { $n } of { $of } assignees are not on that board, or only look on, and do not come along.
}
lost-items = { $n ->
    [one] { $n } of { $of } checklist items with a person loses theirs: they are not on that board, or only look on.
   *[other] { $n } of { $of } checklist items with a person lose theirs: they are not on that board, or only look on.
}
lost-watchers = { $n ->
    [one] { $n } of { $of } watchers cannot see that board.
   *[other] { $n } of { $of } watchers cannot see that board.
}
lost-labels = { $n ->
    [one] { $n } of { $of } labels does not fit: a board has 100 at most.
   *[other] { $n } of { $of } labels do not fit: a board has 100 at most.
}
lost-new-labels = { $n ->
    [one] { $n } of { $of } labels is new to that board and is added to it.
   *[other] { $n } of { $of } labels are new to that board and are added to it.
}
lost-files = { $n ->
    [one] { $n } of { $of } files does not fit into that board’s quota.
   *[other] { $n } of { $of } files do not fit into that board’s quota.
}
lost-numbers = { $n ->
    [one] { $n } of { $of } numbers (#…) in its description will mean another card, or none: numbers are each board’s own.
   *[other] { $n } of { $of } numbers (#…) in its description will mean other cards, or none: numbers are each board’s own.
}
board-copy = Copy the board
board-copy-submit = Copy the board
copy-with-cards = Cards
copy-with-people = Members, with their roles
board-copy-what = { $n ->
    [one] Columns and labels always come along; with cards, { $n } card with its text, labels, dates and checklists.
   *[other] Columns and labels always come along; with cards, { $n } cards with their texts, labels, dates and checklists.
}
board-copy-files = { $n ->
    [0] They have no files.
    [one] Their { $n } file is not stored again, but counts on the new board as well.
   *[other] Their { $n } files are not stored again, but count on the new board as well.
}
board-copy-not = Comments, what is archived, links and invitations stay. The copy is yours.
lost-fields = { $n ->
    [one] { $n } of { $of } filled-in fields cannot come: that board has no such field.
   *[other] { $n } of { $of } filled-in fields cannot come: that board has no such fields.
}
