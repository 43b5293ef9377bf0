// Loaded before every Node.js program of a project under test: knows no host but this machine, and writes down others.
// Terraform and npm go through the proxy that their environment names; Node.js by itself takes no notice of it.
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import process from 'node:process';

const { lookup } = dns;
dns.lookup = (hostname, options, callback = options) => {
  if (['localhost', '127.0.0.1', '::1'].includes(hostname)) {
    lookup(hostname, options, callback);
    return;
  }
  appendFileSync(process.env.STRAY_LOOKUPS, `${hostname}\n`);
  callback(Object.assign(new Error(`${hostname} is not this machine`), { code: 'ENOTFOUND' }));
};
