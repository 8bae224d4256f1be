//! A real Postfix as a partner's mail server: it sends through Exchange Online as anybody on the
//! Internet does, and to the organization's own server as a partner; it receives; what its bounces say
//! is what the lab's logs say; a loop between the two ends by hop count.

mod instance;

use super::lab::{Lab, Left};
use super::report::{Outcome, Report, holds};
use super::{Ground, port};

use instance::{Postfix, patiently};

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    let world = World::start(ground, "postfix/internet", "PN1PEPF000026E8")?;
    through_the_tenant(world, report)?;
    let world = World::start(ground, "postfix/partner", "FW01")?;
    straight_to_the_organization(world, report)?;
    let world = World::start(ground, "postfix/stopped", "FW01")?;
    while_nobody_answers(world, report)
}

/// A lab and a Postfix beside it.
struct World {
    // The order in which they are stopped.
    postfix: Postfix,
    lab: Lab,
}

impl World {
    /// Postfix hands all mail for the organization to that host.
    fn start(ground: &Ground, folder: &str, host: &str) -> Result<Self, String> {
        let door = port::free()?;
        let path = ground.scenario("partner");
        let text = std::fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
        let scenario = ground.folder(folder)?.join("partner.toml");
        let text = text.replace("127.0.0.1:2600", &door.to_string());
        std::fs::write(&scenario, text).map_err(|why| format!("{}: {why}", scenario.display()))?;
        let scenario = scenario.display().to_string();
        let lab = Lab::start(ground, &format!("{folder}/lab"), &scenario, &["--no-mail"])?;
        let next = lab.tcp(host, 25)?;
        let (ip, number) = (next.ip(), next.port());
        let further = format!(
            "transport_maps = inline:{{ cloudmonkeys.xyz=smtp:[{ip}]:{number}, \
             cloudfield.onmicrosoft.com=smtp:[{ip}]:{number} }}\n\
             virtual_alias_maps = inline:{{ loop@partner.example=loop@cloudmonkeys.xyz }}\n\
             smtp_tls_security_level = may\nmaximal_queue_lifetime = 0\n"
        );
        let own = lab.loopback("PARTNER")?;
        let postfix =
            Postfix::start(ground.folder(&format!("{folder}/own"))?, door, own, &further)?;
        Ok(Self { postfix, lab })
    }

    /// Waits for a mail in a mailbox of the lab.
    fn arrived(&mut self, mailbox: &str, subject: &str) -> Outcome {
        let command = format!(
            "(Get-LabMailbox {mailbox} | Where-Object Subject -eq '{subject}' | Measure-Object).Count"
        );
        let lab = &mut self.lab;
        let arrived = patiently(|| lab.number(&command).ok().filter(|count| *count > 0));
        match arrived {
            Some(1) => Ok(format!("in the mailbox of {mailbox}")),
            Some(count) => Err(format!("expected one mail, came {count}")),
            None => Err(format!("expected a mail in {mailbox}, none came\n{}", self.postfix.log())),
        }
    }
}

fn through_the_tenant(mut world: World, report: &mut Report) -> Result<(), String> {
    let to = "raghu@cloudmonkeys.xyz";
    world.postfix.send(to, "from the Internet")?;
    report.check("it sends as anybody on the Internet", world.arrived(to, "from the Internet"));

    world.lab.run("Send-LabMail -From raghu@cloudmonkeys.xyz -To bo@partner.example -Subject 'to the partner'")?;
    let received = world.postfix.received(&["Subject: to the partner", "cloudmonkeys.xyz"]);
    report.check("it receives", received.map(|_| "in its mailbox".to_owned()));

    let unknown = "nobody@cloudfield.onmicrosoft.com";
    world.postfix.send(unknown, "to nobody")?;
    let logged = world.postfix.logged(&[unknown, "status=bounced", "550 5.4.1"]);
    let bounced = logged.and_then(|_| {
        world.postfix.received(&[
            "Final-Recipient: rfc822; nobody@",
            "Status: 5.4.1",
            "Access denied",
        ])
    });
    report.check("its bounce about somebody unknown", bounced.map(|_| "5.4.1".to_owned()));

    world.lab.run(":on ExchangeOnline")?;
    world.lab.run("New-InboundConnector -Name Partner -ConnectorType Partner -SenderDomains partner.example -RequireTls $true -RestrictDomainsToIPAddresses $true -SenderIPAddresses 192.0.2.1")?;
    world.postfix.send(to, "from an address that is not the partner's")?;
    let logged = world.postfix.logged(&[to, "status=bounced"]);
    report.check("its bounce when a connector expects another address", logged.and_then(|line| {
        holds(&line, "550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's recipient domain")
    }));
    drop(world.postfix);
    world.lab.stop()?;
    Ok(())
}

