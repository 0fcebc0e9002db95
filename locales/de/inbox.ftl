inbox = Posteingang
inbox-mark = { $n ->
    [0] Posteingang, nichts ungelesen
    [100] Posteingang, hundert oder mehr ungelesen
   *[other] Posteingang, { $n } ungelesen
}
inbox-reason = Grund
inbox-every-reason = Jeder Grund
inbox-board = Board
inbox-every-board = Alle Boards
inbox-show = Zeigen
inbox-settings = Was per E-Mail kommt
inbox-read-all = Alles als gelesen markieren
inbox-read = Als gelesen markieren
inbox-unread = Als ungelesen markieren
inbox-is-unread = ungelesen
inbox-snooze = Zurückstellen
inbox-until-tomorrow = Bis morgen
inbox-until-next-week = Bis nächste Woche
inbox-until-day = Bis zu diesem Tag
inbox-more = { $n ->
    [one] und 1 weiteres
   *[other] und { $n } weitere
}
inbox-empty = Nichts da
inbox-empty-hint = Hier erscheint, was dich betrifft: Karten, die du beobachtest oder die dir zugewiesen sind, Kommentare, die dich nennen, nahende Termine.
inbox-empty-filtered = Davon gibt es nichts. Wähle jeden Grund und alle Boards, um den Rest zu sehen.
reason-mentioned = Du wurdest genannt
reason-assigned = Dir zugewiesen
reason-comment = Neuer Kommentar
reason-due_tomorrow = Morgen fällig
reason-overdue = Überfällig
reason-change = Geändert
reason-new_card = Neue Karte
reason-role_changed = Deine Rolle wurde geändert
reason-invitation = Einladung
notifications = E-Mails zu dem, was dich betrifft
notifications-no-mail = Dieser Server versendet keine E-Mails. Was dich betrifft, steht im Posteingang.
notifications-unconfirmed = E-Mails gehen nur an bestätigte Adressen, und deine ist noch nicht bestätigt.
notifications-urgent = Erwähnungen und Zuweisungen
notifications-rest = Alles andere
notifications-hour = Stunde der täglichen und wöchentlichen E-Mails
notifications-hour-hint = Von 0 bis 23, in deiner Zeitzone, { $zone }.
notifications-due = Um 8 Uhr an Karten erinnern, die morgen fällig oder überfällig sind
notifications-reasons = E-Mails senden bei
notifications-unmute = { $n ->
    [one] Zu { $n } Karte wieder E-Mails senden, zu der ich keine wollte
   *[other] Zu { $n } Karten wieder E-Mails senden, zu denen ich keine wollte
}
notifications-inbox = Was du hier auch wählst, alles steht im
mail-at_once = Sofort
mail-with_rest = Mit allem anderen
mail-never = Nie
mail-hourly = Jede Stunde
mail-four_hours = Alle vier Stunden
mail-daily = Einmal am Tag
mail-weekly = Einmal in der Woche, am Montag
unsubscribe = Diese E-Mails abbestellen?
unsubscribe-done = Abbestellt
unsubscribe-card = Keine E-Mails mehr zu dieser Karte.
unsubscribe-reason = Keine E-Mails mehr zu „{ $reason }“.
unsubscribe-all = Keine E-Mails mehr zu dem, was auf Boards geschieht.
unsubscribe-submit = Abbestellen
unsubscribe-inbox = Der Posteingang zeigt weiterhin alles.
unsubscribe-settings = Wählen, was gesendet wird
unsubscribe-over = Dieser Link funktioniert nicht
unsubscribe-over-why = Er ist unvollständig, oder sein Konto gibt es nicht mehr. Angemeldet wählst du, welche E-Mails du bekommst.
