//! What the rows with the event `*` of the protocol log say: one variant for each text known.
//!
//! Every text is written back as it was read; one that is not known, or not known in that form, is
//! kept as it stands.
//!
//! Source: real samples, except where a variant says otherwise.

use std::fmt;

use exchange::culture::log_time;
use exchange::guid::Guid;
use jiff::{SignedDuration, Timestamp};

use crate::certificate_row::CertificateRow;
use crate::tls_row::{TlsDomainCapabilities, TlsNegotiation, quoted};
use crate::tracking_cells::SmtpSource;

/// What an information row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Information {
    /// The rights of the session, joined by blanks: `SMTPSubmit SMTPAcceptAnySender …`, or `None`.
    SetSessionPermissions {
        /// The rights.
        permissions: String,
    },
    /// The client logged on.
    Authenticated {
        /// `DOMAIN\user`.
        user: String,
    },
    /// A message begins: after `MAIL FROM`. The tracking log has the same three in `source-context`.
    ReceivingMessage {
        /// The session.
        session_id: String,
        /// When the session began.
        begun: Timestamp,
        /// Number of the message in the session.
        message: u32,
    },
    /// The message id was read: after the `354` reply.
    ReceivingInternetMessage {
        /// `Message-ID:` header with its angle brackets.
        internet_message_id: String,
    },
    /// A message begins: before `MAIL FROM`.
    SendingMessage {
        /// Number of the message in the queue database.
        record_id: u64,
        /// `Message-ID:` header with its angle brackets.
        internet_message_id: String,
    },
    /// The Front End Transport service knows where to proxy the message.
    ProxyDestinations {
        /// Joins the row to others of the same proxying.
        correlation_id: Guid,
    },
    /// The Front End Transport service proxies this session.
    ProxyingInboundSession {
        /// Session id of the receive session proxied.
        session_id: String,
    },
    /// A client session is proxied from now on. Known from a public fixture only, where a blank is
    /// missing after `for`.
    ProxySessionSetUp {
        /// The mailbox.
        user: String,
    },
    /// The reply is held back: `Tarpit for '0.00:00:05'`.
    Tarpit {
        /// For how long.
        delay: SignedDuration,
        /// Such as `DelayedAck`.
        due_to: Option<String>,
        /// The context cell, such as `Delivered`; mostly empty.
        outcome: String,
    },
    /// The connection is being made.
    AttemptingToConnect,
    /// The connection could not be made.
    FailedToConnect(FailedToConnect),
    /// TLS was negotiated.
    TlsSucceeded(TlsNegotiation),
    /// TLS was not negotiated: `SocketError`, `UnknownCredentials`, `NoCredentials`, `InvalidToken`.
    TlsFailed {
        /// Name of the error.
        error: String,
    },
    /// Rights that follow from the peer's certificate.
    TlsDomainCapabilities(TlsDomainCapabilities),
    /// How the client's certificate was judged.
    ClientCertificateStatus {
        /// `EmptyCertificate`, `Valid`, …
        status: String,
    },
    /// Part or all of a certificate.
    Certificate(CertificateRow),
    /// A client could not log on.
    InboundAuthFailed {
        /// `LOGIN`, `NTLM`, …
        mechanism: String,
        /// Such as `LogonDenied`.
        error: String,
    },
    /// The name under which it tried; the row after [`Information::InboundAuthFailed`].
    UserName {
        /// The name.
        user: String,
    },
    /// This server could not log on at the peer.
    OutboundAuthFailed {
        /// Such as `LogonDenied`.
        error: String,
    },
    /// Any other text.
    Other {
        /// The data cell.
        data: String,
        /// The context cell.
        context: String,
    },
}

/// `Failed to connect. Winsock error code: 10061, Win32 error code: 10061, …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedToConnect {
    /// Winsock error.
    pub winsock: u32,
    /// Win32 error.
    pub win32: u32,
    /// Next hop domain and what Windows said; Exchange 2013 left them out.
    pub details: Option<FailedToConnectDetails>,
}

