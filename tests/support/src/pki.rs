//! Keys and certificates of a control plane: EC P-256, written as PEM files.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};

/// A certificate authority and the folder that everything it issues is written to.
pub(crate) struct Pki {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

/// The files of a certificate and its key.
pub(crate) struct Issued {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Pki {
    pub(crate) fn new(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).expect("a folder for keys can be made");
        let mut params = params("testbed-ca", None, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = key_pair();
        let certificate = params.self_signed(&key).expect("a CA can sign itself");
        write(&folder.join("ca.crt"), &certificate.pem());
        write(&folder.join("ca.key"), &key.serialize_pem());
        Self { folder, issuer: Issuer::new(params, key) }
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    pub(crate) fn ca_key(&self) -> PathBuf {
        self.folder.join("ca.key")
    }

    /// A certificate for a server that is reached by these names and addresses.
    pub(crate) fn server(&self, name: &str, hosts: &[&str]) -> Issued {
        let mut params = params(name, None, hosts);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(name, &params)
    }

    /// The same, valid from the beginning of a year.
    pub(crate) fn server_from(&self, year: i32, name: &str, hosts: &[&str]) -> Issued {
        let mut params = params(name, None, hosts);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = rcgen::date_time_ymd(year, 1, 1);
        self.issue(name, &params)
    }

    /// A certificate by which a user logs in; Kubernetes takes the group from its organisation.
    pub(crate) fn client(&self, user: &str, group: &str) -> Issued {
        let mut params = params(user, Some(group), &[]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(user, &params)
    }

    /// The same, valid from the beginning of a year.
    pub(crate) fn client_from(&self, year: i32, user: &str, group: &str) -> Issued {
        let mut params = params(user, Some(group), &[]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = rcgen::date_time_ymd(year, 1, 1);
        self.issue(user, &params)
    }

    /// The same, valid until the beginning of a year.
    pub(crate) fn client_until(&self, year: i32, user: &str, group: &str) -> Issued {
        let mut params = params(user, Some(group), &[]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        self.issue(user, &params)
    }

    /// The private key that signs tokens of service accounts.
    pub(crate) fn token_key(&self) -> PathBuf {
        self.folder.join("sa.key")
    }

    /// The pair of keys that signs and checks tokens of service accounts.
    pub(crate) fn token_keys(&self) -> (PathBuf, PathBuf) {
        let key = key_pair();
        let files = (self.token_key(), self.folder.join("sa.pub"));
        write(&files.0, &key.serialize_pem());
        write(&files.1, &key.public_key_pem());
        files
    }

    fn issue(&self, name: &str, params: &CertificateParams) -> Issued {
        let key = key_pair();
        let certificate = params.signed_by(&key, &self.issuer).expect("the CA can sign");
        let stem = name.replace(':', "-");
        let issued = Issued {
            certificate: self.folder.join(format!("{stem}.crt")),
            key: self.folder.join(format!("{stem}.key")),
        };
        write(&issued.certificate, &certificate.pem());
        write(&issued.key, &key.serialize_pem());
        issued
    }
}

fn key_pair() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}

fn params(name: &str, group: Option<&str>, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("the names of hosts are ASCII");
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    if let Some(group) = group {
        params.distinguished_name.push(DnType::OrganizationName, group);
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = !name.ends_with("-ca");
    params
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap_or_else(|error| panic!("failed to write {}: {error}", file.display()));
}
