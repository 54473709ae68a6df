//! The checks, by what they are about: facts in, findings out.

mod cluster;
mod definitions;
mod gateway;
mod hardware;
mod namespace;
mod neighbours;
mod room;
mod storage;
mod token;

use super::Wanted;
use super::check::Check;
use super::facts::Facts;
use super::report::Seen;

/// Judges by what is known.
pub(super) fn run(check: Check, wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    match check {
        Check::ApiServer => cluster::api_server(wanted, facts),
        Check::Namespace => namespace::namespace(wanted, facts),
        Check::Permissions => cluster::permissions(wanted, facts),
        Check::Definitions => definitions::definitions(wanted, facts),
        Check::Monitoring => definitions::monitoring(wanted, facts),
        Check::GatewayClass => gateway::class(wanted, facts),
        Check::Controller => gateway::controller(wanted, facts),
        Check::ModelToken => token::token(wanted, facts),
        Check::Accelerators => room::accelerators(wanted, facts),
        Check::NodeDisks => room::disks(wanted, facts),
        Check::Devices => hardware::devices(wanted, facts),
        Check::Drivers => hardware::drivers(wanted, facts),
        Check::Quota => namespace::quota(wanted, facts),
        Check::Admission => namespace::admission(wanted, facts),
        Check::Storage => storage::storage(wanted, facts),
        Check::Names => Ok(namespace::names(wanted)),
        Check::Neighbours => neighbours::neighbours(wanted, facts),
        Check::Platform => cluster::platform(wanted, facts),
        Check::OpenShift => cluster::open_shift(wanted, facts),
    }
}
