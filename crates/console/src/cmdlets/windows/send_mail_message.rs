//! `Send-MailMessage`: sends a mail by SMTP, as scripts and devices do.
//!
//! It speaks to the one server that is named, without a queue: what the server refuses is shown at once, in
//! .NET's words.
//!
//! Not modelled: credentials (PowerShell logs on as the user when the server lets it; here it never does),
//! attachments, `-DeliveryNotificationOption`.
//!
//! Source: Microsoft Learn, `Send-MailMessage`; PowerShell's own `SendMailMessage` and .NET's
//! `System.Net.Mail` (MIT) for texts and error ids.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use exchange::value::Value;
use services::computer::{Computer, SharedSessionIds};
use services::smtp_out::{self, Caller, ConnectFailure, Connection, Target, TlsPolicy, Validation};
use smtp::{Address, ClientMessage, MailFrom, MessageOutcome, RcptTo, Reply};

use super::mail_text::MailText;
use super::name_lookup;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static SEND_MAIL_MESSAGE: Cmdlet = Cmdlet {
    name: "Send-MailMessage",
    synopsis: "Sends an email message.",
    class: "Microsoft.PowerShell.Commands.SendMailMessage",
    parameters: &[
        Parameter::new("To", Kind::Strings, "The recipients.").at(0).mandatory().by_property_name(),
        Parameter::new("Subject", Kind::String, "The subject.")
            .at(1)
            .mandatory()
            .by_property_name()
            .aliases(&["sub"]),
        Parameter::new("Body", Kind::String, "The text.").at(2).by_value().by_property_name(),
        Parameter::new("SmtpServer", Kind::String, "The server; else $PSEmailServer.")
            .at(3)
            .by_property_name()
            .aliases(&["ComputerName"]),
        Parameter::new("From", Kind::String, "The sender.").mandatory().by_property_name(),
        Parameter::new("Cc", Kind::Strings, "Who gets a copy.").by_property_name(),
        Parameter::new("Bcc", Kind::Strings, "Who gets a copy that the others do not see.")
            .by_property_name(),
        Parameter::new("Port", Kind::Int, "The port."),
        Parameter::new("UseSsl", Kind::Switch, "Demands TLS and a certificate that is valid."),
        Parameter::new("BodyAsHtml", Kind::Switch, "The text is HTML.").aliases(&["BAH"]),
        Parameter::new("Encoding", Kind::String, "UTF8, or ASCII.").aliases(&["BE"]),
        Parameter::new("Priority", Kind::Choice(&["Normal", "High", "Low"]), "How urgent it is."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// How long .NET waits for a server.
const PATIENCE: Duration = Duration::from_secs(100);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    let server = invocation
        .string("SmtpServer")
        .or_else(|| Some(invocation.session.variable("PSEmailServer").to_string()))
        .filter(|server| !server.is_empty())
        .ok_or_else(no_server)?;
    let from = invocation.string("From").unwrap_or_default();
    let sender = mailbox_of(&from)?;
    let mut recipients = Vec::new();
    for parameter in ["To", "Cc", "Bcc"] {
        for typed in invocation.strings(parameter).unwrap_or_default() {
            match mailbox_of(&typed) {
                Ok(address) => recipients.push(address),
                Err(error) => invocation.error(error)?,
            }
        }
    }
    if recipients.is_empty() {
        return Err(failed(SmtpFault::Invalid("A recipient must be specified.")));
    }
    let is_utf8 =
        invocation.string("Encoding").is_some_and(|own| own.to_lowercase().contains("utf8"));
    let text = MailText {
        from,
        to: invocation.strings("To").unwrap_or_default(),
        cc: invocation.strings("Cc").unwrap_or_default(),
        subject: invocation.string("Subject").unwrap_or_default(),
        body: invocation.string("Body").unwrap_or_default(),
        is_html: invocation.switch("BodyAsHtml"),
        is_utf8,
        priority: invocation.string("Priority").unwrap_or_default(),
    };
    let message = ClientMessage {
        mail: MailFrom::new(sender),
        rcpt: recipients.into_iter().map(RcptTo::new).collect(),
        content: text.to_bytes(computer.culture, computer.clock.now()),
    };
    let port = invocation.int("Port").and_then(|port| u16::try_from(port).ok());
    let use_ssl = invocation.switch("UseSsl");
    let connection = connect(&computer, &server, port.unwrap_or(25), use_ssl).await;
    let sent = async { deliver(connection?, message).await };
    sent.await.map(|()| Vec::new()).map_err(failed)
}

async fn connect(
    computer: &Arc<Computer>,
    server: &str,
    port: u16,
    use_ssl: bool,
) -> Result<Connection, SmtpFault> {
    let addresses = name_lookup::addresses(computer, server).await.map_err(|_| {
        SmtpFault::Smtp(format!("The remote name could not be resolved: '{server}'"))
    })?;
    let validation = server.parse().map_or(Validation::Certificate, Validation::Domain);
    let caller = Caller {
        computer: computer.clone(),
        source: None,
        connector_id: String::new(),
        permissions: "None",
        hello: computer.name.clone(),
        session_ids: SharedSessionIds::starting(&computer.clock),
        log: None,
        tls: if use_ssl { TlsPolicy::Required(validation) } else { TlsPolicy::Never },
        identity: computer.certificates.client_tls(None),
        trust: computer.certificates.trust(),
        patience: PATIENCE,
        pipelines: false,
        after_banner: Vec::new(),
    };
    let mut fault = SmtpFault::Smtp("Unable to connect to the remote server".to_owned());
    for address in addresses {
        let target = Target {
            name: server.to_owned(),
            endpoint: SocketAddr::new(address, port),
            domain: server.to_owned(),
        };
        let connecting = smtp_out::connect(&caller, &target, caller.session_ids.issue());
        match Box::pin(connecting).await {
            Ok(connection) => return Ok(connection),
            Err(ConnectFailure::Socket(_)) => {}
            Err(failure) => {
                fault = SmtpFault::of_connection(&failure);
                break;
            }
        }
    }
    Err(fault)
}

async fn deliver(mut connection: Connection, message: ClientMessage) -> Result<(), SmtpFault> {
    let outcome = Box::pin(connection.send(message, &[])).await;
    Box::pin(connection.quit()).await;
    match outcome {
        Some(outcome) => SmtpFault::of_outcome(&outcome).map_or(Ok(()), Err),
        None => Err(SmtpFault::lost()),
    }
}

/// What .NET throws.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SmtpFault {
    /// `SmtpException`
    Smtp(String),
    /// `SmtpFailedRecipientException`: the server refused one recipient.
    Recipient(String),
    /// `SmtpFailedRecipientsException`: it refused several.
    Recipients(&'static str),
    /// `AuthenticationException`: TLS.
    Authentication(&'static str),
    /// `InvalidOperationException`
    Invalid(&'static str),
}

/// What a server may say to RCPT that concerns this recipient only.
const OF_RECIPIENT: [u16; 6] = [450, 452, 550, 551, 552, 553];

impl SmtpFault {
    fn of_connection(failure: &ConnectFailure) -> Self {
        match failure {
            ConnectFailure::Socket(_) => {
                Self::Smtp("Unable to connect to the remote server".to_owned())
            }
            ConnectFailure::Dropped(_) => Self::lost(),
            ConnectFailure::Silent => Self::Smtp("The operation has timed out.".to_owned()),
            ConnectFailure::Refused(reply) | ConnectFailure::Authentication(reply) => {
                Self::Smtp(refusal(reply))
            }
            ConnectFailure::StartTlsNotOffered => {
                Self::Smtp("Server does not support secure connections.".to_owned())
            }
            ConnectFailure::TlsFailed(word) if word == "SocketError" => Self::Smtp(
                "Authentication failed because the remote party has closed the transport stream."
                    .to_owned(),
            ),
            ConnectFailure::TlsFailed(_) => {
                Self::Authentication("A call to SSPI failed, see inner exception.")
            }
            ConnectFailure::Certificate(_) => Self::Authentication(
                "The remote certificate is invalid according to the validation procedure.",
            ),
        }
    }

    /// None when all recipients got the message.
    fn of_outcome(outcome: &MessageOutcome) -> Option<Self> {
        if outcome.mail.is_negative() {
            return Some(Self::Smtp(refusal(&outcome.mail)));
        }
        let refused: Vec<&Reply> =
            outcome.recipients.iter().filter(|reply| reply.is_negative()).collect();
        let fatal = refused.iter().find(|reply| !OF_RECIPIENT.contains(&reply.code));
        if let Some(reply) = fatal {
            return Some(Self::Smtp(refusal(reply)));
        }
        if let Some(reply) = outcome.content.as_ref().filter(|reply| reply.is_negative()) {
            return Some(Self::Smtp(refusal(reply)));
        }
        match refused.as_slice() {
            [] => None,
            [only] => Some(Self::Recipient(refusal(only))),
            all if all.len() == outcome.recipients.len() => {
                Some(Self::Recipients("Unable to send to all recipients."))
            }
            _ => Some(Self::Recipients("Unable to send to a recipient.")),
        }
    }

    fn lost() -> Self {
        Self::Smtp(
            "Unable to read data from the transport connection: An existing connection was forcibly \
             closed by the remote host."
                .to_owned(),
        )
    }
}

/// `Mailbox unavailable. The server response was: 5.1.10 …`
fn refusal(reply: &Reply) -> String {
    let known = STATUS.iter().find(|(code, _)| *code == reply.code);
    let known = known.map_or("Invalid response from the server.", |(_, text)| *text);
    let said = reply.to_string();
    let said = said.split_once([' ', '-']).map_or("", |(_, text)| text);
    format!("{known} The server response was: {said}")
}

/// .NET's words for SMTP codes.
const STATUS: [(u16, &str); 16] = [
    (421, "Service not available, closing transmission channel."),
    (450, "Mailbox unavailable."),
    (451, "Error in processing."),
    (452, "Insufficient system storage."),
    (454, "Client does not have permission to submit mail to this server."),
    (500, "Syntax error, command unrecognized."),
    (501, "Syntax error in parameters or arguments."),
    (502, "Command not implemented."),
    (503, "Bad sequence of commands."),
    (504, "Command parameter not implemented."),
    (530, "The SMTP server requires a secure connection or the client was not authenticated."),
    (550, "Mailbox unavailable."),
    (551, "User not local; please try a different path."),
    (552, "Exceeded storage allocation."),
    (553, "Mailbox name not allowed."),
    (554, "Transaction failed."),
];

fn failed(fault: SmtpFault) -> ErrorRecord {
    let (message, exception, id) = match fault {
        SmtpFault::Smtp(message) => (message, "SmtpException", "SmtpException"),
        SmtpFault::Recipient(message) => (message, "SmtpFailedRecipientException", "SmtpException"),
        SmtpFault::Recipients(message) => {
            (message.to_owned(), "SmtpFailedRecipientsException", "SmtpFailedRecipientsException")
        }
        SmtpFault::Authentication(message) => {
            (message.to_owned(), "AuthenticationException", "AuthenticationException")
        }
        SmtpFault::Invalid(message) => {
            (message.to_owned(), "InvalidOperationException", "InvalidOperationException")
        }
    };
    ErrorRecord::new(Category::InvalidOperation, id, message)
        .exception(exception)
        .about("System.Net.Mail.SmtpClient", "SmtpClient")
}

/// The address in `anna@fabrikam.com` or `Anna <anna@fabrikam.com>`.
fn mailbox_of(typed: &str) -> Result<Address, ErrorRecord> {
    let inner = typed.rsplit_once('<').and_then(|(_, rest)| rest.trim_end().strip_suffix('>'));
    inner.unwrap_or(typed).trim().parse().map_err(|_| {
        let message = "The specified string is not in the form required for an e-mail address.";
        ErrorRecord::new(Category::InvalidType, "FormatException", message)
            .exception("FormatException")
            .about(typed, "String")
    })
}

fn no_server() -> ErrorRecord {
    let message = "The email cannot be sent because no SMTP server was specified. You must specify an \
         SMTP server by using either the SmtpServer parameter or the $PSEmailServer variable.";
    ErrorRecord::new(Category::InvalidArgument, "InvalidOperationException", message)
        .exception("InvalidOperationException")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use services::message::content::Content;
    use services::world::World;

    use super::super::testing_zones::shown_with_zones;
    use super::mailbox_of;
    use crate::testing_world::{shown_after, shown_on};

    #[test]
    fn mail_is_sent_without_a_word_and_arrives() {
        let mut store = None;
        let take_store = |world: &World| {
            store = world.store_of(&"anna@fabrikam.com".parse().expect("an address"));
        };
        let script = "$PSEmailServer = '203.0.113.20'
             'It works' | Send-MailMessage -From 'Scanner <scanner@contoso.com>' -To anna@fabrikam.com -Subject Test
             Start-Sleep 60";
        assert_eq!(shown_after(take_store, &[("EDGE01", script)]), "");
        let mailboxes = store.expect("it is in the test world").mailboxes();
        let mails = mailboxes.values().flatten();
        let subjects: Vec<_> =
            mails.map(|mail| Content::parse(&mail.content).value("Subject")).collect();
        assert_eq!(subjects, [Some("Test".to_owned())]);
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_refused(text in "[a-z<>@. ]{0,20}") {
            if let Ok(address) = mailbox_of(&text) {
                prop_assert!(text.contains(address.as_str()));
            }
        }
    }

    #[test]
    fn what_the_server_refuses_is_told() {
        insta::assert_snapshot!(
            shown_with_zones(
                "EDGE01",
                "Send-MailMessage -From a@contoso.com -To nobody@fabrikam.com -Subject x -SmtpServer 203.0.113.20
                 Send-MailMessage -From a@contoso.com -To anna@fabrikam.com, no1@fabrikam.com, no2@fabrikam.com -Subject x -SmtpServer 203.0.113.20
                 Send-MailMessage -From a@b.example -To c@d.example -Subject x -SmtpServer mbx01",
            ),
            @"
        Send-MailMessage : Mailbox unavailable. The server response was: 5.1.1 <nobody@fabrikam.com>: Recipient address
        rejected: User unknown in local recipient table
        At line:1 char:1
        + Send-MailMessage -From a@contoso.com -To nobody@fabrikam.com -Subject ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], SmtpFailed
            RecipientException
            + FullyQualifiedErrorId : SmtpException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : Unable to send to a recipient.
        At line:2 char:18
        + ...             Send-MailMessage -From a@contoso.com -To anna@fabrikam.co ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], SmtpFailed
            RecipientsException
            + FullyQualifiedErrorId : SmtpFailedRecipientsException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : Mailbox unavailable. The server response was: 5.7.54 SMTP; Unable to relay recipient in non-accepted
        domain
        At line:3 char:18
        + ...             Send-MailMessage -From a@b.example -To c@d.example -Subje ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], SmtpFailed
            RecipientException
            + FullyQualifiedErrorId : SmtpException,Microsoft.PowerShell.Commands.SendMailMessage
        "
        );
    }

    #[test]
    fn a_server_that_does_not_answer_is_told() {
        insta::assert_snapshot!(
            shown_with_zones(
                "EDGE01",
                "Send-MailMessage a@b.example x text mbx01 -From c@d.example -Port 26
                 Send-MailMessage a@b.example x text nothing.contoso.com -From c@d.example
                 Send-MailMessage a@b.example x text mbx01 -From c@d.example -UseSsl
                 Send-MailMessage a@b.example x text 203.0.113.20 -From c@d.example -UseSsl",
            ),
            @"
        Send-MailMessage : Unable to connect to the remote server
        At line:1 char:1
        + Send-MailMessage a@b.example x text mbx01 -From c@d.example -Port 26
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], SmtpExcept
            ion
            + FullyQualifiedErrorId : SmtpException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : The remote name could not be resolved: 'nothing.contoso.com'
        At line:2 char:18
        + ...             Send-MailMessage a@b.example x text nothing.contoso.com - ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], SmtpExcept
            ion
            + FullyQualifiedErrorId : SmtpException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : The remote certificate is invalid according to the validation procedure.
        At line:3 char:18
        + ...             Send-MailMessage a@b.example x text mbx01 -From c@d.examp ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], Authentica
            tionException
            + FullyQualifiedErrorId : AuthenticationException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : Server does not support secure connections.
        At line:4 char:18
        + ...             Send-MailMessage a@b.example x text 203.0.113.20 -From c@ ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], SmtpExcept
            ion
            + FullyQualifiedErrorId : SmtpException,Microsoft.PowerShell.Commands.SendMailMessage
        "
        );
    }

    #[test]
    fn what_is_no_address_and_no_server_is_told() {
        insta::assert_snapshot!(
            shown_on(
                "EDGE01",
                "Send-MailMessage 'no address' x text mbx01 -From c@d.example
                 Send-MailMessage a@b.example x -From c@d.example",
            ),
            @"
        Send-MailMessage : The specified string is not in the form required for an e-mail address.
        At line:1 char:1
        + Send-MailMessage 'no address' x text mbx01 -From c@d.example
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidType: (no address:String) [Send-MailMessage], FormatException
            + FullyQualifiedErrorId : FormatException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : A recipient must be specified.
        At line:1 char:1
        + Send-MailMessage 'no address' x text mbx01 -From c@d.example
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (System.Net.Mail.SmtpClient:SmtpClient) [Send-MailMessage], InvalidOpe
            rationException
            + FullyQualifiedErrorId : InvalidOperationException,Microsoft.PowerShell.Commands.SendMailMessage

        Send-MailMessage : The email cannot be sent because no SMTP server was specified. You must specify an SMTP server by
        using either the SmtpServer parameter or the $PSEmailServer variable.
        At line:2 char:18
        +                  Send-MailMessage a@b.example x -From c@d.example
        +                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Send-MailMessage], InvalidOperationException
            + FullyQualifiedErrorId : InvalidOperationException,Microsoft.PowerShell.Commands.SendMailMessage
        "
        );
    }
}
