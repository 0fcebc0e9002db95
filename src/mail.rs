//! E-mail: what a mail is, and the transport it takes: to an SMTP server, or into the outbox of `xtablo dev`. What a
//! mail says is a template's ([`crate::views::emails`]), its recipient a job's ([`crate::jobs`]).

pub mod outbox;
mod smtp;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use lettre::{Address, Message};
use uuid::Uuid;

use crate::config::Config;
use outbox::Outbox;
use smtp::Relay;

/// A mail as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What the head of a mail says beside the usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// What the mails of one thread have in common.
    pub thread: Option<String>,
    /// Where an answer goes.
    pub reply_to: Option<String>,
    /// The address by which a program stops such mails: it posts there (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Why a mail was not sent.
#[derive(Debug)]
pub enum SendError {
    /// It never will be; with the reason.
    Permanent(String),
    /// It may be, later.
    Transient(anyhow::Error),
}

/// The transport that mail takes.
pub struct Mailer(Transport);

enum Transport {
    Smtp { relay: Box<Relay>, from: Mailbox, domain: String },
    Outbox(Outbox),
    Nowhere,
}

impl Mailer {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// A host that no certificate can name.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let transport = match (&config.smtp, &config.mail_from, &config.outbox) {
            (Some(smtp), Some(from), _) => Transport::Smtp {
                relay: Box::new(Relay::new(smtp)?),
                from: from.clone(),
                domain: from.email.domain().to_owned(),
            },
            (_, _, Some(folder)) => Transport::Outbox(Outbox::new(folder)),
            _ => Transport::Nowhere,
        };
        Ok(Self(transport))
    }

    /// The outbox, where mail goes there.
    pub fn outbox(&self) -> Option<&Outbox> {
        match &self.0 {
            Transport::Outbox(outbox) => Some(outbox),
            _ => None,
        }
    }

    /// Sends a mail. One that is sent again under the same id is the same mail to a server that looks at its Message-ID.
    ///
    /// # Errors
    /// Whether it is worth trying again, and why it failed.
    pub async fn send(&self, id: Uuid, to: &str, headers: &Headers, mail: &Mail) -> Result<(), SendError> {
        let to: Address = to
            .parse()
            .map_err(|error| SendError::Permanent(format!("no mail can be sent there: {error}")))?;
        match &self.0 {
            Transport::Smtp { relay, from, domain } => {
                let message = message(&id.to_string(), domain, from.clone(), to, headers, mail)
                    .map_err(|error| SendError::Permanent(error.to_string()))?;
                relay.send(&message).await
            }
            Transport::Outbox(outbox) => outbox.put(id, to.as_ref(), mail).map_err(SendError::Transient),
            Transport::Nowhere => Err(SendError::Transient(anyhow::anyhow!("SMTP_URL is not set"))),
        }
    }
}

/// Plain text and HTML of the same, the better one last, as the format wants it.
fn message(
    id: &str,
    domain: &str,
    from: Mailbox,
    to: Address,
    headers: &Headers,
    mail: &Mail,
) -> anyhow::Result<Message> {
    // A header ends with its line.
    let subject = mail.subject.split(char::is_control).collect::<Vec<_>>().join(" ");
    let mut builder = Message::builder()
        .message_id(Some(format!("<{id}@{domain}>")))
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(subject)
        .header(AutoSubmitted);
    if let Some(reply_to) = &headers.reply_to {
        builder = builder.reply_to(reply_to.parse()?);
    }
    if let Some(thread) = &headers.thread {
        // No mail has this id: it is what those of one thread answer to.
        let thread = format!("<{thread}@{domain}>");
        builder = builder.in_reply_to(thread.clone()).references(thread);
    }
    if let Some(url) = &headers.unsubscribe {
        builder = builder
            .raw_header(ascii("List-Unsubscribe", format!("<{url}>")))
            .raw_header(ascii("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let message = builder.multipart(
        MultiPart::alternative()
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(mail.html.clone())),
    )?;
    Ok(message)
}

/// A header of ASCII without spaces, which is not to be broken into lines.
fn ascii(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// RFC 3834: keeps absence notes from answering the mail.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(subject: &str) -> Mail {
        Mail { subject: subject.to_owned(), text: "Grüße".to_owned(), html: "<p>Grüße</p>".to_owned() }
    }

    fn written(subject: &str) -> String {
        let from = "Xtablo <xtablo@example.com>".parse().expect("a sender");
        let to = "ada@example.com".parse().expect("an address");
        let headers = Headers {
            thread: Some("card".to_owned()),
            reply_to: Some("reply+abc@example.com".to_owned()),
            unsubscribe: Some(format!("https://example.com/unsubscribe/{}", "a".repeat(120))),
        };
        let message = message("1", "example.com", from, to, &headers, &mail(subject)).expect("a message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn a_mail_says_what_a_program_wants_to_know() {
        let written = written("Hello");
        for header in [
            "Message-ID: <1@example.com>\r\n",
            "From: Xtablo <xtablo@example.com>\r\n",
            "To: ada@example.com\r\n",
            "Subject: Hello\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "In-Reply-To: <card@example.com>\r\n",
            "References: <card@example.com>\r\n",
            "Reply-To: reply+abc@example.com\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Type: text/html; charset=utf-8\r\n",
            "Date: ",
        ] {
            assert!(written.contains(header), "{header} in {written}");
        }
        let url = format!("List-Unsubscribe: <https://example.com/unsubscribe/{}>\r\n", "a".repeat(120));
        assert!(written.contains(&url), "{written}");
    }

    #[test]
    fn a_subject_cannot_begin_another_header() {
        for subject in ["Hi\r\nBcc: eve@example.com", "Hi\nBcc: eve@example.com", "Hi\rBcc: eve@example.com"]
        {
            let written = written(subject);
            let head = written.split("\r\n\r\n").next().expect("a head");
            assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
            assert!(head.contains("Subject: Hi"), "{head}");
        }
    }

    #[test]
    fn an_address_cannot_begin_another_header() {
        for address in
            ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com>, <eve@example.com", "ada"]
        {
            assert!(address.parse::<Address>().is_err(), "{address}");
        }
    }
}
