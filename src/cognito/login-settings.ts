import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { projectFileProblem } from '../rules/project-file';
import { isObject, membersRule, type TextRule, textRule } from '../rules/rule';

/**
 * The largest files that fit into one request, in bytes: Cognito takes 135 KB, the logo in base64.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/hosted-ui-classic-branding.html
 */
const largestCss = 3000;
const largestLogo = 100_000;

/** The classes that Cognito lets a style sheet change, without `-customizable`. */
const cssClasses = [
  ...['background', 'banner', 'errorMessage', 'idpButton', 'idpDescription', 'inputField', 'label', 'legalText'],
  ...['logo', 'passwordCheck-notValid', 'passwordCheck-valid', 'redirect', 'socialButton', 'submitButton'],
  ...['textDescription'],
];

function fileRule(
  allowed: string,
  extension: RegExp,
  kind: string,
  problem: (content: Buffer) => string | undefined,
): TextRule {
  return textRule(
    `the path of ${allowed}, from the folder of the project`,
    (file) => projectFileProblem(file, extension, kind) ?? problem(readFileSync(file)),
  );
}

const cssRule = fileRule(
  `a .css file of at most ${largestCss} bytes that styles only ${cssClasses.map((name) => `.${name}-customizable`).join(', ')}`,
  /\.css$/,
  'a .css file',
  (content) => {
    if (content.length > largestCss) {
      return `has ${content.length} bytes`;
    }
    const css = content.toString('utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const forbidden = ['@', '<', '${', '%{'].find((text) => css.includes(text));
    if (forbidden !== undefined) {
      return `contains ${forbidden}, which Cognito or Terraform does not take`;
    }
    const selectors = [...css.matchAll(/([^{}]*)\{[^{}]*\}/g)].flatMap(([, list]) => list!.split(','));
    const unknown = selectors
      .map((selector) => selector.trim())
      .find((selector) => {
        const [, name] = /^\.([\w-]+)-customizable(?::hover|:focus)?$/.exec(selector) ?? [];
        return name === undefined || !cssClasses.includes(name);
      });
    if (unknown !== undefined) {
      return `styles ${JSON.stringify(unknown)}`;
    }
    return selectors.length === 0 || /[{}]/.test(css.replace(/[^{}]*\{[^{}]*\}/g, '')) ? 'is not CSS' : undefined;
  },
);

const logoRule = fileRule(
  `a .png, .jpg or .jpeg file of at most ${largestLogo} bytes`,
  /\.(?:png|jpe?g)$/i,
  'a .png, .jpg or .jpeg file',
  (content) => {
    if (content.length > largestLogo) {
      return `has ${content.length} bytes`;
    }
    const isImage = ['89504e470d0a1a0a', 'ffd8ff'].some((start) => content.toString('hex', 0, 8).startsWith(start));
    return isImage ? undefined : 'is not a PNG or JPEG image';
  },
);

const brandingRule = fileRule(
  'a .json file with the settings of a style, as the branding editor and DescribeManagedLoginBranding show them',
  /\.json$/,
  'a .json file',
  (content) => {
    const text = content.toString('utf8');
    if (/[$%]\{/.test(text)) {
      return 'contains ${ or %{, which starts a Terraform template';
    }
    return isObject(parseJson(text)) ? undefined : 'is not a JSON object';
  },
);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const classicLoginSettings = membersRule(
  {
    style: z
      .literal('classic')
      .describe('Pages of the login: `classic`, or the newer `managed`, which needs a tier above LITE.'),
    css: cssRule.optional().describe('Style sheet of the pages.'),
    logo: logoRule.optional().describe('Logo above the form.'),
  },
  undefined,
  (name) => (name === 'branding' ? 'belongs to the style managed' : undefined),
);

export const managedLoginSettings = membersRule(
  {
    style: z.literal('managed').describe('Pages of the login: `managed`, or the older `classic`.'),
    branding: brandingRule.optional().describe("Colors and layout of the pages. Without it, Cognito's own."),
  },
  undefined,
  (name) => (name === 'css' || name === 'logo' ? 'belongs to the style classic' : undefined),
);

/** The settings of the login's pages, by their style. */
export const loginSettings = z.discriminatedUnion('style', [classicLoginSettings, managedLoginSettings]);

export type ClassicLoginSettings = z.output<typeof classicLoginSettings>;
export type ManagedLoginSettings = z.output<typeof managedLoginSettings>;
