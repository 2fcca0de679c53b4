import { isMap, isScalar, type Node, type Scalar, visit } from 'yaml';
import { type UserError, usageError } from '../../errors.ts';
import { formatPlatform, platformOf } from '../platform.ts';
import { quote } from '../quote.ts';
import { readWritten } from '../written.ts';
import type { ListContext, ListFormat, ParsedList } from './format.ts';
import type { ListFile } from './list-file.ts';
import { joinLists, NOTHING, remark } from './parsed-list.ts';
import { originOf, scalarPlace } from './yaml.ts';
import {
  itemsOf,
  memberOf,
  parseYamlTrees,
  resolveNode,
  stringOf,
  type YamlTree,
} from './yaml-tree.ts';

/** Kubernetes manifests in YAML or JSON: the images of pods and of what makes pods. */
export const kubernetes: ListFormat = {
  name: 'kubernetes',
  looksFor: 'kind:',
  recognises: (_file, text) => {
    const key = /^\s*(?:\[|\{(?!\{))/.test(text)
      ? /"(apiVersion|kind)"\s*:/g
      : /^["']?(apiVersion|kind)["']?\s*:/gm;
    return new Set([...text.matchAll(key)].map(([, name]) => name)).size === 2;
  },
  parse: (list, context) =>
    joinLists(
      parseManifest(list).map((tree) => readObject({ tree, context, seen: new Set() }, tree.root)),
    ),
};

/** A document of a manifest as it is read. */
interface Reading {
  readonly tree: YamlTree;
  readonly context: ListContext;
  /** Objects that were read: by aliases, one can be there very often. */
  readonly seen: Set<Node>;
}

/** By kind, the way to the pod's specification. */
const POD_SPECS: Readonly<Record<string, string>> = {
  Pod: 'spec',
  PodTemplate: 'template.spec',
  Deployment: 'spec.template.spec',
  StatefulSet: 'spec.template.spec',
  DaemonSet: 'spec.template.spec',
  ReplicaSet: 'spec.template.spec',
  ReplicationController: 'spec.template.spec',
  Job: 'spec.template.spec',
  CronJob: 'spec.jobTemplate.spec.template.spec',
};

/** Of Kubernetes itself: what they hold is text for others, or a copy of what was. */
const NO_PODS: readonly string[] = ['ConfigMap', 'Secret', 'Service', 'ControllerRevision'];

const TEMPLATE_HINT = 'give what "helm template" or the like makes of it';

/** @throws UserError (usage) for YAML that is wrong, and for a template that must be filled in first */
function parseManifest(list: ListFile): YamlTree[] {
  try {
    return parseYamlTrees(list);
  } catch (cause) {
    const template = /\{\{/.test(list.text);
    if (!template) throw cause;
    throw usageError('this is a template with {{ }}, no manifest', {
      origin: (cause as UserError).origin,
      hint: TEMPLATE_HINT,
      cause,
    });
  }
}

function readObject(reading: Reading, node: Node): ParsedList {
  const { tree, seen } = reading;
  const object = resolveNode(tree, node);
  if (object === undefined || seen.has(object)) return NOTHING;
  seen.add(object);
  const kind = stringOf(tree, memberOf(tree, object, 'kind'));
  if (kind === undefined) {
    throw usageError('an object without kind:', { origin: originOf(tree.list, object) });
  }
  const version = stringOf(tree, memberOf(tree, object, 'apiVersion')) ?? '';
  const group = version.split('/')[0] ?? '';
  if (group === 'kustomize.config.k8s.io') {
    return remark(
      'warning',
      'a kustomization names no images itself: give what "kubectl kustomize" makes of it',
      originOf(tree.list, object),
    );
  }
  if (kind.endsWith('List') && !group.includes('.')) {
    const items = itemsOf(tree, memberOf(tree, object, 'items'));
    return joinLists(items.map((item) => readObject(reading, item)));
  }
  // Every group of other people's own kinds has a dot in its name, as in a domain.
  if (group.includes('.')) return readCustom(reading, object, kind);
  const path = POD_SPECS[kind];
  if (path !== undefined) return readPod(reading, memberAt(tree, object, path));
  if (NO_PODS.includes(kind)) return NOTHING;
  const custom = readCustom(reading, object, kind);
  if (custom.images.length === 0) return custom;
  const meant = Object.keys(POD_SPECS).find((name) => name.toLowerCase() === kind.toLowerCase());
  const message = `${version} has no kind ${quote(kind)} that makes pods${meant ? ` (${meant}?)` : ''}: its images are carried as those of a pod`;
  const where = originOf(tree.list, memberOf(tree, object, 'kind') ?? object);
  return joinLists([custom, remark('warning', message, where)]);
}

/**
 * An object of a kind that we don't know: what has `containers` with an image each is taken for a pod's
 * specification, and any other `image` is told.
 */
function readCustom(reading: Reading, object: Node, kind: string): ParsedList {
  if (kind === 'CustomResourceDefinition') return NOTHING;
  const { tree } = reading;
  const pods: Node[] = [];
  const others: Scalar<string>[] = [];
  visit(object, {
    Map(_, map) {
      const containers = itemsOf(tree, memberOf(tree, map, 'containers'));
      const images = containers.map((item) => stringOf(tree, memberOf(tree, item, 'image')));
      if (images.length > 0 && !images.includes(undefined)) {
        pods.push(map);
        return visit.SKIP;
      }
      const image = memberOf(tree, map, 'image');
      if (isScalar<string>(image) && typeof image.value === 'string') others.push(image);
      return undefined;
    },
  });
  return joinLists([
    ...pods.map((pod) => readPod(reading, pod)),
    ...others.map((image) =>
      remark(
        'warning',
        `image: of a ${kind} may be no container's image: ${quote(image.value)} is not carried (if it should be, list it in images)`,
        originOf(tree.list, image),
      ),
    ),
  ]);
}

function readPod(reading: Reading, spec: Node | undefined): ParsedList {
  const { tree } = reading;
  const elsewhere = selectsOther(reading, spec);
  if (elsewhere !== undefined) return elsewhere;
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((key) =>
    itemsOf(tree, memberOf(tree, spec, key)),
  );
  const volumes = itemsOf(tree, memberOf(tree, spec, 'volumes')).flatMap((volume) => {
    const image = memberOf(tree, volume, 'image');
    return image === undefined ? [] : [image];
  });
  return joinLists([
    ...containers.map((container) => readContainer(reading, container, 'image', 'imagePullPolicy')),
    ...volumes.map((volume) => readContainer(reading, volume, 'reference', 'pullPolicy')),
  ]);
}

/** What is said of a pod that runs only on nodes of another platform; undefined for any other pod. */
function selectsOther({ tree, context }: Reading, spec: Node | undefined): ParsedList | undefined {
  const { architecture } = context;
  if (architecture === undefined) return undefined;
  const platform = platformOf(architecture);
  const selector = memberOf(tree, spec, 'nodeSelector');
  for (const [label, own] of [
    ['kubernetes.io/os', platform.os],
    ['kubernetes.io/arch', platform.architecture],
  ] as const) {
    const value = memberOf(tree, selector, label);
    const wanted = stringOf(tree, value);
    if (value === undefined || wanted === undefined || wanted === own) continue;
    const message = `a pod for ${label} ${wanted} is left out: the package is for ${formatPlatform(platform)}`;
    return remark('notice', message, originOf(tree.list, value));
  }
  return undefined;
}

function readContainer(
  { tree }: Reading,
  container: Node,
  imageKey: string,
  policyKey: string,
): ParsedList {
  const written = memberOf(tree, container, imageKey);
  const image = resolveNode(tree, written);
  const text = stringOf(tree, image);
  if (written === undefined || image === undefined || text === '') {
    const where = originOf(tree.list, container);
    return remark('warning', `no ${imageKey}: here, so none is carried`, where);
  }
  const origin = originOf(tree.list, written);
  if (text === undefined || text.includes('{{')) {
    throw usageError(`${imageKey}: is no string with a reference`, {
      origin,
      hint: isMap(image) || text !== undefined ? `a template? ${TEMPLATE_HINT}` : undefined,
    });
  }
  const place = scalarPlace(tree.list, image as Scalar);
  const about = place
    ? { place }
    : { unpinnable: 'it is escaped or written over several lines: write it on one' };
  const policy = memberOf(tree, container, policyKey);
  const always = policy !== undefined && stringOf(tree, policy) === 'Always';
  return joinLists([
    { images: [readWritten(text, { origin, ...about })], findings: [] },
    always ? remark('warning', ALWAYS, originOf(tree.list, policy)) : NOTHING,
  ]);
}

const ALWAYS =
  'Always: the container does not start without its registry, although the image is there; with IfNotPresent it does';

function memberAt(tree: YamlTree, node: Node, path: string): Node | undefined {
  return path.split('.').reduce<Node | undefined>((at, key) => memberOf(tree, at, key), node);
}
