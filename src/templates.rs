//! The templates, carried in the binary, and the one way to render them.
//!
//! A [`View`] binds a template to the one type it is given; a value that a template asks for and the type
//! lacks is an error, which the tests of [`crate::views`] meet before anybody else does.

mod filters;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use minijinja::value::{Enumerator, Kwargs, Object, Serde, Value};
use minijinja::{AutoEscape, Environment, State, UndefinedBehavior};
use rust_embed::RustEmbed;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::assets::Assets;
use crate::config::Domain;
use crate::language::Language;
use crate::locales::Messages;
use crate::mail::Mail;
use crate::models::theme::Theme;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Sources;

/// What a page, or the part of it that htmx swaps, is given. At least one of the two is there.
pub trait View: Serialize {
    /// The page's path under `templates/`.
    const PAGE: Option<&'static str> = None;
    /// The part's.
    const PART: Option<&'static str> = None;
}

/// What the three templates of a mail are given: `subject.txt`, `text.txt` and `html.html` in one folder.
pub trait MailView: Serialize {
    /// That folder's path under `templates/`.
    const FOLDER: &'static str;
}

/// What the frame around every mail is given.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// What an address of this site begins with.
    pub origin: String,
    pub name: String,
    pub language: Language,
}

impl Site {
    pub fn new(domain: &Domain, language: Language) -> Self {
        Self { origin: domain.origin(), name: domain.to_string(), language }
    }
}

/// What the frame around every page is given.
#[derive(Clone, Debug, Serialize)]
pub struct Shell {
    pub user: Option<ShellUser>,
    pub theme: Theme,
    pub language: Language,
    /// The id of a message that is said once, after what was asked for has been done.
    pub flash: Option<&'static str>,
    /// With which that is taken back.
    pub undo: Option<FlashUndo>,
}

#[derive(Clone, Debug, Serialize)]
pub struct FlashUndo {
    pub event_id: Uuid,
    /// The path of the page that says it, to come back to.
    pub next: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ShellUser {
    pub name: String,
    pub email: String,
    pub initials: String,
    /// The path of their picture; none where the initials stand for them.
    pub picture: Option<Value>,
    /// Whether cards on boards show the names of their labels.
    pub label_names: bool,
    /// Whether single letters do nothing on boards.
    pub keys_off: bool,
    /// How many lines of their inbox they have not read, up to a hundred.
    pub unread: i32,
    /// Theirs.
    pub id: Uuid,
}

impl Shell {
    pub fn anonymous(language: Language) -> Self {
        Self { user: None, theme: Theme::System, language, flash: None, undo: None }
    }
}

/// The templates once for each language, so that a message costs no look for the language.
pub struct Templates {
    environments: Vec<(Language, Environment<'static>)>,
    fingerprint: String,
}

impl Templates {
    /// `upload_most` is how many bytes a file may have.
    ///
    /// # Errors
    /// A template or a message that does not parse.
    pub fn load(assets: &Assets, upload_most: u64) -> anyhow::Result<Self> {
        let messages = |language: &Language| Ok((*language, Messages::load(*language)?));
        let messages: anyhow::Result<Vec<_>> = Language::ALL.iter().map(messages).collect();
        Self::speaking(messages?, assets, upload_most)
    }

    pub(crate) fn speaking(
        messages: Vec<(Language, Messages)>,
        assets: &Assets,
        upload_most: u64,
    ) -> anyhow::Result<Self> {
        let mut hash = Sha256::new();
        let mut sources = Vec::new();
        for path in Sources::iter() {
            let file = Sources::get(&path).context("an embedded template is gone")?;
            hash.update(file.metadata.sha256_hash());
            let source =
                String::from_utf8(file.data.into_owned()).with_context(|| format!("{path} is not UTF-8"))?;
            sources.push((path.into_owned(), source));
        }
        hash.update(Messages::sources());
        hash.update(upload_most.to_be_bytes());
        hash.update(assets.names().filter_map(|name| assets.url(name)).collect::<String>());
        let fingerprint = hex::encode(&hash.finalize()[..6]);
        let environment = |(language, messages): (Language, Messages)| {
            let mut environment = environment(messages, assets);
            environment.add_global("upload_most", upload_most);
            for (path, source) in &sources {
                environment.add_template_owned(path.clone(), source.clone())?;
            }
            Ok((language, environment))
        };
        let environments: anyhow::Result<Vec<_>> = messages.into_iter().map(environment).collect();
        Ok(Self { environments: environments?, fingerprint })
    }

