### Zugriffsschlüssel von Programmen, und was Programmen gesagt wird.

tokens = API-Tokens
tokens-what = Ein Programm mit einem Token tut, was du darfst, in den Grenzen des Tokens.
tokens-docs = Was Programme abfragen können
token = Token
token-new = Neues Token
token-name = Name
token-name-hint = Wofür es ist, etwa „Sicherungsskript“.
token-scope = Was es darf
token-create = Token erstellen
token-made = Das Token ist erstellt
token-made-once = Kopiere es jetzt: Es wird nur dieses eine Mal gezeigt.
token-boards = Boards
token-boards-hint = Wähle keines, und es erreicht alle deine Boards.
token-all-boards = Alle deine Boards
token-used = zuletzt benutzt
token-unused = noch nicht benutzt
token-revoke-it = { $name } widerrufen
scope-read = lesen
scope-write = schreiben
scope-manage = verwalten
scope-read-what = Lesen: Boards ansehen
scope-write-what = Schreiben: Boards auch ändern
scope-manage-what = Verwalten: alles, was du darfst, auch als Eigentümer
account-tokens-intro = Programme, die in deinem Namen handeln.
account-show-tokens = Tokens ansehen
flash-token-revoked = Widerrufen. Das Programm damit kommt nicht mehr hinein.
form-too-many-tokens = Du hast 50 Tokens, mehr sind nicht möglich. Widerrufe zuerst einige.

error-scope-write = Das verlangt ein Token mit dem Umfang „write“.
error-scope-manage = Das verlangt ein Token mit dem Umfang „manage“.
error-token-bound = Das Token ist an einige Boards gebunden, es kann kein weiteres anlegen.
error-token-unknown = Das verlangt ein Token im Kopf Authorization: Bearer xt_…, und eines, das weder widerrufen noch abgelaufen ist.
error-token-in-address = Ein Token gehört in den Kopf Authorization, nie in eine Adresse, die in Protokollen bleibt. Widerrufe dieses.
error-request = Diese Anfrage lässt sich nicht beantworten.
error-fields = Mit den Feldern stimmt etwas nicht.
error-changed-since = Jemand hat es geändert, seit du es gelesen hast.

api = API
api-document = OpenAPI-Dokument
api-parameters = Parameter
api-body = Rumpf
api-answers = Antworten
api-things = Dinge
