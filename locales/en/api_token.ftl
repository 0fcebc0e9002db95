### Tokens of programs, and what is said to programs.

tokens = API tokens
tokens-what = A program with a token does what you may do, within the token's bounds.
tokens-docs = What programs can ask for
token = Token
token-new = New token
token-name = Name
token-name-hint = What it is for, such as “Backup script”.
token-scope = What it may do
token-create = Make a token
token-made = The token is made
token-made-once = Copy it now: it is shown this once.
token-boards = Boards
token-boards-hint = Choose none, and it reaches all of yours.
token-all-boards = All your boards
token-used = last used
token-unused = not used yet
token-revoke-it = Revoke { $name }
scope-read = read
scope-write = write
scope-manage = manage
scope-read-what = Read: look at boards
scope-write-what = Write: change boards, too
scope-manage-what = Manage: all that you may, as an owner, too
account-tokens-intro = Programs that do things in your name.
account-show-tokens = Show tokens
flash-token-revoked = Revoked. The program with it is let in no more.
form-too-many-tokens = You have 50 tokens, which is as many as a person can have. Revoke some first.

error-scope-write = This takes a token with the scope “write”.
error-scope-manage = This takes a token with the scope “manage”.
error-token-bound = The token is bound to some boards, so it cannot make another.
error-token-unknown = This takes a token in the header Authorization: Bearer xt_…, and one that is neither revoked nor expired.
error-token-in-address = A token belongs in the header Authorization, never in an address, which is kept in logs. Revoke this one.
error-request = The request is not one that can be answered.
error-fields = Something is wrong with the fields of the body.
error-changed-since = Somebody has changed it since you have read it.

api = API
api-document = OpenAPI document
api-parameters = Parameters
api-body = Body
api-answers = Answers
api-things = Things
