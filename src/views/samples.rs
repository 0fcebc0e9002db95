//! Every template rendered with samples of what it is given. A template that asks for anything else fails here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::access::BoardView;
use super::account::{AccountPage, ListedSession, SessionsPage};
use super::boards::{BoardArchive, BoardHeader, BoardList, BoardPage, BoardSettings, BoardsPage};
use super::cards::{CardPage, ColumnChoice, MovePage, OpenCard, SavedCard};
use super::choice::Choice;
use super::columns::{ChangedColumns, ColumnSettings, ColumnView, EditedColumn, NewColumn};
use super::email_confirmations::{ConfirmAddress, ConfirmationOver};
use super::emails::{
    ConfirmEmailMail, EmailChangedMail, NewEmailMail, PasswordChangedMail, ResetPasswordMail,
};
use super::errors::ErrorPage;
use super::events::{EventView, EventsPage};
use super::files::{BoardFiles, CardId, FileList, FilePage, FileView, InlineViewer, OrderChoice};
use super::outbox::{OutboxMail, OutboxPage};
use super::password_resets::{AskForReset, ChoosePassword, ResetAsked, ResetOver};
use super::sessions::{Register, RegistrationClosed, SignIn};
use crate::assets::Assets;
use crate::forms::{Form, FormError};
use crate::language::Language;
use crate::locales::pseudo;
use crate::models::access::Access;
use crate::models::board::{Board, ListedBoard};
use crate::models::card::{Card, CardDetail};
use crate::models::color::Color;
use crate::models::column::Column;
use crate::models::event::{Event, Happened};
use crate::models::face::CardFace;
use crate::models::file::File;
use crate::models::file::listing::{ListedFile, Order};
use crate::models::member::Member;
use crate::models::object::Object;
use crate::models::role::Role;
use crate::models::session::Session;
use crate::models::theme::Theme;
use crate::models::thumbnail::Preview;
use crate::storage::Store;
use crate::templates::{MailView, Shell, ShellUser, Site, Templates, View};

/// What a person may have typed, and what no page may take for markup.
const TEXT: &str = "Ship <b>it</b> & \"more\" مرحبا";

/// Letters of pages that are not ours to translate: what [`TEXT`] is after escaping, addresses, names of products, of keys and
/// of languages, units, and what Markdown of the samples says.
const NOT_OURS: [&str; 27] = [
    "Ship &lt;b&gt;it&lt;/b&gt; &amp; &quot;more&quot; مرحبا",
    "Ship &lt;b&gt;it&lt;&#x2f;b&gt; &amp; &quot;more&quot; مرحبا",
    "Ship <b>it</b> & \"more\" مرحبا",
    "a@example.com",
    "Xtablo",
    "Deutsch",
    "English",
    "Enter",
    "Esc",
    "N",
    "A",
    "https:&#x2f;&#x2f;boards.example.com&#x2f;x?a=1&amp;b=2",
    "https://boards.example.com/x?a=1&b=2",
    "https:&#x2f;&#x2f;boards.example.com&#x2f;password&#x2f;reset",
    "https://boards.example.com/password/reset",
    "https:&#x2f;&#x2f;boards.example.com",
    "https://boards.example.com",
    "2001:db8::1",
    "done",
    "PNG",
    "Firefox",
    "Linux",
    "UTC",
    "MB",
    "KB",
    "GB",
    "0123",
];

/// Renders views in every language, and remembers whose templates they were.
struct Rendering {
    templates: Templates,
    /// The same in the language that nobody speaks.
    pseudo: Templates,
    seen: BTreeSet<String>,
}

impl Rendering {
    /// A page for everybody.
    fn public<V: View>(&mut self, view: &V) {
        self.in_every_language(&Shell::anonymous(Language::English), view);
        self.view(view);
    }

    /// A page for a signed-in user, and its part.
    fn view<V: View>(&mut self, view: &V) {
        let user =
            ShellUser { name: TEXT.to_owned(), email: "a@example.com".to_owned(), initials: "A".to_owned() };
        for (theme, flash) in [(Theme::Dark, Some("flash-account-saved")), (Theme::System, None)] {
            let shell = Shell { user: Some(user.clone()), theme, flash, language: Language::English };
            self.in_every_language(&shell, view);
        }
        self.seen.extend([V::PAGE, V::PART].into_iter().flatten().map(str::to_owned));
    }

