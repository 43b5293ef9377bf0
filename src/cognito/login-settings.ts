import { z } from 'zod';

import { parseJson } from '../rules/json-file';
import { fileRule } from '../rules/project-file';
import { isObject, kindRule, objectRule } from '../rules/rule';

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

const cssRule = fileRule(
  `a .css file of at most ${largestCss} bytes with the classes that Cognito lets it change, such as .banner-customizable`,
  /\.css$/,
  'a .css file',
  (content) => {
    if (content.length > largestCss) {
      return `must have at most ${largestCss} bytes, got ${content.length}`;
    }
    const css = content.toString('utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const forbidden = ['@', '<', '${', '%{'].find((text) => css.includes(text));
    if (forbidden !== undefined) {
      return `must not contain ${forbidden}, which Cognito or Terraform rejects`;
    }
    const selectors = [...css.matchAll(/([^{}]*)\{[^{}]*\}/g)].flatMap(([, list]) => list!.split(','));
    const unknown = selectors
      .map((selector) => selector.trim())
      .find((selector) => {
        const [, name] = /^\.([\w-]+)-customizable(?::hover|:focus)?$/.exec(selector) ?? [];
        return name === undefined || !cssClasses.includes(name);
      });
    if (unknown !== undefined) {
      return `must not style ${JSON.stringify(unknown)}, but only .NAME-customizable with the names ${cssClasses.join(', ')}`;
    }
    return selectors.length === 0 || /[{}]/.test(css.replace(/[^{}]*\{[^{}]*\}/g, ''))
      ? 'must be a style sheet'
      : undefined;
  },
);

const logoRule = fileRule(
  `a .png, .jpg or .jpeg file of at most ${largestLogo} bytes`,
  /\.(?:png|jpe?g)$/i,
  'a .png, .jpg or .jpeg file',
  (content) => {
    if (content.length > largestLogo) {
      return `must have at most ${largestLogo} bytes, got ${content.length}`;
    }
    const isImage = ['89504e470d0a1a0a', 'ffd8ff'].some((start) => content.toString('hex', 0, 8).startsWith(start));
    return isImage ? undefined : 'must be a PNG or JPEG image';
  },
);

const brandingRule = fileRule(
  'a .json file with the settings of a style, as the branding editor and DescribeManagedLoginBranding show them',
  /\.json$/,
  'a .json file',
  (content) => {
    const text = content.toString('utf8');
    if (/[$%]\{/.test(text)) {
      return 'must not contain ${ or %{, which starts a Terraform template';
    }
    return isObject(parseJson(text)) ? undefined : 'must contain a JSON object';
  },
);

const classicLoginSettings = objectRule({
  style: z
    .literal('classic')
    .describe('Pages of the login: `classic`, or the newer `managed`, which requires a tier above LITE.'),
  css: cssRule.optional().describe('Style sheet of the pages.'),
  logo: logoRule.optional().describe('Logo above the form.'),
});

const managedLoginSettings = objectRule({
  style: z.literal('managed').describe('Pages of the login: `managed`, or the older `classic`.'),
  branding: brandingRule.optional().describe('Colors and layout of the pages. The default is the style of Cognito.'),
});

/** The settings of the pages of the login, by their style. */
export const loginSettings = kindRule('style', [classicLoginSettings, managedLoginSettings]);

/** The look of the pages of each style. */
export const classicLook = classicLoginSettings.omit({ style: true });
export const managedLook = managedLoginSettings.omit({ style: true });
