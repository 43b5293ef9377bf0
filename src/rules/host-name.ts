import { isIPv4, isIPv6 } from 'node:net';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostName = new RegExp(`^(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`);

const anyHost = new RegExp(`^(?:${label}\\.)*${label}$`, 'i');

/** Hosts of AWS. Only AWS can get a certificate for them. */
const awsHost = /(?:^|\.)(?:amazonaws\.com|amazoncognito\.com|cloudfront\.net|on\.aws|awsapprunner\.com)$/;

/**
 * Returns what is wrong with the host name of a custom domain, or undefined.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1
 */
export function hostNameProblem(name: string): string | undefined {
  if (!hostName.test(name) || name.length > 253) {
    return 'must be a host name in lower case';
  }
  return awsHost.test(name) ? 'must not be a host name of AWS' : undefined;
}

/** Returns whether a string can be the host of a URL: a name with any number of labels, or an IP address. */
export function isHost(host: string): boolean {
  const [, ipv6] = /^\[(.*)\]$/.exec(host) ?? [];
  if (ipv6 !== undefined) {
    return isIPv6(ipv6);
  }
  // A name whose last label is a number is an IPv4 address: URL would take 0x7f.1 for 127.0.0.1.
  return /(?:^|\.)\d+$/.test(host) ? isIPv4(host) : anyHost.test(host) && host.length <= 253;
}

/** Returns whether the port of a URL, if it has one, is one that a client can connect to. */
export function isPort(port: string): boolean {
  return port === '' || (Number(port) >= 1 && Number(port) <= 65_535);
}
