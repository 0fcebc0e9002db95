palette = Go to or do
palette-query = Boards, cards, people, commands
palette-cards = Cards
palette-commands = Commands
palette-search = Search everything for this
palette-of-person = Their cards
palette-none = Nothing fits.
keys-palette = Go to or do anything
