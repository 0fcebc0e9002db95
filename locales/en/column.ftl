column = Column
column-count = { $n ->
    [one] { $n } card
   *[other] { $n } cards
}
column-count-limit = { $n ->
    [one] { $n } card, the limit is { $limit }
   *[other] { $n } cards, the limit is { $limit }
}
column-count-over = { $n ->
    [one] { $n } card, over the limit of { $limit }
   *[other] { $n } cards, over the limit of { $limit }
}
column-edit-it = Edit column { $title }
column-edit = Edit column
column-limit = Card limit
column-limit-hint = The column is marked when it holds more cards than this.
column-place = Position on the board
column-first = First
column-after = After { $title }
column-move = Move
column-archive-hint = { $n ->
    [0] An archived column can be restored.
    [one] Its card goes to the archive with it.
   *[other] Its { $n } cards go to the archive with it.
}
column-archive = Archive column
column-new-title = Title of a new column
column-new = Add a column
