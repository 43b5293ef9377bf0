import { useEffect, useState } from 'react';

import { codeChallengeOf } from '../../flow/decoded-token';
import { type FlowStep } from '../../flow/flow-step';

interface CheckProps {
  readonly step: FlowStep;
  readonly steps: readonly FlowStep[];
}

/** Explains why the callback has a code and not a token. */
export function CodeCallout({ step }: Pick<CheckProps, 'step'>) {
  return (
    valueOf(step, 'code') !== undefined &&
    step.from === 'Hosted login' && (
      <div className="callout">
        <h4>Why is there a code in the address bar, and not a token?</h4>
        <p>
          Because others can read an address: it stays in the history of the browser, and extensions, proxies and logs
          see it. A token that someone finds there opens the API until it expires. A code that someone finds there opens
          nothing: it works once, and only together with the code verifier, which this tab keeps out of every address.
          This page also took the code out of the address bar before it used it.
        </p>
      </div>
    )
  );
}

/** Shows that the state which came back is the one that was sent. */
export function MatchingState({ step, steps }: CheckProps) {
  const received = valueOf(step, 'state');
  const sent = valueOf(steps[0], 'state');
  if (step === steps[0] || received === undefined) {
    return null;
  }
  return (
    <Check isRight={received === sent}>
      The state came back as it was sent: <code>{received}</code>
    </Check>
  );
}

/** Computes the challenge from the verifier, as the token endpoint does, and shows that it is the one that was sent. */
export function MatchingChallenge({ step, steps }: CheckProps) {
  const verifier = valueOf(step, 'code_verifier');
  const sent = valueOf(steps[0], 'code_challenge');
  const [computed, setComputed] = useState<string>();
  useEffect(() => {
    if (verifier !== undefined) {
      void codeChallengeOf(verifier).then(setComputed);
    }
  }, [verifier]);
  if (verifier === undefined || computed === undefined) {
    return null;
  }
  return (
    <Check isRight={computed === sent}>
      The token endpoint hashed the code verifier with SHA-256, and compared the hash with the challenge of step 1. This
      page has just done the same:
      <span className="compared">
        <span>Hash of the verifier</span> <code>{computed}</code>
        <span>Challenge of step 1</span> <code>{sent}</code>
      </span>
    </Check>
  );
}

function Check({ isRight, children }: { readonly isRight: boolean; readonly children: React.ReactNode }) {
  return (
    <p className={isRight ? 'check' : 'error'}>
      <strong>{isRight ? 'They match.' : 'They do not match.'}</strong> {children}
    </p>
  );
}

function valueOf(step: FlowStep | undefined, name: string): string | undefined {
  return step?.parameters.find((parameter) => parameter.name === name)?.value;
}