    fn in_every_language<V: View>(&self, shell: &Shell, view: &V) {
        let name = std::any::type_name::<V>();
        for language in Language::ALL {
            let shell = Shell { language: *language, ..shell.clone() };
            check(name, &self.templates.page(&shell, view).expect(name));
            check(name, &self.templates.part(&shell, view).expect(name));
        }
        for html in [self.pseudo.page(shell, view), self.pseudo.part(shell, view)] {
            let html = html.expect(name);
            assert!(html.contains("dir=\"rtl\"") || !html.contains("<html"), "{name}");
            let left = words(&html);
            assert!(left.is_empty(), "{name} has words in the template or in code: {left:?}");
        }
    }

    fn mail<V: MailView>(&mut self, view: &V) {
        let site = |language| Site {
            origin: "https://boards.example.com".to_owned(),
            name: TEXT.to_owned(),
            language,
        };
        let pseudo = self.pseudo.mail(&site(Language::English), view).expect(V::FOLDER);
        for text in [&pseudo.subject, &pseudo.text, &pseudo.html] {
            let left = words(text);
            assert!(left.is_empty(), "{} has words of its own: {left:?}", V::FOLDER);
        }
        for language in Language::ALL {
            let mail = self.templates.mail(&site(*language), view).expect(V::FOLDER);
            let folder = V::FOLDER;
            assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{folder} has no subject");
            assert!(mail.text.contains(TEXT), "{folder} escapes text");
            assert!(mail.html.contains("&lt;b&gt;it"), "{folder} does not escape HTML");
            // Nothing that reports to anybody that it was read.
            for forbidden in ["<b>it</b>", "<script", "<img", "<link", " src=", "url("] {
                assert!(!mail.html.contains(forbidden), "{folder} has {forbidden}");
            }
        }
        let files = ["subject.txt", "text.txt", "html.html"];
        self.seen.extend(files.map(|file| format!("{}/{file}", V::FOLDER)));
    }
}

/// The words in what a person reads of it: text, and the attributes that are read out or shown.
fn words(html: &str) -> Vec<String> {
    let read = ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\"", "data-confirm=\""];
    let mut html = html.to_owned();
    for theirs in NOT_OURS.iter().filter(|theirs| theirs.len() > 4) {
        html = html.replace(theirs, " ");
    }
    let (mut text, mut rest) = (String::new(), html.as_str());
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        for attribute in read {
            for value in tag.split(&format!(" {attribute}")).skip(1) {
                text.push_str(value.split('"').next().unwrap_or_default());
                text.push(' ');
            }
        }
        // Styles are not read.
        rest = if tag == "style" { after.split_once("</style>").map_or("", |(_, rest)| rest) } else { after };
    }
    text.push_str(rest);
    let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#x27;", "&#x2f;"];
    for entity in entities {
        text = text.replace(entity, " ");
    }
    let word =
        |word: &str| word.chars().any(|letter| letter.is_ascii_alphabetic()) && !NOT_OURS.contains(&word);
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|one| word(one)).map(str::to_owned).collect()
}

fn check(view: &str, html: &str) {
    assert!(!html.contains("<b>it</b>"), "{view} does not escape");
    for forbidden in [" style=", " onclick=", "<style", "javascript:"] {
        assert!(!html.contains(forbidden), "{view} has {forbidden}");
    }
}

#[test]
fn every_template_renders_with_what_it_is_given() {
    let assets = Assets::load().expect("assets");
    let templates = Templates::load(&assets, 1 << 20).expect("templates that parse");
    let messages = vec![(Language::English, pseudo::messages().expect("messages that parse"))];
    let pseudo = Templates::speaking(messages, &assets, 1 << 20).expect("templates that parse");
    let mut r = Rendering { templates, pseudo, seen: BTreeSet::new() };
    render_people(&mut r);
    render_links_of_mails(&mut r);
    render_mails(&mut r);
    for role in Role::ALL {
        for archived in [None, Some(now())] {
            let access = access(*role, archived);
            render_board(&mut r, &access);
            render_column(&mut r, &access);
            render_card(&mut r, &access);
            render_files(&mut r, &access);
        }
    }
    let unseen: Vec<String> = Templates::paths()
        .map(std::borrow::Cow::into_owned)
        .filter(|path| !r.seen.contains(path) && !is_part_of_another(path))
        .collect();
    assert!(unseen.is_empty(), "no view renders {unseen:?}");
}

