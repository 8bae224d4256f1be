//! The dialogues.
//!
//! Exit codes of swaks: 0 sent, 23 MAIL refused, 24 RCPT refused, 25 DATA refused, 26 the message
//! refused, 28 AUTH failed, 29 TLS failed.

/// A door for mail.
pub(super) struct Door {
    pub(super) name: &'static str,
    /// A scenario of our own.
    pub(super) scenario: &'static str,
    pub(super) host: &'static str,
    /// Whom swaks counts as.
    pub(super) client: &'static str,
    /// A part of the path of its protocol logs of receiving, where somebody can see them.
    pub(super) log: Option<&'static str>,
}

static FRONT_END: Door = Door {
    name: "Front End",
    scenario: "server-room",
    host: "CMHYBD01",
    client: "TOOLS01",
    log: Some("/FrontEnd/ProtocolLog/SmtpReceive/"),
};

static EDGE: Door = Door {
    name: "Edge",
    scenario: "server-room-edge",
    host: "CMEDGE01",
    client: "TOOLS01",
    log: Some("/Edge/ProtocolLog/SmtpReceive/"),
};

static CLOUD: Door = Door {
    name: "Exchange Online",
    scenario: "server-room",
    host: "PN1PEPF000026E8",
    client: "MX1",
    log: None,
};

/// A dialogue, and how it must end.
pub(super) struct Dialogue {
    pub(super) door: &'static Door,
    pub(super) what: &'static str,
    /// Words for swaks.
    pub(super) words: &'static str,
    /// Bytes of the body, when not swaks's own few.
    pub(super) size: usize,
    /// Exit code of swaks.
    pub(super) code: i32,
    /// A part of what it shows.
    pub(super) reply: &'static str,
}

const fn dialogue(
    door: &'static Door,
    what: &'static str,
    words: &'static str,
    code: i32,
    reply: &'static str,
) -> Dialogue {
    Dialogue { door, what, words, size: 0, code, reply }
}

/// All of them.
pub(super) static DIALOGUES: &[Dialogue] = &[
    dialogue(&FRONT_END, "plain", "--to raghu@cloudmonkeys.xyz", 0, "Queued mail for delivery"),
    dialogue(
        &FRONT_END,
        "STARTTLS",
        "--to raghu@cloudmonkeys.xyz --tls",
        0,
        "Queued mail for delivery",
    ),
    dialogue(
        &FRONT_END,
        "pipelined",
        "--to raghu@cloudmonkeys.xyz,divya@cloudmonkeys.xyz --pipeline",
        0,
        "Queued mail for delivery",
    ),
    dialogue(
        &FRONT_END,
        "AUTH before TLS",
        "--to raghu@cloudmonkeys.xyz --auth LOGIN --auth-user raghu --auth-password secret",
        28,
        "Auth not attempted, requested type not available",
    ),
    dialogue(
        &FRONT_END,
        "AUTH with a wrong password",
        "--to raghu@cloudmonkeys.xyz --tls --auth LOGIN --auth-user raghu --auth-password secret",
        28,
        "535 5.7.3 Authentication unsuccessful",
    ),
    dialogue(
        &FRONT_END,
        "relay attempt",
        "--to bo@fabrikam.com",
        24,
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    ),
    dialogue(
        &FRONT_END,
        "pipelined relay attempt",
        "--to bo@fabrikam.com --pipeline",
        24,
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    ),
    dialogue(
        &FRONT_END,
        "unknown recipient",
        "--to nobody@cloudmonkeys.xyz",
        0,
        "Queued mail for delivery",
    ),
    Dialogue {
        size: 40_000_000,
        ..dialogue(&FRONT_END, "too large", "--to raghu@cloudmonkeys.xyz", 26, "552 5.3.4")
    },
    dialogue(&EDGE, "plain", "--to raghu@cloudmonkeys.xyz", 0, "Queued mail for delivery"),
    dialogue(&EDGE, "STARTTLS", "--to raghu@cloudmonkeys.xyz --tls", 0, "Queued mail for delivery"),
    dialogue(
        &EDGE,
        "pipelined",
        "--to raghu@cloudmonkeys.xyz --pipeline",
        0,
        "Queued mail for delivery",
    ),
    dialogue(
        &EDGE,
        "unknown recipient",
        "--to nobody@cloudmonkeys.xyz",
        0,
        "Queued mail for delivery",
    ),
    dialogue(&EDGE, "relay attempt", "--to bo@fabrikam.com", 24, "Unable to relay"),
    dialogue(
        &CLOUD,
        "plain",
        "--to ramki@cloudfield.onmicrosoft.com",
        0,
        "Queued mail for delivery",
    ),
    dialogue(
        &CLOUD,
        "STARTTLS",
        "--to ramki@cloudfield.onmicrosoft.com --tls",
        0,
        "Queued mail for delivery",
    ),
    dialogue(
        &CLOUD,
        "pipelined",
        "--to ramki@cloudfield.onmicrosoft.com --pipeline",
        0,
        "Queued mail for delivery",
    ),
    dialogue(
        &CLOUD,
        "unknown recipient",
        "--to nobody@cloudfield.onmicrosoft.com",
        24,
        "550 5.4.1",
    ),
    dialogue(&CLOUD, "relay attempt", "--to bo@fabrikam.com", 24, "550 5.7.64"),
];