/// Where a connection failed to lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedToConnectDetails {
    /// Next hop domain; `internalproxy` when the Front End Transport service proxies.
    pub destination_domain: String,
    /// What Windows says about the error; see [`exchange::winsock`].
    pub error_message: String,
    /// `ip:port`.
    pub endpoint: String,
}

/// Whether the row with that context opens a message, in a receive or a send session.
pub fn begins_message(context: &[u8]) -> bool {
    context == RECEIVING.as_bytes() || context.starts_with(SENDING.as_bytes())
}

const SESSION_PERMISSIONS: &str = "Set Session Permissions";
const AUTHENTICATED: &str = "authenticated";
const RECEIVING: &str = "receiving message";
const RECEIVING_ID: &str = "receiving message with InternetMessageId ";
const SENDING: &str = "sending message with RecordId ";
const SENDING_ID: &str = " and InternetMessageId ";
const PROXY_DESTINATIONS: &str =
    "Proxy destination(s) obtained from OnProxyInboundMessage event. Correlation Id:";
const PROXYING: &str = "Proxying inbound session with session id ";
const PROXY_SET_UP: &str = "Proxy session was successfully set up. Session for";
const PROXY_SET_UP_END: &str = " will now be proxied";
const TARPIT: &str = "Tarpit for '";
const CONNECTING: &str = "attempting to connect";
const FAILED: &str = "Failed to connect. Winsock error code: ";
const TLS_FAILED: &str = "TLS negotiation failed with error ";
const CHAIN_STATUS: &str = "Client certificate chain validation status: ";
const INBOUND_AUTH: &str = "Inbound AUTH ";
const USER_NAME: &str = "User Name: ";
const OUTBOUND_AUTH: &str = "Outbound Authentication failed with ";

impl Information {
    /// The cells `data` and `context`.
    pub fn cells(&self) -> (String, String) {
        let context = |text: String| (String::new(), text);
        match self {
            Self::SetSessionPermissions { permissions } => {
                (permissions.clone(), SESSION_PERMISSIONS.to_owned())
            }
            Self::Authenticated { user } => (user.clone(), AUTHENTICATED.to_owned()),
            Self::ReceivingMessage { session_id, begun, message } => {
                (format!("{session_id};{};{message}", log_time(*begun)), RECEIVING.to_owned())
            }
            Self::ReceivingInternetMessage { internet_message_id } => {
                context(format!("{RECEIVING_ID}{internet_message_id}"))
            }
            Self::SendingMessage { record_id, internet_message_id } => {
                context(format!("{SENDING}{record_id}{SENDING_ID}{internet_message_id}"))
            }
            Self::ProxyDestinations { correlation_id } => {
                context(format!("{PROXY_DESTINATIONS}{correlation_id}"))
            }
            Self::ProxyingInboundSession { session_id } => {
                context(format!("{PROXYING}{session_id}"))
            }
            Self::ProxySessionSetUp { user } => {
                context(format!("{PROXY_SET_UP}{user}{PROXY_SET_UP_END}"))
            }
            Self::Tarpit { delay, due_to, outcome } => {
                let due = due_to.as_ref().map(|due| format!(" due to '{due}'")).unwrap_or_default();
                (format!("{TARPIT}{}'{due}", day_time(*delay)), outcome.clone())
            }
            Self::AttemptingToConnect => context(CONNECTING.to_owned()),
            Self::FailedToConnect(failure) => context(failure.to_string()),
            Self::TlsSucceeded(negotiation) => context(negotiation.to_string()),
            Self::TlsFailed { error } => context(format!("{TLS_FAILED}{error}")),
            Self::TlsDomainCapabilities(capabilities) => context(capabilities.to_string()),
            Self::ClientCertificateStatus { status } => {
                context(format!("{CHAIN_STATUS}'{status}'"))
            }
            Self::Certificate(row) => row.cells(),
            Self::InboundAuthFailed { mechanism, error } => {
                context(format!("{INBOUND_AUTH}{mechanism} failed because of {error}"))
            }
            Self::UserName { user } => context(format!("{USER_NAME}{user}")),
            Self::OutboundAuthFailed { error } => context(format!("{OUTBOUND_AUTH}{error}")),
            Self::Other { data, context } => (data.clone(), context.clone()),
        }
    }

