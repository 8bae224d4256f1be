//! A zone as hickory's catalog serves it.
//!
//! hickory's handler in memory does the lookups, except for wildcards, which it would also apply to
//! names that exist; those follow RFC 4592 here.
//!
//! Not modelled: zone transfer (refused), dynamic update (not implemented, says the answer).

use std::sync::Arc;

use async_trait::async_trait;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{LowerName, Name, RecordSet, RecordType, TSigResponseContext};
use hickory_server::server::{Request, RequestInfo};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{
    AuthLookup, AxfrPolicy, LookupControlFlow, LookupError, LookupOptions, LookupRecords,
    ZoneHandler, ZoneTransfer, ZoneType,
};

use crate::name::DomainName;
use crate::wire;
use crate::zone::{Place, Zone};

pub(crate) struct ServedZone {
    zone: Zone,
    /// All records but those of wildcards.
    plain: InMemoryZoneHandler,
}

impl ServedZone {
    pub(crate) fn new(zone: &Zone) -> Self {
        let origin = zone.name().wire().clone();
        let mut plain = InMemoryZoneHandler::empty(origin, ZoneType::Primary, AxfrPolicy::Deny);
        for record in zone.records().filter(|record| !record.name.is_wildcard()) {
            // It refuses what is there already, and a zone has nothing twice.
            plain.upsert_mut(wire::to_wire(&record), zone.soa().serial_number);
        }
        Self { zone: zone.clone(), plain }
    }

    /// The records of a wildcard as those of the name asked for.
    fn synthesize(
        &self,
        wildcard: &DomainName,
        name: &LowerName,
        wanted: RecordType,
    ) -> Result<RecordSet, LookupError> {
        let records = self.zone.records_of(wildcard).iter().map(wire::to_wire);
        let mut records = records.filter(|record| match record.record_type() {
            RecordType::CNAME => true,
            own => own == wanted || wanted == RecordType::ANY,
        });
        let first = records.next().ok_or(LookupError::NameExists)?;
        let record_type = first.record_type();
        let mut set = RecordSet::with_ttl(Name::from(name), record_type, first.ttl);
        set.add_rdata(first.data);
        for record in records.filter(|record| record.record_type() == record_type) {
            set.add_rdata(record.data);
        }
        Ok(set)
    }
}

#[async_trait]
impl ZoneHandler for ServedZone {
    fn zone_type(&self) -> ZoneType {
        ZoneType::Primary
    }

    fn axfr_policy(&self) -> AxfrPolicy {
        AxfrPolicy::Deny
    }

    fn origin(&self) -> &LowerName {
        self.plain.origin()
    }

    async fn lookup(
        &self,
        name: &LowerName,
        record_type: RecordType,
        request: Option<&RequestInfo<'_>>,
        options: LookupOptions,
    ) -> LookupControlFlow<AuthLookup> {
        let found = match self.zone.place_of(&DomainName::from_wire(&Name::from(name))) {
            Place::Records => return self.plain.lookup(name, record_type, request, options).await,
            Place::Empty => Err(LookupError::NameExists),
            Place::Wildcard(wildcard) => self.synthesize(&wildcard, name, record_type),
            Place::Nowhere => Err(LookupError::from(ResponseCode::NXDomain)),
        };
        LookupControlFlow::Continue(
            found.map(|set| AuthLookup::answers(LookupRecords::new(options, Arc::new(set)), None)),
        )
    }

    async fn search(
        &self,
        request: &Request,
        options: LookupOptions,
    ) -> (LookupControlFlow<AuthLookup>, Option<TSigResponseContext>) {
        let info = match request.request_info() {
            Ok(info) => info,
            Err(error) => return (LookupControlFlow::Break(Err(error)), None),
        };
        let (name, record_type) = (info.query.name(), info.query.query_type());
        (self.lookup(name, record_type, Some(&info), options).await, None)
    }

    async fn nsec_records(
        &self,
        name: &LowerName,
        options: LookupOptions,
    ) -> LookupControlFlow<AuthLookup> {
        self.plain.nsec_records(name, options).await
    }

    async fn zone_transfer(
        &self,
        _: &Request,
        _: LookupOptions,
        _: u64,
    ) -> Option<(Result<ZoneTransfer, LookupError>, Option<TSigResponseContext>)> {
        Some((Err(LookupError::from(ResponseCode::Refused)), None))
    }
}
