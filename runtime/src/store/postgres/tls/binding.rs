//! What ties a password's proof to this very connection: the hash of the server's certificate (RFC 5929).

use ring::digest::{Algorithm, SHA256, SHA384, SHA512, digest};

/// The hash, by the algorithm that the certificate was signed with; none if that one does not say.
pub(super) fn hash(certificate: &[u8]) -> Option<Vec<u8>> {
    Some(
        digest(algorithm(signature(certificate)?)?, certificate)
            .as_ref()
            .to_vec(),
    )
}

/// By the object identifier of the signature; MD5 and SHA-1 count as SHA-256.
fn algorithm(signature: &[u8]) -> Option<&'static Algorithm> {
    const RSA: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
    const ECDSA: [u8; 6] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
    let rest = |prefix: &[u8]| signature.strip_prefix(prefix);
    match (rest(&RSA), rest(&ECDSA)) {
        (Some([4 | 5 | 11]), _) | (_, Some([1] | [3, 2])) => Some(&SHA256),
        (Some([12]), _) | (_, Some([3, 3])) => Some(&SHA384),
        (Some([13]), _) | (_, Some([3, 4])) => Some(&SHA512),
        _ => None,
    }
}

/// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OBJECT IDENTIFIER, .. }, .. }`
fn signature(certificate: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const IDENTIFIER: u8 = 0x06;
    let (inside, _) = element(SEQUENCE, certificate)?;
    let (_, behind) = element(SEQUENCE, inside)?;
    let (algorithm, _) = element(SEQUENCE, behind)?;
    Some(element(IDENTIFIER, algorithm)?.0)
}

/// The content of the first element, and what follows it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [found, length, rest @ ..] = bytes else {
        return None;
    };
    // From 128 on it says how many bytes the length has.
    let more = usize::from(length.checked_sub(0x80).unwrap_or_default());
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let bytes = rest.get(..more).filter(|bytes| bytes.len() <= 4)?;
        let length = bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        (length, &rest[more..])
    };
    (*found == tag).then(|| rest.split_at_checked(length))?
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, SignatureAlgorithm};

    use super::{hash, signature};

    fn certificate(algorithm: &'static SignatureAlgorithm) -> Vec<u8> {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_signature_says_by_which_hash() {
        for (algorithm, length) in [
            (&rcgen::PKCS_ECDSA_P256_SHA256, Some(32)),
            (&rcgen::PKCS_ECDSA_P384_SHA384, Some(48)),
            (&rcgen::PKCS_ED25519, None),
        ] {
            let hash = hash(&certificate(algorithm));
            assert_eq!(hash.map(|hash| hash.len()), length, "{algorithm:?}");
        }
    }

    #[test]
    fn each_hash_goes_by_its_identifiers() {
        const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
        const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4];
        let element = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap();
            [&[tag, length], content].concat()
        };
        for (of, last, length) in [
            (RSA, &[4][..], Some(32)),
            (RSA, &[5], Some(32)),
            (RSA, &[11], Some(32)),
            (RSA, &[12], Some(48)),
            (RSA, &[13], Some(64)),
            (RSA, &[10], None),
            (ECDSA, &[1], Some(32)),
            (ECDSA, &[3, 2], Some(32)),
            (ECDSA, &[3, 3], Some(48)),
            (ECDSA, &[3, 4], Some(64)),
            (ECDSA, &[3, 1], None),
        ] {
            let identifier = element(0x06, &[of, last].concat());
            let certificate = [element(0x30, &[]), element(0x30, &identifier)].concat();
            let hash = hash(&element(0x30, &certificate));
            assert_eq!(hash.map(|hash| hash.len()), length, "{of:x?} {last:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_signature() {
        let whole = certificate(&rcgen::PKCS_ECDSA_P256_SHA256);
        assert!(signature(&whole).is_some());
        for end in 0..whole.len() {
            assert_eq!(signature(&whole[..end]), None, "{end}");
        }
        for bytes in [&[0x30, 0x85, 1, 1, 1, 1, 1][..], &[0x30, 0x80], &[0x31, 0]] {
            assert_eq!(signature(bytes), None, "{bytes:?}");
        }
    }
}