fn straight_to_the_organization(mut world: World, report: &mut Report) -> Result<(), String> {
    let to = "raghu@cloudmonkeys.xyz";
    world.postfix.send(to, "from the partner")?;
    report.check("it sends as a partner", world.arrived(to, "from the partner"));

    world.postfix.send("loop@cloudmonkeys.xyz", "round and round")?;
    let ended = world.postfix.received(&["Subject: Undeliver", "round and round"]);
    report.check("a loop ends by hop count", ended.and_then(|mail| looped(&mail)));

    // Somebody takes the accepted domain away: the server no longer knows its own recipients.
    world.lab.run("New-AcceptedDomain -Name other -DomainName other.cloudmonkeys.xyz -DomainType Authoritative")?;
    world.lab.run("Set-AcceptedDomain other -MakeDefault $true")?;
    world.lab.run("Remove-AcceptedDomain cloudmonkeys.xyz -Confirm:$false")?;
    world.postfix.send(to, "refused")?;
    let bounced = world.postfix.received(&["Undelivered Mail", "5.7.54"]);
    let World { postfix, lab } = world;
    drop(postfix);
    let left = lab.stop()?;
    report.check(
        "its bounce and the protocol log",
        bounced.and_then(|mail| same_story(&mail, &left)),
    );
    report.check("the lab's own logs of the partner", in_evidence(&left));
    Ok(())
}

/// Front End Transport is stopped: Exchange Online waits, Postfix returns the mail, and both say the
/// same of the connection as the diagnosis, which knows why.
fn while_nobody_answers(mut world: World, report: &mut Report) -> Result<(), String> {
    world.lab.run("Stop-Service MSExchangeFrontEndTransport")?;
    world.lab.run("Send-LabMail -From ramki@cloudfield.onmicrosoft.com -To raghu@cloudmonkeys.xyz -Subject 'from the cloud'")?;
    world.postfix.send("raghu@cloudmonkeys.xyz", "to a closed door")?;
    let bounced = world.postfix.received(&["Undelivered Mail", "to a closed door"]);
    // Exchange Online's own attempt must be over as well.
    world.lab.run(":on ExchangeOnline")?;
    let deferred = "(Get-MessageTraceV2 | ForEach-Object { Get-MessageTraceDetailV2 -MessageTraceId $_.MessageTraceId -RecipientAddress $_.RecipientAddress } | Where-Object Event -eq 'Defer' | Measure-Object).Count";
    let lab = &mut world.lab;
    patiently(|| lab.number(deferred).ok().filter(|count| *count > 0))
        .ok_or("expected that mail in Exchange Online is deferred")?;
    let World { postfix, lab } = world;
    drop(postfix);
    let left = lab.stop()?;
    report.check(
        "its bounce and the diagnosis",
        bounced.and_then(|mail| {
            let bounce = mail.split_whitespace().collect::<Vec<_>>().join(" ");
            holds(&bounce, "Status: 4.4.1")?;
            let findings = left.summary["diagnosis"]["findings"].to_string();
            holds(&findings, "\"rule\":\"front-end-transport-stopped\"")?;
            holds(&bounce, "Connection refused")?;
            holds(&findings, "Connection refused")
        }),
    );
    Ok(())
}

/// Somebody counted the hops: Postfix itself, or Exchange.
fn looped(mail: &str) -> Outcome {
    let words = ["too many hops", "Hop count exceeded"];
    let said = words.into_iter().find(|word| mail.contains(word));
    let hops = mail.lines().filter(|line| line.starts_with("Received: ")).count();
    said.map(|said| format!("{said}, {hops} Received headers"))
        .ok_or_else(|| format!("expected one of {words:?}\n{mail}"))
}

/// The reply that the bounce quotes stands in the log of Front End Transport.
fn same_story(mail: &str, left: &Left) -> Outcome {
    let quoted = "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain";
    let bounce = mail.split_whitespace().collect::<Vec<_>>().join(" ");
    holds(&bounce, quoted)?;
    holds(&bounce, "Status: 5.7.54")?;
    let rows = left.lines(&["/FrontEnd/ProtocolLog/SmtpReceive/"])?;
    let row = rows.iter().find(|row| row.contains(quoted) && row.contains(",198.51.100.7:"));
    row.map(|_| quoted.to_owned()).ok_or_else(|| format!("expected in the protocol log: {quoted}"))
}

/// The partner's mail is in the tracking log as from its address.
fn in_evidence(left: &Left) -> Outcome {
    let rows = left.lines(&["/MessageTracking/"])?;
    let row = rows.iter().find(|row| row.contains(",RECEIVE,") && row.contains("198.51.100.7"));
    row.map(|_| "198.51.100.7 in the tracking log".to_owned())
        .ok_or_else(|| "expected RECEIVE from 198.51.100.7 in the tracking log".to_owned())
}
