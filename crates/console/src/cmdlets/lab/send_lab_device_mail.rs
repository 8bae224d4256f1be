//! `Send-LabDeviceMail`: a printer or a program that speaks SMTP itself sends a mail to one server.
//!
//! `Send-MailMessage` speaks as .NET does; devices have their own habits: they give an address for their name, log on
//! with AUTH LOGIN whether it is offered or not, take any certificate, and hang up without QUIT.
//!
//! Not modelled: passwords. Nobody's is known to the lab, so every logon is refused.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use exchange::value::Value;
use services::computer::{Computer, SharedSessionIds};
use services::smtp_out::{self, Caller, ConnectFailure, Connection, Target, TlsPolicy, Validation};
use smtp::{Address, ClientMessage, MailFrom, RcptTo, Reply};

use super::refusal::{refused, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static SEND_LAB_DEVICE_MAIL: Cmdlet = Cmdlet {
    name: "Send-LabDeviceMail",
    synopsis: "Sends a mail as a printer or a program does that speaks SMTP itself.",
    class: "",
    parameters: &[
        Parameter::new("SmtpServer", Kind::String, "The address of the server.").at(0).mandatory(),
        Parameter::new("From", Kind::String, "The sender.").at(1).mandatory(),
        Parameter::new("To", Kind::Strings, "The recipients.").at(2).mandatory(),
        Parameter::new("Subject", Kind::String, "The subject.").at(3),
        Parameter::new("HelloName", Kind::String, "The name it gives; else its address."),
        Parameter::new("UserName", Kind::String, "It logs on by that name first."),
        Parameter::new("UseTls", Kind::Switch, "It starts TLS and takes any certificate."),
        Parameter::new("HangUp", Kind::Switch, "It hangs up as soon as it has sent all."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// How long a device waits for a server. Not published by any; a minute is common.
const PATIENCE: Duration = Duration::from_mins(1);
/// Any would do: it is not the right one.
const PASSWORD: &str = "Winter2020";

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = invocation.world::<Place>()?.computer().cloned();
    let computer = computer.ok_or_else(|| refused("A device needs a computer of the lab."))?;
    let server = invocation.string("SmtpServer").unwrap_or_default();
    let address = server.parse().map_err(|_| unfit("SmtpServer", "It is an IP address."))?;
    let target = Target {
        name: server.clone(),
        endpoint: SocketAddr::new(address, 25),
        domain: server.clone(),
    };
    let message = message(&invocation, &computer)?;
    if !invocation.should_process(&server) {
        return Ok(Vec::new());
    }
    let hello =
        invocation.string("HelloName").unwrap_or_else(|| format!("[{}]", computer.address()));
    let caller = caller(&computer, hello, invocation.switch("UseTls"));
    let connecting = smtp_out::connect(&caller, &target, caller.session_ids.issue());
    let connection = Box::pin(connecting).await.map_err(|failure| lost(&server, &failure))?;
    let user = invocation.string("UserName");
    let hangs_up = invocation.switch("HangUp");
    match Box::pin(deliver(connection, message, user, hangs_up)).await {
        Some(reply) => Err(refused(format!("{server} answered: {reply}"))),
        None => Ok(Vec::new()),
    }
}

/// The refusal, if there was one.
async fn deliver(
    mut connection: Connection,
    message: ClientMessage,
    user: Option<String>,
    hangs_up: bool,
) -> Option<Reply> {
    if let Some(user) = user {
        let reply = connection.log_on(&user, PASSWORD).await.ok()?;
        if reply.is_negative() {
            if !hangs_up {
                connection.quit().await;
            }
            return Some(reply);
        }
    }
    if hangs_up {
        return connection.send_and_hang_up(message).await;
    }
    let outcome = connection.send(message, &[]).await;
    connection.quit().await;
    let outcome = outcome?;
    let count = outcome.recipients.len();
    let mut replies = (0..count).filter_map(|index| outcome.for_recipient(index));
    replies.rfind(|reply| reply.is_negative()).cloned()
}

fn message(invocation: &Invocation<'_>, computer: &Computer) -> Result<ClientMessage, ErrorRecord> {
    let address = |parameter: &str, text: &str| -> Result<Address, ErrorRecord> {
        text.parse().map_err(|error| unfit(parameter, format!("{error}.")))
    };
    let from = address("From", &invocation.string("From").unwrap_or_default())?;
    let to = invocation.strings("To").unwrap_or_default();
    let to: Vec<Address> = to.iter().map(|text| address("To", text)).collect::<Result<_, _>>()?;
    let subject = invocation.string("Subject").unwrap_or_default();
    if subject.chars().any(|c| !c.is_ascii() || c.is_ascii_control()) {
        return Err(unfit("Subject", "It is one line of ASCII characters."));
    }
    let names: Vec<String> = to.iter().map(ToString::to_string).collect();
    let content = format!(
        "From: <{from}>\r\nTo: {}\r\nSubject: {subject}\r\nDate: {}\r\n\r\nSent by a device.\r\n",
        names.join(", "),
        computer.culture.mail_date(computer.clock.now())
    );
    Ok(ClientMessage {
        mail: MailFrom::new(from),
        rcpt: to.into_iter().map(RcptTo::new).collect(),
        content: content.into_bytes(),
    })
}

fn caller(computer: &Arc<Computer>, hello: String, use_tls: bool) -> Caller {
    let tls =
        if use_tls { TlsPolicy::Required(Validation::EncryptionOnly) } else { TlsPolicy::Never };
    Caller {
        computer: computer.clone(),
        source: None,
        connector_id: String::new(),
        permissions: "None",
        hello,
        session_ids: SharedSessionIds::starting(&computer.clock),
        log: None,
        tls,
        identity: computer.certificates.client_tls(None),
        trust: computer.certificates.trust(),
        patience: PATIENCE,
        pipelines: false,
        after_banner: Vec::new(),
    }
}

fn lost(server: &str, failure: &ConnectFailure) -> ErrorRecord {
    refused(match failure {
        ConnectFailure::Refused(reply) | ConnectFailure::Authentication(reply) => {
            format!("{server} answered: {reply}")
        }
        ConnectFailure::StartTlsNotOffered => format!("{server} offers no TLS."),
        ConnectFailure::TlsFailed(_) | ConnectFailure::Certificate(_) => {
            format!("TLS with {server} failed.")
        }
        ConnectFailure::Socket(error) => format!("{server}: {}", error.message()),
        ConnectFailure::Dropped(_) => format!("{server} hung up."),
        ConnectFailure::Silent => format!("{server} says nothing."),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn what_a_server_says_to_a_device_is_shown() {
        insta::assert_snapshot!(transcript(
            r"EDGE01> Send-LabDeviceMail 203.0.113.20 scan@contoso.com anna@fabrikam.com Scan
             EDGE01> Send-LabDeviceMail 203.0.113.20 scan@contoso.com anna@fabrikam.com Scan -UserName scan
             EDGE01> Send-LabDeviceMail mx1 scan@contoso.com anna@fabrikam.com",
        ), @"
        EDGE01> Send-LabDeviceMail 203.0.113.20 scan@contoso.com anna@fabrikam.com Scan
        EDGE01> Send-LabDeviceMail 203.0.113.20 scan@contoso.com anna@fabrikam.com Scan -UserName scan
        Send-LabDeviceMail : 203.0.113.20 answered: 503 5.5.1 Error: authentication not enabled
        At line:1 char:1
        + Send-LabDeviceMail 203.0.113.20 scan@contoso.com anna@fabrikam.com Sc ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Send-LabDeviceMail], RuntimeException
            + FullyQualifiedErrorId : Refused,Send-LabDeviceMail

        EDGE01> Send-LabDeviceMail mx1 scan@contoso.com anna@fabrikam.com
        Send-LabDeviceMail : Cannot bind parameter 'SmtpServer'. It is an IP address.
        At line:1 char:1
        + Send-LabDeviceMail mx1 scan@contoso.com anna@fabrikam.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Send-LabDeviceMail], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Send-LabDeviceMail
        ");
    }
}
