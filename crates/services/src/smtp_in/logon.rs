//! The dialogue of AUTH: LOGIN and NTLM, the two mechanisms Exchange offers to clients.
//!
//! Source: [MS-XLOGIN], [MS-SMTPNTLM], RFC 4954. That `=` is an empty initial response is RFC 4954's.
//!
//! Not modelled: passwords. Accounts of the lab have none, so every logon ends as the product's ends
//! with a wrong one: `LogonDenied`. GSSAPI, which only Exchange servers are offered (X-EXPS).

use crate::smtp_in::base64;
use crate::smtp_in::ntlm::{self, Names};

/// A logon that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Logon {
    /// LOGIN: the user, once it is known.
    Login(Option<String>),
    /// NTLM, and whether the challenge went out.
    Ntlm(bool),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The client is asked for more; the text behind 334.
    Ask(String),
    /// The logon failed.
    Denied {
        /// Who tried.
        user: String,
    },
    /// The client gave up.
    Cancelled,
    /// The client's answer cannot be read.
    Malformed,
}

impl Logon {
    /// Begins; `None` for a mechanism that this server does not know.
    pub(super) fn begin(mechanism: &str) -> Option<Self> {
        match mechanism.to_ascii_uppercase().as_str() {
            "LOGIN" => Some(Self::Login(None)),
            "NTLM" => Some(Self::Ntlm(false)),
            _ => None,
        }
    }

    /// Its name in the protocol log.
    pub(super) fn mechanism(&self) -> &'static str {
        match self {
            Self::Login(_) => "LOGIN",
            Self::Ntlm(_) => "NTLM",
        }
    }

    /// Its name in the event log.
    pub(super) fn mechanism_in_events(&self) -> &'static str {
        match self {
            Self::Login(_) => "Login",
            Self::Ntlm(_) => "Ntlm",
        }
    }

    /// The first question, to a client that sent nothing with AUTH.
    pub(super) fn question(&self) -> Step {
        Step::Ask(match self {
            Self::Login(_) => base64::encode(b"Username:"),
            Self::Ntlm(_) => "NTLM supported".to_owned(),
        })
    }

    /// Takes what the client answered; `nonce` is the challenge, should one be needed.
    pub(super) fn answer(&mut self, response: &str, names: Names<'_>, nonce: u64) -> Step {
        if response == "*" {
            return Step::Cancelled;
        }
        let encoded = if response == "=" { "" } else { response };
        let Some(octets) = base64::decode(encoded) else { return Step::Malformed };
        match self {
            Self::Login(user @ None) => {
                *user = Some(String::from_utf8_lossy(&octets).into_owned());
                Step::Ask(base64::encode(b"Password:"))
            }
            Self::Login(Some(user)) => Step::Denied { user: user.clone() },
            Self::Ntlm(asked @ false) => match ntlm::negotiated(&octets) {
                Some(flags) => {
                    *asked = true;
                    Step::Ask(base64::encode(&ntlm::challenge(names, flags, nonce)))
                }
                None => Step::Malformed,
            },
            Self::Ntlm(true) => match ntlm::account(&octets) {
                Some(user) => Step::Denied { user },
                None => Step::Malformed,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names { computer: "MBX01", fqdn: "mbx01.contoso.com" };

    fn dialogue(mechanism: &str, answers: &[&str]) -> Vec<Step> {
        let mut logon = Logon::begin(mechanism).unwrap();
        answers.iter().map(|answer| logon.answer(answer, NAMES, 7)).collect()
    }

    #[test]
    fn login_asks_for_name_and_password_and_denies() {
        assert_eq!(Logon::Login(None).question(), Step::Ask("VXNlcm5hbWU6".to_owned()));
        let user = "anna@contoso.com".to_owned();
        assert_eq!(
            dialogue("login", &["YW5uYUBjb250b3NvLmNvbQ==", "c2VjcmV0"]),
            [Step::Ask("UGFzc3dvcmQ6".to_owned()), Step::Denied { user }]
        );
        assert_eq!(dialogue("LOGIN", &["not base64"]), [Step::Malformed]);
        assert_eq!(dialogue("LOGIN", &["YW5uYQ==", "*"])[1], Step::Cancelled);
        assert_eq!(Logon::begin("PLAIN"), None);
    }

    #[test]
    fn ntlm_challenges_and_denies() {
        // A negotiate message with the flags of a common client.
        let negotiate = "TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=";
        let steps = dialogue("NTLM", &[negotiate, negotiate]);
        assert!(matches!(&steps[0], Step::Ask(text) if text.starts_with("TlRMTVNTUAACAAAA")));
        assert_eq!(steps[1], Step::Malformed, "a second negotiate is no authentication");
    }
}
