import { rmSync } from 'node:fs';

export default function removeSynthesized(): void {
  rmSync(process.env.SYNTHESIZED_STACKS!, { recursive: true });
}
