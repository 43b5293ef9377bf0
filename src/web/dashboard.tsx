import { type User, type UserManager } from 'oidc-client-ts';
import { useState } from 'react';

import { type RejectionReason } from '../flow/words';
import { type ClientConfiguration } from './client-configuration';
import { type FlowRecorder } from './flow/flow-recorder';
import { OtherWays } from './flow/other-ways';
import { Timeline } from './flow/timeline';
import { type HttpExchange } from './http-exchange';
import { type Message, MessageBox } from './message';
import { callProtectedApi } from './protected-api';
import { sentenceFor, sentenceForStatus } from './sentences';
import { SessionEndedError } from './session';

interface DashboardProps {
  readonly user: User;
  readonly message: Message | undefined;
  readonly configuration: ClientConfiguration;
  readonly userManager: UserManager;
  readonly recorder: FlowRecorder;
  /** The other way to get in from which the browser comes back. */
  readonly arrival: RejectionReason | undefined;
  readonly onSignOut: () => void;
  /** Called when the session has ended, with the reason. */
  readonly onSessionEnd: (message: Message) => void;
}

/** The page of someone who has signed in: who that is, how the API responds, and how that works. */
export function Dashboard(props: DashboardProps) {
  const { user, message, configuration, userManager, recorder, arrival, onSignOut, onSessionEnd } = props;
  const [isCalling, setCalling] = useState(false);
  const [response, setResponse] = useState<HttpExchange>();
  const [problem, setProblem] = useState<string>();
  const { email, sub } = user.profile;

  async function call() {
    setCalling(true);
    setResponse(undefined);
    setProblem(undefined);
    try {
      const received = await callProtectedApi(userManager, configuration.protectedResourceUrl!, recorder);
      setResponse(received);
      setProblem(sentenceForStatus(received.status));
    } catch (error) {
      if (error instanceof SessionEndedError) {
        onSessionEnd({ kind: 'error', text: sentenceFor(error) });
        return;
      }
      setProblem(sentenceFor(error));
    }
    setCalling(false);
  }

  return (
    <>
      <title>Dashboard</title>
      <h1>Dashboard</h1>
      {message && <MessageBox {...message} />}
      <dl>
        <dt>Signed in as</dt>
        <dd>{email ?? sub}</dd>
        <dt>Access token valid until</dt>
        <dd>{new Date(user.expires_at! * 1000).toLocaleTimeString([], { timeStyle: 'short' })}</dd>
      </dl>
      {configuration.protectedResourceUrl === undefined ? (
        <p className="notice">This page calls only GET, and no protected route of the API has this HTTP method.</p>
      ) : (
        <button type="button" aria-disabled={isCalling} onClick={() => void (isCalling || call())}>
          Call protected API
        </button>
      )}
      <div className="response" role="status">
        {problem !== undefined && <p className="error">{problem}</p>}
        {isCalling && <p className="aside">Calling…</p>}
        {response && (
          <section aria-label="Response of the API">
            <h2>Status {response.status}</h2>
            <pre>
              <code>{indented(response.body)}</code>
            </pre>
          </section>
        )}
      </div>
      <Timeline steps={recorder.steps} />
      <OtherWays
        configuration={configuration}
        userManager={userManager}
        recorder={recorder}
        arrival={arrival}
        onSessionEnd={onSessionEnd}
      />
      <button type="button" className="secondary" onClick={onSignOut}>
        Sign out
      </button>
    </>
  );
}

/** Indents JSON. Returns anything else as it is. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
