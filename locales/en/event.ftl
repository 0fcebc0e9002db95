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
