file = File
files = Files
files-none = No files.
files-add = Add files
files-upload = Upload
files-ways = You can also drop them here or paste a picture.
files-limit = Up to { $size } each.
file-cover = Cover
file-is-cover = Cover of the card
file-download = Download
file-download-it = Download { $name }
file-more = More for { $name }
file-rename-or-replace = Rename or replace
file-uncover = Remove from the card’s cover
file-make-cover = Use as the card’s cover
file-delete-confirm = Delete this file?
file-back = Back to the card { $title }
file-not-shown = This kind of file cannot be shown here. Download it to open it.
file-open = Open in a new tab
file-name = Name
file-rename = Rename
file-content = New content
file-content-hint = Its name and address stay. Up to { $size }.
file-replace = Replace
board-files-query = Name of a file or card
board-files-order = Order
order-newest = Newest first
order-oldest = Oldest first
order-name = By name
order-largest = Largest first
board-files-show = Show
board-files-count = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
board-files-found = { $n ->
    [one] { $n } file with “{ $query }”
   *[other] { $n } files with “{ $query }”
}
board-files-on = On
board-files-nothing = Nothing found
board-files-nothing-hint = No file on this board, and no card with files, has this in its name.
board-files-all = Show all files
board-files-empty = No files yet
board-files-empty-editor = Drop a file onto a card of the board, or open a card and add it there. All files are listed here.
board-files-empty-viewer = Files that people add to this board’s cards are listed here.
upload-not-a-picture = This is not a picture that can be shown: JPEG, PNG, WebP or GIF.
