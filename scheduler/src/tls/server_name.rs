//! Proxies that ask for no name of a host.
//!
//! Where a `DestinationRule` gives none, Istio's gateways send `outbound|9002||SERVICE.NAMESPACE.svc.cluster.local` as the server's
//! name. A name has no `|` (RFC 6066 §3), and the TLS library refuses the handshake, as Go's does not. There is one certificate
//! for all names here, so the library gets to read `outbound_9002_.SERVICE…` instead ([`hello`]). Both sides hash what was said
//! (RFC 8446 §4.4.1), so what the library hashes is the name as it came ([`transcript`]).
//!
//! The two spellings stand for each other one to one. A client that sends the second itself finds that its hash is another, and
//! gets no connection; it is a name that nobody has.

pub(super) mod hello;
pub(super) mod transcript;

const PREFIX: &[u8] = b"outbound";

/// What stands between the parts `outbound`, port, subset and host.
type Marks = [u8; 3];

/// As gateways write it.
const FOREIGN: Marks = *b"|||";
/// As the library can read it. The host begins a label of its own, as labels are short.
const READABLE: Marks = *b"__.";

/// Makes a client's name readable, wherever it stands in these bytes of a handshake.
fn make_readable(handshake: &mut [u8]) {
    exchange(handshake, FOREIGN, READABLE);
}

/// Undoes [`make_readable`].
fn restore(handshake: &mut [u8]) {
    exchange(handshake, READABLE, FOREIGN);
}

/// Whether [`restore`] would change anything.
fn is_readable_form(handshake: &[u8]) -> bool {
    places(handshake, READABLE).next().is_some()
}

fn exchange(handshake: &mut [u8], from: Marks, to: Marks) {
    let found: Vec<[usize; 3]> = places(handshake, from).collect();
    for (place, mark) in found.into_iter().flat_map(|places| places.into_iter().zip(to)) {
        handshake[place] = mark;
    }
}

/// Where the marks of names stand. A name is told by what is before it: its kind 0, and its length in two bytes.
fn places(handshake: &[u8], marks: Marks) -> impl Iterator<Item = [usize; 3]> {
    handshake.windows(3 + PREFIX.len()).enumerate().filter_map(move |(start, window)| {
        let ([0, high, low], PREFIX) = window.split_first_chunk()? else { return None };
        let name = start + 3..start + 3 + usize::from(u16::from_be_bytes([*high, *low]));
        let within = marks_of(handshake.get(name.clone())?, marks)?;
        Some(within.map(|place| name.start + place))
    })
}

/// The places of the marks in a name where there are just these between letters, digits and hyphens.
fn marks_of(name: &[u8], marks: Marks) -> Option<[usize; 3]> {
    let mut next = PREFIX.len();
    let mut places = [0; 3];
    for (place, mark) in places.iter_mut().zip(marks) {
        let is_mark = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
        *place = next + name.get(next..)?.iter().position(is_mark)?;
        if name[*place] != mark {
            return None;
        }
        next = *place + 1;
    }
    Some(places)
}

#[cfg(test)]
mod tests;
