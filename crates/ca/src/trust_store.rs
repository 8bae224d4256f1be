//! The root certificates a computer trusts: its store "Trusted Root Certification Authorities".
//!
//! Not modelled: the store for intermediate certificates and the download of missing ones (Exchange
//! Online does not download them), roots that are trusted for some uses only, automatic root updates.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::certificate::Certificate;

/// Trusted root certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustStore {
    /// By thumbprint. Every session looks at a store, few change one: copies share it.
    roots: Arc<BTreeMap<String, Certificate>>,
}

impl TrustStore {
    /// A store that trusts nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts a root from now on. Only the certificate itself enters the store, never a key.
    pub fn add(&mut self, root: &Certificate) {
        Arc::make_mut(&mut self.roots).insert(root.thumbprint.clone(), root.public());
    }

    /// Trusts a root no longer, and gives it back if it was trusted.
    pub fn remove(&mut self, thumbprint: &str) -> Option<Certificate> {
        Arc::make_mut(&mut self.roots).remove(&thumbprint.to_ascii_uppercase())
    }

    /// Whether that very certificate is trusted.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        let own = self.roots.get(&certificate.thumbprint);
        own.is_some_and(|own| own.der() == certificate.der())
    }

    /// The trusted roots, in the order of their thumbprints.
    pub fn roots(&self) -> impl Iterator<Item = &Certificate> {
        self.roots.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{private_authority, public_authority};

    #[test]
    fn a_root_is_trusted_from_its_adding_to_its_removal() {
        let root = private_authority().root.clone();
        let mut store = TrustStore::new();
        assert!(!store.contains(&root));
        store.add(&root);
        store.add(&public_authority().root);
        assert!(store.contains(&root) && store.roots().count() == 2);
        assert!(store.roots().all(|root| root.key.is_none()));
        let removed = store.remove(&root.thumbprint.to_lowercase());
        assert_eq!(removed, Some(root.public()));
        assert!(!store.contains(&root) && store.remove(&root.thumbprint).is_none());
    }
}
