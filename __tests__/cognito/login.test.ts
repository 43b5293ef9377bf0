import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSettings } from '../../src/settings/environments';
import { addresses, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const root = process.cwd();
const png = Buffer.from('89504e470d0a1a0a', 'hex');

/** A file of the wanted size that starts with these bytes. */
const sized = (start: string | Buffer, size: number) =>
  Buffer.concat([Buffer.from(start), Buffer.alloc(size, ' ')]).subarray(0, size);

const css = '.submitButton-customizable:hover { color: #fff; }';
const files = {
  'login.css': css,
  'all.css': `/* @media */ .banner-customizable, .label-customizable { padding: 5px }\n.inputField-customizable:focus {}`,
  'largest.css': sized(css, 3000),
  'too-large.css': sized(css, 3001),
  'class.css': '.login-customizable { color: red }',
  'tag.css': 'body { color: red }',
  'media.css': `@media print { ${css} }`,
  'html.css': `${css}</style><script>`,
  'template.css': '.label-customizable { content: "${x}" }',
  'open.css': '.label-customizable { color: red',
  'empty.css': '',
  'logo.png': png,
  'logo.jpeg': Buffer.from('ffd8ffe0', 'hex'),
  'largest.jpg': sized(Buffer.from('ffd8ff', 'hex'), 100_000),
  'too-large.png': sized(png, 100_001),
  'text.png': 'logo',
  'logo.svg': '<svg/>',
  'branding.json': '{ "categories": { "global": { "colorSchemeMode": "DARK" } } }',
  'broken.json': '{',
  'list.json': '[]',
  'template.json': '{ "a": "${file(1)}" }',
};

beforeAll(() => {
  process.chdir(mkdtempSync(join(tmpdir(), 'login-')));
  mkdirSync('folder.css');
  writeFileSync('../outside.css', css);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(name, content);
  }
});

afterAll(() => {
  process.chdir(root);
});

const managed = { providerVersion: '>= 6.12.0, < 7.0.0', login: { style: 'managed' } };
const user = { scopes: ['openid'], callbackUrls: ['https://app.example.com'] };

describe('the classic login', () => {
  test.each(
    [{ css: 'login.css' }, { css: './all.css' }, { css: 'largest.css' }, { logo: 'logo.png' }].concat([
      { logo: 'logo.jpeg' },
      { logo: 'largest.jpg' },
    ] as never),
  )('takes %j', (look) => {
    expect(() => parseSettings({ login: { style: 'classic', ...look } })).not.toThrow();
  });

  test.each([
    ['css', '../outside.css', 'must be inside the project'],
    ['css', '/etc/passwd', 'must be inside the project'],
    ['css', 'none.css', 'must be a file that exists'],
    ['css', 'folder.css', 'must be a file that exists'],
    ['css', `${'long'.repeat(100)}.css`, 'cannot be read: name too long'],
    ['css', 'logo.png', 'must be a .css file'],
    ['css', 'too-large.css', 'must have at most 3000 bytes'],
    [
      'css',
      'class.css',
      'must not style ".login-customizable", but only .NAME-customizable with the names background, banner, errorMessage, idpButton, idpDescription, inputField, label, legalText, logo, passwordCheck-notValid, passwordCheck-valid, redirect, socialButton, submitButton, textDescription',
    ],
    [
      'css',
      'tag.css',
      'must not style "body", but only .NAME-customizable with the names background, banner, errorMessage, idpButton, idpDescription, inputField, label, legalText, logo, passwordCheck-notValid, passwordCheck-valid, redirect, socialButton, submitButton, textDescription',
    ],
    ['css', 'media.css', 'must not contain @, which Cognito or Terraform rejects'],
    ['css', 'html.css', 'must not contain <, which Cognito or Terraform rejects'],
    ['css', 'template.css', 'must not contain ${, which Cognito or Terraform rejects'],
    ['css', 'open.css', 'must be a style sheet'],
    ['css', 'empty.css', 'must be a style sheet'],
    ['logo', 'logo.svg', 'must be a .png, .jpg or .jpeg file'],
    ['logo', 'text.png', 'must be a PNG or JPEG image'],
    ['logo', 'too-large.png', 'must have at most 100000 bytes'],
    ['branding', 'branding.json', 'requires "style": "managed"'],
  ])('does not take the %s %s', (name, file, message) => {
    expect(() => parseSettings({ login: { style: 'classic', [name]: file } })).toThrow(`login.${name}: ${message}`);
  });

  test('has the style of the files, for all clients', () => {
    const { cognito } = synthApp({ login: { style: 'classic', css: 'login.css', logo: 'logo.png' } });
    expect(resourceAt(cognito, 'aws_cognito_user_pool_ui_customization.login')).toEqual({
      user_pool_id: '${aws_cognito_user_pool_domain.domain.user_pool_id}',
      css,
      image_file: png.toString('base64'),
    });
  });

  test('can take the place of the managed login', () => {
    const { cognito } = synthApp({ login: { style: 'classic' } });
    expect(resourceAt(cognito, 'aws_cognito_user_pool_domain.domain')).toMatchObject({ managed_login_version: 1 });
    expect(addresses(cognito)).not.toContain('aws_cognito_user_pool_ui_customization.login');
  });
});