#[test]
fn no_line_of_a_template_is_longer_than_an_editor_is_wide() {
    for path in Templates::paths() {
        let source = Templates::source(&path).expect("an embedded template");
        for line in source.lines() {
            assert!(line.chars().count() <= 120, "{path}: {line}");
        }
    }
}

/// Whether another template extends, includes or imports this one, so that it is rendered with that.
fn is_part_of_another(path: &str) -> bool {
    Templates::paths().any(|other| {
        let source = Templates::source(&other).expect("an embedded template");
        ["extends", "include", "import", "from"]
            .iter()
            .any(|word| source.contains(&format!("{word} \"{path}\"")))
    })
}

fn render_people(r: &mut Rendering) {
    for form in [Form::blank(&["name", "email", "password"]), failed(&["name", "email", "password"])] {
        r.public(&SignIn { form: form.clone(), next: "/boards".to_owned(), registration_open: true });
        r.public(&Register { form });
    }
    r.view(&RegistrationClosed { invite_only: true });
    r.view(&RegistrationClosed { invite_only: false });
    let profile = ["name", "email", "current_password", "theme", "language"];
    let password = ["current_password", "password"];
    let account = |form, password_form| AccountPage {
        form,
        password_form,
        sends_mail: true,
        email_confirmed: false,
        new_email: Some(TEXT.to_owned()),
    };
    let blank = || account(Form::blank(&profile), Form::blank(&password));
    r.view(&blank());
    r.view(&AccountPage { new_email: None, ..blank() });
    r.view(&account(failed(&profile), failed(&password)));
    let session = Session {
        id: Uuid::now_v7(),
        user_id: Uuid::now_v7(),
        user_agent: TEXT.to_owned(),
        address: None,
        created_at: now(),
        last_seen_at: now(),
    };
    let elsewhere =
        Session { id: Uuid::now_v7(), address: Some("2001:db8::1".to_owned()), ..session.clone() };
    let current = session.id;
    r.view(&SessionsPage {
        sessions: [session, elsewhere].map(|one| ListedSession::new(one, current)).into(),
    });
    for request_id in [None, Some("0123".to_owned())] {
        r.public(&ErrorPage {
            status: 500,
            title: "error-internal",
            message: "error-internal-why",
            request_id,
        });
    }
}

fn render_links_of_mails(r: &mut Rendering) {
    for sends_mail in [false, true] {
        r.public(&AskForReset { form: Form::blank(&["email"]), sends_mail });
    }
    r.public(&AskForReset { form: failed(&["email"]), sends_mail: true });
    r.public(&ResetAsked {});
    for form in [Form::blank(&["password"]), failed(&["password"])] {
        r.public(&ChoosePassword { form, email: TEXT.to_owned(), token: "abc".to_owned() });
    }
    r.public(&ResetOver {});
    for taken in [false, true] {
        r.public(&ConfirmAddress { address: TEXT.to_owned(), token: "abc".to_owned(), taken });
    }
    r.public(&ConfirmationOver {});
    let text = || TEXT.to_owned();
    let mail = || OutboxMail { id: Uuid::now_v7(), to: text(), subject: text(), text: text(), at: now() };
    r.public(&mail());
    for mails in [vec![], vec![mail()]] {
        r.public(&OutboxPage { mails });
    }
}

fn render_mails(r: &mut Rendering) {
    let (address, link) = (|| TEXT.to_owned(), || "https://boards.example.com/x?a=1&b=2".to_owned());
    r.mail(&ResetPasswordMail { address: address(), link: link() });
    r.mail(&ConfirmEmailMail { address: address(), link: link() });
    r.mail(&NewEmailMail { new_address: address() });
    r.mail(&EmailChangedMail { new_address: address() });
    r.mail(&PasswordChangedMail { address: address() });
}

