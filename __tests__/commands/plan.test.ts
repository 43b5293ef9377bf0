import { Command } from '../support/command';
import { stubTerraform } from '../support/stub-terraform';

const env = { TERRAFORM_BINARY_NAME: stubTerraform() };

describe('npm run plan', () => {
  test('says that it cannot write the Markdown, and fails', async () => {
    const plan = new Command('plan', ['--markdown', 'no-such-folder/plan.md'], { env });
    expect(await plan.end()).toBe(1);
    expect(plan.stderr).toMatch(/^no-such-folder\/plan\.md cannot be written: no such file or directory\.$/m);
    expect(plan.stderr).not.toMatch(/^\s+at /m);
  });
});
