import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  readonly version: string;
  readonly engines: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function read(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
}

describe.each(['src/constructs', 'src/local'])('the package in %s', (folder) => {
  const { version, engines, scripts, dependencies = {}, peerDependencies = {} } = read(folder);
  const project = read('.');

  test('has the version of this project, runs on the same Node.js, and needs the same versions of packages', () => {
    expect({ version, engines }).toEqual({ version: project.version, engines: project.engines });
    expect(project.dependencies).toMatchObject(dependencies);
    for (const [name, range] of Object.entries(peerDependencies)) {
      expect([name, project.dependencies![name]!.split('.')[0]]).toEqual([name, /\d+/.exec(range)![0]]);
    }
  });

  test('runs nothing when it is installed', () => {
    expect(Object.keys(scripts!)).toEqual(['prepack']);
  });
});

test('CI builds and runs the container as the chapter shows it', () => {
  const [, commands] = /## In a container\n\n```\n(.*?)```/s.exec(readFileSync('src/local/README.md', 'utf8'))!;
  const ci = readFileSync('.ci/run', 'utf8').replace(' --detach', '');
  expect(
    commands!
      .trim()
      .split('\n')
      .filter((command) => !ci.includes(command)),
  ).toEqual([]);
});
