export = Export
export-all = Export everything
export-zip = As a ZIP
export-what = Cards, comments, files and the history, archived or not, as a file that Xtablo can read again, and as a page that opens in any browser, without a server.
export-all-what = All boards you are a member of, each with cards, comments, files and history: as files that Xtablo can read again, and as pages that open in any browser, without a server.
export-begin = Make the ZIP
export-anew = Make it anew
export-waiting = The ZIP will be made in a moment.
export-making = The ZIP is being made: { $done } of { $total } cards and files.
export-look = Look again
export-download = Download the ZIP
export-made = Made
export-until = Here until { $date }
export-missing = { $n ->
    [one] { $n } file could not be read and is not in it. Tell whoever runs this site; manifest.json names it.
   *[other] { $n } files could not be read and are not in it. Tell whoever runs this site; manifest.json names them.
}
export-no-room = The ZIP was not made: it does not fit into the storage of this site. Delete files that are not needed, or ask whoever runs this site.
export-broken = The ZIP could not be made. Try again; if that fails too, tell whoever runs this site.
export-as-of = As of { $date }
export-archived = { $n ->
    [one] { $n } archived card
   *[other] { $n } archived cards
}
export-author = Made by
export-nobody = Former member
export-no-boards = No boards.
account-export-intro = All your boards with their files, to keep or to take elsewhere.
account-show-export = Export everything
export-csv = As a table
export-csv-what = The cards as a CSV file for spreadsheets, archived or not.
export-csv-download = Download the CSV
csv-number = Number
csv-title = Title
csv-column = Column
csv-labels = Labels
csv-assignees = Assigned to
csv-start = Starts
csv-due = Due
csv-done = Done
csv-checklists = Checklists
csv-body = Description
csv-created = Created
csv-updated = Changed
csv-archived = Archived
csv-address = Address
