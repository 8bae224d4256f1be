//! `Send-LabMail`: somebody writes a mail and sends it, from wherever the sender's mailbox is: on
//! premises, in the tenant or on the Internet.
//!
//! The mail goes the way of every mail; what becomes of it shows in mailboxes, queues and logs.
//!
//! Not modelled: attachments, text outside of ASCII, other recipients than those in `To`.

use exchange::value::Value;
use services::message::compose::Draft;
use smtp::Address;

use super::refusal::{no_mailbox, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The longest line of a mail (RFC 5322, 2.1.1), without its end.
const LINE_MAX: usize = 998;

/// The cmdlet.
pub static SEND_LAB_MAIL: Cmdlet = Cmdlet {
    name: "Send-LabMail",
    synopsis: "Sends a mail from a mailbox of the lab.",
    class: "",
    parameters: &[
        Parameter::new("From", Kind::String, "Who writes; somebody with a mailbox.")
            .at(0)
            .mandatory(),
        Parameter::new("To", Kind::Strings, "The recipients.").at(1).mandatory(),
        Parameter::new("Subject", Kind::String, "The subject.").at(2),
        Parameter::new("Body", Kind::String, "The text.").at(3),
        Parameter::new("Size", Kind::Int, "How many bytes the text has at least."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let from = invocation.string("From").unwrap_or_default();
    let to = invocation.strings("To").unwrap_or_default();
    let draft = Draft {
        from: address("From", &from)?,
        to: to.iter().map(|text| address("To", text)).collect::<Result<_, _>>()?,
        subject: line(&invocation)?,
        body: text(&invocation)?,
        size: match invocation.int("Size") {
            None => 0,
            Some(size) => usize::try_from(size)
                .map_err(|_| unfit("Size", format!("{size} is less than nothing.")))?,
        },
    };
    if invocation.should_process(&format!("{from} to {}", to.join(", "))) {
        place.world.send(draft).map_err(|error| no_mailbox(&error))?;
    }
    Ok(Vec::new())
}

fn address(parameter: &str, text: &str) -> Result<Address, ErrorRecord> {
    text.parse().map_err(|error| unfit(parameter, format!("{error}.")))
}

/// The subject, on one line.
fn line(invocation: &Invocation<'_>) -> Result<String, ErrorRecord> {
    let text = invocation.string("Subject").unwrap_or_default();
    if text.chars().any(|c| !c.is_ascii() || c.is_ascii_control()) || text.len() > LINE_MAX / 2 {
        return Err(unfit("Subject", "It is one line of ASCII characters, not too long."));
    }
    Ok(text)
}

/// The text, with the line ends of a mail.
fn text(invocation: &Invocation<'_>) -> Result<String, ErrorRecord> {
    let text = invocation.string("Body").unwrap_or_default();
    let fits = |line: &str| {
        let is_text = line.chars().all(|c| c == '\t' || (c.is_ascii() && !c.is_ascii_control()));
        is_text && line.len() <= LINE_MAX
    };
    if !text.lines().all(fits) {
        let why = format!("Its lines have ASCII characters only, {LINE_MAX} at most.");
        return Err(unfit("Body", why));
    }
    Ok(text.lines().flat_map(|line| [line, "\r\n"]).collect())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_mail_arrives_with_its_text() {
        insta::assert_snapshot!(transcript(
            r#"MX1> Send-LabMail -From anna@fabrikam.com -To ANNA@fabrikam.com -Subject Hello -Body "Dear Anna,`n.`nAnna"
             MX1> Send-LabMail anna@fabrikam.com anna@fabrikam.com -Size 5000 -WhatIf
             MX1> Start-Sleep 5
             MX1> Get-LabMailbox anna@fabrikam.com
             MX1> (Get-LabMailbox).Content"#,
        ), @r#"
        MX1> Send-LabMail -From anna@fabrikam.com -To ANNA@fabrikam.com -Subject Hello -Body "Dear Anna,`n.`nAnna"
        MX1> Send-LabMail anna@fabrikam.com anna@fabrikam.com -Size 5000 -WhatIf
        What if: Performing the operation "Send-LabMail" on target "anna@fabrikam.com to anna@fabrikam.com".
        MX1> Start-Sleep 5
        MX1> Get-LabMailbox anna@fabrikam.com

        Mailbox           Received            From                     Subject AuthAs
        -------           --------            ----                     ------- ------
        anna@fabrikam.com 5/1/2026 8:00:00 AM anna <anna@fabrikam.com> Hello


        MX1> (Get-LabMailbox).Content
        From: anna <anna@fabrikam.com>
        To: ANNA@fabrikam.com
        Subject: Hello
        Date: Fri, 1 May 2026 08:00:00 +0200
        Message-ID: <48ac3111fac3cc11a817@MX1.fabrikam.com>
        Content-Type: text/plain; charset="us-ascii"
        Content-Transfer-Encoding: 7bit
        MIME-Version: 1.0

        Dear Anna,
        .
        Anna
        "#);
    }

    #[test]
    fn who_has_no_mailbox_sends_nothing() {
        insta::assert_snapshot!(transcript(
            r#"MBX01> Send-LabMail -From bo@fabrikam.com -To anna@fabrikam.com -Subject Hello
             MBX01> Send-LabMail -From anna -To anna@fabrikam.com
             MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Subject "Two`nlines"
             MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Body "Grüße"
             MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Size -5"#,
        ), @r#"
        MBX01> Send-LabMail -From bo@fabrikam.com -To anna@fabrikam.com -Subject Hello
        Send-LabMail : Nobody has the mailbox 'bo@fabrikam.com': not on premises, not in the tenant, not on the Internet.
        At line:1 char:1
        + Send-LabMail -From bo@fabrikam.com -To anna@fabrikam.com -Subject Hel ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (bo@fabrikam.com:String) [Send-LabMail], RuntimeException
            + FullyQualifiedErrorId : NoMailbox,Send-LabMail

        MBX01> Send-LabMail -From anna -To anna@fabrikam.com
        Send-LabMail : Cannot bind parameter 'From'. address "anna" has no domain.
        At line:1 char:1
        + Send-LabMail -From anna -To anna@fabrikam.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Send-LabMail], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Send-LabMail

        MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Subject "Two`nlines"
        Send-LabMail : Cannot bind parameter 'Subject'. It is one line of ASCII characters, not too long.
        At line:1 char:1
        + Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Subject " ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Send-LabMail], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Send-LabMail

        MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Body "Grüße"
        Send-LabMail : Cannot bind parameter 'Body'. Its lines have ASCII characters only, 998 at most.
        At line:1 char:1
        + Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Body "Grü ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Send-LabMail], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Send-LabMail

        MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Size -5
        Send-LabMail : Cannot bind parameter 'Size'. -5 is less than nothing.
        At line:1 char:1
        + Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Size -5
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Send-LabMail], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Send-LabMail
        "#);
    }
}
