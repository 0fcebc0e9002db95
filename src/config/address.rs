//! Where the site is: for people, and for the socket.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

/// The name under which people reach the site: a host name or address, with a port where it is not the
/// scheme's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Domain {
    host: String,
    port: Option<u16>,
    /// Whether people reach it over plain HTTP from other machines.
    plain_http: bool,
}

impl Domain {
    /// # Errors
    /// A sentence on what it must be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || "must be a host name or an IP address, with :port if need be, and nothing else".to_owned();
        if text.contains("://") {
            return Err(wrong() + ": without https://");
        }
        if text.contains('/') {
            return Err("has a path: Xtablo is at the root of its host, so it needs a host name of its own"
                .to_owned());
        }
        let authority: axum::http::uri::Authority = text.parse().map_err(|_| wrong())?;
        if text.contains('@') || authority.host().is_empty() {
            return Err(wrong());
        }
        let port = match authority.port() {
            Some(port) => Some(port.as_str().parse().map_err(|_| wrong())?),
            None if text != authority.host() => return Err(wrong()),
            None => None,
        };
        Ok(Self {
            host: authority.host().trim_matches(['[', ']']).to_ascii_lowercase(),
            port,
            plain_http: false,
        })
    }

    /// The same, reached over plain HTTP where `plain_http` says so.
    #[must_use]
    pub fn over(self, plain_http: bool) -> Self {
        Self { plain_http, ..self }
    }

    /// Whether it is reached over plain HTTP: on the machine itself, and where the operator allows it.
    pub fn is_plain_http(&self) -> bool {
        self.plain_http || self.is_loopback()
    }

    /// What an address of this site begins with: `https://example.com`.
    pub fn origin(&self) -> String {
        let scheme = if self.is_plain_http() { "http" } else { "https" };
        format!("{scheme}://{self}")
    }

    /// Whether both lead to one site; the ports of http and https need not be said.
    pub fn is_same_site(&self, other: &Self) -> bool {
        let said = |port: Option<u16>| port.filter(|port| ![80, 443].contains(port));
        self.host == other.host && said(self.port) == said(other.port)
    }

    /// Whether only this machine can mean itself by that name.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// `host:port`; port 0 lets the system choose.
    Tcp(String),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl Default for Listen {
    fn default() -> Self {
        Self::Tcp(String::new())
    }
}

impl Listen {
    /// `host:port`, or an absolute path.
    ///
    /// # Errors
    /// A sentence on what it must be.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return Ok(Self::Unix(text.into()));
        }
        match text.rsplit_once(':') {
            Some(("*", port)) if port.parse::<u16>().is_ok() => Err(format!(
                "has * for an address: 0.0.0.0:{port} is every IPv4 address, [::]:{port} every address"
            )),
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(text.to_owned()))
            }
            _ => Err("must be host:port, or the absolute path of a Unix socket".to_owned()),
        }
    }
}

impl Listen {
    /// Whether one of the two would find the place taken by the other.
    pub(super) fn is_taken_by(&self, other: &Self) -> bool {
        let split = |text: &'_ str| {
            let (host, port) = text.rsplit_once(':')?;
            let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
            Some((Host::of(&host), port.parse::<u16>().ok().filter(|port| *port > 0)?))
        };
        match (self, other) {
            (Self::Unix(one), Self::Unix(other)) => one == other,
            (Self::Tcp(one), Self::Tcp(other)) => match (split(one), split(other)) {
                (Some((one, port)), Some((other, other_port))) => port == other_port && one.overlaps(&other),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Where a socket is bound, as far as a text tells.
#[derive(Debug, PartialEq, Eq)]
enum Host {
    /// All addresses of the machine.
    Every,
    /// This machine alone, whichever protocol its name leads to.
    Localhost,
    Address(IpAddr),
    Name(String),
}

impl Host {
    fn of(text: &str) -> Self {
        match text.parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() => Self::Every,
            Ok(address) => Self::Address(address),
            Err(_) if text == "localhost" => Self::Localhost,
            Err(_) => Self::Name(text.to_owned()),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Every, _) | (_, Self::Every) => true,
            (Self::Localhost, Self::Address(address)) | (Self::Address(address), Self::Localhost) => {
                [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].contains(address)
            }
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_host_and_perhaps_a_port() {
        for good in ["example.com", "example.com:8443", "127.0.0.1", "[::1]:8080", "LOCALHOST"] {
            assert!(Domain::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "https://example.com",
            "example.com/boards",
            "a b",
            "me@example.com",
            "example.com:",
            "example.com:http",
            ":80",
        ] {
            assert!(Domain::parse(bad).is_err(), "{bad}");
        }
        for (name, loopback) in [
            ("localhost", true),
            ("127.0.0.5", true),
            ("[::1]", true),
            ("x.localhost:1", true),
            ("10.0.0.1", false),
            ("localhost.example.com", false),
        ] {
            assert_eq!(Domain::parse(name).expect("valid").is_loopback(), loopback, "{name}");
        }
    }

    #[test]
    fn what_often_stands_in_an_address_by_mistake_is_told_in_words() {
        for (bad, said) in [
            ("https://example.com", "without https://"),
            ("example.com/boards", "a host name of its own"),
            ("example.com:8443/boards", "a host name of its own"),
            ("example.com/", "a host name of its own"),
        ] {
            assert!(Domain::parse(bad).is_err_and(|error| error.contains(said)), "{bad}");
        }
        let error = Listen::parse("*:8080").expect_err("no address");
        assert!(error.contains("0.0.0.0:8080") && error.contains("[::]:8080"), "{error}");
        assert!(Listen::parse("*:http").is_err_and(|error| error.contains("must be host:port")));
    }

    #[test]
    fn two_places_are_the_same_where_only_one_can_be_had() {
        let is_taken = |one: &str, other: &str| {
            let parse = |text| Listen::parse(text).expect("valid");
            let taken = parse(one).is_taken_by(&parse(other));
            assert_eq!(taken, parse(other).is_taken_by(&parse(one)), "{one} {other}");
            taken
        };
        for (one, other) in [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "10.0.0.1:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("LOCALHOST:8080", "[::1]:8080"),
            ("/run/x.sock", "/run/x.sock"),
        ] {
            assert!(is_taken(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("127.0.0.1:8080", "127.0.0.1:8081"),
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("10.0.0.1:8080", "127.0.0.1:8080"),
            ("localhost:8080", "10.0.0.1:8080"),
            ("/run/x.sock", "/run/y.sock"),
            ("/run/x.sock", "127.0.0.1:8080"),
        ] {
            assert!(!is_taken(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_domain_is_the_same_site_whatever_its_case_and_with_the_schemes_own_port() {
        let is_same = |one: &str, other: &str| {
            let parse = |name| Domain::parse(name).expect("valid");
            parse(one).is_same_site(&parse(other))
        };
        assert!(is_same("boards.example.com", "Boards.Example.com:443"));
        assert!(is_same("boards.example.com:8443", "boards.example.com:8443"));
        for other in ["example.com", "boards.example.com.evil.test", "boards.example.com:8443"] {
            assert!(!is_same("boards.example.com", other), "{other}");
        }
    }

    #[test]
    fn an_address_of_the_site_begins_with_its_origin() {
        for (name, origin) in [
            ("Boards.example.com", "https://boards.example.com"),
            ("example.com:8443", "https://example.com:8443"),
            ("localhost:8080", "http://localhost:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(Domain::parse(name).expect("valid").origin(), origin);
        }
        let plain = Domain::parse("192.168.1.5:8080").expect("valid").over(true);
        assert_eq!(plain.origin(), "http://192.168.1.5:8080");
    }
}
