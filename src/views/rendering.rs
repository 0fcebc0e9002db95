//! Renders every template with the samples of its view, in every language. A template that asks for anything else fails here.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::samples::{Samples, TEXT, access, now};
use super::{
    account, api_docs, api_tokens, board_copies, board_filters, board_tables, board_trash, boards, bulk,
    card_copies, card_recurrences, cards, checklists, columns, confirmations, email_confirmations, emails,
    errors, events, exports, fields, files, inbox, invitations, labels, members, notification_mails,
    notification_settings, outbox, palette, password_resets, people, public_boards, search, sessions, stream,
    undos, unsubscriptions, work,
};
use crate::assets::Assets;
use crate::forms::KeptForm;
use crate::language::Language;
use crate::locales::pseudo;
use crate::models::access::Access;
use crate::models::role::Role;
use crate::models::theme::Theme;
use crate::templates::{FlashUndo, MailView, Shell, ShellUser, Site, Templates, View};

/// Letters of pages that are not ours to translate: what [`TEXT`] is after escaping, addresses, names of products, of keys and
/// of languages, units, and what Markdown of the samples says.
const NOT_OURS: [&str; 42] = [
    "Sم",
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
    "C",
    "D",
    "E",
    "F",
    "B",
    "G",
    "I",
    "K",
    "L",
    "M",
    "Q",
    "V",
    "X",
    "Z",
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
    /// The same in the pseudo-locale.
    pseudo: Templates,
    seen: BTreeSet<String>,
}

impl Rendering {
    fn everything(&mut self, access: &Access) {
        self.private::<api_tokens::TokensPage>(access);
        self.public::<api_docs::ApiDocs>(access);
        self.public::<sessions::SignIn>(access);
        self.public::<KeptForm>(access);
        self.public::<sessions::Register>(access);
        self.public::<sessions::RegistrationClosed>(access);
        self.public::<errors::ErrorPage>(access);
        self.public::<password_resets::AskForReset>(access);
        self.public::<password_resets::ResetAsked>(access);
        self.public::<password_resets::ChoosePassword>(access);
        self.public::<password_resets::ResetOver>(access);
        self.public::<invitations::InvitationPage>(access);
        self.public::<invitations::InvitationOver>(access);
        self.public::<invitations::JoinPage>(access);
        self.public::<invitations::JoinOver>(access);
        self.public::<public_boards::PublicBoardPage>(access);
        self.public::<public_boards::PublicCardPage>(access);
        self.public::<public_boards::PublicPassword>(access);
        self.public::<public_boards::PublicLinkOver>(access);
        self.public::<email_confirmations::ConfirmAddress>(access);
        self.public::<email_confirmations::ConfirmationOver>(access);
        self.public::<unsubscriptions::UnsubscribePage>(access);
        self.public::<unsubscriptions::UnsubscribeOver>(access);
        self.public::<outbox::OutboxMail>(access);
        self.public::<outbox::OutboxPage>(access);
        self.private::<people::PeoplePage>(access);
        self.private::<confirmations::Confirmation>(access);
        self.private::<account::AccountPage>(access);
        self.private::<account::SessionsPage>(access);
        self.private::<notification_settings::NotificationsPage>(access);
        self.private::<boards::BoardsPage>(access);
        self.private::<boards::BoardPage>(access);
        self.private::<boards::BoardHeader>(access);
        self.private::<board_filters::FilterPage>(access);
        self.private::<board_tables::TablePage>(access);
        self.private::<people::PersonFace>(access);
        self.private::<boards::BoardSettings>(access);
        self.private::<boards::BoardArchive>(access);
        self.private::<board_trash::TrashPage>(access);
        self.private::<board_trash::BoardsTrash>(access);
        self.private::<bulk::BulkPage>(access);
        self.private::<board_copies::CopyPage>(access);
        self.private::<members::MembersPage>(access);
        self.private::<labels::LabelsPage>(access);
        self.private::<fields::FieldsPage>(access);
        self.private::<events::EventsPage>(access);
        self.private::<exports::ExportPage>(access);
        self.private::<exports::BoardPiece>(access);
        self.private::<exports::AccountIndex>(access);
        self.private::<exports::TableHead>(access);
        self.private::<inbox::InboxPage>(access);
        self.private::<inbox::InboxMark>(access);
        self.private::<search::SearchPage>(access);
        self.private::<palette::PaletteOffers>(access);
        self.private::<work::WorkPage>(access);
        self.private::<undos::UndoOffer>(access);
        self.private::<undos::Stale>(access);
        self.private::<undos::UndoRefused>(access);
        self.private::<columns::NewColumn>(access);
        self.private::<columns::ChangedColumns>(access);
        self.private::<columns::RenderedParts>(access);
        self.private::<columns::ColumnSettings>(access);
        self.private::<cards::CardPage>(access);
        self.private::<cards::QuickCardView>(access);
        self.private::<cards::SavedCard>(access);
        self.private::<cards::MovePage>(access);
        self.private::<card_copies::CopyPage>(access);
        self.private::<card_recurrences::RecurrencePage>(access);
        self.private::<checklists::ItemPage>(access);
        self.private::<stream::StreamPart>(access);
        self.private::<stream::VersionsPage>(access);
        self.private::<files::FileList>(access);
        self.private::<files::FilePage>(access);
        self.private::<files::BoardFiles>(access);
        self.mail::<emails::ResetPasswordMail>(access);
        self.mail::<emails::ConfirmEmailMail>(access);
        self.mail::<emails::InvitationMail>(access);
        self.mail::<emails::NewEmailMail>(access);
        self.mail::<emails::EmailChangedMail>(access);
        self.mail::<emails::PasswordChangedMail>(access);
        self.mail::<notification_mails::NotificationsMail>(access);
    }

    /// Pages for everybody.
    fn public<V: View + Samples>(&mut self, access: &Access) {
        for view in V::samples(access) {
            self.in_every_language(&Shell::anonymous(Language::English), &view);
        }
        self.private::<V>(access);
    }

    /// Pages for a signed-in user, and their parts.
    fn private<V: View + Samples>(&mut self, access: &Access) {
        for view in V::samples(access) {
            self.view(&view);
        }
    }

    fn view<V: View>(&mut self, view: &V) {
        let user = ShellUser {
            name: TEXT.to_owned(),
            email: "a@example.com".to_owned(),
            initials: "A".to_owned(),
            picture: None,
            label_names: true,
            keys_off: false,
            unread: 3,
            id: Uuid::now_v7(),
        };
        for (theme, flash) in [(Theme::Dark, Some("flash-account-saved")), (Theme::System, None)] {
            let undo = flash.map(|_| FlashUndo { event_id: Uuid::now_v7(), next: "/boards".to_owned() });
            let shell = Shell { user: Some(user.clone()), theme, flash, undo, language: Language::English };
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

    fn mail<V: MailView + Samples>(&mut self, access: &Access) {
        for view in V::samples(access) {
            self.render_mail(&view);
        }
    }

    fn render_mail<V: MailView>(&mut self, view: &V) {
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
    // Placeholders that scripts fill in.
    let text: Vec<&str> =
        text.split('{').map(|part| part.split_once('}').map_or(part, |(_, text)| text)).collect();
    let text = text.join(" ");
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
    for role in Role::ALL {
        for archived in [None, Some(now())] {
            r.everything(&access(*role, archived));
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
