//! The hash of a handshake, of names as they came.

use std::sync::OnceLock;

use rustls::crypto::hash::{Context, Hash, HashAlgorithm, Output};
use rustls::crypto::{CipherSuiteCommon, CryptoProvider, ring};
use rustls::{SupportedCipherSuite, Tls12CipherSuite, Tls13CipherSuite};

use super::{is_readable_form, restore};

/// `ring`'s algorithms, with hashes that undo what [`super::hello`] does.
pub(in crate::tls) fn provider() -> CryptoProvider {
    // The library takes suites that live as long as the program.
    static SUITES: OnceLock<Vec<SupportedCipherSuite>> = OnceLock::new();
    let usual = ring::default_provider();
    let suites = SUITES.get_or_init(|| usual.cipher_suites.iter().copied().map(restoring).collect());
    CryptoProvider { cipher_suites: suites.clone(), ..usual }
}

fn restoring(suite: SupportedCipherSuite) -> SupportedCipherSuite {
    let common = |usual: &CipherSuiteCommon| CipherSuiteCommon {
        suite: usual.suite,
        hash_provider: Box::leak(Box::new(Restoring(usual.hash_provider))),
        confidentiality_limit: usual.confidentiality_limit,
    };
    match suite {
        SupportedCipherSuite::Tls12(usual) => {
            SupportedCipherSuite::Tls12(Box::leak(Box::new(Tls12CipherSuite {
                common: common(&usual.common),
                ..*usual
            })))
        }
        SupportedCipherSuite::Tls13(usual) => {
            SupportedCipherSuite::Tls13(Box::leak(Box::new(Tls13CipherSuite {
                common: common(&usual.common),
                ..*usual
            })))
        }
    }
}

struct Restoring(&'static dyn Hash);

impl Hash for Restoring {
    fn start(&self) -> Box<dyn Context> {
        Box::new(RestoringContext(self.0.start()))
    }

    fn hash(&self, data: &[u8]) -> Output {
        self.0.hash(data)
    }

    fn output_len(&self) -> usize {
        self.0.output_len()
    }

    fn algorithm(&self) -> HashAlgorithm {
        self.0.algorithm()
    }
}

struct RestoringContext(Box<dyn Context>);

impl Context for RestoringContext {
    fn fork_finish(&self) -> Output {
        self.0.fork_finish()
    }

    fn fork(&self) -> Box<dyn Context> {
        Box::new(Self(self.0.fork()))
    }

    fn finish(self: Box<Self>) -> Output {
        self.0.finish()
    }

    /// Messages come whole.
    fn update(&mut self, data: &[u8]) {
        if is_readable_form(data) {
            let mut data = data.to_vec();
            restore(&mut data);
            self.0.update(&data);
        } else {
            self.0.update(data);
        }
    }
}
