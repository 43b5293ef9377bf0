// Asks this project and other emulators for the facts, in one run. Everything is bound to the loopback interface.
import '../support/temporary-folder';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Project } from '../support/acceptance-project';
import { freePort } from '../support/free-port';
import { localAwsEnvironment, startLocalAws } from '../support/local-aws';
import { PythonEnvironment } from '../support/python-environment';
import { StartedProject } from '../support/started-project';
import { Endpoint, type EndpointProps } from './endpoint';
import { type Answer, askAll } from './fact';
import { factGroups } from './facts';
import { type Measured } from './table';

type Settings = Readonly<Record<string, unknown>>;
type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const ministackRequirements = join(__dirname, 'ministack.requirements.txt');

/** Measures the endpoints one after the other. */
export async function measure(settings: Settings): Promise<Measured> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return {
    date: new Date().toISOString().slice(0, 10),
    endpoints: [
      { name: 'this project', version, answers: await ofThisProject(settings) },
      { name: 'ministack', version: pinned(ministackRequirements, 'ministack'), answers: await ofMinistack(settings) },
      {
        name: 'moto',
        version: pinned(join(__dirname, '..', 'support', 'local-aws.requirements.txt'), 'moto'),
        answers: await ofMoto(settings),
      },
    ],
  };
}

/** Returns the version of a package in a list of requirements. */
function pinned(requirements: string, name: string): string {
  return new RegExp(`^${name}==(.*)$`, 'm').exec(readFileSync(requirements, 'utf8'))![1]!;
}

async function ofThisProject(settings: Settings): Promise<Record<string, Answer>> {
  const project = await StartedProject.begin(settings);
  try {
    const outputs = JSON.parse(readFileSync(join(project.start.outdir, 'local-outputs.json'), 'utf8')) as Outputs;
    return await ask({ outputs: flat(outputs), userPoolApiUrl: project.summary.userPoolApiUrl });
  } finally {
    await project.end();
  }
}

async function ofMinistack(settings: Settings): Promise<Record<string, Answer>> {
  const environment = new PythonEnvironment(ministackRequirements);
  await environment.install();
  const port = await freePort();
  const server = spawn(environment.python, ['-m', 'ministack'], {
    env: { ...process.env, BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port) },
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  try {
    const url = `http://127.0.0.1:${port}`;
    while (!(await fetch(url).catch(() => undefined))) {
      if (server.exitCode !== null) {
        throw new Error(`ministack ended with ${server.exitCode}`);
      }
      await delay(50);
    }
    return await ofDeployedStacks(url, settings);
  } finally {
    server.kill();
    await ended;
  }
}

async function ofMoto(settings: Settings): Promise<Record<string, Answer>> {
  await localAwsEnvironment.install();
  const aws = await startLocalAws();
  try {
    return await ofDeployedStacks(aws.url, settings);
  } finally {
    await aws.close();
  }
}

/** Deploys the stacks to an emulator with Terraform, and asks the emulator, all of whose services are at one URL. */
async function ofDeployedStacks(url: string, settings: Settings): Promise<Record<string, Answer>> {
  const project = new Project(url);
  try {
    await project.shareProviders();
    project.set(settings);
    const { status, output } = await project.deploy().finished;
    if (status !== 0) {
      throw new Error(`the deploy to ${url} failed: ${output}`);
    }
    const outputs = flat(project.outputs() as Outputs);
    const { hostname, pathname } = new URL(outputs.ApiEndpoint!);
    const api = `${url}/restapis/${hostname.split('.')[0]!}${pathname}/_user_request_`;
    return await ask({ outputs: { ...outputs, HostedDomainUrl: url, ApiEndpoint: api }, userPoolApiUrl: url });
  } finally {
    await project.remove();
  }
}

async function ask(props: EndpointProps): Promise<Record<string, Answer>> {
  const endpoint = new Endpoint(props);
  try {
    return await askAll(factGroups, endpoint);
  } finally {
    await endpoint.close();
  }
}

function flat(outputs: Outputs): Record<string, string> {
  return Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
}
