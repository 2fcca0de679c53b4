'use strict';

var runner = require('./shared-runner.js');
var fs = require('node:fs');
var promises = require('node:fs/promises');
var consumers = require('node:stream/consumers');
var require$$0 = require('process');
var buffer = require('buffer');
var node_path = require('node:path');
var promises$1 = require('node:timers/promises');
var os = require('node:os');
var node_crypto = require('node:crypto');

var _documentCurrentScript = typeof document !== 'undefined' ? document.currentScript : null;
const formatNames = [
    'lines',
    'compose',
    'quadlet',
    'kiwi',
    'isar',
    'kubernetes'
];

const HINTS = {
    oci: 'oci:PATH[:REFERENCE]',
    'oci-archive': 'oci-archive:PATH[:REFERENCE]',
    'docker-archive': 'docker-archive:PATH[:NAME:TAG]',
    dir: 'dir:PATH',
    'containers-storage': 'containers-storage:NAME:TAG',
    'docker-daemon': 'docker-daemon:NAME:TAG'
};
/** Undefined where the text has none of the local transports. @throws UserError (usage) */ function parseLocal(text, origin) {
    const [transport, location] = cut(text);
    if (location === undefined || !isTransport(transport)) return undefined;
    const fault = locationFault(transport, location);
    if (fault !== undefined) {
        throw runner.usageError(`invalid image ${runner.quote(text)}: ${fault}`, {
            origin,
            hint: HINTS[transport]
        });
    }
    return {
        transport,
        location
    };
}
/**
 * The name and tag that a local image has by what is written; undefined for a `docker-archive:` without
 * a reference, which says so itself.
 *
 * @throws UserError (usage) where neither the text nor the image can tell
 */ function ownName({ transport, location }, origin) {
    if (transport === 'docker-archive' && cut(location)[1] === undefined) return undefined;
    const written = writtenName(transport, location);
    if (written === undefined) {
        throw runner.usageError(`${runner.quote(`${transport}:${location}`)} does not say what the image is called`, {
            origin,
            hint: 'add " as NAME:TAG"'
        });
    }
    return runner.nameAndTag(runner.parseReference(written, origin));
}
function writtenName(transport, location) {
    if (transport === 'dir') return undefined;
    if (isStore(transport)) return storedName(location);
    const reference = cut(location)[1];
    // `@0` counts the images of an archive, and a bare word in an OCI layout is as often a tag as a name.
    if (reference === undefined || reference.startsWith('@')) return undefined;
    return transport === 'docker-archive' || /[/:]/.test(reference) ? reference : undefined;
}
/** `[STORE]NAME@ID` without the store and the ID; undefined where the image is given by its ID alone. */ function storedName(location) {
    const name = location.replace(/^\[[^\]]*\]/, '').replace(/@[a-f0-9]+$/, '');
    return /^(?:(?:sha256:)?[a-f0-9]{64})?$/.test(name) ? undefined : name;
}
function locationFault(transport, location) {
    const [path, reference] = cut(location);
    if (path === '') return isStore(transport) ? 'it names no image' : 'it names no path';
    // An archive holds no registry's manifest that a digest could name.
    const digested = transport === 'docker-archive' && reference?.includes('@sha');
    return digested ? 'an archive knows its images by tag, not by digest' : undefined;
}
function isTransport(text) {
    return Object.hasOwn(HINTS, text);
}
function isStore(transport) {
    return transport === 'containers-storage' || transport === 'docker-daemon';
}
/** skopeo ends the path of an archive or a layout at its first colon. */ function cut(text) {
    const colon = text.indexOf(':');
    return colon < 0 ? [
        text,
        undefined
    ] : [
        text.slice(0, colon),
        text.slice(colon + 1)
    ];
}

/**
 * Reads a reference as people write it in any list: plain, with `docker://`, an entry of Isar's
 * SRC_URI, or one of skopeo's local transports.
 *
 * @throws UserError (usage)
 */ function readWritten(written, about) {
    const { origin, place, unpinnable, fetchOnly = false } = about;
    const { source, syntax } = parseSource(written, origin);
    const name = about.name ?? nameOf$1(source, origin);
    return {
        source,
        ...name === undefined ? {} : {
            name
        },
        fetchOnly,
        written,
        syntax: about.syntax ?? syntax,
        origin,
        ...place === undefined ? {} : {
            place
        },
        ...unpinnable === undefined ? {} : {
            unpinnable
        }
    };
}
function parseSource(written, origin) {
    const local = parseLocal(written, origin);
    if (local !== undefined) return {
        source: local,
        syntax: 'plain'
    };
    const [scheme, rest] = written.split(/:\/\/(.*)/s);
    if (rest !== undefined && scheme !== 'docker') {
        throw runner.usageError(`${runner.quote(written)}: images do not come by ${runner.quote(`${scheme}://`)}`, {
            origin,
            hint: 'write HOST/PATH:TAG or docker://HOST/PATH:TAG'
        });
    }
    const syntax = rest?.includes(';') ? 'isar' : 'plain';
    const reference = syntax === 'isar' ? runner.parseIsar(written, origin) : runner.parseReference(rest ?? written, origin);
    return {
        source: {
            transport: 'docker',
            reference
        },
        syntax
    };
}
function nameOf$1(source, origin) {
    return source.transport === 'docker' ? runner.nameAndTag(source.reference) : ownName(source, origin);
}

var dist$1 = {};

var composer = {};

var directives = {};

var identity = {};

var hasRequiredIdentity;

function requireIdentity () {
	if (hasRequiredIdentity) return identity;
	hasRequiredIdentity = 1;

	const ALIAS = Symbol.for('yaml.alias');
	const DOC = Symbol.for('yaml.document');
	const MAP = Symbol.for('yaml.map');
	const PAIR = Symbol.for('yaml.pair');
	const SCALAR = Symbol.for('yaml.scalar');
	const SEQ = Symbol.for('yaml.seq');
	const NODE_TYPE = Symbol.for('yaml.node.type');
	const isAlias = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === ALIAS;
	const isDocument = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === DOC;
	const isMap = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === MAP;
	const isPair = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === PAIR;
	const isScalar = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === SCALAR;
	const isSeq = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === SEQ;
	function isCollection(node) {
	    if (node && typeof node === 'object')
	        switch (node[NODE_TYPE]) {
	            case MAP:
	            case SEQ:
	                return true;
	        }
	    return false;
	}
	function isNode(node) {
	    if (node && typeof node === 'object')
	        switch (node[NODE_TYPE]) {
	            case ALIAS:
	            case MAP:
	            case SCALAR:
	            case SEQ:
	                return true;
	        }
	    return false;
	}
	const hasAnchor = (node) => (isScalar(node) || isCollection(node)) && !!node.anchor;

	identity.ALIAS = ALIAS;
	identity.DOC = DOC;
	identity.MAP = MAP;
	identity.NODE_TYPE = NODE_TYPE;
	identity.PAIR = PAIR;
	identity.SCALAR = SCALAR;
	identity.SEQ = SEQ;
	identity.hasAnchor = hasAnchor;
	identity.isAlias = isAlias;
	identity.isCollection = isCollection;
	identity.isDocument = isDocument;
	identity.isMap = isMap;
	identity.isNode = isNode;
	identity.isPair = isPair;
	identity.isScalar = isScalar;
	identity.isSeq = isSeq;
	return identity;
}

var visit = {};

var hasRequiredVisit;

function requireVisit () {
	if (hasRequiredVisit) return visit;
	hasRequiredVisit = 1;

	var identity = requireIdentity();

	const BREAK = Symbol('break visit');
	const SKIP = Symbol('skip children');
	const REMOVE = Symbol('remove node');
	/**
	 * Apply a visitor to an AST node or document.
	 *
	 * Walks through the tree (depth-first) starting from `node`, calling a
	 * `visitor` function with three arguments:
	 *   - `key`: For sequence values and map `Pair`, the node's index in the
	 *     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
	 *     `null` for the root node.
	 *   - `node`: The current node.
	 *   - `path`: The ancestry of the current node.
	 *
	 * The return value of the visitor may be used to control the traversal:
	 *   - `undefined` (default): Do nothing and continue
	 *   - `visit.SKIP`: Do not visit the children of this node, continue with next
	 *     sibling
	 *   - `visit.BREAK`: Terminate traversal completely
	 *   - `visit.REMOVE`: Remove the current node, then continue with the next one
	 *   - `Node`: Replace the current node, then continue by visiting it
	 *   - `number`: While iterating the items of a sequence or map, set the index
	 *     of the next step. This is useful especially if the index of the current
	 *     node has changed.
	 *
	 * If `visitor` is a single function, it will be called with all values
	 * encountered in the tree, including e.g. `null` values. Alternatively,
	 * separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
	 * `Alias` and `Scalar` node. To define the same visitor function for more than
	 * one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
	 * and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
	 * specific defined one will be used for each node.
	 */
	function visit$1(node, visitor) {
	    const visitor_ = initVisitor(visitor);
	    if (identity.isDocument(node)) {
	        const cd = visit_(null, node.contents, visitor_, Object.freeze([node]));
	        if (cd === REMOVE)
	            node.contents = null;
	    }
	    else
	        visit_(null, node, visitor_, Object.freeze([]));
	}
	// Without the `as symbol` casts, TS declares these in the `visit`
	// namespace using `var`, but then complains about that because
	// `unique symbol` must be `const`.
	/** Terminate visit traversal completely */
	visit$1.BREAK = BREAK;
	/** Do not visit the children of the current node */
	visit$1.SKIP = SKIP;
	/** Remove the current node */
	visit$1.REMOVE = REMOVE;
	function visit_(key, node, visitor, path) {
	    const ctrl = callVisitor(key, node, visitor, path);
	    if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
	        replaceNode(key, path, ctrl);
	        return visit_(key, ctrl, visitor, path);
	    }
	    if (typeof ctrl !== 'symbol') {
	        if (identity.isCollection(node)) {
	            path = Object.freeze(path.concat(node));
	            for (let i = 0; i < node.items.length; ++i) {
	                const ci = visit_(i, node.items[i], visitor, path);
	                if (typeof ci === 'number')
	                    i = ci - 1;
	                else if (ci === BREAK)
	                    return BREAK;
	                else if (ci === REMOVE) {
	                    node.items.splice(i, 1);
	                    i -= 1;
	                }
	            }
	        }
	        else if (identity.isPair(node)) {
	            path = Object.freeze(path.concat(node));
	            const ck = visit_('key', node.key, visitor, path);
	            if (ck === BREAK)
	                return BREAK;
	            else if (ck === REMOVE)
	                node.key = null;
	            const cv = visit_('value', node.value, visitor, path);
	            if (cv === BREAK)
	                return BREAK;
	            else if (cv === REMOVE)
	                node.value = null;
	        }
	    }
	    return ctrl;
	}
	/**
	 * Apply an async visitor to an AST node or document.
	 *
	 * Walks through the tree (depth-first) starting from `node`, calling a
	 * `visitor` function with three arguments:
	 *   - `key`: For sequence values and map `Pair`, the node's index in the
	 *     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
	 *     `null` for the root node.
	 *   - `node`: The current node.
	 *   - `path`: The ancestry of the current node.
	 *
	 * The return value of the visitor may be used to control the traversal:
	 *   - `Promise`: Must resolve to one of the following values
	 *   - `undefined` (default): Do nothing and continue
	 *   - `visit.SKIP`: Do not visit the children of this node, continue with next
	 *     sibling
	 *   - `visit.BREAK`: Terminate traversal completely
	 *   - `visit.REMOVE`: Remove the current node, then continue with the next one
	 *   - `Node`: Replace the current node, then continue by visiting it
	 *   - `number`: While iterating the items of a sequence or map, set the index
	 *     of the next step. This is useful especially if the index of the current
	 *     node has changed.
	 *
	 * If `visitor` is a single function, it will be called with all values
	 * encountered in the tree, including e.g. `null` values. Alternatively,
	 * separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
	 * `Alias` and `Scalar` node. To define the same visitor function for more than
	 * one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
	 * and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
	 * specific defined one will be used for each node.
	 */
	async function visitAsync(node, visitor) {
	    const visitor_ = initVisitor(visitor);
	    if (identity.isDocument(node)) {
	        const cd = await visitAsync_(null, node.contents, visitor_, Object.freeze([node]));
	        if (cd === REMOVE)
	            node.contents = null;
	    }
	    else
	        await visitAsync_(null, node, visitor_, Object.freeze([]));
	}
	// Without the `as symbol` casts, TS declares these in the `visit`
	// namespace using `var`, but then complains about that because
	// `unique symbol` must be `const`.
	/** Terminate visit traversal completely */
	visitAsync.BREAK = BREAK;
	/** Do not visit the children of the current node */
	visitAsync.SKIP = SKIP;
	/** Remove the current node */
	visitAsync.REMOVE = REMOVE;
	async function visitAsync_(key, node, visitor, path) {
	    const ctrl = await callVisitor(key, node, visitor, path);
	    if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
	        replaceNode(key, path, ctrl);
	        return visitAsync_(key, ctrl, visitor, path);
	    }
	    if (typeof ctrl !== 'symbol') {
	        if (identity.isCollection(node)) {
	            path = Object.freeze(path.concat(node));
	            for (let i = 0; i < node.items.length; ++i) {
	                const ci = await visitAsync_(i, node.items[i], visitor, path);
	                if (typeof ci === 'number')
	                    i = ci - 1;
	                else if (ci === BREAK)
	                    return BREAK;
	                else if (ci === REMOVE) {
	                    node.items.splice(i, 1);
	                    i -= 1;
	                }
	            }
	        }
	        else if (identity.isPair(node)) {
	            path = Object.freeze(path.concat(node));
	            const ck = await visitAsync_('key', node.key, visitor, path);
	            if (ck === BREAK)
	                return BREAK;
	            else if (ck === REMOVE)
	                node.key = null;
	            const cv = await visitAsync_('value', node.value, visitor, path);
	            if (cv === BREAK)
	                return BREAK;
	            else if (cv === REMOVE)
	                node.value = null;
	        }
	    }
	    return ctrl;
	}
	function initVisitor(visitor) {
	    if (typeof visitor === 'object' &&
	        (visitor.Collection || visitor.Node || visitor.Value)) {
	        return Object.assign({
	            Alias: visitor.Node,
	            Map: visitor.Node,
	            Scalar: visitor.Node,
	            Seq: visitor.Node
	        }, visitor.Value && {
	            Map: visitor.Value,
	            Scalar: visitor.Value,
	            Seq: visitor.Value
	        }, visitor.Collection && {
	            Map: visitor.Collection,
	            Seq: visitor.Collection
	        }, visitor);
	    }
	    return visitor;
	}
	function callVisitor(key, node, visitor, path) {
	    if (typeof visitor === 'function')
	        return visitor(key, node, path);
	    if (identity.isMap(node))
	        return visitor.Map?.(key, node, path);
	    if (identity.isSeq(node))
	        return visitor.Seq?.(key, node, path);
	    if (identity.isPair(node))
	        return visitor.Pair?.(key, node, path);
	    if (identity.isScalar(node))
	        return visitor.Scalar?.(key, node, path);
	    if (identity.isAlias(node))
	        return visitor.Alias?.(key, node, path);
	    return undefined;
	}
	function replaceNode(key, path, node) {
	    const parent = path[path.length - 1];
	    if (identity.isCollection(parent)) {
	        parent.items[key] = node;
	    }
	    else if (identity.isPair(parent)) {
	        if (key === 'key')
	            parent.key = node;
	        else
	            parent.value = node;
	    }
	    else if (identity.isDocument(parent)) {
	        parent.contents = node;
	    }
	    else {
	        const pt = identity.isAlias(parent) ? 'alias' : 'scalar';
	        throw new Error(`Cannot replace node with ${pt} parent`);
	    }
	}

	visit.visit = visit$1;
	visit.visitAsync = visitAsync;
	return visit;
}

var hasRequiredDirectives;

function requireDirectives () {
	if (hasRequiredDirectives) return directives;
	hasRequiredDirectives = 1;

	var identity = requireIdentity();
	var visit = requireVisit();

	const escapeChars = {
	    '!': '%21',
	    ',': '%2C',
	    '[': '%5B',
	    ']': '%5D',
	    '{': '%7B',
	    '}': '%7D'
	};
	const escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, ch => escapeChars[ch]);
	class Directives {
	    constructor(yaml, tags) {
	        /**
	         * The directives-end/doc-start marker `---`. If `null`, a marker may still be
	         * included in the document's stringified representation.
	         */
	        this.docStart = null;
	        /** The doc-end marker `...`.  */
	        this.docEnd = false;
	        this.yaml = Object.assign({}, Directives.defaultYaml, yaml);
	        this.tags = Object.assign({}, Directives.defaultTags, tags);
	    }
	    clone() {
	        const copy = new Directives(this.yaml, this.tags);
	        copy.docStart = this.docStart;
	        return copy;
	    }
	    /**
	     * During parsing, get a Directives instance for the current document and
	     * update the stream state according to the current version's spec.
	     */
	    atDocument() {
	        const res = new Directives(this.yaml, this.tags);
	        switch (this.yaml.version) {
	            case '1.1':
	                this.atNextDocument = true;
	                break;
	            case '1.2':
	                this.atNextDocument = false;
	                this.yaml = {
	                    explicit: Directives.defaultYaml.explicit,
	                    version: '1.2'
	                };
	                this.tags = Object.assign({}, Directives.defaultTags);
	                break;
	        }
	        return res;
	    }
	    /**
	     * @param onError - May be called even if the action was successful
	     * @returns `true` on success
	     */
	    add(line, onError) {
	        if (this.atNextDocument) {
	            this.yaml = { explicit: Directives.defaultYaml.explicit, version: '1.1' };
	            this.tags = Object.assign({}, Directives.defaultTags);
	            this.atNextDocument = false;
	        }
	        const parts = line.trim().split(/[ \t]+/);
	        const name = parts.shift();
	        switch (name) {
	            case '%TAG': {
	                if (parts.length !== 2) {
	                    onError(0, '%TAG directive should contain exactly two parts');
	                    if (parts.length < 2)
	                        return false;
	                }
	                const [handle, prefix] = parts;
	                this.tags[handle] = prefix;
	                return true;
	            }
	            case '%YAML': {
	                this.yaml.explicit = true;
	                if (parts.length !== 1) {
	                    onError(0, '%YAML directive should contain exactly one part');
	                    return false;
	                }
	                const [version] = parts;
	                if (version === '1.1' || version === '1.2') {
	                    this.yaml.version = version;
	                    return true;
	                }
	                else {
	                    const isValid = /^\d+\.\d+$/.test(version);
	                    onError(6, `Unsupported YAML version ${version}`, isValid);
	                    return false;
	                }
	            }
	            default:
	                onError(0, `Unknown directive ${name}`, true);
	                return false;
	        }
	    }
	    /**
	     * Resolves a tag, matching handles to those defined in %TAG directives.
	     *
	     * @returns Resolved tag, which may also be the non-specific tag `'!'` or a
	     *   `'!local'` tag, or `null` if unresolvable.
	     */
	    tagName(source, onError) {
	        if (source === '!')
	            return '!'; // non-specific tag
	        if (source[0] !== '!') {
	            onError(`Not a valid tag: ${source}`);
	            return null;
	        }
	        if (source[1] === '<') {
	            const verbatim = source.slice(2, -1);
	            if (verbatim === '!' || verbatim === '!!') {
	                onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
	                return null;
	            }
	            if (source[source.length - 1] !== '>')
	                onError('Verbatim tags must end with a >');
	            return verbatim;
	        }
	        const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
	        if (!suffix)
	            onError(`The ${source} tag has no suffix`);
	        const prefix = this.tags[handle];
	        if (prefix) {
	            try {
	                return prefix + decodeURIComponent(suffix);
	            }
	            catch (error) {
	                onError(String(error));
	                return null;
	            }
	        }
	        if (handle === '!')
	            return source; // local tag
	        onError(`Could not resolve tag: ${source}`);
	        return null;
	    }
	    /**
	     * Given a fully resolved tag, returns its printable string form,
	     * taking into account current tag prefixes and defaults.
	     */
	    tagString(tag) {
	        for (const [handle, prefix] of Object.entries(this.tags)) {
	            if (tag.startsWith(prefix))
	                return handle + escapeTagName(tag.substring(prefix.length));
	        }
	        return tag[0] === '!' ? tag : `!<${tag}>`;
	    }
	    toString(doc) {
	        const lines = this.yaml.explicit
	            ? [`%YAML ${this.yaml.version || '1.2'}`]
	            : [];
	        const tagEntries = Object.entries(this.tags);
	        let tagNames;
	        if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
	            const tags = {};
	            visit.visit(doc.contents, (_key, node) => {
	                if (identity.isNode(node) && node.tag)
	                    tags[node.tag] = true;
	            });
	            tagNames = Object.keys(tags);
	        }
	        else
	            tagNames = [];
	        for (const [handle, prefix] of tagEntries) {
	            if (handle === '!!' && prefix === 'tag:yaml.org,2002:')
	                continue;
	            if (!doc || tagNames.some(tn => tn.startsWith(prefix)))
	                lines.push(`%TAG ${handle} ${prefix}`);
	        }
	        return lines.join('\n');
	    }
	}
	Directives.defaultYaml = { explicit: false, version: '1.2' };
	Directives.defaultTags = { '!!': 'tag:yaml.org,2002:' };

	directives.Directives = Directives;
	return directives;
}

var Document = {};

var Alias = {};

var anchors = {};

var hasRequiredAnchors;

function requireAnchors () {
	if (hasRequiredAnchors) return anchors;
	hasRequiredAnchors = 1;

	var identity = requireIdentity();
	var visit = requireVisit();

	/**
	 * Verify that the input string is a valid anchor.
	 *
	 * Will throw on errors.
	 */
	function anchorIsValid(anchor) {
	    if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
	        const sa = JSON.stringify(anchor);
	        const msg = `Anchor must not contain whitespace or control characters: ${sa}`;
	        throw new Error(msg);
	    }
	    return true;
	}
	function anchorNames(root) {
	    const anchors = new Set();
	    visit.visit(root, {
	        Value(_key, node) {
	            if (node.anchor)
	                anchors.add(node.anchor);
	        }
	    });
	    return anchors;
	}
	/** Find a new anchor name with the given `prefix` and a one-indexed suffix. */
	function findNewAnchor(prefix, exclude) {
	    for (let i = 1; true; ++i) {
	        const name = `${prefix}${i}`;
	        if (!exclude.has(name))
	            return name;
	    }
	}
	function createNodeAnchors(doc, prefix) {
	    const aliasObjects = [];
	    const sourceObjects = new Map();
	    let prevAnchors = null;
	    return {
	        onAnchor: (source) => {
	            aliasObjects.push(source);
	            prevAnchors ?? (prevAnchors = anchorNames(doc));
	            const anchor = findNewAnchor(prefix, prevAnchors);
	            prevAnchors.add(anchor);
	            return anchor;
	        },
	        /**
	         * With circular references, the source node is only resolved after all
	         * of its child nodes are. This is why anchors are set only after all of
	         * the nodes have been created.
	         */
	        setAnchors: () => {
	            for (const source of aliasObjects) {
	                const ref = sourceObjects.get(source);
	                if (typeof ref === 'object' &&
	                    ref.anchor &&
	                    (identity.isScalar(ref.node) || identity.isCollection(ref.node))) {
	                    ref.node.anchor = ref.anchor;
	                }
	                else {
	                    const error = new Error('Failed to resolve repeated object (this should not happen)');
	                    error.source = source;
	                    throw error;
	                }
	            }
	        },
	        sourceObjects
	    };
	}

	anchors.anchorIsValid = anchorIsValid;
	anchors.anchorNames = anchorNames;
	anchors.createNodeAnchors = createNodeAnchors;
	anchors.findNewAnchor = findNewAnchor;
	return anchors;
}

var Node = {};

var applyReviver = {};

var hasRequiredApplyReviver;

function requireApplyReviver () {
	if (hasRequiredApplyReviver) return applyReviver;
	hasRequiredApplyReviver = 1;

	/**
	 * Applies the JSON.parse reviver algorithm as defined in the ECMA-262 spec,
	 * in section 24.5.1.1 "Runtime Semantics: InternalizeJSONProperty" of the
	 * 2021 edition: https://tc39.es/ecma262/#sec-json.parse
	 *
	 * Includes extensions for handling Map and Set objects.
	 */
	function applyReviver$1(reviver, obj, key, val) {
	    if (val && typeof val === 'object') {
	        if (Array.isArray(val)) {
	            for (let i = 0, len = val.length; i < len; ++i) {
	                const v0 = val[i];
	                const v1 = applyReviver$1(reviver, val, String(i), v0);
	                // eslint-disable-next-line @typescript-eslint/no-array-delete
	                if (v1 === undefined)
	                    delete val[i];
	                else if (v1 !== v0)
	                    val[i] = v1;
	            }
	        }
	        else if (val instanceof Map) {
	            for (const k of Array.from(val.keys())) {
	                const v0 = val.get(k);
	                const v1 = applyReviver$1(reviver, val, k, v0);
	                if (v1 === undefined)
	                    val.delete(k);
	                else if (v1 !== v0)
	                    val.set(k, v1);
	            }
	        }
	        else if (val instanceof Set) {
	            for (const v0 of Array.from(val)) {
	                const v1 = applyReviver$1(reviver, val, v0, v0);
	                if (v1 === undefined)
	                    val.delete(v0);
	                else if (v1 !== v0) {
	                    val.delete(v0);
	                    val.add(v1);
	                }
	            }
	        }
	        else {
	            for (const [k, v0] of Object.entries(val)) {
	                const v1 = applyReviver$1(reviver, val, k, v0);
	                if (v1 === undefined)
	                    delete val[k];
	                else if (v1 !== v0)
	                    val[k] = v1;
	            }
	        }
	    }
	    return reviver.call(obj, key, val);
	}

	applyReviver.applyReviver = applyReviver$1;
	return applyReviver;
}

var toJS = {};

var hasRequiredToJS;

function requireToJS () {
	if (hasRequiredToJS) return toJS;
	hasRequiredToJS = 1;

	var identity = requireIdentity();

	/**
	 * Recursively convert any node or its contents to native JavaScript
	 *
	 * @param value - The input value
	 * @param arg - If `value` defines a `toJSON()` method, use this
	 *   as its first argument
	 * @param ctx - Conversion context, originally set in Document#toJS(). If
	 *   `{ keep: true }` is not set, output should be suitable for JSON
	 *   stringification.
	 */
	function toJS$1(value, arg, ctx) {
	    // eslint-disable-next-line @typescript-eslint/no-unsafe-return
	    if (Array.isArray(value))
	        return value.map((v, i) => toJS$1(v, String(i), ctx));
	    if (value && typeof value.toJSON === 'function') {
	        // eslint-disable-next-line @typescript-eslint/no-unsafe-call
	        if (!ctx || !identity.hasAnchor(value))
	            return value.toJSON(arg, ctx);
	        const data = { aliasCount: 0, count: 1, res: undefined };
	        ctx.anchors.set(value, data);
	        ctx.onCreate = res => {
	            data.res = res;
	            delete ctx.onCreate;
	        };
	        const res = value.toJSON(arg, ctx);
	        if (ctx.onCreate)
	            ctx.onCreate(res);
	        return res;
	    }
	    if (typeof value === 'bigint' && !ctx?.keep)
	        return Number(value);
	    return value;
	}

	toJS.toJS = toJS$1;
	return toJS;
}

var hasRequiredNode;

function requireNode () {
	if (hasRequiredNode) return Node;
	hasRequiredNode = 1;

	var applyReviver = requireApplyReviver();
	var identity = requireIdentity();
	var toJS = requireToJS();

	class NodeBase {
	    constructor(type) {
	        Object.defineProperty(this, identity.NODE_TYPE, { value: type });
	    }
	    /** Create a copy of this node.  */
	    clone() {
	        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
	        if (this.range)
	            copy.range = this.range.slice();
	        return copy;
	    }
	    /** A plain JavaScript representation of this node. */
	    toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
	        if (!identity.isDocument(doc))
	            throw new TypeError('A document argument is required');
	        const ctx = {
	            anchors: new Map(),
	            doc,
	            keep: true,
	            mapAsMap: mapAsMap === true,
	            mapKeyWarned: false,
	            maxAliasCount: typeof maxAliasCount === 'number' ? maxAliasCount : 100
	        };
	        const res = toJS.toJS(this, '', ctx);
	        if (typeof onAnchor === 'function')
	            for (const { count, res } of ctx.anchors.values())
	                onAnchor(res, count);
	        return typeof reviver === 'function'
	            ? applyReviver.applyReviver(reviver, { '': res }, '', res)
	            : res;
	    }
	}

	Node.NodeBase = NodeBase;
	return Node;
}

var hasRequiredAlias;

function requireAlias () {
	if (hasRequiredAlias) return Alias;
	hasRequiredAlias = 1;

	var anchors = requireAnchors();
	var visit = requireVisit();
	var identity = requireIdentity();
	var Node = requireNode();
	var toJS = requireToJS();

	let Alias$1 = class Alias extends Node.NodeBase {
	    constructor(source) {
	        super(identity.ALIAS);
	        this.source = source;
	        Object.defineProperty(this, 'tag', {
	            set() {
	                throw new Error('Alias nodes cannot have tags');
	            }
	        });
	    }
	    /**
	     * Resolve the value of this alias within `doc`, finding the last
	     * instance of the `source` anchor before this node.
	     */
	    resolve(doc, ctx) {
	        if (ctx?.maxAliasCount === 0)
	            throw new ReferenceError('Alias resolution is disabled');
	        let nodes;
	        if (ctx?.aliasResolveCache) {
	            nodes = ctx.aliasResolveCache;
	        }
	        else {
	            nodes = [];
	            visit.visit(doc, {
	                Node: (_key, node) => {
	                    if (identity.isAlias(node) || identity.hasAnchor(node))
	                        nodes.push(node);
	                }
	            });
	            if (ctx)
	                ctx.aliasResolveCache = nodes;
	        }
	        let found = undefined;
	        for (const node of nodes) {
	            if (node === this)
	                break;
	            if (node.anchor === this.source)
	                found = node;
	        }
	        if (found && ctx) {
	            const { anchors, doc, maxAliasCount } = ctx;
	            let data = anchors.get(found);
	            if (!data) {
	                // Resolve anchors for Node.prototype.toJS()
	                toJS.toJS(found, null, ctx);
	                data = anchors.get(found);
	            }
	            /* istanbul ignore if */
	            if (data?.res === undefined) {
	                const msg = 'This should not happen: Alias anchor was not resolved?';
	                throw new ReferenceError(msg);
	            }
	            if (maxAliasCount >= 0) {
	                data.count += 1;
	                if (data.aliasCount === 0)
	                    data.aliasCount = getAliasCount(doc, found, anchors);
	                if (data.count * data.aliasCount > maxAliasCount) {
	                    const msg = 'Excessive alias count indicates a resource exhaustion attack';
	                    throw new ReferenceError(msg);
	                }
	            }
	        }
	        return found;
	    }
	    toJSON(_arg, ctx) {
	        if (!ctx)
	            return { source: this.source };
	        const source = this.resolve(ctx.doc, ctx);
	        if (!source) {
	            const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
	            throw new ReferenceError(msg);
	        }
	        return ctx.anchors.get(source).res;
	    }
	    toString(ctx, _onComment, _onChompKeep) {
	        const src = `*${this.source}`;
	        if (ctx) {
	            anchors.anchorIsValid(this.source);
	            if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
	                const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
	                throw new Error(msg);
	            }
	            if (ctx.implicitKey)
	                return `${src} `;
	        }
	        return src;
	    }
	};
	function getAliasCount(doc, node, anchors) {
	    if (identity.isAlias(node)) {
	        const source = node.resolve(doc);
	        const anchor = anchors && source && anchors.get(source);
	        return anchor ? anchor.count * anchor.aliasCount : 0;
	    }
	    else if (identity.isCollection(node)) {
	        let count = 0;
	        for (const item of node.items) {
	            const c = getAliasCount(doc, item, anchors);
	            if (c > count)
	                count = c;
	        }
	        return count;
	    }
	    else if (identity.isPair(node)) {
	        const kc = getAliasCount(doc, node.key, anchors);
	        const vc = getAliasCount(doc, node.value, anchors);
	        return Math.max(kc, vc);
	    }
	    return 1;
	}

	Alias.Alias = Alias$1;
	return Alias;
}

var Collection = {};

var createNode = {};

var Scalar = {};

var hasRequiredScalar;

function requireScalar () {
	if (hasRequiredScalar) return Scalar;
	hasRequiredScalar = 1;

	var identity = requireIdentity();
	var Node = requireNode();
	var toJS = requireToJS();

	const isScalarValue = (value) => !value || (typeof value !== 'function' && typeof value !== 'object');
	let Scalar$1 = class Scalar extends Node.NodeBase {
	    constructor(value) {
	        super(identity.SCALAR);
	        this.value = value;
	    }
	    toJSON(arg, ctx) {
	        return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
	    }
	    toString() {
	        return String(this.value);
	    }
	};
	Scalar$1.BLOCK_FOLDED = 'BLOCK_FOLDED';
	Scalar$1.BLOCK_LITERAL = 'BLOCK_LITERAL';
	Scalar$1.PLAIN = 'PLAIN';
	Scalar$1.QUOTE_DOUBLE = 'QUOTE_DOUBLE';
	Scalar$1.QUOTE_SINGLE = 'QUOTE_SINGLE';

	Scalar.Scalar = Scalar$1;
	Scalar.isScalarValue = isScalarValue;
	return Scalar;
}

var hasRequiredCreateNode;

function requireCreateNode () {
	if (hasRequiredCreateNode) return createNode;
	hasRequiredCreateNode = 1;

	var Alias = requireAlias();
	var identity = requireIdentity();
	var Scalar = requireScalar();

	const defaultTagPrefix = 'tag:yaml.org,2002:';
	function findTagObject(value, tagName, tags) {
	    if (tagName) {
	        const match = tags.filter(t => t.tag === tagName);
	        const tagObj = match.find(t => !t.format) ?? match[0];
	        if (!tagObj)
	            throw new Error(`Tag ${tagName} not found`);
	        return tagObj;
	    }
	    return tags.find(t => t.identify?.(value) && !t.format);
	}
	function createNode$1(value, tagName, ctx) {
	    if (identity.isDocument(value))
	        value = value.contents;
	    if (identity.isNode(value))
	        return value;
	    if (identity.isPair(value)) {
	        const map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
	        map.items.push(value);
	        return map;
	    }
	    if (value instanceof String ||
	        value instanceof Number ||
	        value instanceof Boolean ||
	        (typeof BigInt !== 'undefined' && value instanceof BigInt) // not supported everywhere
	    ) {
	        // https://tc39.es/ecma262/#sec-serializejsonproperty
	        value = value.valueOf();
	    }
	    const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
	    // Detect duplicate references to the same object & use Alias nodes for all
	    // after first. The `ref` wrapper allows for circular references to resolve.
	    let ref = undefined;
	    if (aliasDuplicateObjects && value && typeof value === 'object') {
	        ref = sourceObjects.get(value);
	        if (ref) {
	            ref.anchor ?? (ref.anchor = onAnchor(value));
	            return new Alias.Alias(ref.anchor);
	        }
	        else {
	            ref = { anchor: null, node: null };
	            sourceObjects.set(value, ref);
	        }
	    }
	    if (tagName?.startsWith('!!'))
	        tagName = defaultTagPrefix + tagName.slice(2);
	    let tagObj = findTagObject(value, tagName, schema.tags);
	    if (!tagObj) {
	        if (value && typeof value.toJSON === 'function') {
	            // eslint-disable-next-line @typescript-eslint/no-unsafe-call
	            value = value.toJSON();
	        }
	        if (!value || typeof value !== 'object') {
	            const node = new Scalar.Scalar(value);
	            if (ref)
	                ref.node = node;
	            return node;
	        }
	        tagObj =
	            value instanceof Map
	                ? schema[identity.MAP]
	                : Symbol.iterator in Object(value)
	                    ? schema[identity.SEQ]
	                    : schema[identity.MAP];
	    }
	    if (onTagObj) {
	        onTagObj(tagObj);
	        delete ctx.onTagObj;
	    }
	    const node = tagObj?.createNode
	        ? tagObj.createNode(ctx.schema, value, ctx)
	        : typeof tagObj?.nodeClass?.from === 'function'
	            ? tagObj.nodeClass.from(ctx.schema, value, ctx)
	            : new Scalar.Scalar(value);
	    if (tagName)
	        node.tag = tagName;
	    else if (!tagObj.default)
	        node.tag = tagObj.tag;
	    if (ref)
	        ref.node = node;
	    return node;
	}

	createNode.createNode = createNode$1;
	return createNode;
}

var hasRequiredCollection;

function requireCollection () {
	if (hasRequiredCollection) return Collection;
	hasRequiredCollection = 1;

	var createNode = requireCreateNode();
	var identity = requireIdentity();
	var Node = requireNode();

	function collectionFromPath(schema, path, value) {
	    let v = value;
	    for (let i = path.length - 1; i >= 0; --i) {
	        const k = path[i];
	        if (typeof k === 'number' && Number.isInteger(k) && k >= 0) {
	            const a = [];
	            a[k] = v;
	            v = a;
	        }
	        else {
	            v = new Map([[k, v]]);
	        }
	    }
	    return createNode.createNode(v, undefined, {
	        aliasDuplicateObjects: false,
	        keepUndefined: false,
	        onAnchor: () => {
	            throw new Error('This should not happen, please report a bug.');
	        },
	        schema,
	        sourceObjects: new Map()
	    });
	}
	// Type guard is intentionally a little wrong so as to be more useful,
	// as it does not cover untypable empty non-string iterables (e.g. []).
	const isEmptyPath = (path) => path == null ||
	    (typeof path === 'object' && !!path[Symbol.iterator]().next().done);
	let Collection$1 = class Collection extends Node.NodeBase {
	    constructor(type, schema) {
	        super(type);
	        Object.defineProperty(this, 'schema', {
	            value: schema,
	            configurable: true,
	            enumerable: false,
	            writable: true
	        });
	    }
	    /**
	     * Create a copy of this collection.
	     *
	     * @param schema - If defined, overwrites the original's schema
	     */
	    clone(schema) {
	        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
	        if (schema)
	            copy.schema = schema;
	        copy.items = copy.items.map(it => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it);
	        if (this.range)
	            copy.range = this.range.slice();
	        return copy;
	    }
	    /**
	     * Adds a value to the collection. For `!!map` and `!!omap` the value must
	     * be a Pair instance or a `{ key, value }` object, which may not have a key
	     * that already exists in the map.
	     */
	    addIn(path, value) {
	        if (isEmptyPath(path))
	            this.add(value);
	        else {
	            const [key, ...rest] = path;
	            const node = this.get(key, true);
	            if (identity.isCollection(node))
	                node.addIn(rest, value);
	            else if (node === undefined && this.schema)
	                this.set(key, collectionFromPath(this.schema, rest, value));
	            else
	                throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
	        }
	    }
	    /**
	     * Removes a value from the collection.
	     * @returns `true` if the item was found and removed.
	     */
	    deleteIn(path) {
	        const [key, ...rest] = path;
	        if (rest.length === 0)
	            return this.delete(key);
	        const node = this.get(key, true);
	        if (identity.isCollection(node))
	            return node.deleteIn(rest);
	        else
	            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
	    }
	    /**
	     * Returns item at `key`, or `undefined` if not found. By default unwraps
	     * scalar values from their surrounding node; to disable set `keepScalar` to
	     * `true` (collections are always returned intact).
	     */
	    getIn(path, keepScalar) {
	        const [key, ...rest] = path;
	        const node = this.get(key, true);
	        if (rest.length === 0)
	            return !keepScalar && identity.isScalar(node) ? node.value : node;
	        else
	            return identity.isCollection(node) ? node.getIn(rest, keepScalar) : undefined;
	    }
	    hasAllNullValues(allowScalar) {
	        return this.items.every(node => {
	            if (!identity.isPair(node))
	                return false;
	            const n = node.value;
	            return (n == null ||
	                (allowScalar &&
	                    identity.isScalar(n) &&
	                    n.value == null &&
	                    !n.commentBefore &&
	                    !n.comment &&
	                    !n.tag));
	        });
	    }
	    /**
	     * Checks if the collection includes a value with the key `key`.
	     */
	    hasIn(path) {
	        const [key, ...rest] = path;
	        if (rest.length === 0)
	            return this.has(key);
	        const node = this.get(key, true);
	        return identity.isCollection(node) ? node.hasIn(rest) : false;
	    }
	    /**
	     * Sets a value in this collection. For `!!set`, `value` needs to be a
	     * boolean to add/remove the item from the set.
	     */
	    setIn(path, value) {
	        const [key, ...rest] = path;
	        if (rest.length === 0) {
	            this.set(key, value);
	        }
	        else {
	            const node = this.get(key, true);
	            if (identity.isCollection(node))
	                node.setIn(rest, value);
	            else if (node === undefined && this.schema)
	                this.set(key, collectionFromPath(this.schema, rest, value));
	            else
	                throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
	        }
	    }
	};

	Collection.Collection = Collection$1;
	Collection.collectionFromPath = collectionFromPath;
	Collection.isEmptyPath = isEmptyPath;
	return Collection;
}

var Pair = {};

var stringifyPair = {};

var stringify = {};

var stringifyComment = {};

var hasRequiredStringifyComment;

function requireStringifyComment () {
	if (hasRequiredStringifyComment) return stringifyComment;
	hasRequiredStringifyComment = 1;

	/**
	 * Stringifies a comment.
	 *
	 * Empty comment lines are left empty,
	 * lines consisting of a single space are replaced by `#`,
	 * and all other lines are prefixed with a `#`.
	 */
	const stringifyComment$1 = (str) => str.replace(/^(?!$)(?: $)?/gm, '#');
	function indentComment(comment, indent) {
	    if (/^\n+$/.test(comment))
	        return comment.substring(1);
	    return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
	}
	const lineComment = (str, indent, comment) => str.endsWith('\n')
	    ? indentComment(comment, indent)
	    : comment.includes('\n')
	        ? '\n' + indentComment(comment, indent)
	        : (str.endsWith(' ') ? '' : ' ') + comment;

	stringifyComment.indentComment = indentComment;
	stringifyComment.lineComment = lineComment;
	stringifyComment.stringifyComment = stringifyComment$1;
	return stringifyComment;
}

var stringifyString = {};

var foldFlowLines = {};

var hasRequiredFoldFlowLines;

function requireFoldFlowLines () {
	if (hasRequiredFoldFlowLines) return foldFlowLines;
	hasRequiredFoldFlowLines = 1;

	const FOLD_FLOW = 'flow';
	const FOLD_BLOCK = 'block';
	const FOLD_QUOTED = 'quoted';
	/**
	 * Tries to keep input at up to `lineWidth` characters, splitting only on spaces
	 * not followed by newlines or spaces unless `mode` is `'quoted'`. Lines are
	 * terminated with `\n` and started with `indent`.
	 */
	function foldFlowLines$1(text, indent, mode = 'flow', { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
	    if (!lineWidth || lineWidth < 0)
	        return text;
	    if (lineWidth < minContentWidth)
	        minContentWidth = 0;
	    const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
	    if (text.length <= endStep)
	        return text;
	    const folds = [];
	    const escapedFolds = {};
	    let end = lineWidth - indent.length;
	    if (typeof indentAtStart === 'number') {
	        if (indentAtStart > lineWidth - Math.max(2, minContentWidth))
	            folds.push(0);
	        else
	            end = lineWidth - indentAtStart;
	    }
	    let split = undefined;
	    let prev = undefined;
	    let overflow = false;
	    let i = -1;
	    let escStart = -1;
	    let escEnd = -1;
	    if (mode === FOLD_BLOCK) {
	        i = consumeMoreIndentedLines(text, i, indent.length);
	        if (i !== -1)
	            end = i + endStep;
	    }
	    for (let ch; (ch = text[(i += 1)]);) {
	        if (mode === FOLD_QUOTED && ch === '\\') {
	            escStart = i;
	            switch (text[i + 1]) {
	                case 'x':
	                    i += 3;
	                    break;
	                case 'u':
	                    i += 5;
	                    break;
	                case 'U':
	                    i += 9;
	                    break;
	                default:
	                    i += 1;
	            }
	            escEnd = i;
	        }
	        if (ch === '\n') {
	            if (mode === FOLD_BLOCK)
	                i = consumeMoreIndentedLines(text, i, indent.length);
	            end = i + indent.length + endStep;
	            split = undefined;
	        }
	        else {
	            if (ch === ' ' &&
	                prev &&
	                prev !== ' ' &&
	                prev !== '\n' &&
	                prev !== '\t') {
	                // space surrounded by non-space can be replaced with newline + indent
	                const next = text[i + 1];
	                if (next && next !== ' ' && next !== '\n' && next !== '\t')
	                    split = i;
	            }
	            if (i >= end) {
	                if (split) {
	                    folds.push(split);
	                    end = split + endStep;
	                    split = undefined;
	                }
	                else if (mode === FOLD_QUOTED) {
	                    // white-space collected at end may stretch past lineWidth
	                    while (prev === ' ' || prev === '\t') {
	                        prev = ch;
	                        ch = text[(i += 1)];
	                        overflow = true;
	                    }
	                    // Account for newline escape, but don't break preceding escape
	                    const j = i > escEnd + 1 ? i - 2 : escStart - 1;
	                    // Bail out if lineWidth & minContentWidth are shorter than an escape string
	                    if (escapedFolds[j])
	                        return text;
	                    folds.push(j);
	                    escapedFolds[j] = true;
	                    end = j + endStep;
	                    split = undefined;
	                }
	                else {
	                    overflow = true;
	                }
	            }
	        }
	        prev = ch;
	    }
	    if (overflow && onOverflow)
	        onOverflow();
	    if (folds.length === 0)
	        return text;
	    if (onFold)
	        onFold();
	    let res = text.slice(0, folds[0]);
	    for (let i = 0; i < folds.length; ++i) {
	        const fold = folds[i];
	        const end = folds[i + 1] || text.length;
	        if (fold === 0)
	            res = `\n${indent}${text.slice(0, end)}`;
	        else {
	            if (mode === FOLD_QUOTED && escapedFolds[fold])
	                res += `${text[fold]}\\`;
	            res += `\n${indent}${text.slice(fold + 1, end)}`;
	        }
	    }
	    return res;
	}
	/**
	 * Presumes `i + 1` is at the start of a line
	 * @returns index of last newline in more-indented block
	 */
	function consumeMoreIndentedLines(text, i, indent) {
	    let end = i;
	    let start = i + 1;
	    let ch = text[start];
	    while (ch === ' ' || ch === '\t') {
	        if (i < start + indent) {
	            ch = text[++i];
	        }
	        else {
	            do {
	                ch = text[++i];
	            } while (ch && ch !== '\n');
	            end = i;
	            start = i + 1;
	            ch = text[start];
	        }
	    }
	    return end;
	}

	foldFlowLines.FOLD_BLOCK = FOLD_BLOCK;
	foldFlowLines.FOLD_FLOW = FOLD_FLOW;
	foldFlowLines.FOLD_QUOTED = FOLD_QUOTED;
	foldFlowLines.foldFlowLines = foldFlowLines$1;
	return foldFlowLines;
}

var hasRequiredStringifyString;

function requireStringifyString () {
	if (hasRequiredStringifyString) return stringifyString;
	hasRequiredStringifyString = 1;

	var Scalar = requireScalar();
	var foldFlowLines = requireFoldFlowLines();

	const getFoldOptions = (ctx, isBlock) => ({
	    indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
	    lineWidth: ctx.options.lineWidth,
	    minContentWidth: ctx.options.minContentWidth
	});
	// Also checks for lines starting with %, as parsing the output as YAML 1.1 will
	// presume that's starting a new document.
	const containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
	function lineLengthOverLimit(str, lineWidth, indentLength) {
	    if (!lineWidth || lineWidth < 0)
	        return false;
	    const limit = lineWidth - indentLength;
	    const strLen = str.length;
	    if (strLen <= limit)
	        return false;
	    for (let i = 0, start = 0; i < strLen; ++i) {
	        if (str[i] === '\n') {
	            if (i - start > limit)
	                return true;
	            start = i + 1;
	            if (strLen - start <= limit)
	                return false;
	        }
	    }
	    return true;
	}
	function doubleQuotedString(value, ctx) {
	    const json = JSON.stringify(value);
	    if (ctx.options.doubleQuotedAsJSON)
	        return json;
	    const { implicitKey } = ctx;
	    const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
	    const indent = ctx.indent || (containsDocumentMarker(value) ? '  ' : '');
	    let str = '';
	    let start = 0;
	    for (let i = 0, ch = json[i]; ch; ch = json[++i]) {
	        if (ch === ' ' && json[i + 1] === '\\' && json[i + 2] === 'n') {
	            // space before newline needs to be escaped to not be folded
	            str += json.slice(start, i) + '\\ ';
	            i += 1;
	            start = i;
	            ch = '\\';
	        }
	        if (ch === '\\')
	            switch (json[i + 1]) {
	                case 'u':
	                    {
	                        str += json.slice(start, i);
	                        const code = json.substr(i + 2, 4);
	                        switch (code) {
	                            case '0000':
	                                str += '\\0';
	                                break;
	                            case '0007':
	                                str += '\\a';
	                                break;
	                            case '000b':
	                                str += '\\v';
	                                break;
	                            case '001b':
	                                str += '\\e';
	                                break;
	                            case '0085':
	                                str += '\\N';
	                                break;
	                            case '00a0':
	                                str += '\\_';
	                                break;
	                            case '2028':
	                                str += '\\L';
	                                break;
	                            case '2029':
	                                str += '\\P';
	                                break;
	                            default:
	                                if (code.substr(0, 2) === '00')
	                                    str += '\\x' + code.substr(2);
	                                else
	                                    str += json.substr(i, 6);
	                        }
	                        i += 5;
	                        start = i + 1;
	                    }
	                    break;
	                case 'n':
	                    if (implicitKey ||
	                        json[i + 2] === '"' ||
	                        json.length < minMultiLineLength) {
	                        i += 1;
	                    }
	                    else {
	                        // folding will eat first newline
	                        str += json.slice(start, i) + '\n\n';
	                        while (json[i + 2] === '\\' &&
	                            json[i + 3] === 'n' &&
	                            json[i + 4] !== '"') {
	                            str += '\n';
	                            i += 2;
	                        }
	                        str += indent;
	                        // space after newline needs to be escaped to not be folded
	                        if (json[i + 2] === ' ')
	                            str += '\\';
	                        i += 1;
	                        start = i + 1;
	                    }
	                    break;
	                default:
	                    i += 1;
	            }
	    }
	    str = start ? str + json.slice(start) : json;
	    return implicitKey
	        ? str
	        : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
	}
	function singleQuotedString(value, ctx) {
	    if (ctx.options.singleQuote === false ||
	        (ctx.implicitKey && value.includes('\n')) ||
	        /[ \t]\n|\n[ \t]/.test(value) // single quoted string can't have leading or trailing whitespace around newline
	    )
	        return doubleQuotedString(value, ctx);
	    const indent = ctx.indent || (containsDocumentMarker(value) ? '  ' : '');
	    const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&\n${indent}`) + "'";
	    return ctx.implicitKey
	        ? res
	        : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
	}
	function quotedString(value, ctx) {
	    const { singleQuote } = ctx.options;
	    let qs;
	    if (singleQuote === false)
	        qs = doubleQuotedString;
	    else {
	        const hasDouble = value.includes('"');
	        const hasSingle = value.includes("'");
	        if (hasDouble && !hasSingle)
	            qs = singleQuotedString;
	        else if (hasSingle && !hasDouble)
	            qs = doubleQuotedString;
	        else
	            qs = singleQuote ? singleQuotedString : doubleQuotedString;
	    }
	    return qs(value, ctx);
	}
	// The negative lookbehind avoids a polynomial search,
	// but isn't supported yet on Safari: https://caniuse.com/js-regexp-lookbehind
	let blockEndNewlines;
	try {
	    blockEndNewlines = new RegExp('(^|(?<!\n))\n+(?!\n|$)', 'g');
	}
	catch {
	    blockEndNewlines = /\n+(?!\n|$)/g;
	}
	function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
	    const { blockQuote, commentString, lineWidth } = ctx.options;
	    // 1. Block can't end in whitespace unless the last line is non-empty.
	    // 2. Strings consisting of only whitespace are best rendered explicitly.
	    if (!blockQuote || /\n[\t ]+$/.test(value)) {
	        return quotedString(value, ctx);
	    }
	    const indent = ctx.indent ||
	        (ctx.forceBlockIndent || containsDocumentMarker(value) ? '  ' : '');
	    const literal = blockQuote === 'literal'
	        ? true
	        : blockQuote === 'folded' || type === Scalar.Scalar.BLOCK_FOLDED
	            ? false
	            : type === Scalar.Scalar.BLOCK_LITERAL
	                ? true
	                : !lineLengthOverLimit(value, lineWidth, indent.length);
	    if (!value)
	        return literal ? '|\n' : '>\n';
	    // determine chomping from whitespace at value end
	    let chomp;
	    let endStart;
	    for (endStart = value.length; endStart > 0; --endStart) {
	        const ch = value[endStart - 1];
	        if (ch !== '\n' && ch !== '\t' && ch !== ' ')
	            break;
	    }
	    let end = value.substring(endStart);
	    const endNlPos = end.indexOf('\n');
	    if (endNlPos === -1) {
	        chomp = '-'; // strip
	    }
	    else if (value === end || endNlPos !== end.length - 1) {
	        chomp = '+'; // keep
	        if (onChompKeep)
	            onChompKeep();
	    }
	    else {
	        chomp = ''; // clip
	    }
	    if (end) {
	        value = value.slice(0, -end.length);
	        if (end[end.length - 1] === '\n')
	            end = end.slice(0, -1);
	        end = end.replace(blockEndNewlines, `$&${indent}`);
	    }
	    // determine indent indicator from whitespace at value start
	    let startWithSpace = false;
	    let startEnd;
	    let startNlPos = -1;
	    for (startEnd = 0; startEnd < value.length; ++startEnd) {
	        const ch = value[startEnd];
	        if (ch === ' ')
	            startWithSpace = true;
	        else if (ch === '\n')
	            startNlPos = startEnd;
	        else
	            break;
	    }
	    let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
	    if (start) {
	        value = value.substring(start.length);
	        start = start.replace(/\n+/g, `$&${indent}`);
	    }
	    const indentSize = indent ? '2' : '1'; // root is at -1
	    // Leading | or > is added later
	    let header = (startWithSpace ? indentSize : '') + chomp;
	    if (comment) {
	        header += ' ' + commentString(comment.replace(/ ?[\r\n]+/g, ' '));
	        if (onComment)
	            onComment();
	    }
	    if (!literal) {
	        const foldedValue = value
	            .replace(/\n+/g, '\n$&')
	            .replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, '$1$2') // more-indented lines aren't folded
	            //                ^ more-ind. ^ empty     ^ capture next empty lines only at end of indent
	            .replace(/\n+/g, `$&${indent}`);
	        let literalFallback = false;
	        const foldOptions = getFoldOptions(ctx, true);
	        if (blockQuote !== 'folded' && type !== Scalar.Scalar.BLOCK_FOLDED) {
	            foldOptions.onOverflow = () => {
	                literalFallback = true;
	            };
	        }
	        const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
	        if (!literalFallback)
	            return `>${header}\n${indent}${body}`;
	    }
	    value = value.replace(/\n+/g, `$&${indent}`);
	    return `|${header}\n${indent}${start}${value}${end}`;
	}
	function plainString(item, ctx, onComment, onChompKeep) {
	    const { type, value } = item;
	    const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
	    if ((implicitKey && value.includes('\n')) ||
	        (inFlow && /[[\]{},]/.test(value))) {
	        return quotedString(value, ctx);
	    }
	    if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) {
	        // not allowed:
	        // - '-' or '?'
	        // - start with an indicator character (except [?:-]) or /[?-] /
	        // - '\n ', ': ' or ' \n' anywhere
	        // - '#' not preceded by a non-space char
	        // - end with ' ' or ':'
	        return implicitKey || inFlow || !value.includes('\n')
	            ? quotedString(value, ctx)
	            : blockString(item, ctx, onComment, onChompKeep);
	    }
	    if (!implicitKey &&
	        !inFlow &&
	        type !== Scalar.Scalar.PLAIN &&
	        value.includes('\n')) {
	        // Where allowed & type not set explicitly, prefer block style for multiline strings
	        return blockString(item, ctx, onComment, onChompKeep);
	    }
	    if (containsDocumentMarker(value)) {
	        if (indent === '') {
	            ctx.forceBlockIndent = true;
	            return blockString(item, ctx, onComment, onChompKeep);
	        }
	        else if (implicitKey && indent === indentStep) {
	            return quotedString(value, ctx);
	        }
	    }
	    const str = value.replace(/\n+/g, `$&\n${indent}`);
	    // Verify that output will be parsed as a string, as e.g. plain numbers and
	    // booleans get parsed with those types in v1.2 (e.g. '42', 'true' & '0.9e-3'),
	    // and others in v1.1.
	    if (actualString) {
	        const test = (tag) => tag.default && tag.tag !== 'tag:yaml.org,2002:str' && tag.test?.test(str);
	        const { compat, tags } = ctx.doc.schema;
	        if (tags.some(test) || compat?.some(test))
	            return quotedString(value, ctx);
	    }
	    return implicitKey
	        ? str
	        : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
	}
	function stringifyString$1(item, ctx, onComment, onChompKeep) {
	    const { implicitKey, inFlow } = ctx;
	    const ss = typeof item.value === 'string'
	        ? item
	        : Object.assign({}, item, { value: String(item.value) });
	    let { type } = item;
	    if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
	        // force double quotes on control characters & unpaired surrogates
	        if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value))
	            type = Scalar.Scalar.QUOTE_DOUBLE;
	    }
	    const _stringify = (_type) => {
	        switch (_type) {
	            case Scalar.Scalar.BLOCK_FOLDED:
	            case Scalar.Scalar.BLOCK_LITERAL:
	                return implicitKey || inFlow
	                    ? quotedString(ss.value, ctx) // blocks are not valid inside flow containers
	                    : blockString(ss, ctx, onComment, onChompKeep);
	            case Scalar.Scalar.QUOTE_DOUBLE:
	                return doubleQuotedString(ss.value, ctx);
	            case Scalar.Scalar.QUOTE_SINGLE:
	                return singleQuotedString(ss.value, ctx);
	            case Scalar.Scalar.PLAIN:
	                return plainString(ss, ctx, onComment, onChompKeep);
	            default:
	                return null;
	        }
	    };
	    let res = _stringify(type);
	    if (res === null) {
	        const { defaultKeyType, defaultStringType } = ctx.options;
	        const t = (implicitKey && defaultKeyType) || defaultStringType;
	        res = _stringify(t);
	        if (res === null)
	            throw new Error(`Unsupported default string type ${t}`);
	    }
	    return res;
	}

	stringifyString.stringifyString = stringifyString$1;
	return stringifyString;
}

var hasRequiredStringify;

function requireStringify () {
	if (hasRequiredStringify) return stringify;
	hasRequiredStringify = 1;

	var anchors = requireAnchors();
	var identity = requireIdentity();
	var stringifyComment = requireStringifyComment();
	var stringifyString = requireStringifyString();

	function createStringifyContext(doc, options) {
	    const opt = Object.assign({
	        blockQuote: true,
	        commentString: stringifyComment.stringifyComment,
	        defaultKeyType: null,
	        defaultStringType: 'PLAIN',
	        directives: null,
	        doubleQuotedAsJSON: false,
	        doubleQuotedMinMultiLineLength: 40,
	        falseStr: 'false',
	        flowCollectionPadding: true,
	        indentSeq: true,
	        lineWidth: 80,
	        minContentWidth: 20,
	        nullStr: 'null',
	        simpleKeys: false,
	        singleQuote: null,
	        trailingComma: false,
	        trueStr: 'true',
	        verifyAliasOrder: true
	    }, doc.schema.toStringOptions, options);
	    let inFlow;
	    switch (opt.collectionStyle) {
	        case 'block':
	            inFlow = false;
	            break;
	        case 'flow':
	            inFlow = true;
	            break;
	        default:
	            inFlow = null;
	    }
	    return {
	        anchors: new Set(),
	        doc,
	        flowCollectionPadding: opt.flowCollectionPadding ? ' ' : '',
	        indent: '',
	        indentStep: typeof opt.indent === 'number' ? ' '.repeat(opt.indent) : '  ',
	        inFlow,
	        options: opt
	    };
	}
	function getTagObject(tags, item) {
	    if (item.tag) {
	        const match = tags.filter(t => t.tag === item.tag);
	        if (match.length > 0)
	            return match.find(t => t.format === item.format) ?? match[0];
	    }
	    let tagObj = undefined;
	    let obj;
	    if (identity.isScalar(item)) {
	        obj = item.value;
	        let match = tags.filter(t => t.identify?.(obj));
	        if (match.length > 1) {
	            const testMatch = match.filter(t => t.test);
	            if (testMatch.length > 0)
	                match = testMatch;
	        }
	        tagObj =
	            match.find(t => t.format === item.format) ?? match.find(t => !t.format);
	    }
	    else {
	        obj = item;
	        tagObj = tags.find(t => t.nodeClass && obj instanceof t.nodeClass);
	    }
	    if (!tagObj) {
	        const name = obj?.constructor?.name ?? (obj === null ? 'null' : typeof obj);
	        throw new Error(`Tag not resolved for ${name} value`);
	    }
	    return tagObj;
	}
	// needs to be called before value stringifier to allow for circular anchor refs
	function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
	    if (!doc.directives)
	        return '';
	    const props = [];
	    const anchor = (identity.isScalar(node) || identity.isCollection(node)) && node.anchor;
	    if (anchor && anchors.anchorIsValid(anchor)) {
	        anchors$1.add(anchor);
	        props.push(`&${anchor}`);
	    }
	    const tag = node.tag ?? (tagObj.default ? null : tagObj.tag);
	    if (tag)
	        props.push(doc.directives.tagString(tag));
	    return props.join(' ');
	}
	function stringify$1(item, ctx, onComment, onChompKeep) {
	    if (identity.isPair(item))
	        return item.toString(ctx, onComment, onChompKeep);
	    if (identity.isAlias(item)) {
	        if (ctx.doc.directives)
	            return item.toString(ctx);
	        if (ctx.resolvedAliases?.has(item)) {
	            throw new TypeError(`Cannot stringify circular structure without alias nodes`);
	        }
	        else {
	            if (ctx.resolvedAliases)
	                ctx.resolvedAliases.add(item);
	            else
	                ctx.resolvedAliases = new Set([item]);
	            item = item.resolve(ctx.doc);
	        }
	    }
	    let tagObj = undefined;
	    const node = identity.isNode(item)
	        ? item
	        : ctx.doc.createNode(item, { onTagObj: o => (tagObj = o) });
	    tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
	    const props = stringifyProps(node, tagObj, ctx);
	    if (props.length > 0)
	        ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
	    const str = typeof tagObj.stringify === 'function'
	        ? tagObj.stringify(node, ctx, onComment, onChompKeep)
	        : identity.isScalar(node)
	            ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep)
	            : node.toString(ctx, onComment, onChompKeep);
	    if (!props)
	        return str;
	    return identity.isScalar(node) || str[0] === '{' || str[0] === '['
	        ? `${props} ${str}`
	        : `${props}\n${ctx.indent}${str}`;
	}

	stringify.createStringifyContext = createStringifyContext;
	stringify.stringify = stringify$1;
	return stringify;
}

var hasRequiredStringifyPair;

function requireStringifyPair () {
	if (hasRequiredStringifyPair) return stringifyPair;
	hasRequiredStringifyPair = 1;

	var identity = requireIdentity();
	var Scalar = requireScalar();
	var stringify = requireStringify();
	var stringifyComment = requireStringifyComment();

	function stringifyPair$1({ key, value }, ctx, onComment, onChompKeep) {
	    const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
	    let keyComment = (identity.isNode(key) && key.comment) || null;
	    if (simpleKeys) {
	        if (keyComment) {
	            throw new Error('With simple keys, key nodes cannot have comments');
	        }
	        if (identity.isCollection(key) || (!identity.isNode(key) && typeof key === 'object')) {
	            const msg = 'With simple keys, collection cannot be used as a key value';
	            throw new Error(msg);
	        }
	    }
	    let explicitKey = !simpleKeys &&
	        (!key ||
	            (keyComment && value == null && !ctx.inFlow) ||
	            identity.isCollection(key) ||
	            (identity.isScalar(key)
	                ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL
	                : typeof key === 'object'));
	    ctx = Object.assign({}, ctx, {
	        allNullValues: false,
	        implicitKey: !explicitKey && (simpleKeys || !allNullValues),
	        indent: indent + indentStep
	    });
	    let keyCommentDone = false;
	    let chompKeep = false;
	    let str = stringify.stringify(key, ctx, () => (keyCommentDone = true), () => (chompKeep = true));
	    if (!explicitKey && !ctx.inFlow && str.length > 1024) {
	        if (simpleKeys)
	            throw new Error('With simple keys, single line scalar must not span more than 1024 characters');
	        explicitKey = true;
	    }
	    if (ctx.inFlow) {
	        if (allNullValues || value == null) {
	            if (keyCommentDone && onComment)
	                onComment();
	            return str === '' ? '?' : explicitKey ? `? ${str}` : str;
	        }
	    }
	    else if ((allNullValues && !simpleKeys) || (value == null && explicitKey)) {
	        str = `? ${str}`;
	        if (keyComment && !keyCommentDone) {
	            str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
	        }
	        else if (chompKeep && onChompKeep)
	            onChompKeep();
	        return str;
	    }
	    if (keyCommentDone)
	        keyComment = null;
	    if (explicitKey) {
	        if (keyComment)
	            str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
	        str = `? ${str}\n${indent}:`;
	    }
	    else {
	        str = `${str}:`;
	        if (keyComment)
	            str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
	    }
	    let vsb, vcb, valueComment;
	    if (identity.isNode(value)) {
	        vsb = !!value.spaceBefore;
	        vcb = value.commentBefore;
	        valueComment = value.comment;
	    }
	    else {
	        vsb = false;
	        vcb = null;
	        valueComment = null;
	        if (value && typeof value === 'object')
	            value = doc.createNode(value);
	    }
	    ctx.implicitKey = false;
	    if (!explicitKey && !keyComment && identity.isScalar(value))
	        ctx.indentAtStart = str.length + 1;
	    chompKeep = false;
	    if (!indentSeq &&
	        indentStep.length >= 2 &&
	        !ctx.inFlow &&
	        !explicitKey &&
	        identity.isSeq(value) &&
	        !value.flow &&
	        !value.tag &&
	        !value.anchor) {
	        // If indentSeq === false, consider '- ' as part of indentation where possible
	        ctx.indent = ctx.indent.substring(2);
	    }
	    let valueCommentDone = false;
	    const valueStr = stringify.stringify(value, ctx, () => (valueCommentDone = true), () => (chompKeep = true));
	    let ws = ' ';
	    if (keyComment || vsb || vcb) {
	        ws = vsb ? '\n' : '';
	        if (vcb) {
	            const cs = commentString(vcb);
	            ws += `\n${stringifyComment.indentComment(cs, ctx.indent)}`;
	        }
	        if (valueStr === '' && !ctx.inFlow) {
	            if (ws === '\n' && valueComment)
	                ws = '\n\n';
	        }
	        else {
	            ws += `\n${ctx.indent}`;
	        }
	    }
	    else if (!explicitKey && identity.isCollection(value)) {
	        const vs0 = valueStr[0];
	        const nl0 = valueStr.indexOf('\n');
	        const hasNewline = nl0 !== -1;
	        const flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
	        if (hasNewline || !flow) {
	            let hasPropsLine = false;
	            if (hasNewline && (vs0 === '&' || vs0 === '!')) {
	                let sp0 = valueStr.indexOf(' ');
	                if (vs0 === '&' &&
	                    sp0 !== -1 &&
	                    sp0 < nl0 &&
	                    valueStr[sp0 + 1] === '!') {
	                    sp0 = valueStr.indexOf(' ', sp0 + 1);
	                }
	                if (sp0 === -1 || nl0 < sp0)
	                    hasPropsLine = true;
	            }
	            if (!hasPropsLine)
	                ws = `\n${ctx.indent}`;
	        }
	    }
	    else if (valueStr === '' || valueStr[0] === '\n') {
	        ws = '';
	    }
	    str += ws + valueStr;
	    if (ctx.inFlow) {
	        if (valueCommentDone && onComment)
	            onComment();
	    }
	    else if (valueComment && !valueCommentDone) {
	        str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
	    }
	    else if (chompKeep && onChompKeep) {
	        onChompKeep();
	    }
	    return str;
	}

	stringifyPair.stringifyPair = stringifyPair$1;
	return stringifyPair;
}

var addPairToJSMap = {};

var log = {};

var hasRequiredLog;

function requireLog () {
	if (hasRequiredLog) return log;
	hasRequiredLog = 1;

	var node_process = require$$0;

	function debug(logLevel, ...messages) {
	    if (logLevel === 'debug')
	        console.log(...messages);
	}
	function warn(logLevel, warning) {
	    if (logLevel === 'debug' || logLevel === 'warn') {
	        if (typeof node_process.emitWarning === 'function')
	            node_process.emitWarning(warning);
	        else
	            console.warn(warning);
	    }
	}

	log.debug = debug;
	log.warn = warn;
	return log;
}

var merge$1 = {};

var hasRequiredMerge;

function requireMerge () {
	if (hasRequiredMerge) return merge$1;
	hasRequiredMerge = 1;

	var identity = requireIdentity();
	var Scalar = requireScalar();

	// If the value associated with a merge key is a single mapping node, each of
	// its key/value pairs is inserted into the current mapping, unless the key
	// already exists in it. If the value associated with the merge key is a
	// sequence, then this sequence is expected to contain mapping nodes and each
	// of these nodes is merged in turn according to its order in the sequence.
	// Keys in mapping nodes earlier in the sequence override keys specified in
	// later mapping nodes. -- http://yaml.org/type/merge.html
	const MERGE_KEY = '<<';
	const merge = {
	    identify: value => value === MERGE_KEY ||
	        (typeof value === 'symbol' && value.description === MERGE_KEY),
	    default: 'key',
	    tag: 'tag:yaml.org,2002:merge',
	    test: /^<<$/,
	    resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), {
	        addToJSMap: addMergeToJSMap
	    }),
	    stringify: () => MERGE_KEY
	};
	const isMergeKey = (ctx, key) => (merge.identify(key) ||
	    (identity.isScalar(key) &&
	        (!key.type || key.type === Scalar.Scalar.PLAIN) &&
	        merge.identify(key.value))) &&
	    ctx?.doc.schema.tags.some(tag => tag.tag === merge.tag && tag.default);
	function addMergeToJSMap(ctx, map, value) {
	    const source = resolveAliasValue(ctx, value);
	    if (identity.isSeq(source))
	        for (const it of source.items)
	            mergeValue(ctx, map, it);
	    else if (Array.isArray(source))
	        for (const it of source)
	            mergeValue(ctx, map, it);
	    else
	        mergeValue(ctx, map, source);
	}
	function mergeValue(ctx, map, value) {
	    const source = resolveAliasValue(ctx, value);
	    if (!identity.isMap(source))
	        throw new Error('Merge sources must be maps or map aliases');
	    const srcMap = source.toJSON(null, ctx, Map);
	    for (const [key, value] of srcMap) {
	        if (map instanceof Map) {
	            if (!map.has(key))
	                map.set(key, value);
	        }
	        else if (map instanceof Set) {
	            map.add(key);
	        }
	        else if (!Object.prototype.hasOwnProperty.call(map, key)) {
	            Object.defineProperty(map, key, {
	                value,
	                writable: true,
	                enumerable: true,
	                configurable: true
	            });
	        }
	    }
	    return map;
	}
	function resolveAliasValue(ctx, value) {
	    return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
	}

	merge$1.addMergeToJSMap = addMergeToJSMap;
	merge$1.isMergeKey = isMergeKey;
	merge$1.merge = merge;
	return merge$1;
}

var hasRequiredAddPairToJSMap;

function requireAddPairToJSMap () {
	if (hasRequiredAddPairToJSMap) return addPairToJSMap;
	hasRequiredAddPairToJSMap = 1;

	var log = requireLog();
	var merge = requireMerge();
	var stringify = requireStringify();
	var identity = requireIdentity();
	var toJS = requireToJS();

	function addPairToJSMap$1(ctx, map, { key, value }) {
	    if (identity.isNode(key) && key.addToJSMap)
	        key.addToJSMap(ctx, map, value);
	    // TODO: Should drop this special case for bare << handling
	    else if (merge.isMergeKey(ctx, key))
	        merge.addMergeToJSMap(ctx, map, value);
	    else {
	        const jsKey = toJS.toJS(key, '', ctx);
	        if (map instanceof Map) {
	            map.set(jsKey, toJS.toJS(value, jsKey, ctx));
	        }
	        else if (map instanceof Set) {
	            map.add(jsKey);
	        }
	        else {
	            const stringKey = stringifyKey(key, jsKey, ctx);
	            const jsValue = toJS.toJS(value, stringKey, ctx);
	            if (stringKey in map)
	                Object.defineProperty(map, stringKey, {
	                    value: jsValue,
	                    writable: true,
	                    enumerable: true,
	                    configurable: true
	                });
	            else
	                map[stringKey] = jsValue;
	        }
	    }
	    return map;
	}
	function stringifyKey(key, jsKey, ctx) {
	    if (jsKey === null)
	        return '';
	    // eslint-disable-next-line @typescript-eslint/no-base-to-string
	    if (typeof jsKey !== 'object')
	        return String(jsKey);
	    if (identity.isNode(key) && ctx?.doc) {
	        const strCtx = stringify.createStringifyContext(ctx.doc, {});
	        strCtx.anchors = new Set();
	        for (const node of ctx.anchors.keys())
	            strCtx.anchors.add(node.anchor);
	        strCtx.inFlow = true;
	        strCtx.inStringifyKey = true;
	        const strKey = key.toString(strCtx);
	        if (!ctx.mapKeyWarned) {
	            let jsonStr = JSON.stringify(strKey);
	            if (jsonStr.length > 40)
	                jsonStr = jsonStr.substring(0, 36) + '..."';
	            log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
	            ctx.mapKeyWarned = true;
	        }
	        return strKey;
	    }
	    return JSON.stringify(jsKey);
	}

	addPairToJSMap.addPairToJSMap = addPairToJSMap$1;
	return addPairToJSMap;
}

var hasRequiredPair;

function requirePair () {
	if (hasRequiredPair) return Pair;
	hasRequiredPair = 1;

	var createNode = requireCreateNode();
	var stringifyPair = requireStringifyPair();
	var addPairToJSMap = requireAddPairToJSMap();
	var identity = requireIdentity();

	function createPair(key, value, ctx) {
	    const k = createNode.createNode(key, undefined, ctx);
	    const v = createNode.createNode(value, undefined, ctx);
	    return new Pair$1(k, v);
	}
	let Pair$1 = class Pair {
	    constructor(key, value = null) {
	        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR });
	        this.key = key;
	        this.value = value;
	    }
	    clone(schema) {
	        let { key, value } = this;
	        if (identity.isNode(key))
	            key = key.clone(schema);
	        if (identity.isNode(value))
	            value = value.clone(schema);
	        return new Pair(key, value);
	    }
	    toJSON(_, ctx) {
	        const pair = ctx?.mapAsMap ? new Map() : {};
	        return addPairToJSMap.addPairToJSMap(ctx, pair, this);
	    }
	    toString(ctx, onComment, onChompKeep) {
	        return ctx?.doc
	            ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep)
	            : JSON.stringify(this);
	    }
	};

	Pair.Pair = Pair$1;
	Pair.createPair = createPair;
	return Pair;
}

var Schema = {};

var map = {};

var YAMLMap = {};

var stringifyCollection = {};

var hasRequiredStringifyCollection;

function requireStringifyCollection () {
	if (hasRequiredStringifyCollection) return stringifyCollection;
	hasRequiredStringifyCollection = 1;

	var identity = requireIdentity();
	var stringify = requireStringify();
	var stringifyComment = requireStringifyComment();

	function stringifyCollection$1(collection, ctx, options) {
	    const flow = ctx.inFlow ?? collection.flow;
	    const stringify = flow ? stringifyFlowCollection : stringifyBlockCollection;
	    return stringify(collection, ctx, options);
	}
	function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
	    const { indent, options: { commentString } } = ctx;
	    const itemCtx = Object.assign({}, ctx, { indent: itemIndent, type: null });
	    let chompKeep = false; // flag for the preceding node's status
	    const lines = [];
	    for (let i = 0; i < items.length; ++i) {
	        const item = items[i];
	        let comment = null;
	        if (identity.isNode(item)) {
	            if (!chompKeep && item.spaceBefore)
	                lines.push('');
	            addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
	            if (item.comment)
	                comment = item.comment;
	        }
	        else if (identity.isPair(item)) {
	            const ik = identity.isNode(item.key) ? item.key : null;
	            if (ik) {
	                if (!chompKeep && ik.spaceBefore)
	                    lines.push('');
	                addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
	            }
	        }
	        chompKeep = false;
	        let str = stringify.stringify(item, itemCtx, () => (comment = null), () => (chompKeep = true));
	        if (comment)
	            str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
	        if (chompKeep && comment)
	            chompKeep = false;
	        lines.push(blockItemPrefix + str);
	    }
	    let str;
	    if (lines.length === 0) {
	        str = flowChars.start + flowChars.end;
	    }
	    else {
	        str = lines[0];
	        for (let i = 1; i < lines.length; ++i) {
	            const line = lines[i];
	            str += line ? `\n${indent}${line}` : '\n';
	        }
	    }
	    if (comment) {
	        str += '\n' + stringifyComment.indentComment(commentString(comment), indent);
	        if (onComment)
	            onComment();
	    }
	    else if (chompKeep && onChompKeep)
	        onChompKeep();
	    return str;
	}
	function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
	    const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
	    itemIndent += indentStep;
	    const itemCtx = Object.assign({}, ctx, {
	        indent: itemIndent,
	        inFlow: true,
	        type: null
	    });
	    let reqNewline = false;
	    let linesAtValue = 0;
	    const lines = [];
	    for (let i = 0; i < items.length; ++i) {
	        const item = items[i];
	        let comment = null;
	        if (identity.isNode(item)) {
	            if (item.spaceBefore)
	                lines.push('');
	            addCommentBefore(ctx, lines, item.commentBefore, false);
	            if (item.comment)
	                comment = item.comment;
	        }
	        else if (identity.isPair(item)) {
	            const ik = identity.isNode(item.key) ? item.key : null;
	            if (ik) {
	                if (ik.spaceBefore)
	                    lines.push('');
	                addCommentBefore(ctx, lines, ik.commentBefore, false);
	                if (ik.comment)
	                    reqNewline = true;
	            }
	            const iv = identity.isNode(item.value) ? item.value : null;
	            if (iv) {
	                if (iv.comment)
	                    comment = iv.comment;
	                if (iv.commentBefore)
	                    reqNewline = true;
	            }
	            else if (item.value == null && ik?.comment) {
	                comment = ik.comment;
	            }
	        }
	        if (comment)
	            reqNewline = true;
	        let str = stringify.stringify(item, itemCtx, () => (comment = null));
	        reqNewline || (reqNewline = lines.length > linesAtValue || str.includes('\n'));
	        if (i < items.length - 1) {
	            str += ',';
	        }
	        else if (ctx.options.trailingComma) {
	            if (ctx.options.lineWidth > 0) {
	                reqNewline || (reqNewline = lines.reduce((sum, line) => sum + line.length + 2, 2) +
	                    (str.length + 2) >
	                    ctx.options.lineWidth);
	            }
	            if (reqNewline) {
	                str += ',';
	            }
	        }
	        if (comment)
	            str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
	        lines.push(str);
	        linesAtValue = lines.length;
	    }
	    const { start, end } = flowChars;
	    if (lines.length === 0) {
	        return start + end;
	    }
	    else {
	        if (!reqNewline) {
	            const len = lines.reduce((sum, line) => sum + line.length + 2, 2);
	            reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
	        }
	        if (reqNewline) {
	            let str = start;
	            for (const line of lines)
	                str += line ? `\n${indentStep}${indent}${line}` : '\n';
	            return `${str}\n${indent}${end}`;
	        }
	        else {
	            return `${start}${fcPadding}${lines.join(' ')}${fcPadding}${end}`;
	        }
	    }
	}
	function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
	    if (comment && chompKeep)
	        comment = comment.replace(/^\n+/, '');
	    if (comment) {
	        const ic = stringifyComment.indentComment(commentString(comment), indent);
	        lines.push(ic.trimStart()); // Avoid double indent on first line
	    }
	}

	stringifyCollection.stringifyCollection = stringifyCollection$1;
	return stringifyCollection;
}

var hasRequiredYAMLMap;

function requireYAMLMap () {
	if (hasRequiredYAMLMap) return YAMLMap;
	hasRequiredYAMLMap = 1;

	var stringifyCollection = requireStringifyCollection();
	var addPairToJSMap = requireAddPairToJSMap();
	var Collection = requireCollection();
	var identity = requireIdentity();
	var Pair = requirePair();
	var Scalar = requireScalar();

	function findPair(items, key) {
	    const k = identity.isScalar(key) ? key.value : key;
	    for (const it of items) {
	        if (identity.isPair(it)) {
	            if (it.key === key || it.key === k)
	                return it;
	            if (identity.isScalar(it.key) && it.key.value === k)
	                return it;
	        }
	    }
	    return undefined;
	}
	let YAMLMap$1 = class YAMLMap extends Collection.Collection {
	    static get tagName() {
	        return 'tag:yaml.org,2002:map';
	    }
	    constructor(schema) {
	        super(identity.MAP, schema);
	        this.items = [];
	    }
	    /**
	     * A generic collection parsing method that can be extended
	     * to other node classes that inherit from YAMLMap
	     */
	    static from(schema, obj, ctx) {
	        const { keepUndefined, replacer } = ctx;
	        const map = new this(schema);
	        const add = (key, value) => {
	            if (typeof replacer === 'function')
	                value = replacer.call(obj, key, value);
	            else if (Array.isArray(replacer) && !replacer.includes(key))
	                return;
	            if (value !== undefined || keepUndefined)
	                map.items.push(Pair.createPair(key, value, ctx));
	        };
	        if (obj instanceof Map) {
	            for (const [key, value] of obj)
	                add(key, value);
	        }
	        else if (obj && typeof obj === 'object') {
	            for (const key of Object.keys(obj))
	                add(key, obj[key]);
	        }
	        if (typeof schema.sortMapEntries === 'function') {
	            map.items.sort(schema.sortMapEntries);
	        }
	        return map;
	    }
	    /**
	     * Adds a value to the collection.
	     *
	     * @param overwrite - If not set `true`, using a key that is already in the
	     *   collection will throw. Otherwise, overwrites the previous value.
	     */
	    add(pair, overwrite) {
	        let _pair;
	        if (identity.isPair(pair))
	            _pair = pair;
	        else if (!pair || typeof pair !== 'object' || !('key' in pair)) {
	            // In TypeScript, this never happens.
	            _pair = new Pair.Pair(pair, pair?.value);
	        }
	        else
	            _pair = new Pair.Pair(pair.key, pair.value);
	        const prev = findPair(this.items, _pair.key);
	        const sortEntries = this.schema?.sortMapEntries;
	        if (prev) {
	            if (!overwrite)
	                throw new Error(`Key ${_pair.key} already set`);
	            // For scalars, keep the old node & its comments and anchors
	            if (identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value))
	                prev.value.value = _pair.value;
	            else
	                prev.value = _pair.value;
	        }
	        else if (sortEntries) {
	            const i = this.items.findIndex(item => sortEntries(_pair, item) < 0);
	            if (i === -1)
	                this.items.push(_pair);
	            else
	                this.items.splice(i, 0, _pair);
	        }
	        else {
	            this.items.push(_pair);
	        }
	    }
	    delete(key) {
	        const it = findPair(this.items, key);
	        if (!it)
	            return false;
	        const del = this.items.splice(this.items.indexOf(it), 1);
	        return del.length > 0;
	    }
	    get(key, keepScalar) {
	        const it = findPair(this.items, key);
	        const node = it?.value;
	        return (!keepScalar && identity.isScalar(node) ? node.value : node) ?? undefined;
	    }
	    has(key) {
	        return !!findPair(this.items, key);
	    }
	    set(key, value) {
	        this.add(new Pair.Pair(key, value), true);
	    }
	    /**
	     * @param ctx - Conversion context, originally set in Document#toJS()
	     * @param {Class} Type - If set, forces the returned collection type
	     * @returns Instance of Type, Map, or Object
	     */
	    toJSON(_, ctx, Type) {
	        const map = Type ? new Type() : ctx?.mapAsMap ? new Map() : {};
	        if (ctx?.onCreate)
	            ctx.onCreate(map);
	        for (const item of this.items)
	            addPairToJSMap.addPairToJSMap(ctx, map, item);
	        return map;
	    }
	    toString(ctx, onComment, onChompKeep) {
	        if (!ctx)
	            return JSON.stringify(this);
	        for (const item of this.items) {
	            if (!identity.isPair(item))
	                throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
	        }
	        if (!ctx.allNullValues && this.hasAllNullValues(false))
	            ctx = Object.assign({}, ctx, { allNullValues: true });
	        return stringifyCollection.stringifyCollection(this, ctx, {
	            blockItemPrefix: '',
	            flowChars: { start: '{', end: '}' },
	            itemIndent: ctx.indent || '',
	            onChompKeep,
	            onComment
	        });
	    }
	};

	YAMLMap.YAMLMap = YAMLMap$1;
	YAMLMap.findPair = findPair;
	return YAMLMap;
}

var hasRequiredMap;

function requireMap () {
	if (hasRequiredMap) return map;
	hasRequiredMap = 1;

	var identity = requireIdentity();
	var YAMLMap = requireYAMLMap();

	const map$1 = {
	    collection: 'map',
	    default: true,
	    nodeClass: YAMLMap.YAMLMap,
	    tag: 'tag:yaml.org,2002:map',
	    resolve(map, onError) {
	        if (!identity.isMap(map))
	            onError('Expected a mapping for this tag');
	        return map;
	    },
	    createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
	};

	map.map = map$1;
	return map;
}

var seq = {};

var YAMLSeq = {};

var hasRequiredYAMLSeq;

function requireYAMLSeq () {
	if (hasRequiredYAMLSeq) return YAMLSeq;
	hasRequiredYAMLSeq = 1;

	var createNode = requireCreateNode();
	var stringifyCollection = requireStringifyCollection();
	var Collection = requireCollection();
	var identity = requireIdentity();
	var Scalar = requireScalar();
	var toJS = requireToJS();

	let YAMLSeq$1 = class YAMLSeq extends Collection.Collection {
	    static get tagName() {
	        return 'tag:yaml.org,2002:seq';
	    }
	    constructor(schema) {
	        super(identity.SEQ, schema);
	        this.items = [];
	    }
	    add(value) {
	        this.items.push(value);
	    }
	    /**
	     * Removes a value from the collection.
	     *
	     * `key` must contain a representation of an integer for this to succeed.
	     * It may be wrapped in a `Scalar`.
	     *
	     * @returns `true` if the item was found and removed.
	     */
	    delete(key) {
	        const idx = asItemIndex(key);
	        if (typeof idx !== 'number')
	            return false;
	        const del = this.items.splice(idx, 1);
	        return del.length > 0;
	    }
	    get(key, keepScalar) {
	        const idx = asItemIndex(key);
	        if (typeof idx !== 'number')
	            return undefined;
	        const it = this.items[idx];
	        return !keepScalar && identity.isScalar(it) ? it.value : it;
	    }
	    /**
	     * Checks if the collection includes a value with the key `key`.
	     *
	     * `key` must contain a representation of an integer for this to succeed.
	     * It may be wrapped in a `Scalar`.
	     */
	    has(key) {
	        const idx = asItemIndex(key);
	        return typeof idx === 'number' && idx < this.items.length;
	    }
	    /**
	     * Sets a value in this collection. For `!!set`, `value` needs to be a
	     * boolean to add/remove the item from the set.
	     *
	     * If `key` does not contain a representation of an integer, this will throw.
	     * It may be wrapped in a `Scalar`.
	     */
	    set(key, value) {
	        const idx = asItemIndex(key);
	        if (typeof idx !== 'number')
	            throw new Error(`Expected a valid index, not ${key}.`);
	        const prev = this.items[idx];
	        if (identity.isScalar(prev) && Scalar.isScalarValue(value))
	            prev.value = value;
	        else
	            this.items[idx] = value;
	    }
	    toJSON(_, ctx) {
	        const seq = [];
	        if (ctx?.onCreate)
	            ctx.onCreate(seq);
	        let i = 0;
	        for (const item of this.items)
	            seq.push(toJS.toJS(item, String(i++), ctx));
	        return seq;
	    }
	    toString(ctx, onComment, onChompKeep) {
	        if (!ctx)
	            return JSON.stringify(this);
	        return stringifyCollection.stringifyCollection(this, ctx, {
	            blockItemPrefix: '- ',
	            flowChars: { start: '[', end: ']' },
	            itemIndent: (ctx.indent || '') + '  ',
	            onChompKeep,
	            onComment
	        });
	    }
	    static from(schema, obj, ctx) {
	        const { replacer } = ctx;
	        const seq = new this(schema);
	        if (obj && Symbol.iterator in Object(obj)) {
	            let i = 0;
	            for (let it of obj) {
	                if (typeof replacer === 'function') {
	                    const key = obj instanceof Set ? it : String(i++);
	                    it = replacer.call(obj, key, it);
	                }
	                seq.items.push(createNode.createNode(it, undefined, ctx));
	            }
	        }
	        return seq;
	    }
	};
	function asItemIndex(key) {
	    let idx = identity.isScalar(key) ? key.value : key;
	    if (idx && typeof idx === 'string')
	        idx = Number(idx);
	    return typeof idx === 'number' && Number.isInteger(idx) && idx >= 0
	        ? idx
	        : null;
	}

	YAMLSeq.YAMLSeq = YAMLSeq$1;
	return YAMLSeq;
}

var hasRequiredSeq;

function requireSeq () {
	if (hasRequiredSeq) return seq;
	hasRequiredSeq = 1;

	var identity = requireIdentity();
	var YAMLSeq = requireYAMLSeq();

	const seq$1 = {
	    collection: 'seq',
	    default: true,
	    nodeClass: YAMLSeq.YAMLSeq,
	    tag: 'tag:yaml.org,2002:seq',
	    resolve(seq, onError) {
	        if (!identity.isSeq(seq))
	            onError('Expected a sequence for this tag');
	        return seq;
	    },
	    createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
	};

	seq.seq = seq$1;
	return seq;
}

var string = {};

var hasRequiredString;

function requireString () {
	if (hasRequiredString) return string;
	hasRequiredString = 1;

	var stringifyString = requireStringifyString();

	const string$1 = {
	    identify: value => typeof value === 'string',
	    default: true,
	    tag: 'tag:yaml.org,2002:str',
	    resolve: str => str,
	    stringify(item, ctx, onComment, onChompKeep) {
	        ctx = Object.assign({ actualString: true }, ctx);
	        return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
	    }
	};

	string.string = string$1;
	return string;
}

var tags = {};

var _null = {};

var hasRequired_null;

function require_null () {
	if (hasRequired_null) return _null;
	hasRequired_null = 1;

	var Scalar = requireScalar();

	const nullTag = {
	    identify: value => value == null,
	    createNode: () => new Scalar.Scalar(null),
	    default: true,
	    tag: 'tag:yaml.org,2002:null',
	    test: /^(?:~|[Nn]ull|NULL)?$/,
	    resolve: () => new Scalar.Scalar(null),
	    stringify: ({ source }, ctx) => typeof source === 'string' && nullTag.test.test(source)
	        ? source
	        : ctx.options.nullStr
	};

	_null.nullTag = nullTag;
	return _null;
}

var bool$1 = {};

var hasRequiredBool$1;

function requireBool$1 () {
	if (hasRequiredBool$1) return bool$1;
	hasRequiredBool$1 = 1;

	var Scalar = requireScalar();

	const boolTag = {
	    identify: value => typeof value === 'boolean',
	    default: true,
	    tag: 'tag:yaml.org,2002:bool',
	    test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
	    resolve: str => new Scalar.Scalar(str[0] === 't' || str[0] === 'T'),
	    stringify({ source, value }, ctx) {
	        if (source && boolTag.test.test(source)) {
	            const sv = source[0] === 't' || source[0] === 'T';
	            if (value === sv)
	                return source;
	        }
	        return value ? ctx.options.trueStr : ctx.options.falseStr;
	    }
	};

	bool$1.boolTag = boolTag;
	return bool$1;
}

var float$1 = {};

var stringifyNumber = {};

var hasRequiredStringifyNumber;

function requireStringifyNumber () {
	if (hasRequiredStringifyNumber) return stringifyNumber;
	hasRequiredStringifyNumber = 1;

	function stringifyNumber$1({ format, minFractionDigits, tag, value }) {
	    if (typeof value === 'bigint')
	        return String(value);
	    const num = typeof value === 'number' ? value : Number(value);
	    if (!isFinite(num))
	        return isNaN(num) ? '.nan' : num < 0 ? '-.inf' : '.inf';
	    let n = Object.is(value, -0) ? '-0' : JSON.stringify(value);
	    if (!format &&
	        minFractionDigits &&
	        (!tag || tag === 'tag:yaml.org,2002:float') &&
	        /^-?\d/.test(n) &&
	        !n.includes('e')) {
	        let i = n.indexOf('.');
	        if (i < 0) {
	            i = n.length;
	            n += '.';
	        }
	        let d = minFractionDigits - (n.length - i - 1);
	        while (d-- > 0)
	            n += '0';
	    }
	    return n;
	}

	stringifyNumber.stringifyNumber = stringifyNumber$1;
	return stringifyNumber;
}

var hasRequiredFloat$1;

function requireFloat$1 () {
	if (hasRequiredFloat$1) return float$1;
	hasRequiredFloat$1 = 1;

	var Scalar = requireScalar();
	var stringifyNumber = requireStringifyNumber();

	const floatNaN = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
	    resolve: str => str.slice(-3).toLowerCase() === 'nan'
	        ? NaN
	        : str[0] === '-'
	            ? Number.NEGATIVE_INFINITY
	            : Number.POSITIVE_INFINITY,
	    stringify: stringifyNumber.stringifyNumber
	};
	const floatExp = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    format: 'EXP',
	    test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
	    resolve: str => parseFloat(str),
	    stringify(node) {
	        const num = Number(node.value);
	        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
	    }
	};
	const float = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
	    resolve(str) {
	        const node = new Scalar.Scalar(parseFloat(str));
	        const dot = str.indexOf('.');
	        if (dot !== -1 && str[str.length - 1] === '0')
	            node.minFractionDigits = str.length - dot - 1;
	        return node;
	    },
	    stringify: stringifyNumber.stringifyNumber
	};

	float$1.float = float;
	float$1.floatExp = floatExp;
	float$1.floatNaN = floatNaN;
	return float$1;
}

var int$1 = {};

var hasRequiredInt$1;

function requireInt$1 () {
	if (hasRequiredInt$1) return int$1;
	hasRequiredInt$1 = 1;

	var stringifyNumber = requireStringifyNumber();

	const intIdentify = (value) => typeof value === 'bigint' || Number.isInteger(value);
	const intResolve = (str, offset, radix, { intAsBigInt }) => (intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix));
	function intStringify(node, radix, prefix) {
	    const { value } = node;
	    if (intIdentify(value) && value >= 0)
	        return prefix + value.toString(radix);
	    return stringifyNumber.stringifyNumber(node);
	}
	const intOct = {
	    identify: value => intIdentify(value) && value >= 0,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    format: 'OCT',
	    test: /^0o[0-7]+$/,
	    resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
	    stringify: node => intStringify(node, 8, '0o')
	};
	const int = {
	    identify: intIdentify,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    test: /^[-+]?[0-9]+$/,
	    resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
	    stringify: stringifyNumber.stringifyNumber
	};
	const intHex = {
	    identify: value => intIdentify(value) && value >= 0,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    format: 'HEX',
	    test: /^0x[0-9a-fA-F]+$/,
	    resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
	    stringify: node => intStringify(node, 16, '0x')
	};

	int$1.int = int;
	int$1.intHex = intHex;
	int$1.intOct = intOct;
	return int$1;
}

var schema$2 = {};

var hasRequiredSchema$3;

function requireSchema$3 () {
	if (hasRequiredSchema$3) return schema$2;
	hasRequiredSchema$3 = 1;

	var map = requireMap();
	var _null = require_null();
	var seq = requireSeq();
	var string = requireString();
	var bool = requireBool$1();
	var float = requireFloat$1();
	var int = requireInt$1();

	const schema = [
	    map.map,
	    seq.seq,
	    string.string,
	    _null.nullTag,
	    bool.boolTag,
	    int.intOct,
	    int.int,
	    int.intHex,
	    float.floatNaN,
	    float.floatExp,
	    float.float
	];

	schema$2.schema = schema;
	return schema$2;
}

var schema$1 = {};

var hasRequiredSchema$2;

function requireSchema$2 () {
	if (hasRequiredSchema$2) return schema$1;
	hasRequiredSchema$2 = 1;

	var Scalar = requireScalar();
	var map = requireMap();
	var seq = requireSeq();

	function intIdentify(value) {
	    return typeof value === 'bigint' || Number.isInteger(value);
	}
	const stringifyJSON = ({ value }) => JSON.stringify(value);
	const jsonScalars = [
	    {
	        identify: value => typeof value === 'string',
	        default: true,
	        tag: 'tag:yaml.org,2002:str',
	        resolve: str => str,
	        stringify: stringifyJSON
	    },
	    {
	        identify: value => value == null,
	        createNode: () => new Scalar.Scalar(null),
	        default: true,
	        tag: 'tag:yaml.org,2002:null',
	        test: /^null$/,
	        resolve: () => null,
	        stringify: stringifyJSON
	    },
	    {
	        identify: value => typeof value === 'boolean',
	        default: true,
	        tag: 'tag:yaml.org,2002:bool',
	        test: /^true$|^false$/,
	        resolve: str => str === 'true',
	        stringify: stringifyJSON
	    },
	    {
	        identify: intIdentify,
	        default: true,
	        tag: 'tag:yaml.org,2002:int',
	        test: /^-?(?:0|[1-9][0-9]*)$/,
	        resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
	        stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
	    },
	    {
	        identify: value => typeof value === 'number',
	        default: true,
	        tag: 'tag:yaml.org,2002:float',
	        test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
	        resolve: str => parseFloat(str),
	        stringify: stringifyJSON
	    }
	];
	const jsonError = {
	    default: true,
	    tag: '',
	    test: /^/,
	    resolve(str, onError) {
	        onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
	        return str;
	    }
	};
	const schema = [map.map, seq.seq].concat(jsonScalars, jsonError);

	schema$1.schema = schema;
	return schema$1;
}

var binary = {};

var hasRequiredBinary;

function requireBinary () {
	if (hasRequiredBinary) return binary;
	hasRequiredBinary = 1;

	var node_buffer = buffer;
	var Scalar = requireScalar();
	var stringifyString = requireStringifyString();

	const binary$1 = {
	    identify: value => value instanceof Uint8Array, // Buffer inherits from Uint8Array
	    default: false,
	    tag: 'tag:yaml.org,2002:binary',
	    /**
	     * Returns a Buffer in node and an Uint8Array in browsers
	     *
	     * To use the resulting buffer as an image, you'll want to do something like:
	     *
	     *   const blob = new Blob([buffer], { type: 'image/jpeg' })
	     *   document.querySelector('#photo').src = URL.createObjectURL(blob)
	     */
	    resolve(src, onError) {
	        if (typeof node_buffer.Buffer === 'function') {
	            return node_buffer.Buffer.from(src, 'base64');
	        }
	        else if (typeof atob === 'function') {
	            // On IE 11, atob() can't handle newlines
	            const str = atob(src.replace(/[\n\r]/g, ''));
	            const buffer = new Uint8Array(str.length);
	            for (let i = 0; i < str.length; ++i)
	                buffer[i] = str.charCodeAt(i);
	            return buffer;
	        }
	        else {
	            onError('This environment does not support reading binary tags; either Buffer or atob is required');
	            return src;
	        }
	    },
	    stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
	        if (!value)
	            return '';
	        const buf = value; // checked earlier by binary.identify()
	        let str;
	        if (typeof node_buffer.Buffer === 'function') {
	            str =
	                buf instanceof node_buffer.Buffer
	                    ? buf.toString('base64')
	                    : node_buffer.Buffer.from(buf.buffer).toString('base64');
	        }
	        else if (typeof btoa === 'function') {
	            let s = '';
	            for (let i = 0; i < buf.length; ++i)
	                s += String.fromCharCode(buf[i]);
	            str = btoa(s);
	        }
	        else {
	            throw new Error('This environment does not support writing binary tags; either Buffer or btoa is required');
	        }
	        type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
	        if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
	            const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
	            const n = Math.ceil(str.length / lineWidth);
	            const lines = new Array(n);
	            for (let i = 0, o = 0; i < n; ++i, o += lineWidth) {
	                lines[i] = str.substr(o, lineWidth);
	            }
	            str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? '\n' : ' ');
	        }
	        return stringifyString.stringifyString({ comment, type, value: str }, ctx, onComment, onChompKeep);
	    }
	};

	binary.binary = binary$1;
	return binary;
}

var omap = {};

var pairs = {};

var hasRequiredPairs;

function requirePairs () {
	if (hasRequiredPairs) return pairs;
	hasRequiredPairs = 1;

	var identity = requireIdentity();
	var Pair = requirePair();
	var Scalar = requireScalar();
	var YAMLSeq = requireYAMLSeq();

	function resolvePairs(seq, onError) {
	    if (identity.isSeq(seq)) {
	        for (let i = 0; i < seq.items.length; ++i) {
	            let item = seq.items[i];
	            if (identity.isPair(item))
	                continue;
	            else if (identity.isMap(item)) {
	                if (item.items.length > 1)
	                    onError('Each pair must have its own sequence indicator');
	                const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
	                if (item.commentBefore)
	                    pair.key.commentBefore = pair.key.commentBefore
	                        ? `${item.commentBefore}\n${pair.key.commentBefore}`
	                        : item.commentBefore;
	                if (item.comment) {
	                    const cn = pair.value ?? pair.key;
	                    cn.comment = cn.comment
	                        ? `${item.comment}\n${cn.comment}`
	                        : item.comment;
	                }
	                item = pair;
	            }
	            seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
	        }
	    }
	    else
	        onError('Expected a sequence for this tag');
	    return seq;
	}
	function createPairs(schema, iterable, ctx) {
	    const { replacer } = ctx;
	    const pairs = new YAMLSeq.YAMLSeq(schema);
	    pairs.tag = 'tag:yaml.org,2002:pairs';
	    let i = 0;
	    if (iterable && Symbol.iterator in Object(iterable))
	        for (let it of iterable) {
	            if (typeof replacer === 'function')
	                it = replacer.call(iterable, String(i++), it);
	            let key, value;
	            if (Array.isArray(it)) {
	                if (it.length === 2) {
	                    key = it[0];
	                    value = it[1];
	                }
	                else
	                    throw new TypeError(`Expected [key, value] tuple: ${it}`);
	            }
	            else if (it && it instanceof Object) {
	                const keys = Object.keys(it);
	                if (keys.length === 1) {
	                    key = keys[0];
	                    value = it[key];
	                }
	                else {
	                    throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
	                }
	            }
	            else {
	                key = it;
	            }
	            pairs.items.push(Pair.createPair(key, value, ctx));
	        }
	    return pairs;
	}
	const pairs$1 = {
	    collection: 'seq',
	    default: false,
	    tag: 'tag:yaml.org,2002:pairs',
	    resolve: resolvePairs,
	    createNode: createPairs
	};

	pairs.createPairs = createPairs;
	pairs.pairs = pairs$1;
	pairs.resolvePairs = resolvePairs;
	return pairs;
}

var hasRequiredOmap;

function requireOmap () {
	if (hasRequiredOmap) return omap;
	hasRequiredOmap = 1;

	var identity = requireIdentity();
	var toJS = requireToJS();
	var YAMLMap = requireYAMLMap();
	var YAMLSeq = requireYAMLSeq();
	var pairs = requirePairs();

	class YAMLOMap extends YAMLSeq.YAMLSeq {
	    constructor() {
	        super();
	        this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
	        this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
	        this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
	        this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
	        this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
	        this.tag = YAMLOMap.tag;
	    }
	    /**
	     * If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
	     * but TypeScript won't allow widening the signature of a child method.
	     */
	    toJSON(_, ctx) {
	        if (!ctx)
	            return super.toJSON(_);
	        const map = new Map();
	        if (ctx?.onCreate)
	            ctx.onCreate(map);
	        for (const pair of this.items) {
	            let key, value;
	            if (identity.isPair(pair)) {
	                key = toJS.toJS(pair.key, '', ctx);
	                value = toJS.toJS(pair.value, key, ctx);
	            }
	            else {
	                key = toJS.toJS(pair, '', ctx);
	            }
	            if (map.has(key))
	                throw new Error('Ordered maps must not include duplicate keys');
	            map.set(key, value);
	        }
	        return map;
	    }
	    static from(schema, iterable, ctx) {
	        const pairs$1 = pairs.createPairs(schema, iterable, ctx);
	        const omap = new this();
	        omap.items = pairs$1.items;
	        return omap;
	    }
	}
	YAMLOMap.tag = 'tag:yaml.org,2002:omap';
	const omap$1 = {
	    collection: 'seq',
	    identify: value => value instanceof Map,
	    nodeClass: YAMLOMap,
	    default: false,
	    tag: 'tag:yaml.org,2002:omap',
	    resolve(seq, onError) {
	        const pairs$1 = pairs.resolvePairs(seq, onError);
	        const seenKeys = [];
	        for (const { key } of pairs$1.items) {
	            if (identity.isScalar(key)) {
	                if (seenKeys.includes(key.value)) {
	                    onError(`Ordered maps must not include duplicate keys: ${key.value}`);
	                }
	                else {
	                    seenKeys.push(key.value);
	                }
	            }
	        }
	        return Object.assign(new YAMLOMap(), pairs$1);
	    },
	    createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
	};

	omap.YAMLOMap = YAMLOMap;
	omap.omap = omap$1;
	return omap;
}

var schema = {};

var bool = {};

var hasRequiredBool;

function requireBool () {
	if (hasRequiredBool) return bool;
	hasRequiredBool = 1;

	var Scalar = requireScalar();

	function boolStringify({ value, source }, ctx) {
	    const boolObj = value ? trueTag : falseTag;
	    if (source && boolObj.test.test(source))
	        return source;
	    return value ? ctx.options.trueStr : ctx.options.falseStr;
	}
	const trueTag = {
	    identify: value => value === true,
	    default: true,
	    tag: 'tag:yaml.org,2002:bool',
	    test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
	    resolve: () => new Scalar.Scalar(true),
	    stringify: boolStringify
	};
	const falseTag = {
	    identify: value => value === false,
	    default: true,
	    tag: 'tag:yaml.org,2002:bool',
	    test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
	    resolve: () => new Scalar.Scalar(false),
	    stringify: boolStringify
	};

	bool.falseTag = falseTag;
	bool.trueTag = trueTag;
	return bool;
}

var float = {};

var hasRequiredFloat;

function requireFloat () {
	if (hasRequiredFloat) return float;
	hasRequiredFloat = 1;

	var Scalar = requireScalar();
	var stringifyNumber = requireStringifyNumber();

	const floatNaN = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
	    resolve: (str) => str.slice(-3).toLowerCase() === 'nan'
	        ? NaN
	        : str[0] === '-'
	            ? Number.NEGATIVE_INFINITY
	            : Number.POSITIVE_INFINITY,
	    stringify: stringifyNumber.stringifyNumber
	};
	const floatExp = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    format: 'EXP',
	    test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
	    resolve: (str) => parseFloat(str.replace(/_/g, '')),
	    stringify(node) {
	        const num = Number(node.value);
	        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
	    }
	};
	const float$1 = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
	    resolve(str) {
	        const node = new Scalar.Scalar(parseFloat(str.replace(/_/g, '')));
	        const dot = str.indexOf('.');
	        if (dot !== -1) {
	            const f = str.substring(dot + 1).replace(/_/g, '');
	            if (f[f.length - 1] === '0')
	                node.minFractionDigits = f.length;
	        }
	        return node;
	    },
	    stringify: stringifyNumber.stringifyNumber
	};

	float.float = float$1;
	float.floatExp = floatExp;
	float.floatNaN = floatNaN;
	return float;
}

var int = {};

var hasRequiredInt;

function requireInt () {
	if (hasRequiredInt) return int;
	hasRequiredInt = 1;

	var stringifyNumber = requireStringifyNumber();

	const intIdentify = (value) => typeof value === 'bigint' || Number.isInteger(value);
	function intResolve(str, offset, radix, { intAsBigInt }) {
	    const sign = str[0];
	    if (sign === '-' || sign === '+')
	        offset += 1;
	    str = str.substring(offset).replace(/_/g, '');
	    if (intAsBigInt) {
	        switch (radix) {
	            case 2:
	                str = `0b${str}`;
	                break;
	            case 8:
	                str = `0o${str}`;
	                break;
	            case 16:
	                str = `0x${str}`;
	                break;
	        }
	        const n = BigInt(str);
	        return sign === '-' ? BigInt(-1) * n : n;
	    }
	    const n = parseInt(str, radix);
	    return sign === '-' ? -1 * n : n;
	}
	function intStringify(node, radix, prefix) {
	    const { value } = node;
	    if (intIdentify(value)) {
	        const str = value.toString(radix);
	        return value < 0 ? '-' + prefix + str.substr(1) : prefix + str;
	    }
	    return stringifyNumber.stringifyNumber(node);
	}
	const intBin = {
	    identify: intIdentify,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    format: 'BIN',
	    test: /^[-+]?0b[0-1_]+$/,
	    resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
	    stringify: node => intStringify(node, 2, '0b')
	};
	const intOct = {
	    identify: intIdentify,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    format: 'OCT',
	    test: /^[-+]?0[0-7_]+$/,
	    resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
	    stringify: node => intStringify(node, 8, '0')
	};
	const int$1 = {
	    identify: intIdentify,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    test: /^[-+]?[0-9][0-9_]*$/,
	    resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
	    stringify: stringifyNumber.stringifyNumber
	};
	const intHex = {
	    identify: intIdentify,
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    format: 'HEX',
	    test: /^[-+]?0x[0-9a-fA-F_]+$/,
	    resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
	    stringify: node => intStringify(node, 16, '0x')
	};

	int.int = int$1;
	int.intBin = intBin;
	int.intHex = intHex;
	int.intOct = intOct;
	return int;
}

var set = {};

var hasRequiredSet;

function requireSet () {
	if (hasRequiredSet) return set;
	hasRequiredSet = 1;

	var identity = requireIdentity();
	var Pair = requirePair();
	var YAMLMap = requireYAMLMap();

	class YAMLSet extends YAMLMap.YAMLMap {
	    constructor(schema) {
	        super(schema);
	        this.tag = YAMLSet.tag;
	    }
	    add(key) {
	        let pair;
	        if (identity.isPair(key))
	            pair = key;
	        else if (key &&
	            typeof key === 'object' &&
	            'key' in key &&
	            'value' in key &&
	            key.value === null)
	            pair = new Pair.Pair(key.key, null);
	        else
	            pair = new Pair.Pair(key, null);
	        const prev = YAMLMap.findPair(this.items, pair.key);
	        if (!prev)
	            this.items.push(pair);
	    }
	    /**
	     * If `keepPair` is `true`, returns the Pair matching `key`.
	     * Otherwise, returns the value of that Pair's key.
	     */
	    get(key, keepPair) {
	        const pair = YAMLMap.findPair(this.items, key);
	        return !keepPair && identity.isPair(pair)
	            ? identity.isScalar(pair.key)
	                ? pair.key.value
	                : pair.key
	            : pair;
	    }
	    set(key, value) {
	        if (typeof value !== 'boolean')
	            throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
	        const prev = YAMLMap.findPair(this.items, key);
	        if (prev && !value) {
	            this.items.splice(this.items.indexOf(prev), 1);
	        }
	        else if (!prev && value) {
	            this.items.push(new Pair.Pair(key));
	        }
	    }
	    toJSON(_, ctx) {
	        return super.toJSON(_, ctx, Set);
	    }
	    toString(ctx, onComment, onChompKeep) {
	        if (!ctx)
	            return JSON.stringify(this);
	        if (this.hasAllNullValues(true))
	            return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
	        else
	            throw new Error('Set items must all have null values');
	    }
	    static from(schema, iterable, ctx) {
	        const { replacer } = ctx;
	        const set = new this(schema);
	        if (iterable && Symbol.iterator in Object(iterable))
	            for (let value of iterable) {
	                if (typeof replacer === 'function')
	                    value = replacer.call(iterable, value, value);
	                set.items.push(Pair.createPair(value, null, ctx));
	            }
	        return set;
	    }
	}
	YAMLSet.tag = 'tag:yaml.org,2002:set';
	const set$1 = {
	    collection: 'map',
	    identify: value => value instanceof Set,
	    nodeClass: YAMLSet,
	    default: false,
	    tag: 'tag:yaml.org,2002:set',
	    createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
	    resolve(map, onError) {
	        if (identity.isMap(map)) {
	            if (map.hasAllNullValues(true))
	                return Object.assign(new YAMLSet(), map);
	            else
	                onError('Set items must all have null values');
	        }
	        else
	            onError('Expected a mapping for this tag');
	        return map;
	    }
	};

	set.YAMLSet = YAMLSet;
	set.set = set$1;
	return set;
}

var timestamp = {};

var hasRequiredTimestamp;

function requireTimestamp () {
	if (hasRequiredTimestamp) return timestamp;
	hasRequiredTimestamp = 1;

	var stringifyNumber = requireStringifyNumber();

	/** Internal types handle bigint as number, because TS can't figure it out. */
	function parseSexagesimal(str, asBigInt) {
	    const sign = str[0];
	    const parts = sign === '-' || sign === '+' ? str.substring(1) : str;
	    const num = (n) => asBigInt ? BigInt(n) : Number(n);
	    const res = parts
	        .replace(/_/g, '')
	        .split(':')
	        .reduce((res, p) => res * num(60) + num(p), num(0));
	    return (sign === '-' ? num(-1) * res : res);
	}
	/**
	 * hhhh:mm:ss.sss
	 *
	 * Internal types handle bigint as number, because TS can't figure it out.
	 */
	function stringifySexagesimal(node) {
	    let { value } = node;
	    let num = (n) => n;
	    if (typeof value === 'bigint')
	        num = n => BigInt(n);
	    else if (isNaN(value) || !isFinite(value))
	        return stringifyNumber.stringifyNumber(node);
	    let sign = '';
	    if (value < 0) {
	        sign = '-';
	        value *= num(-1);
	    }
	    const _60 = num(60);
	    const parts = [value % _60]; // seconds, including ms
	    if (value < 60) {
	        parts.unshift(0); // at least one : is required
	    }
	    else {
	        value = (value - parts[0]) / _60;
	        parts.unshift(value % _60); // minutes
	        if (value >= 60) {
	            value = (value - parts[0]) / _60;
	            parts.unshift(value); // hours
	        }
	    }
	    return (sign +
	        parts
	            .map(n => String(n).padStart(2, '0'))
	            .join(':')
	            .replace(/000000\d*$/, '') // % 60 may introduce error
	    );
	}
	const intTime = {
	    identify: value => typeof value === 'bigint' || Number.isInteger(value),
	    default: true,
	    tag: 'tag:yaml.org,2002:int',
	    format: 'TIME',
	    test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
	    resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
	    stringify: stringifySexagesimal
	};
	const floatTime = {
	    identify: value => typeof value === 'number',
	    default: true,
	    tag: 'tag:yaml.org,2002:float',
	    format: 'TIME',
	    test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
	    resolve: str => parseSexagesimal(str, false),
	    stringify: stringifySexagesimal
	};
	const timestamp$1 = {
	    identify: value => value instanceof Date,
	    default: true,
	    tag: 'tag:yaml.org,2002:timestamp',
	    // If the time zone is omitted, the timestamp is assumed to be specified in UTC. The time part
	    // may be omitted altogether, resulting in a date format. In such a case, the time part is
	    // assumed to be 00:00:00Z (start of day, UTC).
	    test: RegExp('^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})' + // YYYY-Mm-Dd
	        '(?:' + // time is optional
	        '(?:t|T|[ \\t]+)' + // t | T | whitespace
	        '([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)' + // Hh:Mm:Ss(.ss)?
	        '(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?' + // Z | +5 | -03:30
	        ')?$'),
	    resolve(str) {
	        const match = str.match(timestamp$1.test);
	        if (!match)
	            throw new Error('!!timestamp expects a date, starting with yyyy-mm-dd');
	        const [, year, month, day, hour, minute, second] = match.map(Number);
	        const millisec = match[7] ? Number((match[7] + '00').substr(1, 3)) : 0;
	        let date = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
	        const tz = match[8];
	        if (tz && tz !== 'Z') {
	            let d = parseSexagesimal(tz, false);
	            if (Math.abs(d) < 30)
	                d *= 60;
	            date -= 60000 * d;
	        }
	        return new Date(date);
	    },
	    stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, '') ?? ''
	};

	timestamp.floatTime = floatTime;
	timestamp.intTime = intTime;
	timestamp.timestamp = timestamp$1;
	return timestamp;
}

var hasRequiredSchema$1;

function requireSchema$1 () {
	if (hasRequiredSchema$1) return schema;
	hasRequiredSchema$1 = 1;

	var map = requireMap();
	var _null = require_null();
	var seq = requireSeq();
	var string = requireString();
	var binary = requireBinary();
	var bool = requireBool();
	var float = requireFloat();
	var int = requireInt();
	var merge = requireMerge();
	var omap = requireOmap();
	var pairs = requirePairs();
	var set = requireSet();
	var timestamp = requireTimestamp();

	const schema$1 = [
	    map.map,
	    seq.seq,
	    string.string,
	    _null.nullTag,
	    bool.trueTag,
	    bool.falseTag,
	    int.intBin,
	    int.intOct,
	    int.int,
	    int.intHex,
	    float.floatNaN,
	    float.floatExp,
	    float.float,
	    binary.binary,
	    merge.merge,
	    omap.omap,
	    pairs.pairs,
	    set.set,
	    timestamp.intTime,
	    timestamp.floatTime,
	    timestamp.timestamp
	];

	schema.schema = schema$1;
	return schema;
}

var hasRequiredTags;

function requireTags () {
	if (hasRequiredTags) return tags;
	hasRequiredTags = 1;

	var map = requireMap();
	var _null = require_null();
	var seq = requireSeq();
	var string = requireString();
	var bool = requireBool$1();
	var float = requireFloat$1();
	var int = requireInt$1();
	var schema = requireSchema$3();
	var schema$1 = requireSchema$2();
	var binary = requireBinary();
	var merge = requireMerge();
	var omap = requireOmap();
	var pairs = requirePairs();
	var schema$2 = requireSchema$1();
	var set = requireSet();
	var timestamp = requireTimestamp();

	const schemas = new Map([
	    ['core', schema.schema],
	    ['failsafe', [map.map, seq.seq, string.string]],
	    ['json', schema$1.schema],
	    ['yaml11', schema$2.schema],
	    ['yaml-1.1', schema$2.schema]
	]);
	const tagsByName = {
	    binary: binary.binary,
	    bool: bool.boolTag,
	    float: float.float,
	    floatExp: float.floatExp,
	    floatNaN: float.floatNaN,
	    floatTime: timestamp.floatTime,
	    int: int.int,
	    intHex: int.intHex,
	    intOct: int.intOct,
	    intTime: timestamp.intTime,
	    map: map.map,
	    merge: merge.merge,
	    null: _null.nullTag,
	    omap: omap.omap,
	    pairs: pairs.pairs,
	    seq: seq.seq,
	    set: set.set,
	    timestamp: timestamp.timestamp
	};
	const coreKnownTags = {
	    'tag:yaml.org,2002:binary': binary.binary,
	    'tag:yaml.org,2002:merge': merge.merge,
	    'tag:yaml.org,2002:omap': omap.omap,
	    'tag:yaml.org,2002:pairs': pairs.pairs,
	    'tag:yaml.org,2002:set': set.set,
	    'tag:yaml.org,2002:timestamp': timestamp.timestamp
	};
	function getTags(customTags, schemaName, addMergeTag) {
	    const schemaTags = schemas.get(schemaName);
	    if (schemaTags && !customTags) {
	        return addMergeTag && !schemaTags.includes(merge.merge)
	            ? schemaTags.concat(merge.merge)
	            : schemaTags.slice();
	    }
	    let tags = schemaTags;
	    if (!tags) {
	        if (Array.isArray(customTags))
	            tags = [];
	        else {
	            const keys = Array.from(schemas.keys())
	                .filter(key => key !== 'yaml11')
	                .map(key => JSON.stringify(key))
	                .join(', ');
	            throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
	        }
	    }
	    if (Array.isArray(customTags)) {
	        for (const tag of customTags)
	            tags = tags.concat(tag);
	    }
	    else if (typeof customTags === 'function') {
	        tags = customTags(tags.slice());
	    }
	    if (addMergeTag)
	        tags = tags.concat(merge.merge);
	    return tags.reduce((tags, tag) => {
	        const tagObj = typeof tag === 'string' ? tagsByName[tag] : tag;
	        if (!tagObj) {
	            const tagName = JSON.stringify(tag);
	            const keys = Object.keys(tagsByName)
	                .map(key => JSON.stringify(key))
	                .join(', ');
	            throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
	        }
	        if (!tags.includes(tagObj))
	            tags.push(tagObj);
	        return tags;
	    }, []);
	}

	tags.coreKnownTags = coreKnownTags;
	tags.getTags = getTags;
	return tags;
}

var hasRequiredSchema;

function requireSchema () {
	if (hasRequiredSchema) return Schema;
	hasRequiredSchema = 1;

	var identity = requireIdentity();
	var map = requireMap();
	var seq = requireSeq();
	var string = requireString();
	var tags = requireTags();

	const sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
	let Schema$1 = class Schema {
	    constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
	        this.compat = Array.isArray(compat)
	            ? tags.getTags(compat, 'compat')
	            : compat
	                ? tags.getTags(null, compat)
	                : null;
	        this.name = (typeof schema === 'string' && schema) || 'core';
	        this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
	        this.tags = tags.getTags(customTags, this.name, merge);
	        this.toStringOptions = toStringDefaults ?? null;
	        Object.defineProperty(this, identity.MAP, { value: map.map });
	        Object.defineProperty(this, identity.SCALAR, { value: string.string });
	        Object.defineProperty(this, identity.SEQ, { value: seq.seq });
	        // Used by createMap()
	        this.sortMapEntries =
	            typeof sortMapEntries === 'function'
	                ? sortMapEntries
	                : sortMapEntries === true
	                    ? sortMapEntriesByKey
	                    : null;
	    }
	    clone() {
	        const copy = Object.create(Schema.prototype, Object.getOwnPropertyDescriptors(this));
	        copy.tags = this.tags.slice();
	        return copy;
	    }
	};

	Schema.Schema = Schema$1;
	return Schema;
}

var stringifyDocument = {};

var hasRequiredStringifyDocument;

function requireStringifyDocument () {
	if (hasRequiredStringifyDocument) return stringifyDocument;
	hasRequiredStringifyDocument = 1;

	var identity = requireIdentity();
	var stringify = requireStringify();
	var stringifyComment = requireStringifyComment();

	function stringifyDocument$1(doc, options) {
	    const lines = [];
	    let hasDirectives = options.directives === true;
	    if (options.directives !== false && doc.directives) {
	        const dir = doc.directives.toString(doc);
	        if (dir) {
	            lines.push(dir);
	            hasDirectives = true;
	        }
	        else if (doc.directives.docStart)
	            hasDirectives = true;
	    }
	    if (hasDirectives)
	        lines.push('---');
	    const ctx = stringify.createStringifyContext(doc, options);
	    const { commentString } = ctx.options;
	    if (doc.commentBefore) {
	        if (lines.length !== 1)
	            lines.unshift('');
	        const cs = commentString(doc.commentBefore);
	        lines.unshift(stringifyComment.indentComment(cs, ''));
	    }
	    let chompKeep = false;
	    let contentComment = null;
	    if (doc.contents) {
	        if (identity.isNode(doc.contents)) {
	            if (doc.contents.spaceBefore && hasDirectives)
	                lines.push('');
	            if (doc.contents.commentBefore) {
	                const cs = commentString(doc.contents.commentBefore);
	                lines.push(stringifyComment.indentComment(cs, ''));
	            }
	            // top-level block scalars need to be indented if followed by a comment
	            ctx.forceBlockIndent = !!doc.comment;
	            contentComment = doc.contents.comment;
	        }
	        const onChompKeep = contentComment ? undefined : () => (chompKeep = true);
	        let body = stringify.stringify(doc.contents, ctx, () => (contentComment = null), onChompKeep);
	        if (contentComment)
	            body += stringifyComment.lineComment(body, '', commentString(contentComment));
	        if ((body[0] === '|' || body[0] === '>') &&
	            lines[lines.length - 1] === '---') {
	            // Top-level block scalars with a preceding doc marker ought to use the
	            // same line for their header.
	            lines[lines.length - 1] = `--- ${body}`;
	        }
	        else
	            lines.push(body);
	    }
	    else {
	        lines.push(stringify.stringify(doc.contents, ctx));
	    }
	    if (doc.directives?.docEnd) {
	        if (doc.comment) {
	            const cs = commentString(doc.comment);
	            if (cs.includes('\n')) {
	                lines.push('...');
	                lines.push(stringifyComment.indentComment(cs, ''));
	            }
	            else {
	                lines.push(`... ${cs}`);
	            }
	        }
	        else {
	            lines.push('...');
	        }
	    }
	    else {
	        let dc = doc.comment;
	        if (dc && chompKeep)
	            dc = dc.replace(/^\n+/, '');
	        if (dc) {
	            if ((!chompKeep || contentComment) && lines[lines.length - 1] !== '')
	                lines.push('');
	            lines.push(stringifyComment.indentComment(commentString(dc), ''));
	        }
	    }
	    return lines.join('\n') + '\n';
	}

	stringifyDocument.stringifyDocument = stringifyDocument$1;
	return stringifyDocument;
}

var hasRequiredDocument;

function requireDocument () {
	if (hasRequiredDocument) return Document;
	hasRequiredDocument = 1;

	var Alias = requireAlias();
	var Collection = requireCollection();
	var identity = requireIdentity();
	var Pair = requirePair();
	var toJS = requireToJS();
	var Schema = requireSchema();
	var stringifyDocument = requireStringifyDocument();
	var anchors = requireAnchors();
	var applyReviver = requireApplyReviver();
	var createNode = requireCreateNode();
	var directives = requireDirectives();

	let Document$1 = class Document {
	    constructor(value, replacer, options) {
	        /** A comment before this Document */
	        this.commentBefore = null;
	        /** A comment immediately after this Document */
	        this.comment = null;
	        /** Errors encountered during parsing. */
	        this.errors = [];
	        /** Warnings encountered during parsing. */
	        this.warnings = [];
	        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
	        let _replacer = null;
	        if (typeof replacer === 'function' || Array.isArray(replacer)) {
	            _replacer = replacer;
	        }
	        else if (options === undefined && replacer) {
	            options = replacer;
	            replacer = undefined;
	        }
	        const opt = Object.assign({
	            intAsBigInt: false,
	            keepSourceTokens: false,
	            logLevel: 'warn',
	            prettyErrors: true,
	            strict: true,
	            stringKeys: false,
	            uniqueKeys: true,
	            version: '1.2'
	        }, options);
	        this.options = opt;
	        let { version } = opt;
	        if (options?._directives) {
	            this.directives = options._directives.atDocument();
	            if (this.directives.yaml.explicit)
	                version = this.directives.yaml.version;
	        }
	        else
	            this.directives = new directives.Directives({ version });
	        this.setSchema(version, options);
	        // @ts-expect-error We can't really know that this matches Contents.
	        this.contents =
	            value === undefined ? null : this.createNode(value, _replacer, options);
	    }
	    /**
	     * Create a deep copy of this Document and its contents.
	     *
	     * Custom Node values that inherit from `Object` still refer to their original instances.
	     */
	    clone() {
	        const copy = Object.create(Document.prototype, {
	            [identity.NODE_TYPE]: { value: identity.DOC }
	        });
	        copy.commentBefore = this.commentBefore;
	        copy.comment = this.comment;
	        copy.errors = this.errors.slice();
	        copy.warnings = this.warnings.slice();
	        copy.options = Object.assign({}, this.options);
	        if (this.directives)
	            copy.directives = this.directives.clone();
	        copy.schema = this.schema.clone();
	        // @ts-expect-error We can't really know that this matches Contents.
	        copy.contents = identity.isNode(this.contents)
	            ? this.contents.clone(copy.schema)
	            : this.contents;
	        if (this.range)
	            copy.range = this.range.slice();
	        return copy;
	    }
	    /** Adds a value to the document. */
	    add(value) {
	        if (assertCollection(this.contents))
	            this.contents.add(value);
	    }
	    /** Adds a value to the document. */
	    addIn(path, value) {
	        if (assertCollection(this.contents))
	            this.contents.addIn(path, value);
	    }
	    /**
	     * Create a new `Alias` node, ensuring that the target `node` has the required anchor.
	     *
	     * If `node` already has an anchor, `name` is ignored.
	     * Otherwise, the `node.anchor` value will be set to `name`,
	     * or if an anchor with that name is already present in the document,
	     * `name` will be used as a prefix for a new unique anchor.
	     * If `name` is undefined, the generated anchor will use 'a' as a prefix.
	     */
	    createAlias(node, name) {
	        if (!node.anchor) {
	            const prev = anchors.anchorNames(this);
	            node.anchor =
	                // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
	                !name || prev.has(name) ? anchors.findNewAnchor(name || 'a', prev) : name;
	        }
	        return new Alias.Alias(node.anchor);
	    }
	    createNode(value, replacer, options) {
	        let _replacer = undefined;
	        if (typeof replacer === 'function') {
	            value = replacer.call({ '': value }, '', value);
	            _replacer = replacer;
	        }
	        else if (Array.isArray(replacer)) {
	            const keyToStr = (v) => typeof v === 'number' || v instanceof String || v instanceof Number;
	            const asStr = replacer.filter(keyToStr).map(String);
	            if (asStr.length > 0)
	                replacer = replacer.concat(asStr);
	            _replacer = replacer;
	        }
	        else if (options === undefined && replacer) {
	            options = replacer;
	            replacer = undefined;
	        }
	        const { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag } = options ?? {};
	        const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(this, 
	        // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
	        anchorPrefix || 'a');
	        const ctx = {
	            aliasDuplicateObjects: aliasDuplicateObjects ?? true,
	            keepUndefined: keepUndefined ?? false,
	            onAnchor,
	            onTagObj,
	            replacer: _replacer,
	            schema: this.schema,
	            sourceObjects
	        };
	        const node = createNode.createNode(value, tag, ctx);
	        if (flow && identity.isCollection(node))
	            node.flow = true;
	        setAnchors();
	        return node;
	    }
	    /**
	     * Convert a key and a value into a `Pair` using the current schema,
	     * recursively wrapping all values as `Scalar` or `Collection` nodes.
	     */
	    createPair(key, value, options = {}) {
	        const k = this.createNode(key, null, options);
	        const v = this.createNode(value, null, options);
	        return new Pair.Pair(k, v);
	    }
	    /**
	     * Removes a value from the document.
	     * @returns `true` if the item was found and removed.
	     */
	    delete(key) {
	        return assertCollection(this.contents) ? this.contents.delete(key) : false;
	    }
	    /**
	     * Removes a value from the document.
	     * @returns `true` if the item was found and removed.
	     */
	    deleteIn(path) {
	        if (Collection.isEmptyPath(path)) {
	            if (this.contents == null)
	                return false;
	            // @ts-expect-error Presumed impossible if Strict extends false
	            this.contents = null;
	            return true;
	        }
	        return assertCollection(this.contents)
	            ? this.contents.deleteIn(path)
	            : false;
	    }
	    /**
	     * Returns item at `key`, or `undefined` if not found. By default unwraps
	     * scalar values from their surrounding node; to disable set `keepScalar` to
	     * `true` (collections are always returned intact).
	     */
	    get(key, keepScalar) {
	        return identity.isCollection(this.contents)
	            ? this.contents.get(key, keepScalar)
	            : undefined;
	    }
	    /**
	     * Returns item at `path`, or `undefined` if not found. By default unwraps
	     * scalar values from their surrounding node; to disable set `keepScalar` to
	     * `true` (collections are always returned intact).
	     */
	    getIn(path, keepScalar) {
	        if (Collection.isEmptyPath(path))
	            return !keepScalar && identity.isScalar(this.contents)
	                ? this.contents.value
	                : this.contents;
	        return identity.isCollection(this.contents)
	            ? this.contents.getIn(path, keepScalar)
	            : undefined;
	    }
	    /**
	     * Checks if the document includes a value with the key `key`.
	     */
	    has(key) {
	        return identity.isCollection(this.contents) ? this.contents.has(key) : false;
	    }
	    /**
	     * Checks if the document includes a value at `path`.
	     */
	    hasIn(path) {
	        if (Collection.isEmptyPath(path))
	            return this.contents !== undefined;
	        return identity.isCollection(this.contents) ? this.contents.hasIn(path) : false;
	    }
	    /**
	     * Sets a value in this document. For `!!set`, `value` needs to be a
	     * boolean to add/remove the item from the set.
	     */
	    set(key, value) {
	        if (this.contents == null) {
	            // @ts-expect-error We can't really know that this matches Contents.
	            this.contents = Collection.collectionFromPath(this.schema, [key], value);
	        }
	        else if (assertCollection(this.contents)) {
	            this.contents.set(key, value);
	        }
	    }
	    /**
	     * Sets a value in this document. For `!!set`, `value` needs to be a
	     * boolean to add/remove the item from the set.
	     */
	    setIn(path, value) {
	        if (Collection.isEmptyPath(path)) {
	            // @ts-expect-error We can't really know that this matches Contents.
	            this.contents = value;
	        }
	        else if (this.contents == null) {
	            // @ts-expect-error We can't really know that this matches Contents.
	            this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
	        }
	        else if (assertCollection(this.contents)) {
	            this.contents.setIn(path, value);
	        }
	    }
	    /**
	     * Change the YAML version and schema used by the document.
	     * A `null` version disables support for directives, explicit tags, anchors, and aliases.
	     * It also requires the `schema` option to be given as a `Schema` instance value.
	     *
	     * Overrides all previously set schema options.
	     */
	    setSchema(version, options = {}) {
	        if (typeof version === 'number')
	            version = String(version);
	        let opt;
	        switch (version) {
	            case '1.1':
	                if (this.directives)
	                    this.directives.yaml.version = '1.1';
	                else
	                    this.directives = new directives.Directives({ version: '1.1' });
	                opt = { resolveKnownTags: false, schema: 'yaml-1.1' };
	                break;
	            case '1.2':
	            case 'next':
	                if (this.directives)
	                    this.directives.yaml.version = version;
	                else
	                    this.directives = new directives.Directives({ version });
	                opt = { resolveKnownTags: true, schema: 'core' };
	                break;
	            case null:
	                if (this.directives)
	                    delete this.directives;
	                opt = null;
	                break;
	            default: {
	                const sv = JSON.stringify(version);
	                throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
	            }
	        }
	        // Not using `instanceof Schema` to allow for duck typing
	        if (options.schema instanceof Object)
	            this.schema = options.schema;
	        else if (opt)
	            this.schema = new Schema.Schema(Object.assign(opt, options));
	        else
	            throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
	    }
	    // json & jsonArg are only used from toJSON()
	    toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
	        const ctx = {
	            anchors: new Map(),
	            doc: this,
	            keep: !json,
	            mapAsMap: mapAsMap === true,
	            mapKeyWarned: false,
	            maxAliasCount: typeof maxAliasCount === 'number' ? maxAliasCount : 100
	        };
	        const res = toJS.toJS(this.contents, jsonArg ?? '', ctx);
	        if (typeof onAnchor === 'function')
	            for (const { count, res } of ctx.anchors.values())
	                onAnchor(res, count);
	        return typeof reviver === 'function'
	            ? applyReviver.applyReviver(reviver, { '': res }, '', res)
	            : res;
	    }
	    /**
	     * A JSON representation of the document `contents`.
	     *
	     * @param jsonArg Used by `JSON.stringify` to indicate the array index or
	     *   property name.
	     */
	    toJSON(jsonArg, onAnchor) {
	        return this.toJS({ json: true, jsonArg, mapAsMap: false, onAnchor });
	    }
	    /** A YAML representation of the document. */
	    toString(options = {}) {
	        if (this.errors.length > 0)
	            throw new Error('Document with errors cannot be stringified');
	        if ('indent' in options &&
	            (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
	            const s = JSON.stringify(options.indent);
	            throw new Error(`"indent" option must be a positive integer, not ${s}`);
	        }
	        return stringifyDocument.stringifyDocument(this, options);
	    }
	};
	function assertCollection(contents) {
	    if (identity.isCollection(contents))
	        return true;
	    throw new Error('Expected a YAML collection as document contents');
	}

	Document.Document = Document$1;
	return Document;
}

var errors = {};

var hasRequiredErrors;

function requireErrors () {
	if (hasRequiredErrors) return errors;
	hasRequiredErrors = 1;

	class YAMLError extends Error {
	    constructor(name, pos, code, message) {
	        super();
	        this.name = name;
	        this.code = code;
	        this.message = message;
	        this.pos = pos;
	    }
	}
	class YAMLParseError extends YAMLError {
	    constructor(pos, code, message) {
	        super('YAMLParseError', pos, code, message);
	    }
	}
	class YAMLWarning extends YAMLError {
	    constructor(pos, code, message) {
	        super('YAMLWarning', pos, code, message);
	    }
	}
	const prettifyError = (src, lc) => (error) => {
	    if (error.pos[0] === -1)
	        return;
	    error.linePos = error.pos.map(pos => lc.linePos(pos));
	    const { line, col } = error.linePos[0];
	    error.message += ` at line ${line}, column ${col}`;
	    let ci = col - 1;
	    let lineStr = src
	        .substring(lc.lineStarts[line - 1], lc.lineStarts[line])
	        .replace(/[\n\r]+$/, '');
	    // Trim to max 80 chars, keeping col position near the middle
	    if (ci >= 60 && lineStr.length > 80) {
	        const trimStart = Math.min(ci - 39, lineStr.length - 79);
	        lineStr = '…' + lineStr.substring(trimStart);
	        ci -= trimStart - 1;
	    }
	    if (lineStr.length > 80)
	        lineStr = lineStr.substring(0, 79) + '…';
	    // Include previous line in context if pointing at line start
	    if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
	        // Regexp won't match if start is trimmed
	        let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
	        if (prev.length > 80)
	            prev = prev.substring(0, 79) + '…\n';
	        lineStr = prev + lineStr;
	    }
	    if (/[^ ]/.test(lineStr)) {
	        let count = 1;
	        const end = error.linePos[1];
	        if (end?.line === line && end.col > col) {
	            count = Math.max(1, Math.min(end.col - col, 80 - ci));
	        }
	        const pointer = ' '.repeat(ci) + '^'.repeat(count);
	        error.message += `:\n\n${lineStr}\n${pointer}\n`;
	    }
	};

	errors.YAMLError = YAMLError;
	errors.YAMLParseError = YAMLParseError;
	errors.YAMLWarning = YAMLWarning;
	errors.prettifyError = prettifyError;
	return errors;
}

var composeDoc = {};

var composeNode = {};

var composeCollection = {};

var resolveBlockMap = {};

var resolveProps = {};

var hasRequiredResolveProps;

function requireResolveProps () {
	if (hasRequiredResolveProps) return resolveProps;
	hasRequiredResolveProps = 1;

	function resolveProps$1(tokens, { flow, indicator, next, offset, onError, parentIndent, startOnNewline }) {
	    let spaceBefore = false;
	    let atNewline = startOnNewline;
	    let hasSpace = startOnNewline;
	    let comment = '';
	    let commentSep = '';
	    let hasNewline = false;
	    let reqSpace = false;
	    let tab = null;
	    let anchor = null;
	    let tag = null;
	    let newlineAfterProp = null;
	    let comma = null;
	    let found = null;
	    let start = null;
	    for (const token of tokens) {
	        if (reqSpace) {
	            if (token.type !== 'space' &&
	                token.type !== 'newline' &&
	                token.type !== 'comma')
	                onError(token.offset, 'MISSING_CHAR', 'Tags and anchors must be separated from the next token by white space');
	            reqSpace = false;
	        }
	        if (tab) {
	            if (atNewline && token.type !== 'comment' && token.type !== 'newline') {
	                onError(tab, 'TAB_AS_INDENT', 'Tabs are not allowed as indentation');
	            }
	            tab = null;
	        }
	        switch (token.type) {
	            case 'space':
	                // At the doc level, tabs at line start may be parsed
	                // as leading white space rather than indentation.
	                // In a flow collection, only the parser handles indent.
	                if (!flow &&
	                    (indicator !== 'doc-start' || next?.type !== 'flow-collection') &&
	                    token.source.includes('\t')) {
	                    tab = token;
	                }
	                hasSpace = true;
	                break;
	            case 'comment': {
	                if (!hasSpace)
	                    onError(token, 'MISSING_CHAR', 'Comments must be separated from other tokens by white space characters');
	                const cb = token.source.substring(1) || ' ';
	                if (!comment)
	                    comment = cb;
	                else
	                    comment += commentSep + cb;
	                commentSep = '';
	                atNewline = false;
	                break;
	            }
	            case 'newline':
	                if (atNewline) {
	                    if (comment)
	                        comment += token.source;
	                    else if (!found || indicator !== 'seq-item-ind')
	                        spaceBefore = true;
	                }
	                else
	                    commentSep += token.source;
	                atNewline = true;
	                hasNewline = true;
	                if (anchor || tag)
	                    newlineAfterProp = token;
	                hasSpace = true;
	                break;
	            case 'anchor':
	                if (anchor)
	                    onError(token, 'MULTIPLE_ANCHORS', 'A node can have at most one anchor');
	                if (token.source.endsWith(':'))
	                    onError(token.offset + token.source.length - 1, 'BAD_ALIAS', 'Anchor ending in : is ambiguous', true);
	                anchor = token;
	                start ?? (start = token.offset);
	                atNewline = false;
	                hasSpace = false;
	                reqSpace = true;
	                break;
	            case 'tag': {
	                if (tag)
	                    onError(token, 'MULTIPLE_TAGS', 'A node can have at most one tag');
	                tag = token;
	                start ?? (start = token.offset);
	                atNewline = false;
	                hasSpace = false;
	                reqSpace = true;
	                break;
	            }
	            case indicator:
	                // Could here handle preceding comments differently
	                if (anchor || tag)
	                    onError(token, 'BAD_PROP_ORDER', `Anchors and tags must be after the ${token.source} indicator`);
	                if (found)
	                    onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${token.source} in ${flow ?? 'collection'}`);
	                found = token;
	                atNewline =
	                    indicator === 'seq-item-ind' || indicator === 'explicit-key-ind';
	                hasSpace = false;
	                break;
	            case 'comma':
	                if (flow) {
	                    if (comma)
	                        onError(token, 'UNEXPECTED_TOKEN', `Unexpected , in ${flow}`);
	                    comma = token;
	                    atNewline = false;
	                    hasSpace = false;
	                    break;
	                }
	            // else fallthrough
	            default:
	                onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${token.type} token`);
	                atNewline = false;
	                hasSpace = false;
	        }
	    }
	    const last = tokens[tokens.length - 1];
	    const end = last ? last.offset + last.source.length : offset;
	    if (reqSpace &&
	        next &&
	        next.type !== 'space' &&
	        next.type !== 'newline' &&
	        next.type !== 'comma' &&
	        (next.type !== 'scalar' || next.source !== '')) {
	        onError(next.offset, 'MISSING_CHAR', 'Tags and anchors must be separated from the next token by white space');
	    }
	    if (tab &&
	        ((atNewline && tab.indent <= parentIndent) ||
	            next?.type === 'block-map' ||
	            next?.type === 'block-seq'))
	        onError(tab, 'TAB_AS_INDENT', 'Tabs are not allowed as indentation');
	    return {
	        comma,
	        found,
	        spaceBefore,
	        comment,
	        hasNewline,
	        anchor,
	        tag,
	        newlineAfterProp,
	        end,
	        start: start ?? end
	    };
	}

	resolveProps.resolveProps = resolveProps$1;
	return resolveProps;
}

var utilContainsNewline = {};

var hasRequiredUtilContainsNewline;

function requireUtilContainsNewline () {
	if (hasRequiredUtilContainsNewline) return utilContainsNewline;
	hasRequiredUtilContainsNewline = 1;

	function containsNewline(key) {
	    if (!key)
	        return null;
	    switch (key.type) {
	        case 'alias':
	        case 'scalar':
	        case 'double-quoted-scalar':
	        case 'single-quoted-scalar':
	            if (key.source.includes('\n'))
	                return true;
	            if (key.end)
	                for (const st of key.end)
	                    if (st.type === 'newline')
	                        return true;
	            return false;
	        case 'flow-collection':
	            for (const it of key.items) {
	                for (const st of it.start)
	                    if (st.type === 'newline')
	                        return true;
	                if (it.sep)
	                    for (const st of it.sep)
	                        if (st.type === 'newline')
	                            return true;
	                if (containsNewline(it.key) || containsNewline(it.value))
	                    return true;
	            }
	            return false;
	        default:
	            return true;
	    }
	}

	utilContainsNewline.containsNewline = containsNewline;
	return utilContainsNewline;
}

var utilFlowIndentCheck = {};

var hasRequiredUtilFlowIndentCheck;

function requireUtilFlowIndentCheck () {
	if (hasRequiredUtilFlowIndentCheck) return utilFlowIndentCheck;
	hasRequiredUtilFlowIndentCheck = 1;

	var utilContainsNewline = requireUtilContainsNewline();

	function flowIndentCheck(indent, fc, onError) {
	    if (fc?.type === 'flow-collection') {
	        const end = fc.end[0];
	        if (end.indent === indent &&
	            (end.source === ']' || end.source === '}') &&
	            utilContainsNewline.containsNewline(fc)) {
	            const msg = 'Flow end indicator should be more indented than parent';
	            onError(end, 'BAD_INDENT', msg, true);
	        }
	    }
	}

	utilFlowIndentCheck.flowIndentCheck = flowIndentCheck;
	return utilFlowIndentCheck;
}

var utilMapIncludes = {};

var hasRequiredUtilMapIncludes;

function requireUtilMapIncludes () {
	if (hasRequiredUtilMapIncludes) return utilMapIncludes;
	hasRequiredUtilMapIncludes = 1;

	var identity = requireIdentity();

	function mapIncludes(ctx, items, search) {
	    const { uniqueKeys } = ctx.options;
	    if (uniqueKeys === false)
	        return false;
	    const isEqual = typeof uniqueKeys === 'function'
	        ? uniqueKeys
	        : (a, b) => a === b || (identity.isScalar(a) && identity.isScalar(b) && a.value === b.value);
	    return items.some(pair => isEqual(pair.key, search));
	}

	utilMapIncludes.mapIncludes = mapIncludes;
	return utilMapIncludes;
}

var hasRequiredResolveBlockMap;

function requireResolveBlockMap () {
	if (hasRequiredResolveBlockMap) return resolveBlockMap;
	hasRequiredResolveBlockMap = 1;

	var Pair = requirePair();
	var YAMLMap = requireYAMLMap();
	var resolveProps = requireResolveProps();
	var utilContainsNewline = requireUtilContainsNewline();
	var utilFlowIndentCheck = requireUtilFlowIndentCheck();
	var utilMapIncludes = requireUtilMapIncludes();

	const startColMsg = 'All mapping items must start at the same column';
	function resolveBlockMap$1({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
	    const NodeClass = tag?.nodeClass ?? YAMLMap.YAMLMap;
	    const map = new NodeClass(ctx.schema);
	    if (ctx.atRoot)
	        ctx.atRoot = false;
	    let offset = bm.offset;
	    let commentEnd = null;
	    for (const collItem of bm.items) {
	        const { start, key, sep, value } = collItem;
	        // key properties
	        const keyProps = resolveProps.resolveProps(start, {
	            indicator: 'explicit-key-ind',
	            next: key ?? sep?.[0],
	            offset,
	            onError,
	            parentIndent: bm.indent,
	            startOnNewline: true
	        });
	        const implicitKey = !keyProps.found;
	        if (implicitKey) {
	            if (key) {
	                if (key.type === 'block-seq')
	                    onError(offset, 'BLOCK_AS_IMPLICIT_KEY', 'A block sequence may not be used as an implicit map key');
	                else if ('indent' in key && key.indent !== bm.indent)
	                    onError(offset, 'BAD_INDENT', startColMsg);
	            }
	            if (!keyProps.anchor && !keyProps.tag && !sep) {
	                commentEnd = keyProps.end;
	                if (keyProps.comment) {
	                    if (map.comment)
	                        map.comment += '\n' + keyProps.comment;
	                    else
	                        map.comment = keyProps.comment;
	                }
	                continue;
	            }
	            if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) {
	                onError(key ?? start[start.length - 1], 'MULTILINE_IMPLICIT_KEY', 'Implicit keys need to be on a single line');
	            }
	        }
	        else if (keyProps.found?.indent !== bm.indent) {
	            onError(offset, 'BAD_INDENT', startColMsg);
	        }
	        // key value
	        ctx.atKey = true;
	        const keyStart = keyProps.end;
	        const keyNode = key
	            ? composeNode(ctx, key, keyProps, onError)
	            : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
	        if (ctx.schema.compat)
	            utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
	        ctx.atKey = false;
	        if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
	            onError(keyStart, 'DUPLICATE_KEY', 'Map keys must be unique');
	        // value properties
	        const valueProps = resolveProps.resolveProps(sep ?? [], {
	            indicator: 'map-value-ind',
	            next: value,
	            offset: keyNode.range[2],
	            onError,
	            parentIndent: bm.indent,
	            startOnNewline: !key || key.type === 'block-scalar'
	        });
	        offset = valueProps.end;
	        if (valueProps.found) {
	            if (implicitKey) {
	                if (value?.type === 'block-map' && !valueProps.hasNewline)
	                    onError(offset, 'BLOCK_AS_IMPLICIT_KEY', 'Nested mappings are not allowed in compact mappings');
	                if (ctx.options.strict &&
	                    keyProps.start < valueProps.found.offset - 1024)
	                    onError(keyNode.range, 'KEY_OVER_1024_CHARS', 'The : indicator must be at most 1024 chars after the start of an implicit block mapping key');
	            }
	            // value value
	            const valueNode = value
	                ? composeNode(ctx, value, valueProps, onError)
	                : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
	            if (ctx.schema.compat)
	                utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
	            offset = valueNode.range[2];
	            const pair = new Pair.Pair(keyNode, valueNode);
	            if (ctx.options.keepSourceTokens)
	                pair.srcToken = collItem;
	            map.items.push(pair);
	        }
	        else {
	            // key with no value
	            if (implicitKey)
	                onError(keyNode.range, 'MISSING_CHAR', 'Implicit map keys need to be followed by map values');
	            if (valueProps.comment) {
	                if (keyNode.comment)
	                    keyNode.comment += '\n' + valueProps.comment;
	                else
	                    keyNode.comment = valueProps.comment;
	            }
	            const pair = new Pair.Pair(keyNode);
	            if (ctx.options.keepSourceTokens)
	                pair.srcToken = collItem;
	            map.items.push(pair);
	        }
	    }
	    if (commentEnd && commentEnd < offset)
	        onError(commentEnd, 'IMPOSSIBLE', 'Map comment with trailing content');
	    map.range = [bm.offset, offset, commentEnd ?? offset];
	    return map;
	}

	resolveBlockMap.resolveBlockMap = resolveBlockMap$1;
	return resolveBlockMap;
}

var resolveBlockSeq = {};

var hasRequiredResolveBlockSeq;

function requireResolveBlockSeq () {
	if (hasRequiredResolveBlockSeq) return resolveBlockSeq;
	hasRequiredResolveBlockSeq = 1;

	var YAMLSeq = requireYAMLSeq();
	var resolveProps = requireResolveProps();
	var utilFlowIndentCheck = requireUtilFlowIndentCheck();

	function resolveBlockSeq$1({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
	    const NodeClass = tag?.nodeClass ?? YAMLSeq.YAMLSeq;
	    const seq = new NodeClass(ctx.schema);
	    if (ctx.atRoot)
	        ctx.atRoot = false;
	    if (ctx.atKey)
	        ctx.atKey = false;
	    let offset = bs.offset;
	    let commentEnd = null;
	    for (const { start, value } of bs.items) {
	        const props = resolveProps.resolveProps(start, {
	            indicator: 'seq-item-ind',
	            next: value,
	            offset,
	            onError,
	            parentIndent: bs.indent,
	            startOnNewline: true
	        });
	        if (!props.found) {
	            if (props.anchor || props.tag || value) {
	                if (value?.type === 'block-seq')
	                    onError(props.end, 'BAD_INDENT', 'All sequence items must start at the same column');
	                else
	                    onError(offset, 'MISSING_CHAR', 'Sequence item without - indicator');
	            }
	            else {
	                commentEnd = props.end;
	                if (props.comment)
	                    seq.comment = props.comment;
	                continue;
	            }
	        }
	        const node = value
	            ? composeNode(ctx, value, props, onError)
	            : composeEmptyNode(ctx, props.end, start, null, props, onError);
	        if (ctx.schema.compat)
	            utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
	        offset = node.range[2];
	        seq.items.push(node);
	    }
	    seq.range = [bs.offset, offset, commentEnd ?? offset];
	    return seq;
	}

	resolveBlockSeq.resolveBlockSeq = resolveBlockSeq$1;
	return resolveBlockSeq;
}

var resolveFlowCollection = {};

var resolveEnd = {};

var hasRequiredResolveEnd;

function requireResolveEnd () {
	if (hasRequiredResolveEnd) return resolveEnd;
	hasRequiredResolveEnd = 1;

	function resolveEnd$1(end, offset, reqSpace, onError) {
	    let comment = '';
	    if (end) {
	        let hasSpace = false;
	        let sep = '';
	        for (const token of end) {
	            const { source, type } = token;
	            switch (type) {
	                case 'space':
	                    hasSpace = true;
	                    break;
	                case 'comment': {
	                    if (reqSpace && !hasSpace)
	                        onError(token, 'MISSING_CHAR', 'Comments must be separated from other tokens by white space characters');
	                    const cb = source.substring(1) || ' ';
	                    if (!comment)
	                        comment = cb;
	                    else
	                        comment += sep + cb;
	                    sep = '';
	                    break;
	                }
	                case 'newline':
	                    if (comment)
	                        sep += source;
	                    hasSpace = true;
	                    break;
	                default:
	                    onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${type} at node end`);
	            }
	            offset += source.length;
	        }
	    }
	    return { comment, offset };
	}

	resolveEnd.resolveEnd = resolveEnd$1;
	return resolveEnd;
}

var hasRequiredResolveFlowCollection;

function requireResolveFlowCollection () {
	if (hasRequiredResolveFlowCollection) return resolveFlowCollection;
	hasRequiredResolveFlowCollection = 1;

	var identity = requireIdentity();
	var Pair = requirePair();
	var YAMLMap = requireYAMLMap();
	var YAMLSeq = requireYAMLSeq();
	var resolveEnd = requireResolveEnd();
	var resolveProps = requireResolveProps();
	var utilContainsNewline = requireUtilContainsNewline();
	var utilMapIncludes = requireUtilMapIncludes();

	const blockMsg = 'Block collections are not allowed within flow collections';
	const isBlock = (token) => token && (token.type === 'block-map' || token.type === 'block-seq');
	function resolveFlowCollection$1({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
	    const isMap = fc.start.source === '{';
	    const fcName = isMap ? 'flow map' : 'flow sequence';
	    const NodeClass = (tag?.nodeClass ?? (isMap ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq));
	    const coll = new NodeClass(ctx.schema);
	    coll.flow = true;
	    const atRoot = ctx.atRoot;
	    if (atRoot)
	        ctx.atRoot = false;
	    if (ctx.atKey)
	        ctx.atKey = false;
	    let offset = fc.offset + fc.start.source.length;
	    for (let i = 0; i < fc.items.length; ++i) {
	        const collItem = fc.items[i];
	        const { start, key, sep, value } = collItem;
	        const props = resolveProps.resolveProps(start, {
	            flow: fcName,
	            indicator: 'explicit-key-ind',
	            next: key ?? sep?.[0],
	            offset,
	            onError,
	            parentIndent: fc.indent,
	            startOnNewline: false
	        });
	        if (!props.found) {
	            if (!props.anchor && !props.tag && !sep && !value) {
	                if (i === 0 && props.comma)
	                    onError(props.comma, 'UNEXPECTED_TOKEN', `Unexpected , in ${fcName}`);
	                else if (i < fc.items.length - 1)
	                    onError(props.start, 'UNEXPECTED_TOKEN', `Unexpected empty item in ${fcName}`);
	                if (props.comment) {
	                    if (coll.comment)
	                        coll.comment += '\n' + props.comment;
	                    else
	                        coll.comment = props.comment;
	                }
	                offset = props.end;
	                continue;
	            }
	            if (!isMap && ctx.options.strict && utilContainsNewline.containsNewline(key))
	                onError(key, // checked by containsNewline()
	                'MULTILINE_IMPLICIT_KEY', 'Implicit keys of flow sequence pairs need to be on a single line');
	        }
	        if (i === 0) {
	            if (props.comma)
	                onError(props.comma, 'UNEXPECTED_TOKEN', `Unexpected , in ${fcName}`);
	        }
	        else {
	            if (!props.comma)
	                onError(props.start, 'MISSING_CHAR', `Missing , between ${fcName} items`);
	            if (props.comment) {
	                let prevItemComment = '';
	                loop: for (const st of start) {
	                    switch (st.type) {
	                        case 'comma':
	                        case 'space':
	                            break;
	                        case 'comment':
	                            prevItemComment = st.source.substring(1);
	                            break loop;
	                        default:
	                            break loop;
	                    }
	                }
	                if (prevItemComment) {
	                    let prev = coll.items[coll.items.length - 1];
	                    if (identity.isPair(prev))
	                        prev = prev.value ?? prev.key;
	                    if (prev.comment)
	                        prev.comment += '\n' + prevItemComment;
	                    else
	                        prev.comment = prevItemComment;
	                    props.comment = props.comment.substring(prevItemComment.length + 1);
	                }
	            }
	        }
	        if (!isMap && !sep && !props.found) {
	            // item is a value in a seq
	            // → key & sep are empty, start does not include ? or :
	            const valueNode = value
	                ? composeNode(ctx, value, props, onError)
	                : composeEmptyNode(ctx, props.end, sep, null, props, onError);
	            coll.items.push(valueNode);
	            offset = valueNode.range[2];
	            if (isBlock(value))
	                onError(valueNode.range, 'BLOCK_IN_FLOW', blockMsg);
	        }
	        else {
	            // item is a key+value pair
	            // key value
	            ctx.atKey = true;
	            const keyStart = props.end;
	            const keyNode = key
	                ? composeNode(ctx, key, props, onError)
	                : composeEmptyNode(ctx, keyStart, start, null, props, onError);
	            if (isBlock(key))
	                onError(keyNode.range, 'BLOCK_IN_FLOW', blockMsg);
	            ctx.atKey = false;
	            // value properties
	            const valueProps = resolveProps.resolveProps(sep ?? [], {
	                flow: fcName,
	                indicator: 'map-value-ind',
	                next: value,
	                offset: keyNode.range[2],
	                onError,
	                parentIndent: fc.indent,
	                startOnNewline: false
	            });
	            if (valueProps.found) {
	                if (!isMap && !props.found && ctx.options.strict) {
	                    if (sep)
	                        for (const st of sep) {
	                            if (st === valueProps.found)
	                                break;
	                            if (st.type === 'newline') {
	                                onError(st, 'MULTILINE_IMPLICIT_KEY', 'Implicit keys of flow sequence pairs need to be on a single line');
	                                break;
	                            }
	                        }
	                    if (props.start < valueProps.found.offset - 1024)
	                        onError(valueProps.found, 'KEY_OVER_1024_CHARS', 'The : indicator must be at most 1024 chars after the start of an implicit flow sequence key');
	                }
	            }
	            else if (value) {
	                if ('source' in value && value.source?.[0] === ':')
	                    onError(value, 'MISSING_CHAR', `Missing space after : in ${fcName}`);
	                else
	                    onError(valueProps.start, 'MISSING_CHAR', `Missing , or : between ${fcName} items`);
	            }
	            // value value
	            const valueNode = value
	                ? composeNode(ctx, value, valueProps, onError)
	                : valueProps.found
	                    ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError)
	                    : null;
	            if (valueNode) {
	                if (isBlock(value))
	                    onError(valueNode.range, 'BLOCK_IN_FLOW', blockMsg);
	            }
	            else if (valueProps.comment) {
	                if (keyNode.comment)
	                    keyNode.comment += '\n' + valueProps.comment;
	                else
	                    keyNode.comment = valueProps.comment;
	            }
	            const pair = new Pair.Pair(keyNode, valueNode);
	            if (ctx.options.keepSourceTokens)
	                pair.srcToken = collItem;
	            if (isMap) {
	                const map = coll;
	                if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
	                    onError(keyStart, 'DUPLICATE_KEY', 'Map keys must be unique');
	                map.items.push(pair);
	            }
	            else {
	                const map = new YAMLMap.YAMLMap(ctx.schema);
	                map.flow = true;
	                map.items.push(pair);
	                const endRange = (valueNode ?? keyNode).range;
	                map.range = [keyNode.range[0], endRange[1], endRange[2]];
	                coll.items.push(map);
	            }
	            offset = valueNode ? valueNode.range[2] : valueProps.end;
	        }
	    }
	    const expectedEnd = isMap ? '}' : ']';
	    const [ce, ...ee] = fc.end;
	    let cePos = offset;
	    if (ce?.source === expectedEnd)
	        cePos = ce.offset + ce.source.length;
	    else {
	        const name = fcName[0].toUpperCase() + fcName.substring(1);
	        const msg = atRoot
	            ? `${name} must end with a ${expectedEnd}`
	            : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
	        onError(offset, atRoot ? 'MISSING_CHAR' : 'BAD_INDENT', msg);
	        if (ce && ce.source.length !== 1)
	            ee.unshift(ce);
	    }
	    if (ee.length > 0) {
	        const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
	        if (end.comment) {
	            if (coll.comment)
	                coll.comment += '\n' + end.comment;
	            else
	                coll.comment = end.comment;
	        }
	        coll.range = [fc.offset, cePos, end.offset];
	    }
	    else {
	        coll.range = [fc.offset, cePos, cePos];
	    }
	    return coll;
	}

	resolveFlowCollection.resolveFlowCollection = resolveFlowCollection$1;
	return resolveFlowCollection;
}

var hasRequiredComposeCollection;

function requireComposeCollection () {
	if (hasRequiredComposeCollection) return composeCollection;
	hasRequiredComposeCollection = 1;

	var identity = requireIdentity();
	var Scalar = requireScalar();
	var YAMLMap = requireYAMLMap();
	var YAMLSeq = requireYAMLSeq();
	var resolveBlockMap = requireResolveBlockMap();
	var resolveBlockSeq = requireResolveBlockSeq();
	var resolveFlowCollection = requireResolveFlowCollection();

	function resolveCollection(CN, ctx, token, onError, tagName, tag) {
	    const coll = token.type === 'block-map'
	        ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag)
	        : token.type === 'block-seq'
	            ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag)
	            : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
	    const Coll = coll.constructor;
	    // If we got a tagName matching the class, or the tag name is '!',
	    // then use the tagName from the node class used to create it.
	    if (tagName === '!' || tagName === Coll.tagName) {
	        coll.tag = Coll.tagName;
	        return coll;
	    }
	    if (tagName)
	        coll.tag = tagName;
	    return coll;
	}
	function composeCollection$1(CN, ctx, token, props, onError) {
	    const tagToken = props.tag;
	    const tagName = !tagToken
	        ? null
	        : ctx.directives.tagName(tagToken.source, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg));
	    if (token.type === 'block-seq') {
	        const { anchor, newlineAfterProp: nl } = props;
	        const lastProp = anchor && tagToken
	            ? anchor.offset > tagToken.offset
	                ? anchor
	                : tagToken
	            : (anchor ?? tagToken);
	        if (lastProp && (!nl || nl.offset < lastProp.offset)) {
	            const message = 'Missing newline after block sequence props';
	            onError(lastProp, 'MISSING_CHAR', message);
	        }
	    }
	    const expType = token.type === 'block-map'
	        ? 'map'
	        : token.type === 'block-seq'
	            ? 'seq'
	            : token.start.source === '{'
	                ? 'map'
	                : 'seq';
	    // shortcut: check if it's a generic YAMLMap or YAMLSeq
	    // before jumping into the custom tag logic.
	    if (!tagToken ||
	        !tagName ||
	        tagName === '!' ||
	        (tagName === YAMLMap.YAMLMap.tagName && expType === 'map') ||
	        (tagName === YAMLSeq.YAMLSeq.tagName && expType === 'seq')) {
	        return resolveCollection(CN, ctx, token, onError, tagName);
	    }
	    let tag = ctx.schema.tags.find(t => t.tag === tagName && t.collection === expType);
	    if (!tag) {
	        const kt = ctx.schema.knownTags[tagName];
	        if (kt?.collection === expType) {
	            ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
	            tag = kt;
	        }
	        else {
	            if (kt) {
	                onError(tagToken, 'BAD_COLLECTION_TYPE', `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? 'scalar'}`, true);
	            }
	            else {
	                onError(tagToken, 'TAG_RESOLVE_FAILED', `Unresolved tag: ${tagName}`, true);
	            }
	            return resolveCollection(CN, ctx, token, onError, tagName);
	        }
	    }
	    const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
	    const res = tag.resolve?.(coll, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg), ctx.options) ?? coll;
	    const node = identity.isNode(res)
	        ? res
	        : new Scalar.Scalar(res);
	    node.range = coll.range;
	    node.tag = tagName;
	    if (tag?.format)
	        node.format = tag.format;
	    return node;
	}

	composeCollection.composeCollection = composeCollection$1;
	return composeCollection;
}

var composeScalar = {};

var resolveBlockScalar = {};

var hasRequiredResolveBlockScalar;

function requireResolveBlockScalar () {
	if (hasRequiredResolveBlockScalar) return resolveBlockScalar;
	hasRequiredResolveBlockScalar = 1;

	var Scalar = requireScalar();

	function resolveBlockScalar$1(ctx, scalar, onError) {
	    const start = scalar.offset;
	    const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
	    if (!header)
	        return { value: '', type: null, comment: '', range: [start, start, start] };
	    const type = header.mode === '>' ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
	    const lines = scalar.source ? splitLines(scalar.source) : [];
	    // determine the end of content & start of chomping
	    let chompStart = lines.length;
	    for (let i = lines.length - 1; i >= 0; --i) {
	        const content = lines[i][1];
	        if (content === '' || content === '\r')
	            chompStart = i;
	        else
	            break;
	    }
	    // shortcut for empty contents
	    if (chompStart === 0) {
	        const value = header.chomp === '+' && lines.length > 0
	            ? '\n'.repeat(Math.max(1, lines.length - 1))
	            : '';
	        let end = start + header.length;
	        if (scalar.source)
	            end += scalar.source.length;
	        return { value, type, comment: header.comment, range: [start, end, end] };
	    }
	    // find the indentation level to trim from start
	    let trimIndent = scalar.indent + header.indent;
	    let offset = scalar.offset + header.length;
	    let contentStart = 0;
	    for (let i = 0; i < chompStart; ++i) {
	        const [indent, content] = lines[i];
	        if (content === '' || content === '\r') {
	            if (header.indent === 0 && indent.length > trimIndent)
	                trimIndent = indent.length;
	        }
	        else {
	            if (indent.length < trimIndent) {
	                const message = 'Block scalars with more-indented leading empty lines must use an explicit indentation indicator';
	                onError(offset + indent.length, 'MISSING_CHAR', message);
	            }
	            if (header.indent === 0)
	                trimIndent = indent.length;
	            contentStart = i;
	            if (trimIndent === 0 && !ctx.atRoot) {
	                const message = 'Block scalar values in collections must be indented';
	                onError(offset, 'BAD_INDENT', message);
	            }
	            break;
	        }
	        offset += indent.length + content.length + 1;
	    }
	    // include trailing more-indented empty lines in content
	    for (let i = lines.length - 1; i >= chompStart; --i) {
	        if (lines[i][0].length > trimIndent)
	            chompStart = i + 1;
	    }
	    let value = '';
	    let sep = '';
	    let prevMoreIndented = false;
	    // leading whitespace is kept intact
	    for (let i = 0; i < contentStart; ++i)
	        value += lines[i][0].slice(trimIndent) + '\n';
	    for (let i = contentStart; i < chompStart; ++i) {
	        let [indent, content] = lines[i];
	        offset += indent.length + content.length + 1;
	        const crlf = content[content.length - 1] === '\r';
	        if (crlf)
	            content = content.slice(0, -1);
	        /* istanbul ignore if already caught in lexer */
	        if (content && indent.length < trimIndent) {
	            const src = header.indent
	                ? 'explicit indentation indicator'
	                : 'first line';
	            const message = `Block scalar lines must not be less indented than their ${src}`;
	            onError(offset - content.length - (crlf ? 2 : 1), 'BAD_INDENT', message);
	            indent = '';
	        }
	        if (type === Scalar.Scalar.BLOCK_LITERAL) {
	            value += sep + indent.slice(trimIndent) + content;
	            sep = '\n';
	        }
	        else if (indent.length > trimIndent || content[0] === '\t') {
	            // more-indented content within a folded block
	            if (sep === ' ')
	                sep = '\n';
	            else if (!prevMoreIndented && sep === '\n')
	                sep = '\n\n';
	            value += sep + indent.slice(trimIndent) + content;
	            sep = '\n';
	            prevMoreIndented = true;
	        }
	        else if (content === '') {
	            // empty line
	            if (sep === '\n')
	                value += '\n';
	            else
	                sep = '\n';
	        }
	        else {
	            value += sep + content;
	            sep = ' ';
	            prevMoreIndented = false;
	        }
	    }
	    switch (header.chomp) {
	        case '-':
	            break;
	        case '+':
	            for (let i = chompStart; i < lines.length; ++i)
	                value += '\n' + lines[i][0].slice(trimIndent);
	            if (value[value.length - 1] !== '\n')
	                value += '\n';
	            break;
	        default:
	            value += '\n';
	    }
	    const end = start + header.length + scalar.source.length;
	    return { value, type, comment: header.comment, range: [start, end, end] };
	}
	function parseBlockScalarHeader({ offset, props }, strict, onError) {
	    /* istanbul ignore if should not happen */
	    if (props[0].type !== 'block-scalar-header') {
	        onError(props[0], 'IMPOSSIBLE', 'Block scalar header not found');
	        return null;
	    }
	    const { source } = props[0];
	    const mode = source[0];
	    let indent = 0;
	    let chomp = '';
	    let error = -1;
	    for (let i = 1; i < source.length; ++i) {
	        const ch = source[i];
	        if (!chomp && (ch === '-' || ch === '+'))
	            chomp = ch;
	        else {
	            const n = Number(ch);
	            if (!indent && n)
	                indent = n;
	            else if (error === -1)
	                error = offset + i;
	        }
	    }
	    if (error !== -1)
	        onError(error, 'UNEXPECTED_TOKEN', `Block scalar header includes extra characters: ${source}`);
	    let hasSpace = false;
	    let comment = '';
	    let length = source.length;
	    for (let i = 1; i < props.length; ++i) {
	        const token = props[i];
	        switch (token.type) {
	            case 'space':
	                hasSpace = true;
	            // fallthrough
	            case 'newline':
	                length += token.source.length;
	                break;
	            case 'comment':
	                if (strict && !hasSpace) {
	                    const message = 'Comments must be separated from other tokens by white space characters';
	                    onError(token, 'MISSING_CHAR', message);
	                }
	                length += token.source.length;
	                comment = token.source.substring(1);
	                break;
	            case 'error':
	                onError(token, 'UNEXPECTED_TOKEN', token.message);
	                length += token.source.length;
	                break;
	            /* istanbul ignore next should not happen */
	            default: {
	                const message = `Unexpected token in block scalar header: ${token.type}`;
	                onError(token, 'UNEXPECTED_TOKEN', message);
	                const ts = token.source;
	                if (ts && typeof ts === 'string')
	                    length += ts.length;
	            }
	        }
	    }
	    return { mode, indent, chomp, comment, length };
	}
	/** @returns Array of lines split up as `[indent, content]` */
	function splitLines(source) {
	    const split = source.split(/\n( *)/);
	    const first = split[0];
	    const m = first.match(/^( *)/);
	    const line0 = m?.[1]
	        ? [m[1], first.slice(m[1].length)]
	        : ['', first];
	    const lines = [line0];
	    for (let i = 1; i < split.length; i += 2)
	        lines.push([split[i], split[i + 1]]);
	    return lines;
	}

	resolveBlockScalar.resolveBlockScalar = resolveBlockScalar$1;
	return resolveBlockScalar;
}

var resolveFlowScalar = {};

var hasRequiredResolveFlowScalar;

function requireResolveFlowScalar () {
	if (hasRequiredResolveFlowScalar) return resolveFlowScalar;
	hasRequiredResolveFlowScalar = 1;

	var Scalar = requireScalar();
	var resolveEnd = requireResolveEnd();

	function resolveFlowScalar$1(scalar, strict, onError) {
	    const { offset, type, source, end } = scalar;
	    let _type;
	    let value;
	    const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
	    switch (type) {
	        case 'scalar':
	            _type = Scalar.Scalar.PLAIN;
	            value = plainValue(source, _onError);
	            break;
	        case 'single-quoted-scalar':
	            _type = Scalar.Scalar.QUOTE_SINGLE;
	            value = singleQuotedValue(source, _onError);
	            break;
	        case 'double-quoted-scalar':
	            _type = Scalar.Scalar.QUOTE_DOUBLE;
	            value = doubleQuotedValue(source, _onError);
	            break;
	        /* istanbul ignore next should not happen */
	        default:
	            onError(scalar, 'UNEXPECTED_TOKEN', `Expected a flow scalar value, but found: ${type}`);
	            return {
	                value: '',
	                type: null,
	                comment: '',
	                range: [offset, offset + source.length, offset + source.length]
	            };
	    }
	    const valueEnd = offset + source.length;
	    const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
	    return {
	        value,
	        type: _type,
	        comment: re.comment,
	        range: [offset, valueEnd, re.offset]
	    };
	}
	function plainValue(source, onError) {
	    let badChar = '';
	    switch (source[0]) {
	        /* istanbul ignore next should not happen */
	        case '\t':
	            badChar = 'a tab character';
	            break;
	        case ',':
	            badChar = 'flow indicator character ,';
	            break;
	        case '%':
	            badChar = 'directive indicator character %';
	            break;
	        case '|':
	        case '>': {
	            badChar = `block scalar indicator ${source[0]}`;
	            break;
	        }
	        case '@':
	        case '`': {
	            badChar = `reserved character ${source[0]}`;
	            break;
	        }
	    }
	    if (badChar)
	        onError(0, 'BAD_SCALAR_START', `Plain value cannot start with ${badChar}`);
	    return unfoldLines(source);
	}
	function singleQuotedValue(source, onError) {
	    if (source[source.length - 1] !== "'" || source.length === 1)
	        onError(source.length, 'MISSING_CHAR', "Missing closing 'quote");
	    return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
	}
	function unfoldLines(source) {
	    const line = /(.*?)\r?\n/sy;
	    let match = line.exec(source);
	    if (!match)
	        return source;
	    /**
	     * The negative lookbehinds in these RegExps are to
	     * prevent causing a polynomial search time in certain cases.
	     *
	     * The try-catch is for Safari < 16.4 and other old browsers:
	     * https://caniuse.com/js-regexp-lookbehind
	     */
	    let trimEnd, trimBoth;
	    try {
	        trimEnd = new RegExp('(?<![ \t])[ \t]+$');
	        trimBoth = new RegExp('^[ \t]+|(?<![ \t])[ \t]+$', 'g');
	    }
	    catch {
	        trimEnd = /[ \t]+$/;
	        trimBoth = /^[ \t]+|[ \t]+$/g;
	    }
	    let res = match[1].replace(trimEnd, '');
	    let sep = ' ';
	    let pos = line.lastIndex;
	    while ((match = line.exec(source))) {
	        const lm = match[1].replace(trimBoth, '');
	        if (lm === '') {
	            if (sep === '\n')
	                res += sep;
	            else
	                sep = '\n';
	        }
	        else {
	            res += sep + lm;
	            sep = ' ';
	        }
	        pos = line.lastIndex;
	    }
	    const last = /[ \t]*(.*)/sy;
	    last.lastIndex = pos;
	    match = last.exec(source);
	    return res + sep + (match?.[1] ?? '');
	}
	function doubleQuotedValue(source, onError) {
	    let res = '';
	    for (let i = 1; i < source.length - 1; ++i) {
	        const ch = source[i];
	        if (ch === '\r' && source[i + 1] === '\n')
	            continue;
	        if (ch === '\n') {
	            const { fold, offset } = foldNewline(source, i);
	            res += fold;
	            i = offset;
	        }
	        else if (ch === '\\') {
	            let next = source[++i];
	            const cc = escapeCodes[next];
	            if (cc)
	                res += cc;
	            else if (next === '\n') {
	                // skip escaped newlines, but still trim the following line
	                next = source[i + 1];
	                while (next === ' ' || next === '\t')
	                    next = source[++i + 1];
	            }
	            else if (next === '\r' && source[i + 1] === '\n') {
	                // skip escaped CRLF newlines, but still trim the following line
	                next = source[++i + 1];
	                while (next === ' ' || next === '\t')
	                    next = source[++i + 1];
	            }
	            else if (next === 'x' || next === 'u' || next === 'U') {
	                const length = next === 'x' ? 2 : next === 'u' ? 4 : 8;
	                res += parseCharCode(source, i + 1, length, onError);
	                i += length;
	            }
	            else {
	                const raw = source.substr(i - 1, 2);
	                onError(i - 1, 'BAD_DQ_ESCAPE', `Invalid escape sequence ${raw}`);
	                res += raw;
	            }
	        }
	        else if (ch === ' ' || ch === '\t') {
	            // trim trailing whitespace
	            const wsStart = i;
	            let next = source[i + 1];
	            while (next === ' ' || next === '\t')
	                next = source[++i + 1];
	            if (next !== '\n' && !(next === '\r' && source[i + 2] === '\n'))
	                res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
	        }
	        else {
	            res += ch;
	        }
	    }
	    if (source[source.length - 1] !== '"' || source.length === 1)
	        onError(source.length, 'MISSING_CHAR', 'Missing closing "quote');
	    return res;
	}
	/**
	 * Fold a single newline into a space, multiple newlines to N - 1 newlines.
	 * Presumes `source[offset] === '\n'`
	 */
	function foldNewline(source, offset) {
	    let fold = '';
	    let ch = source[offset + 1];
	    while (ch === ' ' || ch === '\t' || ch === '\n' || ch === '\r') {
	        if (ch === '\r' && source[offset + 2] !== '\n')
	            break;
	        if (ch === '\n')
	            fold += '\n';
	        offset += 1;
	        ch = source[offset + 1];
	    }
	    if (!fold)
	        fold = ' ';
	    return { fold, offset };
	}
	const escapeCodes = {
	    '0': '\0', // null character
	    a: '\x07', // bell character
	    b: '\b', // backspace
	    e: '\x1b', // escape character
	    f: '\f', // form feed
	    n: '\n', // line feed
	    r: '\r', // carriage return
	    t: '\t', // horizontal tab
	    v: '\v', // vertical tab
	    N: '\u0085', // Unicode next line
	    _: '\u00a0', // Unicode non-breaking space
	    L: '\u2028', // Unicode line separator
	    P: '\u2029', // Unicode paragraph separator
	    ' ': ' ',
	    '"': '"',
	    '/': '/',
	    '\\': '\\',
	    '\t': '\t'
	};
	function parseCharCode(source, offset, length, onError) {
	    const cc = source.substr(offset, length);
	    const ok = cc.length === length && /^[0-9a-fA-F]+$/.test(cc);
	    const code = ok ? parseInt(cc, 16) : NaN;
	    try {
	        return String.fromCodePoint(code);
	    }
	    catch {
	        const raw = source.substr(offset - 2, length + 2);
	        onError(offset - 2, 'BAD_DQ_ESCAPE', `Invalid escape sequence ${raw}`);
	        return raw;
	    }
	}

	resolveFlowScalar.resolveFlowScalar = resolveFlowScalar$1;
	return resolveFlowScalar;
}

var hasRequiredComposeScalar;

function requireComposeScalar () {
	if (hasRequiredComposeScalar) return composeScalar;
	hasRequiredComposeScalar = 1;

	var identity = requireIdentity();
	var Scalar = requireScalar();
	var resolveBlockScalar = requireResolveBlockScalar();
	var resolveFlowScalar = requireResolveFlowScalar();

	function composeScalar$1(ctx, token, tagToken, onError) {
	    const { value, type, comment, range } = token.type === 'block-scalar'
	        ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError)
	        : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
	    const tagName = tagToken
	        ? ctx.directives.tagName(tagToken.source, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg))
	        : null;
	    let tag;
	    if (ctx.options.stringKeys && ctx.atKey) {
	        tag = ctx.schema[identity.SCALAR];
	    }
	    else if (tagName)
	        tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
	    else if (token.type === 'scalar')
	        tag = findScalarTagByTest(ctx, value, token, onError);
	    else
	        tag = ctx.schema[identity.SCALAR];
	    let scalar;
	    try {
	        const res = tag.resolve(value, msg => onError(tagToken ?? token, 'TAG_RESOLVE_FAILED', msg), ctx.options);
	        scalar = identity.isScalar(res) ? res : new Scalar.Scalar(res);
	    }
	    catch (error) {
	        const msg = error instanceof Error ? error.message : String(error);
	        onError(tagToken ?? token, 'TAG_RESOLVE_FAILED', msg);
	        scalar = new Scalar.Scalar(value);
	    }
	    scalar.range = range;
	    scalar.source = value;
	    if (type)
	        scalar.type = type;
	    if (tagName)
	        scalar.tag = tagName;
	    if (tag.format)
	        scalar.format = tag.format;
	    if (comment)
	        scalar.comment = comment;
	    return scalar;
	}
	function findScalarTagByName(schema, value, tagName, tagToken, onError) {
	    if (tagName === '!')
	        return schema[identity.SCALAR]; // non-specific tag
	    const matchWithTest = [];
	    for (const tag of schema.tags) {
	        if (!tag.collection && tag.tag === tagName) {
	            if (tag.default && tag.test)
	                matchWithTest.push(tag);
	            else
	                return tag;
	        }
	    }
	    for (const tag of matchWithTest)
	        if (tag.test?.test(value))
	            return tag;
	    const kt = schema.knownTags[tagName];
	    if (kt && !kt.collection) {
	        // Ensure that the known tag is available for stringifying,
	        // but does not get used by default.
	        schema.tags.push(Object.assign({}, kt, { default: false, test: undefined }));
	        return kt;
	    }
	    onError(tagToken, 'TAG_RESOLVE_FAILED', `Unresolved tag: ${tagName}`, tagName !== 'tag:yaml.org,2002:str');
	    return schema[identity.SCALAR];
	}
	function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
	    const tag = schema.tags.find(tag => (tag.default === true || (atKey && tag.default === 'key')) &&
	        tag.test?.test(value)) || schema[identity.SCALAR];
	    if (schema.compat) {
	        const compat = schema.compat.find(tag => tag.default && tag.test?.test(value)) ??
	            schema[identity.SCALAR];
	        if (tag.tag !== compat.tag) {
	            const ts = directives.tagString(tag.tag);
	            const cs = directives.tagString(compat.tag);
	            const msg = `Value may be parsed as either ${ts} or ${cs}`;
	            onError(token, 'TAG_RESOLVE_FAILED', msg, true);
	        }
	    }
	    return tag;
	}

	composeScalar.composeScalar = composeScalar$1;
	return composeScalar;
}

var utilEmptyScalarPosition = {};

var hasRequiredUtilEmptyScalarPosition;

function requireUtilEmptyScalarPosition () {
	if (hasRequiredUtilEmptyScalarPosition) return utilEmptyScalarPosition;
	hasRequiredUtilEmptyScalarPosition = 1;

	function emptyScalarPosition(offset, before, pos) {
	    if (before) {
	        pos ?? (pos = before.length);
	        for (let i = pos - 1; i >= 0; --i) {
	            let st = before[i];
	            switch (st.type) {
	                case 'space':
	                case 'comment':
	                case 'newline':
	                    offset -= st.source.length;
	                    continue;
	            }
	            // Technically, an empty scalar is immediately after the last non-empty
	            // node, but it's more useful to place it after any whitespace.
	            st = before[++i];
	            while (st?.type === 'space') {
	                offset += st.source.length;
	                st = before[++i];
	            }
	            break;
	        }
	    }
	    return offset;
	}

	utilEmptyScalarPosition.emptyScalarPosition = emptyScalarPosition;
	return utilEmptyScalarPosition;
}

var hasRequiredComposeNode;

function requireComposeNode () {
	if (hasRequiredComposeNode) return composeNode;
	hasRequiredComposeNode = 1;

	var Alias = requireAlias();
	var identity = requireIdentity();
	var composeCollection = requireComposeCollection();
	var composeScalar = requireComposeScalar();
	var resolveEnd = requireResolveEnd();
	var utilEmptyScalarPosition = requireUtilEmptyScalarPosition();

	const CN = { composeNode: composeNode$1, composeEmptyNode };
	function composeNode$1(ctx, token, props, onError) {
	    const atKey = ctx.atKey;
	    const { spaceBefore, comment, anchor, tag } = props;
	    let node;
	    let isSrcToken = true;
	    switch (token.type) {
	        case 'alias':
	            node = composeAlias(ctx, token, onError);
	            if (anchor || tag)
	                onError(token, 'ALIAS_PROPS', 'An alias node must not specify any properties');
	            break;
	        case 'scalar':
	        case 'single-quoted-scalar':
	        case 'double-quoted-scalar':
	        case 'block-scalar':
	            node = composeScalar.composeScalar(ctx, token, tag, onError);
	            if (anchor)
	                node.anchor = anchor.source.substring(1);
	            break;
	        case 'block-map':
	        case 'block-seq':
	        case 'flow-collection':
	            try {
	                node = composeCollection.composeCollection(CN, ctx, token, props, onError);
	                if (anchor)
	                    node.anchor = anchor.source.substring(1);
	            }
	            catch (error) {
	                // Almost certainly here due to a stack overflow
	                const message = error instanceof Error ? error.message : String(error);
	                onError(token, 'RESOURCE_EXHAUSTION', message);
	            }
	            break;
	        default: {
	            const message = token.type === 'error'
	                ? token.message
	                : `Unsupported token (type: ${token.type})`;
	            onError(token, 'UNEXPECTED_TOKEN', message);
	            isSrcToken = false;
	        }
	    }
	    node ?? (node = composeEmptyNode(ctx, token.offset, undefined, null, props, onError));
	    if (anchor && node.anchor === '')
	        onError(anchor, 'BAD_ALIAS', 'Anchor cannot be an empty string');
	    if (atKey &&
	        ctx.options.stringKeys &&
	        (!identity.isScalar(node) ||
	            typeof node.value !== 'string' ||
	            (node.tag && node.tag !== 'tag:yaml.org,2002:str'))) {
	        const msg = 'With stringKeys, all keys must be strings';
	        onError(tag ?? token, 'NON_STRING_KEY', msg);
	    }
	    if (spaceBefore)
	        node.spaceBefore = true;
	    if (comment) {
	        if (token.type === 'scalar' && token.source === '')
	            node.comment = comment;
	        else
	            node.commentBefore = comment;
	    }
	    // @ts-expect-error Type checking misses meaning of isSrcToken
	    if (ctx.options.keepSourceTokens && isSrcToken)
	        node.srcToken = token;
	    return node;
	}
	function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag, end }, onError) {
	    const token = {
	        type: 'scalar',
	        offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
	        indent: -1,
	        source: ''
	    };
	    const node = composeScalar.composeScalar(ctx, token, tag, onError);
	    if (anchor) {
	        node.anchor = anchor.source.substring(1);
	        if (node.anchor === '')
	            onError(anchor, 'BAD_ALIAS', 'Anchor cannot be an empty string');
	    }
	    if (spaceBefore)
	        node.spaceBefore = true;
	    if (comment) {
	        node.comment = comment;
	        node.range[2] = end;
	    }
	    return node;
	}
	function composeAlias({ options }, { offset, source, end }, onError) {
	    const alias = new Alias.Alias(source.substring(1));
	    if (alias.source === '')
	        onError(offset, 'BAD_ALIAS', 'Alias cannot be an empty string');
	    if (alias.source.endsWith(':'))
	        onError(offset + source.length - 1, 'BAD_ALIAS', 'Alias ending in : is ambiguous', true);
	    const valueEnd = offset + source.length;
	    const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
	    alias.range = [offset, valueEnd, re.offset];
	    if (re.comment)
	        alias.comment = re.comment;
	    return alias;
	}

	composeNode.composeEmptyNode = composeEmptyNode;
	composeNode.composeNode = composeNode$1;
	return composeNode;
}

var hasRequiredComposeDoc;

function requireComposeDoc () {
	if (hasRequiredComposeDoc) return composeDoc;
	hasRequiredComposeDoc = 1;

	var Document = requireDocument();
	var composeNode = requireComposeNode();
	var resolveEnd = requireResolveEnd();
	var resolveProps = requireResolveProps();

	function composeDoc$1(options, directives, { offset, start, value, end }, onError) {
	    const opts = Object.assign({ _directives: directives }, options);
	    const doc = new Document.Document(undefined, opts);
	    const ctx = {
	        atKey: false,
	        atRoot: true,
	        directives: doc.directives,
	        options: doc.options,
	        schema: doc.schema
	    };
	    const props = resolveProps.resolveProps(start, {
	        indicator: 'doc-start',
	        next: value ?? end?.[0],
	        offset,
	        onError,
	        parentIndent: 0,
	        startOnNewline: true
	    });
	    if (props.found) {
	        doc.directives.docStart = true;
	        if (value &&
	            (value.type === 'block-map' || value.type === 'block-seq') &&
	            !props.hasNewline)
	            onError(props.end, 'MISSING_CHAR', 'Block collection cannot start on same line with directives-end marker');
	    }
	    // @ts-expect-error If Contents is set, let's trust the user
	    doc.contents = value
	        ? composeNode.composeNode(ctx, value, props, onError)
	        : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
	    const contentEnd = doc.contents.range[2];
	    const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
	    if (re.comment)
	        doc.comment = re.comment;
	    doc.range = [offset, contentEnd, re.offset];
	    return doc;
	}

	composeDoc.composeDoc = composeDoc$1;
	return composeDoc;
}

var hasRequiredComposer;

function requireComposer () {
	if (hasRequiredComposer) return composer;
	hasRequiredComposer = 1;

	var node_process = require$$0;
	var directives = requireDirectives();
	var Document = requireDocument();
	var errors = requireErrors();
	var identity = requireIdentity();
	var composeDoc = requireComposeDoc();
	var resolveEnd = requireResolveEnd();

	function getErrorPos(src) {
	    if (typeof src === 'number')
	        return [src, src + 1];
	    if (Array.isArray(src))
	        return src.length === 2 ? src : [src[0], src[1]];
	    const { offset, source } = src;
	    return [offset, offset + (typeof source === 'string' ? source.length : 1)];
	}
	function parsePrelude(prelude) {
	    let comment = '';
	    let atComment = false;
	    let afterEmptyLine = false;
	    for (let i = 0; i < prelude.length; ++i) {
	        const source = prelude[i];
	        switch (source[0]) {
	            case '#':
	                comment +=
	                    (comment === '' ? '' : afterEmptyLine ? '\n\n' : '\n') +
	                        (source.substring(1) || ' ');
	                atComment = true;
	                afterEmptyLine = false;
	                break;
	            case '%':
	                if (prelude[i + 1]?.[0] !== '#')
	                    i += 1;
	                atComment = false;
	                break;
	            default:
	                // This may be wrong after doc-end, but in that case it doesn't matter
	                if (!atComment)
	                    afterEmptyLine = true;
	                atComment = false;
	        }
	    }
	    return { comment, afterEmptyLine };
	}
	/**
	 * Compose a stream of CST nodes into a stream of YAML Documents.
	 *
	 * ```ts
	 * import { Composer, Parser } from 'yaml'
	 *
	 * const src: string = ...
	 * const tokens = new Parser().parse(src)
	 * const docs = new Composer().compose(tokens)
	 * ```
	 */
	class Composer {
	    constructor(options = {}) {
	        this.doc = null;
	        this.atDirectives = false;
	        this.prelude = [];
	        this.errors = [];
	        this.warnings = [];
	        this.onError = (source, code, message, warning) => {
	            const pos = getErrorPos(source);
	            if (warning)
	                this.warnings.push(new errors.YAMLWarning(pos, code, message));
	            else
	                this.errors.push(new errors.YAMLParseError(pos, code, message));
	        };
	        // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
	        this.directives = new directives.Directives({ version: options.version || '1.2' });
	        this.options = options;
	    }
	    decorate(doc, afterDoc) {
	        const { comment, afterEmptyLine } = parsePrelude(this.prelude);
	        //console.log({ dc: doc.comment, prelude, comment })
	        if (comment) {
	            const dc = doc.contents;
	            if (afterDoc) {
	                doc.comment = doc.comment ? `${doc.comment}\n${comment}` : comment;
	            }
	            else if (afterEmptyLine || doc.directives.docStart || !dc) {
	                doc.commentBefore = comment;
	            }
	            else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
	                let it = dc.items[0];
	                if (identity.isPair(it))
	                    it = it.key;
	                const cb = it.commentBefore;
	                it.commentBefore = cb ? `${comment}\n${cb}` : comment;
	            }
	            else {
	                const cb = dc.commentBefore;
	                dc.commentBefore = cb ? `${comment}\n${cb}` : comment;
	            }
	        }
	        if (afterDoc) {
	            for (let i = 0; i < this.errors.length; ++i)
	                doc.errors.push(this.errors[i]);
	            for (let i = 0; i < this.warnings.length; ++i)
	                doc.warnings.push(this.warnings[i]);
	        }
	        else {
	            doc.errors = this.errors;
	            doc.warnings = this.warnings;
	        }
	        this.prelude = [];
	        this.errors = [];
	        this.warnings = [];
	    }
	    /**
	     * Current stream status information.
	     *
	     * Mostly useful at the end of input for an empty stream.
	     */
	    streamInfo() {
	        return {
	            comment: parsePrelude(this.prelude).comment,
	            directives: this.directives,
	            errors: this.errors,
	            warnings: this.warnings
	        };
	    }
	    /**
	     * Compose tokens into documents.
	     *
	     * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
	     * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
	     */
	    *compose(tokens, forceDoc = false, endOffset = -1) {
	        for (const token of tokens)
	            yield* this.next(token);
	        yield* this.end(forceDoc, endOffset);
	    }
	    /** Advance the composer by one CST token. */
	    *next(token) {
	        if (node_process.env.LOG_STREAM)
	            console.dir(token, { depth: null });
	        switch (token.type) {
	            case 'directive':
	                this.directives.add(token.source, (offset, message, warning) => {
	                    const pos = getErrorPos(token);
	                    pos[0] += offset;
	                    this.onError(pos, 'BAD_DIRECTIVE', message, warning);
	                });
	                this.prelude.push(token.source);
	                this.atDirectives = true;
	                break;
	            case 'document': {
	                const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
	                if (this.atDirectives && !doc.directives.docStart)
	                    this.onError(token, 'MISSING_CHAR', 'Missing directives-end/doc-start indicator line');
	                this.decorate(doc, false);
	                if (this.doc)
	                    yield this.doc;
	                this.doc = doc;
	                this.atDirectives = false;
	                break;
	            }
	            case 'byte-order-mark':
	            case 'space':
	                break;
	            case 'comment':
	            case 'newline':
	                this.prelude.push(token.source);
	                break;
	            case 'error': {
	                const msg = token.source
	                    ? `${token.message}: ${JSON.stringify(token.source)}`
	                    : token.message;
	                const error = new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', msg);
	                if (this.atDirectives || !this.doc)
	                    this.errors.push(error);
	                else
	                    this.doc.errors.push(error);
	                break;
	            }
	            case 'doc-end': {
	                if (!this.doc) {
	                    const msg = 'Unexpected doc-end without preceding document';
	                    this.errors.push(new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', msg));
	                    break;
	                }
	                this.doc.directives.docEnd = true;
	                const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
	                this.decorate(this.doc, true);
	                if (end.comment) {
	                    const dc = this.doc.comment;
	                    this.doc.comment = dc ? `${dc}\n${end.comment}` : end.comment;
	                }
	                this.doc.range[2] = end.offset;
	                break;
	            }
	            default:
	                this.errors.push(new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', `Unsupported token ${token.type}`));
	        }
	    }
	    /**
	     * Call at end of input to yield any remaining document.
	     *
	     * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
	     * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
	     */
	    *end(forceDoc = false, endOffset = -1) {
	        if (this.doc) {
	            this.decorate(this.doc, true);
	            yield this.doc;
	            this.doc = null;
	        }
	        else if (forceDoc) {
	            const opts = Object.assign({ _directives: this.directives }, this.options);
	            const doc = new Document.Document(undefined, opts);
	            if (this.atDirectives)
	                this.onError(endOffset, 'MISSING_CHAR', 'Missing directives-end indicator line');
	            doc.range = [0, endOffset, endOffset];
	            this.decorate(doc, false);
	            yield doc;
	        }
	    }
	}

	composer.Composer = Composer;
	return composer;
}

var cst = {};

var cstScalar = {};

var hasRequiredCstScalar;

function requireCstScalar () {
	if (hasRequiredCstScalar) return cstScalar;
	hasRequiredCstScalar = 1;

	var resolveBlockScalar = requireResolveBlockScalar();
	var resolveFlowScalar = requireResolveFlowScalar();
	var errors = requireErrors();
	var stringifyString = requireStringifyString();

	function resolveAsScalar(token, strict = true, onError) {
	    if (token) {
	        const _onError = (pos, code, message) => {
	            const offset = typeof pos === 'number' ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
	            if (onError)
	                onError(offset, code, message);
	            else
	                throw new errors.YAMLParseError([offset, offset + 1], code, message);
	        };
	        switch (token.type) {
	            case 'scalar':
	            case 'single-quoted-scalar':
	            case 'double-quoted-scalar':
	                return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
	            case 'block-scalar':
	                return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
	        }
	    }
	    return null;
	}
	/**
	 * Create a new scalar token with `value`
	 *
	 * Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
	 * as this function does not support any schema operations and won't check for such conflicts.
	 *
	 * @param value The string representation of the value, which will have its content properly indented.
	 * @param context.end Comments and whitespace after the end of the value, or after the block scalar header. If undefined, a newline will be added.
	 * @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
	 * @param context.indent The indent level of the token.
	 * @param context.inFlow Is this scalar within a flow collection? This may affect the resolved type of the token's value.
	 * @param context.offset The offset position of the token.
	 * @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
	 */
	function createScalarToken(value, context) {
	    const { implicitKey = false, indent, inFlow = false, offset = -1, type = 'PLAIN' } = context;
	    const source = stringifyString.stringifyString({ type, value }, {
	        implicitKey,
	        indent: indent > 0 ? ' '.repeat(indent) : '',
	        inFlow,
	        options: { blockQuote: true, lineWidth: -1 }
	    });
	    const end = context.end ?? [
	        { type: 'newline', offset: -1, indent, source: '\n' }
	    ];
	    switch (source[0]) {
	        case '|':
	        case '>': {
	            const he = source.indexOf('\n');
	            const head = source.substring(0, he);
	            const body = source.substring(he + 1) + '\n';
	            const props = [
	                { type: 'block-scalar-header', offset, indent, source: head }
	            ];
	            if (!addEndtoBlockProps(props, end))
	                props.push({ type: 'newline', offset: -1, indent, source: '\n' });
	            return { type: 'block-scalar', offset, indent, props, source: body };
	        }
	        case '"':
	            return { type: 'double-quoted-scalar', offset, indent, source, end };
	        case "'":
	            return { type: 'single-quoted-scalar', offset, indent, source, end };
	        default:
	            return { type: 'scalar', offset, indent, source, end };
	    }
	}
	/**
	 * Set the value of `token` to the given string `value`, overwriting any previous contents and type that it may have.
	 *
	 * Best efforts are made to retain any comments previously associated with the `token`,
	 * though all contents within a collection's `items` will be overwritten.
	 *
	 * Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
	 * as this function does not support any schema operations and won't check for such conflicts.
	 *
	 * @param token Any token. If it does not include an `indent` value, the value will be stringified as if it were an implicit key.
	 * @param value The string representation of the value, which will have its content properly indented.
	 * @param context.afterKey In most cases, values after a key should have an additional level of indentation.
	 * @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
	 * @param context.inFlow Being within a flow collection may affect the resolved type of the token's value.
	 * @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
	 */
	function setScalarValue(token, value, context = {}) {
	    let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
	    let indent = 'indent' in token ? token.indent : null;
	    if (afterKey && typeof indent === 'number')
	        indent += 2;
	    if (!type)
	        switch (token.type) {
	            case 'single-quoted-scalar':
	                type = 'QUOTE_SINGLE';
	                break;
	            case 'double-quoted-scalar':
	                type = 'QUOTE_DOUBLE';
	                break;
	            case 'block-scalar': {
	                const header = token.props[0];
	                if (header.type !== 'block-scalar-header')
	                    throw new Error('Invalid block scalar header');
	                type = header.source[0] === '>' ? 'BLOCK_FOLDED' : 'BLOCK_LITERAL';
	                break;
	            }
	            default:
	                type = 'PLAIN';
	        }
	    const source = stringifyString.stringifyString({ type, value }, {
	        implicitKey: implicitKey || indent === null,
	        indent: indent !== null && indent > 0 ? ' '.repeat(indent) : '',
	        inFlow,
	        options: { blockQuote: true, lineWidth: -1 }
	    });
	    switch (source[0]) {
	        case '|':
	        case '>':
	            setBlockScalarValue(token, source);
	            break;
	        case '"':
	            setFlowScalarValue(token, source, 'double-quoted-scalar');
	            break;
	        case "'":
	            setFlowScalarValue(token, source, 'single-quoted-scalar');
	            break;
	        default:
	            setFlowScalarValue(token, source, 'scalar');
	    }
	}
	function setBlockScalarValue(token, source) {
	    const he = source.indexOf('\n');
	    const head = source.substring(0, he);
	    const body = source.substring(he + 1) + '\n';
	    if (token.type === 'block-scalar') {
	        const header = token.props[0];
	        if (header.type !== 'block-scalar-header')
	            throw new Error('Invalid block scalar header');
	        header.source = head;
	        token.source = body;
	    }
	    else {
	        const { offset } = token;
	        const indent = 'indent' in token ? token.indent : -1;
	        const props = [
	            { type: 'block-scalar-header', offset, indent, source: head }
	        ];
	        if (!addEndtoBlockProps(props, 'end' in token ? token.end : undefined))
	            props.push({ type: 'newline', offset: -1, indent, source: '\n' });
	        for (const key of Object.keys(token))
	            if (key !== 'type' && key !== 'offset')
	                delete token[key];
	        Object.assign(token, { type: 'block-scalar', indent, props, source: body });
	    }
	}
	/** @returns `true` if last token is a newline */
	function addEndtoBlockProps(props, end) {
	    if (end)
	        for (const st of end)
	            switch (st.type) {
	                case 'space':
	                case 'comment':
	                    props.push(st);
	                    break;
	                case 'newline':
	                    props.push(st);
	                    return true;
	            }
	    return false;
	}
	function setFlowScalarValue(token, source, type) {
	    switch (token.type) {
	        case 'scalar':
	        case 'double-quoted-scalar':
	        case 'single-quoted-scalar':
	            token.type = type;
	            token.source = source;
	            break;
	        case 'block-scalar': {
	            const end = token.props.slice(1);
	            let oa = source.length;
	            if (token.props[0].type === 'block-scalar-header')
	                oa -= token.props[0].source.length;
	            for (const tok of end)
	                tok.offset += oa;
	            delete token.props;
	            Object.assign(token, { type, source, end });
	            break;
	        }
	        case 'block-map':
	        case 'block-seq': {
	            const offset = token.offset + source.length;
	            const nl = { type: 'newline', offset, indent: token.indent, source: '\n' };
	            delete token.items;
	            Object.assign(token, { type, source, end: [nl] });
	            break;
	        }
	        default: {
	            const indent = 'indent' in token ? token.indent : -1;
	            const end = 'end' in token && Array.isArray(token.end)
	                ? token.end.filter(st => st.type === 'space' ||
	                    st.type === 'comment' ||
	                    st.type === 'newline')
	                : [];
	            for (const key of Object.keys(token))
	                if (key !== 'type' && key !== 'offset')
	                    delete token[key];
	            Object.assign(token, { type, indent, source, end });
	        }
	    }
	}

	cstScalar.createScalarToken = createScalarToken;
	cstScalar.resolveAsScalar = resolveAsScalar;
	cstScalar.setScalarValue = setScalarValue;
	return cstScalar;
}

var cstStringify = {};

var hasRequiredCstStringify;

function requireCstStringify () {
	if (hasRequiredCstStringify) return cstStringify;
	hasRequiredCstStringify = 1;

	/**
	 * Stringify a CST document, token, or collection item
	 *
	 * Fair warning: This applies no validation whatsoever, and
	 * simply concatenates the sources in their logical order.
	 */
	const stringify = (cst) => 'type' in cst ? stringifyToken(cst) : stringifyItem(cst);
	function stringifyToken(token) {
	    switch (token.type) {
	        case 'block-scalar': {
	            let res = '';
	            for (const tok of token.props)
	                res += stringifyToken(tok);
	            return res + token.source;
	        }
	        case 'block-map':
	        case 'block-seq': {
	            let res = '';
	            for (const item of token.items)
	                res += stringifyItem(item);
	            return res;
	        }
	        case 'flow-collection': {
	            let res = token.start.source;
	            for (const item of token.items)
	                res += stringifyItem(item);
	            for (const st of token.end)
	                res += st.source;
	            return res;
	        }
	        case 'document': {
	            let res = stringifyItem(token);
	            if (token.end)
	                for (const st of token.end)
	                    res += st.source;
	            return res;
	        }
	        default: {
	            let res = token.source;
	            if ('end' in token && token.end)
	                for (const st of token.end)
	                    res += st.source;
	            return res;
	        }
	    }
	}
	function stringifyItem({ start, key, sep, value }) {
	    let res = '';
	    for (const st of start)
	        res += st.source;
	    if (key)
	        res += stringifyToken(key);
	    if (sep)
	        for (const st of sep)
	            res += st.source;
	    if (value)
	        res += stringifyToken(value);
	    return res;
	}

	cstStringify.stringify = stringify;
	return cstStringify;
}

var cstVisit = {};

var hasRequiredCstVisit;

function requireCstVisit () {
	if (hasRequiredCstVisit) return cstVisit;
	hasRequiredCstVisit = 1;

	const BREAK = Symbol('break visit');
	const SKIP = Symbol('skip children');
	const REMOVE = Symbol('remove item');
	/**
	 * Apply a visitor to a CST document or item.
	 *
	 * Walks through the tree (depth-first) starting from the root, calling a
	 * `visitor` function with two arguments when entering each item:
	 *   - `item`: The current item, which included the following members:
	 *     - `start: SourceToken[]` – Source tokens before the key or value,
	 *       possibly including its anchor or tag.
	 *     - `key?: Token | null` – Set for pair values. May then be `null`, if
	 *       the key before the `:` separator is empty.
	 *     - `sep?: SourceToken[]` – Source tokens between the key and the value,
	 *       which should include the `:` map value indicator if `value` is set.
	 *     - `value?: Token` – The value of a sequence item, or of a map pair.
	 *   - `path`: The steps from the root to the current node, as an array of
	 *     `['key' | 'value', number]` tuples.
	 *
	 * The return value of the visitor may be used to control the traversal:
	 *   - `undefined` (default): Do nothing and continue
	 *   - `visit.SKIP`: Do not visit the children of this token, continue with
	 *      next sibling
	 *   - `visit.BREAK`: Terminate traversal completely
	 *   - `visit.REMOVE`: Remove the current item, then continue with the next one
	 *   - `number`: Set the index of the next step. This is useful especially if
	 *     the index of the current token has changed.
	 *   - `function`: Define the next visitor for this item. After the original
	 *     visitor is called on item entry, next visitors are called after handling
	 *     a non-empty `key` and when exiting the item.
	 */
	function visit(cst, visitor) {
	    if ('type' in cst && cst.type === 'document')
	        cst = { start: cst.start, value: cst.value };
	    _visit(Object.freeze([]), cst, visitor);
	}
	// Without the `as symbol` casts, TS declares these in the `visit`
	// namespace using `var`, but then complains about that because
	// `unique symbol` must be `const`.
	/** Terminate visit traversal completely */
	visit.BREAK = BREAK;
	/** Do not visit the children of the current item */
	visit.SKIP = SKIP;
	/** Remove the current item */
	visit.REMOVE = REMOVE;
	/** Find the item at `path` from `cst` as the root */
	visit.itemAtPath = (cst, path) => {
	    let item = cst;
	    for (const [field, index] of path) {
	        const tok = item?.[field];
	        if (tok && 'items' in tok) {
	            item = tok.items[index];
	        }
	        else
	            return undefined;
	    }
	    return item;
	};
	/**
	 * Get the immediate parent collection of the item at `path` from `cst` as the root.
	 *
	 * Throws an error if the collection is not found, which should never happen if the item itself exists.
	 */
	visit.parentCollection = (cst, path) => {
	    const parent = visit.itemAtPath(cst, path.slice(0, -1));
	    const field = path[path.length - 1][0];
	    const coll = parent?.[field];
	    if (coll && 'items' in coll)
	        return coll;
	    throw new Error('Parent collection not found');
	};
	function _visit(path, item, visitor) {
	    let ctrl = visitor(item, path);
	    if (typeof ctrl === 'symbol')
	        return ctrl;
	    for (const field of ['key', 'value']) {
	        const token = item[field];
	        if (token && 'items' in token) {
	            for (let i = 0; i < token.items.length; ++i) {
	                const ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
	                if (typeof ci === 'number')
	                    i = ci - 1;
	                else if (ci === BREAK)
	                    return BREAK;
	                else if (ci === REMOVE) {
	                    token.items.splice(i, 1);
	                    i -= 1;
	                }
	            }
	            if (typeof ctrl === 'function' && field === 'key')
	                ctrl = ctrl(item, path);
	        }
	    }
	    return typeof ctrl === 'function' ? ctrl(item, path) : ctrl;
	}

	cstVisit.visit = visit;
	return cstVisit;
}

var hasRequiredCst;

function requireCst () {
	if (hasRequiredCst) return cst;
	hasRequiredCst = 1;

	var cstScalar = requireCstScalar();
	var cstStringify = requireCstStringify();
	var cstVisit = requireCstVisit();

	/** The byte order mark */
	const BOM = '\u{FEFF}';
	/** Start of doc-mode */
	const DOCUMENT = '\x02'; // C0: Start of Text
	/** Unexpected end of flow-mode */
	const FLOW_END = '\x18'; // C0: Cancel
	/** Next token is a scalar value */
	const SCALAR = '\x1f'; // C0: Unit Separator
	/** @returns `true` if `token` is a flow or block collection */
	const isCollection = (token) => !!token && 'items' in token;
	/** @returns `true` if `token` is a flow or block scalar; not an alias */
	const isScalar = (token) => !!token &&
	    (token.type === 'scalar' ||
	        token.type === 'single-quoted-scalar' ||
	        token.type === 'double-quoted-scalar' ||
	        token.type === 'block-scalar');
	/* istanbul ignore next */
	/** Get a printable representation of a lexer token */
	function prettyToken(token) {
	    switch (token) {
	        case BOM:
	            return '<BOM>';
	        case DOCUMENT:
	            return '<DOC>';
	        case FLOW_END:
	            return '<FLOW_END>';
	        case SCALAR:
	            return '<SCALAR>';
	        default:
	            return JSON.stringify(token);
	    }
	}
	/** Identify the type of a lexer token. May return `null` for unknown tokens. */
	function tokenType(source) {
	    switch (source) {
	        case BOM:
	            return 'byte-order-mark';
	        case DOCUMENT:
	            return 'doc-mode';
	        case FLOW_END:
	            return 'flow-error-end';
	        case SCALAR:
	            return 'scalar';
	        case '---':
	            return 'doc-start';
	        case '...':
	            return 'doc-end';
	        case '':
	        case '\n':
	        case '\r\n':
	            return 'newline';
	        case '-':
	            return 'seq-item-ind';
	        case '?':
	            return 'explicit-key-ind';
	        case ':':
	            return 'map-value-ind';
	        case '{':
	            return 'flow-map-start';
	        case '}':
	            return 'flow-map-end';
	        case '[':
	            return 'flow-seq-start';
	        case ']':
	            return 'flow-seq-end';
	        case ',':
	            return 'comma';
	    }
	    switch (source[0]) {
	        case ' ':
	        case '\t':
	            return 'space';
	        case '#':
	            return 'comment';
	        case '%':
	            return 'directive-line';
	        case '*':
	            return 'alias';
	        case '&':
	            return 'anchor';
	        case '!':
	            return 'tag';
	        case "'":
	            return 'single-quoted-scalar';
	        case '"':
	            return 'double-quoted-scalar';
	        case '|':
	        case '>':
	            return 'block-scalar-header';
	    }
	    return null;
	}

	cst.createScalarToken = cstScalar.createScalarToken;
	cst.resolveAsScalar = cstScalar.resolveAsScalar;
	cst.setScalarValue = cstScalar.setScalarValue;
	cst.stringify = cstStringify.stringify;
	cst.visit = cstVisit.visit;
	cst.BOM = BOM;
	cst.DOCUMENT = DOCUMENT;
	cst.FLOW_END = FLOW_END;
	cst.SCALAR = SCALAR;
	cst.isCollection = isCollection;
	cst.isScalar = isScalar;
	cst.prettyToken = prettyToken;
	cst.tokenType = tokenType;
	return cst;
}

var lexer = {};

var hasRequiredLexer;

function requireLexer () {
	if (hasRequiredLexer) return lexer;
	hasRequiredLexer = 1;

	var cst = requireCst();

	/*
	START -> stream

	stream
	  directive -> line-end -> stream
	  indent + line-end -> stream
	  [else] -> line-start

	line-end
	  comment -> line-end
	  newline -> .
	  input-end -> END

	line-start
	  doc-start -> doc
	  doc-end -> stream
	  [else] -> indent -> block-start

	block-start
	  seq-item-start -> block-start
	  explicit-key-start -> block-start
	  map-value-start -> block-start
	  [else] -> doc

	doc
	  line-end -> line-start
	  spaces -> doc
	  anchor -> doc
	  tag -> doc
	  flow-start -> flow -> doc
	  flow-end -> error -> doc
	  seq-item-start -> error -> doc
	  explicit-key-start -> error -> doc
	  map-value-start -> doc
	  alias -> doc
	  quote-start -> quoted-scalar -> doc
	  block-scalar-header -> line-end -> block-scalar(min) -> line-start
	  [else] -> plain-scalar(false, min) -> doc

	flow
	  line-end -> flow
	  spaces -> flow
	  anchor -> flow
	  tag -> flow
	  flow-start -> flow -> flow
	  flow-end -> .
	  seq-item-start -> error -> flow
	  explicit-key-start -> flow
	  map-value-start -> flow
	  alias -> flow
	  quote-start -> quoted-scalar -> flow
	  comma -> flow
	  [else] -> plain-scalar(true, 0) -> flow

	quoted-scalar
	  quote-end -> .
	  [else] -> quoted-scalar

	block-scalar(min)
	  newline + peek(indent < min) -> .
	  [else] -> block-scalar(min)

	plain-scalar(is-flow, min)
	  scalar-end(is-flow) -> .
	  peek(newline + (indent < min)) -> .
	  [else] -> plain-scalar(min)
	*/
	function isEmpty(ch) {
	    switch (ch) {
	        case undefined:
	        case ' ':
	        case '\n':
	        case '\r':
	        case '\t':
	            return true;
	        default:
	            return false;
	    }
	}
	const hexDigits = new Set('0123456789ABCDEFabcdef');
	const tagChars = new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
	const flowIndicatorChars = new Set(',[]{}');
	const invalidAnchorChars = new Set(' ,[]{}\n\r\t');
	const isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
	/**
	 * Splits an input string into lexical tokens, i.e. smaller strings that are
	 * easily identifiable by `tokens.tokenType()`.
	 *
	 * Lexing starts always in a "stream" context. Incomplete input may be buffered
	 * until a complete token can be emitted.
	 *
	 * In addition to slices of the original input, the following control characters
	 * may also be emitted:
	 *
	 * - `\x02` (Start of Text): A document starts with the next token
	 * - `\x18` (Cancel): Unexpected end of flow-mode (indicates an error)
	 * - `\x1f` (Unit Separator): Next token is a scalar value
	 * - `\u{FEFF}` (Byte order mark): Emitted separately outside documents
	 */
	class Lexer {
	    constructor() {
	        /**
	         * Flag indicating whether the end of the current buffer marks the end of
	         * all input
	         */
	        this.atEnd = false;
	        /**
	         * Explicit indent set in block scalar header, as an offset from the current
	         * minimum indent, so e.g. set to 1 from a header `|2+`. Set to -1 if not
	         * explicitly set.
	         */
	        this.blockScalarIndent = -1;
	        /**
	         * Block scalars that include a + (keep) chomping indicator in their header
	         * include trailing empty lines, which are otherwise excluded from the
	         * scalar's contents.
	         */
	        this.blockScalarKeep = false;
	        /** Current input */
	        this.buffer = '';
	        /**
	         * Flag noting whether the map value indicator : can immediately follow this
	         * node within a flow context.
	         */
	        this.flowKey = false;
	        /** Count of surrounding flow collection levels. */
	        this.flowLevel = 0;
	        /**
	         * Minimum level of indentation required for next lines to be parsed as a
	         * part of the current scalar value.
	         */
	        this.indentNext = 0;
	        /** Indentation level of the current line. */
	        this.indentValue = 0;
	        /** Position of the next \n character. */
	        this.lineEndPos = null;
	        /** Stores the state of the lexer if reaching the end of incpomplete input */
	        this.next = null;
	        /** A pointer to `buffer`; the current position of the lexer. */
	        this.pos = 0;
	    }
	    /**
	     * Generate YAML tokens from the `source` string. If `incomplete`,
	     * a part of the last line may be left as a buffer for the next call.
	     *
	     * @returns A generator of lexical tokens
	     */
	    *lex(source, incomplete = false) {
	        if (source) {
	            if (typeof source !== 'string')
	                throw TypeError('source is not a string');
	            this.buffer = this.buffer ? this.buffer + source : source;
	            this.lineEndPos = null;
	        }
	        this.atEnd = !incomplete;
	        let next = this.next ?? 'stream';
	        while (next && (incomplete || this.hasChars(1)))
	            next = yield* this.parseNext(next);
	    }
	    atLineEnd() {
	        let i = this.pos;
	        let ch = this.buffer[i];
	        while (ch === ' ' || ch === '\t')
	            ch = this.buffer[++i];
	        if (!ch || ch === '#' || ch === '\n')
	            return true;
	        if (ch === '\r')
	            return this.buffer[i + 1] === '\n';
	        return false;
	    }
	    charAt(n) {
	        return this.buffer[this.pos + n];
	    }
	    continueScalar(offset) {
	        let ch = this.buffer[offset];
	        if (this.indentNext > 0) {
	            let indent = 0;
	            while (ch === ' ')
	                ch = this.buffer[++indent + offset];
	            if (ch === '\r') {
	                const next = this.buffer[indent + offset + 1];
	                if (next === '\n' || (!next && !this.atEnd))
	                    return offset + indent + 1;
	            }
	            return ch === '\n' || indent >= this.indentNext || (!ch && !this.atEnd)
	                ? offset + indent
	                : -1;
	        }
	        if (ch === '-' || ch === '.') {
	            const dt = this.buffer.substr(offset, 3);
	            if ((dt === '---' || dt === '...') && isEmpty(this.buffer[offset + 3]))
	                return -1;
	        }
	        return offset;
	    }
	    getLine() {
	        let end = this.lineEndPos;
	        if (typeof end !== 'number' || (end !== -1 && end < this.pos)) {
	            end = this.buffer.indexOf('\n', this.pos);
	            this.lineEndPos = end;
	        }
	        if (end === -1)
	            return this.atEnd ? this.buffer.substring(this.pos) : null;
	        if (this.buffer[end - 1] === '\r')
	            end -= 1;
	        return this.buffer.substring(this.pos, end);
	    }
	    hasChars(n) {
	        return this.pos + n <= this.buffer.length;
	    }
	    setNext(state) {
	        this.buffer = this.buffer.substring(this.pos);
	        this.pos = 0;
	        this.lineEndPos = null;
	        this.next = state;
	        return null;
	    }
	    peek(n) {
	        return this.buffer.substr(this.pos, n);
	    }
	    *parseNext(next) {
	        switch (next) {
	            case 'stream':
	                return yield* this.parseStream();
	            case 'line-start':
	                return yield* this.parseLineStart();
	            case 'block-start':
	                return yield* this.parseBlockStart();
	            case 'doc':
	                return yield* this.parseDocument();
	            case 'flow':
	                return yield* this.parseFlowCollection();
	            case 'quoted-scalar':
	                return yield* this.parseQuotedScalar();
	            case 'block-scalar':
	                return yield* this.parseBlockScalar();
	            case 'plain-scalar':
	                return yield* this.parsePlainScalar();
	        }
	    }
	    *parseStream() {
	        let line = this.getLine();
	        if (line === null)
	            return this.setNext('stream');
	        if (line[0] === cst.BOM) {
	            yield* this.pushCount(1);
	            line = line.substring(1);
	        }
	        if (line[0] === '%') {
	            let dirEnd = line.length;
	            let cs = line.indexOf('#');
	            while (cs !== -1) {
	                const ch = line[cs - 1];
	                if (ch === ' ' || ch === '\t') {
	                    dirEnd = cs - 1;
	                    break;
	                }
	                else {
	                    cs = line.indexOf('#', cs + 1);
	                }
	            }
	            while (true) {
	                const ch = line[dirEnd - 1];
	                if (ch === ' ' || ch === '\t')
	                    dirEnd -= 1;
	                else
	                    break;
	            }
	            const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
	            yield* this.pushCount(line.length - n); // possible comment
	            this.pushNewline();
	            return 'stream';
	        }
	        if (this.atLineEnd()) {
	            const sp = yield* this.pushSpaces(true);
	            yield* this.pushCount(line.length - sp);
	            yield* this.pushNewline();
	            return 'stream';
	        }
	        yield cst.DOCUMENT;
	        return yield* this.parseLineStart();
	    }
	    *parseLineStart() {
	        const ch = this.charAt(0);
	        if (!ch && !this.atEnd)
	            return this.setNext('line-start');
	        if (ch === '-' || ch === '.') {
	            if (!this.atEnd && !this.hasChars(4))
	                return this.setNext('line-start');
	            const s = this.peek(3);
	            if ((s === '---' || s === '...') && isEmpty(this.charAt(3))) {
	                yield* this.pushCount(3);
	                this.indentValue = 0;
	                this.indentNext = 0;
	                return s === '---' ? 'doc' : 'stream';
	            }
	        }
	        this.indentValue = yield* this.pushSpaces(false);
	        if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1)))
	            this.indentNext = this.indentValue;
	        return yield* this.parseBlockStart();
	    }
	    *parseBlockStart() {
	        const [ch0, ch1] = this.peek(2);
	        if (!ch1 && !this.atEnd)
	            return this.setNext('block-start');
	        if ((ch0 === '-' || ch0 === '?' || ch0 === ':') && isEmpty(ch1)) {
	            const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
	            this.indentNext = this.indentValue + 1;
	            this.indentValue += n;
	            return 'block-start';
	        }
	        return 'doc';
	    }
	    *parseDocument() {
	        yield* this.pushSpaces(true);
	        const line = this.getLine();
	        if (line === null)
	            return this.setNext('doc');
	        let n = yield* this.pushIndicators();
	        switch (line[n]) {
	            case '#':
	                yield* this.pushCount(line.length - n);
	            // fallthrough
	            case undefined:
	                yield* this.pushNewline();
	                return yield* this.parseLineStart();
	            case '{':
	            case '[':
	                yield* this.pushCount(1);
	                this.flowKey = false;
	                this.flowLevel = 1;
	                return 'flow';
	            case '}':
	            case ']':
	                // this is an error
	                yield* this.pushCount(1);
	                return 'doc';
	            case '*':
	                yield* this.pushUntil(isNotAnchorChar);
	                return 'doc';
	            case '"':
	            case "'":
	                return yield* this.parseQuotedScalar();
	            case '|':
	            case '>':
	                n += yield* this.parseBlockScalarHeader();
	                n += yield* this.pushSpaces(true);
	                yield* this.pushCount(line.length - n);
	                yield* this.pushNewline();
	                return yield* this.parseBlockScalar();
	            default:
	                return yield* this.parsePlainScalar();
	        }
	    }
	    *parseFlowCollection() {
	        let nl, sp;
	        let indent = -1;
	        do {
	            nl = yield* this.pushNewline();
	            if (nl > 0) {
	                sp = yield* this.pushSpaces(false);
	                this.indentValue = indent = sp;
	            }
	            else {
	                sp = 0;
	            }
	            sp += yield* this.pushSpaces(true);
	        } while (nl + sp > 0);
	        const line = this.getLine();
	        if (line === null)
	            return this.setNext('flow');
	        if ((indent !== -1 && indent < this.indentNext && line[0] !== '#') ||
	            (indent === 0 &&
	                (line.startsWith('---') || line.startsWith('...')) &&
	                isEmpty(line[3]))) {
	            // Allowing for the terminal ] or } at the same (rather than greater)
	            // indent level as the initial [ or { is technically invalid, but
	            // failing here would be surprising to users.
	            const atFlowEndMarker = indent === this.indentNext - 1 &&
	                this.flowLevel === 1 &&
	                (line[0] === ']' || line[0] === '}');
	            if (!atFlowEndMarker) {
	                // this is an error
	                this.flowLevel = 0;
	                yield cst.FLOW_END;
	                return yield* this.parseLineStart();
	            }
	        }
	        let n = 0;
	        while (line[n] === ',') {
	            n += yield* this.pushCount(1);
	            n += yield* this.pushSpaces(true);
	            this.flowKey = false;
	        }
	        n += yield* this.pushIndicators();
	        switch (line[n]) {
	            case undefined:
	                return 'flow';
	            case '#':
	                yield* this.pushCount(line.length - n);
	                return 'flow';
	            case '{':
	            case '[':
	                yield* this.pushCount(1);
	                this.flowKey = false;
	                this.flowLevel += 1;
	                return 'flow';
	            case '}':
	            case ']':
	                yield* this.pushCount(1);
	                this.flowKey = true;
	                this.flowLevel -= 1;
	                return this.flowLevel ? 'flow' : 'doc';
	            case '*':
	                yield* this.pushUntil(isNotAnchorChar);
	                return 'flow';
	            case '"':
	            case "'":
	                this.flowKey = true;
	                return yield* this.parseQuotedScalar();
	            case ':': {
	                const next = this.charAt(1);
	                if (this.flowKey || isEmpty(next) || next === ',') {
	                    this.flowKey = false;
	                    yield* this.pushCount(1);
	                    yield* this.pushSpaces(true);
	                    return 'flow';
	                }
	            }
	            // fallthrough
	            default:
	                this.flowKey = false;
	                return yield* this.parsePlainScalar();
	        }
	    }
	    *parseQuotedScalar() {
	        const quote = this.charAt(0);
	        let end = this.buffer.indexOf(quote, this.pos + 1);
	        if (quote === "'") {
	            while (end !== -1 && this.buffer[end + 1] === "'")
	                end = this.buffer.indexOf("'", end + 2);
	        }
	        else {
	            // double-quote
	            while (end !== -1) {
	                let n = 0;
	                while (this.buffer[end - 1 - n] === '\\')
	                    n += 1;
	                if (n % 2 === 0)
	                    break;
	                end = this.buffer.indexOf('"', end + 1);
	            }
	        }
	        // Only looking for newlines within the quotes
	        const qb = this.buffer.substring(0, end);
	        let nl = qb.indexOf('\n', this.pos);
	        if (nl !== -1) {
	            while (nl !== -1) {
	                const cs = this.continueScalar(nl + 1);
	                if (cs === -1)
	                    break;
	                nl = qb.indexOf('\n', cs);
	            }
	            if (nl !== -1) {
	                // this is an error caused by an unexpected unindent
	                end = nl - (qb[nl - 1] === '\r' ? 2 : 1);
	            }
	        }
	        if (end === -1) {
	            if (!this.atEnd)
	                return this.setNext('quoted-scalar');
	            end = this.buffer.length;
	        }
	        yield* this.pushToIndex(end + 1, false);
	        return this.flowLevel ? 'flow' : 'doc';
	    }
	    *parseBlockScalarHeader() {
	        this.blockScalarIndent = -1;
	        this.blockScalarKeep = false;
	        let i = this.pos;
	        while (true) {
	            const ch = this.buffer[++i];
	            if (ch === '+')
	                this.blockScalarKeep = true;
	            else if (ch > '0' && ch <= '9')
	                this.blockScalarIndent = Number(ch) - 1;
	            else if (ch !== '-')
	                break;
	        }
	        return yield* this.pushUntil(ch => isEmpty(ch) || ch === '#');
	    }
	    *parseBlockScalar() {
	        let nl = this.pos - 1; // may be -1 if this.pos === 0
	        let indent = 0;
	        let ch;
	        loop: for (let i = this.pos; (ch = this.buffer[i]); ++i) {
	            switch (ch) {
	                case ' ':
	                    indent += 1;
	                    break;
	                case '\n':
	                    nl = i;
	                    indent = 0;
	                    break;
	                case '\r': {
	                    const next = this.buffer[i + 1];
	                    if (!next && !this.atEnd)
	                        return this.setNext('block-scalar');
	                    if (next === '\n')
	                        break;
	                } // fallthrough
	                default:
	                    break loop;
	            }
	        }
	        if (!ch && !this.atEnd)
	            return this.setNext('block-scalar');
	        if (indent >= this.indentNext) {
	            if (this.blockScalarIndent === -1)
	                this.indentNext = indent;
	            else {
	                this.indentNext =
	                    this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
	            }
	            do {
	                const cs = this.continueScalar(nl + 1);
	                if (cs === -1)
	                    break;
	                nl = this.buffer.indexOf('\n', cs);
	            } while (nl !== -1);
	            if (nl === -1) {
	                if (!this.atEnd)
	                    return this.setNext('block-scalar');
	                nl = this.buffer.length;
	            }
	        }
	        // Trailing insufficiently indented tabs are invalid.
	        // To catch that during parsing, we include them in the block scalar value.
	        let i = nl + 1;
	        ch = this.buffer[i];
	        while (ch === ' ')
	            ch = this.buffer[++i];
	        if (ch === '\t') {
	            while (ch === '\t' || ch === ' ' || ch === '\r' || ch === '\n')
	                ch = this.buffer[++i];
	            nl = i - 1;
	        }
	        else if (!this.blockScalarKeep) {
	            do {
	                let i = nl - 1;
	                let ch = this.buffer[i];
	                if (ch === '\r')
	                    ch = this.buffer[--i];
	                const lastChar = i; // Drop the line if last char not more indented
	                while (ch === ' ')
	                    ch = this.buffer[--i];
	                if (ch === '\n' && i >= this.pos && i + 1 + indent > lastChar)
	                    nl = i;
	                else
	                    break;
	            } while (true);
	        }
	        yield cst.SCALAR;
	        yield* this.pushToIndex(nl + 1, true);
	        return yield* this.parseLineStart();
	    }
	    *parsePlainScalar() {
	        const inFlow = this.flowLevel > 0;
	        let end = this.pos - 1;
	        let i = this.pos - 1;
	        let ch;
	        while ((ch = this.buffer[++i])) {
	            if (ch === ':') {
	                const next = this.buffer[i + 1];
	                if (isEmpty(next) || (inFlow && flowIndicatorChars.has(next)))
	                    break;
	                end = i;
	            }
	            else if (isEmpty(ch)) {
	                let next = this.buffer[i + 1];
	                if (ch === '\r') {
	                    if (next === '\n') {
	                        i += 1;
	                        ch = '\n';
	                        next = this.buffer[i + 1];
	                    }
	                    else
	                        end = i;
	                }
	                if (next === '#' || (inFlow && flowIndicatorChars.has(next)))
	                    break;
	                if (ch === '\n') {
	                    const cs = this.continueScalar(i + 1);
	                    if (cs === -1)
	                        break;
	                    i = Math.max(i, cs - 2); // to advance, but still account for ' #'
	                }
	            }
	            else {
	                if (inFlow && flowIndicatorChars.has(ch))
	                    break;
	                end = i;
	            }
	        }
	        if (!ch && !this.atEnd)
	            return this.setNext('plain-scalar');
	        yield cst.SCALAR;
	        yield* this.pushToIndex(end + 1, true);
	        return inFlow ? 'flow' : 'doc';
	    }
	    *pushCount(n) {
	        if (n > 0) {
	            yield this.buffer.substr(this.pos, n);
	            this.pos += n;
	            return n;
	        }
	        return 0;
	    }
	    *pushToIndex(i, allowEmpty) {
	        const s = this.buffer.slice(this.pos, i);
	        if (s) {
	            yield s;
	            this.pos += s.length;
	            return s.length;
	        }
	        else if (allowEmpty)
	            yield '';
	        return 0;
	    }
	    *pushIndicators() {
	        let n = 0;
	        loop: while (true) {
	            switch (this.charAt(0)) {
	                case '!':
	                    n += yield* this.pushTag();
	                    n += yield* this.pushSpaces(true);
	                    continue loop;
	                case '&':
	                    n += yield* this.pushUntil(isNotAnchorChar);
	                    n += yield* this.pushSpaces(true);
	                    continue loop;
	                case '-': // this is an error
	                case '?': // this is an error outside flow collections
	                case ':': {
	                    const inFlow = this.flowLevel > 0;
	                    const ch1 = this.charAt(1);
	                    if (isEmpty(ch1) || (inFlow && flowIndicatorChars.has(ch1))) {
	                        if (!inFlow)
	                            this.indentNext = this.indentValue + 1;
	                        else if (this.flowKey)
	                            this.flowKey = false;
	                        n += yield* this.pushCount(1);
	                        n += yield* this.pushSpaces(true);
	                        continue loop;
	                    }
	                }
	            }
	            break loop;
	        }
	        return n;
	    }
	    *pushTag() {
	        if (this.charAt(1) === '<') {
	            let i = this.pos + 2;
	            let ch = this.buffer[i];
	            while (!isEmpty(ch) && ch !== '>')
	                ch = this.buffer[++i];
	            return yield* this.pushToIndex(ch === '>' ? i + 1 : i, false);
	        }
	        else {
	            let i = this.pos + 1;
	            let ch = this.buffer[i];
	            while (ch) {
	                if (tagChars.has(ch))
	                    ch = this.buffer[++i];
	                else if (ch === '%' &&
	                    hexDigits.has(this.buffer[i + 1]) &&
	                    hexDigits.has(this.buffer[i + 2])) {
	                    ch = this.buffer[(i += 3)];
	                }
	                else
	                    break;
	            }
	            return yield* this.pushToIndex(i, false);
	        }
	    }
	    *pushNewline() {
	        const ch = this.buffer[this.pos];
	        if (ch === '\n')
	            return yield* this.pushCount(1);
	        else if (ch === '\r' && this.charAt(1) === '\n')
	            return yield* this.pushCount(2);
	        else
	            return 0;
	    }
	    *pushSpaces(allowTabs) {
	        let i = this.pos - 1;
	        let ch;
	        do {
	            ch = this.buffer[++i];
	        } while (ch === ' ' || (allowTabs && ch === '\t'));
	        const n = i - this.pos;
	        if (n > 0) {
	            yield this.buffer.substr(this.pos, n);
	            this.pos = i;
	        }
	        return n;
	    }
	    *pushUntil(test) {
	        let i = this.pos;
	        let ch = this.buffer[i];
	        while (!test(ch))
	            ch = this.buffer[++i];
	        return yield* this.pushToIndex(i, false);
	    }
	}

	lexer.Lexer = Lexer;
	return lexer;
}

var lineCounter = {};

var hasRequiredLineCounter;

function requireLineCounter () {
	if (hasRequiredLineCounter) return lineCounter;
	hasRequiredLineCounter = 1;

	/**
	 * Tracks newlines during parsing in order to provide an efficient API for
	 * determining the one-indexed `{ line, col }` position for any offset
	 * within the input.
	 */
	class LineCounter {
	    constructor() {
	        this.lineStarts = [];
	        /**
	         * Should be called in ascending order. Otherwise, call
	         * `lineCounter.lineStarts.sort()` before calling `linePos()`.
	         */
	        this.addNewLine = (offset) => this.lineStarts.push(offset);
	        /**
	         * Performs a binary search and returns the 1-indexed { line, col }
	         * position of `offset`. If `line === 0`, `addNewLine` has never been
	         * called or `offset` is before the first known newline.
	         */
	        this.linePos = (offset) => {
	            let low = 0;
	            let high = this.lineStarts.length;
	            while (low < high) {
	                const mid = (low + high) >> 1; // Math.floor((low + high) / 2)
	                if (this.lineStarts[mid] < offset)
	                    low = mid + 1;
	                else
	                    high = mid;
	            }
	            if (this.lineStarts[low] === offset)
	                return { line: low + 1, col: 1 };
	            if (low === 0)
	                return { line: 0, col: offset };
	            const start = this.lineStarts[low - 1];
	            return { line: low, col: offset - start + 1 };
	        };
	    }
	}

	lineCounter.LineCounter = LineCounter;
	return lineCounter;
}

var parser = {};

var hasRequiredParser$1;

function requireParser$1 () {
	if (hasRequiredParser$1) return parser;
	hasRequiredParser$1 = 1;

	var node_process = require$$0;
	var cst = requireCst();
	var lexer = requireLexer();

	function includesToken(list, type) {
	    for (let i = 0; i < list.length; ++i)
	        if (list[i].type === type)
	            return true;
	    return false;
	}
	function findNonEmptyIndex(list) {
	    for (let i = 0; i < list.length; ++i) {
	        switch (list[i].type) {
	            case 'space':
	            case 'comment':
	            case 'newline':
	                break;
	            default:
	                return i;
	        }
	    }
	    return -1;
	}
	function isFlowToken(token) {
	    switch (token?.type) {
	        case 'alias':
	        case 'scalar':
	        case 'single-quoted-scalar':
	        case 'double-quoted-scalar':
	        case 'flow-collection':
	            return true;
	        default:
	            return false;
	    }
	}
	function getPrevProps(parent) {
	    switch (parent.type) {
	        case 'document':
	            return parent.start;
	        case 'block-map': {
	            const it = parent.items[parent.items.length - 1];
	            return it.sep ?? it.start;
	        }
	        case 'block-seq':
	            return parent.items[parent.items.length - 1].start;
	        /* istanbul ignore next should not happen */
	        default:
	            return [];
	    }
	}
	/** Note: May modify input array */
	function getFirstKeyStartProps(prev) {
	    if (prev.length === 0)
	        return [];
	    let i = prev.length;
	    loop: while (--i >= 0) {
	        switch (prev[i].type) {
	            case 'doc-start':
	            case 'explicit-key-ind':
	            case 'map-value-ind':
	            case 'seq-item-ind':
	            case 'newline':
	                break loop;
	        }
	    }
	    while (prev[++i]?.type === 'space') {
	        /* loop */
	    }
	    return prev.splice(i, prev.length);
	}
	function arrayPushArray(target, source) {
	    // May exhaust call stack with large `source` array
	    if (source.length < 1e5)
	        Array.prototype.push.apply(target, source);
	    else
	        for (let i = 0; i < source.length; ++i)
	            target.push(source[i]);
	}
	function fixFlowSeqItems(fc) {
	    if (fc.start.type === 'flow-seq-start') {
	        for (const it of fc.items) {
	            if (it.sep &&
	                !it.value &&
	                !includesToken(it.start, 'explicit-key-ind') &&
	                !includesToken(it.sep, 'map-value-ind')) {
	                if (it.key)
	                    it.value = it.key;
	                delete it.key;
	                if (isFlowToken(it.value)) {
	                    if (it.value.end)
	                        arrayPushArray(it.value.end, it.sep);
	                    else
	                        it.value.end = it.sep;
	                }
	                else
	                    arrayPushArray(it.start, it.sep);
	                delete it.sep;
	            }
	        }
	    }
	}
	/**
	 * A YAML concrete syntax tree (CST) parser
	 *
	 * ```ts
	 * const src: string = ...
	 * for (const token of new Parser().parse(src)) {
	 *   // token: Token
	 * }
	 * ```
	 *
	 * To use the parser with a user-provided lexer:
	 *
	 * ```ts
	 * function* parse(source: string, lexer: Lexer) {
	 *   const parser = new Parser()
	 *   for (const lexeme of lexer.lex(source))
	 *     yield* parser.next(lexeme)
	 *   yield* parser.end()
	 * }
	 *
	 * const src: string = ...
	 * const lexer = new Lexer()
	 * for (const token of parse(src, lexer)) {
	 *   // token: Token
	 * }
	 * ```
	 */
	class Parser {
	    /**
	     * @param onNewLine - If defined, called separately with the start position of
	     *   each new line (in `parse()`, including the start of input).
	     */
	    constructor(onNewLine) {
	        /** If true, space and sequence indicators count as indentation */
	        this.atNewLine = true;
	        /** If true, next token is a scalar value */
	        this.atScalar = false;
	        /** Current indentation level */
	        this.indent = 0;
	        /** Current offset since the start of parsing */
	        this.offset = 0;
	        /** On the same line with a block map key */
	        this.onKeyLine = false;
	        /** Top indicates the node that's currently being built */
	        this.stack = [];
	        /** The source of the current token, set in parse() */
	        this.source = '';
	        /** The type of the current token, set in parse() */
	        this.type = '';
	        // Must be defined after `next()`
	        this.lexer = new lexer.Lexer();
	        this.onNewLine = onNewLine;
	    }
	    /**
	     * Parse `source` as a YAML stream.
	     * If `incomplete`, a part of the last line may be left as a buffer for the next call.
	     *
	     * Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
	     *
	     * @returns A generator of tokens representing each directive, document, and other structure.
	     */
	    *parse(source, incomplete = false) {
	        if (this.onNewLine && this.offset === 0)
	            this.onNewLine(0);
	        for (const lexeme of this.lexer.lex(source, incomplete))
	            yield* this.next(lexeme);
	        if (!incomplete)
	            yield* this.end();
	    }
	    /**
	     * Advance the parser by the `source` of one lexical token.
	     */
	    *next(source) {
	        this.source = source;
	        if (node_process.env.LOG_TOKENS)
	            console.log('|', cst.prettyToken(source));
	        if (this.atScalar) {
	            this.atScalar = false;
	            yield* this.step();
	            this.offset += source.length;
	            return;
	        }
	        const type = cst.tokenType(source);
	        if (!type) {
	            const message = `Not a YAML token: ${source}`;
	            yield* this.pop({ type: 'error', offset: this.offset, message, source });
	            this.offset += source.length;
	        }
	        else if (type === 'scalar') {
	            this.atNewLine = false;
	            this.atScalar = true;
	            this.type = 'scalar';
	        }
	        else {
	            this.type = type;
	            yield* this.step();
	            switch (type) {
	                case 'newline':
	                    this.atNewLine = true;
	                    this.indent = 0;
	                    if (this.onNewLine)
	                        this.onNewLine(this.offset + source.length);
	                    break;
	                case 'space':
	                    if (this.atNewLine && source[0] === ' ')
	                        this.indent += source.length;
	                    break;
	                case 'explicit-key-ind':
	                case 'map-value-ind':
	                case 'seq-item-ind':
	                    if (this.atNewLine)
	                        this.indent += source.length;
	                    break;
	                case 'doc-mode':
	                case 'flow-error-end':
	                    return;
	                default:
	                    this.atNewLine = false;
	            }
	            this.offset += source.length;
	        }
	    }
	    /** Call at end of input to push out any remaining constructions */
	    *end() {
	        while (this.stack.length > 0)
	            yield* this.pop();
	    }
	    get sourceToken() {
	        const st = {
	            type: this.type,
	            offset: this.offset,
	            indent: this.indent,
	            source: this.source
	        };
	        return st;
	    }
	    *step() {
	        const top = this.peek(1);
	        if (this.type === 'doc-end' && top?.type !== 'doc-end') {
	            while (this.stack.length > 0)
	                yield* this.pop();
	            this.stack.push({
	                type: 'doc-end',
	                offset: this.offset,
	                source: this.source
	            });
	            return;
	        }
	        if (!top)
	            return yield* this.stream();
	        switch (top.type) {
	            case 'document':
	                return yield* this.document(top);
	            case 'alias':
	            case 'scalar':
	            case 'single-quoted-scalar':
	            case 'double-quoted-scalar':
	                return yield* this.scalar(top);
	            case 'block-scalar':
	                return yield* this.blockScalar(top);
	            case 'block-map':
	                return yield* this.blockMap(top);
	            case 'block-seq':
	                return yield* this.blockSequence(top);
	            case 'flow-collection':
	                return yield* this.flowCollection(top);
	            case 'doc-end':
	                return yield* this.documentEnd(top);
	        }
	        /* istanbul ignore next should not happen */
	        yield* this.pop();
	    }
	    peek(n) {
	        return this.stack[this.stack.length - n];
	    }
	    *pop(error) {
	        const token = error ?? this.stack.pop();
	        /* istanbul ignore if should not happen */
	        if (!token) {
	            const message = 'Tried to pop an empty stack';
	            yield { type: 'error', offset: this.offset, source: '', message };
	        }
	        else if (this.stack.length === 0) {
	            yield token;
	        }
	        else {
	            const top = this.peek(1);
	            if (token.type === 'block-scalar') {
	                // Block scalars use their parent rather than header indent
	                token.indent = 'indent' in top ? top.indent : 0;
	            }
	            else if (token.type === 'flow-collection' && top.type === 'document') {
	                // Ignore all indent for top-level flow collections
	                token.indent = 0;
	            }
	            if (token.type === 'flow-collection')
	                fixFlowSeqItems(token);
	            switch (top.type) {
	                case 'document':
	                    top.value = token;
	                    break;
	                case 'block-scalar':
	                    top.props.push(token); // error
	                    break;
	                case 'block-map': {
	                    const it = top.items[top.items.length - 1];
	                    if (it.value) {
	                        top.items.push({ start: [], key: token, sep: [] });
	                        this.onKeyLine = true;
	                        return;
	                    }
	                    else if (it.sep) {
	                        it.value = token;
	                    }
	                    else {
	                        Object.assign(it, { key: token, sep: [] });
	                        this.onKeyLine = !it.explicitKey;
	                        return;
	                    }
	                    break;
	                }
	                case 'block-seq': {
	                    const it = top.items[top.items.length - 1];
	                    if (it.value)
	                        top.items.push({ start: [], value: token });
	                    else
	                        it.value = token;
	                    break;
	                }
	                case 'flow-collection': {
	                    const it = top.items[top.items.length - 1];
	                    if (!it || it.value)
	                        top.items.push({ start: [], key: token, sep: [] });
	                    else if (it.sep)
	                        it.value = token;
	                    else
	                        Object.assign(it, { key: token, sep: [] });
	                    return;
	                }
	                /* istanbul ignore next should not happen */
	                default:
	                    yield* this.pop();
	                    yield* this.pop(token);
	            }
	            if ((top.type === 'document' ||
	                top.type === 'block-map' ||
	                top.type === 'block-seq') &&
	                (token.type === 'block-map' || token.type === 'block-seq')) {
	                const last = token.items[token.items.length - 1];
	                if (last &&
	                    !last.sep &&
	                    !last.value &&
	                    last.start.length > 0 &&
	                    findNonEmptyIndex(last.start) === -1 &&
	                    (token.indent === 0 ||
	                        last.start.every(st => st.type !== 'comment' || st.indent < token.indent))) {
	                    if (top.type === 'document')
	                        top.end = last.start;
	                    else
	                        top.items.push({ start: last.start });
	                    token.items.splice(-1, 1);
	                }
	            }
	        }
	    }
	    *stream() {
	        switch (this.type) {
	            case 'directive-line':
	                yield { type: 'directive', offset: this.offset, source: this.source };
	                return;
	            case 'byte-order-mark':
	            case 'space':
	            case 'comment':
	            case 'newline':
	                yield this.sourceToken;
	                return;
	            case 'doc-mode':
	            case 'doc-start': {
	                const doc = {
	                    type: 'document',
	                    offset: this.offset,
	                    start: []
	                };
	                if (this.type === 'doc-start')
	                    doc.start.push(this.sourceToken);
	                this.stack.push(doc);
	                return;
	            }
	        }
	        yield {
	            type: 'error',
	            offset: this.offset,
	            message: `Unexpected ${this.type} token in YAML stream`,
	            source: this.source
	        };
	    }
	    *document(doc) {
	        if (doc.value)
	            return yield* this.lineEnd(doc);
	        switch (this.type) {
	            case 'doc-start': {
	                if (findNonEmptyIndex(doc.start) !== -1) {
	                    yield* this.pop();
	                    yield* this.step();
	                }
	                else
	                    doc.start.push(this.sourceToken);
	                return;
	            }
	            case 'anchor':
	            case 'tag':
	            case 'space':
	            case 'comment':
	            case 'newline':
	                doc.start.push(this.sourceToken);
	                return;
	        }
	        const bv = this.startBlockValue(doc);
	        if (bv)
	            this.stack.push(bv);
	        else {
	            yield {
	                type: 'error',
	                offset: this.offset,
	                message: `Unexpected ${this.type} token in YAML document`,
	                source: this.source
	            };
	        }
	    }
	    *scalar(scalar) {
	        if (this.type === 'map-value-ind') {
	            const prev = getPrevProps(this.peek(2));
	            const start = getFirstKeyStartProps(prev);
	            let sep;
	            if (scalar.end) {
	                sep = scalar.end;
	                sep.push(this.sourceToken);
	                delete scalar.end;
	            }
	            else
	                sep = [this.sourceToken];
	            const map = {
	                type: 'block-map',
	                offset: scalar.offset,
	                indent: scalar.indent,
	                items: [{ start, key: scalar, sep }]
	            };
	            this.onKeyLine = true;
	            this.stack[this.stack.length - 1] = map;
	        }
	        else
	            yield* this.lineEnd(scalar);
	    }
	    *blockScalar(scalar) {
	        switch (this.type) {
	            case 'space':
	            case 'comment':
	            case 'newline':
	                scalar.props.push(this.sourceToken);
	                return;
	            case 'scalar':
	                scalar.source = this.source;
	                // block-scalar source includes trailing newline
	                this.atNewLine = true;
	                this.indent = 0;
	                if (this.onNewLine) {
	                    let nl = this.source.indexOf('\n') + 1;
	                    while (nl !== 0) {
	                        this.onNewLine(this.offset + nl);
	                        nl = this.source.indexOf('\n', nl) + 1;
	                    }
	                }
	                yield* this.pop();
	                break;
	            /* istanbul ignore next should not happen */
	            default:
	                yield* this.pop();
	                yield* this.step();
	        }
	    }
	    *blockMap(map) {
	        const it = map.items[map.items.length - 1];
	        // it.sep is true-ish if pair already has key or : separator
	        switch (this.type) {
	            case 'newline':
	                this.onKeyLine = false;
	                if (it.value) {
	                    const end = 'end' in it.value ? it.value.end : undefined;
	                    const last = Array.isArray(end) ? end[end.length - 1] : undefined;
	                    if (last?.type === 'comment')
	                        end?.push(this.sourceToken);
	                    else
	                        map.items.push({ start: [this.sourceToken] });
	                }
	                else if (it.sep) {
	                    it.sep.push(this.sourceToken);
	                }
	                else {
	                    it.start.push(this.sourceToken);
	                }
	                return;
	            case 'space':
	            case 'comment':
	                if (it.value) {
	                    map.items.push({ start: [this.sourceToken] });
	                }
	                else if (it.sep) {
	                    it.sep.push(this.sourceToken);
	                }
	                else {
	                    if (this.atIndentedComment(it.start, map.indent)) {
	                        const prev = map.items[map.items.length - 2];
	                        const end = prev?.value?.end;
	                        if (Array.isArray(end)) {
	                            arrayPushArray(end, it.start);
	                            end.push(this.sourceToken);
	                            map.items.pop();
	                            return;
	                        }
	                    }
	                    it.start.push(this.sourceToken);
	                }
	                return;
	        }
	        if (this.indent >= map.indent) {
	            const atMapIndent = !this.onKeyLine && this.indent === map.indent;
	            const atNextItem = atMapIndent &&
	                (it.sep || it.explicitKey) &&
	                this.type !== 'seq-item-ind';
	            // For empty nodes, assign newline-separated not indented empty tokens to following node
	            let start = [];
	            if (atNextItem && it.sep && !it.value) {
	                const nl = [];
	                for (let i = 0; i < it.sep.length; ++i) {
	                    const st = it.sep[i];
	                    switch (st.type) {
	                        case 'newline':
	                            nl.push(i);
	                            break;
	                        case 'space':
	                            break;
	                        case 'comment':
	                            if (st.indent > map.indent)
	                                nl.length = 0;
	                            break;
	                        default:
	                            nl.length = 0;
	                    }
	                }
	                if (nl.length >= 2)
	                    start = it.sep.splice(nl[1]);
	            }
	            switch (this.type) {
	                case 'anchor':
	                case 'tag':
	                    if (atNextItem || it.value) {
	                        start.push(this.sourceToken);
	                        map.items.push({ start });
	                        this.onKeyLine = true;
	                    }
	                    else if (it.sep) {
	                        it.sep.push(this.sourceToken);
	                    }
	                    else {
	                        it.start.push(this.sourceToken);
	                    }
	                    return;
	                case 'explicit-key-ind':
	                    if (!it.sep && !it.explicitKey) {
	                        it.start.push(this.sourceToken);
	                        it.explicitKey = true;
	                    }
	                    else if (atNextItem || it.value) {
	                        start.push(this.sourceToken);
	                        map.items.push({ start, explicitKey: true });
	                    }
	                    else {
	                        this.stack.push({
	                            type: 'block-map',
	                            offset: this.offset,
	                            indent: this.indent,
	                            items: [{ start: [this.sourceToken], explicitKey: true }]
	                        });
	                    }
	                    this.onKeyLine = true;
	                    return;
	                case 'map-value-ind':
	                    if (it.explicitKey) {
	                        if (!it.sep) {
	                            if (includesToken(it.start, 'newline')) {
	                                Object.assign(it, { key: null, sep: [this.sourceToken] });
	                            }
	                            else {
	                                const start = getFirstKeyStartProps(it.start);
	                                this.stack.push({
	                                    type: 'block-map',
	                                    offset: this.offset,
	                                    indent: this.indent,
	                                    items: [{ start, key: null, sep: [this.sourceToken] }]
	                                });
	                            }
	                        }
	                        else if (it.value) {
	                            map.items.push({ start: [], key: null, sep: [this.sourceToken] });
	                        }
	                        else if (includesToken(it.sep, 'map-value-ind')) {
	                            this.stack.push({
	                                type: 'block-map',
	                                offset: this.offset,
	                                indent: this.indent,
	                                items: [{ start, key: null, sep: [this.sourceToken] }]
	                            });
	                        }
	                        else if (isFlowToken(it.key) &&
	                            !includesToken(it.sep, 'newline')) {
	                            const start = getFirstKeyStartProps(it.start);
	                            const key = it.key;
	                            const sep = it.sep;
	                            sep.push(this.sourceToken);
	                            // @ts-expect-error type guard is wrong here
	                            delete it.key;
	                            // @ts-expect-error type guard is wrong here
	                            delete it.sep;
	                            this.stack.push({
	                                type: 'block-map',
	                                offset: this.offset,
	                                indent: this.indent,
	                                items: [{ start, key, sep }]
	                            });
	                        }
	                        else if (start.length > 0) {
	                            // Not actually at next item
	                            it.sep = it.sep.concat(start, this.sourceToken);
	                        }
	                        else {
	                            it.sep.push(this.sourceToken);
	                        }
	                    }
	                    else {
	                        if (!it.sep) {
	                            Object.assign(it, { key: null, sep: [this.sourceToken] });
	                        }
	                        else if (it.value || atNextItem) {
	                            map.items.push({ start, key: null, sep: [this.sourceToken] });
	                        }
	                        else if (includesToken(it.sep, 'map-value-ind')) {
	                            this.stack.push({
	                                type: 'block-map',
	                                offset: this.offset,
	                                indent: this.indent,
	                                items: [{ start: [], key: null, sep: [this.sourceToken] }]
	                            });
	                        }
	                        else {
	                            it.sep.push(this.sourceToken);
	                        }
	                    }
	                    this.onKeyLine = true;
	                    return;
	                case 'alias':
	                case 'scalar':
	                case 'single-quoted-scalar':
	                case 'double-quoted-scalar': {
	                    const fs = this.flowScalar(this.type);
	                    if (atNextItem || it.value) {
	                        map.items.push({ start, key: fs, sep: [] });
	                        this.onKeyLine = true;
	                    }
	                    else if (it.sep) {
	                        this.stack.push(fs);
	                    }
	                    else {
	                        Object.assign(it, { key: fs, sep: [] });
	                        this.onKeyLine = true;
	                    }
	                    return;
	                }
	                default: {
	                    const bv = this.startBlockValue(map);
	                    if (bv) {
	                        if (bv.type === 'block-seq') {
	                            if (!it.explicitKey &&
	                                it.sep &&
	                                !includesToken(it.sep, 'newline')) {
	                                yield* this.pop({
	                                    type: 'error',
	                                    offset: this.offset,
	                                    message: 'Unexpected block-seq-ind on same line with key',
	                                    source: this.source
	                                });
	                                return;
	                            }
	                        }
	                        else if (atMapIndent) {
	                            map.items.push({ start });
	                        }
	                        this.stack.push(bv);
	                        return;
	                    }
	                }
	            }
	        }
	        yield* this.pop();
	        yield* this.step();
	    }
	    *blockSequence(seq) {
	        const it = seq.items[seq.items.length - 1];
	        switch (this.type) {
	            case 'newline':
	                if (it.value) {
	                    const end = 'end' in it.value ? it.value.end : undefined;
	                    const last = Array.isArray(end) ? end[end.length - 1] : undefined;
	                    if (last?.type === 'comment')
	                        end?.push(this.sourceToken);
	                    else
	                        seq.items.push({ start: [this.sourceToken] });
	                }
	                else
	                    it.start.push(this.sourceToken);
	                return;
	            case 'space':
	            case 'comment':
	                if (it.value)
	                    seq.items.push({ start: [this.sourceToken] });
	                else {
	                    if (this.atIndentedComment(it.start, seq.indent)) {
	                        const prev = seq.items[seq.items.length - 2];
	                        const end = prev?.value?.end;
	                        if (Array.isArray(end)) {
	                            arrayPushArray(end, it.start);
	                            end.push(this.sourceToken);
	                            seq.items.pop();
	                            return;
	                        }
	                    }
	                    it.start.push(this.sourceToken);
	                }
	                return;
	            case 'anchor':
	            case 'tag':
	                if (it.value || this.indent <= seq.indent)
	                    break;
	                it.start.push(this.sourceToken);
	                return;
	            case 'seq-item-ind':
	                if (this.indent !== seq.indent)
	                    break;
	                if (it.value || includesToken(it.start, 'seq-item-ind'))
	                    seq.items.push({ start: [this.sourceToken] });
	                else
	                    it.start.push(this.sourceToken);
	                return;
	        }
	        if (this.indent > seq.indent) {
	            const bv = this.startBlockValue(seq);
	            if (bv) {
	                this.stack.push(bv);
	                return;
	            }
	        }
	        yield* this.pop();
	        yield* this.step();
	    }
	    *flowCollection(fc) {
	        const it = fc.items[fc.items.length - 1];
	        if (this.type === 'flow-error-end') {
	            let top;
	            do {
	                yield* this.pop();
	                top = this.peek(1);
	            } while (top?.type === 'flow-collection');
	        }
	        else if (fc.end.length === 0) {
	            switch (this.type) {
	                case 'comma':
	                case 'explicit-key-ind':
	                    if (!it || it.sep)
	                        fc.items.push({ start: [this.sourceToken] });
	                    else
	                        it.start.push(this.sourceToken);
	                    return;
	                case 'map-value-ind':
	                    if (!it || it.value)
	                        fc.items.push({ start: [], key: null, sep: [this.sourceToken] });
	                    else if (it.sep)
	                        it.sep.push(this.sourceToken);
	                    else
	                        Object.assign(it, { key: null, sep: [this.sourceToken] });
	                    return;
	                case 'space':
	                case 'comment':
	                case 'newline':
	                case 'anchor':
	                case 'tag':
	                    if (!it || it.value)
	                        fc.items.push({ start: [this.sourceToken] });
	                    else if (it.sep)
	                        it.sep.push(this.sourceToken);
	                    else
	                        it.start.push(this.sourceToken);
	                    return;
	                case 'alias':
	                case 'scalar':
	                case 'single-quoted-scalar':
	                case 'double-quoted-scalar': {
	                    const fs = this.flowScalar(this.type);
	                    if (!it || it.value)
	                        fc.items.push({ start: [], key: fs, sep: [] });
	                    else if (it.sep)
	                        this.stack.push(fs);
	                    else
	                        Object.assign(it, { key: fs, sep: [] });
	                    return;
	                }
	                case 'flow-map-end':
	                case 'flow-seq-end':
	                    fc.end.push(this.sourceToken);
	                    return;
	            }
	            const bv = this.startBlockValue(fc);
	            /* istanbul ignore else should not happen */
	            if (bv)
	                this.stack.push(bv);
	            else {
	                yield* this.pop();
	                yield* this.step();
	            }
	        }
	        else {
	            const parent = this.peek(2);
	            if (parent.type === 'block-map' &&
	                ((this.type === 'map-value-ind' && parent.indent === fc.indent) ||
	                    (this.type === 'newline' &&
	                        !parent.items[parent.items.length - 1].sep))) {
	                yield* this.pop();
	                yield* this.step();
	            }
	            else if (this.type === 'map-value-ind' &&
	                parent.type !== 'flow-collection') {
	                const prev = getPrevProps(parent);
	                const start = getFirstKeyStartProps(prev);
	                fixFlowSeqItems(fc);
	                const sep = fc.end.splice(1, fc.end.length);
	                sep.push(this.sourceToken);
	                const map = {
	                    type: 'block-map',
	                    offset: fc.offset,
	                    indent: fc.indent,
	                    items: [{ start, key: fc, sep }]
	                };
	                this.onKeyLine = true;
	                this.stack[this.stack.length - 1] = map;
	            }
	            else {
	                yield* this.lineEnd(fc);
	            }
	        }
	    }
	    flowScalar(type) {
	        if (this.onNewLine) {
	            let nl = this.source.indexOf('\n') + 1;
	            while (nl !== 0) {
	                this.onNewLine(this.offset + nl);
	                nl = this.source.indexOf('\n', nl) + 1;
	            }
	        }
	        return {
	            type,
	            offset: this.offset,
	            indent: this.indent,
	            source: this.source
	        };
	    }
	    startBlockValue(parent) {
	        switch (this.type) {
	            case 'alias':
	            case 'scalar':
	            case 'single-quoted-scalar':
	            case 'double-quoted-scalar':
	                return this.flowScalar(this.type);
	            case 'block-scalar-header':
	                return {
	                    type: 'block-scalar',
	                    offset: this.offset,
	                    indent: this.indent,
	                    props: [this.sourceToken],
	                    source: ''
	                };
	            case 'flow-map-start':
	            case 'flow-seq-start':
	                return {
	                    type: 'flow-collection',
	                    offset: this.offset,
	                    indent: this.indent,
	                    start: this.sourceToken,
	                    items: [],
	                    end: []
	                };
	            case 'seq-item-ind':
	                return {
	                    type: 'block-seq',
	                    offset: this.offset,
	                    indent: this.indent,
	                    items: [{ start: [this.sourceToken] }]
	                };
	            case 'explicit-key-ind': {
	                this.onKeyLine = true;
	                const prev = getPrevProps(parent);
	                const start = getFirstKeyStartProps(prev);
	                start.push(this.sourceToken);
	                return {
	                    type: 'block-map',
	                    offset: this.offset,
	                    indent: this.indent,
	                    items: [{ start, explicitKey: true }]
	                };
	            }
	            case 'map-value-ind': {
	                this.onKeyLine = true;
	                const prev = getPrevProps(parent);
	                const start = getFirstKeyStartProps(prev);
	                return {
	                    type: 'block-map',
	                    offset: this.offset,
	                    indent: this.indent,
	                    items: [{ start, key: null, sep: [this.sourceToken] }]
	                };
	            }
	        }
	        return null;
	    }
	    atIndentedComment(start, indent) {
	        if (this.type !== 'comment')
	            return false;
	        if (this.indent <= indent)
	            return false;
	        return start.every(st => st.type === 'newline' || st.type === 'space');
	    }
	    *documentEnd(docEnd) {
	        if (this.type !== 'doc-mode') {
	            if (docEnd.end)
	                docEnd.end.push(this.sourceToken);
	            else
	                docEnd.end = [this.sourceToken];
	            if (this.type === 'newline')
	                yield* this.pop();
	        }
	    }
	    *lineEnd(token) {
	        switch (this.type) {
	            case 'comma':
	            case 'doc-start':
	            case 'doc-end':
	            case 'flow-seq-end':
	            case 'flow-map-end':
	            case 'map-value-ind':
	                yield* this.pop();
	                yield* this.step();
	                break;
	            case 'newline':
	                this.onKeyLine = false;
	            // fallthrough
	            case 'space':
	            case 'comment':
	            default:
	                // all other values are errors
	                if (token.end)
	                    token.end.push(this.sourceToken);
	                else
	                    token.end = [this.sourceToken];
	                if (this.type === 'newline')
	                    yield* this.pop();
	        }
	    }
	}

	parser.Parser = Parser;
	return parser;
}

var publicApi = {};

var hasRequiredPublicApi;

function requirePublicApi () {
	if (hasRequiredPublicApi) return publicApi;
	hasRequiredPublicApi = 1;

	var composer = requireComposer();
	var Document = requireDocument();
	var errors = requireErrors();
	var log = requireLog();
	var identity = requireIdentity();
	var lineCounter = requireLineCounter();
	var parser = requireParser$1();

	function parseOptions(options) {
	    const prettyErrors = options.prettyErrors !== false;
	    const lineCounter$1 = options.lineCounter || (prettyErrors && new lineCounter.LineCounter()) || null;
	    return { lineCounter: lineCounter$1, prettyErrors };
	}
	/**
	 * Parse the input as a stream of YAML documents.
	 *
	 * Documents should be separated from each other by `...` or `---` marker lines.
	 *
	 * @returns If an empty `docs` array is returned, it will be of type
	 *   EmptyStream and contain additional stream information. In
	 *   TypeScript, you should use `'empty' in docs` as a type guard for it.
	 */
	function parseAllDocuments(source, options = {}) {
	    const { lineCounter, prettyErrors } = parseOptions(options);
	    const parser$1 = new parser.Parser(lineCounter?.addNewLine);
	    const composer$1 = new composer.Composer(options);
	    const docs = Array.from(composer$1.compose(parser$1.parse(source)));
	    if (prettyErrors && lineCounter)
	        for (const doc of docs) {
	            doc.errors.forEach(errors.prettifyError(source, lineCounter));
	            doc.warnings.forEach(errors.prettifyError(source, lineCounter));
	        }
	    if (docs.length > 0)
	        return docs;
	    return Object.assign([], { empty: true }, composer$1.streamInfo());
	}
	/** Parse an input string into a single YAML.Document */
	function parseDocument(source, options = {}) {
	    const { lineCounter, prettyErrors } = parseOptions(options);
	    const parser$1 = new parser.Parser(lineCounter?.addNewLine);
	    const composer$1 = new composer.Composer(options);
	    // `doc` is always set by compose.end(true) at the very latest
	    let doc = null;
	    for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) {
	        if (!doc)
	            doc = _doc;
	        else if (doc.options.logLevel !== 'silent') {
	            doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), 'MULTIPLE_DOCS', 'Source contains multiple documents; please use YAML.parseAllDocuments()'));
	            break;
	        }
	    }
	    if (prettyErrors && lineCounter) {
	        doc.errors.forEach(errors.prettifyError(source, lineCounter));
	        doc.warnings.forEach(errors.prettifyError(source, lineCounter));
	    }
	    return doc;
	}
	function parse(src, reviver, options) {
	    let _reviver = undefined;
	    if (typeof reviver === 'function') {
	        _reviver = reviver;
	    }
	    else if (options === undefined && reviver && typeof reviver === 'object') {
	        options = reviver;
	    }
	    const doc = parseDocument(src, options);
	    if (!doc)
	        return null;
	    doc.warnings.forEach(warning => log.warn(doc.options.logLevel, warning));
	    if (doc.errors.length > 0) {
	        if (doc.options.logLevel !== 'silent')
	            throw doc.errors[0];
	        else
	            doc.errors = [];
	    }
	    return doc.toJS(Object.assign({ reviver: _reviver }, options));
	}
	function stringify(value, replacer, options) {
	    let _replacer = null;
	    if (typeof replacer === 'function' || Array.isArray(replacer)) {
	        _replacer = replacer;
	    }
	    else if (options === undefined && replacer) {
	        options = replacer;
	    }
	    if (typeof options === 'string')
	        options = options.length;
	    if (typeof options === 'number') {
	        const indent = Math.round(options);
	        options = indent < 1 ? undefined : indent > 8 ? { indent: 8 } : { indent };
	    }
	    if (value === undefined) {
	        const { keepUndefined } = options ?? replacer ?? {};
	        if (!keepUndefined)
	            return undefined;
	    }
	    if (identity.isDocument(value) && !_replacer)
	        return value.toString(options);
	    return new Document.Document(value, _replacer, options).toString(options);
	}

	publicApi.parse = parse;
	publicApi.parseAllDocuments = parseAllDocuments;
	publicApi.parseDocument = parseDocument;
	publicApi.stringify = stringify;
	return publicApi;
}

var hasRequiredDist$1;

function requireDist$1 () {
	if (hasRequiredDist$1) return dist$1;
	hasRequiredDist$1 = 1;

	var composer = requireComposer();
	var Document = requireDocument();
	var Schema = requireSchema();
	var errors = requireErrors();
	var Alias = requireAlias();
	var identity = requireIdentity();
	var Pair = requirePair();
	var Scalar = requireScalar();
	var YAMLMap = requireYAMLMap();
	var YAMLSeq = requireYAMLSeq();
	var cst = requireCst();
	var lexer = requireLexer();
	var lineCounter = requireLineCounter();
	var parser = requireParser$1();
	var publicApi = requirePublicApi();
	var visit = requireVisit();



	dist$1.Composer = composer.Composer;
	dist$1.Document = Document.Document;
	dist$1.Schema = Schema.Schema;
	dist$1.YAMLError = errors.YAMLError;
	dist$1.YAMLParseError = errors.YAMLParseError;
	dist$1.YAMLWarning = errors.YAMLWarning;
	dist$1.Alias = Alias.Alias;
	dist$1.isAlias = identity.isAlias;
	dist$1.isCollection = identity.isCollection;
	dist$1.isDocument = identity.isDocument;
	dist$1.isMap = identity.isMap;
	dist$1.isNode = identity.isNode;
	dist$1.isPair = identity.isPair;
	dist$1.isScalar = identity.isScalar;
	dist$1.isSeq = identity.isSeq;
	dist$1.Pair = Pair.Pair;
	dist$1.Scalar = Scalar.Scalar;
	dist$1.YAMLMap = YAMLMap.YAMLMap;
	dist$1.YAMLSeq = YAMLSeq.YAMLSeq;
	dist$1.CST = cst;
	dist$1.Lexer = lexer.Lexer;
	dist$1.LineCounter = lineCounter.LineCounter;
	dist$1.Parser = parser.Parser;
	dist$1.parse = publicApi.parse;
	dist$1.parseAllDocuments = publicApi.parseAllDocuments;
	dist$1.parseDocument = publicApi.parseDocument;
	dist$1.stringify = publicApi.stringify;
	dist$1.visit = visit.visit;
	dist$1.visitAsync = visit.visitAsync;
	return dist$1;
}

var distExports$1 = requireDist$1();

function listFile(file, text) {
    const lineStarts = [
        0
    ];
    for(let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)){
        lineStarts.push(end + 1);
    }
    return {
        file,
        text,
        lineStarts
    };
}
/** The place of an offset in the text, for people. */ function originAt({ file, lineStarts }, offset) {
    const line = lineAt$1(lineStarts, offset);
    return {
        file,
        line: line + 1,
        column: offset - (lineStarts[line] ?? 0) + 1
    };
}
/** A piece of the text and the lines around it. */ function placeAt(list, start, end) {
    const { text, lineStarts } = list;
    const lineStart = lineStarts[lineAt$1(lineStarts, start)] ?? 0;
    const [rest = ''] = text.slice(end).split(/\r?\n/, 1);
    return {
        ...originAt(list, start),
        start,
        end,
        text: text.slice(start, end),
        before: text.slice(lineStart, start),
        after: rest
    };
}
/** A line without its end. @param line from 1 */ function lineText({ text, lineStarts }, line) {
    const start = lineStarts[line - 1] ?? text.length;
    return text.slice(start, lineStarts[line]).replace(/\r?\n$/, '');
}
/** The first line that is neither blank nor a comment, without white space around it; '' where there is none. */ function firstContent(text) {
    for(let start = 0; start < text.length;){
        const end = text.indexOf('\n', start);
        const line = text.slice(start, end < 0 ? undefined : end).trim();
        if (line !== '' && !line.startsWith('#')) return line;
        start = end < 0 ? text.length : end + 1;
    }
    return '';
}
/** The last line that starts at or before the offset, from 0. */ function lineAt$1(lineStarts, offset) {
    let [low, high] = [
        0,
        lineStarts.length - 1
    ];
    while(low < high){
        const middle = Math.ceil((low + high) / 2);
        if ((lineStarts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
    }
    return low;
}

/**
 * The documents of a YAML (or JSON) file, with the offsets of every node. Aliases and merge keys stay
 * what they are, so that no file can swell by them.
 *
 * @throws UserError (usage) at the first mistake, duplicate keys among them
 */ function parseYaml(list) {
    const documents = parse(list);
    for (const document of documents){
        const { errors } = document;
        const [first] = errors;
        if (first === undefined) {
            checkKeys(list, document);
            continue;
        }
        const { message } = first;
        const why = message.includes('call stack') ? TOO_DEEP : message.replace(/[.:]?\s*$/, '');
        throw runner.usageError(`not valid YAML: ${why}`, {
            origin: originAt(list, first.pos[0]),
            hint: first.code === 'TAB_AS_INDENT' ? 'indent by spaces' : undefined,
            cause: first
        });
    }
    return documents;
}
/** The library compares every key with every other one, which takes minutes in a large file. */ function checkKeys(list, document) {
    distExports$1.visit(document, {
        Map (_, { items }) {
            const seen = new Set();
            for (const { key } of items){
                const name = distExports$1.isScalar(key) ? key.value : key;
                if (seen.has(name)) {
                    throw runner.usageError(`the key ${JSON.stringify(name)} stands there twice`, {
                        origin: originOf$1(list, key)
                    });
                }
                seen.add(name);
            }
        }
    });
}
/** Whether a top-level mapping of any document has one of the keys; false for broken YAML, too. */ function hasTopLevelKey(text, keys) {
    // Reading a file is dear, and a broken one should be told what is wrong with it.
    if (!firstContent(text.replace(/^---/, '')).startsWith('{')) {
        return new RegExp(`^["']?(?:${keys.join('|')})["']?\\s*:(?:\\s|$)`, 'm').test(text);
    }
    try {
        const value = JSON.parse(text);
        return keys.some((key)=>Object.hasOwn(Object(value), key));
    } catch  {
    // YAML has braces, too.
    }
    try {
        return parse(listFile('', text)).some(({ contents })=>distExports$1.isMap(contents) && keys.some((key)=>contents.has(key)));
    } catch  {
        return false;
    }
}
/**
 * The node with the anchor that each alias names; an anchor counts until another of its name.
 *
 * @throws UserError (usage) for an alias of nothing
 */ function aliasTargets(list, document) {
    const anchors = new Map();
    const targets = new Map();
    distExports$1.visit(document, {
        Alias (_, alias) {
            const target = anchors.get(alias.source);
            if (target === undefined) {
                throw runner.usageError(`no anchor &${alias.source} before this`, {
                    origin: originOf$1(list, alias)
                });
            }
            targets.set(alias, target);
        },
        Value (_, node) {
            if (node.anchor !== undefined) anchors.set(node.anchor, node);
        }
    });
    return targets;
}
/** Where a node stands; of a text in quotes, where the text itself begins. */ function originOf$1(list, node) {
    const start = distExports$1.isNode(node) && node.range?.[0] || 0;
    return originAt(list, start + (distExports$1.isScalar(node) ? quoteLength(node) : 0));
}
/** The text of a scalar inside its quotes; undefined where it is not written as what it means. */ function scalarPlace(list, scalar) {
    const { range, value } = scalar;
    if (!range) return undefined;
    const quote = quoteLength(scalar);
    const place = placeAt(list, range[0] + quote, range[1] - quote);
    return place.text === value ? place : undefined;
}
function quoteLength({ type }) {
    return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' ? 1 : 0;
}
const TOO_DEEP = 'nested too deeply';
const OPTIONS = {
    prettyErrors: false,
    logLevel: 'silent',
    uniqueKeys: false
};
/** Characters: the library needs two seconds and 300 MB for a million. */ const LARGEST = 5_000_000;
/** Brackets in brackets: the library keeps something of each that is open. */ const DEEPEST$1 = 1000;
/** @throws UserError (usage) for what would take minutes, or more memory than there is */ function checkSize$1(list) {
    if (list.text.length > LARGEST) {
        throw runner.usageError('too large for YAML (over 5 MB)', {
            origin: {
                file: list.file
            },
            hint: 'split it, or name the images in a plain list, one a line'
        });
    }
    let depth = 0;
    let at = 0;
    for (const token of new distExports$1.Lexer().lex(list.text)){
        if (token === '[' || token === '{') depth += 1;
        if (token === ']' || token === '}') depth -= 1;
        if (depth > DEEPEST$1) {
            throw runner.usageError(`not valid YAML: ${TOO_DEEP}`, {
                origin: originAt(list, at)
            });
        }
        if (!MARKERS.has(token)) at += token.length;
    }
}
/** Tokens that stand for nothing in the text: the begin of a document, of a scalar, and the end of a flow. */ const MARKERS = new Set([
    '\x02',
    '\x1f',
    '\x18'
]);
function parse(list) {
    checkSize$1(list);
    try {
        const documents = distExports$1.parseAllDocuments(list.text, OPTIONS);
        return 'empty' in documents ? [] : documents;
    } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        throw runner.usageError(`not valid YAML: ${TOO_DEEP}`, {
            origin: {
                file: list.file
            },
            cause
        });
    }
}

/** A template that cannot be interpolated. */ class InterpolationError extends Error {
    /** Where in the template. */ offset;
    hint;
    constructor(message, offset, hint){
        super(message);
        this.offset = offset;
        this.hint = hint;
    }
}
/** Beyond what anybody writes. */ const DEEPEST = 50;
const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const START = new RegExp(`\\$(?:\\$|${NAME}|\\{)`, 'g');
const BRACED = new RegExp(`^(${NAME})(?:(:?[-+?])([^\\n]*))?$`);
/**
 * Replaces variables as the Compose Specification's "Interpolation" says: `$VAR`, `${VAR}`,
 * `${VAR:-default}`, `${VAR-default}`, `${VAR:?error}`, `${VAR?error}`, `${VAR:+replacement}`,
 * `${VAR+replacement}`, with templates in what follows the operator, and `$$` for a dollar sign. A
 * dollar sign before anything else is itself.
 *
 * A variable that is not set is a piece without text.
 *
 * @param offset of the template in a larger one
 * @param depth how many templates it stands in
 * @throws InterpolationError
 */ function interpolate(template, lookup, offset = 0, depth = 0) {
    if (depth > DEEPEST) throw new InterpolationError('templates in templates, too deep', offset);
    const pieces = [];
    let at = 0;
    const copyUntil = (end)=>{
        if (end <= at) return;
        pieces.push({
            text: template.slice(at, end),
            start: offset + at,
            end: offset + end
        });
    };
    while(at < template.length){
        START.lastIndex = at;
        const found = START.exec(template);
        if (found === null) break;
        copyUntil(found.index);
        at = found.index + found[0].length;
        if (found[0] === '$$') pieces.push({
            text: '$'
        });
        else if (found[0] !== '${') pieces.push(valuePiece(found[0].slice(1), lookup, offset + found.index));
        else {
            const end = closingBrace(template, at);
            const body = end < 0 ? '' : template.slice(at, end);
            const about = {
                template,
                offset: offset + found.index,
                depth
            };
            pieces.push(...braced(body, lookup, offset + at, about));
            at = end + 1;
        }
    }
    copyUntil(template.length);
    return pieces;
}
function textOf$1(pieces) {
    return pieces.map(({ text })=>text).join('');
}
function braced(body, lookup, start, about) {
    const [, name, operator, word = ''] = BRACED.exec(body) ?? [];
    if (name === undefined) {
        const message = `invalid interpolation in ${runner.quote(about.template)}`;
        throw new InterpolationError(message, about.offset, 'a dollar sign itself is written as $$');
    }
    const wordAt = start + name.length + (operator?.length ?? 0);
    const expanded = ()=>interpolate(word, lookup, wordAt, about.depth + 1);
    const found = lookup(name);
    const isSet = found !== undefined && (found.value !== '' || !operator?.startsWith(':'));
    if (operator?.endsWith('-') && !isSet) return expanded();
    // Nothing in place of a replacement is meant, and no variable that somebody forgot.
    if (operator?.endsWith('+')) return isSet ? expanded() : [];
    if (operator?.endsWith('?') && !isSet) {
        const why = textOf$1(expanded());
        const message = `required variable ${name} is missing a value${why && `: ${why}`}`;
        throw new InterpolationError(message, about.offset, `set ${name} in the environment or in .env`);
    }
    return [
        valuePiece(name, lookup, about.offset)
    ];
}
function valuePiece(name, lookup, start) {
    const variable = lookup(name);
    return {
        text: variable?.value ?? '',
        name,
        variable,
        start
    };
}
/**
 * The brace that belongs to the one before `start`, whatever the braces between them stand for; the
 * last one of the line where they do not match; -1 where there is none. So Docker Compose reads it.
 */ function closingBrace(template, start) {
    let open = 1;
    // The character after an opening brace counts for nothing.
    for(let at = start + 1; at < template.length; at += 1){
        if (template[at] === '}') open -= 1;
        if (open === 0) return at;
        if (template[at] !== '{') continue;
        open += 1;
        at += 1;
    }
    const [line = ''] = template.slice(start).split('\n', 1);
    const last = line.lastIndexOf('}');
    return last < 0 ? -1 : start + last;
}

/** What ends or escapes a value, by its first character. */ const ESCAPES = {
    a: '\u0007',
    b: '\b',
    c: '\\c',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    $: '$$',
    '"': '"',
    '\\': '\\'
};
/**
 * Reads an environment file in the syntax of Docker Compose: `KEY=value`, `export KEY=value`,
 * `KEY: value`, single quotes (as it is), double quotes (escapes and variables), values of several
 * lines in quotes, comments after white space.
 *
 * @param outer the environment, which wins over what stands above in the file
 * @throws UserError (usage) with the line
 */ function parseDotenv(list, outer) {
    const { text } = list;
    const settings = new Map();
    const lookup = (name)=>outer(name) ?? settings.get(name);
    let at = statementAt(text, 0);
    while(at < text.length){
        const { key, end, hasValue } = readKey(list, at);
        if (hasValue) {
            const value = readValue(list, end, lookup);
            settings.set(key, value.setting);
            at = value.end;
        } else {
            // A name alone passes the environment's value on.
            at = end;
        }
        at = statementAt(text, at);
    }
    return settings;
}
/** The next offset at which there is neither white space nor a comment. */ function statementAt(text, start) {
    const blank = /(?:\s+|#[^\n]*)*/y;
    blank.lastIndex = start;
    blank.exec(text);
    return blank.lastIndex;
}
function readKey(list, start) {
    const { text } = list;
    const pattern = /(?:export\s+)?([\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]*)([=:\n]|$)?/uy;
    pattern.lastIndex = start;
    const [, name = '', separator] = pattern.exec(text) ?? [];
    const key = name.trim();
    if (separator === undefined || /\s/.test(key)) {
        throw runner.usageError(`not a line of an environment file: ${JSON.stringify(lineAt(text, start))}`, {
            origin: originAt(list, separator === undefined ? pattern.lastIndex : start),
            hint: 'KEY=value'
        });
    }
    return {
        key,
        end: pattern.lastIndex,
        hasValue: separator === '=' || separator === ':'
    };
}
function readValue(list, start, lookup) {
    const { text } = list;
    const blank = /[\t\v\f\r \u0085\u00a0]*/y;
    blank.lastIndex = start;
    blank.exec(text);
    const at = blank.lastIndex;
    const quote = text[at];
    if (quote !== '"' && quote !== "'") {
        const [line = ''] = text.slice(at).split('\n', 1);
        const raw = (line.split(' #', 1)[0] ?? '').trimEnd();
        const value = expand$1(list, raw, at, lookup);
        return {
            setting: setting(list, at, raw, value),
            end: at + line.length
        };
    }
    const pattern = quote === '"' ? /"((?:\\[\s\S]|[^"\\])*)"/y : /'((?:\\[\s\S]|[^'\\])*)'/y;
    pattern.lastIndex = at;
    const raw = pattern.exec(text)?.[1];
    if (raw === undefined) {
        throw runner.usageError(`a quoted value does not end: ${JSON.stringify(lineAt(text, at))}`, {
            origin: originAt(list, at)
        });
    }
    const unquoted = raw.replaceAll(`\\${quote}`, quote);
    const value = quote === '"' ? expand$1(list, expandEscapes(unquoted), at, lookup) : unquoted;
    return {
        setting: setting(list, at + 1, raw, value),
        end: pattern.lastIndex
    };
}
function setting(list, start, raw, value) {
    return raw === value ? {
        value,
        place: placeAt(list, start, start + raw.length)
    } : {
        value
    };
}
function expand$1(list, raw, at, lookup) {
    try {
        return textOf$1(interpolate(raw, lookup));
    } catch (error) {
        if (!(error instanceof InterpolationError)) throw error;
        throw runner.usageError(error.message, {
            origin: originAt(list, at),
            hint: error.hint
        });
    }
}
function expandEscapes(text) {
    return text.replaceAll(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (whole, letter, octal)=>{
        if (letter !== undefined) return ESCAPES[letter] ?? whole;
        return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : whole;
    });
}
function lineAt(text, start) {
    return text.slice(start).split('\n', 1)[0]?.trimEnd() ?? '';
}

/** The mapping of a document's top level; undefined for an empty document. @throws UserError (usage) */ function treeOf(document, source) {
    if (document.contents === null) return undefined;
    const targets = aliasTargets(source.list, document);
    const known = new Map();
    const convert = (node, origin = originOf$1(source.list, node))=>{
        const found = known.get(node);
        if (found === 'open') throw runner.usageError('an alias stands in what it names', {
            origin
        });
        if (found !== undefined) return found;
        known.set(node, 'open');
        const tree = convertNode(node, origin);
        known.set(node, tree);
        return tree;
    };
    const convertNode = (node, origin)=>{
        if (distExports$1.isAlias(node)) {
            return convert(targets.get(node), origin);
        }
        const about = {
            source,
            origin,
            ...tagOf(node)
        };
        if (distExports$1.isMap(node)) {
            const merged = new Map();
            const own = new Map();
            for (const { key, value } of node.items){
                if (isMergeKey(key)) mergeInto(merged, value);
                else own.set(keyText(key), convert(value));
            }
            return {
                ...about,
                kind: 'mapping',
                entries: new Map([
                    ...merged,
                    ...own
                ])
            };
        }
        if (distExports$1.isSeq(node)) return {
            ...about,
            kind: 'sequence',
            items: node.items.map((item)=>convert(item))
        };
        return {
            ...about,
            kind: 'leaf',
            scalar: node
        };
    };
    /** Of several merged mappings the first one wins. */ const mergeInto = (merged, value)=>{
        const tree = convert(value);
        for (const mapping of tree.kind === 'sequence' ? tree.items : [
            tree
        ]){
            if (mapping.kind !== 'mapping') {
                throw runner.usageError('<< merges what is no mapping', {
                    origin: originOf$1(source.list, value)
                });
            }
            for (const [key, entry] of mapping.entries)if (!merged.has(key)) merged.set(key, entry);
        }
    };
    const tree = convert(document.contents);
    if (tree.kind === 'mapping') return tree;
    if (tree.kind === 'leaf' && tree.scalar.value === null) return undefined;
    throw runner.usageError('not a mapping', {
        origin: tree.origin,
        hint: 'services: …'
    });
}
/**
 * What a Compose file says where another one says something too: mappings are merged, sequences joined,
 * all else replaced.
 */ function merge(base, over) {
    if (base === undefined || base.tag === 'reset' || over.tag !== undefined) return over;
    if (base.kind === 'sequence' && over.kind === 'sequence') {
        return {
            ...over,
            items: [
                ...base.items,
                ...over.items
            ]
        };
    }
    if (over.kind === 'mapping' && base.kind !== 'leaf') {
        const entries = new Map(asMapping(base).entries);
        for (const [key, entry] of over.entries)entries.set(key, merge(entries.get(key), entry));
        return {
            ...over,
            entries
        };
    }
    if (base.kind === 'mapping' && over.kind === 'sequence') return merge(base, asMapping(over));
    return over;
}
/** The entry of a mapping; undefined where it is not there, empty, or taken away. */ function entryOf(tree, key) {
    const entry = tree?.kind === 'mapping' ? tree.entries.get(key) : undefined;
    const isNull = entry?.kind === 'leaf' && entry.scalar.value === null;
    return isNull || entry?.tag === 'reset' ? undefined : entry;
}
function without(tree, key) {
    if (tree.kind !== 'mapping') return tree;
    const entries = new Map(tree.entries);
    entries.delete(key);
    return {
        ...tree,
        entries
    };
}
/** `[a, b]` is short for `{a: , b: }`, as in `depends_on`. */ function asMapping(tree) {
    if (tree.kind === 'mapping') return tree;
    const named = tree.items.map((item)=>[
            leafText(item),
            item
        ]);
    return {
        ...tree,
        kind: 'mapping',
        entries: new Map(named)
    };
}
function leafText(tree) {
    return tree.kind === 'leaf' ? String(tree.scalar.value) : '';
}
function tagOf(node) {
    const tag = distExports$1.isCollection(node) || distExports$1.isScalar(node) ? node.tag : undefined;
    return tag === '!reset' || tag === '!override' ? {
        tag: tag === '!reset' ? 'reset' : 'override'
    } : {};
}
/** A quoted one is a key like any other. */ function isMergeKey(key) {
    return distExports$1.isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}
function keyText(key) {
    return distExports$1.isScalar(key) ? String(key.value) : '';
}

/**
 * Reads Compose files with all that they include and extend.
 *
 * @param files the first one, and those that override what it says
 * @throws UserError (usage)
 */ async function loadProject(files, context, read) {
    const folder = node_path.dirname(files[0].file);
    const environment = await readEnvironment(folder, context);
    const name = ()=>projectName(files, folder, environment, read);
    const lookup = (key)=>environment(key) ?? (key === 'COMPOSE_PROJECT_NAME' ? {
            value: name()
        } : undefined);
    const loader = {
        context,
        read
    };
    const services = await loadServices({
        files,
        folder,
        lookup,
        trail: [],
        bases: new Map()
    }, loader);
    return {
        services,
        lookup,
        read
    };
}
/** The environment, then the `.env` beside the first file, or the files that COMPOSE_ENV_FILES names. */ async function readEnvironment(folder, context) {
    const { env } = context;
    const environment = (name)=>{
        const value = env[name];
        return value === undefined ? undefined : {
            value
        };
    };
    if (/^(?:1|t|true)$/i.test(env.COMPOSE_DISABLE_ENV_FILE ?? '')) return environment;
    const given = (env.COMPOSE_ENV_FILES ?? '').split(',').filter((file)=>file !== '');
    const files = given.length > 0 ? given : [
        node_path.join(folder, '.env')
    ];
    return withEnvFiles(environment, files, context, given.length > 0 ? {} : undefined);
}
/** @param required where a file is asked for; undefined where it need not be there */ async function withEnvFiles(outer, files, context, required) {
    const settings = new Map();
    const lookup = (name)=>outer(name) ?? settings.get(name);
    for (const file of files){
        const list = await context.readFile(file, required?.origin);
        if (list === undefined && required !== undefined) {
            throw runner.usageError(`there is no environment file ${runner.quote(file)}`, required);
        }
        if (list === undefined) continue;
        for (const [name, setting] of parseDotenv(list, lookup))settings.set(name, setting);
    }
    return lookup;
}
/** As Compose finds it where no option says it: `name:` of the files, or the folder's name. */ function projectName(files, folder, lookup, read) {
    const names = files.flatMap((list)=>documentsOf({
            list,
            lookup
        })).flatMap((document)=>entryOf(document, 'name') ?? []).map((name)=>read.text(name));
    const name = names.at(-1) || node_path.basename(node_path.resolve(folder));
    return name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '');
}
function documentsOf(source) {
    return parseYaml(source.list).flatMap((document)=>treeOf(document, source) ?? []);
}
/** The services of files that override each other, in the order in which they are first named. */ async function loadServices(setup, loader) {
    let all;
    for (const list of setup.files){
        const trail = [
            ...setup.trail,
            list.file
        ];
        for (const document of documentsOf({
            list,
            lookup: setup.lookup
        })){
            const included = await loadIncludes(document, {
                ...setup,
                trail
            }, loader);
            const own = servicesOf(document);
            const raw = own === undefined ? included : merge(included, own);
            if (raw?.kind !== 'mapping') continue;
            all = merge(all, await extendAll(raw, list, setup, loader));
        }
    }
    return all?.kind === 'mapping' ? all.entries : new Map();
}
function servicesOf(document) {
    const services = entryOf(document, 'services');
    if (services === undefined || services.kind === 'mapping') return services;
    throw runner.usageError('services is no mapping', {
        origin: services.origin
    });
}
async function loadIncludes(document, setup, loader) {
    const include = entryOf(document, 'include');
    if (include === undefined) return undefined;
    if (include.kind !== 'sequence') throw runner.usageError('include is no list', {
        origin: include.origin
    });
    let all;
    for (const item of include.items){
        const entries = await loadServices(await includeSetup(item, setup, loader), loader);
        const services = {
            ...item,
            kind: 'mapping',
            entries
        };
        // What was included first wins, as the including file does.
        all = all === undefined ? services : merge(services, all);
    }
    return all;
}
async function includeSetup(item, setup, { context, read }) {
    const isShort = item.kind === 'leaf';
    const paths = (isShort ? [
        item
    ] : read.items(entryOf(item, 'path'))).map((path)=>({
            path: localPath(read.text(path), setup.folder, path.origin),
            origin: path.origin
        }));
    const [first] = paths;
    if (first === undefined) throw runner.usageError('include has no path', {
        origin: item.origin
    });
    const files = [];
    for (const { path, origin } of paths){
        if (setup.trail.includes(path)) {
            throw runner.usageError(`${runner.quote(path)} is included in a circle`, {
                origin
            });
        }
        files.push(await readRequired(path, origin, context));
    }
    const given = isShort ? undefined : entryOf(item, 'project_directory');
    const folder = given === undefined ? node_path.dirname(first.path) : under(setup.folder, read.text(given));
    const envFiles = isShort ? [] : read.items(entryOf(item, 'env_file'));
    const lookup = await withEnvFiles(setup.lookup, envFiles.length === 0 ? [
        node_path.join(folder, '.env')
    ] : envFiles.map((file)=>under(setup.folder, read.text(file))), context, envFiles[0] && {
        origin: envFiles[0].origin
    });
    return {
        files,
        folder,
        lookup,
        trail: setup.trail,
        bases: new Map()
    };
}
async function extendAll(services, list, setup, loader) {
    const entries = new Map();
    const at = baseOf(services.entries, list.file, setup.folder);
    for (const [name, tree] of services.entries)entries.set(name, await extendService({
        name,
        tree,
        at
    }, setup, loader));
    return {
        ...services,
        entries
    };
}
function baseOf(services, file, folder) {
    return {
        services,
        file,
        folder,
        extended: new Map()
    };
}
/** A service with what it extends. Each is put together once, and in a loop: chains may be long. */ async function extendService(service, setup, loader) {
    const chain = [];
    const trail = new Set();
    let next = service;
    while(next !== undefined && !next.at.extended.has(next.name)){
        chain.push(next);
        next = await extendedBy(next, trail, setup, loader);
    }
    let extended = next?.at.extended.get(next.name);
    for (const { name, tree, at } of chain.toReversed()){
        extended = extended === undefined ? tree : merge(extended, without(tree, 'extends'));
        at.extended.set(name, extended);
    }
    return extended ?? service.tree;
}
/** @param trail of the services on the way here, to which this one is added */ async function extendedBy({ name, tree, at }, trail, setup, { context, read }) {
    const extend = entryOf(tree, 'extends');
    if (extend === undefined) return undefined;
    const step = `${at.file}\0${name}`;
    if (trail.has(step)) {
        throw runner.usageError(`service ${runner.quote(name)} extends itself`, {
            origin: extend.origin
        });
    }
    trail.add(step);
    const isShort = extend.kind === 'leaf';
    const wanted = isShort ? extend : entryOf(extend, 'service');
    if (wanted === undefined) throw runner.usageError('extends has no service', {
        origin: extend.origin
    });
    const file = isShort ? undefined : entryOf(extend, 'file');
    const base = file === undefined ? at : await readBase(file, at, setup, context, read);
    const other = read.text(wanted);
    const found = base.services.get(other);
    if (found !== undefined) return {
        name: other,
        tree: found,
        at: base
    };
    throw runner.usageError(`there is no service ${runner.quote(other)} in ${runner.quote(base.file)} to extend`, {
        origin: wanted.origin
    });
}
async function readBase(file, at, { lookup, bases }, context, read) {
    const path = localPath(read.text(file), at.folder, file.origin);
    const known = bases.get(path);
    if (known !== undefined) return known;
    const list = await readRequired(path, file.origin, context);
    let services;
    for (const document of documentsOf({
        list,
        lookup
    })){
        const found = servicesOf(document);
        if (found !== undefined) services = merge(services, found);
    }
    const entries = services?.kind === 'mapping' ? services.entries : new Map();
    const base = baseOf(entries, path, node_path.dirname(path));
    bases.set(path, base);
    return base;
}
async function readRequired(path, origin, context) {
    const list = await context.readFile(path, origin);
    if (list !== undefined) return list;
    throw runner.usageError(`there is no file ${runner.quote(path)}`, {
        origin
    });
}
/** @throws UserError (usage) for what would have to be fetched */ function localPath(path, folder, origin) {
    if (!/^[a-z][a-z0-9+.-]*:|^git@|^github\.com\//.test(path)) return under(folder, path);
    throw runner.usageError(`${runner.quote(path)} is not a local file`, {
        origin,
        hint: 'fetch it in a step before, and name the file'
    });
}
function under(folder, path) {
    return node_path.isAbsolute(path) ? path : node_path.join(folder, path);
}

/**
 * Reads texts of Compose files.
 *
 * @param report is told of every variable that is not set, once a place
 * @throws UserError (usage), from its methods
 */ function textReader(report) {
    const reported = new Set();
    const read = (tree)=>{
        const leaf = asLeaf(tree);
        const pieces = piecesOf(leaf);
        const unset = pieces.flatMap((piece)=>'name' in piece && piece.variable === undefined ? [
                {
                    name: piece.name,
                    origin: originIn(leaf, piece.start)
                }
            ] : []);
        for (const { name, origin } of unset){
            const key = `${name} ${runner.formatOrigin(origin)}`;
            if (reported.has(key)) continue;
            reported.add(key);
            const message = `the variable ${name} is not set: nothing stands in its place`;
            report({
                level: 'warning',
                message,
                origin
            });
        }
        return {
            value: textOf$1(pieces),
            origin: leaf.origin,
            ...placeOf$1(leaf, pieces),
            ...unset[0] && {
                unset: unset[0]
            }
        };
    };
    return {
        read,
        text: (tree)=>read(tree).value,
        items: (tree)=>tree?.kind === 'sequence' ? tree.items : tree === undefined ? [] : [
                tree
            ]
    };
}
function asLeaf(tree) {
    if (tree.kind === 'leaf' && typeof tree.scalar.value === 'string') {
        return tree;
    }
    const hint = tree.kind === 'leaf' ? 'put it in quotes' : undefined;
    throw runner.usageError('a text is expected here', {
        origin: tree.origin,
        hint
    });
}
function piecesOf(leaf) {
    try {
        return interpolate(leaf.scalar.value, leaf.source.lookup);
    } catch (error) {
        if (!(error instanceof InterpolationError)) throw error;
        throw runner.usageError(error.message, {
            origin: originIn(leaf, error.offset),
            hint: error.hint
        });
    }
}
/** Where a character of a text stands; the text itself where it is not written as what it means. */ function originIn({ source: { list }, scalar, origin }, offset) {
    const start = scalarPlace(list, scalar)?.start;
    return start === undefined ? origin : originAt(list, start + offset);
}
function placeOf$1({ source: { list }, scalar }, pieces) {
    const whole = scalarPlace(list, scalar);
    if (whole === undefined) return {
        unpinnable: 'it is written with escapes or over several lines'
    };
    const last = pieces.at(-1);
    const before = textOf$1(pieces.slice(0, -1));
    if (last === undefined) return {};
    if (!('name' in last) && last.end !== undefined) {
        // The name itself must stand there: a digest is of one image, whatever the variable says.
        const isNamed = before === '' || last.text.includes('/');
        const start = isNamed ? last.start : startOfName(pieces, scalar.value);
        if (start !== undefined) return {
            place: placeAt(list, whole.start + start, whole.start + last.end)
        };
    } else if ('name' in last && before === '' && last.variable?.place !== undefined) {
        return {
            place: last.variable.place
        };
    }
    return {
        unpinnable: 'it is made of variables, and the digest belongs where they are set'
    };
}
/**
 * Where a name begins whose tag is the default of a variable, as in `app:${TAG:-1}`: a digest in the
 * default goes with it where the variable says another tag.
 */ function startOfName(pieces, template) {
    const [name, tag] = pieces.slice(-2).map((piece)=>'name' in piece ? undefined : piece);
    const isName = name?.text.endsWith(':') && (pieces.length === 2 || name.text.includes('/'));
    const isDefault = /^\$\{\w+:?-$/.test(template.slice(name?.end, tag?.start)) && /^\}+$/.test(template.slice(tag?.end));
    return isName && isDefault ? name?.start : undefined;
}

/**
 * Compose files: the images that `docker compose config --images` names, with profiles, `extends`,
 * `include`, anchors, variables and `.env`. Only what an image depends on is read: a variable of a
 * service's environment may be missing here.
 */ const compose = {
    name: 'compose',
    looksFor: 'services:',
    recognises: (_file, text)=>hasTopLevelKey(text, [
            'services',
            'include'
        ]),
    takesOverrides: true,
    async parse (list, context, overrides) {
        const findings = [];
        const report = (finding)=>void findings.push(finding);
        const read = await readImages$1([
            list,
            ...overrides
        ], context, report);
        return {
            ...read,
            findings
        };
    }
};
async function readImages$1(files, context, report) {
    const project = await loadProject(files, context, textReader(report));
    const profiles = chosenProfiles(project, context);
    const known = new Set();
    const chosen = new Map();
    for (const [name, service] of project.services){
        if (service.tag === 'reset') continue;
        const wanted = project.read.items(entryOf(service, 'profiles')).map(project.read.text);
        for (const profile of wanted)known.add(profile);
        const isWanted = (profile)=>profiles.includes(profile);
        if (wanted.length === 0 || isWanted('*') || wanted.some(isWanted)) chosen.set(name, service);
        else {
            const why = `it needs profile ${wanted.join(' or ')}`;
            report(notice(service, `service ${runner.quote(name)} is left out: ${why}`));
        }
    }
    const images = [
        ...chosen
    ].flatMap(([name, service])=>{
        checkDependencies(name, service, project, chosen);
        return serviceImages(name, service, project, context, report);
    });
    return {
        images,
        profiles: [
            ...known
        ]
    };
}
/** Those that were asked for; else those of COMPOSE_PROFILES. */ function chosenProfiles({ lookup }, { profiles }) {
    if (profiles.length > 0) return profiles;
    return (lookup('COMPOSE_PROFILES')?.value ?? '').split(',').map((profile)=>profile.trim());
}
/** The service's own image and those of its `pre_start` hooks. */ function serviceImages(name, service, { read }, { architecture }, report) {
    const hooks = read.items(entryOf(service, 'pre_start'));
    const texts = [
        service,
        ...hooks
    ].map((tree)=>{
        const image = entryOf(tree, 'image');
        return image && read.read(image);
    });
    if (!texts[0]?.value) reportMissing(name, service, texts[0], report);
    const platform = entryOf(service, 'platform');
    if (architecture !== undefined && platform !== undefined && texts[0]?.value) {
        checkPlatform$2(name, read.read(platform), architecture);
    }
    return texts.flatMap((text)=>text?.value ? readImage$1(text) : []);
}
/** @throws UserError (usage) that names the variable, where the text is no image for want of its value */ function readImage$1(text) {
    try {
        return readWritten(text.value, text);
    } catch (error) {
        if (!(error instanceof runner.UserError) || text.unset === undefined) throw error;
        throw unsetError(text.unset, `${runner.quote(text.value)} is no image: ${error.message}`);
    }
}
function unsetError({ name, origin }, what) {
    return runner.usageError(`the variable ${name} is not set, and without it ${what}`, {
        origin,
        hint: `set ${name} in the environment or in .env, or write a default: \${${name}:-…}`
    });
}
/** A service without an image is made from its `build`, or no container at all. */ function reportMissing(name, service, empty, report) {
    const who = `service ${runner.quote(name)}`;
    if (entryOf(service, 'build') !== undefined) {
        const what = `${who} is left out: it has no image, only a build`;
        report(notice(service, `${what}; build it before and name it as oci-archive: or docker-daemon:`));
    } else if (entryOf(service, 'provider') !== undefined) {
        report(notice(service, `${who} is left out: a provider runs it, not a container`));
    } else if (empty?.unset !== undefined) {
        throw unsetError(empty.unset, `the image of ${who} is empty`);
    } else if (empty !== undefined) {
        throw runner.usageError(`the image of ${who} is empty`, {
            origin: empty.origin,
            hint: 'set its variables in the environment or in .env'
        });
    } else {
        throw runner.usageError(`${who} has neither an image nor a build`, {
            origin: service.origin,
            hint: 'is a key misspelt? A file that overrides another one is given together with it: compose:BASE:OVERRIDE'
        });
    }
}
function checkDependencies(name, service, { services }, chosen) {
    for (const [other, tree] of dependencies(service)){
        if (chosen.has(other)) continue;
        const required = entryOf(tree, 'required');
        if (required?.kind === 'leaf' && required.scalar.value === false) continue;
        const why = services.has(other) ? 'which no chosen profile has' : 'which is not there';
        throw runner.usageError(`service ${runner.quote(name)} depends on ${runner.quote(other)}, ${why}`, {
            origin: tree.origin,
            hint: services.has(other) ? 'choose it by the input profile' : undefined
        });
    }
}
function dependencies(service) {
    const tree = entryOf(service, 'depends_on');
    if (tree?.kind === 'mapping') return [
        ...tree.entries
    ];
    if (tree?.kind !== 'sequence') return [];
    return tree.items.flatMap((item)=>item.kind === 'leaf' ? [
            [
                String(item.scalar.value),
                item
            ]
        ] : []);
}
function checkPlatform$2(name, { value, origin }, architecture) {
    const wanted = runner.platformOf(architecture);
    const [variant] = wanted.variants;
    const allowed = [
        wanted.os,
        runner.formatPlatform(wanted),
        runner.formatPlatform({
            ...wanted,
            variant
        })
    ];
    if (value === '' || allowed.includes(normalisePlatform(value))) return;
    throw runner.usageError(`service ${runner.quote(name)} is for ${value}, and the package for ${architecture} (${allowed.at(-1)})`, {
        origin,
        hint: 'remove platform:, or build a package for that architecture'
    });
}
/** As containerd's platforms are read: names of kernels and of Debian stand for those of Go. */ function normalisePlatform(text) {
    const [first = '', ...rest] = text.toLowerCase().split('/');
    const [os, name = '', ...variant] = rest.length === 0 && first !== 'linux' ? [
        'linux',
        first
    ] : [
        first,
        ...rest
    ];
    return [
        os,
        ALIASES[name] ?? name,
        ...variant
    ].filter((part)=>part !== '').join('/');
}
const ALIASES = {
    x86_64: 'amd64',
    'x86-64': 'amd64',
    aarch64: 'arm64',
    armhf: 'arm/v7',
    armel: 'arm/v6',
    i386: '386'
};
function notice({ origin }, message) {
    return {
        level: 'notice',
        message,
        origin
    };
}

/** A stretch of a file that stands for itself. */ function literal(list, start, end) {
    return {
        text: list.text.slice(start, end),
        list,
        start,
        end
    };
}
function textOf(pieces) {
    return pieces.map(({ text })=>text).join('');
}
/** The part between two offsets in the whole text. Of a variable, a part has the place of all of it. */ function slicePieces(pieces, start, end) {
    return slicer(pieces)(start, end);
}
/** As `slicePieces`, for many slices that come one after the other. */ function slicer(pieces) {
    let index = 0;
    let offset = 0;
    return (start, end)=>{
        for(let piece = pieces[index]; piece && offset + piece.text.length <= start;){
            offset += piece.text.length;
            index += 1;
            piece = pieces[index];
        }
        const slice = [];
        let at = offset;
        for(let next = index; at < end && next < pieces.length; next += 1){
            const piece = pieces[next];
            const part = partOf(piece, Math.max(start - at, 0), Math.min(end - at, piece.text.length));
            if (part.text !== '') slice.push(part);
            at += piece.text.length;
        }
        return slice;
    };
}
function partOf(piece, from, to) {
    const text = piece.text.slice(from, to);
    return piece.variable === undefined ? {
        ...piece,
        text,
        start: piece.start + from,
        end: piece.start + to
    } : {
        ...piece,
        text
    };
}
/** The matches of a global pattern, as pieces. */ function matchPieces(pieces, pattern) {
    const slice = slicer(pieces);
    const matches = [
        ...textOf(pieces).matchAll(pattern)
    ];
    return matches.map(({ 0: text, index })=>slice(index, index + text.length));
}
/** Without the white space around it. */ function trimPieces(pieces) {
    const text = textOf(pieces);
    const start = text.length - text.trimStart().length;
    return slicePieces(pieces, start, text.trimEnd().length);
}
/** Where the text begins, which must not be empty. */ function originOf([first]) {
    if (first === undefined) throw new Error('no text, no place');
    return originAt(first.list, first.start);
}
/** The place of text that stands in one file without a gap; undefined for any other. */ function placeOf(pieces) {
    const [first] = pieces;
    const last = pieces.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const gap = pieces.some((piece, index)=>{
        const next = pieces[index + 1];
        return next !== undefined && (next.list !== piece.list || next.start !== piece.end);
    });
    return gap ? undefined : placeAt(first.list, first.start, last.end);
}

const FUNCTION = /^(?:(?:python(?=[\s(])|fakeroot(?=\s))\s*)*(?:[\w.\-+{}$:]+)?\s*\(\s*\)\s*\{$/;
const ASSIGNMENT = /^(?:export\s+)?([\w\-+.${}/~:]+?)(\[[\w\-+.][\w\-+.@]*\])?\s*(:=|\?\?=|\?=|\+=|=\+|=\.|\.=|=)\s*(?!'[^']*'[^']*'$)(?!"[^"]*"[^"]*"$)(?:"(.*)"|'(.*)')$/dsu;
/** What may stand in a recipe and has no say in variables. */ const OTHERS = /^(?:addtask|deltask|addhandler|addpylib|addfragments|EXPORT_FUNCTIONS|export|unset)\s/;
/**
 * Reads a recipe or a part of one as BitBake's own parser does: see "Syntax and Operators" in its
 * manual, and bb/parse/parse_py.
 *
 * @throws UserError (usage) for a line that BitBake would refuse
 */ function parseBitbake(list) {
    let within;
    const statements = [];
    let joined = [];
    for (const line of physicalLines(list)){
        const text = textOf(line);
        if (within === 'def' && !/^(?:\s|#|$)/.test(text)) within = undefined;
        if (within !== undefined) {
            if (within === 'function' && text === '}') within = undefined;
            else if (text !== '') statements.push({
                type: 'code',
                line
            });
            continue;
        }
        checkComment(joined, line, text);
        const goesOn = text.endsWith('\\');
        joined.push(...goesOn ? slicePieces(line, 0, text.length - 1) : line);
        if (goesOn) continue;
        const whole = textOf(joined);
        if (FUNCTION.test(whole)) within = 'function';
        else if (/^def\s+\w+.*:/.test(whole)) within = 'def';
        else if (whole !== '' && !whole.startsWith('#')) statements.push(...parseStatement(joined));
        joined = [];
    }
    if (joined.length === 0) return statements;
    throw runner.usageError('the last line goes on with a backslash', {
        origin: originOf(joined)
    });
}
/** Lines without the white space at their ends. */ function physicalLines(list) {
    return list.lineStarts.map((start, index)=>{
        const end = list.lineStarts[index + 1] ?? list.text.length;
        return [
            literal(list, start, start + list.text.slice(start, end).trimEnd().length)
        ];
    });
}
/** A comment cannot stand between the lines of a value, nor a value go on from a comment. */ function checkComment(joined, line, text) {
    const [first] = joined;
    if (first === undefined || first.text.startsWith('#') === text.startsWith('#')) return;
    throw runner.usageError('a comment within a value that goes on over several lines', {
        origin: text === '' ? originOf(joined) : originOf(line),
        hint: 'BitBake refuses it: put the comment before the value'
    });
}
function parseStatement(line) {
    const text = textOf(line);
    const keyword = /^(inherit|inherit_defer|require|include|include_all|unset)\s+(?=\S)/.exec(text);
    if (keyword) return parseKeyword(keyword[1] ?? '', slicePieces(line, keyword[0].length, text.length));
    const match = ASSIGNMENT.exec(text);
    if (match === null) {
        if (OTHERS.test(text)) return [];
        throw runner.usageError(`${runner.quote(text)} is nothing that BitBake knows`, {
            origin: originOf(line),
            hint: 'an assignment is NAME = "VALUE", its quotes closed'
        });
    }
    const { 1: name = '', 2: flag, 3: operator, indices } = match;
    const [start = 0, end = 0] = indices?.[4] ?? indices?.[5] ?? [];
    if (flag !== undefined) return [];
    return [
        {
            type: 'assignment',
            name,
            operator: operator,
            value: slicePieces(line, start, end),
            origin: originOf(line)
        }
    ];
}
function parseKeyword(keyword, rest) {
    if (keyword === 'unset') return [
        {
            type: 'unset',
            name: textOf(rest)
        }
    ];
    if (keyword.startsWith('inherit')) return [
        {
            type: 'inherit',
            classes: rest
        }
    ];
    return [
        {
            type: 'include',
            paths: rest,
            required: keyword === 'require'
        }
    ];
}

/** Does an assignment. */ function assign(data, { name: written, operator, value }) {
    const name = replaceVariables(written, (variable)=>{
        const found = currentValue(data, variable);
        return found === undefined ? data.given(variable) : textOf(found);
    });
    const [, base, keyword, conditions] = /^(.*?):(append|prepend|remove)(?::([^A-Z]*))?$/.exec(name) ?? [];
    if (base !== undefined && keyword !== undefined) {
        const change = {
            keyword,
            overrides: conditions ? conditions.split(':') : [],
            value: combine(undefined, operator, value)
        };
        variableOf(data, base).changes.push(change);
        return;
    }
    const variable = variableOf(data, name);
    if (operator === '??=') variable.weak = value;
    else if (operator === ':=') variable.value = expand(data, value, []);
    else if (operator !== '?=' || variable.value === undefined) {
        variable.value = combine(variable.value, operator, value);
        if (variable.value.length > MOST_PIECES) throw tooLong(value);
    }
}
/** The value that counts, its variables replaced; undefined for a variable that is not set. */ function currentValue(data, name) {
    return lookUp(data, name, []);
}
/** What may be part of a variable's value, each with the overrides that it depends on. */ function conditionsOf(data, name) {
    return [
        ...data.variables
    ].flatMap(([full, { value, weak, changes }])=>{
        if (full !== name && !full.startsWith(`${name}:`)) return [];
        const own = full.slice(name.length).split(':').filter(Boolean);
        const parts = [
            value,
            weak
        ].filter((part)=>part !== undefined);
        return [
            ...parts.map((part)=>[
                    own,
                    part
                ]),
            ...changes.filter(({ keyword })=>keyword !== 'remove').map(({ overrides, value })=>[
                    [
                        ...own,
                        ...overrides
                    ],
                    value
                ])
        ];
    });
}
/** Characters: variables that hold each other twice would double with each step. */ const LONGEST_VALUE = 100_000;
/** Of assignments that add to each other. */ const MOST_PIECES = 20_000;
const VARIABLE = /\$\{[\w\-+./~:]+?\}/g;
/** The text with those variables replaced that have a value. */ function replaceVariables(text, value) {
    return text.replaceAll(VARIABLE, (variable)=>value(variable.slice(2, -1)) ?? variable);
}
function variableOf({ variables }, name) {
    const variable = variables.get(name) ?? {
        value: undefined,
        weak: undefined,
        changes: []
    };
    variables.set(name, variable);
    return variable;
}
function combine(old, operator, value) {
    switch(operator){
        case '+=':
            return [
                ...old ?? [],
                ...space(value),
                ...value
            ];
        case '=+':
            return [
                ...value,
                ...space(value),
                ...old ?? []
            ];
        case '.=':
            return [
                ...old ?? [],
                ...value
            ];
        case '=.':
            return [
                ...value,
                ...old ?? []
            ];
        default:
            return value;
    }
}
/** A space that stands nowhere. */ function space([near]) {
    return near === undefined ? [] : [
        {
            ...near,
            text: ' ',
            end: near.start,
            variable: ''
        }
    ];
}
/** @param around the variables whose values this is for */ function lookUp(data, name, around) {
    const value = changedValue(data, name);
    if (value === undefined) return undefined;
    const expanded = expand(data, value, [
        ...around,
        name
    ]);
    const removed = new Set(changesOf(data, name, 'remove').flatMap((change)=>textOf(expand(data, change, [
            ...around,
            name
        ])).split(/\s+/)));
    return matchPieces(expanded, /\s+|\S+/g).filter((word)=>!removed.has(textOf(word))).flat();
}
/** The value with what is appended and prepended, its variables not yet replaced. */ function changedValue(data, name) {
    const variable = data.variables.get(name);
    const overriding = overridingName(data, name);
    const own = variable?.value ?? variable?.weak;
    const base = overriding === undefined ? own : changedValue(data, overriding) ?? own;
    const appended = changesOf(data, name, 'append').flat();
    const prepended = changesOf(data, name, 'prepend').toReversed().flat();
    if (base === undefined && appended.length + prepended.length === 0) return undefined;
    return [
        ...prepended,
        ...base ?? [],
        ...appended
    ];
}
function changesOf({ variables, overrides }, name, keyword) {
    return (variables.get(name)?.changes ?? []).filter((change)=>change.keyword === keyword).filter((change)=>change.overrides.every((override)=>overrides.includes(override))).map(({ value })=>value);
}
/** `SRC_URI:arm64` for SRC_URI where arm64 is an override: of several the one whose override counts most. */ function overridingName({ variables, overrides }, name) {
    const rank = (full)=>full.slice(name.length + 1).split(':').map((override)=>overrides.indexOf(override)).toReversed();
    return [
        ...variables.keys()
    ].filter((full)=>full.startsWith(`${name}:`) && !rank(full).includes(-1)).toSorted((a, b)=>compareRanks(rank(a), rank(b))).at(-1);
}
function compareRanks(first, second) {
    const at = first.findIndex((rank, index)=>rank !== second[index]);
    return at < 0 ? first.length - second.length : (first[at] ?? 0) - (second[at] ?? -1);
}
/**
 * The text with its variables replaced, as far as they are known. A variable that holds whole entries is
 * where those stand; one that holds a part of an entry leaves the entry where it is.
 */ function expand(data, pieces, around) {
    const text = textOf(pieces);
    checkLength(text, pieces);
    const slice = slicer(pieces);
    const expanded = [];
    let end = 0;
    for (const { 0: match, index } of text.matchAll(VARIABLE)){
        const before = slice(end, index);
        const site = slice(index, index + match.length);
        expanded.push(before, replaced(data, site, match.slice(2, -1), around));
        end = index + match.length;
    }
    const all = [
        ...expanded,
        slice(end, text.length)
    ].flat();
    checkLength(textOf(all), pieces);
    return all;
}
function checkLength(text, written) {
    if (text.length > LONGEST_VALUE) throw tooLong(written);
}
function tooLong(written) {
    return runner.usageError('the value of a variable is too long', {
        origin: originOf(written)
    });
}
function replaced(data, site, name, around) {
    if (around.includes(name)) {
        throw runner.usageError(`the variable ${name} refers to itself`, {
            origin: originOf(site)
        });
    }
    const value = lookUp(data, name, around);
    const given = value === undefined ? data.given(name) : textOf(value);
    if (given === undefined) return site;
    if (value !== undefined && /\s|:\/\//.test(given)) return value;
    const [first] = site;
    const last = site.at(-1);
    return first && last ? [
        {
            ...first,
            text: given,
            end: last.end,
            variable: name
        }
    ] : [];
}

const NOTHING = {
    images: [],
    findings: []
};
function joinLists(lists) {
    return {
        images: lists.flatMap(({ images })=>images),
        findings: lists.flatMap(({ findings })=>findings)
    };
}
/** No image but something to say. */ function remark(level, message, origin) {
    return {
        images: [],
        findings: [
            {
                level,
                message,
                origin
            }
        ]
    };
}
/** Each once, by what tells them apart. */ function distinct$1(items, keyOf) {
    return [
        ...new Map(items.map((item)=>[
                JSON.stringify(keyOf(item)),
                item
            ])).values()
    ];
}
/** What is said where a list is for another engine than the package. */ function checkEngine(engine, { engine: input }, origin) {
    return input === undefined || input === engine ? NOTHING : remark('warning', `this is for ${engine}, but the input engine is ${input}`, origin);
}

/**
 * Isar's recipes: the `docker://` entries of SRC_URI. See "Pre-install container images" in Isar's
 * manual.
 */ const isarRecipe = {
    name: 'isar',
    looksFor: 'SRC_URI',
    recognises: (file, text)=>/\.bb(?:append)?$/.test(file) || /^SRC_URI[\w:.+\-${}]*\s*[?:+.]*=[+.]?\s*["']/m.test(text),
    parse: async (list, context)=>{
        const recipe = await loadRecipe(list, context, []);
        const { architecture } = context;
        const wanted = architecture === undefined ? runner.debianArchitectures : [
            architecture
        ];
        const lists = wanted.map((each)=>readFor(each, recipe, list, context));
        const { images, findings } = joinLists([
            ...lists,
            ...recipe.remarks
        ]);
        return {
            images: distinct$1(images, ({ origin, written })=>[
                    origin,
                    written
                ]),
            findings: distinct$1(findings, ({ origin, message })=>[
                    origin,
                    message
                ])
        };
    }
};
/** @param around the files whose parts this is */ async function loadRecipe(list, context, around) {
    const recipes = [];
    const files = [
        ...around,
        list
    ];
    for (const statement of parseBitbake(list)){
        if (statement.type !== 'include') {
            recipes.push({
                statements: [
                    statement
                ],
                remarks: [
                    remarkOn(statement, context)
                ]
            });
            continue;
        }
        for (const path of matchPieces(statement.paths, /\S+/g))recipes.push(await loadIncluded$1(path, statement.required, files, context));
    }
    return {
        statements: recipes.flatMap(({ statements })=>statements),
        remarks: recipes.flatMap(({ remarks })=>remarks)
    };
}
async function loadIncluded$1(path, required, around, context) {
    const nothing = {
        statements: [],
        remarks: [
            engineRemark(path, context)
        ]
    };
    const [recipe] = around;
    const written = replaceVariables(textOf(path), (name)=>fileVariable(recipe?.file ?? '', name));
    const list = await findIncluded(written, around.at(-1)?.file ?? '', context);
    if (list !== undefined) {
        const within = around.some(({ file })=>file === list.file);
        return within ? nothing : loadRecipe(list, context, around);
    }
    if (!required || LOADER.test(written)) return nothing;
    const message = `${written} is not in this layer: what it adds to SRC_URI is not read`;
    return {
        statements: [],
        remarks: [
            remark('warning', message, originOf(path))
        ]
    };
}
/** Beside the file, then in the folders above, up to that of the layer: BBPATH has the layers' folders. */ async function findIncluded(path, from, context) {
    let folder = node_path.dirname(from);
    for(let level = 0; level < DEEPEST_FOLDER; level += 1){
        const list = await context.readFile(node_path.join(folder, path));
        if (list !== undefined) return list;
        if ((await context.readFolder(node_path.join(folder, 'conf'))).includes('layer.conf')) return undefined;
        folder = node_path.join(folder, '..');
    }
    return undefined;
}
/** Of a recipe in its layer; two are usual: recipes-app/app/app.bb. */ const DEEPEST_FOLDER = 6;
/** What the classes and includes of Isar's loader are called. */ const LOADER = /(?:^|\/)(docker|podman)-loader(?:\.inc)?$/;
/** What is said of a statement by itself. */ function remarkOn(statement, context) {
    if (statement.type === 'inherit') {
        const names = matchPieces(statement.classes, /\S+/g);
        return joinLists(names.map((name)=>engineRemark(name, context)));
    }
    if (statement.type === 'assignment') return removalRemark(statement.name, statement.value);
    if (statement.type !== 'code') return NOTHING;
    const [entry] = matchPieces(statement.line, /docker:\/\/[^\s"']+/g);
    return entry === undefined ? NOTHING : unread(entry, 'it stands in a function');
}
/** What an appended file takes away stands in the recipe, which is another list. */ function removalRemark(name, value) {
    const removed = /^SRC_URI:(?:.*:)?remove\b/.test(name) ? entriesOf(value) : [];
    return joinLists(removed.filter((entry)=>originOf(entry).file.endsWith('.bbappend')).map((entry)=>{
        const message = `${textOf(entry)} is taken away from no recipe: each is read by itself`;
        return remark('warning', message, originOf(entry));
    }));
}
function engineRemark(name, context) {
    const engine = LOADER.exec(textOf(name))?.[1];
    return engine === undefined ? NOTHING : checkEngine(engine, context, originOf(name));
}
function unread(entry, why) {
    return remark('warning', `${textOf(entry)} is not read: ${why}`, originOf(entry));
}
/** The images of a recipe for an architecture. */ function readFor(architecture, { statements }, { file }, { env, deleteAfterLoad, architecture: only }) {
    const given = (name)=>/^(?:DISTRO|PACKAGE)_ARCH$/.test(name) ? architecture : fileVariable(file, name) ?? env[name];
    const data = {
        variables: new Map(),
        overrides: [
            architecture,
            'forcevariable'
        ],
        given
    };
    for (const statement of statements){
        if (statement.type === 'assignment') assign(data, statement);
        if (statement.type === 'unset') data.variables.delete(statement.name);
    }
    return joinLists([
        ...entriesOf(currentValue(data, 'SRC_URI')).map(readEntry$1),
        ...foreignParts(data, only),
        checkDelete(currentValue(data, 'CONTAINER_DELETE_AFTER_LOAD'), deleteAfterLoad)
    ]);
}
/** The variables that BitBake takes from a recipe's path: NAME_VERSION_REVISION.bb. */ function fileVariable(file, variable) {
    const [name, version = '1.0', revision = 'r0'] = node_path.basename(file).replace(/\.[^.]*$/, '').split('_');
    const values = {
        PN: name,
        BPN: name,
        PV: version,
        PR: revision,
        P: `${name}-${version}`
    };
    // A part has no name of its own, and the % of a .bbappend stands for any version.
    const known = file.endsWith('.bb') || file.endsWith('.bbappend') && !file.includes('%');
    return known || variable.endsWith('PN') && file.endsWith('.bbappend') ? values[variable] : undefined;
}
function entriesOf(value) {
    return value === undefined ? [] : matchPieces(value, /docker:\/\/\S*/g);
}
function readEntry$1(entry) {
    const origin = originOf(entry);
    const written = textOf(entry);
    const [variable] = /\$\{[^}]*\}?/.exec(written) ?? [];
    if (variable !== undefined) {
        throw runner.usageError(`${variable} has no value here: ${runner.quote(written)}`, {
            origin,
            hint: 'variables are known from this recipe, what it includes, and the environment'
        });
    }
    // Beside ";", a list of lines may also hold docker:// as skopeo writes it.
    runner.parseIsar(written, origin);
    const place = placeOf(entry);
    const unpinnable = place === undefined ? 'it is put together from several places: write it in one' : /digest=[^;]*\$\{/.test(place.text) ? 'a variable holds the digest: write it out' : undefined;
    const about = unpinnable === undefined ? {
        place
    } : {
        unpinnable
    };
    return {
        images: [
            readWritten(written, {
                origin,
                syntax: 'isar',
                ...about
            })
        ],
        findings: []
    };
}
/**
 * Entries that count only for another architecture than the package's, or for machines, distributions
 * and so on, of which nothing is known here.
 *
 * @param only that of the package; undefined where all are read, one after the other
 */ function foreignParts(data, only) {
    return conditionsOf(data, 'SRC_URI').flatMap(([overrides, value])=>{
        const foreign = overrides.filter((override)=>!data.overrides.includes(override));
        const other = foreign.find(isArchitecture);
        if (other !== undefined && only !== undefined) {
            const why = `it is for ${other}, and the package for ${only}`;
            return entriesOf(value).map((entry)=>remark('notice', `${textOf(entry)} is left out: ${why}`, originOf(entry)));
        }
        const unknown = foreign.filter((override)=>!isArchitecture(override));
        const why = `it counts only with the override ${unknown.join(', ')}, of which nothing is known here`;
        return unknown.length === 0 ? [] : entriesOf(value).map((entry)=>unread(entry, why));
    });
}
function isArchitecture(override) {
    return runner.debianArchitectures.includes(override);
}
/** As Isar's loader reads it: "1", and nothing else, is yes. */ function checkDelete(value, input) {
    if (!value?.length || input === undefined || textOf(value) === '1' === input) return NOTHING;
    const said = `CONTAINER_DELETE_AFTER_LOAD = ${runner.quote(textOf(value))}`;
    return remark('warning', `${said}, but the input delete-after-load is ${input}`, originOf(value));
}

var dist = {};

var Parser = {};

var StringScanner = {};

var hasRequiredStringScanner;

function requireStringScanner () {
	if (hasRequiredStringScanner) return StringScanner;
	hasRequiredStringScanner = 1;
	Object.defineProperty(StringScanner, "__esModule", { value: true });
	StringScanner.StringScanner = void 0;
	const emptyString = '';
	const surrogatePair = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
	/** @private */
	let StringScanner$1 = class StringScanner {
	    constructor(string) {
	        this.charCount = this.charLength(string, true);
	        this.charIndex = 0;
	        this.length = string.length;
	        this.multiByteMode = this.charCount !== this.length;
	        this.string = string;
	        if (this.multiByteMode) {
	            let charsToBytes = [];
	            // Create a mapping of character indexes to byte indexes. Since the string
	            // contains multibyte characters, a byte index may not necessarily align
	            // with a character index.
	            for (let byteIndex = 0, charIndex = 0; charIndex < this.charCount; ++charIndex) {
	                charsToBytes[charIndex] = byteIndex;
	                byteIndex += string.codePointAt(byteIndex) > 65535 ? 2 : 1;
	            }
	            this.charsToBytes = charsToBytes;
	        }
	    }
	    /**
	     * Whether the current character index is at the end of the input string.
	     */
	    get isEnd() {
	        return this.charIndex >= this.charCount;
	    }
	    // -- Protected Methods ------------------------------------------------------
	    /**
	     * Returns the number of characters in the given string, which may differ from
	     * the byte length if the string contains multibyte characters.
	     */
	    charLength(string, multiByteSafe = this.multiByteMode) {
	        // We could get the char length with `[ ...string ].length`, but that's
	        // actually slower than replacing surrogate pairs with single-byte
	        // characters and then counting the result.
	        return multiByteSafe
	            ? string.replace(surrogatePair, '_').length
	            : string.length;
	    }
	    // -- Public Methods ---------------------------------------------------------
	    /**
	     * Advances the scanner by the given number of characters, stopping if the end
	     * of the string is reached.
	     */
	    advance(count = 1) {
	        this.charIndex = Math.min(this.charCount, this.charIndex + count);
	    }
	    /**
	     * Returns the byte index of the given character index in the string. The two
	     * may differ in strings that contain multibyte characters.
	     */
	    charIndexToByteIndex(charIndex = this.charIndex) {
	        return this.multiByteMode
	            ? this.charsToBytes[charIndex] ?? Infinity
	            : charIndex;
	    }
	    /**
	     * Consumes and returns the given number of characters if possible, advancing
	     * the scanner and stopping if the end of the string is reached.
	     *
	     * If no characters could be consumed, an empty string will be returned.
	     */
	    consume(charCount = 1) {
	        let chars = this.peek(charCount);
	        this.advance(charCount);
	        return chars;
	    }
	    /**
	     * Consumes and returns the given number of bytes if possible, advancing the
	     * scanner and stopping if the end of the string is reached.
	     *
	     * It's up to the caller to ensure that the given byte count doesn't split a
	     * multibyte character.
	     *
	     * If no bytes could be consumed, an empty string will be returned.
	     */
	    consumeBytes(byteCount) {
	        let byteIndex = this.charIndexToByteIndex();
	        let result = this.string.slice(byteIndex, byteIndex + byteCount);
	        this.advance(this.charLength(result));
	        return result;
	    }
	    /**
	     * Consumes and returns all characters for which the given function returns
	     * `true`, stopping when `false` is returned or the end of the input is
	     * reached.
	     */
	    consumeMatchFn(fn) {
	        let { length, multiByteMode, string } = this;
	        let startByteIndex = this.charIndexToByteIndex();
	        let endByteIndex = startByteIndex;
	        if (multiByteMode) {
	            while (endByteIndex < length) {
	                let char = string[endByteIndex];
	                let isSurrogatePair = char >= '\uD800' && char <= '\uDBFF';
	                if (isSurrogatePair) {
	                    char += string[endByteIndex + 1];
	                }
	                if (!fn(char)) {
	                    break;
	                }
	                endByteIndex += isSurrogatePair ? 2 : 1;
	            }
	        }
	        else {
	            while (endByteIndex < length && fn(string[endByteIndex])) {
	                ++endByteIndex;
	            }
	        }
	        return this.consumeBytes(endByteIndex - startByteIndex);
	    }
	    /**
	     * Consumes the given string if it exists at the current character index, and
	     * advances the scanner.
	     *
	     * If the given string doesn't exist at the current character index, an empty
	     * string will be returned and the scanner will not be advanced.
	     */
	    consumeString(stringToConsume) {
	        let { length } = stringToConsume;
	        let byteIndex = this.charIndexToByteIndex();
	        if (stringToConsume === this.string.slice(byteIndex, byteIndex + length)) {
	            this.advance(length === 1 ? 1 : this.charLength(stringToConsume));
	            return stringToConsume;
	        }
	        return emptyString;
	    }
	    /**
	     * Consumes characters until the given global regex is matched, advancing the
	     * scanner up to (but not beyond) the beginning of the match. If the regex
	     * doesn't match, nothing will be consumed.
	     *
	     * Returns the consumed string, or an empty string if nothing was consumed.
	     */
	    consumeUntilMatch(regex) {
	        let matchByteIndex = this.string
	            .slice(this.charIndexToByteIndex())
	            .search(regex);
	        return matchByteIndex > 0
	            ? this.consumeBytes(matchByteIndex)
	            : emptyString;
	    }
	    /**
	     * Consumes characters until the given string is found, advancing the scanner
	     * up to (but not beyond) that point. If the string is never found, nothing
	     * will be consumed.
	     *
	     * Returns the consumed string, or an empty string if nothing was consumed.
	     */
	    consumeUntilString(searchString) {
	        let byteIndex = this.charIndexToByteIndex();
	        let matchByteIndex = this.string.indexOf(searchString, byteIndex);
	        return matchByteIndex > 0
	            ? this.consumeBytes(matchByteIndex - byteIndex)
	            : emptyString;
	    }
	    /**
	     * Returns the given number of characters starting at the current character
	     * index, without advancing the scanner and without exceeding the end of the
	     * input string.
	     */
	    peek(count = 1) {
	        let { charIndex, string } = this;
	        return this.multiByteMode
	            ? string.slice(this.charIndexToByteIndex(charIndex), this.charIndexToByteIndex(charIndex + count))
	            : string.slice(charIndex, charIndex + count);
	    }
	    /**
	     * Resets the scanner position to the given character _index_, or to the start
	     * of the input string if no index is given.
	     *
	     * If _index_ is negative, the scanner position will be moved backward by that
	     * many characters, stopping if the beginning of the string is reached.
	     */
	    reset(index = 0) {
	        this.charIndex = index >= 0
	            ? Math.min(this.charCount, index)
	            : Math.max(0, this.charIndex + index);
	    }
	};
	StringScanner.StringScanner = StringScanner$1;
	
	return StringScanner;
}

var syntax = {};

var hasRequiredSyntax;

function requireSyntax () {
	if (hasRequiredSyntax) return syntax;
	hasRequiredSyntax = 1;
	Object.defineProperty(syntax, "__esModule", { value: true });
	syntax.predefinedEntities = syntax.endCharData = syntax.attValueNormalizedWhitespace = syntax.attValueCharSingleQuote = syntax.attValueCharDoubleQuote = void 0;
	syntax.isNameChar = isNameChar;
	syntax.isNameStartChar = isNameStartChar;
	syntax.isReferenceChar = isReferenceChar;
	syntax.isWhitespace = isWhitespace;
	syntax.isXmlCodePoint = isXmlCodePoint;
	/**
	 * Regular expression that matches one or more `AttValue` characters in a
	 * double-quoted attribute value.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-AttValue
	 */
	syntax.attValueCharDoubleQuote = /["&<]/;
	/**
	 * Regular expression that matches one or more `AttValue` characters in a
	 * single-quoted attribute value.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-AttValue
	 */
	syntax.attValueCharSingleQuote = /['&<]/;
	/**
	 * Regular expression that matches a whitespace character that should be
	 * normalized to a space character in an attribute value.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#AVNormalize
	 */
	syntax.attValueNormalizedWhitespace = /\r\n|[\n\r\t]/g;
	/**
	 * Regular expression that matches one or more characters that signal the end of
	 * XML `CharData` content.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#dt-chardata
	 */
	syntax.endCharData = /<|&|]]>/;
	/**
	 * Mapping of predefined entity names to their replacement values.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-predefined-ent
	 */
	syntax.predefinedEntities = Object.freeze(Object.assign(Object.create(null), {
	    amp: '&',
	    apos: "'",
	    gt: '>',
	    lt: '<',
	    quot: '"',
	}));
	/**
	 * Returns `true` if _char_ is an XML `NameChar`, `false` if it isn't.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-NameChar
	 */
	function isNameChar(char) {
	    let cp = char.codePointAt(0);
	    // Including the most common NameStartChars here improves performance
	    // slightly.
	    return (cp >= 0x61 && cp <= 0x7A) // a-z
	        || (cp >= 0x41 && cp <= 0x5A) // A-Z
	        || (cp >= 0x30 && cp <= 0x39) // 0-9
	        || cp === 0x2D // -
	        || cp === 0x2E // .
	        || cp === 0xB7
	        || (cp >= 0x300 && cp <= 0x36F)
	        || cp === 0x203F
	        || cp === 0x2040
	        || isNameStartChar(char, cp);
	}
	/**
	 * Returns `true` if _char_ is an XML `NameStartChar`, `false` if it isn't.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-NameStartChar
	 */
	function isNameStartChar(char, cp = char.codePointAt(0)) {
	    return (cp >= 0x61 && cp <= 0x7A) // a-z
	        || (cp >= 0x41 && cp <= 0x5A) // A-Z
	        || cp === 0x3A // :
	        || cp === 0x5F // _
	        || (cp >= 0xC0 && cp <= 0xD6)
	        || (cp >= 0xD8 && cp <= 0xF6)
	        || (cp >= 0xF8 && cp <= 0x2FF)
	        || (cp >= 0x370 && cp <= 0x37D)
	        || (cp >= 0x37F && cp <= 0x1FFF)
	        || cp === 0x200C
	        || cp === 0x200D
	        || (cp >= 0x2070 && cp <= 0x218F)
	        || (cp >= 0x2C00 && cp <= 0x2FEF)
	        || (cp >= 0x3001 && cp <= 0xD7FF)
	        || (cp >= 0xF900 && cp <= 0xFDCF)
	        || (cp >= 0xFDF0 && cp <= 0xFFFD)
	        || (cp >= 0x10000 && cp <= 0xEFFFF);
	}
	/**
	 * Returns `true` if _char_ is a valid reference character (which may appear
	 * between `&` and `;` in a reference), `false` otherwise.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-references
	 */
	function isReferenceChar(char) {
	    return char === '#' || isNameChar(char);
	}
	/**
	 * Returns `true` if _char_ is an XML whitespace character, `false` otherwise.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#white
	 */
	function isWhitespace(char) {
	    let cp = char.codePointAt(0);
	    return cp === 0x20
	        || cp === 0x9
	        || cp === 0xA
	        || cp === 0xD;
	}
	/**
	 * Returns `true` if _codepoint_ is a valid XML `Char` code point, `false`
	 * otherwise.
	 *
	 * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-Char
	 */
	function isXmlCodePoint(cp) {
	    return (cp >= 0x20 && cp <= 0xD7FF)
	        || cp === 0xA
	        || cp === 0x9
	        || cp === 0xD
	        || (cp >= 0xE000 && cp <= 0xFFFD)
	        || (cp >= 0x10000 && cp <= 0x10FFFF);
	}
	
	return syntax;
}

var XmlCdata = {};

var XmlNode = {};

var hasRequiredXmlNode;

function requireXmlNode () {
	if (hasRequiredXmlNode) return XmlNode;
	hasRequiredXmlNode = 1;
	Object.defineProperty(XmlNode, "__esModule", { value: true });
	XmlNode.XmlNode = void 0;
	/**
	 * Base interface for a node in an XML document.
	 */
	let XmlNode$1 = class XmlNode {
	    constructor() {
	        /**
	         * Parent node of this node, or `null` if this node has no parent.
	         */
	        this.parent = null;
	        /**
	         * Starting byte offset of this node in the original XML string, or `-1` if
	         * the offset is unknown.
	         */
	        this.start = -1;
	        /**
	         * Ending byte offset of this node in the original XML string, or `-1` if the
	         * offset is unknown.
	         */
	        this.end = -1;
	    }
	    /**
	     * Document that contains this node, or `null` if this node is not associated
	     * with a document.
	     */
	    get document() {
	        return this.parent?.document ?? null;
	    }
	    /**
	     * Whether this node is the root node of the document (also known as the
	     * document element).
	     */
	    get isRootNode() {
	        return this.parent !== null
	            && this.parent === this.document
	            && this.type === XmlNode.TYPE_ELEMENT;
	    }
	    /**
	     * Whether whitespace should be preserved in the content of this element and
	     * its children.
	     *
	     * This is influenced by the value of the special `xml:space` attribute, and
	     * will be `true` for any node whose `xml:space` attribute is set to
	     * "preserve". If a node has no such attribute, it will inherit the value of
	     * the nearest ancestor that does (if any).
	     *
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-white-space
	     */
	    get preserveWhitespace() {
	        return !!this.parent?.preserveWhitespace;
	    }
	    /**
	     * Type of this node.
	     *
	     * The value of this property is a string that matches one of the static
	     * `TYPE_*` properties on the `XmlNode` class (e.g. `TYPE_ELEMENT`,
	     * `TYPE_TEXT`, etc.).
	     *
	     * The `XmlNode` class itself is a base class and doesn't have its own type
	     * name.
	     */
	    get type() {
	        return '';
	    }
	    /**
	     * Returns a JSON-serializable object representing this node, minus properties
	     * that could result in circular references.
	     */
	    toJSON() {
	        let json = {
	            type: this.type,
	        };
	        if (this.isRootNode) {
	            json.isRootNode = true;
	        }
	        if (this.preserveWhitespace) {
	            json.preserveWhitespace = true;
	        }
	        if (this.start !== -1) {
	            json.start = this.start;
	            json.end = this.end;
	        }
	        return json;
	    }
	};
	XmlNode.XmlNode = XmlNode$1;
	/**
	 * Type value for an `XmlCdata` node.
	 */
	XmlNode$1.TYPE_CDATA = 'cdata';
	/**
	 * Type value for an `XmlComment` node.
	 */
	XmlNode$1.TYPE_COMMENT = 'comment';
	/**
	 * Type value for an `XmlDocument` node.
	 */
	XmlNode$1.TYPE_DOCUMENT = 'document';
	/**
	 * Type value for an `XmlDocumentType` node.
	 */
	XmlNode$1.TYPE_DOCUMENT_TYPE = 'doctype';
	/**
	 * Type value for an `XmlElement` node.
	 */
	XmlNode$1.TYPE_ELEMENT = 'element';
	/**
	 * Type value for an `XmlProcessingInstruction` node.
	 */
	XmlNode$1.TYPE_PROCESSING_INSTRUCTION = 'pi';
	/**
	 * Type value for an `XmlText` node.
	 */
	XmlNode$1.TYPE_TEXT = 'text';
	/**
	 * Type value for an `XmlDeclaration` node.
	 */
	XmlNode$1.TYPE_XML_DECLARATION = 'xmldecl';
	
	return XmlNode;
}

var XmlText = {};

var hasRequiredXmlText;

function requireXmlText () {
	if (hasRequiredXmlText) return XmlText;
	hasRequiredXmlText = 1;
	Object.defineProperty(XmlText, "__esModule", { value: true });
	XmlText.XmlText = void 0;
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * Text content within an XML document.
	 */
	let XmlText$1 = class XmlText extends XmlNode_js_1.XmlNode {
	    constructor(text = '') {
	        super();
	        this.text = text;
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_TEXT;
	    }
	    toJSON() {
	        return Object.assign(XmlNode_js_1.XmlNode.prototype.toJSON.call(this), {
	            text: this.text,
	        });
	    }
	};
	XmlText.XmlText = XmlText$1;
	
	return XmlText;
}

var hasRequiredXmlCdata;

function requireXmlCdata () {
	if (hasRequiredXmlCdata) return XmlCdata;
	hasRequiredXmlCdata = 1;
	Object.defineProperty(XmlCdata, "__esModule", { value: true });
	XmlCdata.XmlCdata = void 0;
	const XmlNode_js_1 = requireXmlNode();
	const XmlText_js_1 = requireXmlText();
	/**
	 * A CDATA section within an XML document.
	 */
	let XmlCdata$1 = class XmlCdata extends XmlText_js_1.XmlText {
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_CDATA;
	    }
	};
	XmlCdata.XmlCdata = XmlCdata$1;
	
	return XmlCdata;
}

var XmlComment = {};

var hasRequiredXmlComment;

function requireXmlComment () {
	if (hasRequiredXmlComment) return XmlComment;
	hasRequiredXmlComment = 1;
	Object.defineProperty(XmlComment, "__esModule", { value: true });
	XmlComment.XmlComment = void 0;
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * A comment within an XML document.
	 */
	let XmlComment$1 = class XmlComment extends XmlNode_js_1.XmlNode {
	    constructor(content = '') {
	        super();
	        this.content = content;
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_COMMENT;
	    }
	    toJSON() {
	        return Object.assign(XmlNode_js_1.XmlNode.prototype.toJSON.call(this), {
	            content: this.content,
	        });
	    }
	};
	XmlComment.XmlComment = XmlComment$1;
	
	return XmlComment;
}

var XmlDeclaration = {};

var hasRequiredXmlDeclaration;

function requireXmlDeclaration () {
	if (hasRequiredXmlDeclaration) return XmlDeclaration;
	hasRequiredXmlDeclaration = 1;
	Object.defineProperty(XmlDeclaration, "__esModule", { value: true });
	XmlDeclaration.XmlDeclaration = void 0;
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * An XML declaration within an XML document.
	 *
	 * @example
	 *
	 * ```xml
	 * <?xml version="1.0" encoding="UTF-8"?>
	 * ```
	 */
	let XmlDeclaration$1 = class XmlDeclaration extends XmlNode_js_1.XmlNode {
	    constructor(version, encoding, standalone) {
	        super();
	        this.version = version;
	        this.encoding = encoding ?? null;
	        this.standalone = standalone ?? null;
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_XML_DECLARATION;
	    }
	    toJSON() {
	        let json = XmlNode_js_1.XmlNode.prototype.toJSON.call(this);
	        json.version = this.version;
	        for (let key of ['encoding', 'standalone']) {
	            if (this[key] !== null) {
	                json[key] = this[key];
	            }
	        }
	        return json;
	    }
	};
	XmlDeclaration.XmlDeclaration = XmlDeclaration$1;
	
	return XmlDeclaration;
}

var XmlDocument = {};

var XmlElement = {};

var hasRequiredXmlElement;

function requireXmlElement () {
	if (hasRequiredXmlElement) return XmlElement;
	hasRequiredXmlElement = 1;
	Object.defineProperty(XmlElement, "__esModule", { value: true });
	XmlElement.XmlElement = void 0;
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * Element in an XML document.
	 */
	let XmlElement$1 = class XmlElement extends XmlNode_js_1.XmlNode {
	    constructor(name, attributes = Object.create(null), children = []) {
	        super();
	        this.name = name;
	        this.attributes = attributes;
	        this.children = children;
	    }
	    /**
	     * Whether this element is empty (meaning it has no children).
	     */
	    get isEmpty() {
	        return this.children.length === 0;
	    }
	    get preserveWhitespace() {
	        let node = this; // eslint-disable-line @typescript-eslint/no-this-alias
	        while (node instanceof XmlElement) {
	            if ('xml:space' in node.attributes) {
	                return node.attributes['xml:space'] === 'preserve';
	            }
	            node = node.parent;
	        }
	        return false;
	    }
	    /**
	     * Text content of this element and all its descendants.
	     */
	    get text() {
	        return this.children
	            .map(child => 'text' in child ? child.text : '')
	            .join('');
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_ELEMENT;
	    }
	    toJSON() {
	        return Object.assign(XmlNode_js_1.XmlNode.prototype.toJSON.call(this), {
	            name: this.name,
	            attributes: this.attributes,
	            children: this.children.map(child => child.toJSON()),
	        });
	    }
	};
	XmlElement.XmlElement = XmlElement$1;
	
	return XmlElement;
}

var hasRequiredXmlDocument;

function requireXmlDocument () {
	if (hasRequiredXmlDocument) return XmlDocument;
	hasRequiredXmlDocument = 1;
	Object.defineProperty(XmlDocument, "__esModule", { value: true });
	XmlDocument.XmlDocument = void 0;
	const XmlElement_js_1 = requireXmlElement();
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * Represents an XML document. All elements within the document are descendants
	 * of this node.
	 */
	let XmlDocument$1 = class XmlDocument extends XmlNode_js_1.XmlNode {
	    constructor(children = []) {
	        super();
	        this.children = children;
	    }
	    get document() {
	        return this;
	    }
	    /**
	     * Root element of this document, or `null` if this document is empty.
	     */
	    get root() {
	        for (let child of this.children) {
	            if (child instanceof XmlElement_js_1.XmlElement) {
	                return child;
	            }
	        }
	        return null;
	    }
	    /**
	     * Text content of this document and all its descendants.
	     */
	    get text() {
	        return this.children
	            .map(child => 'text' in child ? child.text : '')
	            .join('');
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_DOCUMENT;
	    }
	    toJSON() {
	        return Object.assign(XmlNode_js_1.XmlNode.prototype.toJSON.call(this), {
	            children: this.children.map(child => child.toJSON()),
	        });
	    }
	};
	XmlDocument.XmlDocument = XmlDocument$1;
	
	return XmlDocument;
}

var XmlDocumentType = {};

var hasRequiredXmlDocumentType;

function requireXmlDocumentType () {
	if (hasRequiredXmlDocumentType) return XmlDocumentType;
	hasRequiredXmlDocumentType = 1;
	Object.defineProperty(XmlDocumentType, "__esModule", { value: true });
	XmlDocumentType.XmlDocumentType = void 0;
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * A document type declaration within an XML document.
	 *
	 * @example
	 *
	 * ```xml
	 * <!DOCTYPE kittens [
	 *   <!ELEMENT kittens (#PCDATA)>
	 * ]>
	 * ```
	 */
	let XmlDocumentType$1 = class XmlDocumentType extends XmlNode_js_1.XmlNode {
	    constructor(name, publicId, systemId, internalSubset) {
	        super();
	        this.name = name;
	        this.publicId = publicId ?? null;
	        this.systemId = systemId ?? null;
	        this.internalSubset = internalSubset ?? null;
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_DOCUMENT_TYPE;
	    }
	    toJSON() {
	        let json = XmlNode_js_1.XmlNode.prototype.toJSON.call(this);
	        json.name = this.name;
	        for (let key of ['publicId', 'systemId', 'internalSubset']) {
	            if (this[key] !== null) {
	                json[key] = this[key];
	            }
	        }
	        return json;
	    }
	};
	XmlDocumentType.XmlDocumentType = XmlDocumentType$1;
	
	return XmlDocumentType;
}

var XmlError = {};

var hasRequiredXmlError;

function requireXmlError () {
	if (hasRequiredXmlError) return XmlError;
	hasRequiredXmlError = 1;
	Object.defineProperty(XmlError, "__esModule", { value: true });
	XmlError.XmlError = void 0;
	/**
	 * An error that occurred while parsing XML.
	 */
	let XmlError$1 = class XmlError extends Error {
	    constructor(message, charIndex, xml) {
	        let column = 1;
	        let excerpt = '';
	        let line = 1;
	        // Find the line and column where the error occurred.
	        for (let i = 0; i < charIndex; ++i) {
	            let char = xml[i];
	            if (char === '\n') {
	                column = 1;
	                excerpt = '';
	                line += 1;
	            }
	            else {
	                column += 1;
	                excerpt += char;
	            }
	        }
	        let eol = xml.indexOf('\n', charIndex);
	        excerpt += eol === -1
	            ? xml.slice(charIndex)
	            : xml.slice(charIndex, eol);
	        let excerptStart = 0;
	        // Keep the excerpt below 50 chars, but always keep the error position in
	        // view.
	        if (excerpt.length > 50) {
	            if (column < 40) {
	                excerpt = excerpt.slice(0, 50);
	            }
	            else {
	                excerptStart = column - 20;
	                excerpt = excerpt.slice(excerptStart, column + 30);
	            }
	        }
	        super(`${message} (line ${line}, column ${column})\n`
	            + `  ${excerpt}\n`
	            + ' '.repeat(column - excerptStart + 1) + '^\n');
	        this.column = column;
	        this.excerpt = excerpt;
	        this.line = line;
	        this.name = 'XmlError';
	        this.pos = charIndex;
	    }
	};
	XmlError.XmlError = XmlError$1;
	
	return XmlError;
}

var XmlProcessingInstruction = {};

var hasRequiredXmlProcessingInstruction;

function requireXmlProcessingInstruction () {
	if (hasRequiredXmlProcessingInstruction) return XmlProcessingInstruction;
	hasRequiredXmlProcessingInstruction = 1;
	Object.defineProperty(XmlProcessingInstruction, "__esModule", { value: true });
	XmlProcessingInstruction.XmlProcessingInstruction = void 0;
	const XmlNode_js_1 = requireXmlNode();
	/**
	 * A processing instruction within an XML document.
	 */
	let XmlProcessingInstruction$1 = class XmlProcessingInstruction extends XmlNode_js_1.XmlNode {
	    constructor(name, content = '') {
	        super();
	        this.name = name;
	        this.content = content;
	    }
	    get type() {
	        return XmlNode_js_1.XmlNode.TYPE_PROCESSING_INSTRUCTION;
	    }
	    toJSON() {
	        return Object.assign(XmlNode_js_1.XmlNode.prototype.toJSON.call(this), {
	            name: this.name,
	            content: this.content,
	        });
	    }
	};
	XmlProcessingInstruction.XmlProcessingInstruction = XmlProcessingInstruction$1;
	
	return XmlProcessingInstruction;
}

var hasRequiredParser;

function requireParser () {
	if (hasRequiredParser) return Parser;
	hasRequiredParser = 1;
	var __createBinding = (Parser && Parser.__createBinding) || (Object.create ? (function(o, m, k, k2) {
	    if (k2 === undefined) k2 = k;
	    var desc = Object.getOwnPropertyDescriptor(m, k);
	    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
	      desc = { enumerable: true, get: function() { return m[k]; } };
	    }
	    Object.defineProperty(o, k2, desc);
	}) : (function(o, m, k, k2) {
	    if (k2 === undefined) k2 = k;
	    o[k2] = m[k];
	}));
	var __setModuleDefault = (Parser && Parser.__setModuleDefault) || (Object.create ? (function(o, v) {
	    Object.defineProperty(o, "default", { enumerable: true, value: v });
	}) : function(o, v) {
	    o["default"] = v;
	});
	var __importStar = (Parser && Parser.__importStar) || function (mod) {
	    if (mod && mod.__esModule) return mod;
	    var result = {};
	    if (mod != null) for (var k in mod) if (k !== "default" && Object.prototype.hasOwnProperty.call(mod, k)) __createBinding(result, mod, k);
	    __setModuleDefault(result, mod);
	    return result;
	};
	Object.defineProperty(Parser, "__esModule", { value: true });
	Parser.Parser = void 0;
	const StringScanner_js_1 = requireStringScanner();
	const syntax = __importStar(requireSyntax());
	const XmlCdata_js_1 = requireXmlCdata();
	const XmlComment_js_1 = requireXmlComment();
	const XmlDeclaration_js_1 = requireXmlDeclaration();
	const XmlDocument_js_1 = requireXmlDocument();
	const XmlDocumentType_js_1 = requireXmlDocumentType();
	const XmlElement_js_1 = requireXmlElement();
	const XmlError_js_1 = requireXmlError();
	const XmlNode_js_1 = requireXmlNode();
	const XmlProcessingInstruction_js_1 = requireXmlProcessingInstruction();
	const XmlText_js_1 = requireXmlText();
	const emptyString = '';
	/**
	 * Parses an XML string into an `XmlDocument`.
	 *
	 * @private
	 */
	let Parser$1 = class Parser {
	    /**
	     * @param xml XML string to parse.
	     * @param options Parser options.
	     */
	    constructor(xml, options = {}) {
	        let doc = this.document = new XmlDocument_js_1.XmlDocument();
	        this.currentNode = doc;
	        this.options = options;
	        this.scanner = new StringScanner_js_1.StringScanner(xml);
	        if (this.options.includeOffsets) {
	            doc.start = 0;
	            doc.end = xml.length;
	        }
	        this.parse();
	    }
	    /**
	     * Adds the given `XmlNode` as a child of `this.currentNode`.
	     */
	    addNode(node, charIndex) {
	        node.parent = this.currentNode;
	        if (this.options.includeOffsets) {
	            node.start = this.scanner.charIndexToByteIndex(charIndex);
	            node.end = this.scanner.charIndexToByteIndex();
	        }
	        // @ts-expect-error: XmlDocument has a more limited set of possible children
	        // than XmlElement so TypeScript is unhappy, but we always do the right
	        // thing.
	        this.currentNode.children.push(node);
	        return true;
	    }
	    /**
	     * Adds the given _text_ to the document, either by appending it to a
	     * preceding `XmlText` node (if possible) or by creating a new `XmlText` node.
	     *
	     * When _normalize_ is `true` (the default), line breaks in _text_ are
	     * normalized per section 2.11 of the XML spec. This must be `false` for text
	     * that comes from a character or entity reference, since references aren't
	     * subject to line break normalization.
	     */
	    addText(text, charIndex, normalize = true) {
	        let { children } = this.currentNode;
	        let { length } = children;
	        if (normalize) {
	            text = normalizeLineBreaks(text);
	        }
	        if (length > 0) {
	            let prevNode = children[length - 1];
	            if (prevNode?.type === XmlNode_js_1.XmlNode.TYPE_TEXT) {
	                let textNode = prevNode;
	                // The previous node is a text node, so we can append to it and avoid
	                // creating another node.
	                textNode.text += text;
	                if (this.options.includeOffsets) {
	                    textNode.end = this.scanner.charIndexToByteIndex();
	                }
	                return true;
	            }
	        }
	        return this.addNode(new XmlText_js_1.XmlText(text), charIndex);
	    }
	    /**
	     * Consumes element attributes.
	     *
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-starttags
	     */
	    consumeAttributes() {
	        let attributes = Object.create(null);
	        while (this.consumeWhitespace()) {
	            let attrName = this.consumeName();
	            if (!attrName) {
	                break;
	            }
	            let attrValue = this.consumeEqual() && this.consumeAttributeValue();
	            if (attrValue === false) {
	                throw this.error('Attribute value expected');
	            }
	            if (attrName in attributes) {
	                throw this.error(`Duplicate attribute: ${attrName}`);
	            }
	            if (attrName === 'xml:space'
	                && attrValue !== 'default'
	                && attrValue !== 'preserve') {
	                throw this.error('Value of the `xml:space` attribute must be "default" or "preserve"');
	            }
	            attributes[attrName] = attrValue;
	        }
	        if (this.options.sortAttributes) {
	            let attrNames = Object.keys(attributes).sort();
	            let sortedAttributes = Object.create(null);
	            for (let i = 0; i < attrNames.length; ++i) {
	                let attrName = attrNames[i];
	                sortedAttributes[attrName] = attributes[attrName];
	            }
	            attributes = sortedAttributes;
	        }
	        return attributes;
	    }
	    /**
	     * Consumes an `AttValue` (attribute value) if possible.
	     *
	     * @returns
	     *   Contents of the `AttValue` minus quotes, or `false` if nothing was
	     *   consumed. An empty string indicates that an `AttValue` was consumed but
	     *   was empty.
	     *
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-AttValue
	     */
	    consumeAttributeValue() {
	        let { scanner } = this;
	        let quote = scanner.peek();
	        if (quote !== '"' && quote !== "'") {
	            return false;
	        }
	        scanner.advance();
	        let chars;
	        let isClosed = false;
	        let value = emptyString;
	        let regex = quote === '"'
	            ? syntax.attValueCharDoubleQuote
	            : syntax.attValueCharSingleQuote;
	        matchLoop: while (!scanner.isEnd) {
	            chars = scanner.consumeUntilMatch(regex);
	            if (chars) {
	                this.validateChars(chars);
	                value += chars.replace(syntax.attValueNormalizedWhitespace, ' ');
	            }
	            switch (scanner.peek()) {
	                case quote:
	                    isClosed = true;
	                    break matchLoop;
	                case '&':
	                    value += this.consumeReference();
	                    continue;
	                case '<':
	                    throw this.error('Unescaped `<` is not allowed in an attribute value');
	                default:
	                    break matchLoop;
	            }
	        }
	        if (!isClosed) {
	            throw this.error('Unclosed attribute');
	        }
	        scanner.advance();
	        return value;
	    }
	    /**
	     * Consumes a CDATA section if possible.
	     *
	     * @returns Whether a CDATA section was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-cdata-sect
	     */
	    consumeCdataSection() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        if (!scanner.consumeString('<![CDATA[')) {
	            return false;
	        }
	        let text = scanner.consumeUntilString(']]>');
	        this.validateChars(text);
	        if (!scanner.consumeString(']]>')) {
	            throw this.error('Unclosed CDATA section');
	        }
	        return this.options.preserveCdata
	            ? this.addNode(new XmlCdata_js_1.XmlCdata(normalizeLineBreaks(text)), startIndex)
	            : this.addText(text, startIndex);
	    }
	    /**
	     * Consumes character data if possible.
	     *
	     * @returns Whether character data was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#dt-chardata
	     */
	    consumeCharData() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        let charData = scanner.consumeUntilMatch(syntax.endCharData);
	        if (!charData) {
	            return false;
	        }
	        this.validateChars(charData);
	        if (scanner.peek(3) === ']]>') {
	            throw this.error('Element content may not contain the CDATA section close delimiter `]]>`');
	        }
	        return this.addText(charData, startIndex);
	    }
	    /**
	     * Consumes a comment if possible.
	     *
	     * @returns Whether a comment was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-Comment
	     */
	    consumeComment() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        if (!scanner.consumeString('<!--')) {
	            return false;
	        }
	        let content = scanner.consumeUntilString('--');
	        this.validateChars(content);
	        if (!scanner.consumeString('-->')) {
	            if (scanner.peek(2) === '--') {
	                throw this.error("The string `--` isn't allowed inside a comment");
	            }
	            throw this.error('Unclosed comment');
	        }
	        return this.options.preserveComments
	            ? this.addNode(new XmlComment_js_1.XmlComment(normalizeLineBreaks(content)), startIndex)
	            : true;
	    }
	    /**
	     * Consumes a reference in a content context if possible.
	     *
	     * This differs from `consumeReference()` in that a consumed reference will be
	     * added to the document as a text node instead of returned.
	     *
	     * @returns Whether a reference was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#entproc
	     */
	    consumeContentReference() {
	        let startIndex = this.scanner.charIndex;
	        let ref = this.consumeReference();
	        return ref
	            ? this.addText(ref, startIndex, false)
	            : false;
	    }
	    /**
	     * Consumes a doctype declaration if possible.
	     *
	     * This is a loose implementation since doctype declarations are currently
	     * discarded without further parsing.
	     *
	     * @returns Whether a doctype declaration was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#dtd
	     */
	    consumeDoctypeDeclaration() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        if (!scanner.consumeString('<!DOCTYPE')) {
	            return false;
	        }
	        let name = this.consumeWhitespace()
	            && this.consumeName();
	        if (!name) {
	            throw this.error('Expected a name');
	        }
	        let publicId;
	        let systemId;
	        if (this.consumeWhitespace()) {
	            if (scanner.consumeString('PUBLIC')) {
	                publicId = this.consumeWhitespace()
	                    && this.consumePubidLiteral();
	                if (publicId === false) {
	                    throw this.error('Expected a public identifier');
	                }
	                this.consumeWhitespace();
	            }
	            if (publicId !== undefined || scanner.consumeString('SYSTEM')) {
	                this.consumeWhitespace();
	                systemId = this.consumeSystemLiteral();
	                if (systemId === false) {
	                    throw this.error('Expected a system identifier');
	                }
	                this.consumeWhitespace();
	            }
	        }
	        let internalSubset;
	        if (scanner.consumeString('[')) {
	            // The internal subset may contain comments that contain `]` characters,
	            // so we can't use `consumeUntilString()` here.
	            internalSubset = scanner.consumeUntilMatch(/\][\x20\t\r\n]*>/);
	            if (!scanner.consumeString(']')) {
	                throw this.error('Unclosed internal subset');
	            }
	            this.consumeWhitespace();
	        }
	        if (!scanner.consumeString('>')) {
	            throw this.error('Unclosed doctype declaration');
	        }
	        return this.options.preserveDocumentType
	            ? this.addNode(new XmlDocumentType_js_1.XmlDocumentType(name, publicId, systemId, internalSubset), startIndex)
	            : true;
	    }
	    /**
	     * Consumes an element if possible.
	     *
	     * @returns Whether an element was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-element
	     */
	    consumeElement() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        if (!scanner.consumeString('<')) {
	            return false;
	        }
	        let name = this.consumeName();
	        if (!name) {
	            scanner.reset(startIndex);
	            return false;
	        }
	        let attributes = this.consumeAttributes();
	        let isEmpty = !!scanner.consumeString('/>');
	        let element = new XmlElement_js_1.XmlElement(name, attributes);
	        element.parent = this.currentNode;
	        if (!isEmpty) {
	            if (!scanner.consumeString('>')) {
	                throw this.error(`Unclosed start tag for element \`${name}\``);
	            }
	            this.currentNode = element;
	            do {
	                this.consumeCharData();
	            } while (this.consumeElement()
	                || this.consumeContentReference()
	                || this.consumeCdataSection()
	                || this.consumeProcessingInstruction()
	                || this.consumeComment());
	            let endTagMark = scanner.charIndex;
	            let endTagName;
	            if (!scanner.consumeString('</')
	                || !(endTagName = this.consumeName())
	                || endTagName !== name) {
	                scanner.reset(endTagMark);
	                throw this.error(`Missing end tag for element ${name}`);
	            }
	            this.consumeWhitespace();
	            if (!scanner.consumeString('>')) {
	                throw this.error(`Unclosed end tag for element ${name}`);
	            }
	            this.currentNode = element.parent;
	        }
	        return this.addNode(element, startIndex);
	    }
	    /**
	     * Consumes an `Eq` production if possible.
	     *
	     * @returns Whether an `Eq` production was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-Eq
	     */
	    consumeEqual() {
	        this.consumeWhitespace();
	        if (this.scanner.consumeString('=')) {
	            this.consumeWhitespace();
	            return true;
	        }
	        return false;
	    }
	    /**
	     * Consumes `Misc` content if possible.
	     *
	     * @returns Whether anything was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-Misc
	     */
	    consumeMisc() {
	        return this.consumeComment()
	            || this.consumeProcessingInstruction()
	            || this.consumeWhitespace();
	    }
	    /**
	     * Consumes one or more `Name` characters if possible.
	     *
	     * @returns `Name` characters, or an empty string if none were consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-Name
	     */
	    consumeName() {
	        return syntax.isNameStartChar(this.scanner.peek())
	            ? this.scanner.consumeMatchFn(syntax.isNameChar)
	            : emptyString;
	    }
	    /**
	     * Consumes a processing instruction if possible.
	     *
	     * @returns Whether a processing instruction was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-pi
	     */
	    consumeProcessingInstruction() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        if (!scanner.consumeString('<?')) {
	            return false;
	        }
	        let name = this.consumeName();
	        if (name) {
	            if (name.toLowerCase() === 'xml') {
	                scanner.reset(startIndex);
	                throw this.error("XML declaration isn't allowed here");
	            }
	        }
	        else {
	            throw this.error('Invalid processing instruction');
	        }
	        if (!this.consumeWhitespace()) {
	            if (scanner.consumeString('?>')) {
	                return this.addNode(new XmlProcessingInstruction_js_1.XmlProcessingInstruction(name), startIndex);
	            }
	            throw this.error('Whitespace is required after a processing instruction name');
	        }
	        let content = scanner.consumeUntilString('?>');
	        this.validateChars(content);
	        if (!scanner.consumeString('?>')) {
	            throw this.error('Unterminated processing instruction');
	        }
	        return this.addNode(new XmlProcessingInstruction_js_1.XmlProcessingInstruction(name, normalizeLineBreaks(content)), startIndex);
	    }
	    /**
	     * Consumes a prolog if possible.
	     *
	     * @returns Whether a prolog was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#sec-prolog-dtd
	     */
	    consumeProlog() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        this.consumeXmlDeclaration();
	        while (this.consumeMisc()) { } // eslint-disable-line no-empty
	        if (this.consumeDoctypeDeclaration()) {
	            while (this.consumeMisc()) { } // eslint-disable-line no-empty
	        }
	        return startIndex < scanner.charIndex;
	    }
	    /**
	     * Consumes a public identifier literal if possible.
	     *
	     * @returns
	     *   Value of the public identifier literal minus quotes, or `false` if
	     *   nothing was consumed. An empty string indicates that a public id literal
	     *   was consumed but was empty.
	     *
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-PubidLiteral
	     */
	    consumePubidLiteral() {
	        let startIndex = this.scanner.charIndex;
	        let value = this.consumeSystemLiteral();
	        if (value !== false && !/^[-\x20\r\na-zA-Z0-9'()+,./:=?;!*#@$_%]*$/.test(value)) {
	            this.scanner.reset(startIndex);
	            throw this.error('Invalid character in public identifier');
	        }
	        return value;
	    }
	    /**
	     * Consumes a reference if possible.
	     *
	     * This differs from `consumeContentReference()` in that a consumed reference
	     * will be returned rather than added to the document.
	     *
	     * @returns
	     *   Parsed reference value, or `false` if nothing was consumed (to
	     *   distinguish from a reference that resolves to an empty string).
	     *
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-Reference
	     */
	    consumeReference() {
	        let { scanner } = this;
	        if (!scanner.consumeString('&')) {
	            return false;
	        }
	        let ref = scanner.consumeMatchFn(syntax.isReferenceChar);
	        if (scanner.consume() !== ';') {
	            throw this.error('Unterminated reference (a reference must end with `;`)');
	        }
	        let parsedValue;
	        if (ref[0] === '#') {
	            // This is a character reference.
	            let codePoint = ref[1] === 'x'
	                ? parseInt(ref.slice(2), 16) // Hex codepoint.
	                : parseInt(ref.slice(1), 10); // Decimal codepoint.
	            if (isNaN(codePoint)
	                || !/^#(?:x[0-9A-Fa-f]+|[0-9]+)$/.test(ref)) {
	                throw this.error('Invalid character reference');
	            }
	            if (!syntax.isXmlCodePoint(codePoint)) {
	                throw this.error('Character reference resolves to an invalid character');
	            }
	            parsedValue = String.fromCodePoint(codePoint);
	        }
	        else {
	            // This is an entity reference.
	            parsedValue = syntax.predefinedEntities[ref];
	            if (parsedValue === undefined) {
	                let { ignoreUndefinedEntities, resolveUndefinedEntity, } = this.options;
	                let wrappedRef = `&${ref};`; // for backcompat with <= 2.x
	                if (resolveUndefinedEntity) {
	                    let resolvedValue = resolveUndefinedEntity(wrappedRef);
	                    if (resolvedValue !== null && resolvedValue !== undefined) {
	                        let type = typeof resolvedValue;
	                        if (type !== 'string') {
	                            throw new TypeError(`\`resolveUndefinedEntity()\` must return a string, \`null\`, or \`undefined\`, but returned a value of type ${type}`);
	                        }
	                        return resolvedValue;
	                    }
	                }
	                if (ignoreUndefinedEntities) {
	                    return wrappedRef;
	                }
	                scanner.reset(-wrappedRef.length);
	                throw this.error(`Named entity isn't defined: ${wrappedRef}`);
	            }
	        }
	        return parsedValue;
	    }
	    /**
	     * Consumes a `SystemLiteral` if possible.
	     *
	     * A `SystemLiteral` is similar to an attribute value, but allows the
	     * characters `<` and `&` and doesn't replace references.
	     *
	     * @returns
	     *   Value of the `SystemLiteral` minus quotes, or `false` if nothing was
	     *   consumed. An empty string indicates that a `SystemLiteral` was consumed
	     *   but was empty.
	     *
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-SystemLiteral
	     */
	    consumeSystemLiteral() {
	        let { scanner } = this;
	        let quote = scanner.consumeString('"') || scanner.consumeString("'");
	        if (!quote) {
	            return false;
	        }
	        let value = scanner.consumeUntilString(quote);
	        this.validateChars(value);
	        if (!scanner.consumeString(quote)) {
	            throw this.error('Missing end quote');
	        }
	        return value;
	    }
	    /**
	     * Consumes one or more whitespace characters if possible.
	     *
	     * @returns Whether any whitespace characters were consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#white
	     */
	    consumeWhitespace() {
	        return !!this.scanner.consumeMatchFn(syntax.isWhitespace);
	    }
	    /**
	     * Consumes an XML declaration if possible.
	     *
	     * @returns Whether an XML declaration was consumed.
	     * @see https://www.w3.org/TR/2008/REC-xml-20081126/#NT-XMLDecl
	     */
	    consumeXmlDeclaration() {
	        let { scanner } = this;
	        let startIndex = scanner.charIndex;
	        if (!scanner.consumeString('<?xml')) {
	            return false;
	        }
	        // `<?xml` begins an XML declaration only when it's immediately followed by
	        // whitespace. If the next character is a name character, this is a
	        // processing instruction whose target merely begins with "xml" (e.g.
	        // `<?xml-stylesheet ... ?>`); rewind and let it be parsed as a PI.
	        if (syntax.isNameChar(scanner.peek())) {
	            scanner.reset(startIndex);
	            return false;
	        }
	        if (!this.consumeWhitespace()) {
	            throw this.error('Invalid XML declaration');
	        }
	        let version = !!scanner.consumeString('version')
	            && this.consumeEqual()
	            && this.consumeSystemLiteral();
	        if (version === false) {
	            throw this.error('XML version is missing or invalid');
	        }
	        else if (!/^1\.[0-9]+$/.test(version)) {
	            throw this.error('Invalid character in version number');
	        }
	        let encoding;
	        let standalone;
	        if (this.consumeWhitespace()) {
	            encoding = !!scanner.consumeString('encoding')
	                && this.consumeEqual()
	                && this.consumeSystemLiteral();
	            if (encoding) {
	                if (!/^[A-Za-z][\w.-]*$/.test(encoding)) {
	                    throw this.error('Invalid character in encoding name');
	                }
	                this.consumeWhitespace();
	            }
	            standalone = !!scanner.consumeString('standalone')
	                && this.consumeEqual()
	                && this.consumeSystemLiteral();
	            if (standalone) {
	                if (standalone !== 'yes' && standalone !== 'no') {
	                    throw this.error('Only "yes" and "no" are permitted as values of `standalone`');
	                }
	                this.consumeWhitespace();
	            }
	        }
	        if (!scanner.consumeString('?>')) {
	            throw this.error('Invalid or unclosed XML declaration');
	        }
	        return this.options.preserveXmlDeclaration
	            ? this.addNode(new XmlDeclaration_js_1.XmlDeclaration(version, encoding || undefined, standalone || undefined), startIndex)
	            : true;
	    }
	    /**
	     * Returns an `XmlError` for the current scanner position.
	     */
	    error(message) {
	        let { scanner } = this;
	        return new XmlError_js_1.XmlError(message, scanner.charIndex, scanner.string);
	    }
	    /**
	     * Parses the XML input.
	     */
	    parse() {
	        this.scanner.consumeString('\uFEFF'); // byte order mark
	        this.consumeProlog();
	        if (!this.consumeElement()) {
	            throw this.error('Root element is missing or invalid');
	        }
	        while (this.consumeMisc()) { } // eslint-disable-line no-empty
	        if (!this.scanner.isEnd) {
	            throw this.error('Extra content at the end of the document');
	        }
	    }
	    /**
	     * Throws an invalid character error if any character in the given _string_
	     * isn't a valid XML character.
	     */
	    validateChars(string) {
	        let { length } = string;
	        for (let i = 0; i < length; ++i) {
	            let cp = string.codePointAt(i);
	            if (!syntax.isXmlCodePoint(cp)) {
	                this.scanner.reset(-([...string].length - i));
	                throw this.error('Invalid character');
	            }
	            if (cp > 65535) {
	                i += 1;
	            }
	        }
	    }
	};
	Parser.Parser = Parser$1;
	// -- Private Functions --------------------------------------------------------
	/**
	 * Normalizes line breaks in the given text by replacing CRLF sequences and lone
	 * CR characters with LF characters.
	 */
	function normalizeLineBreaks(text) {
	    let i = 0;
	    while ((i = text.indexOf('\r', i)) !== -1) {
	        text = text[i + 1] === '\n'
	            ? text.slice(0, i) + text.slice(i + 1)
	            : text.slice(0, i) + '\n' + text.slice(i + 1);
	    }
	    return text;
	}
	
	return Parser;
}

var types = {};

var hasRequiredTypes;

function requireTypes () {
	if (hasRequiredTypes) return types;
	hasRequiredTypes = 1;
	Object.defineProperty(types, "__esModule", { value: true });
	
	return types;
}

var hasRequiredDist;

function requireDist () {
	if (hasRequiredDist) return dist;
	hasRequiredDist = 1;
	(function (exports) {
		var __createBinding = (dist && dist.__createBinding) || (Object.create ? (function(o, m, k, k2) {
		    if (k2 === undefined) k2 = k;
		    var desc = Object.getOwnPropertyDescriptor(m, k);
		    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
		      desc = { enumerable: true, get: function() { return m[k]; } };
		    }
		    Object.defineProperty(o, k2, desc);
		}) : (function(o, m, k, k2) {
		    if (k2 === undefined) k2 = k;
		    o[k2] = m[k];
		}));
		var __exportStar = (dist && dist.__exportStar) || function(m, exports) {
		    for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p);
		};
		Object.defineProperty(exports, "__esModule", { value: true });
		exports.XmlText = exports.XmlProcessingInstruction = exports.XmlNode = exports.XmlError = exports.XmlElement = exports.XmlDocumentType = exports.XmlDocument = exports.XmlDeclaration = exports.XmlComment = exports.XmlCdata = void 0;
		exports.parseXml = parseXml;
		const Parser_js_1 = requireParser();
		__exportStar(requireTypes(), exports);
		var XmlCdata_js_1 = requireXmlCdata();
		Object.defineProperty(exports, "XmlCdata", { enumerable: true, get: function () { return XmlCdata_js_1.XmlCdata; } });
		var XmlComment_js_1 = requireXmlComment();
		Object.defineProperty(exports, "XmlComment", { enumerable: true, get: function () { return XmlComment_js_1.XmlComment; } });
		var XmlDeclaration_js_1 = requireXmlDeclaration();
		Object.defineProperty(exports, "XmlDeclaration", { enumerable: true, get: function () { return XmlDeclaration_js_1.XmlDeclaration; } });
		var XmlDocument_js_1 = requireXmlDocument();
		Object.defineProperty(exports, "XmlDocument", { enumerable: true, get: function () { return XmlDocument_js_1.XmlDocument; } });
		var XmlDocumentType_js_1 = requireXmlDocumentType();
		Object.defineProperty(exports, "XmlDocumentType", { enumerable: true, get: function () { return XmlDocumentType_js_1.XmlDocumentType; } });
		var XmlElement_js_1 = requireXmlElement();
		Object.defineProperty(exports, "XmlElement", { enumerable: true, get: function () { return XmlElement_js_1.XmlElement; } });
		var XmlError_js_1 = requireXmlError();
		Object.defineProperty(exports, "XmlError", { enumerable: true, get: function () { return XmlError_js_1.XmlError; } });
		var XmlNode_js_1 = requireXmlNode();
		Object.defineProperty(exports, "XmlNode", { enumerable: true, get: function () { return XmlNode_js_1.XmlNode; } });
		var XmlProcessingInstruction_js_1 = requireXmlProcessingInstruction();
		Object.defineProperty(exports, "XmlProcessingInstruction", { enumerable: true, get: function () { return XmlProcessingInstruction_js_1.XmlProcessingInstruction; } });
		var XmlText_js_1 = requireXmlText();
		Object.defineProperty(exports, "XmlText", { enumerable: true, get: function () { return XmlText_js_1.XmlText; } });
		/**
		 * Parses the given XML string and returns an `XmlDocument` instance
		 * representing the document tree.
		 *
		 * @example
		 *
		 * import { parseXml } from '@rgrove/parse-xml';
		 * let doc = parseXml('<kittens fuzzy="yes">I like fuzzy kittens.</kittens>');
		 *
		 * @param xml XML string to parse.
		 * @param options Parser options.
		 */
		function parseXml(xml, options) {
		    return (new Parser_js_1.Parser(xml, options)).document;
		}
		
	} (dist));
	return dist;
}

var distExports = requireDist();

/**
 * The root element of an XML file.
 *
 * @throws UserError (usage) for the first mistake, with its place. Entities of its own and external
 *   ones are mistakes, too: nothing can grow here, and nothing is fetched.
 */ function parseXmlTree(list) {
    try {
        const { root } = distExports.parseXml(list.text, {
            includeOffsets: true
        });
        if (root === null) throw new Error('a document without a root is a mistake already');
        return elementOf(list, root);
    } catch (cause) {
        throw explained(list, cause);
    }
}
function explained({ file }, cause) {
    if (cause instanceof RangeError) {
        return runner.usageError('the XML is nested too deeply', {
            origin: {
                file
            },
            cause
        });
    }
    if (!(cause instanceof distExports.XmlError)) return cause;
    const { line, column } = cause;
    const [message = ''] = cause.message.split(' (line ');
    return runner.usageError(`invalid XML: ${message}`, {
        origin: {
            file,
            line,
            column
        },
        cause
    });
}
function elementOf(list, element) {
    const elements = element.children.filter((child)=>child.type === 'element');
    return {
        name: element.name,
        origin: originAt(list, element.start),
        attributes: attributesOf(list, element),
        children: elements.map((child)=>elementOf(list, child))
    };
}
/** The parser tells the values, but not where they stand: the start tag does, which is well-formed by then. */ function attributesOf(list, { name, start, attributes }) {
    const pattern = /\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
    pattern.lastIndex = start + 1 + name.length;
    const found = new Map();
    for(let match = pattern.exec(list.text); match; match = pattern.exec(list.text)){
        const { 1: key = '', index } = match;
        const value = list.text.slice(index, pattern.lastIndex).search(/["']/) + 1;
        found.set(key, {
            value: attributes[key] ?? '',
            origin: originAt(list, index + value)
        });
    }
    return found;
}

/**
 * kiwi's image descriptions: their `<containers>`. What they mean is as in kiwi 11.1: its schema, and
 * get_containers() in kiwi/xml_state.py.
 */ const kiwi = {
    name: 'kiwi',
    looksFor: '<image schemaversion>',
    recognises: (_file, text)=>/^\s*</.test(text) && /<image\s[^>]*\bschemaversion\s*=/.test(text),
    parse: async (list, context)=>{
        const { elements, remarks } = await loadDescription(list, context);
        const used = usedProfiles(elements, list, context);
        const lists = elements.filter(({ name })=>name === 'containers').map((section)=>readContainers(section, used.profiles, context));
        const joined = joinLists([
            ...lists,
            ...used.remarks,
            ...remarks
        ]);
        return {
            ...joined,
            profiles: used.known
        };
    }
};
/** The elements of `<image>`, those of included files in their place. */ async function loadDescription(list, context) {
    const root = rootOf(list);
    const elements = [];
    const remarks = [];
    for (const element of root.children){
        if (element.name !== 'include') {
            elements.push(element);
            continue;
        }
        const included = await loadIncluded(needed(element, 'from'), list, context);
        elements.push(...included);
        // kiwi replaces includes once
        const nested = included.filter(({ name })=>name === 'include');
        remarks.push(...nested.map(({ origin })=>remark('warning', NESTED_INCLUDE, origin)));
    }
    return {
        elements,
        remarks
    };
}
const NESTED_INCLUDE = 'an include in an included file: kiwi leaves it out';
async function loadIncluded(from, list, context) {
    const { value, origin } = from;
    const [, scheme = '', path = value] = /^(this|file|dir):\/\/(.*)$/.exec(value) ?? [];
    const file = scheme === 'this' ? node_path.join(node_path.dirname(list.file), path) : path;
    if (scheme !== 'this' && !node_path.isAbsolute(path)) {
        throw runner.usageError(`kiwi looks for ${runner.quote(value)} in the folder where it is started`, {
            origin,
            hint: 'for a file beside the description write this://NAME'
        });
    }
    const included = await context.readFile(file, origin);
    if (included !== undefined) return rootOf(included).children;
    throw runner.usageError(`no such file: ${file}`, {
        origin
    });
}
function rootOf(list) {
    const root = parseXmlTree(list);
    if (root.name === 'image') return root;
    throw runner.usageError(`<${root.name}> is no kiwi description`, {
        origin: root.origin,
        hint: 'its first element is <image schemaversion="…">'
    });
}
/**
 * The profiles that count: those that were asked for and what they require, or else those with
 * `import="true"`. Undefined for all.
 */ function usedProfiles(elements, { file }, { profiles, architecture }) {
    if (profiles.includes('*')) return {
        profiles: undefined,
        known: [],
        remarks: []
    };
    const known = new Map(elements.filter(({ name })=>name === 'profiles').flatMap(({ children })=>children).filter((profile)=>profile.name === 'profile' && matches$1(profile, architecture)).map((profile)=>[
            needed(profile, 'name').value,
            profile
        ]));
    const used = new Set();
    const use = (name)=>{
        if (used.has(name)) return;
        used.add(name);
        for (const required of known.get(name)?.children ?? [])if (matches$1(required, architecture)) use(needed(required, 'profile').value);
    };
    const imported = [
        ...known
    ].filter(([, profile])=>booleanOf(profile, 'import'));
    for (const name of profiles.length === 0 ? imported.map(([name])=>name) : profiles)use(name);
    // Those that were asked for may be another list's.
    const unknown = [
        ...used
    ].filter((name)=>!known.has(name) && !profiles.includes(name));
    return {
        profiles: used,
        known: [
            ...known.keys()
        ],
        remarks: unknown.map((name)=>remark('warning', `no profile ${runner.quote(name)} in this description`, {
                file
            }))
    };
}
function readContainers(section, profiles, context) {
    const { architecture } = context;
    checkAttributes(section, [
        'source',
        'backend',
        'arch',
        'profiles'
    ]);
    const source = needed(section, 'source');
    const backend = needed(section, 'backend');
    if (!BACKENDS.includes(backend.value)) {
        throw runner.usageError(`unknown backend ${runner.quote(backend.value)}`, {
            origin: backend.origin,
            hint: `one of ${BACKENDS.join(', ')}`
        });
    }
    const containers = section.children.map((container)=>{
        if (container.name !== 'container') {
            throw runner.usageError(`<${container.name}> within <containers>`, {
                origin: container.origin
            });
        }
        return {
            container,
            image: readContainer$2(container, source.value, backend.value)
        };
    });
    if (containers.length === 0) {
        throw runner.usageError('<containers> without a <container>', {
            origin: section.origin
        });
    }
    const leftOut = foreign(section, architecture) ?? unwanted(section, profiles);
    const lists = containers.map(({ container, image })=>{
        const why = leftOut ?? foreign(container, architecture);
        return why === undefined ? {
            images: [
                image
            ],
            findings: []
        } : remark('notice', `${image.written} is left out: ${why}`, image.origin);
    });
    if (leftOut !== undefined) return joinLists(lists);
    return joinLists([
        ...lists,
        backend.value === SNAP ? remark('notice', SNAP_REMARK, backend.origin) : checkEngine(backend.value, context, backend.origin)
    ]);
}
/** Why an element does not count for these profiles; undefined where it does. */ function unwanted(element, profiles) {
    const bound = element.attributes.get('profiles')?.value;
    if (!bound || profiles === undefined) return undefined;
    const names = bound.split(',');
    return names.some((name)=>profiles.has(name)) ? undefined : `it needs profile ${names.join(' or ')}`;
}
const SNAP = 'container-snap';
const BACKENDS = [
    'podman',
    'docker',
    SNAP
];
const SNAP_REMARK = 'Debian has no package of container-snap: these images are carried as files and not loaded';
function readContainer$2(container, source, backend) {
    checkAttributes(container, [
        'name',
        'path',
        'tag',
        'arch',
        'fetch_only'
    ]);
    const name = needed(container, 'name');
    const path = container.attributes.get('path')?.value ?? '';
    const tag = container.attributes.get('tag')?.value || 'latest';
    return readWritten(node_path.posix.normalize(`${source}/${path}/${name.value}:${tag}`), {
        origin: name.origin,
        unpinnable: UNPINNABLE,
        fetchOnly: booleanOf(container, 'fetch_only') || backend === SNAP
    });
}
const UNPINNABLE = 'kiwi has no place for a digest beside a tag: name the image in images, or in a list of lines, and leave it out here';
function checkAttributes(element, known) {
    for (const [name, { origin }] of element.attributes){
        if (known.includes(name)) continue;
        throw runner.usageError(`<${element.name}> has no attribute ${runner.quote(name)}`, {
            origin,
            hint: `one of ${known.join(', ')}`
        });
    }
}
function needed(element, name) {
    const attribute = element.attributes.get(name);
    if (attribute !== undefined) return attribute;
    throw runner.usageError(`<${element.name}> without the attribute ${name}`, {
        origin: element.origin
    });
}
/** As XML Schema has it, and no other words. */ function booleanOf(element, name) {
    const attribute = element.attributes.get(name);
    if (attribute === undefined) return false;
    const { value, origin } = attribute;
    if (/^(?:true|1|false|0)$/.test(value)) return value === 'true' || value === '1';
    throw runner.usageError(`${name}=${runner.quote(value)} is neither true nor false`, {
        origin
    });
}
function matches$1(element, architecture) {
    return foreign(element, architecture) === undefined;
}
/** Why an element does not count for an architecture; undefined where it does. Without one, all of them do. */ function foreign(element, architecture) {
    const attribute = element.attributes.get('arch');
    if (attribute === undefined) return undefined;
    const names = attribute.value.trim().split(',');
    const unknown = names.find((name)=>!KNOWN_ARCHITECTURES.includes(name));
    if (unknown !== undefined) {
        throw runner.usageError(`unknown architecture ${runner.quote(unknown)}`, {
            origin: attribute.origin,
            hint: `one of ${KNOWN_ARCHITECTURES.join(', ')}, parted by commas alone`
        });
    }
    const own = architecture && runner.MACHINES[architecture];
    return own === undefined || names.some((name)=>own.includes(name)) ? undefined : `it is for ${names.join(' and ')}, and the package for ${architecture}`;
}
/** Of kiwi's schema. */ const KNOWN_ARCHITECTURES = [
    ...Object.values(runner.MACHINES).flat(),
    'armv6hl',
    'ppc',
    'ppc64',
    's390'
];

/** The documents of a YAML file that have content. @throws UserError (usage) for the first mistake */ function parseYamlTrees(list) {
    return parseYaml(list).flatMap((document)=>{
        const root = present(document.contents);
        return root === undefined ? [] : [
            {
                list,
                root,
                targets: aliasTargets(list, document)
            }
        ];
    });
}
/** The node itself; for an alias the one that it stands for. */ function resolveNode({ targets }, node) {
    return distExports$1.isAlias(node) ? targets.get(node) : present(node);
}
/** The value of a key of a mapping, as it is or merged in with `<<`; undefined for anything else. */ function memberOf(tree, node, key, seen = new Set()) {
    const map = resolveNode(tree, node);
    if (!distExports$1.isMap(map) || seen.has(map)) return undefined;
    const own = map.items.find((item)=>distExports$1.isScalar(item.key) && item.key.value === key);
    if (own !== undefined) return present(own.value);
    const merges = map.items.find((item)=>distExports$1.isScalar(item.key) && item.key.value === '<<')?.value;
    const sources = resolveNode(tree, merges);
    const around = new Set([
        ...seen,
        map
    ]);
    for (const source of distExports$1.isSeq(sources) ? sources.items : [
        sources
    ]){
        const found = memberOf(tree, source, key, around);
        if (found !== undefined) return found;
    }
    return undefined;
}
/** Nothing, `~` and `null` are as if the key were not there. */ function present(node) {
    return distExports$1.isScalar(node) && node.value === null ? undefined : node ?? undefined;
}
/** The nodes of a sequence; none for anything else. */ function itemsOf(tree, node) {
    const sequence = resolveNode(tree, node);
    return distExports$1.isSeq(sequence) ? sequence.items : [];
}
/** The text of a string; undefined for anything else. */ function stringOf(tree, node) {
    const scalar = resolveNode(tree, node);
    return distExports$1.isScalar(scalar) && typeof scalar.value === 'string' ? scalar.value : undefined;
}

/** Kubernetes manifests in YAML or JSON: the images of pods and of what makes pods. */ const kubernetes = {
    name: 'kubernetes',
    looksFor: 'kind:',
    recognises: (_file, text)=>{
        const key = /^\s*(?:\[|\{(?!\{))/.test(text) ? /"(apiVersion|kind)"\s*:/g : /^["']?(apiVersion|kind)["']?\s*:/gm;
        return new Set([
            ...text.matchAll(key)
        ].map(([, name])=>name)).size === 2;
    },
    parse: (list, context)=>joinLists(parseManifest$1(list).map((tree)=>readObject({
                tree,
                context,
                seen: new Set()
            }, tree.root)))
};
/** By kind, the way to the pod's specification. */ const POD_SPECS = {
    Pod: 'spec',
    PodTemplate: 'template.spec',
    Deployment: 'spec.template.spec',
    StatefulSet: 'spec.template.spec',
    DaemonSet: 'spec.template.spec',
    ReplicaSet: 'spec.template.spec',
    ReplicationController: 'spec.template.spec',
    Job: 'spec.template.spec',
    CronJob: 'spec.jobTemplate.spec.template.spec'
};
/** Of Kubernetes itself: what they hold is text for others, or a copy of what was. */ const NO_PODS = [
    'ConfigMap',
    'Secret',
    'Service',
    'ControllerRevision'
];
const TEMPLATE_HINT = 'give what "helm template" or the like makes of it';
/** @throws UserError (usage) for YAML that is wrong, and for a template that must be filled in first */ function parseManifest$1(list) {
    try {
        return parseYamlTrees(list);
    } catch (cause) {
        const template = /\{\{/.test(list.text);
        if (!template) throw cause;
        throw runner.usageError('this is a template with {{ }}, no manifest', {
            origin: cause.origin,
            hint: TEMPLATE_HINT,
            cause
        });
    }
}
function readObject(reading, node) {
    const { tree, seen } = reading;
    const object = resolveNode(tree, node);
    if (object === undefined || seen.has(object)) return NOTHING;
    seen.add(object);
    const kind = stringOf(tree, memberOf(tree, object, 'kind'));
    if (kind === undefined) {
        throw runner.usageError('an object without kind:', {
            origin: originOf$1(tree.list, object)
        });
    }
    const version = stringOf(tree, memberOf(tree, object, 'apiVersion')) ?? '';
    const group = version.split('/')[0] ?? '';
    if (group === 'kustomize.config.k8s.io') {
        return remark('warning', 'a kustomization names no images itself: give what "kubectl kustomize" makes of it', originOf$1(tree.list, object));
    }
    if (kind.endsWith('List') && !group.includes('.')) {
        const items = itemsOf(tree, memberOf(tree, object, 'items'));
        return joinLists(items.map((item)=>readObject(reading, item)));
    }
    // Every group of other people's own kinds has a dot in its name, as in a domain.
    if (group.includes('.')) return readCustom(reading, object, kind);
    const path = POD_SPECS[kind];
    if (path !== undefined) return readPod(reading, memberAt(tree, object, path));
    if (NO_PODS.includes(kind)) return NOTHING;
    const custom = readCustom(reading, object, kind);
    if (custom.images.length === 0) return custom;
    const meant = Object.keys(POD_SPECS).find((name)=>name.toLowerCase() === kind.toLowerCase());
    const message = `${version} has no kind ${runner.quote(kind)} that makes pods${meant ? ` (${meant}?)` : ''}: its images are carried as those of a pod`;
    const where = originOf$1(tree.list, memberOf(tree, object, 'kind') ?? object);
    return joinLists([
        custom,
        remark('warning', message, where)
    ]);
}
/**
 * An object of a kind that we don't know: what has `containers` with an image each is taken for a pod's
 * specification, and any other `image` is told.
 */ function readCustom(reading, object, kind) {
    if (kind === 'CustomResourceDefinition') return NOTHING;
    const { tree } = reading;
    const pods = [];
    const others = [];
    distExports$1.visit(object, {
        Map (_, map) {
            const containers = itemsOf(tree, memberOf(tree, map, 'containers'));
            const images = containers.map((item)=>stringOf(tree, memberOf(tree, item, 'image')));
            if (images.length > 0 && !images.includes(undefined)) {
                pods.push(map);
                return distExports$1.visit.SKIP;
            }
            const image = memberOf(tree, map, 'image');
            if (distExports$1.isScalar(image) && typeof image.value === 'string') others.push(image);
            return undefined;
        }
    });
    return joinLists([
        ...pods.map((pod)=>readPod(reading, pod)),
        ...others.map((image)=>remark('warning', `image: of a ${kind} may be no container's image: ${runner.quote(image.value)} is not carried (if it should be, list it in images)`, originOf$1(tree.list, image)))
    ]);
}
function readPod(reading, spec) {
    const { tree } = reading;
    const elsewhere = selectsOther(reading, spec);
    if (elsewhere !== undefined) return elsewhere;
    const containers = [
        'initContainers',
        'containers',
        'ephemeralContainers'
    ].flatMap((key)=>itemsOf(tree, memberOf(tree, spec, key)));
    const volumes = itemsOf(tree, memberOf(tree, spec, 'volumes')).flatMap((volume)=>{
        const image = memberOf(tree, volume, 'image');
        return image === undefined ? [] : [
            image
        ];
    });
    return joinLists([
        ...containers.map((container)=>readContainer$1(reading, container, 'image', 'imagePullPolicy')),
        ...volumes.map((volume)=>readContainer$1(reading, volume, 'reference', 'pullPolicy'))
    ]);
}
/** What is said of a pod that runs only on nodes of another platform; undefined for any other pod. */ function selectsOther({ tree, context }, spec) {
    const { architecture } = context;
    if (architecture === undefined) return undefined;
    const platform = runner.platformOf(architecture);
    const selector = memberOf(tree, spec, 'nodeSelector');
    for (const [label, own] of [
        [
            'kubernetes.io/os',
            platform.os
        ],
        [
            'kubernetes.io/arch',
            platform.architecture
        ]
    ]){
        const value = memberOf(tree, selector, label);
        const wanted = stringOf(tree, value);
        if (value === undefined || wanted === undefined || wanted === own) continue;
        const message = `a pod for ${label} ${wanted} is left out: the package is for ${runner.formatPlatform(platform)}`;
        return remark('notice', message, originOf$1(tree.list, value));
    }
    return undefined;
}
function readContainer$1({ tree }, container, imageKey, policyKey) {
    const written = memberOf(tree, container, imageKey);
    const image = resolveNode(tree, written);
    const text = stringOf(tree, image);
    if (written === undefined || image === undefined || text === '') {
        const where = originOf$1(tree.list, container);
        return remark('warning', `no ${imageKey}: here, so none is carried`, where);
    }
    const origin = originOf$1(tree.list, written);
    if (text === undefined || text.includes('{{')) {
        throw runner.usageError(`${imageKey}: is no string with a reference`, {
            origin,
            hint: distExports$1.isMap(image) || text !== undefined ? `a template? ${TEMPLATE_HINT}` : undefined
        });
    }
    const place = scalarPlace(tree.list, image);
    const about = place ? {
        place
    } : {
        unpinnable: 'it is escaped or written over several lines: write it on one'
    };
    const policy = memberOf(tree, container, policyKey);
    const always = policy !== undefined && stringOf(tree, policy) === 'Always';
    return joinLists([
        {
            images: [
                readWritten(text, {
                    origin,
                    ...about
                })
            ],
            findings: []
        },
        always ? remark('warning', ALWAYS, originOf$1(tree.list, policy)) : NOTHING
    ]);
}
const ALWAYS = 'Always: the container does not start without its registry, although the image is there; with IfNotPresent it does';
function memberAt(tree, node, path) {
    return path.split('.').reduce((at, key)=>memberOf(tree, at, key), node);
}

const FORM = 'a line is REFERENCE [as NAME:TAG] [fetch-only], without white space in a path';
/**
 * Images one a line, with `#` comments: plain references, Isar's SRC_URI entries and skopeo's
 * transports, mixed as wanted. What no other format recognises may be such a list.
 */ const lines = {
    name: 'lines',
    looksFor: 'NAME:TAG',
    recognises: (_file, text)=>isReference(firstContent(text)),
    parse: (list)=>({
            images: parseLines(list),
            findings: []
        })
};
/** @throws UserError (usage) for the first line that names no image */ function parseLines(list) {
    return list.lineStarts.flatMap((start, index)=>{
        const end = list.lineStarts[index + 1] ?? list.text.length;
        return parseLine(list, start, end) ?? [];
    });
}
function isReference(line) {
    if (line === '') return true;
    const [written = '', ...suffix] = words(line);
    try {
        parseSuffix(suffix, {
            file: ''
        });
        readWritten(written, {
            origin: {
                file: ''
            },
            name: ''
        });
        return true;
    } catch  {
        return false;
    }
}
/** Reads `REFERENCE [as NAME:TAG] [fetch-only]`; undefined for a blank line or a comment. */ function parseLine(list, start, end) {
    const line = list.text.slice(start, end);
    const [written, ...suffix] = words(line);
    if (written === undefined) return undefined;
    const at = start + line.indexOf(written);
    const origin = originAt(list, at);
    if (/\p{Cc}/u.test(content(line).replaceAll('\t', ''))) {
        throw runner.usageError(`control character in ${runner.quote(content(line))}`, {
            origin
        });
    }
    const place = placeAt(list, at, at + written.length);
    return readWritten(written, {
        origin,
        place,
        ...parseSuffix(suffix, origin)
    });
}
/** What is no comment and no white space around it, such as the CR of a CRLF. */ function content(line) {
    return line.replace(/(?:^|\s)#.*$/s, '').trim();
}
function words(line) {
    return content(line).split(/\s+/).filter((word)=>word !== '');
}
function parseSuffix(words, origin) {
    const fetchOnly = words.at(-1) === 'fetch-only';
    const [as, name, ...rest] = fetchOnly ? words.slice(0, -1) : words;
    if (as === undefined) return {
        fetchOnly
    };
    if (as !== 'as' || name === undefined || rest.length > 0) {
        throw runner.usageError(`unexpected ${runner.quote(words.join(' '))} after the reference`, {
            origin,
            hint: FORM
        });
    }
    return {
        name: parseName(name, origin),
        fetchOnly
    };
}
/** The name after `as`, normalised. */ function parseName(text, origin) {
    const reference = runner.parseReference(text, origin);
    if (reference.digest === undefined) return runner.nameAndTag(reference);
    throw runner.usageError(`the name ${runner.quote(text)} has a digest`, {
        origin,
        hint: 'a digest belongs to the reference before " as "'
    });
}

/**
 * Reads a unit file as Podman's generator does: see systemd.syntax(7), and for what it leaves open
 * pkg/systemd/parser of github.com/containers/podman.
 *
 * @returns the assignments in their order; sections that come again are gone on with
 * @throws UserError (usage) for a line that is no section, assignment or comment
 */ function parseUnitFile(list) {
    let section;
    return logicalLines(list).flatMap((line)=>{
        const text = textOf(line);
        const name = /^\[([^\][\p{Cc}]+)\][ \t]*$/u.exec(text)?.[1];
        if (name !== undefined) section = name;
        return name === undefined ? [
            parseAssignment(line, section)
        ] : [];
    });
}
/** The value that counts: the last one, without the quotes around it. Undefined where there is none. */ function lastValue(assignments, section, key) {
    const value = valuesOf(assignments, section, key).at(-1);
    return value && unquote(trimPieces(value));
}
/** All values of a key that may be given several times; an empty one drops those before it. */ function allValues(assignments, section, key) {
    const values = valuesOf(assignments, section, key);
    return values.slice(values.findLastIndex((value)=>textOf(value) === '') + 1);
}
function valuesOf(assignments, section, key) {
    return assignments.filter((assignment)=>assignment.section === section && assignment.key === key).map(({ value })=>value);
}
function unquote(value) {
    const text = textOf(value);
    return /^".*"$/s.test(text) && text.length > 1 ? slicePieces(value, 1, text.length - 1) : value;
}
function parseAssignment(line, section) {
    const text = textOf(line);
    const origin = originOf(line);
    const [, key = '', gap = ''] = /^([^=]+)=(\s*)/.exec(text) ?? [];
    if (key === '') {
        throw runner.usageError(`${runner.quote(text)} is no section, no assignment and no comment`, {
            origin
        });
    }
    if (section === undefined) {
        throw runner.usageError(`${runner.quote(text)} stands before the first section`, {
            origin,
            hint: 'a unit begins with a line such as [Container]'
        });
    }
    const value = slicePieces(line, key.length + 1 + gap.length, text.length);
    return {
        section,
        key: key.trimEnd(),
        value,
        origin
    };
}
/**
 * Lines without the white space around them, comments and empty ones left out. A backslash at its end
 * joins a line with the next that is no comment.
 */ function logicalLines(list) {
    const lines = [];
    let joined = [];
    for (const [index, start] of list.lineStarts.entries()){
        const end = list.lineStarts[index + 1] ?? list.text.length;
        const [line] = trimPieces([
            literal(list, start, end)
        ]);
        if (line === undefined || /^[#;]/.test(line.text)) continue;
        const goesOn = line.text.endsWith('\\');
        joined.push(goesOn ? literal(list, line.start, line.end - 1) : line);
        if (goesOn) continue;
        lines.push(joined);
        joined = [];
    }
    return [
        ...lines,
        joined
    ].filter((line)=>textOf(line) !== '');
}

/**
 * Podman's quadlets: units of systemd that name images. What they mean is in podman-systemd.unit(5);
 * what that leaves open is as Podman 5's generator does it.
 */ const quadlet = {
    name: 'quadlet',
    looksFor: '[Container]',
    recognises: (file, text)=>{
        const section = SECTIONS[node_path.extname(unitOfDropIn(file) ?? file)];
        return section !== undefined && text.split('\n').some((line)=>line.trim() === `[${section}]`);
    },
    // A drop-in is read with its unit.
    parse: async (list, context)=>unitOfDropIn(list.file) === undefined ? readUnit(list, context) : NOTHING
};
/** What is read of a unit, by the ending of its name. */ const READERS = {
    '.container': readContainer,
    '.volume': readVolume,
    '.image': readImage,
    '.kube': readKube,
    '.build': async ({ file })=>remark('notice', 'what it builds on the device is not carried', {
            file
        }),
    '.artifact': async ({ file })=>remark('notice', 'OCI artifacts are not carried', {
            file
        }),
    '.pod': async ()=>NOTHING,
    '.network': async ()=>NOTHING
};
/** By the ending of a unit's name, the section that says what it is. */ const SECTIONS = Object.fromEntries(Object.keys(READERS).map((ending)=>[
        ending,
        `${ending.charAt(1).toUpperCase()}${ending.slice(2)}`
    ]));
async function readUnit(list, context) {
    const unit = await loadUnit(list, context);
    const reader = READERS[node_path.extname(unit.name)];
    if (reader !== undefined) {
        const list = await reader(unit, context);
        const engine = list.images.length > 0 ? checkEngine('podman', context, {
            file: unit.file
        }) : NOTHING;
        return joinLists([
            list,
            engine
        ]);
    }
    throw runner.usageError(`a quadlet is called NAME${Object.keys(READERS).join(', NAME')}`, {
        origin: {
            file: list.file
        }
    });
}
async function readContainer(unit, context) {
    const image = settingOf(unit, 'Image');
    const rootfs = settingOf(unit, 'Rootfs');
    if (image === undefined && rootfs === undefined) {
        checkSpelling(unit, 'Image');
        throw runner.usageError('the container has neither Image= nor Rootfs=', {
            origin: {
                file: unit.file
            }
        });
    }
    if (image !== undefined && rootfs !== undefined) {
        throw runner.usageError('the container has both Image= and Rootfs=', {
            origin: originOf(rootfs)
        });
    }
    const mounted = allValues(unit.assignments, 'Container', 'Mount').flatMap(mountedImage);
    const sources = image === undefined ? mounted : [
        image,
        ...mounted
    ];
    const lists = await inOrder(sources, (source)=>readSource(source, unit, context));
    const pull = settingOf(unit, 'Pull');
    const always = pull && textOf(pull) === 'always' ? warn(pull, PULL_ALWAYS) : NOTHING;
    return joinLists([
        ...lists,
        always
    ]);
}
/** The source of `Mount=type=image,source=IMAGE,destination=PATH`. */ function mountedImage(mount) {
    // the quotes that systemd takes around a word, and those of CSV around a field
    const options = matchPieces(mount, /[^,"'\s]+/g);
    if (!options.some((option)=>textOf(option) === 'type=image')) return [];
    return options.flatMap((option)=>{
        const [key] = /^(?:source|src)=(?=.)/.exec(textOf(option)) ?? [];
        return key === undefined ? [] : [
            slicePieces(option, key.length, textOf(option).length)
        ];
    });
}
const PULL_ALWAYS = 'Pull=always: the container does not start without its registry, although the image is there; with Pull=missing it does';
async function readVolume(unit, context) {
    const image = settingOf(unit, 'Image');
    const driver = settingOf(unit, 'Driver');
    if (driver === undefined || textOf(driver) !== 'image') return NOTHING;
    if (image !== undefined) return readSource(image, unit, context);
    throw runner.usageError('Driver=image needs Image=', {
        origin: originOf(driver)
    });
}
async function readImage(unit, context) {
    const image = settingOf(unit, 'Image');
    if (image === undefined) {
        checkSpelling(unit, 'Image');
        throw runner.usageError('no Image=', {
            origin: {
                file: unit.file
            }
        });
    }
    checkPlatform$1(unit, context);
    const tag = settingOf(unit, 'ImageTag');
    const name = tag && runner.nameAndTag(runner.parseReference(textOf(tag), originOf(tag)));
    return joinLists([
        readReference(image, unit, name),
        ...deviceFindings(unit, image)
    ]);
}
/** @throws UserError (usage) where the unit pulls for another platform than the package's */ function checkPlatform$1(unit, { architecture }) {
    if (architecture === undefined) return;
    const platform = runner.platformOf(architecture);
    const wanted = [
        [
            'OS',
            [
                'linux'
            ]
        ],
        [
            'Arch',
            [
                platform.architecture,
                ...UNAME[platform.architecture] ?? []
            ]
        ],
        [
            'Variant',
            platform.variants
        ]
    ];
    for (const [key, taken] of wanted){
        const value = settingOf(unit, key);
        if (value === undefined || taken.includes(textOf(value))) continue;
        throw runner.usageError(`${key}=${textOf(value)} is another platform than ${architecture} (${runner.formatPlatform({
            ...platform,
            variant: platform.variants[0]
        })})`, {
            origin: originOf(value)
        });
    }
}
/** Podman takes the kernel's names of architectures as well. */ const UNAME = {
    amd64: [
        'x86_64',
        'x86-64'
    ],
    arm64: [
        'aarch64'
    ],
    arm: [
        'armhf',
        'armel'
    ],
    386: [
        'i386'
    ]
};
/** What an .image unit says to Podman on the device and not to a build. */ function deviceFindings(unit, image) {
    const policy = settingOf(unit, 'Policy');
    const pulls = policy === undefined || textOf(policy) === 'always';
    const keys = Object.entries(DEVICE_KEYS).flatMap(([key, message])=>{
        const value = settingOf(unit, key);
        return value === undefined ? [] : [
            remark('notice', `${key}=: ${message}`, originOf(value))
        ];
    });
    return pulls && !isLocal(image) ? [
        warn(policy ?? image, IMAGE_POLICY),
        ...keys
    ] : keys;
}
const IMAGE_POLICY = 'Podman pulls the image of an .image unit at every start, which fails without its registry: set Policy=missing (Podman 5.6), or name the image in the .container itself';
const DEVICE_KEYS = {
    AllTags: 'only the one tag is carried',
    AuthFile: 'this is a file of the device; the input authfile names the logins for the build',
    CertDir: 'this is a folder of the device; the build uses its own certificates',
    Creds: 'the build does not use it; the input authfile names its logins',
    DecryptionKey: 'an encrypted image is not decrypted by the build',
    TLSVerify: 'this counts on the device; for the build there is the input tls-verify'
};
function isLocal(image) {
    return /^(?:[a-z-]+-archive|oci|dir|containers-storage|docker-daemon):/.test(textOf(image));
}
/** The manifests that a .kube unit plays. */ async function readKube(unit, context) {
    const values = allValues(unit.assignments, 'Kube', 'Yaml');
    const paths = values.flatMap((value)=>matchPieces(value, /[^"'\s]+/g));
    if (paths.length === 0) throw runner.usageError('no Yaml=', {
        origin: {
            file: unit.file
        }
    });
    const lists = await inOrder(paths, async (path)=>{
        const origin = originOf(path);
        const file = node_path.join(node_path.dirname(unit.file), textOf(path));
        const manifest = await context.readFile(file, origin);
        if (manifest !== undefined) return kubernetes.parse(manifest, context, []);
        throw runner.usageError(`no such file: ${file}`, {
            origin
        });
    });
    return joinLists(lists);
}
/** The image that a value names, itself or by another unit. */ async function readSource(value, unit, context) {
    const text = textOf(value);
    if (text.endsWith('.image')) return followUnit(value, unit, context);
    if (text.endsWith('.build')) {
        return warn(value, `${text} builds the image on the device: it is not carried`);
    }
    const instances = await instancesOf(unit, context);
    return /%[ijIJ]/.test(text) && instances.length > 0 ? remark('notice', `a template: its images are those of ${instances.join(', ')}`, originOf(value)) : readReference(value, unit);
}
/** The instances of a template that lie beside it, links to it or files of their own. */ async function instancesOf({ name, file }, { readFolder }) {
    const [prefix, instance] = name.slice(0, -node_path.extname(name).length).split(/@(.*)/s);
    if (instance !== '') return [];
    const names = await readFolder(node_path.dirname(file));
    return names.filter((other)=>other !== name && other.startsWith(`${prefix}@`) && node_path.extname(other) === node_path.extname(name));
}
function readReference(value, unit, name) {
    const text = textOf(value);
    const written = expandSpecifiers(text, unit);
    if (written === undefined) {
        return warn(value, `only systemd on the device knows what ${text} is: the image is not carried`);
    }
    const place = placeOf(value);
    const unpinnable = unpinnableBecause(text !== written, place === undefined);
    const image = readWritten(written, {
        origin: originOf(value),
        name,
        ...unpinnable === undefined ? {
            place
        } : {
            unpinnable
        }
    });
    return joinLists([
        {
            images: [
                image
            ],
            findings: []
        },
        isShort(written) ? warn(value, shortName(written)) : NOTHING
    ]);
}
function unpinnableBecause(expanded, parted) {
    if (expanded) return 'it is written with specifiers: write the name out';
    return parted ? 'it is written over several lines: write it on one' : undefined;
}
/** The image of the .image unit beside this one. */ async function followUnit(value, { file }, context) {
    const origin = originOf(value);
    const list = await context.readFile(node_path.join(node_path.dirname(file), textOf(value)), origin);
    if (list !== undefined) return readUnit(list, context);
    throw runner.usageError(`no unit ${textOf(value)} beside this one`, {
        origin
    });
}
/**
 * The text with the specifiers replaced that the unit's name answers: see systemd.unit(5). Undefined
 * where there are others, or variables, which systemd replaces at the start.
 */ function expandSpecifiers(text, { name, assignments }) {
    const [prefix = '', given] = name.slice(0, -node_path.extname(name).length).split(/@(.*)/s);
    const defaultInstance = lastValue(assignments, 'Install', 'DefaultInstance') ?? [];
    const instance = given === '' ? textOf(defaultInstance) : given;
    const values = {
        '%%': '%',
        '%p': prefix,
        '%i': instance || undefined
    };
    const specifiers = text.match(/%.?/g) ?? [];
    if (text.includes('$') || specifiers.some((specifier)=>values[specifier] === undefined)) return undefined;
    return text.replaceAll(/%./g, (specifier)=>values[specifier] ?? specifier);
}
/** Podman looks a name without a host up in registries.conf(5), which a device may have changed. */ function isShort(written) {
    return !/^(?:[^/]*[.:][^/]*|localhost)\/|^[a-z-]+:[/.]/.test(written);
}
function shortName(written) {
    return `${written} has no registry: taken as ${runner.nameAndTag(runner.parseReference(written))}, which the device need not do; write it in full`;
}
/** The unit with its drop-ins: files of the same name replace each other, the nearer one wins. */ async function loadUnit(list, context) {
    const name = node_path.basename(list.file);
    const folder = node_path.dirname(list.file);
    const dropIns = new Map();
    for (const dropInFolder of dropInFolders(name)){
        const names = await context.readFolder(node_path.join(folder, dropInFolder));
        for (const dropIn of names.filter((name)=>name.endsWith('.conf'))){
            if (!dropIns.has(dropIn)) dropIns.set(dropIn, node_path.join(folder, dropInFolder, dropIn));
        }
    }
    const paths = [
        ...dropIns
    ].sort(([a], [b])=>a < b ? -1 : 1).map(([, path])=>path);
    const files = await inOrder(paths, (path)=>context.readFile(path));
    const all = [
        list,
        ...files.filter((file)=>file !== undefined)
    ];
    return {
        name,
        file: list.file,
        assignments: all.flatMap(parseUnitFile)
    };
}
/** Where drop-ins of a unit lie, from the nearest to the widest: `a-b.container.d`, `a-.container.d`, `container.d`. */ function dropInFolders(name) {
    const ending = node_path.extname(name);
    const [prefix = '', instance] = name.slice(0, -ending.length).split(/@(.*)/s);
    const dashes = [
        ...prefix.matchAll(/-/g)
    ].map(({ index })=>prefix.slice(0, index + 1));
    const truncated = dashes.flatMap((start)=>instance === undefined ? [
            start
        ] : [
            start,
            `${start}@`
        ]);
    const template = instance ? [
        `${prefix}@`
    ] : [];
    const units = [
        ...truncated,
        ...template
    ].map((start)=>`${start}${ending}`);
    return [
        ending.slice(1),
        ...units,
        name
    ].reverse().map((unit)=>`${unit}.d`);
}
/** `app.container` for `…/app.container.d/10-image.conf`; `all.container` for `…/container.d/10.conf`. */ function unitOfDropIn(file) {
    const folder = node_path.basename(node_path.dirname(file));
    if (!file.endsWith('.conf') || !folder.endsWith('.d')) return undefined;
    const unit = folder.slice(0, -'.d'.length);
    return unit.includes('.') ? unit : `all.${unit}`;
}
/** The value of a key of the unit's own section; undefined where it is not set, or set to nothing. */ function settingOf({ name, assignments }, key) {
    const value = lastValue(assignments, SECTIONS[node_path.extname(name)] ?? '', key);
    return value?.length ? value : undefined;
}
/** @throws UserError (usage) where the key that is missing stands there in other letters */ function checkSpelling({ assignments }, key) {
    const other = assignments.find((assignment)=>assignment.key !== key && assignment.key.toLowerCase() === key.toLowerCase());
    if (other === undefined) return;
    throw runner.usageError(`Podman does not know ${other.key}=`, {
        origin: other.origin,
        hint: `write ${key}=`
    });
}
function warn(value, message) {
    return remark('warning', message, originOf(value));
}
/** One after the other: what they say comes in the order of the file. */ async function inOrder(items, run) {
    const results = [];
    for (const item of items)results.push(await run(item));
    return results;
}

const formats = [
    lines,
    compose,
    quadlet,
    kiwi,
    isarRecipe,
    kubernetes
];
function isFormatName(text) {
    return formatNames.includes(text);
}
function formatNamed(name) {
    const found = formats.find((format)=>format.name === name);
    if (found === undefined) throw new Error(`no format ${name}`);
    return found;
}
/** @throws UserError (usage) where a file is like none of the formats, or like several */ function recognise({ file, text }) {
    const [found, ...others] = formats.filter((format)=>format.recognises(file, text));
    if (found !== undefined && others.length === 0) return found;
    if (found !== undefined) {
        const names = [
            found,
            ...others
        ].map(({ name })=>name);
        throw runner.usageError(`the image list may be ${names.join(' or ')}`, {
            origin: {
                file
            },
            hint: `say which: ${names.map((name)=>`${name}:${file}`).join(' or ')}`
        });
    }
    // Then a mistake in its first line is told, rather than that no format is known.
    if (!looksStructured(file, text)) return lines;
    throw runner.usageError('no format of image lists is recognised', {
        origin: {
            file
        },
        hint: `the formats are ${formats.map(({ name, looksFor })=>`${name} (${looksFor})`).join(', ')}; say which in image-list: FORMAT:${file}`
    });
}
/**
 * What is said of a file that only a pattern names, and that neither by its name nor by what is in it is
 * a list for sure: beside quadlets there is a README. Undefined for any other.
 */ function strayRemark({ file, text }) {
    const [word = ''] = firstContent(text).split(/\s/, 1);
    const known = formats.filter((format)=>format.recognises(file, text));
    const mayBeLines = known.includes(lines);
    const isSure = mayBeLines ? word === '' || /[:/@]/.test(word) : known.length > 0;
    if (isSure || LIST_FILE.test(file)) return undefined;
    const message = `left out of the pattern, for it is no list for sure: as one it is lines:${file}`;
    return remark(mayBeLines ? 'warning' : 'notice', message, {
        file
    });
}
const SUFFIXES = 'ya?ml|json|xml|kiwi|bb|inc|bbappend|container|image|volume|kube|pod|build|network';
/** By its name, a file for one of the formats and for nothing else, or for most of them. */ const LIST_FILE = new RegExp(`\\.(?:txt|list|${SUFFIXES})$`, 'i');
const STRUCTURED_FILE = new RegExp(`\\.(?:${SUFFIXES}|service|toml|ini)$|(?:^|/)(?:Dockerfile|Containerfile)[^/]*$`, 'i');
/** A tag, a mapping's key, a section, a bracket, an assignment or the start of a YAML document. */ const STRUCTURED_START = /^(?:<[?!a-z]|[{"']|---|\[[A-Z][A-Za-z]*\]|\w[\w.-]*\s*(?::\s|\??[+:]?=))/;
function looksStructured(file, text) {
    return STRUCTURED_FILE.test(file) || STRUCTURED_START.test(firstContent(text));
}

/** Bytes: some 200,000 images; a larger file is an archive given by mistake. */ const LARGEST_LIST = 16_000_000;
/**
 * All wanted images: those of the `images` input, then those of the list files in their order, each once.
 *
 * @throws UserError (usage) for what cannot be read or understood, for contradictions, and for no image
 */ async function readImages(request) {
    const lists = await readLists(request);
    if (lists.images.length === 0) {
        throw runner.usageError('no image is named', {
            hint: 'give images or an image list'
        });
    }
    const places = mergeImages(lists.images);
    return {
        ...lists,
        images: places.map(([image])=>image),
        places
    };
}
/** As `readImages`, with every place where an image is named, and without a look at contradictions. */ async function readLists(request) {
    const files = new Map();
    const input = listFile('images', request.images);
    try {
        const parsed = [
            {
                images: parseLines(input),
                findings: []
            }
        ];
        const asked = {
            ...request,
            profiles: request.profiles.map(profileName)
        };
        for (const entry of request.imageLists)parsed.push(await readEntry(entry, asked, files));
        const profiles = parsed.flatMap((list)=>list.profiles ?? []);
        return {
            images: parsed.flatMap(({ images })=>images),
            findings: distinct$1([
                ...parsed.flatMap(({ findings })=>findings),
                ...unknownProfiles(request.profiles, profiles)
            ], ({ origin, message })=>[
                    origin,
                    message
                ]),
            profiles,
            files
        };
    } catch (error) {
        throw withExcerpt(error, (file)=>files.get(file) ?? (file === 'images' ? input : undefined));
    }
}
/** A profile as it is asked for where it is no mistake that no list has it. */ function optionalProfile(profile) {
    return profile === '*' || profile.endsWith('?') ? profile : `${profile}?`;
}
function profileName(profile) {
    return profile.replace(/\?$/, '');
}
/** What is said of profiles that were asked for and that none of the lists has. */ function unknownProfiles(asked, known) {
    if (asked.includes('*')) return [];
    return asked.filter((profile)=>!profile.endsWith('?') && !known.includes(profile)).map((profile)=>({
            level: 'warning',
            message: `no list has a profile ${runner.quote(profile)}`,
            origin: {
                file: 'profile'
            }
        }));
}
/**
 * Puts the repetitions of an image together. A tag that has a digest in one place and none in another is
 * no contradiction, whichever comes first: some places cannot take a digest.
 *
 * @throws UserError (usage) where one name stands for two things
 */ function mergeImages(images) {
    const byName = new Map();
    for (const image of images){
        const key = nameOf(image);
        const known = byName.get(key);
        if (known === undefined) byName.set(key, [
            image
        ]);
        else known.push(image);
    }
    return [
        ...byName.values()
    ].map(decisiveFirst);
}
/** What tells wanted images apart. */ function nameOf({ name, source }) {
    return name ?? formatSource(source);
}
/** Where an image comes from, normalised: `docker.io/library/alpine:3.20`, `oci:./out:app`. */ function formatSource(source) {
    return source.transport === 'docker' ? runner.formatReference(source.reference) : `${source.transport}:${source.location}`;
}
/** Reads a list file as text. @throws UserError (usage) for content that is none, or too much */ function decodeList(bytes, file) {
    if (bytes.length > LARGEST_LIST) {
        throw runner.usageError('too large for an image list (over 16 MB)', {
            origin: {
                file
            },
            hint: 'an archive of images is named in images: docker-archive:PATH, oci-archive:PATH'
        });
    }
    if (bytes.includes(0)) {
        throw runner.usageError('binary content (a zero byte) in an image list', {
            origin: {
                file
            },
            hint: 'an image list is UTF-8 text'
        });
    }
    try {
        return new TextDecoder('utf-8', {
            fatal: true
        }).decode(bytes);
    } catch (cause) {
        throw runner.usageError('this is not valid UTF-8', {
            ...firstInvalid(bytes, file),
            hint: 'an image list is UTF-8 text: iconv -f latin1 -t utf-8 makes it of Latin-1',
            cause
        });
    }
}
/** The place of the first bytes that are no UTF-8. */ function firstInvalid(bytes, file) {
    // Of invalid bytes the decoder makes this character.
    const lenient = listFile(file, new TextDecoder('utf-8').decode(bytes));
    const origin = originAt(lenient, Math.max(0, lenient.text.indexOf('\uFFFD')));
    return {
        origin,
        excerpt: lineText(lenient, origin.line)
    };
}
/** A line of `image-list`: what the files of a pattern name together. */ async function readEntry(entry, request, files) {
    const { format, pattern } = splitEntry(entry);
    const isGroup = format?.takesOverrides && pattern.includes(':');
    const matched = isGroup ? undefined : await matches(pattern);
    const groups = isGroup ? [
        pattern.split(':')
    ] : (matched ?? [
        pattern
    ]).map((file)=>[
            file
        ]);
    const lists = [];
    for (const group of groups)lists.push(await readGroup(group, {
        format,
        byPattern: matched !== undefined
    }, request, files));
    const images = lists.flatMap((list)=>list.images);
    const findings = lists.flatMap((list)=>list.findings);
    const profiles = lists.flatMap((list)=>list.profiles ?? []);
    if (images.length > 0 || request.mayLeaveOut && findings.length > 0) return {
        images,
        findings,
        profiles
    };
    throw runner.usageError('the image list names no image', {
        origin: {
            file: pattern
        },
        hint: reasonsOf(findings) || 'one reference a line, or one of the other formats'
    });
}
/** Why images are left out, the first reasons in full; '' where nothing is said. */ function reasonsOf(findings) {
    const reasons = [
        ...new Set(findings.map(({ message })=>message))
    ];
    const more = reasons.length - MOST_REASONS;
    return [
        ...reasons.slice(0, MOST_REASONS),
        ...more > 0 ? [
            `and ${more} more`
        ] : []
    ].join('; ');
}
const MOST_REASONS = 5;
function splitEntry(entry) {
    const [prefix = '', rest] = entry.split(/:(.*)/s);
    return rest !== undefined && isFormatName(prefix) ? {
        format: formatNamed(prefix),
        pattern: rest
    } : {
        format: undefined,
        pattern: entry
    };
}
async function matches(pattern) {
    const found = await runner.expandGlob(pattern);
    if (found?.length !== 0) return found;
    throw runner.usageError(`no file matches ${runner.quote(pattern)}`, {
        hint: 'patterns are resolved from the current folder; ** stands for folders of any depth'
    });
}
/** A list file, and the files that override what it says. */ async function readGroup([file = '', ...others], given, { env, architecture, profiles, engine, deleteAfterLoad }, files) {
    const first = listFile(file, decodeList(await readStart(file), file));
    const stray = given.byPattern && !given.format ? strayRemark(first) : undefined;
    if (stray !== undefined) return stray;
    const format = given.format ?? recognise(first);
    const keep = (list)=>{
        files.set(list.file, {
            ...list,
            format: format.name
        });
        return list;
    };
    keep(first);
    const overrides = [];
    for (const path of others)overrides.push(keep(listFile(path, decodeList(await readStart(path), path))));
    const context = {
        env,
        architecture,
        profiles,
        engine,
        deleteAfterLoad,
        readFile: async (path, from)=>{
            const bytes = await readFurther(path, from);
            return bytes && keep(listFile(path, decodeList(bytes, path)));
        },
        readFolder: async (path)=>{
            const names = await promises.readdir(path).catch(()=>[]);
            return names.sort();
        }
    };
    return format.parse(first, context, overrides);
}
/** Undefined where there is no such file. */ async function readFurther(path, from) {
    try {
        return await readStart(path);
    } catch (error) {
        if (!(error instanceof runner.UserError)) throw error;
        if (isMissing(error.cause)) return undefined;
        throw runner.usageError(error.message, {
            origin: from ?? error.origin,
            cause: error
        });
    }
}
/** One byte more than allowed is enough to see that there is too much, of a device or a pipe as well. */ async function readStart(file) {
    try {
        return await consumers.buffer(fs.createReadStream(file, {
            end: LARGEST_LIST
        }));
    } catch (error) {
        const { code, message } = error;
        throw runner.usageError(`cannot read the image list ${runner.quote(file)}: ${runner.refusalOf(error) ?? message}`, {
            cause: error,
            hint: unreadableHint(file, code)
        });
    }
}
function unreadableHint(file, code) {
    if (code === 'EISDIR') return `for its files write a pattern such as ${file}/*`;
    const mayHaveFormat = code === 'ENOENT' && /^\w+:/.test(file);
    return mayHaveFormat ? `the formats are ${formatNames.join(', ')}` : undefined;
}
function isMissing(error) {
    const { code } = error;
    return code === 'ENOENT' || code === 'ENOTDIR';
}
/** The error with the line that it speaks of, so that it can be shown. */ function withExcerpt(error, fileOf) {
    if (!(error instanceof runner.UserError)) return error;
    const { kind, message, origin, hint, cause } = error;
    const list = origin && fileOf(origin.file);
    const excerpt = list && origin.line && lineText(list, origin.line);
    return excerpt ? new runner.UserError(kind, message, {
        origin,
        hint,
        cause,
        excerpt
    }) : error;
}
/** @throws UserError (usage) */ function decisiveFirst(places) {
    const open = places.find((image)=>!runner.isPinned(image));
    const decisive = places.find((image)=>open && pins(image, open)) ?? places.find(runner.isPinned) ?? places[0];
    const at = places.indexOf(decisive);
    for (const [index, image] of places.entries()){
        if (index < at) checkSame(image, decisive);
        else checkSame(decisive, image);
    }
    return [
        decisive,
        ...places.slice(0, at),
        ...places.slice(at + 1)
    ];
}
function checkSame(first, second) {
    const fault = contradiction(first, second);
    if (fault === undefined) return;
    throw runner.usageError(`${nameOf(first)} is named twice, ${fault}: first at ${runner.formatOrigin(first.origin)}`, {
        origin: second.origin,
        hint: 'make both the same, or remove one; in a list of lines " as NAME:TAG" gives another name'
    });
}
function contradiction(first, second) {
    const same = identityOf(first.source) === identityOf(second.source);
    if (!same && !pins(first, second) && !pins(second, first)) {
        return `as ${formatSource(first.source)} and as ${formatSource(second.source)}`;
    }
    return first.fetchOnly === second.fetchOnly ? undefined : 'once fetch-only and once not';
}
/** Whether the one is the other with a digest behind its tag. */ function pins({ source }, { source: other }) {
    if (source.transport !== 'docker' || other.transport !== 'docker') return false;
    const { digest, ...tagged } = source.reference;
    return digest !== undefined && runner.formatReference(tagged) === runner.formatReference(other.reference);
}
/** Two sources with the same identity come to the same bytes; beside a digest the tag does not matter. */ function identityOf(source) {
    if (source.transport !== 'docker') return formatSource(source);
    const { repository, digest } = source.reference;
    return digest === undefined ? formatSource(source) : runner.formatReference({
        repository,
        digest
    });
}

/** A failure that may not come again. Where it does, `error` is what people see. */ class TransientError extends Error {
    name = 'TransientError';
    error;
    /** What went wrong, without the image. */ why;
    retryAfterMs;
    constructor(image, why, about = {}){
        const error = imageError(image, why, about.hint);
        super(error.message);
        this.error = error;
        this.why = runner.printable(why);
        this.retryAfterMs = about.retryAfterMs;
    }
}
/** Something is wrong with one image, whatever holds for the others. */ class ImageError extends runner.UserError {
    name = 'ImageError';
}
/** The registry answered, and does not have what was asked for. */ class NotFoundError extends ImageError {
    name = 'NotFoundError';
}
/** The error for a skopeo that failed: a TransientError where another try may help. */ function skopeoError(image, stderr) {
    const local = image.source.transport !== 'docker';
    const { transient, missing, why, hint, retryAfterMs } = diagnose(stderr, local);
    if (transient) return new TransientError(image, why, {
        hint,
        retryAfterMs
    });
    if (!missing) return imageError(image, why, hint);
    const error = imageError(image, why, [
        ...untagged(image),
        hint
    ].filter(Boolean).join('; '));
    return new NotFoundError('failure', error.message, error);
}
/**
 * The error for a skopeo that was ended because nothing came of it: also what it looks like while it
 * waits for as long as a 429 says.
 *
 * @param said its stderr, with --debug
 */ function silenceError(image, otherwise, said) {
    const isLimited = RATE_LIMIT.pattern.test(runner.lastLines(said, 1));
    const { why, hint } = isLimited ? RATE_LIMIT : otherwise;
    return new TransientError(image, why, {
        hint
    });
}
/** Whoever writes no tag need not know that there is one. */ function untagged({ source, written }) {
    if (source.transport !== 'docker' || written.includes('latest')) return [];
    const { tag, digest } = source.reference;
    return tag === 'latest' && digest === undefined ? [
        `no tag is given, so ${runner.nameAndTag(source.reference)} was asked for`
    ] : [];
}
/**
 * `FILE:LINE: REFERENCE: why (hint)`
 *
 * @param why may be a registry's words
 */ function imageError(image, why, hint) {
    const about = {
        origin: image.origin,
        hint: hint === undefined ? undefined : runner.printable(hint)
    };
    return new ImageError('failure', `${image.written}: ${runner.printable(why)}`, about);
}
/**
 * Reads skopeo's stderr. What is not known is permanent, and told in skopeo's own words.
 *
 * @param local whether the source was a file, a storage or a daemon of this machine
 */ function diagnose(stderr, local = false) {
    const message = fatalMessage(stderr);
    for (const rule of [
        ...local ? LOCAL_RULES : [],
        ...COMMON_RULES,
        ...REGISTRY_RULES
    ]){
        const match = rule.pattern.exec(message);
        if (match === null) continue;
        const detail = (text)=>text.replaceAll('$1', match[1] ?? '');
        return {
            transient: !local && (rule.transient ?? false),
            missing: rule.missing ?? false,
            why: detail(rule.why),
            hint: rule.hint === undefined ? undefined : detail(rule.hint),
            retryAfterMs: retryAfter(message)
        };
    }
    return {
        transient: false,
        missing: false,
        why: message,
        hint: undefined,
        retryAfterMs: undefined
    };
}
const LOGIN = 'log in with skopeo login REGISTRY, or give the file with the login as authfile; a name that does not exist is often answered in the same way';
const OWN_CA = 'put the certificate of its authority into /etc/containers/certs.d/HOST:PORT/ca.crt, or set SSL_CERT_FILE';
const NOT_A_REGISTRY = 'a proxy or a login page may stand between: check the host and the proxy settings';
const COMMON_RULES = [
    {
        pattern: /no space left on device/,
        why: 'no space left on the device',
        hint: 'free some in the cache directory or in TMPDIR'
    },
    {
        pattern: /(?:open|mkdir|stat) (\S*\/run\/containers\/[^:]+): permission denied/,
        why: 'no permission for $1, where logins are looked for',
        hint: 'set XDG_RUNTIME_DIR, or name a file with authfile'
    },
    {
        pattern: /(?:open|mkdir|stat) ([^:]+): permission denied/,
        why: 'no permission for $1'
    },
    {
        pattern: /((?:Source image|Running image|Signature).* rejected:? .*)/,
        why: 'the trust policy rejects it: $1',
        hint: 'see containers-policy.json(5)'
    },
    {
        pattern: /invalid policy in "?([^"]+)"?/,
        why: 'the trust policy $1 is not valid'
    },
    {
        pattern: /reading JSON file "([^"]+)"|auth file "?([^"]+)"?/,
        why: 'the file with the login cannot be read: $1'
    }
];
const WRONG_BYTES = /(?:Digest did not match, |does not match )expected (\S+?),?(?: |$)/;
const RATE_LIMIT = {
    pattern: /toomanyrequests|too many requests|(?:status|StatusCode).* 429/i,
    transient: true,
    why: 'the registry answers too many requests (429)',
    hint: 'wait, log in for a higher limit, or use a mirror'
};
const REGISTRY_RULES = [
    RATE_LIMIT,
    {
        pattern: /server gave HTTP response to HTTPS client/,
        why: 'the registry speaks plain HTTP',
        hint: 'tls-verify: false (--tls-verify=false in a shell) allows that, or insecure = true for it in registries.conf'
    },
    {
        pattern: /(?:tls: failed to verify certificate: )?(x509: .*|tls: .*certificate.*)/,
        why: 'its certificate is not trusted: $1',
        hint: OWN_CA
    },
    {
        pattern: /invalid username\/password/,
        why: 'the registry does not accept the login',
        hint: 'log in anew with skopeo login REGISTRY, or give another authfile'
    },
    {
        pattern: /unauthorized|authentication required|denied|(?:status|StatusCode).* 40[13]/i,
        why: 'the registry wants a login, or this one has no access',
        hint: LOGIN
    },
    {
        pattern: /reading blob (sha\S+:[0-9a-f]+).* 404/,
        why: 'the registry has lost the blob $1',
        hint: 'push the image again'
    },
    {
        pattern: /manifest unknown|name unknown|not found|(?:status|StatusCode).* 404/i,
        missing: true,
        why: 'the registry does not have it',
        hint: 'check name, tag and digest'
    },
    {
        pattern: /invalid reference format/,
        why: 'skopeo does not take this name',
        hint: 'an IPv6 host must have a name, in DNS or in /etc/hosts'
    },
    {
        pattern: /((?:lookup \S+ ?.*)?no such host)/,
        why: 'its host name does not exist ($1)',
        hint: 'check the host and the DNS settings'
    },
    {
        pattern: /invalid character '<'/,
        why: 'what answers sends HTML and is no registry',
        hint: NOT_A_REGISTRY
    },
    {
        pattern: WRONG_BYTES,
        why: 'the registry sent wrong bytes for $1',
        hint: 'the registry or a proxy between is damaged: push the image again or go round the proxy'
    },
    {
        pattern: /connection refused/,
        transient: true,
        why: 'the registry refuses the connection',
        hint: 'check the host and the port'
    },
    {
        pattern: /(?:status|status code from registry|StatusCode):? (5\d\d)/,
        transient: true,
        why: 'the registry has an error of its own ($1)',
        hint: 'try again later'
    },
    {
        pattern: /(TLS handshake timeout|i\/o timeout|deadline exceeded|Client\.Timeout|request canceled.*headers|timed out)/i,
        transient: true,
        why: 'the registry does not answer in time ($1)'
    },
    {
        pattern: /(unexpected EOF|\bEOF\b|connection reset|broken pipe|stream error.*|GOAWAY.*|http2: .*|use of closed network connection|connection closed)/i,
        transient: true,
        why: 'the connection broke ($1)'
    },
    {
        pattern: /(server misbehaving|temporary failure in name resolution|network is unreachable|no route to host)/i,
        transient: true,
        why: 'the registry cannot be reached ($1)',
        hint: 'check the network and the proxy settings'
    }
];
const LOCAL_RULES = [
    {
        pattern: WRONG_BYTES,
        why: 'it is damaged: it has wrong bytes for $1',
        hint: 'make it again from the image'
    },
    {
        pattern: /manifest\.json"?: file does not exist/,
        why: 'it is not a docker-archive'
    },
    {
        pattern: /index\.json: no such file/,
        why: 'it is not an OCI layout'
    },
    {
        pattern: /\/manifest\.json: no such file/,
        why: 'it is not a folder of the dir: transport'
    },
    {
        pattern: /invalid tar header|unexpected EOF|: EOF$/,
        why: 'it is not an archive, or not a whole one'
    },
    {
        pattern: /expected 1 item, got (\d+)|more than one image/,
        why: 'it has several images',
        hint: 'name the one that is wanted, behind the path and a colon'
    },
    {
        pattern: /no descriptor found|[Tt]ag "?[^"]*"? not found|reference .* not found|matches unsupported/,
        why: 'it has no image of that name'
    },
    {
        pattern: /does not resolve to an image ID|identifier is not an image/,
        why: "this user's containers-storage has no such image",
        hint: 'podman images lists those that are there'
    },
    {
        pattern: /Cannot connect to the Docker daemon|docker daemon running|docker\.sock/,
        why: 'no Docker daemon answers',
        hint: 'start it, or save the image as docker-archive'
    },
    {
        pattern: /No such image/i,
        why: 'the Docker daemon has no such image'
    }
];
/** Go's units of time in milliseconds; plain numbers are seconds, as in the header. */ const UNITS = {
    µs: 0.001,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000
};
function retryAfter(message) {
    const match = /retry[- ]after:? ?(\d+(?:\.\d+)?)(µs|ms|s|m|h)?/i.exec(message);
    return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1000);
}
/** What stands in the last `level=fatal msg="…"`, else the last lines of stderr. */ function fatalMessage(stderr) {
    const quoted = [
        ...stderr.matchAll(/level=fatal msg=("(?:[^"\\]|\\.)*"|.*)/g)
    ].at(-1)?.[1];
    if (quoted === undefined) return runner.lastLines(stderr);
    try {
        return String(JSON.parse(quoted));
    } catch  {
        return quoted;
    }
}

/** Enough to hide a registry's latency, few enough not to be slowed down by it. */ const REFERENCES_AT_ONCE = 4;
/**
 * Asks for references, some at once. What is wrong with single images keeps nobody from hearing of the
 * others: each is told, and then this fails. Anything else, such as a registry that does not answer, ends
 * it at once.
 *
 * @param tell is told of the images that are wrong, where they are several; of one the error speaks
 * @throws UserError
 */ async function askForAll(items, ask, signal, tell) {
    const limit = runner.pLimit(REFERENCES_AT_ONCE);
    const faults = [];
    const answers = await runner.together(signal, (until)=>items.map((item, index)=>limit(async ()=>{
                until.throwIfAborted();
                try {
                    return [
                        await ask(item, until)
                    ];
                } catch (error) {
                    if (!(error instanceof ImageError)) throw error;
                    faults[index] = error;
                    return [];
                }
            })));
    // In the order of the items, and each once: several can share an answer.
    const told = new Set(faults.filter((fault)=>fault !== undefined));
    const [first, ...others] = told;
    if (first === undefined) return answers.flat(1);
    if (others.length === 0) throw first;
    for (const fault of told)tell(findingOf$1(fault));
    throw runner.failure(`${told.size} images cannot be had`, {
        hint: 'for each it is said above why'
    });
}
function findingOf$1({ message, hint, origin }) {
    return {
        level: 'error',
        message: hint === undefined ? message : `${message} (${hint})`,
        origin: origin ?? {
            file: 'images'
        }
    };
}

/**
 * The images of registries, each place once; local ones have nothing to lock.
 *
 * @param fileOf what all names of one file have in common, such as its real path
 */ function lockables(images, fileOf = (name)=>name) {
    const byPlace = new Map();
    for (const image of images){
        if (image.source.transport !== 'docker') continue;
        const { reference } = image.source;
        const { file, line, column } = image.place ?? image.origin;
        const key = `${fileOf(file)}\0${line}:${column}`;
        const known = byPlace.get(key);
        if (known === undefined) byPlace.set(key, {
            image,
            reference
        });
        else if (runner.formatReference(known.reference) !== runner.formatReference(reference)) byPlace.set(key, {
            ...known,
            image: ambiguous(known.image)
        });
    }
    return [
        ...byPlace.values()
    ];
}
/** What names several images, by its variables, cannot have the digest of one. */ function ambiguous({ place: _, ...image }) {
    return {
        ...image,
        unpinnable: 'it stands for several images'
    };
}
/** What there is to say of images that no registry has. */ function localNotices(images) {
    return images.filter(({ source })=>source.transport !== 'docker').map(({ written, origin })=>({
            level: 'notice',
            message: `${written} has nothing to pin: it is no image of a registry`,
            origin
        }));
}
/**
 * Whether the registry has to be asked what the tag stands for.
 *
 * @param moved whether references with a digest are looked at, too
 */ function isAsked({ reference }, moved) {
    return reference.tag !== undefined && (reference.digest === undefined || moved);
}
/**
 * No place gets a digest that contradicts one that stays, where a tag is asked for by the same name: a
 * package could not be built of the lists any more.
 *
 * @param check whether the changes are to be reported as mistakes rather than made
 */ function planLock(looked, check) {
    const changes = [];
    const obstacles = [];
    const findings = [];
    const level = check ? 'error' : 'warning';
    const stays = stayingDigests(looked);
    // A digest that stands, or will stand, beside the same tag elsewhere counts for the place without one.
    const pinnable = new Set(looked.filter(canHaveDigest).map(keyOf));
    for (const one of looked){
        const { image, reference, asked } = one;
        const { place, origin, written, unpinnable } = image;
        const old = reference.digest;
        const current = wantedDigest(one, stays.get(keyOf(one)));
        if (!asked || current === old) continue;
        if (current !== undefined && !canHaveDigest(one) && pinnable.has(keyOf(one))) continue;
        if (current === undefined) {
            const message = `${runner.nameAndTag(reference)} is no longer in the registry; its digest is left as it is`;
            obstacles.push(image);
            findings.push({
                level: 'warning',
                message,
                origin
            });
        } else if (place === undefined) {
            const message = `${written} cannot be pinned here: ${unpinnable ?? 'it has no place'}`;
            obstacles.push(image);
            findings.push({
                level,
                message,
                hint: runner.pinnedLine(image, current),
                origin
            });
        } else {
            changes.push({
                image,
                place,
                old,
                new: current,
                text: runner.pinnedText(image, current)
            });
            const finding = old ? runner.tagMoved(image, old, current, 'strict') : runner.checkPin(image, current, 'strict');
            if (check && finding) findings.push(finding);
        }
    }
    return {
        changes,
        obstacles,
        findings,
        kept: looked.length - changes.length - obstacles.length
    };
}
function canHaveDigest({ image, reference }) {
    return image.place !== undefined || reference.digest !== undefined;
}
/** What should stand beside the tag. @param staying what stands beside the same tag elsewhere, and stays there */ function wantedDigest({ image, reference, current }, staying) {
    const { digest } = reference;
    if (digest === undefined) return staying ?? current;
    return current && image.place && digest === staying ? digest : current;
}
/** By image and tag, the digests that are left where they stand; undefined where there are several. */ function stayingDigests(looked) {
    const found = new Map();
    for (const one of looked){
        const { image, reference, asked, current } = one;
        const { tag, digest } = reference;
        const moves = asked && image.place !== undefined && (current ?? digest) !== digest;
        if (tag === undefined || digest === undefined || moves) continue;
        const key = keyOf(one);
        found.set(key, found.has(key) && found.get(key) !== digest ? undefined : digest);
    }
    return found;
}
function keyOf({ image, reference }) {
    return `${image.name}\0${runner.nameAndTag(reference)}`;
}

/** Since then `--preserve-digests` with `--dest-shared-blob-dir` keeps Docker's manifests too. */ const OLDEST_SKOPEO = '1.9';
/**
 * Looks for a skopeo that is new enough and for the trust policy that it wants.
 *
 * @param policyFiles where skopeo looks for its policy (containers-policy.json(5))
 * @throws UserError (failure) when it is not installed or too old
 */ async function checkSkopeo(workDir, signal, policyFiles = systemPolicyFiles()) {
    const { stdout } = await runner.mustRun(version(), {
        signal
    });
    const found = parseVersion(stdout.toString());
    if (!isAtLeast(found, OLDEST_SKOPEO)) {
        throw runner.failure(`skopeo ${found} is too old: ${OLDEST_SKOPEO} or newer is needed`, {
            hint: 'Debian has it from 12 (bookworm) on, Ubuntu from 24.04 on; Ubuntu 22.04 has 1.4.1'
        });
    }
    if (policyFiles.some((file)=>fs.existsSync(file))) {
        return {
            version: found,
            policy: undefined,
            notes: []
        };
    }
    const policy = await writePolicy(workDir);
    const note = `no trust policy (${policyFiles.join(', ')}): unsigned images are accepted, as Debian's own policy does`;
    return {
        version: found,
        policy,
        notes: [
            note
        ]
    };
}
/**
 * skopeo takes a login file that is not there for one without logins, and then a registry's answer
 * says nothing of the mistyped path.
 *
 * @throws UserError (usage)
 */ function checkAccess({ authfile }) {
    if (authfile === undefined || fs.existsSync(authfile)) return;
    throw runner.usageError(`authfile: there is no ${authfile}`, {
        hint: 'skopeo login --authfile FILE REGISTRY writes one'
    });
}
function version() {
    return [
        'skopeo',
        '--version'
    ];
}
/** Without --debug nobody hears that it waits because the registry answers 429. */ const TALKATIVE = [
    'skopeo',
    '--debug'
];
/**
 * Prints a manifest or an index, byte for byte as it is stored.
 *
 * @param tempDir where an archive is unpacked for that
 */ function inspectRaw(source, access, tempDir) {
    const global = [
        ...tempFlag(tempDir),
        ...policyFlag(access)
    ];
    return [
        ...TALKATIVE,
        ...global,
        'inspect',
        ...accessFlags(access),
        '--raw',
        source
    ];
}
/** Prints the config of an image, byte for byte as it is stored. */ function inspectConfigRaw(source, access) {
    const flags = [
        ...accessFlags(access),
        '--config',
        '--raw'
    ];
    return [
        ...TALKATIVE,
        ...policyFlag(access),
        'inspect',
        ...flags,
        source
    ];
}
/** Prints the names in a docker-archive as `{"Tags": […]}`. */ function listTags(source, tempDir) {
    return [
        'skopeo',
        ...tempFlag(tempDir),
        'list-tags',
        source
    ];
}
/**
 * Copies one image into an OCI layout, its manifest byte for byte; blobs that are there are kept.
 *
 * @throws UserError (usage) for a folder with a colon, where skopeo sees the end of the path
 */ function copyToLayout({ source, layout, blobs, access }) {
    if (layout.includes(':')) {
        throw runner.usageError(`the folder ${layout} has a colon in its path, which skopeo cannot write to`, {
            hint: 'set TMPDIR or the cache directory to another one'
        });
    }
    const shared = [
        '--preserve-digests',
        '--dest-shared-blob-dir',
        blobs
    ];
    return [
        ...TALKATIVE,
        ...policyFlag(access),
        ...copy$1(access),
        ...shared,
        source,
        `oci:${layout}:image`
    ];
}
/**
 * Copies one image into a folder of the `dir:` transport, which takes every manifest and every layer
 * as it is. `--preserve-digests` would only refuse a containers-storage.
 */ function copyToDirectory(options) {
    const { source, platform, directory, access, tempDir } = options;
    const global = [
        ...tempFlag(tempDir),
        ...policyFlag(access),
        ...platformFlags(platform)
    ];
    return [
        'skopeo',
        ...global,
        ...copy$1(access),
        source,
        `dir:${directory}`
    ];
}
/**
 * Signatures are checked as the policy wants and then dropped: there is no place for them, and skopeo
 * would stop.
 */ function copy$1(access) {
    return [
        'copy',
        ...accessFlags(access, 'src-'),
        '--quiet',
        '--remove-signatures'
    ];
}
/** `docker://REPOSITORY@DIGEST` or `docker://REPOSITORY:TAG`: skopeo refuses both together. */ function dockerSource(reference) {
    const { repository, tag, digest } = reference;
    return `docker://${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}
/**
 * Without `--tls-verify` the registry's entry in registries.conf decides, which an explicit
 * `--tls-verify=true` would overrule. `copy` wants to know which of its two ends is meant.
 */ function accessFlags({ authfile, tlsVerify }, end = '') {
    return [
        ...authfile === undefined ? [] : [
            `--${end}authfile`,
            authfile
        ],
        ...tlsVerify ? [] : [
            `--${end}tls-verify=false`
        ]
    ];
}
/** Without it skopeo unpacks into /var/tmp, whatever TMPDIR says. */ function tempFlag(directory) {
    return directory === undefined ? [] : [
        '--tmpdir',
        directory
    ];
}
function policyFlag({ policy }) {
    return policy === undefined ? [] : [
        '--policy',
        policy
    ];
}
/** The best variant is given: skopeo itself falls back to older ones of arm, and to none. */ function platformFlags({ os, architecture, variants: [best] }) {
    const variant = best === undefined ? [] : [
        '--override-variant',
        best
    ];
    return [
        '--override-os',
        os,
        '--override-arch',
        architecture,
        ...variant
    ];
}
function parseVersion(output) {
    const found = /^skopeo version (\d+\.\d+\S*)/.exec(output)?.[1];
    if (found === undefined) throw runner.failure(`skopeo does not tell its version but ${output.trim()}`);
    return found;
}
function isAtLeast(found, oldest) {
    const [major = 0, minor = 0] = found.split('.').map((part)=>Number.parseInt(part, 10));
    const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
    return major > oldestMajor || major === oldestMajor && minor >= oldestMinor;
}
function systemPolicyFiles() {
    return [
        node_path.join(os.homedir(), '.config/containers/policy.json'),
        '/etc/containers/policy.json'
    ];
}
async function writePolicy(workDir) {
    const path = node_path.join(workDir, 'policy.json');
    await promises.writeFile(path, JSON.stringify({
        default: [
            {
                type: 'insecureAcceptAnything'
            }
        ]
    }));
    return path;
}

/**
 * Makes sure that skopeo is there and finds what it needs.
 *
 * @param workDir a folder for temporary files; the caller removes it
 * @throws UserError
 */ async function connectRegistry(access, about) {
    const { workDir, signal, onRetry, onNote } = about;
    checkAccess(access);
    const { policy, notes } = await checkSkopeo(workDir, signal);
    for (const note of notes)onNote(note);
    return {
        access: policy === undefined ? access : {
            ...access,
            policy
        },
        workDir,
        signal,
        onRetry
    };
}

/** What is wrong with a document, to be completed with the image that it belongs to. */ class ManifestError extends Error {
    name = 'ManifestError';
}
const MANIFEST = {
    docker: 'application/vnd.docker.distribution.manifest.v2+json',
    oci: 'application/vnd.oci.image.manifest.v1+json'
};
const INDEX = {
    docker: 'application/vnd.docker.distribution.manifest.list.v2+json',
    oci: 'application/vnd.oci.image.index.v1+json'
};
const CONFIG = {
    docker: 'application/vnd.docker.container.image.v1+json',
    oci: 'application/vnd.oci.image.config.v1+json'
};
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;
/** Docker's media types and those of the OCI image specification, `layer.md` and `media-types.md`. */ const LAYER = [
    /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:[.+](?:gzip|zstd))?$/,
    /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+(?:gzip|zstd))?$/
];
/**
 * Reads what a registry gives under a tag or a digest.
 *
 * Strict in what is used later (digests, sizes, media types), blind to every other field.
 *
 * @throws ManifestError
 */ function parseManifest(bytes) {
    const document = asObject(parseJson(bytes, 'its manifest'), 'its manifest');
    const mediaType = optionalString(document.mediaType, 'mediaType');
    if (document.schemaVersion === 1 || SCHEMA_1.test(mediaType ?? '')) {
        throw new ManifestError('it has a manifest of schema 1, which registries gave up in 2017: it must be built and pushed anew');
    }
    // A document that is both could be read as two images (CVE-2021-41190).
    if ('manifests' in document && ('layers' in document || 'config' in document)) {
        throw new ManifestError('its manifest is an index and an image at the same time');
    }
    if ('manifests' in document) return parseIndex(document, mediaType);
    return parseImageManifest(document, mediaType);
}
/**
 * Reads an image's config. All that engines parse is checked, also what is not used here: a config
 * that one of them refuses would be found out on the device only.
 *
 * @throws ManifestError
 */ function parseConfig(bytes) {
    const config = asObject(parseJson(bytes, 'its config'), 'its config');
    const architecture = optionalString(config.architecture, 'architecture');
    if (architecture === undefined) throw new ManifestError('its config names no architecture');
    const rootfs = asObject(config.rootfs, 'rootfs of its config');
    checkTime(config.created, 'created in its config');
    checkCommand(config.config);
    return {
        platform: {
            // Engines take an image without an operating system for one of their own.
            os: optionalString(config.os, 'os') ?? 'linux',
            architecture,
            ...variantOf(config)
        },
        diffIds: asArray(rootfs.diff_ids ?? [], 'diff_ids').map((id)=>asDigest(id, 'diff_ids'))
    };
}
/** How the image is run (OCI image specification, config.md): `null` is as good as nothing. */ function checkCommand(value) {
    if (value === undefined || value === null) return;
    const command = asObject(value, 'config in its config');
    for (const [check, keys] of COMMAND_SHAPE){
        for (const key of keys)check(command[key] ?? undefined, `${key} in its config`);
    }
}
const COMMAND_SHAPE = [
    [
        checkStrings,
        [
            'Entrypoint',
            'Cmd',
            'Env',
            'Shell',
            'OnBuild'
        ]
    ],
    [
        optionalString,
        [
            'User',
            'WorkingDir',
            'StopSignal'
        ]
    ],
    [
        checkSet,
        [
            'ExposedPorts',
            'Volumes'
        ]
    ],
    [
        checkLabels,
        [
            'Labels'
        ]
    ]
];
function checkStrings(value, what) {
    if (value === undefined) return;
    if (asArray(value, what).some((item)=>typeof item !== 'string')) {
        throw new ManifestError(`${what} is not a list of strings`);
    }
}
function checkSet(value, what) {
    if (value !== undefined) asObject(value, what);
}
function checkLabels(value, what) {
    if (value === undefined) return;
    if (Object.values(asObject(value, what)).some((label)=>typeof label !== 'string')) {
        throw new ManifestError(`${what} are not strings`);
    }
}
/** RFC 3339, as the specification wants it. */ const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
function checkTime(value, what) {
    if (value === undefined || value === null) return;
    const time = optionalString(value, what) ?? '';
    if (!TIME.test(time)) throw new ManifestError(`${what} is not a time but ${runner.quote(time)}`);
}
/**
 * The entry of an index that fits a platform best: of its variants the newest that the Debian port
 * runs, and of two equal ones the first, as the OCI image specification wants it. Indexes inside the
 * index and attestations are never chosen.
 *
 * @throws ManifestError that lists the platforms that exist
 */ function choosePlatform(entries, wanted) {
    const ranked = entries.map((entry)=>({
            entry,
            rank: isImage(entry) ? rankOf(entry.platform, wanted) : NO_MATCH
        })).filter(({ rank })=>rank !== NO_MATCH).toSorted((a, b)=>a.rank - b.rank);
    const best = ranked[0];
    if (best !== undefined) return best.entry;
    throw new ManifestError(`it has no image for ${formatWanted(wanted)}, ${formatOthers(entries)}`);
}
/** Whether content made for `actual` runs where `wanted` is asked for. */ function fitsPlatform(actual, wanted) {
    return rankOf(actual, wanted) !== NO_MATCH;
}
/** `linux/arm64`, or `linux/arm/v7` (v6, v5) with the second best variants behind. */ function formatWanted(wanted) {
    const [best, ...others] = wanted.variants;
    if (wanted.architecture === 'arm64') return runner.formatPlatform(wanted);
    const second = others.length > 0 ? ` (or ${others.join(', ')})` : '';
    return runner.formatPlatform({
        ...wanted,
        variant: best
    }) + second;
}
const NO_MATCH = -1;
/** 0 for the best variant, 1 for the next …, -1 for another platform. */ function rankOf(actual, wanted) {
    if (actual?.os !== wanted.os || actual.architecture !== wanted.architecture) return NO_MATCH;
    const variant = normalVariant(actual);
    if (wanted.variants.length > 0) return wanted.variants.indexOf(variant ?? '');
    return variant === undefined ? 0 : NO_MATCH;
}
/**
 * The variant as containerd's `platforms` package normalises it: arm without one is v7, arm64 without
 * one is v8, amd64/v1 is plain amd64. So amd64/v2 and newer stay apart from amd64, and are never
 * taken: they need processors that Debian does not ask for.
 */ function normalVariant({ architecture, variant }) {
    const prefixed = variant === undefined ? undefined : variant.replace(/^(\d)/, 'v$1');
    if (architecture === 'arm') return prefixed ?? 'v7';
    if (architecture === 'arm64') return prefixed ?? 'v8';
    return architecture === 'amd64' && prefixed === 'v1' ? undefined : prefixed;
}
function isImage(entry) {
    return entry.kind === 'manifest' && !entry.attestation;
}
function formatOthers(entries) {
    const names = entries.filter((entry)=>isImage(entry)).map(({ platform })=>platform ? runner.formatPlatform(platform) : 'one without a platform');
    return names.length > 0 ? `only ${[
        ...new Set(names)
    ].join(', ')}` : 'nor for any other platform';
}
function parseIndex(document, mediaType) {
    if (mediaType !== undefined && !oneOf(INDEX, mediaType)) {
        throw new ManifestError(`its index has the unknown media type ${mediaType}`);
    }
    const entries = asArray(document.manifests, 'manifests').map(parseEntry);
    return {
        kind: 'index',
        mediaType: mediaType ?? INDEX.oci,
        entries
    };
}
function parseEntry(value) {
    const entry = asObject(value, 'an entry of its index');
    const platform = parsePlatform(entry.platform);
    const annotations = asObject(entry.annotations ?? {}, 'annotations');
    const descriptor = parseDescriptor(entry, 'an entry of its index');
    return {
        ...descriptor,
        kind: kindOf(descriptor.mediaType),
        platform,
        attestation: platform?.os === 'unknown' && platform.architecture === 'unknown' || 'vnd.docker.reference.type' in annotations
    };
}
function kindOf(mediaType) {
    if (oneOf(INDEX, mediaType)) return 'index';
    return oneOf(MANIFEST, mediaType) ? 'manifest' : 'other';
}
function parsePlatform(value) {
    if (value === undefined || value === null) return undefined;
    const platform = asObject(value, 'platform');
    return {
        os: optionalString(platform.os, 'os') ?? 'unknown',
        architecture: optionalString(platform.architecture, 'architecture') ?? 'unknown',
        ...variantOf(platform)
    };
}
function parseImageManifest(document, mediaType) {
    if (mediaType !== undefined && !oneOf(MANIFEST, mediaType)) {
        throw new ManifestError(`its manifest has the unknown media type ${mediaType}`);
    }
    const config = parseDescriptor(asObject(document.config, 'config'), 'config');
    if (!oneOf(CONFIG, config.mediaType)) {
        const artifact = optionalString(document.artifactType, 'artifactType') ?? config.mediaType;
        throw new ManifestError(`it is not a container image but an artifact of type ${artifact}`);
    }
    return {
        kind: 'manifest',
        // OCI manifests may leave it out, Docker's never do: the config tells (OCI `manifest.md`).
        mediaType: mediaType ?? (config.mediaType === CONFIG.docker ? MANIFEST.docker : MANIFEST.oci),
        config,
        layers: asArray(document.layers, 'layers').map(parseLayer)
    };
}
function parseLayer(value) {
    const layer = asObject(value, 'a layer');
    const descriptor = parseDescriptor(layer, 'a layer');
    if (!LAYER.some((pattern)=>pattern.test(descriptor.mediaType))) {
        throw new ManifestError(`its layer ${descriptor.digest} has the unknown media type ${descriptor.mediaType}`);
    }
    // Only Windows base images have such layers: their bytes may not be passed on, and no Linux engine
    // could load them.
    if (Array.isArray(layer.urls) && layer.urls.length > 0) {
        throw new ManifestError(`its layer ${descriptor.digest} is not in the registry but at a URL of its own (a foreign layer)`);
    }
    return descriptor;
}
function parseDescriptor(descriptor, what) {
    const mediaType = optionalString(descriptor.mediaType, 'mediaType');
    if (mediaType === undefined) throw new ManifestError(`${what} has no media type`);
    const { size } = descriptor;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
        throw new ManifestError(`${what} has the size ${JSON.stringify(size)}`);
    }
    return {
        mediaType,
        digest: asDigest(descriptor.digest, what),
        size
    };
}
function parseJson(bytes, what) {
    try {
        return JSON.parse(bytes.toString());
    } catch  {
        throw new ManifestError(`${what} is not JSON`);
    }
}
function asObject(value, what) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new ManifestError(`${what} is not an object`);
}
function asArray(value, what) {
    if (Array.isArray(value)) return value;
    throw new ManifestError(`${what} is not a list`);
}
function asDigest(value, what) {
    if (typeof value === 'string' && runner.isDigest(value)) return value;
    throw new ManifestError(`${what} has the bad digest ${JSON.stringify(value)}`);
}
/** An empty string is as good as none: Go programs write both. */ function optionalString(value, what) {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw new ManifestError(`${what} is not a string`);
}
function variantOf(platform) {
    const variant = optionalString(platform.variant, 'variant');
    return variant === undefined ? {} : {
        variant
    };
}
function oneOf(types, mediaType) {
    return mediaType === types.docker || mediaType === types.oci;
}

/**
 * One image from its manifest and its config, which are checked against each other and against the
 * platform that is wanted.
 *
 * @throws UserError (failure)
 */ function assembleImage(parts, platform) {
    const { parsed, config, ...rest } = parts;
    return withImage(parts.image, ()=>{
        checkDigest(parsed.config.digest, config, 'config');
        checkSize(parsed.config, config);
        const { platform: actual, diffIds } = parseConfig(config);
        checkPlatform(actual, platform, parts.indexDigest !== undefined);
        return {
            ...rest,
            manifestMediaType: parsed.mediaType,
            configDigest: parsed.config.digest,
            configMediaType: parsed.config.mediaType,
            config,
            layers: pairLayers(parsed.layers, diffIds)
        };
    });
}
/** @throws ManifestError */ function checkDigest(digest, bytes, what) {
    const actual = runner.digestLike(digest, bytes);
    if (actual === digest) return;
    throw new ManifestError(`its ${what} has the wrong bytes: ${actual} instead of ${digest}`);
}
/** Engines refuse a manifest with another size, whatever the digest says. @throws ManifestError */ function checkSize({ size }, config) {
    if (config.length === size) return;
    throw new ManifestError(`its manifest says ${size} bytes, its config has ${config.length}`);
}
/** Says which image a ManifestError is about. @throws UserError (failure) */ function withImage(image, read) {
    try {
        return read();
    } catch (error) {
        if (error instanceof ManifestError) throw imageError(image, error.message);
        throw error;
    }
}
/** An index may promise what its image does not keep: the config is what was built. */ function checkPlatform(actual, wanted, fromIndex) {
    // An index that says v5 is believed when the config of its image says no variant at all.
    const vague = actual.variant === undefined && fromIndex;
    const variant = vague ? wanted.variants[0] : actual.variant;
    const { os, architecture } = actual;
    if (fitsPlatform({
        os,
        architecture,
        ...variant && {
            variant
        }
    }, wanted)) return;
    const content = runner.formatPlatform(actual);
    throw new ManifestError(fromIndex ? `it has ${content} content in its ${formatWanted(wanted)} image` : `it is an image for ${content} alone, not for ${formatWanted(wanted)}`);
}
function pairLayers(layers, diffIds) {
    if (layers.length !== diffIds.length) {
        const counts = `${runner.plural(layers.length, 'layer')} and its config ${diffIds.length}`;
        throw new ManifestError(`its manifest names ${counts}`);
    }
    return layers.map(({ digest, size, mediaType }, index)=>({
            blob: digest,
            size,
            mediaType,
            diffId: diffIds[index]
        }));
}

/**
 * skopeo's own `--retry-times` stays off: its waits are fixed, it tells nobody, and it counts per
 * command. What it does in any case is to wait as a 429's Retry-After says, up to 60 s at a time and
 * five requests in all (containers/image, docker_client.go, in 1.9 and in 1.18); the header's value
 * does not reach its error message. So a 429 that arrives here has been waited for already: by skopeo, or
 * until `inspectMs` or `stallMs` ended it (`silenceError`). The waits here come on top.
 */ const defaultPatience = {
    tries: 5,
    firstDelayMs: 1000,
    longestDelayMs: 30_000,
    longestRetryAfterMs: 120_000,
    inspectMs: 60_000,
    stallMs: 120_000,
    sleep: async (milliseconds, signal)=>promises$1.setTimeout(milliseconds, undefined, {
            signal
        }),
    random: Math.random
};
/**
 * Calls `attempt` until it succeeds, fails for good, or has failed in passing too often.
 *
 * @throws UserError of the last try; the reason of `signal`; whatever else `attempt` throws
 */ async function withRetries(attempt, { image, signal, onRetry, patience: given }) {
    const patience = {
        ...defaultPatience,
        ...given
    };
    const { tries } = patience;
    for(let number = 1;; number += 1){
        try {
            return await attempt();
        } catch (error) {
            if (!(error instanceof TransientError)) throw error;
            if (number >= tries) throw afterAll(error, tries);
            const delayMs = delayBefore(number, error.retryAfterMs, patience);
            onRetry?.({
                image,
                why: error.why,
                attempt: number,
                tries,
                delayMs
            });
            await pause(delayMs, patience, signal);
        }
    }
}
/**
 * Between half and the whole of a time that doubles with each try, so that many jobs that failed
 * together do not come back together. A registry that says when to come back is not asked earlier.
 */ function delayBefore(attempt, retryAfterMs, { firstDelayMs, longestDelayMs, longestRetryAfterMs, random }) {
    const whole = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
    const backOff = Math.round(whole / 2 + random() * whole / 2);
    return Math.max(backOff, Math.min(retryAfterMs ?? 0, longestRetryAfterMs));
}
async function pause(milliseconds, { sleep }, signal) {
    try {
        await sleep(milliseconds, signal);
    } finally{
        // The reason of the signal says more than the AbortError of a timer.
        signal.throwIfAborted();
    }
}
function afterAll({ error }, tries) {
    if (tries === 1) return error;
    const { origin, hint } = error;
    return runner.failure(`${error.message}, ${tries} times in a row`, {
        origin,
        hint,
        cause: error
    });
}

/**
 * Runs a skopeo that asks a registry for a document, again where that may help.
 *
 * @returns what it printed
 * @throws UserError (failure)
 */ async function inspect(image, argv, context) {
    const { signal, onRetry, patience } = context;
    const attempt = ()=>inspectOnce(image, argv, context);
    return withRetries(attempt, {
        image: image.written,
        signal,
        onRetry,
        patience
    });
}
async function inspectOnce(image, argv, context) {
    const { inspectMs } = {
        ...defaultPatience,
        ...context.patience
    };
    const hanging = new AbortController();
    let said = '';
    const onStderr = (text)=>{
        said += text;
    };
    const timer = setTimeout(()=>hanging.abort(noAnswer(image, inspectMs, said)), inspectMs);
    try {
        const signal = AbortSignal.any([
            context.signal,
            hanging.signal
        ]);
        const { code, stdout, stderr } = await runner.run(argv, {
            signal,
            onStderr
        });
        if (code !== 0) throw runner.killed(argv, code) ?? skopeoError(image, stderr);
        return stdout;
    } finally{
        clearTimeout(timer);
    }
}
function noAnswer(image, milliseconds, said) {
    const why = `the registry did not answer within ${milliseconds / 1000} s`;
    return silenceError(image, {
        why,
        hint: 'check the network and the proxy settings'
    }, said);
}

/**
 * Copies an image of this machine into a folder of its own in `workDir`, and reads it there.
 *
 * Manifests stay as they are. A docker-archive, a Docker daemon and a containers-storage have none
 * for layers that they keep uncompressed: skopeo makes one of Docker's schema 2, whose media types
 * say gzip all the same.
 *
 * @throws UserError (failure)
 */ async function resolveLocal(image, source, platform, context) {
    checkPath(image, source);
    const name = image.name ?? await nameOfArchive(image, source, context);
    const directory = await promises.mkdtemp(node_path.join(context.workDir, 'local-'));
    await copy(image, source, platform, directory, context);
    const { parsed, ...document } = await readManifest(image, directory);
    const config = await promises.readFile(node_path.join(directory, runner.hexOf(parsed.config.digest)));
    const parts = {
        image,
        name,
        indexDigest: undefined,
        ...document,
        parsed,
        config
    };
    const resolved = assembleImage(parts, platform);
    return {
        ...resolved,
        tagDigest: undefined,
        localBlobs: directory
    };
}
/** skopeo's words for a missing file differ with transport and version. */ function checkPath(image, { transport, location }) {
    const path = pathOf(transport, location);
    if (path === undefined || fs.existsSync(path)) return;
    throw imageError(image, `there is no ${path}`);
}
function pathOf(transport, location) {
    if (transport === 'containers-storage' || transport === 'docker-daemon') return undefined;
    return transport === 'dir' ? location : location.split(':')[0];
}
async function copy(image, source, platform, directory, context) {
    const { access, signal, workDir: tempDir } = context;
    const argv = copyToDirectory({
        source: written(source),
        platform,
        directory,
        access,
        tempDir
    });
    const { code, stderr } = await runner.run(argv, {
        signal
    });
    if (code === 0) return;
    if (/no image found in/i.test(stderr)) {
        await explainMissingPlatform(image, source, platform, context);
    }
    throw runner.killed(argv, code) ?? skopeoError(image, stderr);
}
/** @throws UserError with the platforms that there are */ async function explainMissingPlatform(image, source, platform, context) {
    const { signal } = context;
    const argv = inspectRaw(written(source), context.access, context.workDir);
    const { stdout } = await runner.run(argv, {
        signal
    });
    withImage(image, ()=>{
        const parsed = parseManifest(stdout);
        if (parsed.kind === 'index') choosePlatform(parsed.entries, platform);
    });
}
async function readManifest(image, directory) {
    const manifest = await promises.readFile(node_path.join(directory, 'manifest.json'));
    return withImage(image, ()=>{
        const parsed = parseManifest(manifest);
        if (parsed.kind === 'manifest') return {
            manifestDigest: runner.sha256(manifest),
            manifest,
            parsed
        };
        throw new ManifestError('it has an index in an index, which skopeo does not follow here');
    });
}
/** The one name in a docker-archive that was given without a reference. */ async function nameOfArchive(image, source, context) {
    const { signal } = context;
    const argv = listTags(`docker-archive:${pathOf(source.transport, source.location)}`, context.workDir);
    const { code, stdout, stderr } = await runner.run(argv, {
        signal
    });
    if (code !== 0) throw runner.killed(argv, code) ?? skopeoError(image, stderr);
    const { Tags } = JSON.parse(stdout.toString());
    // skopeo calls an image without a name by its place: @0.
    const [only, ...others] = Tags.filter((tag)=>!tag.startsWith('@'));
    if (only === undefined) throw unnamed(image, 'the archive gives it no name');
    if (others.length > 0) throw unnamed(image, `the archive has the names ${Tags.join(', ')}`);
    return asName(image, only);
}
function asName(image, tag) {
    try {
        return runner.nameAndTag(runner.parseReference(tag));
    } catch (error) {
        if (error instanceof runner.UserError) throw unnamed(image, error.message);
        throw error;
    }
}
function unnamed(image, why) {
    return imageError(image, why, `write ${image.written} as NAME:TAG`);
}
function written({ transport, location }) {
    return `${transport}:${location}`;
}

/**
 * Finds what a reference means for a platform now: index, manifest and config, each checked by its
 * digest. Nothing of the layers is read, but for local transports, whose images are copied to
 * `workDir` whole.
 *
 * A tag is asked for at every call. What a digest names comes from the cache where that has it, so a
 * reference with a digest alone costs no request the second time.
 *
 * @throws UserError (failure)
 */ async function resolveImage(image, platform, context) {
    const { source } = image;
    if (source.transport !== 'docker') return resolveLocal(image, source, platform, context);
    const { reference } = source;
    const repository = {
        image,
        name: reference.repository,
        context
    };
    const tagged = reference.tag === undefined ? undefined : await readTag(repository, reference);
    const top = await readTop(repository, reference, tagged);
    const chosen = await chooseManifest(repository, top, platform);
    const config = await readConfig(repository, chosen);
    const resolved = assembleImage({
        image,
        name: image.name ?? runner.nameAndTag(reference),
        indexDigest: chosen === top ? undefined : top.digest,
        manifestDigest: chosen.digest,
        manifest: chosen.bytes,
        parsed: chosen.parsed,
        config
    }, platform);
    return {
        ...resolved,
        tagDigest: tagDigest(tagged, reference),
        localBlobs: undefined
    };
}
/**
 * What the tag of a reference stands for now: the digest of its index, or of the manifest where there
 * is no index; the reference's own digest where that index lists it.
 *
 * @returns undefined where a reference with a digest has a tag that is no longer there
 * @throws UserError (failure)
 */ async function resolveTag(image, reference, context) {
    const repository = {
        image,
        name: reference.repository,
        context
    };
    const tagged = await readTag(repository, reference);
    if (tagged !== undefined) parseDocument(image, tagged.digest, tagged.bytes);
    return tagDigest(tagged, reference);
}
/** The reference's own digest where the tag's index lists it: then the tag has not moved. */ function tagDigest(tagged, { digest }) {
    if (tagged && digest && listedIn(tagged.bytes).includes(digest)) return digest;
    return tagged?.digest;
}
/** What the tag of a reference with a digest stands for now need not be an image any more. */ function listedIn(bytes) {
    try {
        const parsed = parseManifest(bytes);
        return parsed.kind === 'index' ? parsed.entries.map((entry)=>entry.digest) : [];
    } catch (error) {
        if (error instanceof ManifestError) return [];
        throw error;
    }
}
/** Beyond what anybody makes; a bound on what a registry can make us ask for. */ const DEEPEST_INDEX = 4;
/** Undefined where a reference has a digest beside a tag that is no longer there. */ async function readTag({ image, name, context }, { tag, digest }) {
    const source = dockerSource({
        repository: name,
        ...tag && {
            tag
        }
    });
    try {
        const bytes = await inspect(image, inspectRaw(source, context.access), context);
        return {
            digest: digest === undefined ? runner.sha256(bytes) : runner.digestLike(digest, bytes),
            bytes
        };
    } catch (error) {
        if (digest !== undefined && error instanceof NotFoundError) return undefined;
        throw error;
    }
}
/** What the whole reference names: the digest decides where there is one. */ async function readTop(repository, reference, tagged) {
    const digest = reference.digest ?? tagged?.digest;
    if (digest === undefined) throw new Error('a reference without tag and digest');
    if (tagged?.digest !== digest) return readDocument(repository, digest);
    const document = parseDocument(repository.image, digest, tagged.bytes);
    await repository.context.cache.put(digest, tagged.bytes);
    return document;
}
/** The image manifest of the platform, by way of indexes in the index. */ async function chooseManifest(repository, top, platform) {
    const { image } = repository;
    if (isManifest(top)) return top;
    const entries = await leaves(repository, top.parsed, platform, 1);
    const entry = withImage(image, ()=>choosePlatform(entries, platform));
    await repository.context.cache.expect?.(entry.digest);
    const document = await readDocument(repository, entry.digest);
    if (isManifest(document)) return document;
    throw imageError(image, `its index calls ${entry.digest} an image, and it is an index`);
}
/** The entries of an index with those of the indexes in it where they stand. */ async function leaves(repository, index, platform, depth) {
    if (depth > DEEPEST_INDEX) {
        throw imageError(repository.image, `it has indexes in indexes, more than ${DEEPEST_INDEX} deep`);
    }
    const found = [];
    for (const entry of index.entries){
        const nested = entry.kind === 'index' && mayHave(entry, platform);
        if (!nested) found.push(entry);
        else found.push(...await nestedLeaves(repository, entry, platform, depth));
    }
    return found;
}
async function nestedLeaves(repository, entry, platform, depth) {
    const { parsed } = await readDocument(repository, entry.digest);
    if (parsed.kind === 'index') return leaves(repository, parsed, platform, depth + 1);
    throw imageError(repository.image, `its index calls ${entry.digest} an index, and it is none`);
}
function mayHave({ platform }, wanted) {
    return platform === undefined || platform.architecture === wanted.architecture;
}
function isManifest(document) {
    return document.parsed.kind === 'manifest';
}
async function readDocument(repository, digest) {
    const { image, name, context } = repository;
    const source = dockerSource({
        repository: name,
        digest
    });
    const ask = ()=>inspect(image, inspectRaw(source, context.access), context);
    return cached(context.cache, digest, ask, (bytes)=>parseDocument(image, digest, bytes));
}
async function readConfig({ image, name, context }, { digest, parsed }) {
    const source = dockerSource({
        repository: name,
        digest
    });
    const ask = ()=>inspect(image, inspectConfigRaw(source, context.access), context);
    await context.cache.expect?.(digest);
    return cached(context.cache, parsed.config.digest, ask, (bytes)=>{
        withImage(image, ()=>checkDigest(parsed.config.digest, bytes, 'config'));
        return bytes;
    });
}
/** Damaged bytes in the cache count as none. Only what `read` accepts is kept. */ async function cached(cache, digest, ask, read) {
    const known = await cache.get(digest);
    if (known !== undefined && runner.digestLike(digest, known) === digest) return read(known);
    const bytes = await ask();
    const value = read(bytes);
    await cache.put(digest, bytes);
    return value;
}
function parseDocument(image, digest, bytes) {
    return withImage(image, ()=>{
        // Checked before the digest: a login page in place of a manifest should be called that.
        if (/^\s*<(?:!doctype|html|\?xml)/i.test(bytes.subarray(0, 200).toString())) {
            throw new ManifestError('what answers sends HTML and is no registry');
        }
        checkDigest(digest, bytes, 'manifest');
        return {
            digest,
            bytes,
            parsed: parseManifest(bytes)
        };
    });
}

/** What the images stand for now, in their order. @throws UserError */ async function resolveAll(images, { architecture }, registry, { store, cache, watch }) {
    const documents = {
        get: store.getDocument,
        put: store.putDocument,
        expect: cache?.expectImage
    };
    const platform = runner.platformOf(architecture);
    return askForAll(images, (image, signal)=>resolveImage(image, platform, {
            ...registry,
            signal,
            cache: documents
        }), registry.signal, watch.finding);
}
/** The name of an archive is known only once it was read. */ function checkNames(resolutions) {
    const seen = new Map();
    for (const resolution of resolutions){
        const other = seen.get(resolution.name);
        if (other) {
            throw runner.usageError(`${resolution.image.written} and ${other.image.written} both are ${resolution.name}`, {
                origin: resolution.image.origin,
                hint: 'name one of them with " as NAME:TAG"'
            });
        }
        seen.set(resolution.name, resolution);
    }
}
/** @throws UserError (failure) when the policy makes errors of findings: a single one is told by it alone */ function reportFindings(resolutions, places, { digestPolicy }, watch) {
    const findings = resolutions.flatMap((resolution, index)=>lockables(places[index] ?? []).flatMap((place)=>findingOf(resolution, place, digestPolicy) ?? []));
    const [first, ...others] = findings.filter(({ level })=>level === 'error');
    if (first && others.length === 0) {
        throw runner.failure(first.message, {
            origin: first.origin,
            hint: `write: ${first.hint}`
        });
    }
    for (const finding of findings)watch.finding(finding);
    if (first === undefined) return;
    throw runner.failure(`${others.length + 1} references are refused by digest-policy strict`, {
        hint: 'for each it is said above what to write'
    });
}
/** What there is to say of one of the places that name an image; that of the resolution decides. */ function findingOf({ image: decisive, indexDigest, manifestDigest, tagDigest }, { image, reference: { digest } }, policy) {
    if (digest === undefined) {
        const elsewhere = runner.isPinned(decisive) ? decisive.place ?? decisive.origin : undefined;
        return runner.checkPin(image, indexDigest ?? manifestDigest, policy, elsewhere);
    }
    // Of a tag that stands at another place alone nobody has asked.
    if (tagDigest === undefined || formatSource(image.source) !== formatSource(decisive.source)) return;
    return runner.tagMoved(image, digest, tagDigest, policy);
}

/**
 * Writes a file that other processes see whole or not at all, also after a power cut.
 *
 * @param workDir where it lies until it is whole: of this process alone, on the same file system
 */ async function writeAtomically(path, bytes, workDir) {
    await replace(path, workDir, async (temporary)=>{
        const file = await promises.open(temporary, 'wx');
        try {
            await file.writeFile(bytes);
            await file.sync();
        } finally{
            await file.close();
        }
    });
}
/**
 * Gives a finished file a second name, whole or not at all; an existing file of that name is
 * replaced. On file systems without hard links it becomes a copy.
 */ async function linkAtomically(source, path, workDir) {
    await replace(path, workDir, (temporary)=>linkOrCopy(source, temporary));
}
/** A second name for a file that does not exist yet. */ async function linkOrCopy(source, path) {
    try {
        await promises.link(source, path);
    } catch (error) {
        const { code } = error;
        if (!code || ![
            'EPERM',
            'EXDEV',
            'EMLINK',
            'ENOTSUP',
            'EOPNOTSUPP'
        ].includes(code)) throw error;
        await promises.copyFile(source, path, fs.constants.COPYFILE_EXCL);
    }
}
async function replace(path, workDir, write) {
    await makeFolderInStore(node_path.dirname(path));
    const temporary = node_path.join(workDir, `${Math.random().toString(36).slice(2)}.part`);
    try {
        await write(temporary);
        await promises.rename(temporary, path).catch(async (error)=>{
            if (error.code !== 'EISDIR') throw error;
            await promises.rm(path, {
                recursive: true,
                force: true
            });
            await promises.rename(temporary, path);
        });
    } finally{
        // Still there after an error, and after a rename between two names of one file (rename(2)).
        await promises.rm(temporary, {
            force: true
        });
    }
}
/** The store is a cache: what has got into the way of its folders goes. */ async function makeFolderInStore(path) {
    try {
        await runner.makeFolder(path);
    } catch (error) {
        const { code, path: obstacle } = error;
        if (code !== 'EEXIST' || obstacle === undefined) throw error;
        await promises.rm(obstacle, {
            force: true
        });
        await runner.makeFolder(path);
    }
}

/**
 * Opens the store, which need not exist, and clears what killed runs have left.
 *
 * @param onDamage is told the name of every entry that had to be dropped
 */ async function openStore(root, onDamage) {
    await runner.makeFolder(node_path.join(root, 'work'));
    await runner.removeDeadWork(root);
    const workDir = await promises.mkdtemp(node_path.join(root, 'work', runner.ownerPrefix()));
    const entries = runner.entriesRoot(root);
    const blobName = (digest)=>node_path.join('blobs', runner.algorithmOf(digest), runner.hexOf(digest));
    const pathOf = (name)=>node_path.join(entries, name);
    let taken = 0;
    // The way out of a run that did not come to `close`.
    const removeAtExit = ()=>{
        try {
            fs.rmSync(workDir, {
                recursive: true,
                force: true
            });
        } catch  {
        // A later run clears it away.
        }
    };
    process.on('exit', removeAtExit);
    const drop = async (name)=>{
        onDamage(name);
        // What cannot be removed is replaced, or found damaged again.
        await Promise.allSettled([
            promises.rm(pathOf(name), {
                recursive: true,
                force: true
            }),
            promises.rm(pathOf(`${name}.json`), {
                recursive: true,
                force: true
            })
        ]);
    };
    /**
   * A name of this run's own for an entry's file, and a note that it was used now. An entry that
   * cannot be read is as good as none: a cache never fails a build.
   */ const take = async (name)=>{
        taken += 1;
        const path = node_path.join(workDir, `taken-${taken}`);
        try {
            if (await isFile(pathOf(name))) {
                await linkOrCopy(pathOf(name), path);
                await touch(pathOf(name));
                return path;
            }
        } catch  {
            return undefined;
        }
        await drop(name);
        return undefined;
    };
    const getFacts = async (name)=>{
        try {
            const path = pathOf(`${name}.json`);
            const facts = await isFile(path) ? unseal(await promises.readFile(path, 'utf8')) : undefined;
            if (facts !== undefined) {
                await touch(path);
                return facts;
            }
        } catch (error) {
            if (isAbsent(error)) return undefined;
        }
        await drop(name);
        return undefined;
    };
    const putFacts = (name, facts)=>writeAtomically(pathOf(`${name}.json`), seal(facts), workDir);
    return {
        workDir,
        async getDocument (digest) {
            const path = await take(blobName(digest));
            if (path === undefined) return undefined;
            const bytes = await promises.readFile(path).catch(()=>undefined);
            if (bytes && runner.digestLike(digest, bytes) === digest) return bytes;
            await drop(blobName(digest));
            return undefined;
        },
        putDocument: (digest, bytes)=>writeAtomically(pathOf(blobName(digest)), bytes, workDir),
        async takeBlob (digest, size) {
            const path = await take(blobName(digest));
            if (path === undefined || (await promises.stat(path)).size === size) return path;
            if (await runner.hashFile(path, runner.algorithmOf(digest)) === runner.hexOf(digest)) return path;
            await drop(blobName(digest));
            return undefined;
        },
        putBlob: (digest, path)=>linkAtomically(path, pathOf(blobName(digest)), workDir),
        dropBlob: (digest)=>drop(blobName(digest)),
        async takeEntry (name) {
            const facts = await getFacts(name);
            const path = facts && await take(name);
            if (!facts || path === undefined) return undefined;
            const sha256 = await runner.hashFile(path, 'sha256').catch(()=>undefined);
            if (sha256 === facts.sha256) return {
                path,
                facts
            };
            await drop(name);
            return undefined;
        },
        async hasEntry (name) {
            const facts = await getFacts(name);
            if (facts === undefined) return false;
            const found = await promises.lstat(pathOf(name)).catch(()=>undefined);
            return found?.isFile() === true && found.size === facts.size;
        },
        async putEntry (name, path, facts) {
            // The facts come last: without them the entry is not there.
            await linkAtomically(path, pathOf(name), workDir);
            await putFacts(name, facts);
        },
        getFacts,
        putFacts,
        // Work that is being stopped may still write into it.
        async close () {
            await promises.rm(workDir, {
                recursive: true,
                force: true,
                maxRetries: 5,
                retryDelay: 50
            });
            process.off('exit', removeAtExit);
        }
    };
}
/** Facts as they are written: with a digest of their own, since nothing else tells that they are right. */ function seal(facts) {
    return JSON.stringify({
        facts,
        sha256: hashOf(JSON.stringify(facts))
    });
}
/** Undefined for what is damaged. */ function unseal(text) {
    try {
        const { facts, sha256 } = JSON.parse(text);
        return facts !== undefined && hashOf(JSON.stringify(facts)) === sha256 ? facts : undefined;
    } catch  {
        return undefined;
    }
}
function hashOf(text) {
    return node_crypto.createHash('sha256').update(text).digest('hex');
}
/** What is no regular file is damage; a pipe would be read for ever. */ async function isFile(path) {
    return (await promises.lstat(path)).isFile();
}
/** What the file system says of an entry that is not there. */ function isAbsent(error) {
    return [
        'ENOENT',
        'ENOTDIR'
    ].includes(String(error.code));
}
/** The time of last use, which pruning goes by. A store that may only be read stays unmarked. */ async function touch(path) {
    const now = new Date();
    await promises.utimes(path, now, now).catch(()=>undefined);
}

/**
 * Opens the stores for some work and closes them again, whatever becomes of it.
 *
 * @throws UserError for a folder that cannot be a store, and a skopeo that is missing or too old
 */ async function withStores(options, around, work) {
    const { signal, watch } = around;
    const store = await openStoreIn(options.cacheDir, watch);
    const cache = openLayerCache(options, store, around);
    try {
        const registry = await connectRegistry(options.access, {
            workDir: store.workDir,
            signal,
            onRetry: watch.retry,
            onNote: watch.note
        });
        return await work({
            store,
            cache,
            registry
        });
    } finally{
        cache?.close();
        await store.close();
    }
}
async function openStoreIn(root, watch) {
    // skopeo splits what it is told about a layout at the first colon.
    if (root.includes(':')) throw runner.usageError(`cache-dir must not have a colon in its path: ${root}`);
    try {
        return await openStore(root, (name)=>{
            watch.note(`the store's ${name} is damaged: made anew`);
        });
    } catch (error) {
        const why = runner.refusalOf(error);
        if (why === undefined) throw error;
        // Of a store that another user has written to, a single folder may be the one that is closed.
        const { path = root } = error;
        const where = path === root ? '' : `: ${path}`;
        throw runner.failure(`cannot use the store ${root}: ${why}${where}`, {
            hint: 'choose a folder that can be written with cache-dir',
            cause: error
        });
    }
}
function openLayerCache(options, store, { actionsCache, env, signal, watch }) {
    if (actionsCache === undefined || options.cache === 'off') return undefined;
    const { workDir } = store;
    const actions = runner.cacheOfStep({
        ...actionsCache,
        workDir,
        env,
        signal,
        warn: watch.warning
    });
    if (actions) {
        // Meanwhile the registry says what is to be asked for.
        actions.warmUp();
        return runner.createLayerCache({
            ...options,
            actions,
            store,
            mode: options.cache,
            signal
        });
    }
    watch.note('the runner names no Actions cache: only the local store is used');
    return undefined;
}

/**
 * Shares the wanted blobs out: each goes to the first image that has it. An image that brings
 * nothing has no task.
 *
 * @param has whether nothing of a layer needs to be fetched
 */ function planFetch(images, has) {
    const taken = new Set();
    const take = (layer)=>{
        if (taken.has(layer.blob) || has(layer)) return false;
        taken.add(layer.blob);
        return true;
    };
    return images.map((image)=>({
            image,
            wanted: image.layers.filter(take)
        })).filter(({ wanted })=>wanted.length > 0);
}
/**
 * Downloads the wanted blobs of one image, in one run of skopeo, and waits for every `onBlob`.
 *
 * skopeo checks each blob against its digest on the way. Blobs that arrived whole survive a failed
 * try. It reads the config in any case, and a layer that stands twice in one image twice when both
 * turns come at the same time: in practice that is the empty layer.
 *
 * @throws UserError (failure); what `onBlob` throws; the reason of `signal`
 */ async function fetchBlobs(task, context) {
    const { localBlobs } = task.image;
    if (localBlobs !== undefined) return handOver(task, localBlobs, context);
    const folder = await promises.mkdtemp(node_path.join(context.workDir, 'fetch-'));
    const download = startDownload(task, folder, context);
    try {
        const { written: image } = task.image.image;
        const { signal, onRetry, patience } = context;
        await withRetries(()=>copyOnce(download), {
            image,
            signal,
            onRetry,
            patience
        });
        await Promise.all(download.deliveries);
    } finally{
        await Promise.allSettled(download.deliveries);
        await promises.rm(folder, {
            recursive: true,
            force: true
        });
    }
}
const POLL_MS = 50;
/** A local image was copied when it was resolved. */ async function handOver({ wanted }, directory, context) {
    let bytes = 0;
    for (const { blob, size } of wanted){
        context.signal.throwIfAborted();
        bytes += size;
        context.onProgress?.(bytes);
        await deliver(blob, node_path.join(directory, runner.hexOf(blob)), context);
    }
}
function startDownload(task, folder, context) {
    return {
        task,
        context,
        layout: node_path.join(folder, 'layout'),
        blobs: node_path.join(folder, 'blobs'),
        ready: node_path.join(folder, 'ready'),
        missing: new Map(task.wanted.map((layer)=>[
                layer.blob,
                layer
            ])),
        deliveries: [],
        refused: new AbortController()
    };
}
async function copyOnce(download) {
    const { task, context, layout, blobs, missing, refused } = download;
    const { image, manifestDigest } = task.image;
    await prepare(download);
    const stalled = new AbortController();
    const finished = new AbortController();
    const argv = copyToLayout({
        source: dockerSource({
            repository: repositoryOf$1(task),
            digest: manifestDigest
        }),
        layout,
        blobs,
        access: context.access
    });
    const signal = AbortSignal.any([
        context.signal,
        stalled.signal,
        refused.signal
    ]);
    let said = '';
    const onStderr = (text)=>{
        said += text;
    };
    const running = runner.run(argv, {
        signal,
        onStderr
    });
    const onStall = (milliseconds)=>stalled.abort(stall(download, milliseconds, said));
    const watching = watch(download, onStall, finished.signal).catch((error)=>refused.abort(error));
    const { code, stderr } = await running.finally(async ()=>{
        finished.abort();
        await watching;
    });
    refused.signal.throwIfAborted();
    if (code !== 0) throw runner.killed(argv, code) ?? skopeoError(image, stderr);
    if (missing.size === 0) return;
    throw imageError(image, `skopeo did not bring the blobs ${[
        ...missing.keys()
    ].join(', ')}`);
}
/**
 * Lays an empty file in place of each blob that is not wanted or has come already: skopeo takes a
 * file of the right name for the blob and looks no further.
 */ async function prepare({ task, layout, blobs, ready, missing }) {
    const { layers } = task.image;
    await promises.rm(layout, {
        recursive: true,
        force: true
    });
    await promises.mkdir(ready, {
        recursive: true
    });
    for (const { blob } of layers){
        if (!missing.has(blob)) await standIn(blobPath(blobs, blob));
    }
}
function blobPath(blobs, digest) {
    return node_path.join(blobs, runner.algorithmOf(digest), runner.hexOf(digest));
}
async function standIn(path) {
    await promises.mkdir(node_path.dirname(path), {
        recursive: true
    });
    await promises.writeFile(path, '');
}
/** Looks for whole blobs and for progress until skopeo has finished, and once more then. */ async function watch(download, onStall, finished) {
    const { onProgress, patience } = download.context;
    const { stallMs } = {
        ...defaultPatience,
        ...patience
    };
    let last = {
        bytes: -1,
        at: Date.now()
    };
    for(let more = true; more;){
        more = !finished.aborted;
        await collect(download);
        // A blob that becomes whole just now is seen neither on its way nor among those that came.
        const bytes = Math.max(last.bytes, await received(download));
        if (bytes !== last.bytes) {
            last = {
                bytes,
                at: Date.now()
            };
            onProgress?.(bytes);
        } else if (Date.now() - last.at > stallMs) {
            onStall(stallMs);
        }
        if (more) await promises$1.setTimeout(POLL_MS, undefined, {
            signal: finished
        }).catch(()=>undefined);
    }
}
/** Takes the blobs that are whole: skopeo writes under another name and renames. */ async function collect({ context, blobs, ready, missing, deliveries, refused }) {
    for (const { blob } of missing.values()){
        const path = node_path.join(ready, runner.hexOf(blob));
        if (!await moved(blobPath(blobs, blob), path)) continue;
        missing.delete(blob);
        await standIn(blobPath(blobs, blob));
        const delivery = deliver(blob, path, context);
        delivery.catch((error)=>refused.abort(error));
        deliveries.push(delivery);
    }
}
async function deliver(blob, path, { onBlob }) {
    await onBlob(blob, path);
    await promises.rm(path, {
        force: true
    });
}
async function moved(from, to) {
    try {
        await promises.rename(from, to);
        return true;
    } catch (error) {
        if (error.code === 'ENOENT') return false;
        throw error;
    }
}
/** Bytes of the wanted blobs that came whole, and of all that is on its way (`oci-put-blob*`). */ async function received({ task, layout, missing }) {
    const whole = task.wanted.filter(({ blob })=>!missing.has(blob));
    const names = await promises.readdir(layout).catch(()=>[]);
    const parts = names.filter((name)=>name.startsWith('oci-put-blob'));
    const sizes = await Promise.all(parts.map((name)=>sizeOf$2(node_path.join(layout, name))));
    return [
        ...whole.map(({ size })=>size),
        ...sizes
    ].reduce((sum, size)=>sum + size, 0);
}
/** 0 for a file that skopeo has renamed in the meantime. */ async function sizeOf$2(path) {
    return (await promises.stat(path).catch(()=>undefined))?.size ?? 0;
}
function stall({ task }, milliseconds, said) {
    const why = `no byte came for ${milliseconds / 1000} s`;
    return silenceError(task.image.image, {
        why,
        hint: 'check the network'
    }, said);
}
function repositoryOf$1({ image: { image } }) {
    if (image.source.transport !== 'docker') throw new Error('a local image without its blobs');
    return image.source.reference.repository;
}

/** skopeo downloads six layers of an image at once; registries slow down those who ask for more. */ const IMAGES_AT_ONCE = 3;
/** Layers that are open beside those that are compressed, so that the largest of them goes first. */ const LAYERS_AHEAD = 2;
/**
 * Makes the fragment of every distinct layer, where the store does not have it: downloaded once,
 * compressed once, and the compression begins as soon as the blob is there.
 *
 * @throws UserError (failure)
 */ async function prepareLayers(images, options) {
    const begun = performance.now();
    checkContents(images);
    const { verified, kept, lacking, unread } = await lookInStore(images, options);
    const layers = new Map(verified);
    const made = new Map();
    const downloads = [];
    let blobsReused = 0;
    /** @param before how many layers were read before these */ const read = async (blobs, before, registry)=>{
        if (blobs.unread.size === 0) return;
        const bytesBefore = sizeOf$1(downloads);
        const planned = (count, bytes)=>options.watch.planned(before + count, bytesBefore + bytes);
        const reading = {
            ...options,
            registry,
            watch: {
                ...options.watch,
                planned
            }
        };
        blobsReused += await readBlobs(images, blobs, reading, {
            made (layer, prepared) {
                const key = runner.layerKey(layer, options.compression);
                layers.set(key, prepared);
                made.set(key, (performance.now() - begun) / 1000);
                options.onMade?.(layer, prepared);
            },
            downloaded: (layer)=>downloads.push(layer)
        });
    };
    const damaged = new Map();
    const take = async (signal)=>{
        for (const layer of kept){
            signal.throwIfAborted();
            const fragment = await runner.takeFragment(layer, options);
            if (fragment) layers.set(runner.layerKey(layer, options.compression), fragment);
            else damaged.set(layer.blob, layer);
        }
    };
    // What is kept is hashed while the rest is on its way; only that shows that some of it is damaged.
    await runner.together(options.registry.signal, (signal)=>[
            read({
                unread,
                lacking
            }, 0, {
                ...options.registry,
                signal
            }),
            take(signal)
        ]);
    const again = {
        unread: damaged,
        lacking: new Set(damaged.keys())
    };
    await read(again, unread.size, options.registry);
    const compressed = lacking.size + damaged.size;
    const stats = {
        blobsReused,
        blobsDownloaded: downloads.length,
        bytesDownloaded: sizeOf$1(downloads),
        layersCompressed: options.compression === 'zstd' ? compressed : 0,
        layersReused: layers.size - made.size
    };
    return {
        layers,
        made,
        stats
    };
}
async function lookInStore(images, options) {
    const verified = new Map();
    const kept = [];
    const lacking = new Set();
    const unread = new Map();
    for (const [key, sources] of sourcesOf(images, options)){
        const [source] = sources;
        const known = options.verified?.get(key);
        if (known) verified.set(key, known);
        else if (await runner.hasFragment(source, options)) kept.push(source);
        else lacking.add(source.blob);
        for (const layer of sources){
            const isUnread = lacking.has(layer.blob) || !await runner.isContentKnown(layer, options.store);
            if (isUnread) unread.set(layer.blob, layer);
        }
    }
    return {
        verified,
        kept,
        lacking,
        unread
    };
}
/** An image that lies about a blob must not pass because another one tells the truth about it. */ function checkContents(images) {
    const contents = new Map();
    for (const { name, image, layers } of images){
        for (const layer of layers){
            const { blob, diffId, size } = layer;
            const other = contents.get(blob) ?? layer;
            contents.set(blob, layer);
            if (other.diffId === diffId && other.size === size) continue;
            const both = other.diffId === diffId ? `have both ${other.size} and ${size} bytes` : `unpack to both ${other.diffId} and ${diffId}`;
            throw runner.failure(`${name}: layer ${blob} cannot ${both}`, {
                origin: image.origin,
                hint: 'one of the images is wrong: it must be built again'
            });
        }
    }
}
/** @returns how many blobs the store had */ async function readBlobs(images, { unread, lacking }, options, outcome) {
    const { store, registry, watch } = options;
    const read = await createReader(images, lacking, options);
    const kept = await takeBlobs(unread.values(), store);
    const use = async (layer, path, signal)=>{
        const prepared = await read(layer, path, signal);
        if (prepared) outcome.made(layer, prepared);
    };
    const downloading = runner.pLimit(IMAGES_AT_ONCE);
    const fetch = (task, signal)=>downloading(()=>fetchBlobs(task, {
                ...registry,
                signal,
                onProgress: (bytes)=>watch.downloaded(task, bytes),
                onBlob: async (blob, path)=>{
                    const layer = unread.get(blob);
                    if (task.image.localBlobs === undefined) outcome.downloaded(layer);
                    await use(layer, path, signal);
                }
            }));
    const damaged = new Set();
    const useKept = async ([blob, path], signal)=>{
        try {
            await use(unread.get(blob), path, signal);
        } catch (error) {
            if (!(error instanceof runner.DamagedBlobError)) throw error;
            await store.dropBlob(blob);
            damaged.add(blob);
        }
    };
    const tasks = planFetch(images, ({ blob })=>!unread.has(blob) || kept.has(blob));
    watch.planned(unread.size, bytesOf(tasks));
    await runner.together(registry.signal, (signal)=>[
            ...tasks.map((task)=>fetch(task, signal)),
            ...[
                ...kept
            ].map((entry)=>useKept(entry, signal))
        ]);
    // Only reading a kept blob shows that it is damaged.
    const again = planFetch(images, ({ blob })=>!damaged.has(blob));
    if (again.length > 0) watch.planned(unread.size, bytesOf([
        ...tasks,
        ...again
    ]));
    await runner.together(registry.signal, (signal)=>again.map((task)=>fetch(task, signal)));
    return kept.size - damaged.size;
}
/** Reads blobs that are there, some more at once than there are jobs, and makes the fragments that lack. */ async function createReader(images, lacking, options) {
    const packing = runner.pLimit(options.jobs + LAYERS_AHEAD);
    const pool = await runner.createFramePool(options.level, options.jobs);
    return (layer, path, signal)=>packing(async ()=>{
            signal.throwIfAborted();
            const present = {
                ...layer,
                path
            };
            const working = lacking.has(layer.blob) ? runner.makeFragment(present, pool, options, {
                signal,
                onBytes: options.watch.packed
            }) : readThrough(present, signal, options);
            const prepared = await working.catch((error)=>blame(layer, images, error));
            await runner.noteContent(layer, options.store);
            options.watch.layerDone();
            return prepared;
        });
}
/** Says which image a layer that is not valid is in. */ function blame({ blob }, images, error) {
    const guilty = images.find(({ layers })=>layers.some((layer)=>layer.blob === blob));
    if (!(error instanceof runner.InvalidLayerError) || guilty === undefined) throw error;
    throw imageError(guilty.image, error.message, error.hint);
}
/** For a blob of which nothing is known, though its layer's fragment is there: made of another one. */ async function readThrough(layer, signal, { store, watch }) {
    await runner.readLayer(layer, async ({ length })=>watch.packed(length), signal);
    await store.putBlob(layer.blob, layer.path);
}
/** The distinct blobs by `layerKey`: several where a layer was compressed in several ways. */ function sourcesOf(images, { compression, only }) {
    const blobs = new Map(images.flatMap(({ layers })=>layers.map((layer)=>[
                layer.blob,
                layer
            ])));
    const sources = new Map();
    for (const layer of blobs.values()){
        const key = runner.layerKey(layer, compression);
        if (only !== undefined && !only.has(key)) continue;
        sources.set(key, [
            ...sources.get(key) ?? [],
            layer
        ]);
    }
    return sources;
}
/** The blobs that the store has, largest first: the longest work should not begin last. */ async function takeBlobs(layers, store) {
    const kept = new Map();
    for (const { blob, size } of [
        ...layers
    ].sort((a, b)=>b.size - a.size)){
        const path = await store.takeBlob(blob, size);
        if (path !== undefined) kept.set(blob, path);
    }
    return kept;
}
function bytesOf(tasks) {
    return sizeOf$1(tasks.flatMap(({ wanted })=>wanted));
}
function sizeOf$1(layers) {
    return layers.reduce((sum, layer)=>sum + layer.size, 0);
}

/**
 * Checks all fields, and that the extra files are there.
 *
 * @throws UserError (usage) for the first one that Debian does not allow
 */ async function checkPackageFields(fields) {
    runner.parsePackageName(fields.name);
    debFileName(fields);
    runner.parseMaintainer(fields.maintainer);
    runner.parseDescription(fields.description);
    runner.parseSection(fields.section);
    runner.parseDepends(fields.depends, fields);
    return runner.findExtraFiles(fields.files, fields.name);
}
/** `NAME_VERSION_ARCH.deb`, the version without its epoch. @throws UserError (usage) */ function debFileName(fields) {
    const version = runner.fileVersion(runner.parseDebianVersion(fields.version));
    const name = `${fields.name}_${version}_${fields.architecture}.deb`;
    if (name.length > 255) {
        throw runner.usageError(`the file name ${name} has more than 255 characters`, {
            hint: 'choose a shorter package name or version'
        });
    }
    return name;
}

/** GNU tar fills its archives up to records of 20 blocks, and so does dpkg-deb by way of it. */ const RECORD = 20 * runner.BLOCK;
/** The two zero blocks after the last entry, filled up to a record. @param length bytes before them */ function tarEnd(length) {
    const end = length + 2 * runner.BLOCK;
    return Math.ceil(end / RECORD) * RECORD - length;
}
/**
 * Where the entries of a tar end and its zero blocks begin.
 *
 * @param start offset of the tar in the file
 * @param length bytes of the tar, at most
 * @throws Error for what is no tar
 */ async function endOfEntries(file, start, length) {
    const header = Buffer.alloc(runner.BLOCK);
    let offset = start;
    while(offset + runner.BLOCK <= start + length){
        await file.read(header, 0, runner.BLOCK, offset);
        if (header.every((byte)=>byte === 0)) return offset;
        const size = runner.readSize(header);
        offset += runner.BLOCK + size + runner.paddingOf(size);
    }
    throw new Error('a tar without its end');
}

/**
 * dpkg-deb's archive with the fragments added to the end of its last member, the data.
 *
 * @param skeleton stays open as long as the layout is used
 * @throws UserError (failure) for a package that is too large
 */ async function debLayout(skeleton, spec, fragments) {
    const data = (await runner.readMembers(skeleton)).at(-1);
    if (data?.name !== 'data.tar') throw new Error(`the last member is ${data?.name}, not data.tar`);
    const end = await endOfEntries(skeleton, data.data, data.size);
    const entries = fragments.flatMap((fragment)=>[
            inline(runner.tarHeader(tarEntry(spec, fragment))),
            {
                fragment,
                size: fragment.size
            },
            inline(Buffer.alloc(runner.paddingOf(fragment.size)))
        ]);
    const length = sizeOf(entries) + end - data.data;
    const dataSize = length + tarEnd(length);
    checkDebSize([], dataSize);
    const pieces = [
        {
            file: skeleton,
            start: 0,
            size: data.header
        },
        inline(await runner.resizedHeader(skeleton, data, dataSize)),
        {
            file: skeleton,
            start: data.data,
            size: end - data.data
        },
        ...entries,
        inline(Buffer.alloc(tarEnd(length)))
    ].filter(({ size })=>size > 0);
    return {
        pieces,
        size: sizeOf(pieces)
    };
}
/**
 * Refuses what cannot be one .deb: its data member ends at 9,999,999,999 bytes.
 *
 * @param sizes bytes of the fragments, each once
 * @param rest bytes of the data member beside them
 * @throws UserError (failure)
 */ function checkDebSize(sizes, rest = tarEnd(0)) {
    const entries = sizes.map((size)=>3 * 512 + size + runner.paddingOf(size));
    const total = entries.reduce((sum, size)=>sum + size, rest);
    if (total > runner.MAX_MEMBER) {
        throw runner.failure(`the images come to ${total} bytes, and a .deb cannot hold more than ${runner.MAX_MEMBER}`, {
            hint: 'put them into several packages, or choose a higher compression level'
        });
    }
}
function tarEntry(spec, { name, size }) {
    return {
        path: `./${runner.shareFolder(spec.name)}/${name}`,
        size,
        mode: 0o644,
        mtime: spec.epoch
    };
}
function inline(bytes) {
    return {
        bytes,
        size: bytes.length
    };
}
function sizeOf(pieces) {
    return pieces.reduce((sum, { size })=>sum + size, 0);
}

/**
 * Reads a package that is there already and compares the digest of every piece, until one is another.
 * The fragments are not read: what they must be is known.
 *
 * @throws the reason of `signal`
 */ async function findDeb(path, { pieces, size }, signal) {
    const found = await promises.stat(path).catch(()=>undefined);
    const another = {
        exists: found !== undefined,
        sha256: undefined
    };
    // A FIFO has no size, and would never end.
    if (!found?.isFile() || found.size !== size) return another;
    const deb = await promises.open(path).catch(()=>undefined);
    if (deb === undefined) return another;
    try {
        const whole = node_crypto.createHash('sha256');
        let start = 0;
        for (const piece of pieces){
            const range = {
                file: deb,
                start,
                size: piece.size
            };
            if (await hashRange(range, signal, whole) !== await sha256Of(piece, signal)) {
                return another;
            }
            start += piece.size;
        }
        return {
            exists: true,
            sha256: whole.digest('hex')
        };
    } finally{
        await deb.close();
    }
}
async function sha256Of(piece, signal) {
    if ('fragment' in piece) return piece.fragment.sha256;
    if ('file' in piece) return hashRange(piece, signal);
    return node_crypto.createHash('sha256').update(piece.bytes).digest('hex');
}
/** The sha256 of a part of a file, in hex. @param also is fed with the same bytes */ async function hashRange(range, signal, also) {
    const hash = node_crypto.createHash('sha256');
    // What became shorter is another file.
    await runner.readChunks(range, (chunk)=>{
        hash.update(chunk);
        also?.update(chunk);
    }, signal);
    return hash.digest('hex');
}

/**
 * Writes a package, and waits until it is on the disk.
 *
 * @returns its sha256, in hex
 * @throws UserError (failure) for a fragment that is not what its digest says
 */ async function writeDeb({ pieces, size }, deb, options) {
    const writer = new DebWriter(deb, size, options);
    for (const piece of pieces){
        if ('fragment' in piece) await copyFragment(piece.fragment, writer);
        else if ('file' in piece) await writer.copy(piece);
        else await writer.write(piece.bytes);
    }
    return writer.finish();
}
/** Copies a fragment, whose size and digest must be what they were when it was made. */ async function copyFragment(fragment, writer) {
    const hash = node_crypto.createHash('sha256');
    const start = writer.written;
    for (const piece of typeof fragment.path === 'string' ? [
        fragment.path
    ] : fragment.path){
        const left = fragment.size - (writer.written - start);
        if (typeof piece === 'string') await copyFile(fragment, piece, left, hash, writer);
        else await writer.write(piece, hash);
    }
    if (writer.written - start !== fragment.size) throw damaged(fragment, 'its size is another');
    if (hash.digest('hex') !== fragment.sha256) throw damaged(fragment, 'its sha256 is another');
}
/** @param left bytes of the fragment that are still missing: a longer file is not copied */ async function copyFile(fragment, path, left, hash, writer) {
    const file = await promises.open(path, 'r').catch((cause)=>{
        throw runner.failure(`${path} of ${fragment.name} cannot be read: ${runner.refusalOf(cause)}`, {
            cause
        });
    });
    try {
        const { size } = await file.stat();
        if (size > left) throw damaged(fragment, `${path} has ${size} bytes instead of ${left}`);
        await writer.copy({
            file,
            start: 0,
            size
        }, hash);
    } finally{
        await file.close();
    }
}
function damaged(fragment, why) {
    const from = typeof fragment.path === 'string' ? ` (${fragment.path})` : '';
    return runner.failure(`fragment ${fragment.name}${from} is damaged: ${why}`, {
        hint: 'empty the cache and build again'
    });
}
/** Writes the .deb from its start to its end, and knows its sha256. Bytes are hashed while they are written. */ class DebWriter {
    written = 0;
    #file;
    #total;
    #options;
    #hash = node_crypto.createHash('sha256');
    constructor(file, total, options){
        this.#file = file;
        this.#total = total;
        this.#options = options;
    }
    /** Waits until all is on the disk. Returns the sha256, in hex. */ async finish() {
        await this.#file.sync();
        return this.#hash.digest('hex');
    }
    /** @param also is fed with the same bytes */ async write(bytes, also) {
        this.#options.signal?.throwIfAborted();
        // A write may take fewer bytes than it is given: writeFile goes on until all are there.
        const writing = this.#file.writeFile(bytes);
        this.#hash.update(bytes);
        also?.update(bytes);
        await writing;
        this.written += bytes.length;
        this.#options.onProgress?.(this.written, this.#total);
    }
    /** Copies a part of another file. @param also is fed with the same bytes */ async copy(range, also) {
        const copied = await runner.readChunks(range, (chunk)=>this.write(chunk, also));
        if (copied < range.size) throw runner.failure('a file became shorter while it was packed');
    }
}

/**
 * Builds NAME_VERSION_ARCH.deb. dpkg-deb makes the small part; the fragments are then copied into its
 * data member, so that the payload is written once: dpkg-deb itself would spool all of it in TMPDIR.
 * Where a package of just these bytes is there already, nothing is written.
 *
 * The file appears by rename when it is whole; on every other way out nothing is left in `outputDir`.
 *
 * @throws UserError (usage) for a field that Debian does not allow; (failure) for a fragment that is
 *   not what its digest says, a package that is too large, no space, no permission
 */ async function buildPackage(spec, options) {
    const extra = await checkPackageFields(spec);
    checkImages(spec.images);
    checkEpoch(spec.epoch);
    const fileName = debFileName(spec);
    const fragments = distinctFragments(spec);
    checkDebSize(fragments.map((fragment)=>fragment.size));
    const work = await promises.mkdtemp(node_path.join(options.workDir, 'deb-'));
    try {
        const skeleton = await buildSkeleton(spec, extra, fragments, work, options);
        return await placeDeb(skeleton, spec, fragments, fileName, options);
    } finally{
        await promises.rm(work, {
            recursive: true,
            force: true
        });
    }
}
/**
 * Tries whether the .deb can be written, by dpkg-deb and to its folder, which is better known before any
 * work is done for it. Makes the folder.
 *
 * @throws UserError (failure)
 */ async function checkOutput(fields, outputDir) {
    await runner.mustRun([
        'dpkg-deb',
        '--version'
    ]);
    const fileName = debFileName(fields);
    await checkNoFolder(node_path.join(outputDir, fileName));
    const { file, part } = await openPart(outputDir, fileName);
    try {
        // A full disk may still take an empty file.
        await guarded(outputDir, ()=>file.writeFile(Buffer.alloc(4096)));
    } finally{
        await file.close();
        await promises.rm(part);
    }
}
/** A file takes the place of anything but a folder. */ async function checkNoFolder(path) {
    const found = await promises.lstat(path).catch(()=>undefined);
    if (!found?.isDirectory()) return;
    throw runner.failure(`a folder is in the place of the package: ${path}`, {
        hint: 'remove it, or choose another folder with output-dir'
    });
}
function checkImages(images) {
    if (images.length === 0) throw runner.usageError('a package without images: name at least one');
    const references = new Set(images.map((image)=>image.reference));
    if (references.size !== images.length) throw new Error('two images of one reference');
}
/** Eleven octal digits: what the time field of a tar header holds. */ const MAX_EPOCH = 0o77777777777;
function checkEpoch(epoch) {
    if (Number.isInteger(epoch) && epoch >= 0 && epoch <= MAX_EPOCH) return;
    throw runner.usageError(`SOURCE_DATE_EPOCH ${epoch} is no time that a package can have`, {
        hint: `seconds since 1970, at most ${MAX_EPOCH}`
    });
}
/** Every fragment once, in the order of their names. */ function distinctFragments(spec) {
    const byName = new Map();
    for (const image of spec.images){
        for (const fragment of [
            ...image.layers.map((layer)=>layer.fragment),
            image.imageFragment
        ]){
            const same = byName.get(fragment.name);
            if (same !== undefined && same.sha256 !== fragment.sha256) {
                throw new Error(`two fragments are called ${fragment.name}`);
            }
            byName.set(fragment.name, fragment);
        }
    }
    return [
        ...byName.values()
    ].toSorted((a, b)=>runner.comparePaths(a.name, b.name));
}
/** The package without its fragments. Returns the path of the .deb. */ async function buildSkeleton(spec, extra, fragments, work, options) {
    const device = runner.renderTemplates(await runner.readTemplates(options.deviceDir), spec);
    const root = node_path.join(work, 'root');
    const deb = node_path.join(work, 'skeleton.deb');
    await guarded(work, async ()=>{
        const data = await runner.writeFiles(root, runner.dataFiles(spec, device, extra));
        const scripts = await runner.writeFiles(root, runner.scriptFiles(device, data));
        const last = runner.describingFiles(spec, options.generator, {
            data,
            scripts,
            fragments
        });
        await runner.writeFiles(root, last);
        const paths = [
            ...data,
            ...scripts,
            ...last
        ].map((file)=>file.path);
        await runner.settle(root, paths, runner.folders(spec.name, paths), spec.epoch);
        await runner.mustRun(skeletonArgv(root, deb), {
            env: {
                PATH: process.env.PATH,
                LC_ALL: 'C',
                TMPDIR: work,
                SOURCE_DATE_EPOCH: String(spec.epoch)
            },
            signal: options.signal
        });
    });
    return deb;
}
/**
 * The data are compressed already, and can be added to at the end when the member is not. The control
 * member goes with them: its default compressor is zstd on Ubuntu, which dpkg before Debian 12 cannot
 * read.
 */ function skeletonArgv(root, deb) {
    return [
        'dpkg-deb',
        '--root-owner-group',
        '-Znone',
        '--build',
        root,
        deb
    ];
}
/** Writes the .deb, unless one of just these bytes is there already. */ async function placeDeb(skeletonPath, spec, fragments, fileName, options) {
    const { outputDir, signal } = options;
    const path = node_path.join(outputDir, fileName);
    const skeleton = await promises.open(skeletonPath, 'r');
    try {
        const layout = await debLayout(skeleton, spec, fragments);
        const { size } = layout;
        const present = await findDeb(path, layout, signal);
        if (present.sha256 !== undefined) return {
            path,
            size,
            sha256: present.sha256,
            found: 'same'
        };
        const { file: deb, part } = await openPart(outputDir, fileName);
        try {
            const sha256 = await guarded(outputDir, async ()=>{
                const digest = await writeDeb(layout, deb, options);
                await promises.rename(part, path);
                return digest;
            });
            return {
                path,
                size,
                sha256,
                found: present.exists ? 'another' : 'nothing'
            };
        } finally{
            await deb.close();
            await promises.rm(part, {
                force: true
            });
        }
    } finally{
        await skeleton.close();
    }
}
/** A new file for the .deb until it is whole. */ async function openPart(folder, fileName) {
    const prefix = `.${fileName.slice(0, 180)}.part-`;
    const part = node_path.join(folder, `${prefix}${runner.ownerPrefix()}${node_crypto.randomBytes(6).toString('hex')}`);
    return guarded(folder, async ()=>{
        await runner.makeFolder(folder);
        // Each may be as large as the package.
        await runner.removeLeftOvers(folder, prefix);
        return {
            file: await promises.open(part, 'wx'),
            part
        };
    });
}
const REASONS = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file system takes no file of this size',
    ENOTDIR: 'it is no folder',
    EEXIST: 'it is no folder',
    EISDIR: 'a folder of the same name is there',
    ELOOP: 'symbolic links lead to each other',
    ENAMETOOLONG: 'a name in it is too long'
};
/** Runs what writes into a folder; what a user can mend there becomes one line. */ async function guarded(folder, work) {
    try {
        return await work();
    } catch (error) {
        const reason = REASONS[codeOf(error) ?? ''];
        if (reason === undefined) throw error;
        throw runner.failure(`cannot write to ${folder}: ${reason}`, {
            hint: 'choose other folders with cache-dir and output-dir',
            cause: error
        });
    }
}
/** dpkg-deb says in words what the operating system refused. */ function codeOf({ code, message }) {
    if (code !== undefined) return code;
    if (/No space left on device/.test(message)) return 'ENOSPC';
    return /Disk quota exceeded/.test(message) ? 'EDQUOT' : undefined;
}

/**
 * The ELF machines (System V ABI, e_machine) that a Debian architecture's kernel runs; the 32-bit
 * sibling is among them, since its programs run in a 64-bit image too.
 */ const MACHINES = {
    amd64: [
        62,
        3
    ],
    arm64: [
        183,
        40
    ],
    armhf: [
        40
    ],
    armel: [
        40
    ],
    i386: [
        3
    ],
    ppc64el: [
        21
    ],
    s390x: [
        22
    ],
    riscv64: [
        243
    ],
    loong64: [
        258
    ]
};
const MACHINE_NAMES = {
    3: 'i386',
    21: 'ppc64',
    22: 's390',
    40: '32-bit ARM',
    62: 'amd64',
    183: 'arm64',
    243: 'RISC-V',
    258: 'LoongArch'
};
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAX_LINKS = 40;
/**
 * What the entrypoint's program is compiled for, if that is something the architecture cannot run:
 * `/usr/bin/app is for arm64`. Undefined when it fits, and when the program is not found: an image
 * may get its program from a volume.
 *
 * @param layers notes of every layer, from the bottom to the top
 */ function foreignEntrypoint(command, layers, architecture) {
    const program = command.Entrypoint?.[0] ?? command.Cmd?.[0];
    if (!program) return undefined;
    for (const path of candidates(program, command)){
        const machine = machineOf(path, layers, 0);
        if (machine !== undefined) {
            if (MACHINES[architecture].includes(machine)) return undefined;
            return `${path} is for ${MACHINE_NAMES[machine] ?? `ELF machine ${machine}`}`;
        }
    }
    return undefined;
}
function candidates(program, { Env, WorkingDir }) {
    const here = node_path.posix.resolve('/', WorkingDir ?? '');
    if (program.includes('/')) return [
        node_path.posix.resolve(here, program)
    ];
    const path = Env?.find((entry)=>entry.startsWith('PATH='))?.slice('PATH='.length);
    return (path ?? DEFAULT_PATH).split(':').map((folder)=>node_path.posix.resolve(here, folder, program));
}
/** Follows links in every component of the path, and a script to its interpreter. */ function machineOf(path, layers, links) {
    if (links > MAX_LINKS) return undefined;
    const parts = path.split('/').filter((part)=>part !== '');
    for (const [index] of parts.entries()){
        const prefix = parts.slice(0, index + 1).join('/');
        const note = topmost(prefix, layers);
        if (note === undefined) continue;
        if ('machine' in note) return note.machine;
        if ('interpreter' in note) return machineOf(note.interpreter, layers, links + 1);
        if ('gone' in note) return undefined;
        const target = node_path.posix.resolve('/', node_path.posix.dirname(prefix), note.link);
        return machineOf(node_path.posix.join(target, ...parts.slice(index + 1)), layers, links + 1);
    }
    return undefined;
}
function topmost(path, layers) {
    return layers.findLast((notes)=>Object.hasOwn(notes, path))?.[path];
}

/**
 * The manifest of an archive that holds uncompressed layers: same config, so that the image ID of
 * classic Docker and Podman stays, and layers that are their own diff IDs.
 */ function uncompressedManifest(config, layers) {
    const manifest = {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: descriptor('application/vnd.oci.image.config.v1+json', config),
        layers: layers.map(({ diffId, unpackedSize })=>({
                mediaType: 'application/vnd.oci.image.layer.v1.tar',
                digest: diffId,
                size: unpackedSize
            }))
    };
    return Buffer.from(JSON.stringify(manifest));
}
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/**
 * The end of an archive that is an OCI image layout (image-layout.md) and a `docker save` archive at
 * once, so that every engine reads it.
 *
 * @param name name and tag that the engine shows
 * @param layers digests that the archive's layers are named by, from the bottom to the top
 */ function imageArchive(image) {
    const manifest = descriptor(image.manifestMediaType, image.manifest);
    const annotations = {
        'org.opencontainers.image.ref.name': image.name,
        // The containerd store names an image by this one.
        'io.containerd.image.name': image.name
    };
    const index = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
            {
                ...manifest,
                annotations
            }
        ]
    };
    const dockerManifest = [
        {
            Config: runner.blobName(image.configDigest),
            RepoTags: [
                image.name
            ],
            Layers: image.layers.map(runner.blobName)
        }
    ];
    const bytes = Buffer.concat([
        runner.archiveEntry(runner.blobName(image.configDigest), image.config),
        runner.archiveEntry(runner.blobName(manifest.digest), image.manifest),
        jsonEntry('oci-layout', {
            imageLayoutVersion: '1.0.0'
        }),
        jsonEntry('index.json', index),
        jsonEntry('manifest.json', dockerManifest),
        runner.TAR_END
    ]);
    return {
        bytes,
        manifestDigest: manifest.digest
    };
}
function jsonEntry(name, value) {
    return runner.archiveEntry(name, Buffer.from(JSON.stringify(value)));
}
function descriptor(mediaType, bytes) {
    return {
        mediaType,
        digest: runner.sha256(bytes),
        size: bytes.length
    };
}

/**
 * Completes every image: the fragment that follows its layers, and all that the package says of it.
 *
 * @param layers fragments by `layerKey`
 * @throws UserError (failure) for programs of another architecture
 */ async function completeImages(images, layers, options) {
    const completed = [];
    for (const image of images){
        const own = image.layers.map((layer)=>({
                layer,
                prepared: layers.get(runner.layerKey(layer, options.compression))
            }));
        const config = JSON.parse(image.config.toString());
        checkEntrypoint(image, config, own, options.architecture);
        const archive = archiveOf(image, own, options.compression);
        completed.push({
            reference: image.name,
            written: image.image.written,
            fetchOnly: image.image.fetchOnly,
            ...image.indexDigest ? {
                indexDigest: image.indexDigest
            } : {},
            registryManifestDigest: image.manifestDigest,
            // Engines show sha256, whatever the registry calls the config by.
            configDigest: runner.sha256(image.config),
            archiveManifestDigest: archive.manifestDigest,
            platform: runner.formatPlatform(config),
            unpackedSize: unpackedSize(own),
            pinned: runner.isPinned(image.image),
            imageFragment: await imageFragment(archive.bytes, options),
            layers: own.map(({ layer, prepared })=>({
                    fragment: toFragment(prepared.name, prepared.parts, prepared.facts),
                    diffId: layer.diffId,
                    blob: layer.blob,
                    unpackedSize: prepared.facts.unpackedSize
                }))
        });
    }
    return completed;
}
/** Bytes; a layer that stands twice in the image is unpacked twice, but streamed once. */ function unpackedSize(layers) {
    return layers.reduce((sum, { prepared })=>sum + prepared.facts.unpackedSize, 0);
}
function checkEntrypoint({ image, name }, { config }, layers, architecture) {
    const notes = layers.map(({ prepared })=>prepared.facts.notes);
    const foreign = foreignEntrypoint(config ?? {}, notes, architecture);
    if (foreign === undefined) return;
    throw runner.failure(`${name}: its config says ${architecture}, but ${foreign}`, {
        origin: image.origin,
        hint: 'the image was built wrong: its layers are of another architecture'
    });
}
function archiveOf(image, layers, compression) {
    const { name, config } = image;
    if (compression === 'original') {
        return imageArchive({
            ...image,
            layers: image.layers.map(({ blob })=>blob)
        });
    }
    const uncompressed = layers.map(({ layer, prepared })=>({
            diffId: layer.diffId,
            unpackedSize: prepared.facts.unpackedSize
        }));
    return imageArchive({
        name,
        config,
        configDigest: runner.sha256(config),
        manifest: uncompressedManifest(config, uncompressed),
        manifestMediaType: OCI_MANIFEST,
        layers: image.layers.map(({ diffId })=>diffId)
    });
}
async function imageFragment(bytes, { store, compression, level }) {
    const hex = runner.hexOf(runner.sha256(bytes));
    if (compression === 'original') {
        return toFragment(`images/${hex}.tar`, [
            bytes
        ], await runner.fragmentFacts([
            bytes
        ]));
    }
    const name = `images/${hex}.zst`;
    const entry = `images/${level}/${hex}.zst`;
    const known = await store.takeEntry(entry);
    if (known) return toFragment(name, [
        known.path
    ], known.facts);
    const compress = await runner.createCompressor();
    const path = node_path.join(store.workDir, `image-${hex}`);
    await promises.writeFile(path, Buffer.concat(await compress(bytes, level)));
    const facts = await runner.fragmentFacts([
        path
    ]);
    await store.putEntry(entry, path, facts);
    return toFragment(name, [
        path
    ], facts);
}
function toFragment(name, path, { size, sha256, md5 }) {
    return {
        name,
        path,
        size,
        sha256,
        md5
    };
}

/**
 * The commit that is checked out in a folder. Undefined where there is no git, no repository, no
 * commit, or a repository that git does not trust: a version can be had without.
 */ async function readGit(cwd, signal) {
    try {
        const head = await runner.run([
            'git',
            'log',
            '-1',
            '--format=%ct %h',
            'HEAD'
        ], {
            cwd,
            signal
        });
        const [, seconds, commit] = /^(\d+) ([0-9a-f]+)$/.exec(head.stdout.toString().trim()) ?? [];
        if (head.code !== 0 || seconds === undefined) return undefined;
        const tags = await runner.run(TAGS_OF_HEAD, {
            cwd,
            signal
        });
        const changes = await runner.run(CHANGES, {
            cwd,
            signal
        });
        return {
            gitTag: tags.stdout.toString().split('\n').find(namesVersion),
            commitTime: new Date(Number(seconds) * 1000),
            commit,
            clean: changes.code === 0 && changes.stdout.length === 0
        };
    } catch (error) {
        if (error instanceof runner.UserError) return undefined;
        throw error;
    }
}
/** The highest version first, a pre-release below its release: `v1.2.3`, `v1.2.3-rc1`, `v1`. */ const TAGS_OF_HEAD = [
    ...[
        'git',
        '-c',
        'versionsort.suffix=-'
    ],
    ...[
        'tag',
        '--points-at',
        'HEAD',
        '--sort=-version:refname'
    ]
];
/** What belongs to no commit may have been made by the job itself. */ const CHANGES = [
    'git',
    '--no-optional-locks',
    'status',
    '--porcelain',
    '--untracked-files=no'
];
function namesVersion(tag) {
    return runner.versionOfTag(tag) !== undefined;
}

/**
 * Fills in what was not given from where the build runs: the checked-out commit, and who builds.
 *
 * @throws UserError (usage) for a SOURCE_DATE_EPOCH that is no time, and when nobody can be named
 */ async function readProvenance(given, { env, cwd, now, signal }) {
    const commit = await readGit(cwd, signal);
    const refTag = env.GITHUB_REF_TYPE === 'tag' ? env.GITHUB_REF_NAME : undefined;
    const gitTag = commit?.gitTag ?? refTag;
    const { pinned } = given;
    const epoch = sourceDateEpoch(env);
    const buildTime = epoch === undefined ? now : new Date(epoch * 1000);
    return {
        version: given.version ?? runner.defaultVersion({
            ...commit,
            gitTag,
            pinned,
            now: buildTime
        }),
        maintainer: given.maintainer ?? await defaultMaintainer(env, cwd, signal),
        epoch: epoch ?? seconds(commit?.commitTime)
    };
}
/** https://reproducible-builds.org/specs/source-date-epoch/ */ function sourceDateEpoch({ SOURCE_DATE_EPOCH: text }) {
    if (!text) return undefined;
    if (/^\d{1,11}$/.test(text)) return Number(text);
    throw runner.usageError(`SOURCE_DATE_EPOCH is not a number of seconds: ${JSON.stringify(text)}`);
}
function seconds(time) {
    return time && Math.floor(time.getTime() / 1000);
}
/** As Debian's own tools (debchange(1)), then as git, then as GitHub knows them. */ async function defaultMaintainer(env, cwd, signal) {
    if (env.DEBFULLNAME && env.DEBEMAIL) return `${env.DEBFULLNAME} <${env.DEBEMAIL}>`;
    const [name, mail] = await Promise.all([
        'user.name',
        'user.email'
    ].map((key)=>gitConfig(key, cwd, signal)));
    if (name && mail) return `${name} <${mail}>`;
    const owner = env.GITHUB_REPOSITORY_OWNER;
    if (owner) return `${owner} <${owner}@users.noreply.github.com>`;
    throw runner.usageError('maintainer is missing', {
        hint: 'give it as "Name <mail>", or set DEBFULLNAME and DEBEMAIL'
    });
}
async function gitConfig(key, cwd, signal) {
    try {
        const { code, stdout } = await runner.run([
            'git',
            'config',
            key
        ], {
            cwd,
            signal
        });
        return code === 0 ? stdout.toString().trim() : '';
    } catch (error) {
        if (error instanceof runner.UserError) return '';
        throw error;
    }
}

/** What the second tier gave and took; nothing where there is none. */ function cacheStats(cache) {
    return cache?.stats() ?? {
        layersRestored: 0,
        blobsRestored: 0,
        bytesRestored: 0,
        entriesSaved: 0
    };
}
/** Takes the wall time of each stage; a stage may be entered several times. */ function stopwatch(watch) {
    const start = performance.now();
    const ends = {};
    let current;
    const leave = ()=>{
        if (current === undefined) return;
        const { stage, since } = current;
        ends[stage] = (ends[stage] ?? 0) + performance.now() - since;
        current = undefined;
    };
    return {
        enter (stage) {
            leave();
            current = {
                stage,
                since: performance.now()
            };
            watch.stage(stage);
        },
        read () {
            leave();
            const seconds = (stage)=>round(ends[stage] ?? 0);
            return {
                resolve: seconds('resolve'),
                cache: seconds('cache'),
                layers: seconds('layers'),
                package: seconds('package'),
                total: round(performance.now() - start)
            };
        }
    };
}
/** Milliseconds to seconds, with two digits. */ function round(milliseconds) {
    return Math.round(milliseconds / 10) / 100;
}

/** This program's version, from its package.json: one level up from src/ as from dist/. */ function readProgramVersion() {
    const text = fs.readFileSync(new URL('../package.json', (typeof document === 'undefined' ? require('u' + 'rl').pathToFileURL(__filename).href : (_documentCurrentScript && _documentCurrentScript.tagName.toUpperCase() === 'SCRIPT' && _documentCurrentScript.src || new URL('shared-watched.js', document.baseURI).href))), 'utf8');
    return JSON.parse(text).version;
}

/**
 * The whole way from references to a Debian package.
 *
 * @throws UserError; the reason of `signal`. Nothing is left behind then but what the store keeps.
 */ async function preload(options, around) {
    const { watch, signal } = around;
    const clock = stopwatch(watch);
    const { images, places, findings } = await readImages({
        ...options,
        env: around.env
    });
    for (const finding of findings)watch.finding(finding);
    const provenance = await readProvenance({
        ...options,
        pinned: images.every(runner.isPinned)
    }, around);
    const fields = packageFields(options, provenance);
    await checkPackageFields(fields);
    await checkOutput(fields, options.outputDir);
    clock.enter('resolve');
    return withStores(options, around, async ({ store, cache, registry })=>{
        const resolutions = await resolveAll(images, options, registry, {
            store,
            cache,
            watch
        });
        checkNames(resolutions);
        reportFindings(resolutions, places, options, watch);
        if (options.compression === 'original') checkOriginalSize(resolutions);
        if (cache) clock.enter('cache');
        const verified = await cache?.restore(resolutions);
        for (const line of cache?.describe() ?? [])watch.note(line);
        clock.enter('layers');
        const layering = {
            ...options,
            store,
            registry,
            watch,
            verified,
            onMade: cache?.saveLayer
        };
        const work = prepareLayers(resolutions, layering);
        const { layers, made, stats } = await runner.soonAfter(signal, LAST_FRAMES_MS, work);
        const packaged = await completeImages(resolutions, layers, {
            ...options,
            store
        });
        const saving = cache?.save(runner.partsOf(resolutions), layers);
        // Waited for below; while the package is written, its failure must not count as unhandled.
        saving?.catch(()=>undefined);
        clock.enter('package');
        const spec = {
            ...fields,
            zstdLayers: options.compression === 'original' && resolutions.some(hasZstdLayers),
            epoch: provenance.epoch ?? newestCreation(resolutions),
            images: packaged
        };
        const deb = await buildPackage(spec, {
            deviceDir: around.deviceDir,
            workDir: store.workDir,
            outputDir: options.outputDir,
            generator: `container-preload ${readProgramVersion()}`,
            signal,
            onProgress: watch.written
        });
        if (deb.found === 'another') {
            watch.warning(`${deb.path} took the place of another package of this version: no device that has that one upgrades to it (give another version)`);
        }
        if (cache) {
            clock.enter('cache');
            await saving;
        }
        return {
            deb,
            spec,
            resolutions,
            made,
            stats: {
                images: images.length,
                ...stats,
                ...cacheStats(cache),
                seconds: clock.read()
            }
        };
    });
}
/** A frame of a high level takes ten seconds and more, and cannot be stopped in between. */ const LAST_FRAMES_MS = 1000;
/** What comes from the registry as it is has a known size before anything is downloaded. */ function checkOriginalSize(resolutions) {
    const layers = resolutions.flatMap(({ layers })=>layers);
    checkDebSize([
        ...new Map(layers.map(({ blob, size })=>[
                blob,
                size
            ])).values()
    ]);
}
/** All of a package that is known before its images. */ function packageFields(options, { version, maintainer }) {
    const { architecture, description, section, depends, engine, compression, files } = options;
    const { digestPolicy, deleteAfterLoad, removeReplaced, conflict, user, level } = options;
    return {
        ...{
            name: options.package,
            version,
            architecture,
            maintainer,
            description,
            section,
            depends
        },
        ...{
            engine,
            compression,
            files,
            digestPolicy,
            deleteAfterLoad,
            removeReplaced,
            conflict
        },
        ...user === undefined ? {} : {
            user
        },
        ...compression === 'zstd' ? {
            level
        } : {}
    };
}
function hasZstdLayers({ layers }) {
    return layers.some(({ mediaType })=>mediaType.endsWith('zstd'));
}
/** Reproducible builds often say 1970, which lintian calls ancient. */ const OLDEST_EPOCH = Date.UTC(2000) / 1000;
/** An image may say any time, and devices of 32 bits know none after 2038. */ const NEWEST_EPOCH = 2 ** 31 - 1;
/** Seconds; the images' own times are the same in every build. */ function newestCreation(resolutions) {
    const times = resolutions.map(({ config })=>Date.parse(JSON.parse(config.toString()).created ?? '')).filter((time)=>time > 0);
    const newest = Math.max(OLDEST_EPOCH, ...times.map((time)=>Math.floor(time / 1000)));
    return Math.min(newest, NEWEST_EPOCH);
}

/**
 * Makes one share of the images' layers, and nothing else: what the Actions cache has already is not
 * even downloaded.
 *
 * @throws UserError; the reason of `signal`
 */ async function warmCaches(options, shard, around) {
    const { watch, signal } = around;
    const { compression } = options;
    const clock = stopwatch(watch);
    const images = await readSeparately({
        ...options,
        env: around.env
    });
    clock.enter('resolve');
    return withStores(options, around, async ({ store, cache, registry })=>{
        const resolutions = await resolveAll(images, options, registry, {
            store,
            cache,
            watch
        });
        const share = runner.shareOut(resolutions, shard.count)[shard.index - 1]?.parts ?? [];
        if (cache) clock.enter('cache');
        const lacking = cache ? await cache.lacking(share) : share;
        for (const line of cache?.describe() ?? [])watch.note(line);
        clock.enter('layers');
        const only = runner.layersOf(lacking, compression);
        const onMade = cache?.saveLayer;
        const work = prepareLayers(resolutions, {
            ...options,
            store,
            registry,
            watch,
            only,
            onMade
        });
        const { layers, stats } = await runner.soonAfter(signal, LAST_FRAMES_MS, work);
        if (cache) clock.enter('cache');
        await cache?.save(lacking, layers);
        return {
            parts: share.length,
            lacking: lacking.length,
            stats: {
                images: images.length,
                ...stats,
                ...cacheStats(cache),
                seconds: clock.read()
            }
        };
    });
}
/** The images of all lists, each list on its own: those of two packages may contradict each other. */ async function readSeparately(request) {
    const { images, imageLists } = request;
    const requests = imageLists.map((list)=>({
            ...request,
            images: '',
            imageLists: [
                list
            ]
        }));
    if (images.trim() !== '' || requests.length === 0) requests.unshift({
        ...request,
        imageLists: []
    });
    const lists = await Promise.all(requests.map(readImages));
    return lists.flatMap((list)=>list.images);
}

function cacheHit(stats) {
    if (stats.blobsDownloaded === 0 && stats.layersCompressed === 0) return 'true';
    return stats.layersReused === 0 && stats.blobsReused === 0 ? 'false' : 'partial';
}
function buildResult(preloaded) {
    const { deb, spec, resolutions, stats } = preloaded;
    const fragments = spec.images.map((image)=>distinct(image.layers.map(fragmentOf)));
    const uses = countUses(fragments);
    const isShared = ({ name })=>(uses.get(name) ?? 0) > 1;
    return {
        deb: deb.path,
        'deb-sha256': deb.sha256,
        package: spec.name,
        version: spec.version,
        images: spec.images.map((image, index)=>{
            const layers = fragments[index] ?? [];
            const resolution = resolutions[index];
            return {
                reference: image.reference,
                source: image.written,
                repository: repositoryOf(resolution),
                pinned: image.pinned,
                fetchOnly: image.fetchOnly,
                platform: image.platform,
                indexDigest: image.indexDigest ?? null,
                manifestDigest: image.registryManifestDigest,
                configDigest: image.configDigest,
                archiveManifestDigest: image.archiveManifestDigest,
                layers: image.layers.length,
                ...workFor(resolution, preloaded),
                registrySize: sum(resolution.layers),
                unpackedSize: image.unpackedSize,
                packageSize: sum([
                    ...layers,
                    image.imageFragment
                ]),
                sharedSize: sum(layers.filter(isShared))
            };
        }),
        'cache-hit': cacheHit(stats),
        stats: {
            ...stats,
            debSize: deb.size,
            debReused: deb.found === 'same',
            sharedSize: sum(distinct(fragments.flat()).filter(isShared))
        }
    };
}
function warmResult({ parts, lacking, stats }) {
    // Of what the Actions cache lacked, the local store may have had some.
    const hit = cacheHit(stats);
    return {
        parts,
        'cache-hit': hit === 'false' && lacking < parts ? 'partial' : hit,
        stats
    };
}
function repositoryOf({ image: { source } }) {
    return source.transport === 'docker' ? source.reference.repository : null;
}
function workFor({ layers }, { spec, made }) {
    const ends = layers.flatMap((layer)=>made.get(runner.layerKey(layer, spec.compression)) ?? []);
    return {
        layersReused: layers.length - ends.length,
        seconds: Math.round(Math.max(0, ...ends) * 100) / 100
    };
}
function fragmentOf({ fragment }) {
    return fragment;
}
function distinct(fragments) {
    return [
        ...new Map(fragments.map((fragment)=>[
                fragment.name,
                fragment
            ])).values()
    ];
}
/** In how many images a fragment is needed, by its name. */ function countUses(images) {
    const uses = new Map();
    for (const { name } of images.flat())uses.set(name, (uses.get(name) ?? 0) + 1);
    return uses;
}
function sum(sized) {
    return sized.reduce((total, { size })=>total + size, 0);
}

/** Milliseconds between two lines: what is live is drawn often, a log gets few. */ const LIVE_MS = 200;
const LOG_MS = 10_000;
const TITLES = {
    resolve: 'Resolving references',
    cache: 'Using the Actions cache',
    layers: 'Fetching and compressing layers',
    package: 'Writing the package'
};
/** Shows how a build goes on. `stop` must be called when it has ended. */ function showProgress(screen) {
    const state = {
        stage: undefined,
        layers: 0,
        done: 0,
        expected: 0,
        packed: 0
    };
    const downloads = new Map();
    let packageBytes;
    let since = Date.now();
    const rate = (bytes)=>`${runner.formatBytes(bytes * 1000 / Math.max(1, Date.now() - since))}/s`;
    const status = ()=>{
        if (state.stage === 'package' && packageBytes) {
            const { written, total } = packageBytes;
            return `${runner.formatBytes(written)} of ${runner.formatBytes(total)} written`;
        }
        if (state.stage !== 'layers' || state.layers === 0) return undefined;
        const received = [
            ...downloads.values()
        ].reduce((sum, bytes)=>sum + bytes, 0);
        return [
            `${state.done} of ${runner.plural(state.layers, 'layer')} done`,
            `${runner.formatBytes(received)} of ${runner.formatBytes(state.expected)} fetched`,
            `${runner.formatBytes(state.packed)} read at ${rate(state.packed)}`
        ].join(', ');
    };
    const show = ()=>{
        const line = status();
        if (line) (screen.live ?? screen.print)(line);
    };
    const timer = setInterval(show, screen.live ? LIVE_MS : LOG_MS).unref();
    const leave = ()=>{
        if (state.stage === undefined) return;
        const line = status();
        if (line) screen.print(line);
        screen.endGroup();
        state.stage = undefined;
    };
    return {
        stage (stage) {
            leave();
            since = Date.now();
            screen.startGroup(TITLES[stage]);
            state.stage = stage;
        },
        planned (layers, bytes) {
            state.layers = layers;
            state.expected = bytes;
        },
        downloaded: (task, bytes)=>void downloads.set(task, bytes),
        packed (bytes) {
            state.packed += bytes;
        },
        layerDone () {
            state.done += 1;
        },
        written (written, total) {
            packageBytes = {
                written,
                total
            };
        },
        finding: screen.finding,
        note: screen.print,
        warning: screen.warning,
        retry ({ image, why, attempt, tries, delayMs }) {
            const wait = `${(delayMs / 1000).toFixed(1)} s`;
            screen.print(`${image}: ${why}; try ${attempt} of ${tries} failed, the next one in ${wait}`);
        },
        stop () {
            clearInterval(timer);
            leave();
        }
    };
}

/**
 * Shows how some work goes on, tells its result when nothing moves on the screen any more, and puts
 * into the summary why it failed, and its problems.
 *
 * @throws what `work` and `tell` throw
 */ async function watched({ screen, summarize = async ()=>undefined, mostFindings = 0 }, work, tell) {
    const noting = runner.notingFindings(screen);
    const watch = showProgress(noting.screen);
    try {
        const result = await work(watch);
        watch.stop();
        await tell(result);
        return result;
    } catch (error) {
        await summarize(runner.failureSummary(error));
        throw error;
    } finally{
        watch.stop();
        await summarize(runner.problemSummary(noting.findings, mostFindings));
    }
}

exports.askForAll = askForAll;
exports.buildResult = buildResult;
exports.connectRegistry = connectRegistry;
exports.formatSource = formatSource;
exports.isAsked = isAsked;
exports.localNotices = localNotices;
exports.lockables = lockables;
exports.mergeImages = mergeImages;
exports.optionalProfile = optionalProfile;
exports.planLock = planLock;
exports.preload = preload;
exports.readImages = readImages;
exports.readLists = readLists;
exports.readProgramVersion = readProgramVersion;
exports.readSeparately = readSeparately;
exports.reasonsOf = reasonsOf;
exports.resolveAll = resolveAll;
exports.resolveTag = resolveTag;
exports.unknownProfiles = unknownProfiles;
exports.warmCaches = warmCaches;
exports.warmResult = warmResult;
exports.watched = watched;
exports.withStores = withStores;