fn render_board(r: &mut Rendering, access: &Access) {
    let list = || BoardList::from(vec![listed(access)]);
    r.view(&BoardsPage { list: BoardList::from(vec![]), form: Form::blank(&["title"]) });
    r.view(&BoardsPage { list: list(), form: failed(&["title"]) });
    let board = BoardView::from(access);
    r.view(&BoardPage { board: board.clone(), columns: vec![], form: Form::blank(&["title"]) });
    r.view(&BoardPage { board: board.clone(), columns: vec![column_view()], form: failed(&["title"]) });
    r.view(&BoardHeader { board: board.clone() });
    r.view(&NewColumn { board: board.clone(), form: failed(&["title"]) });
    for form in [Form::blank(&["title", "color"]), failed(&["title", "color"])] {
        r.view(&BoardSettings { board: board.clone(), form, colors: Color::ALL });
    }
    r.view(&BoardArchive::new(access, vec![], vec![]));
    r.view(&BoardArchive::new(access, vec![column(Some(now()))], vec![(card(Some(now())), column(None))]));
    r.view(&EventsPage { board: board.clone(), events: vec![], older: None });
    r.view(&EventsPage { board, events: vec![event()], older: Some("/older".to_owned()) });
}

fn render_column(r: &mut Rendering, access: &Access) {
    let board = BoardView::from(access);
    r.view(&ChangedColumns { board: board.clone(), columns: vec![column_view(), column_view()] });
    let settings = |form, move_form| ColumnSettings {
        board: board.clone(),
        column: EditedColumn { id: Uuid::now_v7(), title: TEXT.to_owned(), wip_limit: Some(3), count: 2 },
        form,
        move_form,
        others: vec![Choice { id: Uuid::now_v7(), title: TEXT.to_owned() }],
    };
    let fields = ["title", "wip_limit"];
    r.view(&settings(Form::blank(&fields), Form::blank(&["after"])));
    r.view(&settings(failed(&fields), failed(&["after"])));
}

fn render_card(r: &mut Rendering, access: &Access) {
    let board = BoardView::from(access);
    let page = |archived, editing, form| CardPage {
        board: board.clone(),
        column: Choice { id: Uuid::now_v7(), title: TEXT.to_owned() },
        card: OpenCard::from(&card_detail(archived)),
        form,
        editing,
        files: vec![file_view(None)],
        files_form: failed(&["file"]),
        events: vec![event()],
    };
    let fields = ["title", "body", "version"];
    r.view(&page(None, false, Form::blank(&fields)));
    r.view(&page(Some(now()), true, failed(&fields)));
    for face in [None, Some(face(true).into())] {
        r.view(&SavedCard { page: page(None, false, Form::blank(&fields)), face });
    }
    let place = |form| MovePage {
        board: board.clone(),
        card: Choice { id: Uuid::now_v7(), title: TEXT.to_owned() },
        columns: vec![ColumnChoice { id: Uuid::now_v7(), title: TEXT.to_owned(), selected: true, count: 1 }],
        column: Choice { id: Uuid::now_v7(), title: TEXT.to_owned() },
        positions: vec![Choice { id: Uuid::now_v7(), title: TEXT.to_owned() }],
        form,
    };
    r.view(&place(Form::blank(&["column_id", "after"])));
    r.view(&place(failed(&["column_id", "after"])));
}

