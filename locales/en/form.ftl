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
form-wrong-board-password = That is not the board’s password.
form-needs-https = This page came over plain HTTP, and your browser keeps you signed in over HTTPS only. Use the address that begins with https://. If you run this site on your own network, INSECURE_HTTP=on does without.
form-wrong-sign-in = Wrong e-mail address or password.
form-too-many-attempts = Too many attempts. Please wait a minute and try again.
form-too-many-mails = Too many attempts. Please wait a few minutes and try again.
form-card-changed = Someone changed this card while you were writing. This is your text; saving it again replaces theirs.
form-card-archived = This card has been archived, so it stays where it is.
form-column-archived = That column has been archived in the meantime.
form-card-not-in-column = That card is no longer in this column.
form-last-owner = A board needs an owner. Make someone else an owner first.
form-too-many-members = This board has 500 members, which is as many as a board can have.
form-member-already = This person is a member already.
form-invited-already = This person is invited already. You can send the invitation again below.
form-invited-lately = That invitation was sent less than an hour ago. Please wait before you send it again.
form-invitation-over = That invitation has been answered or taken back.
form-too-many-invitations = This board has 50 open invitations, which is as many as a board can have. Revoke some first.
form-too-many-links = This board has 20 join links, which is as many as a board can have. Revoke some first.
form-handle-taken = Another person has this handle.
form-handle = Must be 2 to 30 letters from a to z, digits or hyphens.
form-not-assignable = Only members who may comment can be assigned.
form-comment-changed = This comment was changed in another window while you were writing. This is your text; saving it again replaces the other one.
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
form-tasks-changed = Someone changed this card meanwhile. Load it again, and tick the task there.
form-not-a-date = Please enter a day such as 2026-12-24, between the years 1900 and 2999, and at most a time such as 14:30.
form-due-before-start = This is before the card starts.
form-some-begin-later = { $n ->
    [one] One of the cards begins after that.
   *[other] { $n } of the cards begin after that.
}
form-no-cards = Choose at least one card.
form-too-many-cards = At most { $most } cards can be changed at once.
form-not-a-decimal = Must be a number written in digits, such as 12.50 or -3, with at most 20 digits before the point and 10 after it.
form-grouped-number = Is the comma meant to mark thousands or decimals? Please write thousands without it, such as 1000, and decimals with a point.
form-not-a-day-ahead = Please enter a day to come, within a year.
form-not-a-day = Please enter a day such as 2026-12-24, between the years 1900 and 2999.
form-choice-gone = This choice is no longer there. Please choose another one.
form-choices-in-use = { $cards ->
    [one] What you removed is chosen on { $cards } card, which will show nothing in its place. To remove it all the same, press the button below.
   *[other] What you removed is chosen on { $cards } cards, which will show nothing in its place. To remove it all the same, press the button below.
}
form-too-many-choices = At most { $most } choices are possible; these are { $count }.
form-choice-twice = Each choice can stand here only once.
form-not-a-card = Must be the number of a card, such as #42, or its address.
form-no-such-card = There is no such card, or you may not see it.
form-link-to-itself = A card cannot be linked to itself.
form-linked-already = The two cards are linked like this already.
form-blocks-in-a-circle = The card would block itself, by way of other cards.
form-blocks-too-many = More than 1,000 cards would be blocked one after the other. Link fewer of them.
form-too-many-card-links = One of the two cards has 50 links, which is as many as a card can have. Remove some first.
form-recurrence-no-due-date = This card has no due date that could come. Give it one, or let the next card come when it is done.
form-recurrence-never = By this rule the next card would be due after the year 2999.
