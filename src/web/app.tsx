import { type UserManager } from 'oidc-client-ts';
import { useEffect, useState } from 'react';
import { useAuth } from 'react-oidc-context';

import { type ClientConfiguration } from './client-configuration';
import { Dashboard } from './dashboard';
import { type FlowRecorder } from './flow/flow-recorder';
import { type Outcome } from './flow/outcome';
import { Landing } from './landing';
import { type Message } from './message';
import { beginSignIn, forgetTokens, hostedLogoutUrl } from './session';

export interface AppProps {
  readonly configuration: ClientConfiguration;
  readonly userManager: UserManager;
  /** What came of the sign-in that has just ended, if anything went wrong. */
  readonly message: Message | undefined;
  readonly recorder: FlowRecorder;
  /** What came of another way to get in that led over the hosted login. */
  readonly outcome: Outcome | undefined;
}

/** Every tab has tokens of its own; a sign-out in one is a sign-out in all. */
const signOuts = new BroadcastChannel('sign-out');

/** The two pages of the client, and the way from one to the other. */
export function App({ configuration, userManager, message: firstMessage, recorder, outcome }: AppProps) {
  const auth = useAuth();
  const [message, setMessage] = useState(firstMessage);
  const [isLeaving, setLeaving] = useState(false);
  const dashboardPath = new URL(configuration.redirectUri).pathname;
  const isOnDashboard = location.pathname === dashboardPath;
  const isSignedIn = Boolean(auth.user);

  useEffect(() => {
    signOuts.onmessage = () => {
      setMessage({ kind: 'notice', text: 'You signed out in another tab.' });
      void forgetTokens(userManager);
    };
  }, [userManager]);

  if (auth.isLoading) {
    return null;
  }
  if (isLeaving) {
    return <p role="status">Signing out…</p>;
  }
  if (auth.user && isOnDashboard) {
    return (
      <Dashboard
        user={auth.user}
        message={message}
        configuration={configuration}
        userManager={userManager}
        recorder={recorder}
        outcome={outcome}
        onSignOut={() => void signOut()}
        onSessionEnd={setMessage}
      />
    );
  }
  // A query that is still there is someone else's code.
  if (location.pathname !== '/' && !isSignedIn && location.search === '') {
    history.replaceState(null, '', '/');
  }
  return (
    <Landing
      message={message}
      dashboardPath={isSignedIn ? dashboardPath : undefined}
      onLogin={() => void beginSignIn(userManager, recorder)}
    />
  );

  async function signOut() {
    const logoutUrl = hostedLogoutUrl(configuration);
    setLeaving(true);
    await forgetTokens(userManager);
    signOuts.postMessage('');
    if (logoutUrl !== undefined) {
      location.assign(logoutUrl);
      return;
    }
    setMessage({
      kind: 'notice',
      text: 'You are signed out of this page. The hosted login’s own session stays for up to an hour: until then, Login needs no password in this browser.',
    });
    setLeaving(false);
  }
}
