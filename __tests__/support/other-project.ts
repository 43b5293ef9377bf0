import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Terraform project with modules, `count` and `for_each`, which is not this one. */
export const otherProject = join(__dirname, 'other-project');

/** What terraform and the AWS provider have written of it. */
export type OtherProjectFile = 'plan.json' | 'plan-with-moderators.json' | 'state.json';

export function otherProjectFile(name: OtherProjectFile): string {
  return join(otherProject, name);
}

/** Reads one of the files anew, for a test that changes it. */
export function readOtherProject(name: OtherProjectFile): Json {
  return JSON.parse(readFileSync(otherProjectFile(name), 'utf8')) as Json;
}

/** JSON of which a test knows the form. */
export interface Json {
  [name: string]: Json & Json[] & string;
}
