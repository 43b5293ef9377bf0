import { AwsAccount } from './aws-account';
import { AwsProxy } from './aws-proxy';
import { startLocalAws } from './local-aws';
import { Project } from './acceptance-project';

/** A project, the AWS API that it deploys to, and a view of that API past the proxy between the two. */
export interface Acceptance {
  readonly project: Project;
  readonly proxy: AwsProxy;
  readonly account: AwsAccount;
  end(): Promise<void>;
}

export async function startAcceptance(): Promise<Acceptance> {
  const aws = await startLocalAws();
  const proxy = await AwsProxy.start(aws.url);
  const project = new Project(proxy.url);
  return {
    project,
    proxy,
    account: new AwsAccount(aws.url),
    end: async () => {
      project.remove();
      await proxy.close();
      await aws.close();
    },
  };
}