    /// Reads the cells `data` and `context`.
    pub fn parse(data: &str, context: &str) -> Self {
        let known = CertificateRow::parse(data, context)
            .map(Self::Certificate)
            .or_else(|| with_data(data, context))
            .or_else(|| data.is_empty().then(|| context_only(context)).flatten());
        known
            // A form that would not be written back the same is kept as it stands. The long context
            // of a certificate may have been cut by the poster of an excerpt.
            .filter(|row| {
                let cells = row.cells();
                cells.0 == data && (cells.1 == context || matches!(row, Self::Certificate(_)))
            })
            .unwrap_or_else(|| Self::Other { data: data.to_owned(), context: context.to_owned() })
    }
}

/// The text of the row, data before context.
impl fmt::Display for Information {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (data, context) = self.cells();
        let between = if data.is_empty() || context.is_empty() { "" } else { " " };
        write!(f, "{data}{between}{context}")
    }
}

fn with_data(data: &str, context: &str) -> Option<Information> {
    match context {
        SESSION_PERMISSIONS => {
            Some(Information::SetSessionPermissions { permissions: data.to_owned() })
        }
        AUTHENTICATED => Some(Information::Authenticated { user: data.to_owned() }),
        RECEIVING => {
            let source: SmtpSource = data.parse().ok()?;
            Some(Information::ReceivingMessage {
                session_id: source.session_id,
                begun: source.begun,
                message: source.message?,
            })
        }
        outcome => {
            let (delay, rest) = data.strip_prefix(TARPIT)?.split_once('\'')?;
            let due_to = if rest.is_empty() { None } else { Some(quoted(rest, " due to ")?) };
            let outcome = outcome.to_owned();
            Some(Information::Tarpit { delay: read_day_time(delay)?, due_to, outcome })
        }
    }
}

fn context_only(context: &str) -> Option<Information> {
    if context == CONNECTING {
        return Some(Information::AttemptingToConnect);
    }
    if let Some(id) = context.strip_prefix(RECEIVING_ID) {
        return Some(Information::ReceivingInternetMessage { internet_message_id: id.to_owned() });
    }
    if let Some(rest) = context.strip_prefix(SENDING) {
        let (record_id, id) = rest.split_once(SENDING_ID)?;
        let record_id = record_id.parse().ok()?;
        return Some(Information::SendingMessage { record_id, internet_message_id: id.to_owned() });
    }
    if let Some(id) = context.strip_prefix(PROXY_DESTINATIONS) {
        return Some(Information::ProxyDestinations { correlation_id: id.parse().ok()? });
    }
    if let Some(id) = context.strip_prefix(PROXYING) {
        return Some(Information::ProxyingInboundSession { session_id: id.to_owned() });
    }
    if let Some(rest) = context.strip_prefix(PROXY_SET_UP) {
        let user = rest.strip_suffix(PROXY_SET_UP_END)?.to_owned();
        return Some(Information::ProxySessionSetUp { user });
    }
    security(context).or_else(|| FailedToConnect::parse(context).map(Information::FailedToConnect))
}

