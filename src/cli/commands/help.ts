// `npm run help`: lists the commands.
import { readFileSync } from 'node:fs';

import { readOptions } from '../command-line';

const commands = readFileSync('help', 'utf8');

readOptions(commands, {});
console.log(commands.trimEnd());
