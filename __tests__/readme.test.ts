import { readFileSync } from 'node:fs';

import { screen } from '../src/cli/start/start-screen';
import { curl } from './support/curl';
import { TestServices } from './support/local-services';
import { OAuthClient } from './support/oauth-client';

const localServices = new TestServices();

/** Returns the curl commands of the README that show the response in a comment, and the responses. */
function commandsOf(readme: string): (readonly [string, string])[] {
  return [...readme.matchAll(/^(curl .*)\n#(.*)$/gm)].map(([, command, answer]) => [command!, answer!.trim()]);
}

/** Reads a response of the README, in which … is any string. */
function patternOf(answer: string): RegExp {
  const parts = answer.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^"]+')}$`);
}

test('the curl commands of the READMEs return what they show, one after the other', async () => {
  const client = new OAuthClient(await localServices.serve());
  const { loginDomainUrl, outputs } = client.services;
  // What a person replaces the words in capitals with, and the ports of npm start.
  const replacements = new Map(
    Object.entries({
      CODE: await client.code(),
      'http://localhost:3001': loginDomainUrl,
      'http://localhost:3002/prod': outputs.ApiGatewayStack!.ApiEndpoint!,
    }),
  );
  const commands = ['README.md', 'src/local/README.md'].flatMap((file) => commandsOf(readFileSync(file, 'utf8')));
  expect(commands.length).toBeGreaterThanOrEqual(8);
  for (const [command, answer] of commands) {
    const filledIn = [...replacements].reduce((filled, [from, to]) => filled.replaceAll(from, to), command);
    const text = await (await curl(filledIn)).text();
    expect([command, text]).toEqual([command, expect.stringMatching(patternOf(answer))]);
    for (const [, name, token] of text.matchAll(/"(access_token|refresh_token)":"([^"]+)"/g)) {
      replacements.set(name!.toUpperCase(), token!);
    }
  }
});

test('the README shows what npm start prints', async () => {
  const services = await localServices.serve();
  const shown = [
    [services.loginDomainUrl, 'http://localhost:3001'],
    [services.apiUrl, 'http://localhost:3002'],
    [services.userPoolApiUrl, 'http://localhost:3003'],
    [services.webUrl!, 'http://localhost:3000'],
    [services.demoUser.password, 'Aa1-…'],
  ].reduce((text, [from, to]) => text.replaceAll(from!, to!), screen(services, 'cdktf.out/local-outputs.json'));
  expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`${shown}\`\`\``);
});

test('src/local/CLIENTS.md shows the configuration with which a browser runs AWS Amplify', () => {
  const configuration = readFileSync('__tests__/support/amplify-app/amplify.ts', 'utf8');
  expect(readFileSync('src/local/CLIENTS.md', 'utf8')).toContain(`\`\`\`ts\n${configuration}\`\`\``);
});