/// Rows about TLS and authentication.
fn security(context: &str) -> Option<Information> {
    if let Ok(negotiation) = context.parse() {
        return Some(Information::TlsSucceeded(negotiation));
    }
    if let Some(error) = context.strip_prefix(TLS_FAILED) {
        return Some(Information::TlsFailed { error: error.to_owned() });
    }
    if let Ok(capabilities) = context.parse() {
        return Some(Information::TlsDomainCapabilities(capabilities));
    }
    if let Some(status) = quoted(context, CHAIN_STATUS) {
        return Some(Information::ClientCertificateStatus { status });
    }
    if let Some(rest) = context.strip_prefix(INBOUND_AUTH) {
        let (mechanism, error) = rest.split_once(" failed because of ")?;
        let (mechanism, error) = (mechanism.to_owned(), error.to_owned());
        return Some(Information::InboundAuthFailed { mechanism, error });
    }
    if let Some(user) = context.strip_prefix(USER_NAME) {
        return Some(Information::UserName { user: user.to_owned() });
    }
    let error = context.strip_prefix(OUTBOUND_AUTH)?.to_owned();
    Some(Information::OutboundAuthFailed { error })
}

impl FailedToConnect {
    /// Reads the text; also found inside `LastError`.
    pub fn parse(text: &str) -> Option<Self> {
        let (winsock, rest) = text.strip_prefix(FAILED)?.split_once(", Win32 error code: ")?;
        let winsock = winsock.parse().ok()?;
        let rest = rest.strip_suffix('.').unwrap_or(rest);
        let Some((win32, rest)) = rest.split_once(", Destination domain: ") else {
            return Some(Self { winsock, win32: rest.parse().ok()?, details: None });
        };
        let (destination_domain, rest) = rest.split_once(", Error Message: ")?;
        let (error_message, endpoint) = rest.rsplit_once(' ')?;
        Some(Self {
            winsock,
            win32: win32.parse().ok()?,
            details: Some(FailedToConnectDetails {
                destination_domain: destination_domain.to_owned(),
                error_message: error_message.to_owned(),
                endpoint: endpoint.to_owned(),
            }),
        })
    }
}

impl fmt::Display for FailedToConnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FAILED}{}, Win32 error code: {}", self.winsock, self.win32)?;
        match &self.details {
            Some(details) => write!(
                f,
                ", Destination domain: {}, Error Message: {} {}.",
                details.destination_domain, details.error_message, details.endpoint
            ),
            None => f.write_str("."),
        }
    }
}

/// `0.00:00:05` or `0.00:00:25.639`: days, time, and milliseconds when there are any.
fn day_time(delay: SignedDuration) -> String {
    let seconds = delay.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let milliseconds = delay.subsec_millis().max(0);
    let rest = if milliseconds > 0 { format!(".{milliseconds:03}") } else { String::new() };
    format!("{days}.{hours:02}:{minutes:02}:{:02}{rest}", seconds % 60)
}

