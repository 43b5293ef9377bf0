import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a program that stands for terraform where nothing is deployed, and returns its path. */
export function stubTerraform(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'terraform-')), 'terraform');
  writeFileSync(file, `#!${process.execPath}\nif (['output', 'show'].includes(process.argv[2])) console.log('{}');\n`, {
    mode: 0o755,
  });
  return file;
}
