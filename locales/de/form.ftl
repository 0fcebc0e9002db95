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
form-needs-https = Diese Seite kam über unverschlüsseltes HTTP, und dein Browser bleibt nur über HTTPS angemeldet. Nimm die Adresse, die mit https:// beginnt. Falls du diese Site im eigenen Netz betreibst: INSECURE_HTTP=on verzichtet darauf.
form-wrong-sign-in = E-Mail-Adresse oder Passwort falsch.
form-too-many-attempts = Zu viele Versuche. Bitte warte eine Minute und versuch es noch einmal.
form-too-many-mails = Zu viele Versuche. Bitte warte einige Minuten und versuch es noch einmal.
form-card-changed = Jemand hat diese Karte geändert, während du geschrieben hast. Das hier ist dein Text; erneutes Speichern ersetzt den anderen.
form-card-archived = Diese Karte wurde archiviert und bleibt deshalb, wo sie ist.
form-column-archived = Diese Spalte wurde inzwischen archiviert.
form-card-not-in-column = Diese Karte ist nicht mehr in dieser Spalte.
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
