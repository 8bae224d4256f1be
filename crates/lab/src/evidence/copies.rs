//! What is copied: transport logs, event logs, the firewall's drops, mails as they were received.

use console::cmdlets::lab::get_lab_firewall_log;
use exchange::culture::Culture;
use jiff::Timestamp;
use logs::event_log;
use services::computer::{Computer, Event, Level};
use services::mailbox_store::MailboxStore;
use services::world::{Installed, World};

use super::Evidence;

/// The logs of every Exchange server, below its name.
pub(super) fn transport_logs(world: &World, evidence: &mut Evidence) {
    for machine in &world.machines {
        let computer = &machine.computer;
        computer.flush_logs();
        for (path, content) in computer.disk.below("TransportRoles") {
            evidence.0.insert(format!("{}/{path}", computer.name), content);
        }
    }
}

/// Application and System log of every Exchange server.
pub(super) fn event_logs(world: &World, evidence: &mut Evidence) {
    for machine in &world.machines {
        let is_exchange =
            matches!(machine.installed, Installed::ExchangeMailbox(_) | Installed::ExchangeEdge(_));
        let computer = &machine.computer;
        for log in ["Application", "System"].into_iter().filter(|_| is_exchange) {
            let events = computer.events.events();
            let rows: Vec<_> = events
                .iter()
                .filter(|event| event.log == log)
                .map(|event| exported(event, computer))
                .collect();
            if !rows.is_empty() {
                let path = format!("{}/EventLog/{log}.xml", computer.name);
                evidence.0.insert(path, event_log::write(&rows));
            }
        }
    }
}

fn exported(event: &Event, computer: &Computer) -> event_log::Event {
    let is_system = event.log == "System";
    let (level, severity) = match event.level {
        Level::Error => ("Error", 0xC000),
        Level::Warning => ("Warning", 0x8000),
        Level::Information => ("Information", 0x4000),
    };
    // The Service Control Manager ends its remark with a zero when it tells a state.
    let remark = event.remark.encode_utf16().chain(event.remark.contains('/').then_some(0));
    event_log::Event {
        log_name: event.log.to_owned(),
        source: event.source.to_owned(),
        event_id: Some(event.id),
        // The high word of an id: severity, and for Exchange's sources facility 4.
        qualifiers: Some(if is_system { severity } else { severity | 4 }),
        level: level.to_owned(),
        task_category: event.category.to_owned(),
        keywords: "Classic".to_owned(),
        time_created: Some(event.time),
        computer: computer.fqdn.clone(),
        event_record_id: Some(event.record),
        execution: is_system.then(|| (computer.events.service_control_process(), event.thread)),
        data: event.data.clone(),
        binary: remark.flat_map(u16::to_le_bytes).collect(),
        description: event.description.clone(),
        ..event_log::Event::default()
    }
}

/// The drop log of every firewall.
pub(super) fn firewall_drops(world: &World, since: Option<Timestamp>, evidence: &mut Evidence) {
    let gateways = world.network.gateways();
    for gateway in &gateways {
        let from = since.unwrap_or_else(|| world.clock().began());
        let log = get_lab_firewall_log::extract(gateway, from, world.clock().now());
        let path = match gateways.len() {
            1 => "Firewall/drops.log".to_owned(),
            _ => format!("Firewall/{}-drops.log", gateway.name()),
        };
        evidence.0.insert(path, log);
    }
}

/// The mails in the organization's mailboxes, on premises and in the tenant.
pub(super) fn mailboxes(world: &World, evidence: &mut Evidence) {
    for (_, server) in world.mailbox_servers() {
        store(&server.store, evidence);
    }
    store(&world.exchange_online.store, evidence);
}

fn store(store: &MailboxStore, evidence: &mut Evidence) {
    for (address, mails) in store.mailboxes() {
        for (number, mail) in mails.iter().enumerate() {
            let stamp = stamp(mail.delivered);
            let path = format!("Mailboxes/{address}/{:04} {stamp}.eml", number + 1);
            evidence.0.insert(path, mail.content.clone());
        }
    }
}

/// `20260501T060657Z`: a time that can stand in a file name.
pub(super) fn stamp(time: Timestamp) -> String {
    let local = Culture::default().local(time);
    local.strftime("%Y%m%dT%H%M%SZ").to_string()
}