describe('the managed login', () => {
  test('has a style for each client to which users sign in, before the domain has it', () => {
    const report = { grant: 'client_credentials', scopes: ['awesomeapi-resource-server/awesomeapi.read'] };
    const { cognito } = synthApp({ ...managed, appClients: { web: user, report, 'the app': user } });
    const styles = addresses(cognito).filter((address) => address.includes('branding'));
    expect(styles).toEqual(['aws_cognito_managed_login_branding.the_app', 'aws_cognito_managed_login_branding.web']);
    expect(resourceAt(cognito, 'aws_cognito_managed_login_branding.web')).toEqual({
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      client_id: '${aws_cognito_user_pool_client.web.id}',
      use_cognito_provided_values: true,
    });
    const { depends_on: dependsOn, ...domain } = resourceAt(cognito, 'aws_cognito_user_pool_domain.domain');
    expect(domain).toMatchObject({ managed_login_version: 2 });
    expect([...(dependsOn as string[])].sort()).toEqual(styles);
  });

  test('has the style of a file', () => {
    const { cognito } = synthApp({ ...managed, login: { style: 'managed', branding: 'branding.json' } });
    const { settings, ...others } = resourceAt(cognito, 'aws_cognito_managed_login_branding.awesome-app-client');
    expect(JSON.parse(String(settings))).toEqual({ categories: { global: { colorSchemeMode: 'DARK' } } });
    expect(others).not.toHaveProperty('use_cognito_provided_values');
  });

  test.each([
    ['branding', 'broken.json', 'must contain a JSON object'],
    ['branding', 'list.json', 'must contain a JSON object'],
    ['branding', 'template.json', 'must not contain ${ or %{, which starts a Terraform template'],
    ['branding', 'login.css', 'must be a .json file'],
    ['css', 'login.css', 'requires "style": "classic"'],
    ['logo', 'logo.png', 'requires "style": "classic"'],
    ['style', 'modern', 'must be one of "classic", "managed", got "modern"'],
    ['style', undefined, 'is required; allowed: "classic", "managed"'],
  ])('does not take the %s %s', (name, value, message) => {
    const login = { style: 'managed', [name]: value };
    expect(() => parseSettings({ ...managed, login })).toThrow(`login.${name}: ${message}`);
  });

  test.each(['>= 6.12.0', '6.25.0', '~> 6.12', '> 6.12, < 7.0.0', '= 7.0.0', '< 7.0.0, >= 6.13'])(
    'goes with the provider %s',
    (providerVersion) => {
      expect(() => parseSettings({ ...managed, providerVersion })).not.toThrow();
    },
  );

  test.each([undefined, '>= 5.100.0, < 7.0.0', '~> 6.0', '~> 6.11.0', '5.100.0', '< 7.0.0', '!= 6.20.0', '>= 6.11.9'])(
    'does not go with the provider %s, which can be one without it',
    (providerVersion) => {
      expect(() => parseSettings({ ...managed, providerVersion })).toThrow(
        'providerVersion: must exclude versions before 6.12.0, which do not have the managed login',
      );
    },
  );

  test('is not in the tier LITE', () => {
    expect(() => parseSettings({ ...managed, userPool: { tier: 'LITE' } })).toThrow(
      'login.style: managed requires the tier ESSENTIALS or PLUS',
    );
    expect(() => parseSettings({ ...managed, userPool: { tier: 'ESSENTIALS' } })).not.toThrow();
  });
});

test('without a style, the domain has no version, and no login has a style', () => {
  const { cognito } = synthApp({});
  expect(resourceAt(cognito, 'aws_cognito_user_pool_domain.domain')).not.toHaveProperty('managed_login_version');
  expect(addresses(cognito).filter((address) => /branding|ui_customization/.test(address))).toEqual([]);
});
