views = Views
view-board = Board
view-table = Table
table-columns = Columns
table-show = Show
table-caption = { $n ->
    [one] { $n } card
   *[other] { $n } cards
}
table-title = Card
table-number = No.
table-column = Column
table-labels = Labels
table-assignees = Assigned to
table-start = Starts
table-due = Due
table-done = Done
table-created = Created
table-updated = Changed
table-sum = Sum
table-nothing = No card matches the filter.
table-empty = This board has no cards.
