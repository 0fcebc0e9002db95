filter = Filter
filter-title = Filter the cards
filter-what = Cards that match one choice of each part are shown. The address of what you see can be shared.
filter-show = Show cards
filter-edit = Change
filter-clear = Show all
filter-remove = Without:
filter-count = { $n } of { $of }
filter-found = { $of ->
    [one] { $n } of { $of } card
   *[other] { $n } of { $of } cards
}
filter-left-out = { $n ->
    [one] One part of this address is not understood and was left out.
   *[other] { $n } parts of this address are not understood and were left out.
}
filter-cut = A text can have 200 characters here. What comes after them was left out.
filter-text = Text
filter-text-hint = Words in title or description
filter-words = “{ $text }”
filter-me = Assigned to me
filter-choice-me = Me
filter-nobody = Assigned to nobody
filter-choice-nobody = Nobody
filter-person-gone = Assigned to somebody who is not on this board
filter-label-none = No label
filter-label-gone = A label that is gone
filter-due-overdue = Overdue
filter-due-today = Due today
filter-due-week = Due within 7 days
filter-due-none = No due date
filter-done-yes = Done
filter-done-no = Not done
filter-field-none = Not filled in
filter-field-gone = A field that is gone
filter-field-choice-gone = A choice that is gone
filter-field-yes = Yes
filter-field-no = No
filter-hint-text = Words in it
filter-hint-number = 5, or 1..5
filter-hint-date = 2026-12-24, or 2026-12-01..2026-12-31
keys-mine = Only cards assigned to me, or all again
script-filter-hides = Added, but the filter hides this card.
