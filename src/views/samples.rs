//! Every template rendered with samples of what it is given. A template that asks for anything else fails here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::access::BoardView;
use super::account::{AccountPage, ListedSession, SessionsPage};
use super::boards::{BoardArchive, BoardHeader, BoardList, BoardPage, BoardSettings, BoardsPage};
use super::cards::{CardPage, ColumnChoice, MovePage, OpenCard, SavedCard};
use super::columns::{ChangedColumns, Choice, ColumnSettings, ColumnView, EditedColumn, NewColumn};
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
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::board::{Board, ListedBoard};
use crate::models::card::{Card, CardDetail};
use crate::models::color::Color;
use crate::models::column::Column;
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

/// Renders views, and remembers whose templates they were.
struct Rendering {
    templates: Templates,
    seen: BTreeSet<String>,
}

impl Rendering {
    /// A page for everybody.
    fn public<V: View>(&mut self, view: &V) {
        let name = name::<V>();
        check(name, &self.templates.page(&Shell::anonymous(), view).expect(name));
        self.view(view);
    }

    /// A page for a signed-in user, and its part.
    fn view<V: View>(&mut self, view: &V) {
        let user =
            ShellUser { name: TEXT.to_owned(), email: "a@example.com".to_owned(), initials: "A".to_owned() };
        for (theme, flash) in [(Theme::Dark, Some("Saved.")), (Theme::System, None)] {
            let shell = Shell { user: Some(user.clone()), theme, flash };
            let name = name::<V>();
            check(name, &self.templates.page(&shell, view).expect(name));
            check(name, &self.templates.part(&shell, view).expect(name));
        }
        self.seen.extend([V::PAGE, V::PART].into_iter().flatten().map(str::to_owned));
    }

    fn mail<V: MailView>(&mut self, view: &V) {
        let site = Site { origin: "https://boards.example.com".to_owned(), name: TEXT.to_owned() };
        let mail = self.templates.mail(&site, view).expect(V::FOLDER);
        assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{} has no subject", V::FOLDER);
        assert!(mail.text.contains(TEXT), "{} escapes text", V::FOLDER);
        assert!(mail.html.contains("&lt;b&gt;it"), "{} does not escape HTML", V::FOLDER);
        // Nothing that reports to anybody that it was read.
        for forbidden in ["<b>it</b>", "<script", "<img", "<link", " src=", "url("] {
            assert!(!mail.html.contains(forbidden), "{} has {forbidden}", V::FOLDER);
        }
        let files = ["subject.txt", "text.txt", "html.html"];
        self.seen.extend(files.map(|file| format!("{}/{file}", V::FOLDER)));
    }
}

fn name<V: View>() -> &'static str {
    std::any::type_name::<V>()
}

fn check(view: &str, html: &str) {
    assert!(!html.contains("<b>it</b>"), "{view} does not escape");
    for forbidden in [" style=", " onclick=", "<style", "javascript:"] {
        assert!(!html.contains(forbidden), "{view} has {forbidden}");
    }
}

#[test]
fn every_template_renders_with_what_it_is_given() {
    let templates = Templates::load(&Assets::load().expect("assets"), 1 << 20).expect("templates that parse");
    let mut r = Rendering { templates, seen: BTreeSet::new() };
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
    let profile = ["name", "email", "current_password", "theme"];
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
        r.public(&ErrorPage { status: 500, title: "Something broke", message: "Sorry.", request_id });
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
        form.fail(name, "Please fill this in.");
    }
    form.fail_whole("Something is wrong.");
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
    EventView { who: TEXT.to_owned(), what: TEXT.to_owned(), at: now(), card_id: Some(Uuid::now_v7()) }
}
