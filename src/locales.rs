//! Every word that a person reads, in each language: the Fluent files of `locales/`, carried in the binary.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use anyhow::{Context, anyhow};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{AutoEscape, Error, ErrorKind, HtmlEscape, State};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::language::Language;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Files;

type Bundle = FluentBundle<FluentResource>;

/// The messages of one language.
pub struct Messages {
    bundle: Bundle,
    /// Those without arguments, ready to be shown: a page of cards asks for the same ones again and again.
    plain: HashMap<String, Plain>,
    /// What stands between groups of digits, and before decimals.
    separators: (char, char),
    /// Those whose one argument is a count `n`, each made once for a small count, for the same reason.
    counted: HashMap<String, Vec<OnceLock<Plain>>>,
}

/// Counts that are small: what most cards and columns have.
const COUNTS: usize = 100;

struct Plain {
    text: Value,
    /// Escaped once, so that it is not looked through again.
    html: Value,
}

impl Messages {
    /// # Errors
    /// A file that is not Fluent, or a message that is there twice.
    pub fn load(language: Language) -> anyhow::Result<Self> {
        let separators = match language {
            Language::English => (',', '.'),
            Language::German => ('.', ','),
        };
        Self::of(language.word(), separators, |bundle| match language {
            Language::English => bundle.set_formatter(Some(|value, _| number(value, ',', '.'))),
            Language::German => bundle.set_formatter(Some(|value, _| number(value, '.', ','))),
        })
    }

    fn of(folder: &str, separators: (char, char), set_up: impl FnOnce(&mut Bundle)) -> anyhow::Result<Self> {
        let tag: LanguageIdentifier = folder.parse()?;
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Done where it is needed: see `isolated`.
        bundle.set_use_isolating(false);
        set_up(&mut bundle);
        let mut ids = Vec::new();
        for path in Files::iter().filter(|path| path.split('/').next() == Some(folder)) {
            let file = Files::get(&path).context("an embedded file is gone")?;
            let source = String::from_utf8(file.data.into_owned())?;
            let resource =
                FluentResource::try_new(source).map_err(|(_, errors)| anyhow!("{path}: {errors:?}"))?;
            ids.extend(resource.entries().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            }));
            bundle.add_resource(resource).map_err(|errors| anyhow!("{path}: {errors:?}"))?;
        }
        let mut messages = Self { bundle, plain: HashMap::new(), separators, counted: HashMap::new() };
        // One with arguments fails without them, and is left out.
        let plain = |id: String| Some((messages.text(&id, &FluentArgs::new()).ok()?, id));
        let plain: Vec<(String, String)> = ids.iter().cloned().filter_map(plain).collect();
        messages.plain = plain.into_iter().map(|(text, id)| (id, Plain::new(text))).collect();
        let takes_a_count = |id: &String| [0, 1, 2].iter().all(|n| messages.count(id, *n).is_ok());
        let counts = |id: &String| !messages.plain.contains_key(id) && takes_a_count(id);
        let counted = ids.into_iter().filter(counts).map(|id| (id, empty_counts()));
        messages.counted = counted.collect();
        Ok(messages)
    }

    /// A message with its arguments.
    ///
    /// # Errors
    /// The message is missing, or has other arguments.
    pub fn text(&self, id: &str, args: &FluentArgs<'_>) -> anyhow::Result<String> {
        let message = self.bundle.get_message(id).with_context(|| format!("no message {id}"))?;
        let pattern = message.value().with_context(|| format!("the message {id} is empty"))?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
        anyhow::ensure!(errors.is_empty(), "the message {id}: {errors:?}");
        Ok(text.into_owned())
    }

    /// A decimal number, given in digits with a point, as the language writes it: every digit of it.
    pub fn decimal(&self, digits: &str) -> String {
        grouped(digits, self.separators.0, self.separators.1)
    }

    /// The same as a person would type it: without groups.
    pub fn typed_decimal(&self, digits: &str) -> String {
        digits.replace('.', self.separators.1.encode_utf8(&mut [0; 4]))
    }

    fn count(&self, id: &str, n: usize) -> anyhow::Result<String> {
        let mut args = FluentArgs::new();
        args.set("n", argument(&Value::from(n)));
        self.text(id, &args)
    }

    /// A message whose one argument is a small count.
    fn counted(&self, id: &str, kwargs: &Kwargs) -> Option<&Plain> {
        let made = self.counted.get(id)?;
        if !kwargs.args().eq(["n"]) {
            return None;
        }
        let n = kwargs.get::<Value>("n").ok()?.as_usize()?;
        Some(made.get(n)?.get_or_init(|| Plain::new(self.count(id, n).unwrap_or_default())))
    }

    /// What serde has made of a message: its `id`, and its arguments beside it.
    ///
    /// # Errors
    /// As [`Messages::text`].
    pub fn of_value(&self, message: &serde_json::Value) -> anyhow::Result<String> {
        let id = message["id"].as_str().context("a message without an id")?;
        let mut args = FluentArgs::new();
        for (name, value) in message.as_object().into_iter().flatten().filter(|(name, _)| *name != "id") {
            match value.as_i64() {
                Some(number) => args.set(name.clone(), number),
                None => args.set(name.clone(), isolated(value.as_str().unwrap_or_default())),
            }
        }
        self.text(id, &args)
    }

    /// The template function `t`: `t("id", name=value)`, or `t(message)` for an object with an `id` and its arguments.
    pub(crate) fn t(&self, state: &State<'_, '_>, message: &Value, kwargs: &Kwargs) -> Result<Value, Error> {
        let is_html = matches!(state.auto_escape(), AutoEscape::Html);
        let shown = |plain: &Plain| if is_html { plain.html.clone() } else { plain.text.clone() };
        if let Some(counted) = message.as_str().and_then(|id| self.counted(id, kwargs)) {
            return Ok(shown(counted));
        }
        let mut args = FluentArgs::new();
        let attribute = message.get_attr("id").unwrap_or_default();
        let id = if let Some(id) = message.as_str() {
            id
        } else {
            for name in message.try_iter()?.filter(|name| name.as_str() != Some("id")) {
                args.set(name.to_string(), argument(&message.get_item(&name)?));
            }
            attribute.as_str().unwrap_or_default()
        };
        for name in kwargs.args() {
            args.set(name.to_owned(), argument(&kwargs.get::<Value>(name)?));
        }
        match self.plain.get(id) {
            Some(plain) => Ok(shown(plain)),
            None => self
                .text(id, &args)
                .map(Value::from)
                .map_err(|error| Error::new(ErrorKind::InvalidOperation, format!("{error:#}"))),
        }
    }

    /// The text of every file, for a hash that changes with any of them.
    pub fn sources() -> Vec<u8> {
        let mut paths: Vec<Cow<'_, str>> = Files::iter().collect();
        paths.sort();
        paths.iter().filter_map(|path| Files::get(path)).flat_map(|file| file.data.into_owned()).collect()
    }
}

