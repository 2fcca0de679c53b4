/** A Compose project and the images that `docker compose config --images` names for it. */
export interface ComposeCase {
  readonly name: string;
  /** By path; the first one is the Compose file that is given. */
  readonly files: Readonly<Record<string, string>>;
  /** Further files that are given with it. */
  readonly overrides?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  /** Sorted, as Compose prints them; `test-NAME` is what it calls the image of a build. */
  readonly images?: readonly string[];
  /** What Compose's own error says, where it stops. */
  readonly error?: RegExp;
  /** Where we differ, ours, and why. */
  readonly ours?: {
    readonly images?: readonly string[];
    readonly error?: RegExp;
    readonly why: string;
  };
}

const BUILD = 'a build has no image to fetch';

export const composeCases: readonly ComposeCase[] = [
  {
    name: 'every service',
    files: { 'compose.yml': 'services:\n  a:\n    image: alpine:3.20\n  b: {image: "redis:7"}\n' },
    images: ['alpine:3.20', 'redis:7'],
  },
  {
    name: 'the old version key, comments and another order',
    files: {
      'docker-compose.yml':
        "# app\nservices:\n  b: # second\n    image: 'b:1' # why\n  a:\n    image: a\nversion: '3.8'\n",
    },
    images: ['a', 'b:1'],
  },
  {
    name: 'JSON',
    files: { 'compose.json': '{"services": {"a": {"image": "alpine:3"}}}' },
    images: ['alpine:3'],
  },
  {
    name: 'CRLF',
    files: { 'compose.yml': 'services:\r\n  a:\r\n    image: alpine:3\r\n' },
    images: ['alpine:3'],
  },
  {
    name: 'a block scalar',
    files: { 'compose.yml': 'services:\n  a:\n    image: >-\n      alpine:3\n' },
    images: ['alpine:3'],
  },
  {
    name: 'escapes in a quoted image',
    files: { 'compose.yml': 'services:\n  a:\n    image: "al\\x70ine:3"\n' },
    images: ['alpine:3'],
  },
  {
    name: 'a build alone',
    files: { 'compose.yml': 'services:\n  a:\n    build: .\n  b:\n    image: redis:7\n' },
    images: ['redis:7', 'test-a'],
    ours: { images: ['redis:7'], why: BUILD },
  },
  {
    name: 'a build with an image',
    files: { 'compose.yml': 'services:\n  a:\n    build: .\n    image: registry.test/a:1\n' },
    images: ['registry.test/a:1'],
  },
  {
    name: 'neither image nor build',
    files: { 'compose.yml': 'services:\n  a:\n    command: x\n' },
    error: /neither an image nor a build/,
  },
  {
    name: 'an image that is empty',
    files: { 'compose.yml': 'services:\n  a:\n    image: ${NOTHING}\n' },
    error: /neither an image nor a build/,
    ours: { error: /the image of service "a" is empty/, why: 'it says which it is' },
  },
  {
    name: 'anchors and merge keys',
    files: {
      'compose.yml':
        'x-app: &app\n  image: app:1\n  restart: always\nx-db: &db {image: db:1}\nservices:\n  a:\n    <<: *app\n  b:\n    <<: [*db, *app]\n  c:\n    <<: *app\n    image: c:1\n  d: *db\n',
    },
    images: ['app:1', 'c:1', 'db:1', 'db:1'],
  },
  {
    name: 'a merge key after the key that it does not change',
    files: { 'compose.yml': 'x-a: &a {image: a:1}\nservices:\n  s:\n    image: s:1\n    <<: *a\n' },
    images: ['s:1'],
  },
  {
    name: 'an aliased image',
    files: {
      'compose.yml': 'services:\n  a:\n    image: &i alpine:3\n  b:\n    image: *i\n',
    },
    images: ['alpine:3', 'alpine:3'],
  },
  {
    name: 'several documents',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1}\n  b: {image: b:1}\n---\nservices:\n  b: {image: b:2}\n',
    },
    images: ['a:1', 'b:2'],
  },
  {
    name: 'variables of the environment',
    files: {
      'compose.yml': 'services:\n  a: {image: "alpine:$TAG"}\n  b: {image: "${NAME}:${TAG}"}\n',
    },
    env: { TAG: '3.20', NAME: 'redis' },
    images: ['alpine:3.20', 'redis:3.20'],
  },
  {
    name: 'defaults',
    files: {
      'compose.yml':
        'services:\n  a: {image: "a:${UNSET:-1}"}\n  b: {image: "b:${EMPTY:-2}"}\n  c: {image: "c:${UNSET-3}"}\n  d: {image: "d${EMPTY-:4}"}\n  e: {image: "e:${SET:-5}"}\n',
    },
    env: { EMPTY: '', SET: 'set' },
    images: ['a:1', 'b:2', 'c:3', 'd', 'e:set'],
  },
  {
    name: 'replacements',
    files: {
      'compose.yml':
        'services:\n  a: {image: "a${SET:+:1}"}\n  b: {image: "b${EMPTY:+:2}"}\n  c: {image: "c${EMPTY+:3}"}\n  d: {image: "d${UNSET+:4}"}\n',
    },
    env: { EMPTY: '', SET: 'set' },
    images: ['a:1', 'b', 'c:3', 'd'],
  },
  {
    name: 'a required variable that is there',
    files: {
      'compose.yml': 'services:\n  a: {image: "a:${SET:?no}"}\n  b: {image: "b${EMPTY?no}"}\n',
    },
    env: { EMPTY: '', SET: '1' },
    images: ['a:1', 'b'],
  },
  {
    name: 'a required variable that is not there',
    files: { 'compose.yml': 'services:\n  a:\n    image: a:${TAG:?say which}\n' },
    error: /required variable TAG is missing a value: say which/,
  },
  {
    name: 'a required variable that is empty',
    files: { 'compose.yml': 'services:\n  a:\n    image: a:${TAG:?}\n' },
    env: { TAG: '' },
    error: /required variable TAG is missing a value/,
  },
  {
    name: 'a required variable that no image needs',
    files: {
      'compose.yml':
        'services:\n  a:\n    image: a:1\n    environment:\n      SECRET: ${SECRET:?for the device}\n',
    },
    error: /required variable SECRET/,
    ours: { images: ['a:1'], why: 'what only a running service needs is not asked for' },
  },
  {
    name: 'templates in templates',
    files: {
      'compose.yml':
        'services:\n  a: {image: "${A:-${B:-alpine}:${C-3}}"}\n  b: {image: "${D:+${D}/}b:${E:-1}"}\n  c: {image: "${A:-x}-${A:-y}"}\n',
    },
    env: { D: 'registry.test' },
    images: ['alpine:3', 'registry.test/b:1', 'x-y'],
  },
  {
    name: 'a variable that is not set',
    files: { 'compose.yml': 'services:\n  a:\n    image: alpine${SUFFIX}\n' },
    images: ['alpine'],
  },
  {
    name: 'a template that is none',
    files: { 'compose.yml': 'services:\n  a:\n    image: alpine:${1TAG}\n' },
    error: /invalid interpolation/i,
  },
  {
    name: 'a template that does not end',
    files: { 'compose.yml': 'services:\n  a:\n    image: "alpine:${TAG"\n' },
    error: /invalid interpolation/i,
  },
  {
    name: '.env beside the file',
    files: {
      'compose.yml':
        'services:\n  a: {image: "a:$A"}\n  b: {image: "b:$B"}\n  c: {image: "c:$C"}\n  d: {image: "d:$D"}\n  e: {image: "e:$E"}\n  f: {image: "f:$F"}\n',
      '.env':
        '# tags\nA=1\nexport B="2" # two\nC=\'3\'\n\nD: 4   # four\r\nE=${A}.5\nF="${B}\\x"\nF="6"\n',
    },
    images: ['a:1', 'b:2', 'c:3', 'd:4', 'e:1.5', 'f:6'],
  },
  {
    name: 'the environment wins over .env',
    files: { 'compose.yml': 'services:\n  a: {image: "a:$TAG"}\n', '.env': 'TAG=1\n' },
    env: { TAG: '2' },
    images: ['a:2'],
  },
  {
    name: 'a value in single quotes is as it is',
    files: {
      'compose.yml': 'services:\n  a: {image: "a${X}"}\n',
      '.env': "X=':1'\nY='$X'\n",
    },
    images: ['a:1'],
  },
  {
    name: 'a value of several lines, and one of the environment',
    files: {
      'compose.yml': 'services:\n  a: {image: "a:${TAG}"}\n',
      '.env': 'LONG="one\ntwo=2"\nPASSED\nTAG=${PASSED:-x}\n',
    },
    env: { PASSED: '7' },
    images: ['a:7'],
  },
  {
    name: 'a broken .env',
    files: { 'compose.yml': 'services:\n  a: {image: a}\n', '.env': 'TAG=1\nWHAT IS THIS\n' },
    error: /key cannot contain a space/,
    ours: { error: /\.env:2:1: not a line of an environment file/, why: 'other words' },
  },
  {
    name: 'other environment files',
    files: {
      'compose.yml': 'services:\n  a: {image: "a:$A$B"}\n',
      '.env': 'A=0\n',
      'one.env': 'A=1\nB=1\n',
      'two.env': 'B=2\n',
    },
    env: { COMPOSE_ENV_FILES: 'one.env,two.env' },
    images: ['a:12'],
  },
  {
    name: 'without profiles',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1}\n  b: {image: b:1, profiles: [debug]}\n  c: {image: c:1, profiles: ["", x]}\n',
    },
    images: ['a:1', 'c:1'],
  },
  {
    name: 'with a profile',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1}\n  b: {image: b:1, profiles: [debug, x]}\n  c: {image: c:1, profiles: [y]}\n',
    },
    profiles: ['debug'],
    images: ['a:1', 'b:1'],
  },
  {
    name: 'with every profile',
    files: { 'compose.yml': 'services:\n  a: {image: a:1}\n  b: {image: b:1, profiles: [x]}\n' },
    profiles: ['*'],
    images: ['a:1', 'b:1'],
  },
  {
    name: 'COMPOSE_PROFILES',
    files: {
      'compose.yml':
        'services:\n  b: {image: b:1, profiles: [x]}\n  c: {image: c:1, profiles: [y]}\n  d: {image: d:1, profiles: [z]}\n',
      '.env': 'COMPOSE_PROFILES=x, y\n',
    },
    images: ['b:1', 'c:1'],
  },
  {
    name: 'a dependency that no profile has',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1, depends_on: [b]}\n  b: {image: b:1, profiles: [x]}\n',
    },
    error: /depends on (undefined service )?"b"/,
  },
  {
    name: 'a dependency that need not be',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1, depends_on: {b: {condition: service_started, required: false}}}\n  b: {image: b:1, profiles: [x]}\n',
    },
    images: ['a:1'],
  },
  {
    name: 'extends in the same file',
    files: {
      'compose.yml':
        'services:\n  base: {image: base:1, profiles: [never]}\n  a: {extends: base, profiles: !reset []}\n  b: {extends: {service: a}, image: b:1}\n',
    },
    images: ['b:1', 'base:1'],
  },
  {
    name: 'extends of another file, with what that extends',
    files: {
      'compose.yml': 'services:\n  a:\n    extends: {file: sub/base.yml, service: one}\n',
      'sub/base.yml':
        'services:\n  one:\n    extends: {file: deep/base.yml, service: two}\n  unused: {image: unused:1}\n',
      'sub/deep/base.yml': 'services:\n  two: {image: "two:${TAG:-2}"}\n',
    },
    images: ['two:2'],
  },
  {
    name: 'extends in a circle',
    files: { 'compose.yml': 'services:\n  a: {extends: b}\n  b: {extends: a}\n' },
    error: /circular reference|extends itself/i,
  },
  {
    name: 'extends what is not there',
    files: { 'compose.yml': 'services:\n  a:\n    extends: b\n' },
    error: /service "b" not found|no service "b"/,
  },
  {
    name: 'include',
    files: {
      'compose.yml': 'include:\n  - sub/compose.yml\nservices:\n  a: {image: a:1}\n',
      'sub/compose.yml': 'services:\n  b: {image: "b:${TAG}"}\n',
      'sub/.env': 'TAG=sub\n',
      '.env': 'OTHER=1\n',
    },
    images: ['a:1', 'b:sub'],
  },
  {
    name: "the including project's variables win",
    files: {
      'compose.yml': 'include: [sub/compose.yml]\n',
      'sub/compose.yml': 'services:\n  b: {image: "b:${TAG}"}\n',
      'sub/.env': 'TAG=sub\n',
      '.env': 'TAG=top\n',
    },
    images: ['b:top'],
  },
  {
    name: 'include, the long form',
    files: {
      'compose.yml':
        'include:\n  - path: [sub/a.yml, sub/b.yml]\n    project_directory: other\n    env_file: more.env\n',
      'sub/a.yml': 'services:\n  a: {image: "a:${TAG}"}\n  b: {image: b:1}\n',
      'sub/b.yml': 'services:\n  b: {extends: {file: base.yml, service: base}}\n',
      'other/base.yml': 'services:\n  base: {restart: always, image: b:2}\n',
      'other/.env': 'TAG=never\n',
      'more.env': 'TAG=more\n',
    },
    images: ['a:more', 'b:2'],
  },
  {
    name: 'include in include',
    files: {
      'compose.yml': 'include: [one/compose.yml]\nservices: {}\n',
      'one/compose.yml': 'include: [two/compose.yml]\nservices:\n  one: {image: one:1}\n',
      'one/two/compose.yml': 'services:\n  two: {image: two:1}\n',
    },
    images: ['one:1', 'two:1'],
  },
  {
    name: 'include in a circle',
    files: {
      'compose.yml': 'include: [other.yml]\nservices: {a: {image: a}}\n',
      'other.yml': 'include: [compose.yml]\nservices: {b: {image: b}}\n',
    },
    error: /include cycle|included in a circle/,
  },
  {
    name: 'extends an included service',
    files: {
      'compose.yml': 'include: [base.yml]\nservices:\n  a: {extends: base}\n',
      'base.yml': 'services:\n  base: {image: base:1}\n',
    },
    images: ['base:1', 'base:1'],
  },
  {
    name: 'an included service, changed',
    files: {
      'compose.yml': 'include: [base.yml]\nservices:\n  a: {image: a:2}\n',
      'base.yml': 'services:\n  a: {image: a:1}\n',
    },
    images: ['a:2'],
  },
  {
    name: 'a file that overrides',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1}\n  b: {build: ., image: b:1}\n  c: {image: c:1}\n',
      'prod.yml':
        'services:\n  a: {image: a:2}\n  c: {restart: always}\n  d: {image: d:1}\n  b: {build: !reset null}\n',
    },
    overrides: ['prod.yml'],
    images: ['a:2', 'b:1', 'c:1', 'd:1'],
  },
  {
    name: 'profiles of two files',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1, profiles: [x]}\n  b: {image: b:1, profiles: [x]}\n',
      'more.yml': 'services:\n  a: {profiles: [y]}\n  b: {profiles: !override [y]}\n',
    },
    overrides: ['more.yml'],
    profiles: ['x'],
    images: ['a:1'],
  },
  {
    name: 'a service that is taken away',
    files: {
      'compose.yml': 'services:\n  a: {image: a:1}\n  b: {image: b:1}\n',
      'less.yml': 'services:\n  b: !reset null\n',
    },
    overrides: ['less.yml'],
    images: ['a:1'],
  },
  {
    name: 'compose.override.yml is not taken by itself',
    files: {
      'compose.yml': 'services:\n  a: {image: a:1}\n',
      'compose.override.yml': 'services:\n  a: {image: a:2}\n',
    },
    images: ['a:1'],
  },
  {
    name: "the project's name",
    files: {
      'compose.yml': 'name: My.Project\nservices:\n  a: {image: "${COMPOSE_PROJECT_NAME}/a"}\n',
    },
    images: ['myproject/a'],
    env: {},
  },
  {
    name: 'a key twice',
    files: { 'compose.yml': 'services:\n  a:\n    image: a:1\n    image: a:2\n' },
    error: /already defined|stands there twice/,
  },
  {
    name: 'a tab',
    files: { 'compose.yml': 'services:\n  a:\n\t image: a:1\n' },
    error: /yaml|tab/i,
  },
  {
    name: 'an image that is a number',
    files: { 'compose.yml': 'services:\n  a:\n    image: 3\n' },
    error: /must be a string|a text is expected/,
  },
  {
    name: 'hooks with an image of their own',
    files: {
      'compose.yml':
        'services:\n  a:\n    image: a:1\n    pre_start:\n      - {image: init:1, command: [x]}\n      - {command: [y]}\n',
    },
    images: ['a:1', 'init:1'],
  },
  {
    name: 'a provider',
    files: {
      'compose.yml': 'services:\n  a:\n    image: a:1\n  db:\n    provider:\n      type: cloud\n',
    },
    images: ['a:1', 'test-db'],
    ours: { images: ['a:1'], why: 'a provider has no image' },
  },
  {
    name: 'scale, replicas and pull policies',
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1, scale: 0}\n  b: {image: b:1, deploy: {replicas: 3}}\n  c: {image: c:1, pull_policy: never}\n',
    },
    images: ['a:1', 'b:1', 'c:1'],
  },
];
