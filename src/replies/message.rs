//! A message, as far as a reply is made of it.

use mail_parser::decoders::html::html_to_text;
use mail_parser::{MessageParser, MimeHeaders, PartType};

use super::quoting;

/// Recipients that are looked at.
const RECIPIENTS_MOST: usize = 100;

#[derive(Clone, Debug)]
pub struct Message {
    /// Its Message-ID; what it is a digest of where it has none is the caller's affair.
    pub id: String,
    /// The one address that it is from; none where there is none or more than one.
    pub from: Option<String>,
    /// Whom its head says it came to, and is to.
    pub recipients: Vec<String>,
    /// Whether a program says that it wrote it, or a list sent it on.
    pub is_automatic: bool,
    /// What people typed, with what they quoted.
    pub text: String,
    pub attachments: Vec<Attachment>,
    /// The values of all headers that say what was found out about its sender.
    authentication: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Attachment {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What a mail server found out about who a message is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// By DMARC, or the sender's domain says nothing of itself.
    Passed,
    Failed,
    /// That server says nothing of it.
    Unsaid,
}

impl Message {
    /// Reads a message; none where it has no head.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let values = |name: &'static str| {
            let headers = message.headers_raw().filter(move |(one, _)| one.eq_ignore_ascii_case(name));
            headers.map(|(_, value)| unfolded(value))
        };
        let mut from = message.from().into_iter().flat_map(|from| from.iter());
        let from = match (from.next(), from.next()) {
            (Some(one), None) => one.address().map(str::to_owned),
            _ => None,
        };
        let delivered = ["Delivered-To", "X-Original-To", "Envelope-To"].into_iter().flat_map(values);
        let named = message.to().into_iter().chain(message.cc()).flat_map(|all| all.iter());
        let named = named.filter_map(|one| one.address()).map(str::to_owned);
        let recipients = delivered.map(|one| one.trim_matches(['<', '>']).to_owned()).chain(named);
        let submitted = values("Auto-Submitted").any(|value| !value.eq_ignore_ascii_case("no"));
        let precedence = values("Precedence").any(|value| {
            ["bulk", "junk", "list", "auto_reply"].iter().any(|one| value.eq_ignore_ascii_case(one))
        });
        let listed = values("List-Id").next().is_some() || values("X-Autoreply").next().is_some();
        Some(Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            from,
            recipients: recipients.take(RECIPIENTS_MOST).collect(),
            is_automatic: submitted || precedence || listed,
            text: text(&message),
            attachments: attachments(&message),
            authentication: values("Authentication-Results").collect(),
        })
    }

    /// What the server of this name says by DMARC. One failure counts more than anything that somebody else may have written.
    pub fn dmarc(&self, server: &str) -> Verdict {
        let results: Vec<String> =
            self.authentication.iter().flat_map(|value| dmarc_results(value, server)).collect();
        match results.as_slice() {
            [] => Verdict::Unsaid,
            results if results.iter().all(|one| ["pass", "none"].contains(&one.as_str())) => Verdict::Passed,
            _ => Verdict::Failed,
        }
    }
}

/// RFC 8601: the name of who says it, and then what, after semicolons.
fn dmarc_results(value: &str, server: &str) -> Vec<String> {
    let mut parts = value.split(';').map(str::trim);
    let is_by =
        |name: &str| name.split_whitespace().next().is_some_and(|name| name.eq_ignore_ascii_case(server));
    if !parts.next().is_some_and(is_by) {
        return Vec::new();
    }
    let result = |part: &str| {
        let (method, rest) = part.split_once('=')?;
        let result = rest.trim().split(|c: char| !c.is_ascii_alphabetic()).next()?.to_ascii_lowercase();
        method.trim().eq_ignore_ascii_case("dmarc").then_some(result)
    };
    parts.filter_map(result).collect()
}

/// The plain text; that of the HTML where there is no other, without what is quoted there.
fn text(message: &mail_parser::Message<'_>) -> String {
    let plain = message.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(text.to_string()),
        _ => None,
    });
    let html = || {
        message.html_bodies().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html_to_text(quoting::unquoted_html(html))),
            _ => None,
        })
    };
    plain.or_else(html).unwrap_or_default()
}

/// What was attached; not what stands in the text, such as a picture in a signature.
fn attachments(message: &mail_parser::Message<'_>) -> Vec<Attachment> {
    let is_meant = |part: &&mail_parser::MessagePart<'_>| {
        let is_attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        is_attached || (part.attachment_name().is_some() && part.content_id().is_none())
    };
    let attachment = |part: &mail_parser::MessagePart<'_>| Attachment {
        name: part.attachment_name().unwrap_or("attachment").to_owned(),
        bytes: part.contents().to_vec(),
    };
    message.attachments().filter(is_meant).map(attachment).collect()
}

fn unfolded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(head: &str, body: &str) -> Message {
        let raw = format!("From: Ada <ada@example.com>\r\n{head}\r\n\r\n{body}");
        Message::parse(raw.as_bytes()).expect("a message")
    }

    #[test]
    fn what_the_named_server_says_of_dmarc_counts_and_what_others_say_does_not() {
        let verdict = |head: &str| message(head, "x").dmarc("mx.example.com");
        let pass = "Authentication-Results: mx.example.com;\r\n dkim=pass header.d=a.com;\r\n dmarc=pass (p=none) header.from=a.com";
        assert_eq!(verdict(pass), Verdict::Passed);
        assert_eq!(verdict("Authentication-Results: MX.example.com 1; dmarc=none"), Verdict::Passed);
        assert_eq!(verdict("Authentication-Results: mx.example.com; dmarc=fail (p=reject)"), Verdict::Failed);
        assert_eq!(verdict("Authentication-Results: mx.example.com; spf=pass"), Verdict::Unsaid);
        assert_eq!(verdict("Authentication-Results: mx.evil.example; dmarc=pass"), Verdict::Unsaid);
        assert_eq!(verdict("Subject: dmarc=pass"), Verdict::Unsaid);
        let both = "Authentication-Results: mx.example.com; dmarc=fail\r\nAuthentication-Results: mx.example.com; dmarc=pass";
        assert_eq!(verdict(both), Verdict::Failed);
    }

    #[test]
    fn what_programs_write_is_told_by_its_head() {
        for head in ["Auto-Submitted: auto-replied", "Precedence: BULK", "List-Id: <x.example.com>"] {
            assert!(message(head, "x").is_automatic, "{head}");
        }
        assert!(!message("Auto-Submitted: no", "x").is_automatic);
    }

    #[test]
    fn text_and_attachments_are_found() {
        let head =
            "To: reply+abc@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x";
        let body = "--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n\
                    --x\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n\
                    --x\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\r\nx\r\n--x--\r\n";
        let message = message(head, body);
        assert_eq!(message.text.trim(), "Grüße");
        assert_eq!(message.recipients, ["reply+abc@example.com"]);
        let names: Vec<&str> = message.attachments.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a.png"]);
        assert_eq!(message.attachments[0].bytes, b"\x89PNG\r\n");
    }

    #[test]
    fn html_alone_is_read_as_text_without_what_it_quotes() {
        let html = "<p>Yes, <b>good</b></p><div class=\"gmail_quote\">On Monday Bob wrote: <blockquote>Hm?</blockquote></div>";
        let message = message("Content-Type: text/html", html);
        assert_eq!(message.text.trim(), "Yes, good");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(raw in prop::collection::vec(any::<u8>(), 0..2000)) {
            if let Some(message) = Message::parse(&raw) {
                quoting::said(&message.text);
            }
        }
    }
}
