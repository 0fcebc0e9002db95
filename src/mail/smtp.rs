//! Handing mail over to an SMTP server, a connection a mail: one that broke half-way is never used again.

use std::time::Duration;

use anyhow::{Context, anyhow};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::Code;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::SendError;
use crate::config::{Security, Smtp};

/// Replies about who we are and not about the mail: 530, 534, 535 and 538 of RFC 4954. With the right password
/// the same mail goes.
const NOT_LET_IN: [&str; 4] = ["530", "534", "535", "538"];

pub(super) struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// For all of one mail, from the connection to the last answer.
    timeout: Duration,
}

impl Relay {
    pub(super) fn new(smtp: &Smtp) -> anyhow::Result<Self> {
        let tls = || {
            TlsParameters::new(smtp.host.clone())
                .with_context(|| format!("SMTP_URL: no TLS to the host {}", smtp.host))
        };
        let tls = match smtp.security {
            Security::StartTls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
            Security::None => Tls::None,
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host).port(smtp.port).tls(tls);
        if let Some((user, password)) = &smtp.credentials {
            builder =
                builder.credentials(Credentials::new(user.expose().to_owned(), password.expose().to_owned()));
        }
        Ok(Self { transport: builder.build(), timeout: smtp.timeout })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        match tokio::time::timeout(self.timeout, self.transport.send(message.clone())).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() && !is_about_us(error.status()) => {
                Err(SendError::Permanent(error.to_string()))
            }
            Ok(Err(error)) => Err(SendError::Transient(error.into())),
            Err(_) => Err(SendError::Transient(anyhow!(
                "the SMTP server took longer than SMTP_TIMEOUT_SECONDS ({} s)",
                self.timeout.as_secs()
            ))),
        }
    }
}

fn is_about_us(code: Option<Code>) -> bool {
    code.is_some_and(|code| NOT_LET_IN.contains(&code.to_string().as_str()))
}
