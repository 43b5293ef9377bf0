import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { addresses, parse, synthApp } from './support/synth';
import { settingsTable } from './support/settings-table';

const readme = readFileSync('README.md', 'utf8');
const help = readFileSync('help', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

interface CdktfJson {
  readonly context: { readonly settings: unknown };
}

const cdktfJson = JSON.parse(readFileSync('cdktf.json', 'utf8')) as CdktfJson;

/** Lists the scripts that a text names, as `npm run x` or `npm test`. */
function scriptsIn(text: string): string[] {
  return [...text.matchAll(/npm (?:run )?(?:-s |--silent )?([a-z]+(?::[a-z]+)?)/g)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'ci');
}

describe('help', () => {
  test('lists the scripts of package.json and no others', () => {
    expect([...new Set(scriptsIn(help))].sort()).toEqual(Object.keys(scripts).sort());
  });

  test('fits one screen', () => {
    const lines = help.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

test('the scripts also run in cmd.exe, which knows no single quotes, variables before a command, or $', () => {
  for (const [name, script] of Object.entries(scripts)) {
    const unquoted = script.replaceAll(/"[^"]*"/g, '');
    expect({ name, unquoted }).toEqual({ name, unquoted: expect.not.stringMatching(/'|(?:^|&& )\w+=|\$/) as string });
  }
});

test('the commands that src/cli/README.md shows are run by the acceptance tests', () => {
  const folder = '__tests__/acceptance';
  const tests = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
  const chapter = readFileSync('src/cli/README.md', 'utf8');
  const commands = [...chapter.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.trim().split('\n'));
  expect(commands.length).toBeGreaterThan(8);
  expect(commands.filter((command) => !tests.some((test) => test.includes(`'${command}'`)))).toEqual([]);
});

test('src/cli/README.md lists the files of its folder', () => {
  const chapter = readFileSync('src/cli/README.md', 'utf8');
  const files = [...readdirSync('src/cli'), ...readdirSync('src/cli/commands')].filter((file) => file.endsWith('.ts'));
  expect(files.filter((file) => !chapter.includes(file))).toEqual([]);
});

describe('README', () => {
  test('names only scripts that there are', () => {
    expect(scriptsIn(readme).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('shows the settings as they are', () => {
    expect(/<!-- settings:.*?-->\n(.*?)\n<!-- \/settings -->/s.exec(readme)?.[1]).toBe(settingsTable());
  });

  test('shows settings that are right', () => {
    const files = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json!) as CdktfJson);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const { context, ...others } of files) {
      expect(cdktfJson).toMatchObject(others);
      expect(() => synthApp(context.settings)).not.toThrow();
    }
  });

  test('names addresses and outputs that there are', () => {
    const { cognito, apiGateway } = synthApp();
    const known = [...addresses(cognito), ...addresses(apiGateway)];
    const named = [...readme.matchAll(/`(aws_\w+\.[\w-]+)`/g)].map(([, address]) => address!);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((address) => !known.includes(address))).toEqual([]);
    for (const output of Object.keys({ ...parse(cognito).output, ...parse(apiGateway).output })) {
      expect(output.startsWith('cross-stack-') || readme.includes(`\`${output}\``)).toBe(true);
    }
  });

  test('names files that there are', () => {
    const files = [...readme.matchAll(/`((?:src|__tests__)\/[\w./-]+|\w+\.(?:ts|json)|\.[\w-]+\/[\w./-]+)`/g)].map(
      ([, file]) => file!,
    );
    const made = ['outputs.json', 'config.json'];
    expect(files.filter((file) => !existsSync(file) && !made.includes(file))).toEqual([]);
  });
});
