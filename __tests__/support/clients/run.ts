// Runs one of these clients in a process of its own, for services that it gets as JSON on standard input.
import { text } from 'node:stream/consumers';

import { type Services } from '../local-services';
import { type Client } from './client';

void (async () => {
  const { run } = (await import(`./${process.argv[2]!}.ts`)) as { run: Client };
  const services = JSON.parse(await text(process.stdin)) as Services;
  console.log(JSON.stringify(await run(services)));
})();
