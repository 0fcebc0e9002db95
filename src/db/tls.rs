//! TLS to PostgreSQL: which certificate is believed, by `sslmode`.

use std::sync::Arc;

use anyhow::{Context, bail};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;
use webpki::EndEntityCert;

use crate::config::{DatabaseUrl, TlsMode};

/// What makes the connections to this URL secure.
///
/// # Errors
/// No certificate that could be trusted can be read.
pub(super) fn connector(url: &DatabaseUrl) -> anyhow::Result<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let authority = match url.tls {
        TlsMode::Disable | TlsMode::Prefer | TlsMode::Require => None,
        TlsMode::VerifyCa | TlsMode::VerifyFull => {
            let roots = Arc::new(roots(url)?);
            Some(WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build()?)
        }
    };
    let check = Check { authority, name: url.tls == TlsMode::VerifyFull, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(check))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn roots(url: &DatabaseUrl) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = &url.root_cert {
        let unreadable = || format!("DATABASE_URL's sslrootcert {} cannot be read", path.display());
        for certificate in CertificateDer::pem_file_iter(path).with_context(unreadable)? {
            roots.add(certificate.with_context(unreadable)?).with_context(unreadable)?;
        }
        if roots.is_empty() {
            bail!("DATABASE_URL's sslrootcert {} holds no certificate", path.display());
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            bail!("this machine trusts no certificate authority: DATABASE_URL needs an sslrootcert");
        }
    }
    Ok(roots)
}

/// What is wrong with PostgreSQL's certificate, if that is what the error is about.
pub(super) fn in_words(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let within = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    let wrong = match within.downcast_ref()? {
        rustls::Error::InvalidCertificate(wrong) => wrong,
        rustls::Error::General(said) => return Some(said.clone()),
        _ => return None,
    };
    Some(match wrong {
        // The latter where another authority goes by the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "no authority that sslrootcert trusts has signed PostgreSQL's certificate".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("PostgreSQL's certificate is for another host: {wrong}")
        }
        _ => format!("PostgreSQL's certificate is refused: {wrong}"),
    })
}

const SELF_SIGNED: &str = "PostgreSQL's certificate is self-signed: no authority vouches for it. Have it signed by one, \
                           which may be your own, and name that by sslrootcert; or take sslmode=require, which encrypts \
                           and checks nothing";

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate).is_ok_and(|parsed| parsed.issuer() == parsed.subject())
}

/// Checks as much of a certificate as `sslmode` asks for; a signature is always checked.
#[derive(Debug)]
struct Check {
    authority: Option<Arc<WebPkiServerVerifier>>,
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last: the authority is a trusted one.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::BadSignature | CertificateError::Other(_),
            )) if is_self_signed(end_entity) => Err(rustls::Error::General(SELF_SIGNED.to_owned())),
            checked => checked,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