fn read_day_time(text: &str) -> Option<SignedDuration> {
    let (days, time) = text.split_once('.')?;
    let (time, milliseconds) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.splitn(3, ':').map(str::parse::<i64>);
    let (hours, minutes, seconds) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let days: i64 = days.parse().ok()?;
    let total = days.checked_mul(86_400)?.checked_add(hours.checked_mul(3600)?)?;
    let total = total.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?;
    SignedDuration::from_secs(total)
        .checked_add(SignedDuration::from_millis(milliseconds.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::winsock::SocketError;
    use proptest::prelude::*;

    fn any_information() -> impl Strategy<Value = Information> {
        let word = || "[A-Za-z0-9]{1,12}";
        let id = || "<[a-z0-9@.-]{1,20}>";
        prop_oneof![
            "[A-Za-z ]{0,40}"
                .prop_map(|permissions| Information::SetSessionPermissions { permissions }),
            r"[A-Z]{1,8}\\[a-z_]{1,8}".prop_map(|user| Information::Authenticated { user }),
            ("[0-9A-F]{16}", crate::testing::time(), any::<u32>()).prop_map(
                |(session_id, begun, message)| Information::ReceivingMessage {
                    session_id,
                    begun,
                    message
                }
            ),
            id().prop_map(|internet_message_id| Information::ReceivingInternetMessage {
                internet_message_id
            }),
            (any::<u64>(), id()).prop_map(|(record_id, internet_message_id)| {
                Information::SendingMessage { record_id, internet_message_id }
            }),
            any::<u128>()
                .prop_map(|bits| Information::ProxyDestinations { correlation_id: Guid(bits) }),
            "[0-9A-F]{16}"
                .prop_map(|session_id| Information::ProxyingInboundSession { session_id }),
            "[a-z@.]{1,20}".prop_map(|user| Information::ProxySessionSetUp { user }),
            (
                0_i64..1_000_000_000,
                proptest::option::of(word()),
                prop_oneof![Just(""), Just("Delivered")]
            )
                .prop_map(|(delay, due_to, outcome)| Information::Tarpit {
                    delay: SignedDuration::from_millis(delay),
                    due_to,
                    outcome: outcome.to_owned(),
                }),
            Just(Information::AttemptingToConnect),
            (
                any::<u32>(),
                any::<u32>(),
                proptest::option::of(("[a-z.]{1,12}", "[A-Za-z ,]{1,40}", "[0-9.:]{1,20}"))
            )
                .prop_map(|(winsock, win32, details)| Information::FailedToConnect(
                    FailedToConnect {
                        winsock,
                        win32,
                        details: details.map(|(destination_domain, error_message, endpoint)| {
                            FailedToConnectDetails { destination_domain, error_message, endpoint }
                        }),
                    }
                )),
            word().prop_map(|error| Information::TlsFailed { error }),
            word().prop_map(|status| Information::ClientCertificateStatus { status }),
            (word(), word())
                .prop_map(|(mechanism, error)| Information::InboundAuthFailed { mechanism, error }),
            "[a-z@.]{0,20}".prop_map(|user| Information::UserName { user }),
            word().prop_map(|error| Information::OutboundAuthFailed { error }),
            (word(), "[0-9]{1,9}").prop_map(|(data, context)| Information::Other { data, context }),
        ]
    }

    #[test]
    fn a_failed_connection_has_the_words_of_the_product() {
        let row = Information::FailedToConnect(FailedToConnect {
            winsock: 10061,
            win32: 10061,
            details: Some(FailedToConnectDetails {
                destination_domain: "internalproxy".into(),
                error_message: SocketError::ConnectionRefused.message().into(),
                endpoint: "192.168.1.4:2525".into(),
            }),
        });
        assert_eq!(
            row.to_string(),
            "Failed to connect. Winsock error code: 10061, Win32 error code: 10061, Destination domain: internalproxy, Error Message: No connection could be made because the target machine actively refused it 192.168.1.4:2525."
        );
        let short = "Failed to connect. Winsock error code: 10060, Win32 error code: 10060.";
        let Information::FailedToConnect(failure) = Information::parse("", short) else {
            panic!("not understood")
        };
        assert_eq!(failure.details, None);
    }

    #[test]
    fn a_tarpit_can_have_milliseconds_and_a_cause() {
        let row =
            Information::parse("Tarpit for '0.00:00:25.639' due to 'DelayedAck'", "Delivered");
        assert_eq!(
            row,
            Information::Tarpit {
                delay: SignedDuration::from_millis(25_639),
                due_to: Some("DelayedAck".into()),
                outcome: "Delivered".into(),
            }
        );
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(row in any_information()) {
            let (data, context) = row.cells();
            prop_assert_eq!(Information::parse(&data, &context), row);
        }

        #[test]
        fn any_cells_are_written_back_the_same(
            data in "(Tarpit for ')?[ -~]{0,40}",
            context in "(receiving message|sending message with RecordId |Failed to connect. Winsock error code: |Inbound AUTH |Remote certificate)?[ -~é]{0,60}",
        ) {
            prop_assert_eq!(Information::parse(&data, &context).cells(), (data, context));
        }
    }
}
