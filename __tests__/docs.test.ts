import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { parseEnvironments } from '../src/settings/environments';
import { synthesizedByMain } from './support/main-stacks';
import { addresses, parse } from './support/stack-json';

const help = readFileSync('help', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const cdktfJson = JSON.parse(readFileSync('cdktf.json', 'utf8')) as CdktfJson;

interface CdktfJson {
  readonly context: { readonly settings: unknown; readonly environments?: unknown };
}

/** The documents of this project, by path: README.md and what it leads to. Other documents are a user's own. */
const documents = new Map<string, string>();
collectDocuments('README.md');

function collectDocuments(file: string): void {
  documents.set(file, readFileSync(file, 'utf8'));
  for (const link of linksIn(documents.get(file)!)) {
    const linked = join(dirname(file), link.split('#')[0]!);
    if (linked.endsWith('.md') && existsSync(linked) && !documents.has(linked)) {
      collectDocuments(linked);
    }
  }
}

/** Files that a chapter has its reader write. */
const writtenByReader = [
  ...['src/handlers/orders.ts', 'src/handlers/token.ts', '__tests__/handlers/orders.test.ts'],
  'src/schemas/order.json',
];
const all = [...documents.values()].join('\n');

/** Lists the scripts that a text names, as `npm run x` or `npm test`. */
function scriptsIn(text: string): string[] {
  return (
    [...text.matchAll(/npm (?:run )?(?:-s |--silent )?([a-z]+(?:[:-][a-z]+)*)/g)]
      .map(([, name]) => name!)
      // npm's own commands.
      .filter((name) => !['ci', 'install', 'pack', 'pkg', 'uninstall'].includes(name))
  );
}

/** Lists the targets of the links and pictures in a text. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** Lists the anchors of a Markdown file: its headings, as a code host writes them. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('help', () => {
  test('lists the scripts of package.json that run a program of this project', () => {
    const programs = Object.keys(scripts).filter((name) => /(?:src\/cli|__tests__)\//.test(scripts[name]!));
    expect(scriptsIn(help)).toEqual(expect.arrayContaining(programs));
    expect(scriptsIn(help).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('fits one screen', () => {
    const lines = help.split('\n');
    expect(lines.length).toBeLessThanOrEqual(45);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

test('the scripts also run in cmd.exe, which has no single quotes, variables before a command, or $', () => {
  for (const [name, script] of Object.entries(scripts)) {
    const unquoted = script.replaceAll(/"[^"]*"/g, '');
    expect({ name, unquoted }).toEqual({ name, unquoted: expect.not.stringMatching(/'|(?:^|&& )\w+=|\$/) as string });
  }
});

test('the commands that src/cli/README.md shows are run by the acceptance tests', () => {
  const folder = join('__tests__', 'acceptance');
  const tests = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const chapter = documents.get(normalize('src/cli/README.md'))!;
  const commands = [...chapter.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.trim().split('\n'));
  expect(commands.length).toBeGreaterThan(8);
  expect(commands.filter((command) => !tests.some((test) => test.includes(`'${command}'`)))).toEqual([]);
});

describe('README.md', () => {
  test('fits one page', () => {
    expect(documents.get('README.md')!.split('\n').length).toBeLessThanOrEqual(220);
  });
});

describe.each([...documents])('%s', (file, text) => {
  test('names only scripts that package.json has', () => {
    expect(scriptsIn(text).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('has no broken link', () => {
    const broken = linksIn(text)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path, anchor] = target.split('#') as [string, string?];
        const linked = path === '' ? file : join(dirname(file), path);
        return !existsSync(linked) || (anchor !== undefined && !anchorsOf(linked).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  test('names only files that exist', () => {
    const files = [...text.matchAll(/`((?:src|__tests__)\/[\w./-]+|\.(?:config|github|ci)\/[\w./-]+)`/g)].map(
      ([, named]) => named!,
    );
    expect(files.filter((named) => !existsSync(named) && !writtenByReader.includes(named))).toEqual([]);
  });

  test('shows settings that are allowed', () => {
    const files = [...text.matchAll(/```json\n(.*?)```/gs)]
      .map(([, json]) => JSON.parse(json!) as CdktfJson)
      .filter(({ context }) => context as unknown)
      // The test of that chapter writes the handler or the schema first.
      .filter((json) => !/"(?:lambda|triggers|request)"/.test(JSON.stringify(json)));
    for (const { context, ...others } of files) {
      expect(cdktfJson).toMatchObject(others);
      expect(() => parseEnvironments(context)).not.toThrow();
    }
  });
});

test('the chapters name addresses and outputs that the stacks have', () => {
  const { cognito, apiGateway } = synthesizedByMain();
  const known = [...addresses(cognito), ...addresses(apiGateway)];
  const named = [...all.matchAll(/`(aws_\w+\.[\w-]+)`/g)].map(([, address]) => address!);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((address) => !known.includes(address))).toEqual([]);
  for (const output of Object.keys({ ...parse(cognito).output, ...parse(apiGateway).output })) {
    expect(output.startsWith('cross-stack-') || all.includes(`\`${output}\``)).toBe(true);
  }
});