fn empty_counts() -> Vec<OnceLock<Plain>> {
    (0..COUNTS).map(|_| OnceLock::new()).collect()
}

impl Plain {
    fn new(text: String) -> Self {
        let html = Value::from_safe_string(HtmlEscape(&text).to_string());
        Self { html, text: Value::from(text) }
    }
}

fn argument(value: &Value) -> FluentValue<'static> {
    match value.kind() {
        ValueKind::Number => match i64::try_from(value.clone()) {
            Ok(number) => number.into(),
            Err(_) => f64::try_from(value.clone()).unwrap_or_default().into(),
        },
        _ => isolated(&value.to_string()).into(),
    }
}

/// Text that runs right to left keeps its direction to itself (Unicode's FSI and PDI). Other text goes without: our
/// languages run as it does, and the marks are in the way of search and of voice control.
fn isolated(text: &str) -> String {
    let is_right_to_left = |letter: char| {
        matches!(letter, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    if text.contains(is_right_to_left) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

/// A number as a language writes it: groups of three digits from ten thousand on, so that a year stays whole.
fn number(value: &FluentValue<'_>, group: char, point: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    Some(grouped(&number.as_string(), group, point))
}

fn grouped(digits: &str, group: char, point: char) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if whole.len() > 4 && index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
pub mod pseudo {
    //! A pseudo-locale: all text of ours is marked, longer, and runs right to left, so that text which is not a
    //! message stands out.

    use super::*;

    /// What each letter of ours becomes. Whatever else is in a page came from somewhere else.
    const MARKED: [(char, &str); 10] = [
        ('a', "åå"),
        ('e', "éé"),
        ('i', "îî"),
        ('o', "øø"),
        ('u', "ûû"),
        ('A', "Å"),
        ('E', "É"),
        ('I', "Î"),
        ('O', "Ø"),
        ('U', "Û"),
    ];

    /// # Errors
    /// As [`Messages::load`].
    pub fn messages() -> anyhow::Result<Messages> {
        let mut messages = Messages::of("en", (',', '.'), |bundle| bundle.set_transform(Some(mark)))?;
        messages.plain.insert("direction".to_owned(), Plain::new("rtl".to_owned()));
        Ok(messages)
    }

    /// Every letter becomes one outside of ASCII.
    pub fn mark(text: &str) -> Cow<'_, str> {
        let letter = |letter: char| match MARKED.iter().find(|(plain, _)| *plain == letter) {
            Some((_, marked)) => (*marked).to_owned(),
            None if letter.is_ascii_alphabetic() => {
                // The letters of the mathematical bold alphabet follow each other as ASCII's do.
                let (first, base) = if letter.is_ascii_lowercase() { ('a', 0x1D41A) } else { ('A', 0x1D400) };
                char::from_u32(base + u32::from(letter) - u32::from(first)).unwrap_or(letter).to_string()
            }
            None => letter.to_string(),
        };
        Cow::Owned(text.chars().map(letter).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::forms::FormError;
    use crate::handlers::error_pages;
    use crate::models::api_token;
    use crate::models::board::copying::BoardPart;
    use crate::models::card_link::relation::Relation;
    use crate::models::color::Color;
    use crate::models::copying::CardPart;
    use crate::models::field::kind::FieldKind;
    use crate::models::file::listing::Order;
    use crate::models::notification::Reason;
    use crate::models::notification::settings::{Frequency, Scope, Urgent};
    use crate::models::recurrence::rule::{Unit, WEEKDAYS};
    use crate::models::role::Role;
    use crate::models::search::query::Note;
    use crate::models::table::Property;
    use crate::models::work::WorkPart;
    use crate::replies::Refused;
    use crate::templates::Templates;
    use crate::{auth, views};

    /// Each message of a language with the names of its arguments, read from the text of the files.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut last = String::new();
        for path in Files::iter().filter(|path| path.split('/').next() == Some(language.word())) {
            let file = Files::get(&path).expect("it is embedded");
            for line in std::str::from_utf8(&file.data).expect("UTF-8").lines() {
                let begins = line.starts_with(|first: char| first.is_ascii_lowercase());
                if let Some((id, _)) = line.split_once(" =").filter(|_| begins) {
                    last = id.to_owned();
                    assert!(
                        messages.insert(last.clone(), BTreeSet::new()).is_none(),
                        "{last} is there twice"
                    );
                }
                for part in line.split('$').skip(1) {
                    let end = part.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_');
                    let name = part[..end.unwrap_or(part.len())].to_owned();
                    messages.get_mut(&last).expect("a message").insert(name);
                }
            }
        }
        messages
    }

    /// The ids that code makes or names.
    fn ids_of_code() -> BTreeSet<String> {
        let of_enums = [
            Color::ALL.iter().map(|color| format!("color-{}", color.word())).collect::<Vec<_>>(),
            Order::ALL.iter().map(|order| format!("order-{}", order.word())).collect(),
            FormError::all().iter().map(FormError::id).collect(),
            auth::cookies::Flash::ALL.iter().map(|flash| flash.message().to_owned()).collect(),
            error_pages::MESSAGES.iter().map(|id| (*id).to_owned()).collect(),
            views::events::ids(),
            api_token::Scope::ALL.iter().map(|scope| format!("scope-{}", scope.word())).collect(),
            ["error-fields", "error-changed-since"].map(str::to_owned).into(),
            Refused::ALL.iter().map(|refused| format!("mail-refused-{}", refused.word())).collect(),
            Urgent::ALL.iter().map(|one| format!("mail-{}", one.word())).collect(),
            Frequency::ALL.iter().map(|one| format!("mail-{}", one.word())).collect(),
            Scope::ALL.iter().map(|scope| format!("unsubscribe-{}", scope.word())).collect(),
            Reason::ALL.iter().map(|reason| format!("reason-{}", reason.word())).collect(),
            FieldKind::ALL.iter().map(|kind| format!("field-kind-{}", kind.word())).collect(),
            Relation::ALL.iter().map(|relation| format!("link-{}", relation.word())).collect(),
            ["title"]
                .into_iter()
                .chain(Property::OF_CARDS.map(Property::word))
                .map(|word| format!("table-{word}"))
                .collect(),
            views::board_filters::Chip::MESSAGES.map(|kind| format!("filter-{kind}")).into(),
            ["text", "number", "date"].map(|kind| format!("filter-hint-{kind}")).into(),
            Note::MESSAGES.map(str::to_owned).into(),
            views::search::Place::MESSAGES.map(str::to_owned).into(),
            ["quotes", "without", "board", "assignee", "label", "is", "due", "has", "number"]
                .iter()
                .flat_map(|name| [format!("search-example-{name}"), format!("search-help-{name}")])
                .collect(),
            WorkPart::ALL.iter().map(|part| format!("my-{}", part.word())).collect(),
            ["nav-boards", "my", "inbox"].map(str::to_owned).into(),
            views::board_trash::TrashSection::KINDS.map(str::to_owned).into(),
            views::undos::UndoRefused::REASONS.map(str::to_owned).into(),
            views::destinations::Loss::MESSAGES.map(str::to_owned).into(),
            BoardPart::ALL.iter().map(|part| format!("copy-with-{}", part.word())).collect(),
            CardPart::ALL.iter().map(|part| format!("copy-with-{}", part.word())).collect(),
            views::invitations::InvitationOver::MESSAGES.map(str::to_owned).into(),
            views::invitations::JoinOver::MESSAGES.map(str::to_owned).into(),
            views::public_boards::PublicLinkOver::MESSAGES.map(str::to_owned).into(),
            Role::ALL
                .iter()
                .flat_map(|role| [format!("role-{}", role.word()), format!("role-{}-may", role.word())])
                .collect(),
            ["viewer", "commenter", "editor", "none"].map(|role| format!("board-open-{role}")).into(),
            ["day", "day-year", "date-soon", "date-overdue"].map(str::to_owned).into(),
            ["now", "minutes", "hours", "days", "months", "years"].map(|unit| format!("ago-{unit}")).into(),
            ["bytes", "kb", "mb", "gb"].map(|unit| format!("size-{unit}")).into(),
            vec!["date-time".to_owned()],
            Unit::ALL.iter().map(|unit| format!("unit-{}", unit.word())).collect(),
            WEEKDAYS.iter().map(|(_, word)| format!("weekday-{word}")).collect(),
            ["done", "due", "done-hint", "due-hint"].map(|when| format!("recurrence-when-{when}")).into(),
        ];
        of_enums.into_iter().flatten().collect()
    }

    /// Everything in double quotes in a template.
    fn quoted(source: &str) -> impl Iterator<Item = &str> {
        source.split('"').skip(1).step_by(2).chain(source.split('"').skip(2).step_by(2))
    }

    #[test]
    fn each_language_has_the_same_messages_with_the_same_arguments() {
        let english = messages(Language::English);
        for language in Language::ALL {
            let theirs = messages(*language);
            for (id, args) in &english {
                assert_eq!(theirs.get(id), Some(args), "{id} in {}", language.word());
            }
            assert_eq!(theirs.len(), english.len(), "{} has messages that English lacks", language.word());
            Messages::load(*language).expect("they parse");
        }
    }

    #[test]
    fn every_message_is_used_and_every_one_used_is_there() {
        let known: BTreeSet<String> = messages(Language::English).into_keys().collect();
        let mut used = ids_of_code();
        for path in Templates::paths() {
            let source = Templates::source(&path).expect("a template");
            used.extend(quoted(&source).filter(|text| known.contains(*text)).map(str::to_owned));
            let begins = source.match_indices("t(\"").filter(|(at, _)| {
                !source[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
            });
            for (at, _) in begins {
                let call = &source[at + 3..];
                let id = call.split('"').next().unwrap_or_default();
                let is_prefix = call[id.len() + 1..].trim_start().starts_with('~');
                assert!(is_prefix || known.contains(id), "{path} says {id:?}");
            }
        }
        let missing: Vec<_> = used.difference(&known).collect();
        let unused: Vec<_> = known.difference(&used).collect();
        assert!(missing.is_empty() && unused.is_empty(), "missing: {missing:?}, unused: {unused:?}");
    }

    #[test]
    fn text_of_the_other_direction_keeps_to_itself() {
        let messages = Messages::load(Language::English).expect("messages");
        let text = |title: &str| {
            let message = serde_json::json!({ "id": "event-card-archived", "title": title });
            messages.of_value(&message).expect("a text")
        };
        assert_eq!(text("Plan"), "archived “Plan”");
        assert_eq!(text("خطة"), "archived “\u{2068}خطة\u{2069}”");
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let text = |language, n: f64| {
            let messages = Messages::load(language).expect("messages");
            let mut args = FluentArgs::new();
            args.set("n", n);
            messages.text("size-gb", &args).expect("a text")
        };
        assert_eq!(text(Language::English, 1.5), "1.5 GB");
        assert_eq!(text(Language::German, 1.5), "1,5 GB");
        assert_eq!(text(Language::English, 46_566.0), "46,566 GB");
        assert_eq!(text(Language::German, 1_046_566.0), "1.046.566 GB");
        assert_eq!(text(Language::German, 2026.0), "2026 GB");
        let decimal = |language, digits| {
            let messages = Messages::load(language).expect("messages");
            (messages.decimal(digits), messages.typed_decimal(digits))
        };
        let both = |shown: &str, typed: &str| (shown.to_owned(), typed.to_owned());
        assert_eq!(decimal(Language::English, "-12345.60"), both("-12,345.60", "-12345.60"));
        assert_eq!(decimal(Language::German, "-12345.60"), both("-12.345,60", "-12345,60"));
        assert_eq!(decimal(Language::German, "-123"), both("-123", "-123"));
    }
}
