import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { copyProject } from './project';

/** Packs the package local-cognito, and installs it in a folder of another project. Returns the folder. */
export function installLocalCognito(): string {
  const folder = mkdtempSync(join(tmpdir(), 'other-project-'));
  const env = { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' };
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: folder, env, stdio: 'pipe' });
  // In a copy: packing writes there.
  const project = copyProject();
  copyFileSync('LICENSE', join(project, 'LICENSE'));
  npm('pack', join(project, 'src', 'local'));
  rmSync(project, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  npm('install', '--offline', './local-cognito-0.2.0.tgz');
  return folder;
}
