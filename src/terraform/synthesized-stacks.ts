import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A synthesized stack in cdktf.out. */
export interface SynthesizedStack {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly annotations: readonly { readonly level: string; readonly message: string }[];
  /** Path of its Terraform JSON. */
  readonly file: string;
  /** Folder in which terraform runs. */
  readonly folder: string;
  readonly terraform: StackJson;
}

/** The parts of a stack's Terraform JSON that this project reads. */
export interface StackJson {
  readonly '//'?: { readonly outputs?: Readonly<Record<string, OutputNames>> };
  readonly provider?: { readonly aws?: readonly { readonly region?: string; readonly alias?: string }[] };
  readonly variable?: object;
  readonly resource?: ByTypeAndName<Readonly<Record<string, unknown>>>;
  readonly data?: {
    readonly terraform_remote_state?: Readonly<Record<string, { readonly backend: string; readonly config: object }>>;
  };
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly terraform: {
    readonly backend?: Readonly<Record<string, unknown>> & { readonly local?: { readonly path: string } };
  };
}

/** Names of the outputs in Terraform, by construct ID or by those of the scopes around it. */
export interface OutputNames {
  readonly [id: string]: string | OutputNames;
}

type ByTypeAndName<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

interface ManifestStack {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly annotations: SynthesizedStack['annotations'];
  readonly synthesizedStackPath: string;
  readonly workingDirectory: string;
}

/** Reads the stacks that main.ts has written, each after its dependencies. */
export function readSynthesizedStacks(outdir = process.env.CDKTF_OUTDIR ?? 'cdktf.out'): SynthesizedStack[] {
  const manifest = readJson(join(outdir, 'manifest.json')) as { stacks: Record<string, ManifestStack> };
  const ordered = new Set<string>();
  const add = (name: string) => {
    manifest.stacks[name]!.dependencies.forEach(add);
    ordered.add(name);
  };
  Object.keys(manifest.stacks).forEach(add);
  return [...ordered].map((name) => {
    const { dependencies, annotations, synthesizedStackPath, workingDirectory } = manifest.stacks[name]!;
    const file = join(outdir, synthesizedStackPath);
    return {
      name,
      dependencies,
      annotations,
      file,
      folder: join(outdir, workingDirectory),
      terraform: readJson(file) as StackJson,
    };
  });
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
