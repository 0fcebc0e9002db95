inbox = Inbox
# The mark in the top bar, for those who hear it.
inbox-mark = { $n ->
    [0] Inbox, nothing unread
    [100] Inbox, a hundred unread or more
   *[other] Inbox, { $n } unread
}
inbox-reason = Why
inbox-every-reason = Any reason
inbox-board = Board
inbox-every-board = All boards
inbox-show = Show
inbox-settings = What is sent by e-mail
inbox-read-all = Mark all as read
inbox-read = Mark as read
inbox-unread = Mark as unread
inbox-is-unread = unread
inbox-snooze = Put off
inbox-until-tomorrow = Until tomorrow
inbox-until-next-week = Until next week
inbox-until-day = Until this day
inbox-more = { $n ->
    [one] and 1 more
   *[other] and { $n } more
}
inbox-empty = Nothing here
inbox-empty-hint = What concerns you appears here: cards you watch or are given, comments that name you, dates that come.
inbox-empty-filtered = There is nothing of this kind. Show any reason and all boards to see the rest.
reason-mentioned = You were mentioned
reason-assigned = Assigned to you
reason-comment = New comment
reason-due_tomorrow = Due tomorrow
reason-overdue = Overdue
reason-change = Changed
reason-new_card = New card
reason-role_changed = Your role changed
reason-invitation = Invitation
notifications = E-mail about what concerns you
notifications-no-mail = This server sends no e-mail. What concerns you is in your inbox.
notifications-unconfirmed = Mail goes to confirmed addresses only, and yours is not confirmed yet.
notifications-urgent = Mentions and assignments
notifications-rest = Everything else
notifications-hour = Hour of daily and weekly mails
notifications-hour-hint = From 0 to 23, in your time zone, { $zone }.
notifications-due = Remind me at 8 of cards that are due tomorrow or overdue
notifications-reasons = Send mail for
notifications-unmute = { $n ->
    [one] Send mail about { $n } card again of which I wanted none
   *[other] Send mail about { $n } cards again of which I wanted none
}
notifications-inbox = Whatever you choose here, all of it is in your
mail-at_once = At once
mail-with_rest = With everything else
mail-never = Never
mail-hourly = Every hour
mail-four_hours = Every four hours
mail-daily = Once a day
mail-weekly = Once a week, on Monday
unsubscribe = Stop these mails?
unsubscribe-done = Stopped
unsubscribe-card = No more mail about this card.
unsubscribe-reason = No more mail for “{ $reason }”.
unsubscribe-all = No more mail about what happens on boards.
unsubscribe-submit = Stop them
unsubscribe-inbox = Your inbox goes on showing everything.
unsubscribe-settings = Choose what is sent
unsubscribe-over = This link does not work
unsubscribe-over-why = It is incomplete, or its account is gone. Signed in, you choose which mails you get.
