form-required = Please fill this in.
form-too-short = Must have at least { $least ->
    [one] { $least } character
   *[other] { $least } characters
}.
form-too-long = Must have at most { $most } characters; this has { $length }.
form-password-common = Many people use this password, so it is guessed first. Please choose another one; a few words that do not belong together are good.
form-password-repeats = This repeats the same characters, so it is guessed quickly. Please choose another one.
form-password-sequence = These characters follow one another in the alphabet, in counting or on the keyboard, so they are guessed quickly. Please choose another one.
form-password-about-you = This is little more than your name, your address or the name of this site, so it is guessed quickly. Please choose another one.
form-not-one-of = Please choose one of these.
form-not-a-number = Must be a whole number from { $least } to { $most }, or empty.
form-email = Must be an e-mail address, such as you@example.com.
form-missing = This field is missing.
form-not-text = Must be text; some of it could not be read.
form-sent-twice = Was sent more than once.
form-email-taken = There is already an account with this address.
form-password-needed = Enter your password to change your e-mail address.
form-wrong-password = That is not your password.
form-needs-https = This page came over plain HTTP, and your browser keeps you signed in over HTTPS only. Use the address that begins with https://. If you run this site on your own network, INSECURE_HTTP=on does without.
form-wrong-sign-in = Wrong e-mail address or password.
form-too-many-attempts = Too many attempts. Please wait a minute and try again.
form-too-many-mails = Too many attempts. Please wait a few minutes and try again.
form-card-changed = Someone changed this card while you were writing. This is your text; saving it again replaces theirs.
form-card-archived = This card has been archived, so it stays where it is.
form-column-archived = That column has been archived in the meantime.
form-card-not-in-column = That card is no longer in this column.
upload-too-large = This is too large: the limit is { $mb } MB.
upload-board-full = There is not enough room: this board’s files can take up { $mb } MB in total.
upload-too-many = A form takes 50 files at once; the first 50 were kept. Send the others separately.
upload-storage-full = There is not enough room: all storage on this site is in use.
upload-no-file = Please choose a file.
upload-stopped = The upload stopped on the way, so it was not kept. Please try again.
upload-late = The upload took more than { $hours } hours, so it was not kept.
upload-broken = The upload arrived incomplete. Please try again.
upload-disk-full = The disk for files is full, so nothing was kept. Please tell the person who runs this site.
upload-store-unavailable = The file store is not responding, so nothing was kept. Please try again later.
