search = Suche
search-query = Alle deine Boards durchsuchen
search-submit = Suchen
search-help = Wonach du suchen kannst
search-example-quotes = "genau diese Wörter"
search-help-quotes = Diese Wörter, nebeneinander und so, wie sie dastehen. Andere Wörter werden an ihrem Anfang erkannt.
search-example-without = -ohne
search-help-without = Karten, in denen dieses Wort nicht steht. Kehrt auch alles Folgende um: -label:fehler
search-example-board = board:start
search-help-board = Auf Boards, in deren Titel das steht
search-example-assignee = assignee:@ada
search-help-assignee = Für diese Person; assignee:me für dich, assignee:none für niemanden
search-example-label = label:"sehr dringend"
search-help-label = Mit einem Label, das so beginnt; label:none ohne Label
search-example-is = is:done
search-help-is = Erledigt; außerdem is:open (offen) und is:archived (archiviert)
search-example-due = due:<2027-01-01
search-help-due = Vor diesem Tag fällig; außerdem >, >=, <= sowie today, tomorrow, week, overdue, none
search-example-has = has:file
search-help-has = Mit einer Datei
search-example-number = #42
search-help-number = Die Karte mit dieser Nummer, auf jedem Board
search-found = { $n ->
    [0] Keine Karten
    [one] { $n } Karte
   *[other] { $n } Karten
}
search-found-more = Mehr als { $n } Karten. Diese passen am besten; ein weiteres Wort grenzt sie ein.
search-nothing = Nichts gefunden
search-nothing-hint = Versuche es mit weniger Wörtern oder nur mit dem Anfang eines Wortes.
search-in-body = Beschreibung
search-in-item = Checkliste
search-in-file = Datei
search-in-field = { $name }
search-in-comment = Kommentar von { $name }
search-is-behind = Einige Boards werden noch eingelesen. Neues darauf kann hier für eine Minute fehlen.
search-note-unknown_operator = „{ $text }“ grenzt keine Suche ein; danach wurde als Text gesucht.
search-note-unknown_value = „{ $text }“ ist nicht verständlich; danach wurde als Text gesucht.
search-note-unclosed = Einem Anführungszeichen fehlt das zweite. Alles dahinter wurde als genaue Wörter gesucht.
search-note-cut = Gesucht wurde nur nach den ersten 500 Zeichen.
search-note-too_many = Gesucht wurde nur nach den ersten 20 Wörtern.
search-note-nothing_to_find = Nenne ein Wort oder wie die Karten sein sollen. Zeichen allein und Ausgeschlossenes finden nichts.
