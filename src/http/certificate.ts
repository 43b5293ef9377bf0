import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto';

import { BitString, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AltName,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralSubtree,
  id_AuthorityKeyIdentifier,
  id_BasicConstraints,
  id_ExtKeyUsage,
  id_KeyUsage,
  id_NameConstraints,
  id_SubjectAltName,
  id_SubjectKeyIdentifier,
  NameConstraints,
  type PkiObject,
  PublicKeyInfo,
} from 'pkijs';

/** A certificate and its private key, each as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is for: the host `localhost`, or the bytes of an IP address. */
export type Name = string | readonly number[];

/** When a certificate is valid. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Makes an authority that can certify only servers with these names, and no further authority.
 *
 * @param title the name under which a browser lists it, of at most 64 characters
 * @see https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.10
 */
export async function createAuthority(
  title: string,
  names: readonly Name[],
  validity: Validity,
): Promise<KeyedCertificate> {
  const key = generateKey();
  const permittedSubtrees = names.map(
    (name) => new GeneralSubtree({ base: generalName(name, (address) => [...address, ...address.map(() => 255)]) }),
  );
  const authority = { name: commonName(title), key };
  return certify({ ...authority, issuer: authority, validity }, [
    extension(id_BasicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), { isCritical: true }),
    extension(id_KeyUsage, keyUsage('keyCertSign'), { isCritical: true }),
    extension(id_NameConstraints, new NameConstraints({ permittedSubtrees }), { isCritical: true }),
  ]);
}

/** Makes a certificate for a server with these names, signed by an authority. */
export async function createServerCertificate(
  authority: KeyedCertificate,
  names: readonly [host: string, ...others: Name[]],
  validity: Validity,
): Promise<KeyedCertificate> {
  const { subject } = Certificate.fromBER(new X509Certificate(authority.certificate).raw);
  const issuer = { name: subject.typesAndValues, key: createPrivateKey(authority.key) };
  return certify({ name: commonName(names[0]), key: generateKey(), issuer, validity }, [
    extension(id_BasicConstraints, new BasicConstraints({ cA: false }), { isCritical: true }),
    extension(id_KeyUsage, keyUsage('digitalSignature'), { isCritical: true }),
    extension(id_SubjectAltName, new AltName({ altNames: names.map((name) => generalName(name)) })),
  ]);
}

/** The issuer or the subject of a certificate, with its key. */
interface Entity {
  readonly name: AttributeTypeAndValue[];
  readonly key: KeyObject;
}

/** What a certificate states. */
interface CertificateContent extends Entity {
  readonly issuer: Entity;
  readonly validity: Validity;
}

async function certify(
  { name, key, issuer, validity }: CertificateContent,
  extensions: readonly Extension[],
): Promise<KeyedCertificate> {
  const certificate = new Certificate({
    version: 2,
    // Positive, as RFC 5280 requires.
    serialNumber: new Integer({ valueHex: Uint8Array.of(1, ...randomBytes(15)) }),
  });
  certificate.issuer.typesAndValues = issuer.name;
  certificate.subject.typesAndValues = name;
  certificate.notBefore.value = validity.from;
  certificate.notAfter.value = validity.to;
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(publicKeyInfo(key));
  certificate.extensions = [
    ...extensions,
    extension(id_ExtKeyUsage, new ExtKeyUsage({ keyPurposes: [serverAuthentication] })),
    // Python 3.13 and later accept no certificate without these two.
    extension(id_SubjectKeyIdentifier, keyIdentifier(key)),
    extension(id_AuthorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(issuer.key) })),
  ];
  await certificate.sign(await toCryptoKey(issuer.key), 'SHA-256');
  return {
    certificate: new X509Certificate(Buffer.from(certificate.toSchema(true).toBER())).toString(),
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function generateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

/** Identifies a key by the first 160 bits of its hash. */
function keyIdentifier(key: KeyObject): OctetString {
  return new OctetString({ valueHex: createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20) });
}

/** Returns the key as PKI.js takes it. */
function toCryptoKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return webcrypto.subtle.importKey('pkcs8', key.export({ format: 'der', type: 'pkcs8' }), algorithm, false, ['sign']);
}

function commonName(value: string): AttributeTypeAndValue[] {
  return [new AttributeTypeAndValue({ type: '2.5.4.3', value: new Utf8String({ value }) })];
}

/** @param range extends an address to the range that a name constraint has */
function generalName(name: Name, range = (address: readonly number[]) => address): GeneralName {
  return typeof name === 'string'
    ? new GeneralName({ type: 2, value: name })
    : new GeneralName({ type: 7, value: new OctetString({ valueHex: Uint8Array.from(range(name)) }) });
}

/** The use of a key, as a bit string that ends with the last bit that is set. */
function keyUsage(use: keyof typeof keyUsages): BitString {
  const { bits, unusedBits } = keyUsages[use];
  return new BitString({ valueHex: Uint8Array.of(bits), unusedBits });
}

const keyUsages = {
  digitalSignature: { bits: 0b1000_0000, unusedBits: 7 },
  keyCertSign: { bits: 0b0000_0100, unusedBits: 2 },
} as const;

const serverAuthentication = '1.3.6.1.5.5.7.3.1';

function extension(extnID: string, value: PkiObject | BitString | OctetString, { isCritical = false } = {}): Extension {
  const content = 'toSchema' in value ? (value.toSchema() as BitString) : value;
  return new Extension({ extnID, critical: isCritical, extnValue: content.toBER() });
}
