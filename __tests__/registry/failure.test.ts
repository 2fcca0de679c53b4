import { describe, expect, test } from '@jest/globals';
import { formatError, UserError } from '../../src/errors.ts';
import { withImage } from '../../src/registry/assemble.ts';
import {
  diagnose,
  NotFoundError,
  skopeoError,
  TransientError,
} from '../../src/registry/failure.ts';
import { parseManifest } from '../../src/registry/manifest.ts';
import { imageOf, localImage } from './setup.ts';

const reading = 'reading manifest 1 in 127.0.0.1:5000/app: ';
const get = 'Get \\"https://registry.example/v2/\\": ';
const blob = `sha256:${'4'.repeat(64)}`;

/** A line as skopeo writes it, among others. */
const fatal = (message: string) =>
  `time="2026-11-21T10:14:00Z" level=info msg="EOF, reconnecting"\ntime="2026-11-21T10:14:00Z" level=fatal msg="Error parsing image name \\"docker://127.0.0.1:5000/app:1\\": ${message}"\n`;

// The words are those of skopeo 1.9.3 and 1.18.0.
describe('transient', () => {
  test.each([
    [`${reading}received unexpected HTTP status: 500 Internal Server Error`, /of its own \(500\)/],
    [`${reading}received unexpected HTTP status: 503 Service Unavailable`, /of its own \(503\)/],
    [
      `reading blob ${blob}: Error fetching blob: invalid status code from registry 502 (Bad Gateway)`,
      /of its own \(502\)/,
    ],
    [`reading blob ${blob}: fetching blob: StatusCode: 504, \\"x\\"`, /of its own \(504\)/],
    [`${reading}toomanyrequests: slow`, /too many requests/],
    [`reading blob ${blob}: too many requests to registry`, /too many requests/],
    [`reading blob ${blob}: fetching blob: StatusCode: 429, \\"denied\\"`, /too many requests/],
    [`${get}EOF`, /connection broke \(EOF\)/],
    ['writing blob: happened during read: unexpected EOF', /connection broke \(unexpected EOF\)/],
    [`${get}dial tcp 127.0.0.1:1: connect: connection refused`, /refuses the connection/],
    [`${get}read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer`, /connection broke/],
    [`${get}net/http: TLS handshake timeout`, /in time \(TLS handshake timeout\)/],
    [`${get}dial tcp 10.0.0.1:443: i/o timeout`, /in time \(i\/o timeout\)/],
    [
      `${get}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      /not answer in time/,
    ],
    ['stream error: stream ID 7; INTERNAL_ERROR; received from peer', /broke \(stream error/],
    [`${get}dial tcp: lookup registry.example: Temporary failure in name resolution`, /reached/],
    [`${get}dial tcp: lookup registry.example on 10.0.0.2:53: server misbehaving`, /reached/],
    [`${get}dial tcp 10.0.0.1:443: connect: no route to host`, /reached/],
  ])('%s', (message, why) => {
    expect(diagnose(fatal(message))).toMatchObject({
      transient: true,
      why: expect.stringMatching(why),
    });
  });
});

describe('permanent', () => {
  test.each([
    [
      'getting username and password: open /run/containers/1000/auth.json: permission denied',
      /no permission for \/run\/containers\/1000\/auth.json, where logins/,
      /XDG_RUNTIME_DIR/,
    ],
    [`${reading}unauthorized`, /wants a login/, /skopeo login/],
    [`${reading}denied: requested access to the resource is denied`, /wants a login/, /authfile/],
    ['unable to retrieve auth token: invalid username/password: unauthorized', /login/, /anew/],
    [`${reading}manifest unknown: manifest unknown`, /does not have it/, /name, tag and digest/],
    [`${reading}StatusCode: 404, nope`, /does not have it/, /name, tag and digest/],
    [
      `${reading}name unknown: repository name not known`,
      /does not have it/,
      /name, tag and digest/,
    ],
    [
      `reading blob ${blob}: Error fetching blob: invalid status code from registry 404 (Not Found)`,
      /lost the blob sha256:4{64}$/,
      /push/,
    ],
    [`${get}http: server gave HTTP response to HTTPS client`, /plain HTTP/, /--tls-verify=false/],
    [
      `${get}x509: certificate signed by unknown authority`,
      /not trusted: x509: certificate signed by unknown authority$/,
      /certs\.d.*SSL_CERT_FILE/,
    ],
    [
      `${get}tls: failed to verify certificate: x509: certificate has expired`,
      /not trusted: x509: certificate has expired$/,
      /certs\.d/,
    ],
    [
      `${get}dial tcp: lookup no.example on 10.0.0.2:53: no such host`,
      /does not exist \(lookup no\.example on .* no such host\)$/,
      /DNS/,
    ],
    ["invalid character '<' looking for beginning of value", /HTML/, /proxy/],
    ['invalid reference format', /does not take this name/, /IPv6/],
    [
      `happened during read: Digest did not match, expected ${blob}, got sha256:5`,
      /wrong bytes for sha256:4{64}$/,
      /damaged/,
    ],
    [
      `Download config.json digest sha256:5 does not match expected ${blob}`,
      /wrong bytes for sha256:4{64}$/,
      /damaged/,
    ],
    [
      'write /w/layout/oci-put-blob12: no space left on device',
      /no space left on the device/,
      /TMPDIR/,
    ],
    [
      'Source image rejected: Running image docker://a:1 is rejected by policy.',
      /trust policy rejects it/,
      /containers-policy/,
    ],
  ])('%s', (message, why, hint) => {
    expect(diagnose(fatal(message))).toMatchObject({
      transient: false,
      why: expect.stringMatching(why),
      hint: expect.stringMatching(hint),
    });
  });

  test('what is not known is told in its own words', () => {
    expect(diagnose(fatal('no rule for this'))).toMatchObject({
      transient: false,
      why: 'Error parsing image name "docker://127.0.0.1:5000/app:1": no rule for this',
    });
    expect(diagnose('panic: oh\ngoroutine 1\n').why).toBe('panic: oh | goroutine 1');
    expect(diagnose('').why).toBe('it said nothing');
  });
});

test.each([
  ['toomanyrequests: retry-after: 30, allowed: 44000/minute', 30_000],
  ['toomanyrequests: retry-after: 250.5ms', 250.5],
  ['toomanyrequests: Retry-After: 2m', 120_000],
  ['toomanyrequests: retry-after: 500µs', 0.5],
  ['toomanyrequests: slow', undefined],
])('retryAfterMs of %s', (message, expected) => {
  expect(diagnose(fatal(message)).retryAfterMs).toBe(expected);
});

describe('the error', () => {
  const image = imageOf('registry.example/app:1');

  test('is one line with where, what, why and what to do', () => {
    const error = skopeoError(image, fatal(`${reading}manifest unknown`));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(formatError(error as UserError)).toBe(
      'images.txt:7: registry.example/app:1: the registry does not have it (check name, tag and digest)',
    );
  });

  test.each([
    ['app', 'no tag is given, so docker.io/library/app:latest was asked for; check name'],
    ['app:latest', '(check name'],
    [`app@${blob}`, '(check name'],
  ])('says of %s what was asked for', (written, hint) => {
    const error = skopeoError(imageOf(written), fatal(`${reading}manifest unknown`));
    expect(formatError(error as UserError)).toContain(hint);
  });

  test('is transient where another try may help', () => {
    const error = skopeoError(image, fatal('toomanyrequests: retry-after: 9'));
    if (!(error instanceof TransientError)) throw error;
    expect(error.retryAfterMs).toBe(9000);
    expect(error.error).toBeInstanceOf(UserError);
  });

  test('is never transient for a local image', () => {
    expect(diagnose(fatal('i/o timeout')).transient).toBe(true);
    expect(diagnose(fatal('i/o timeout'), true).transient).toBe(false);
    const error = skopeoError(localImage('oci-archive', 'a.tar'), fatal('unexpected EOF'));
    expect(formatError(error as UserError)).toBe(
      'images.txt:7: oci-archive:a.tar: it is not an archive, or not a whole one',
    );
  });

  test('says why without the image, for a report that names it itself', () => {
    const error = skopeoError(image, fatal('toomanyrequests: slow'));
    expect(error).toMatchObject({
      why: 'the registry answers too many requests (429)',
      message: 'registry.example/app:1: the registry answers too many requests (429)',
    });
  });

  test('has no control characters of a registry', () => {
    const words = 'oops\\u001b[2J\\u009b1A\\r\\nimages.txt:8: all is well\\u0007';
    expect(formatError(skopeoError(image, fatal(words)) as UserError)).toMatch(
      /: oops\[2J1A images\.txt:8: all is well$/,
    );
    const broken = skopeoError(image, fatal(`stream error: ${words}`));
    expect(broken).toMatchObject({
      why: 'the connection broke (stream error: oops[2J1A)',
      message: expect.not.stringMatching(/\p{Cc}/u),
    });
    const index = Buffer.from('{ "manifests": [], "mediaType": "\\u001b[1m" }');
    expect(() => withImage(image, () => parseManifest(index))).toThrow(
      new UserError('failure', 'registry.example/app:1: its index has the unknown media type [1m'),
    );
  });
});