fn render_files(r: &mut Rendering, access: &Access) {
    let board = BoardView::from(access);
    let choice = || Choice { id: Uuid::now_v7(), title: TEXT.to_owned() };
    let files = || vec![file_view(None), file_view(Some(preview(None))), file_view(Some(preview(Some(40))))];
    for files in [vec![], files()] {
        let (files_form, card) = (failed(&["file"]), CardId { id: Uuid::now_v7() });
        let face = (!files.is_empty()).then(|| face(true).into());
        r.view(&FileList { board: board.clone(), card, files, files_form, face });
    }
    let page = |viewer, form, editing| FilePage {
        board: board.clone(),
        card: choice(),
        file: file_view(Some(preview(Some(40)))),
        viewer,
        form,
        replace_form: failed(&["file"]),
        editing,
    };
    for viewer in [InlineViewer::Picture, InlineViewer::Text, InlineViewer::Document, InlineViewer::None] {
        r.view(&page(viewer, Form::blank(&["name"]), false));
        r.view(&page(viewer, failed(&["name"]), true));
    }
    for (files, query) in [(vec![], ""), (vec![], TEXT), (files(), TEXT)] {
        r.view(&BoardFiles {
            board: board.clone(),
            count: files.len() as i64,
            files,
            query: query.to_owned(),
            orders: OrderChoice::all(Order::Name),
            previous: Some("/previous".to_owned()),
            next: None,
        });
    }
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A form with something typed, and an error everywhere.
fn failed(names: &[&'static str]) -> Form {
    let mut form = Form::filled(names.iter().map(|name| (*name, TEXT.to_owned())));
    for name in names {
        form.fail(name, FormError::Required);
    }
    form.fail_whole(FormError::TooLong { most: 20_000, length: 20_001 });
    form
}

fn access(role: Role, archived_at: Option<DateTime<Utc>>) -> Access {
    Access {
        board: Board {
            id: Uuid::now_v7(),
            title: TEXT.to_owned(),
            color: Color::Teal,
            revision: 1,
            updated_at: now(),
            archived_at,
        },
        member: Member { role, starred_at: Some(now()) },
    }
}

fn listed(access: &Access) -> ListedBoard {
    ListedBoard { board: access.board.clone(), member: access.member.clone(), columns: 1, cards: 2 }
}

fn column(archived_at: Option<DateTime<Utc>>) -> Column {
    Column {
        id: Uuid::now_v7(),
        board_id: Uuid::now_v7(),
        title: TEXT.to_owned(),
        rank: "80".to_owned(),
        wip_limit: Some(1),
        archived_at,
    }
}

/// A column over its limit, whose new card was refused.
fn column_view() -> ColumnView {
    let column = column(None);
    let cards = [true, false].map(face);
    ColumnView { form: failed(&["title"]), ..ColumnView::new(column, cards.into()) }
}

fn face(full: bool) -> CardFace {
    CardFace {
        id: Uuid::now_v7(),
        column_id: Uuid::now_v7(),
        title: TEXT.to_owned(),
        has_body: full,
        files: i64::from(full),
        cover: full.then(|| preview(Some(40))),
    }
}

fn preview(side: Option<i32>) -> Preview {
    Preview { file_id: Uuid::now_v7(), made_at: now(), width: side, height: side }
}

fn card(archived_at: Option<DateTime<Utc>>) -> Card {
    Card {
        id: Uuid::now_v7(),
        board_id: Uuid::now_v7(),
        column_id: Uuid::now_v7(),
        title: TEXT.to_owned(),
        archived_at,
    }
}

fn card_detail(archived_at: Option<DateTime<Utc>>) -> CardDetail {
    CardDetail {
        card: card(archived_at),
        body: "- [x] *done*".to_owned(),
        version: 1,
        author: Some(TEXT.to_owned()),
        created_at: now(),
        updated_at: now(),
    }
}

fn file_view(preview: Option<Preview>) -> FileView {
    let file = file();
    let cover_id = preview.map(|_| file.id);
    let (card_title, uploaded_by) = (TEXT.to_owned(), preview.map(|_| TEXT.to_owned()));
    FileView::new(ListedFile { file, card_title, uploaded_by, cover_id, preview }, now())
}

fn file() -> File {
    File {
        id: Uuid::now_v7(),
        board_id: Uuid::now_v7(),
        card_id: Uuid::now_v7(),
        name: TEXT.to_owned(),
        content_type: "image/png".to_owned(),
        uploaded_by: None,
        created_at: now(),
        object: Object {
            key: String::new(),
            store: Store::Local,
            size: 1_234_567,
            sha256: vec![0; 32],
            stored_at: now(),
        },
    }
}

fn event() -> EventView {
    let (id, text) = (Uuid::now_v7(), || TEXT.to_owned());
    let happened = Happened::FileAttached { card_id: id, file_id: None, name: text(), title: text() };
    Event { id, card_id: Some(id), who: Some(text()), happened: Some(happened), at: now() }.into()
}
