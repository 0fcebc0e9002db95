//! Where replies by mail come in.

use lettre::Address;

/// The address whose mail is handed to `xtablo mail receive`, as MAIL_IN names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailIn {
    /// Before the @, without a token.
    local: String,
    domain: String,
    /// The name by which the mail server signs what it found out about a sender.
    pub authenticated_by: String,
}

/// Characters that stand before an @ at most (RFC 5321), without `+` and the token.
const LOCAL_MOST: usize = 64 - 43;

impl MailIn {
    /// # Errors
    /// A sentence on what it must be.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "must be an address such as reply@example.com, with at most {LOCAL_MOST} characters before the @ and no +"
            )
        };
        let address: Address = text.parse().map_err(|_| wrong())?;
        let (local, domain) = (address.user().to_ascii_lowercase(), address.domain().to_ascii_lowercase());
        if local.contains('+') || local.len() > LOCAL_MOST {
            return Err(wrong());
        }
        Ok(Self { local, domain, authenticated_by: String::new() })
    }

    pub(super) fn authenticated_by(self, server: String) -> Self {
        Self { authenticated_by: server, ..self }
    }

    /// The address of a token.
    pub fn address(&self, token: &str) -> String {
        format!("{}+{token}@{}", self.local, self.domain)
    }

    /// The token of such an address; none for any other.
    pub fn token<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (before, domain) = address.trim().rsplit_once('@')?;
        let (local, token) = before.split_once('+')?;
        let is_ours = local.eq_ignore_ascii_case(&self.local) && domain.eq_ignore_ascii_case(&self.domain);
        is_ours.then_some(token)
    }
}

/// The name of a mail server, as it stands at the beginning of `Authentication-Results`.
pub(super) fn parse_server(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if !text.is_empty() && text.chars().all(is_name) {
        Ok(text.to_owned())
    } else {
        Err("must be the name by which the mail server signs Authentication-Results, such as mx.example.com"
            .to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_out_of_the_address_that_it_was_put_into() {
        let mail_in = MailIn::parse("Reply@Example.com").expect("valid");
        let address = mail_in.address("abc");
        assert_eq!(address, "reply+abc@example.com");
        assert_eq!(mail_in.token(&address), Some("abc"));
        assert_eq!(mail_in.token("REPLY+ABC@EXAMPLE.COM"), Some("ABC"));
        for other in ["reply@example.com", "reply+abc@example.org", "ada+abc@example.com", "", "+@"] {
            assert_eq!(mail_in.token(other), None, "{other}");
        }
        for bad in ["", "reply", "reply+x@example.com", "a-name-that-is-too-long@example.com"] {
            MailIn::parse(bad).expect_err(bad);
        }
    }
}
