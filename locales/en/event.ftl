# Each follows the name of the member who did it.
event-unknown = changed something
event-board-created = created the board “{ $title }”
event-board-renamed = renamed the board from “{ $from }” to “{ $to }”
event-board-recolored = changed the board’s color to { $to ->
    [slate] slate
    [red] red
    [orange] orange
    [amber] amber
    [green] green
    [teal] teal
    [sky] sky
    [violet] violet
    [pink] pink
   *[blue] blue
}
event-board-archived = archived the board
event-board-restored = restored the board
event-board-deleted = deleted the board
event-column-created = added the column “{ $title }”
event-column-renamed = renamed the column “{ $from }” to “{ $to }”
event-column-limited = limited “{ $title }” to { $to ->
    [one] { $to } card
   *[other] { $to } cards
}
event-column-unlimited = removed the limit of “{ $title }”
event-column-moved = moved the column “{ $title }”
event-column-archived = archived the column “{ $title }”
event-column-restored = restored the column “{ $title }”
event-card-created = added “{ $title }” to “{ $column }”
event-card-renamed = renamed “{ $from }” to “{ $to }”
event-card-edited = edited “{ $title }”
event-card-moved = moved “{ $title }” from “{ $from }” to “{ $to }”
event-card-moved-within = moved “{ $title }” within “{ $to }”
event-card-archived = archived “{ $title }”
event-card-restored = restored “{ $title }”
event-card-deleted = deleted “{ $title }”
event-card-covered = made “{ $name }” the cover of “{ $title }”
event-card-uncovered = removed the cover of “{ $title }”
event-file-attached = attached the file “{ $name }” to “{ $title }”
event-file-renamed = renamed the file “{ $from }” to “{ $to }”
event-file-replaced = replaced the file “{ $name }”
event-file-deleted = deleted the file “{ $name }” from “{ $title }”
event-member-joined = joined the board as { $role ->
    [owner] owner
    [editor] editor
    [commenter] commenter
   *[viewer] viewer
}
event-member-role-changed = made { $name } { $to ->
    [owner] owner
    [editor] editor
    [commenter] commenter
   *[viewer] viewer
}
event-member-removed = removed { $name } from the board
event-member-left = left the board
event-invitation-sent = invited someone as { $role ->
    [owner] owner
    [editor] editor
    [commenter] commenter
   *[viewer] viewer
}
event-invitation-revoked = revoked an invitation
event-board-opened = opened the board to everybody with an account: { $to ->
    [editor] they may change it
    [commenter] they may comment
   *[viewer] they may look
}
event-board-closed = closed the board to all but its members
event-join-link-created = created a join link
event-join-link-revoked = revoked a join link
event-comment-created = commented on “{ $title }”
event-comment-edited = edited a comment on “{ $title }”
event-comment-deleted = deleted a comment on “{ $title }”
event-comment-restored = restored a comment on “{ $title }”
event-assignee-added = assigned “{ $title }” to { $name }
event-assignee-removed = took “{ $title }” off { $name }
event-public-link-created = made the board public { $shows_comments ->
    [true] with its comments
   *[other] without its comments
}
event-public-link-changed = changed what the public link shows
event-public-link-revoked = revoked the public link
event-label-created = added the label “{ $name }”
event-label-changed = changed the label “{ $name }”
event-label-moved = moved the label “{ $name }”
event-label-deleted = deleted the label “{ $name }”
event-label-restored = restored the label “{ $name }”
event-card-labeled = put the label “{ $name }” on “{ $title }”
event-card-unlabeled = took the label “{ $name }” off “{ $title }”
event-card-dated = changed the dates of “{ $title }”
event-card-done = marked “{ $title }” as done
event-card-undone = marked “{ $title }” as not done
event-checklist-created = added the checklist “{ $checklist }” to “{ $title }”
event-checklist-renamed = renamed the checklist “{ $from }” to “{ $to }”
event-checklist-moved = moved the checklist “{ $checklist }”
event-checklist-deleted = deleted the checklist “{ $checklist }” from “{ $title }”
event-checklist-restored = restored the checklist “{ $checklist }” on “{ $title }”
event-items-added = { $n ->
    [one] added { $n } item to the checklist “{ $checklist }”
   *[other] added { $n } items to the checklist “{ $checklist }”
}
event-item-changed = changed “{ $text }” in a checklist
event-item-checked = checked “{ $text }”
event-item-unchecked = unchecked “{ $text }”
event-item-moved = moved “{ $text }” in the checklists
event-item-deleted = deleted “{ $text }” from a checklist
event-item-restored = restored “{ $text }” in a checklist
event-card-undeleted = brought “{ $title }” back from the trash
event-file-undeleted = brought the file “{ $name }” back to “{ $title }” from the trash
event-item-converted = made “{ $text }” a card
event-more = { $n ->
    [one] and 1 more change
   *[other] and { $n } more changes
}
event-parts = Show all
event-undone = undone
event-board-undeleted = brought the board back from the trash
event-field-created = added the field “{ $name }”
event-field-changed = changed the field “{ $name }”
event-field-moved = moved the field “{ $name }”
event-field-deleted = deleted the field “{ $name }”
event-field-restored = restored the field “{ $name }”
event-card-field-set = filled in “{ $name }” on “{ $title }”
event-card-field-cleared = cleared “{ $name }” on “{ $title }”
event-card-linked = { $relation ->
    [blocks] linked “{ $title }”: it blocks “{ $other }”
    [blocked_by] linked “{ $title }”: it is blocked by “{ $other }”
    [duplicates] linked “{ $title }”: it duplicates “{ $other }”
    [duplicated_by] linked “{ $title }”: it is duplicated by “{ $other }”
   *[relates] linked “{ $title }” to “{ $other }”
}
event-card-linked-elsewhere = linked “{ $title }” to a card of another board
event-card-unlinked = removed the link between “{ $title }” and “{ $other }”
event-card-unlinked-elsewhere = removed the link between “{ $title }” and a card of another board
event-card-copied = added “{ $title }” to “{ $column }” as a copy
event-card-recurrence-set = made “{ $title }” repeat
event-card-recurrence-changed = changed how “{ $title }” repeats
event-card-recurrence-removed = stopped repeating “{ $title }”
event-card-recurred = added “{ $title }” to “{ $column }” again
event-card-left = moved “{ $title }” from “{ $column }” to another board
event-card-arrived = moved “{ $title }” from another board to “{ $column }”
event-board-copied = created the board “{ $title }” as a copy
event-board-templated = made the board a template
event-board-untemplated = made the board no longer a template
event-card-templated = made “{ $title }” a template
event-card-untemplated = made “{ $title }” no longer a template
