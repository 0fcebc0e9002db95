search = Search
search-query = Search all your boards
search-submit = Search
search-help = What can be searched for
search-example-quotes = "exact words"
search-help-quotes = These words, next to each other and as they are. Other words are found by their beginnings.
search-example-without = -without
search-help-without = Cards that do not have this word. It also turns each of the following round: -label:bug
search-example-board = board:launch
search-help-board = On boards with this in their titles
search-example-assignee = assignee:@ada
search-help-assignee = For this person; assignee:me for you, assignee:none for nobody
search-example-label = label:"very urgent"
search-help-label = With a label that begins like this; label:none without any
search-example-is = is:done
search-help-is = Done; also is:open and is:archived
search-example-due = due:<2027-01-01
search-help-due = Due before this day; also >, >=, <=, and today, tomorrow, week, overdue, none
search-example-has = has:file
search-help-has = With a file
search-example-number = #42
search-help-number = The card with this number, on each board
search-found = { $n ->
    [0] No cards
    [one] { $n } card
   *[other] { $n } cards
}
search-found-more = More than { $n } cards. These fit best; another word narrows them down.
search-nothing = Nothing found
search-nothing-hint = Try fewer words, or only the beginning of one.
search-in-body = Description
search-in-item = Checklist
search-in-file = File
search-in-field = { $name }
search-in-comment = Comment by { $name }
search-is-behind = Some boards are still being read. What is new on them may be missing here for a minute.
search-note-unknown_operator = There is no “{ $text }” to narrow a search; it was searched for as text.
search-note-unknown_value = “{ $text }” is not understood; it was searched for as text.
search-note-unclosed = A quotation mark has no other one. All after it was searched for as exact words.
search-note-cut = Only the first 500 characters were searched for.
search-note-too_many = Only the first 20 words were searched for.
search-note-nothing_to_find = Say a word, or what the cards are like. Signs alone, and what is left out, find nothing.
