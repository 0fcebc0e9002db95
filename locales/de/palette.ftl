palette = Gehe zu oder tue
palette-query = Boards, Karten, Personen, Befehle
palette-cards = Karten
palette-commands = Befehle
palette-search = Überall danach suchen
palette-of-person = Karten der Person
palette-none = Nichts passt.
keys-palette = Überall hingehen, alles tun
