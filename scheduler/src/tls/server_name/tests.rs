use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::hello::ReadableHello;
use super::*;

/// A name as it stands in a hello, with something before and after.
fn named(name: &str) -> Vec<u8> {
    let length = u16::try_from(name.len()).unwrap();
    [&[1, 0, 9, 0], length.to_be_bytes().as_slice(), name.as_bytes(), &[0, 23]].concat()
}

#[test]
fn names_of_gateways_become_readable_and_come_back() {
    for (foreign, readable) in [
        ("outbound|9002||epp.llm-d.svc.cluster.local", "outbound_9002_.epp.llm-d.svc.cluster.local"),
        ("outbound|9002|v-1|epp.llm-d.svc", "outbound_9002_v-1.epp.llm-d.svc"),
    ] {
        let mut bytes = named(foreign);
        make_readable(&mut bytes);
        assert_eq!(bytes, named(readable));
        assert!(rustls::pki_types::DnsName::try_from(readable).is_ok());
        restore(&mut bytes);
        assert_eq!(bytes, named(foreign));
    }
}

#[test]
fn other_names_stay() {
    for name in [
        "epp.llm-d.svc",
        "outbound_.9002_._.epp.llm-d.svc",
        "outbound",
        "outbound|9002",
        "outbound|9002|v.1|epp",
        "inbound|9002||epp",
    ] {
        let mut bytes = named(name);
        make_readable(&mut bytes);
        restore(&mut bytes);
        assert_eq!(bytes, named(name), "{name}");
    }
    // Nothing says that this is a name.
    let mut text = b"see outbound|9002||epp".to_vec();
    make_readable(&mut text);
    assert_eq!(text, b"see outbound|9002||epp");
}

/// A record of a handshake.
fn record(payload: &[u8]) -> Vec<u8> {
    [&[22, 3, 1], u16::try_from(payload.len()).unwrap().to_be_bytes().as_slice(), payload].concat()
}

proptest! {
    #[test]
    fn bytes_come_out_as_they_went_in_but_for_the_name(
        rest in proptest::collection::vec(any::<u8>(), 0..600),
        piece in 1_usize..80,
    ) {
        let hello = |name: &str| [record(&named(name)), rest.clone()].concat();
        let sent = hello("outbound|9002||epp.llm-d.svc");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = runtime.block_on(async {
            let (mut client, server) = tokio::io::duplex(piece);
            tokio::spawn(async move { client.write_all(&sent).await });
            let mut read = Vec::new();
            ReadableHello::new(server).read_to_end(&mut read).await.unwrap();
            read
        });
        prop_assert_eq!(read, hello("outbound_9002_.epp.llm-d.svc"));
    }
}
