//! What a session may do, by who the client is and whom the connector lets in.
//!
//! Source: Microsoft Learn, "Receive connectors", table of permission groups.
//!
//! Not modelled: permissions set one by one (`Custom`), delivery as another sender.

use exchange::nouns::receive_connector::{PermissionGroup, ReceiveConnector};

/// Who the client is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nobody knows.
    Anonymous,
    /// An Exchange server of the organization, proved by X-EXPS; its FQDN.
    ExchangeServer(String),
}

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Hand over mail at all (`ms-Exch-SMTP-Submit`).
    pub submit: bool,
    /// Write to recipients of other organizations (`ms-Exch-SMTP-Accept-Any-Recipient`).
    pub any_recipient: bool,
    /// Bring organization headers in (`ms-Exch-Accept-Headers-Organization`).
    pub organization_headers: bool,
    /// Send messages above the connector's size (`ms-Exch-Bypass-Message-Size-Limit`).
    pub bypass_size: bool,
}

impl Permissions {
    const NONE: Self = Self {
        submit: false,
        any_recipient: false,
        organization_headers: false,
        bypass_size: false,
    };

    /// What that client may do on that connector.
    pub fn of(identity: &Identity, connector: &ReceiveConnector) -> Self {
        let groups = connector.permission_groups;
        let is_server = matches!(identity, Identity::ExchangeServer(_));
        let server_group = groups.has(PermissionGroup::ExchangeServers)
            || groups.has(PermissionGroup::ExchangeLegacyServers);
        if is_server && server_group {
            return Self {
                submit: true,
                any_recipient: true,
                organization_headers: true,
                bypass_size: true,
            };
        }
        if groups.has(PermissionGroup::AnonymousUsers) {
            return Self { submit: true, ..Self::NONE };
        }
        Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::nouns::receive_connector::TransportRole;
    use exchange::properties::Flags;

    fn connector(groups: &[PermissionGroup]) -> ReceiveConnector {
        let mut connector = ReceiveConnector::new("X", "Y", TransportRole::HubTransport);
        connector.permission_groups = Flags::of(groups);
        connector
    }

    #[test]
    fn strangers_submit_only_where_anonymous_users_may() {
        let open = connector(&[PermissionGroup::AnonymousUsers]);
        let closed = connector(&[PermissionGroup::ExchangeServers]);
        let stranger = Identity::Anonymous;
        assert!(Permissions::of(&stranger, &open).submit);
        assert!(!Permissions::of(&stranger, &open).any_recipient);
        assert!(!Permissions::of(&stranger, &closed).submit);
    }

    #[test]
    fn servers_of_the_organization_bring_their_headers() {
        let server = Identity::ExchangeServer("cmhybd01.cloudmonkeys.xyz".to_owned());
        let both = connector(&[PermissionGroup::AnonymousUsers, PermissionGroup::ExchangeServers]);
        assert!(Permissions::of(&server, &both).organization_headers);
        let open = connector(&[PermissionGroup::AnonymousUsers]);
        assert!(!Permissions::of(&server, &open).organization_headers);
    }
}