    /// Another one for other templates or assets: part of every page's ETag.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The view's page, with the frame around it; its part where the view has no page.
    ///
    /// # Errors
    /// A template that asks for what its view lacks.
    pub fn page<V: View>(&self, shell: &Shell, view: &V) -> anyhow::Result<String> {
        let page = ViewInFrame { is_part: V::PAGE.is_none(), ..ViewInFrame::new("shell", shell, view) };
        self.render(shell.language, V::PAGE.or(V::PART), Value::from_object(page))
    }

    /// The view's part; its page where it has none.
    ///
    /// # Errors
    /// A template that asks for what its view lacks.
    pub fn part<V: View>(&self, shell: &Shell, view: &V) -> anyhow::Result<String> {
        let part = ViewInFrame { is_part: V::PART.is_some(), ..ViewInFrame::new("shell", shell, view) };
        self.render(shell.language, V::PART.or(V::PAGE), Value::from_object(part))
    }

    /// A mail.
    ///
    /// # Errors
    /// A template that asks for what its view lacks.
    pub fn mail<V: MailView>(&self, site: &Site, view: &V) -> anyhow::Result<Mail> {
        let context = Value::from_object(ViewInFrame::new("site", site, view));
        let part = |name| {
            let template = format!("{}/{name}", V::FOLDER);
            self.render(site.language, Some(&template), context.clone())
        };
        Ok(Mail { subject: part("subject.txt")?, text: part("text.txt")?, html: part("html.html")? })
    }

    fn render(&self, language: Language, template: Option<&str>, context: Value) -> anyhow::Result<String> {
        let template = template.context("a view without a template")?;
        let (_, environment) = self
            .environments
            .iter()
            .find(|(one, _)| *one == language)
            .or(self.environments.first())
            .context("no language")?;
        environment
            .get_template(template)
            .and_then(|template| template.render(context))
            .with_context(|| format!("templates/{template} does not render"))
    }

    /// Every template's path.
    #[cfg(test)]
    pub fn paths() -> impl Iterator<Item = std::borrow::Cow<'static, str>> {
        Sources::iter()
    }

    /// A template as it was written.
    #[cfg(test)]
    pub fn source(path: &str) -> Option<String> {
        String::from_utf8(Sources::get(path)?.data.into_owned()).ok()
    }
}

fn environment(messages: Messages, assets: &Assets) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|path| {
        if path.ends_with(".txt") { AutoEscape::None } else { AutoEscape::Html }
    });
    let messages = Arc::new(messages);
    filters::add(&mut environment, &messages);
    environment.add_function("t", move |state: &State<'_, '_>, message: Value, kwargs: Kwargs| {
        messages.t(state, &message, &kwargs)
    });
    let urls: BTreeMap<String, String> =
        assets.names().filter_map(|name| Some((name.to_owned(), assets.url(name)?))).collect();
    environment.add_function("asset", move |name: &str| {
        urls.get(name).cloned().map(Value::from_safe_string).ok_or_else(|| {
            minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, format!("no asset is named {name}"))
        })
    });
    environment
}

/// A view with its frame beside it, without copying either.
#[derive(Debug)]
struct ViewInFrame {
    name: &'static str,
    frame: Value,
    view: Value,
    /// Whether it is a part for htmx, swapped into a page or into its dialog.
    is_part: bool,
}

impl ViewInFrame {
    fn new(name: &'static str, frame: &impl Serialize, view: &impl Serialize) -> Self {
        Self { name, frame: Value::from(Serde(frame)), view: Value::from(Serde(view)), is_part: false }
    }
}

impl Object for ViewInFrame {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "is_part" => Some(Value::from(self.is_part)),
            key if key == self.name => Some(self.frame.clone()),
            key => self.view.get_attr(key).ok().filter(|value| !value.is_undefined()),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
