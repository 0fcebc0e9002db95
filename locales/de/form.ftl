form-required = Bitte ausfüllen.
form-too-short = Muss mindestens { $least ->
    [one] { $least } Zeichen
   *[other] { $least } Zeichen
} haben.
form-too-long = Darf höchstens { $most } Zeichen haben; es sind { $length }.
form-password-common = Dieses Passwort benutzen viele, deshalb wird es zuerst geraten. Bitte wähle ein anderes; gut sind ein paar Wörter, die nichts miteinander zu tun haben.
form-password-repeats = Hier wiederholen sich dieselben Zeichen, das ist schnell geraten. Bitte wähle ein anderes.
form-password-sequence = Diese Zeichen folgen im Alphabet, beim Zählen oder auf der Tastatur aufeinander, das ist schnell geraten. Bitte wähle ein anderes.
form-password-about-you = Das ist kaum mehr als dein Name, deine Adresse oder der Name dieser Site, das ist schnell geraten. Bitte wähle ein anderes.
form-not-one-of = Bitte etwas davon auswählen.
form-not-a-number = Muss eine ganze Zahl von { $least } bis { $most } oder leer sein.
form-email = Muss eine E-Mail-Adresse sein, zum Beispiel du@example.com.
form-missing = Dieses Feld fehlt.
form-not-text = Muss Text sein; ein Teil davon war nicht lesbar.
form-sent-twice = Wurde mehrmals gesendet.
form-email-taken = Es gibt schon ein Konto mit dieser Adresse.
form-password-needed = Gib dein Passwort ein, um deine E-Mail-Adresse zu ändern.
form-wrong-password = Das ist nicht dein Passwort.
form-wrong-board-password = Das ist nicht das Passwort des Boards.
form-needs-https = Diese Seite kam über unverschlüsseltes HTTP, und dein Browser bleibt nur über HTTPS angemeldet. Nimm die Adresse, die mit https:// beginnt. Falls du diese Site im eigenen Netz betreibst: INSECURE_HTTP=on verzichtet darauf.
form-wrong-sign-in = E-Mail-Adresse oder Passwort falsch.
form-too-many-attempts = Zu viele Versuche. Bitte warte eine Minute und versuch es noch einmal.
form-too-many-mails = Zu viele Versuche. Bitte warte einige Minuten und versuch es noch einmal.
form-card-changed = Jemand hat diese Karte geändert, während du geschrieben hast. Das hier ist dein Text; erneutes Speichern ersetzt den anderen.
form-card-archived = Diese Karte wurde archiviert und bleibt deshalb, wo sie ist.
form-column-archived = Diese Spalte wurde inzwischen archiviert.
form-card-not-in-column = Diese Karte ist nicht mehr in dieser Spalte.
form-last-owner = Ein Board gehört immer jemandem. Gib zuerst einer anderen Person die Rolle Besitz.
form-too-many-members = Dieses Board hat 500 Mitglieder, mehr geht nicht.
form-member-already = Diese Person ist schon Mitglied.
form-invited-already = Diese Person ist schon eingeladen. Unten kannst du die Einladung erneut senden.
form-invited-lately = Diese Einladung wurde vor weniger als einer Stunde gesendet. Warte bitte, bevor du sie erneut sendest.
form-invitation-over = Diese Einladung wurde beantwortet oder widerrufen.
form-too-many-invitations = Dieses Board hat 50 offene Einladungen, mehr geht nicht. Widerrufe zuerst einige.
form-too-many-links = Dieses Board hat 20 Beitrittslinks, mehr geht nicht. Widerrufe zuerst einige.
form-handle-taken = Eine andere Person hat dieses Kürzel.
form-handle = Muss aus 2 bis 30 Buchstaben von a bis z, Ziffern oder Bindestrichen bestehen.
form-not-assignable = Nur Mitglieder, die kommentieren dürfen, können zugewiesen werden.
form-comment-changed = Dieser Kommentar wurde in einem anderen Fenster geändert, während du geschrieben hast. Dies ist dein Text; erneutes Speichern ersetzt den anderen.
upload-too-large = Das ist zu groß: höchstens { $mb } MB.
upload-board-full = Nicht genug Platz: Die Dateien dieses Boards dürfen zusammen { $mb } MB belegen.
upload-too-many = Ein Formular nimmt 50 Dateien auf einmal; die ersten 50 wurden behalten. Sende die übrigen getrennt.
upload-storage-full = Nicht genug Platz: Der gesamte Speicher dieser Site ist belegt.
upload-no-file = Bitte eine Datei auswählen.
upload-stopped = Der Upload ist unterwegs stehen geblieben und wurde nicht behalten. Bitte versuch es noch einmal.
upload-late = Der Upload hat länger als { $hours } Stunden gedauert und wurde nicht behalten.
upload-broken = Der Upload kam unvollständig an. Bitte versuch es noch einmal.
upload-disk-full = Der Speicher für Dateien ist voll, deshalb wurde nichts behalten. Bitte sag der Person Bescheid, die diese Site betreibt.
upload-store-unavailable = Der Dateispeicher antwortet nicht, deshalb wurde nichts behalten. Bitte versuch es später noch einmal.
form-tasks-changed = Jemand hat diese Karte inzwischen geändert. Lade sie neu und hake die Aufgabe dort ab.
form-not-a-date = Bitte gib einen Tag an wie 2026-12-24, zwischen den Jahren 1900 und 2999, und höchstens eine Uhrzeit wie 14:30.
form-due-before-start = Das ist vor dem Beginn der Karte.
form-some-begin-later = { $n ->
    [one] Eine der Karten beginnt erst danach.
   *[other] { $n } der Karten beginnen erst danach.
}
form-no-cards = Wähle mindestens eine Karte aus.
form-too-many-cards = Höchstens { $most } Karten lassen sich auf einmal ändern.
form-not-a-decimal = Muss eine Zahl aus Ziffern sein, zum Beispiel 12,50 oder -3, mit höchstens 20 Stellen vor und 10 nach dem Komma.
form-grouped-number = Soll der Punkt Tausender trennen oder vor Nachkommastellen stehen? Bitte Tausender ohne Punkt schreiben, zum Beispiel 1000, und Nachkommastellen mit Komma.
form-not-a-day-ahead = Bitte gib einen kommenden Tag innerhalb eines Jahres an.
form-not-a-day = Bitte gib einen Tag an wie 2026-12-24, zwischen den Jahren 1900 und 2999.
form-choice-gone = Diese Auswahl gibt es nicht mehr. Bitte wähle etwas anderes.
form-choices-in-use = { $cards ->
    [one] Was du entfernt hast, ist auf { $cards } Karte gewählt; dort steht dann nichts mehr. Um es trotzdem zu entfernen, drücke den Knopf darunter.
   *[other] Was du entfernt hast, ist auf { $cards } Karten gewählt; dort steht dann nichts mehr. Um es trotzdem zu entfernen, drücke den Knopf darunter.
}
form-too-many-choices = Höchstens { $most } Auswahlen sind möglich; das sind { $count }.
form-choice-twice = Jede Auswahl kann hier nur einmal stehen.
form-not-a-card = Muss die Nummer einer Karte sein, zum Beispiel #42, oder ihre Adresse.
form-no-such-card = Diese Karte gibt es nicht, oder du darfst sie nicht sehen.
form-link-to-itself = Eine Karte lässt sich nicht mit sich selbst verknüpfen.
form-linked-already = Die beiden Karten sind schon so verknüpft.
form-blocks-in-a-circle = Die Karte würde auf dem Umweg über andere Karten sich selbst blockieren.
form-blocks-too-many = Mehr als 1.000 Karten wären nacheinander blockiert. Verknüpfe weniger davon.
form-too-many-card-links = Eine der beiden Karten hat 50 Verknüpfungen, mehr sind nicht möglich. Entferne zuerst einige.
form-recurrence-no-due-date = Diese Karte hat keine Fälligkeit, die kommen könnte. Gib ihr eine, oder lass die nächste kommen, sobald diese erledigt ist.
form-recurrence-never = Nach dieser Regel wäre die nächste Karte erst nach dem Jahr 2999 fällig.
