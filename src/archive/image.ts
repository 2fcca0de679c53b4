import { type Digest, sha256 } from '../images/digest.ts';
import { blobName } from './fragment.ts';
import { archiveEntry, TAR_END } from './tar.ts';

/** What an archive says about its image, and how engines will call it. */
export interface ImageArchive {
  /** The bytes that follow the layers in the archive. */
  readonly bytes: Buffer;
  /** Digest of the manifest in the archive: the image ID in Docker's containerd store. */
  readonly manifestDigest: Digest;
}

/** A blob as a manifest describes it (OCI image specification, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/**
 * The manifest of an archive that holds uncompressed layers: same config, so that the image ID of
 * classic Docker and Podman stays, and layers that are their own diff IDs.
 */
export function uncompressedManifest(
  config: Buffer,
  layers: readonly { readonly diffId: Digest; readonly unpackedSize: number }[],
): Buffer {
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map(({ diffId, unpackedSize }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: diffId,
      size: unpackedSize,
    })),
  };
  return Buffer.from(JSON.stringify(manifest));
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * The end of an archive that is an OCI image layout (image-layout.md) and a `docker save` archive at
 * once, so that every engine reads it.
 *
 * @param name name and tag that the engine shows
 * @param layers digests that the archive's layers are named by, from the bottom to the top
 */
export function imageArchive(image: {
  readonly name: string;
  readonly config: Buffer;
  readonly configDigest: Digest;
  readonly manifest: Buffer;
  readonly manifestMediaType: string;
  readonly layers: readonly Digest[];
}): ImageArchive {
  const manifest = descriptor(image.manifestMediaType, image.manifest);
  const annotations = {
    'org.opencontainers.image.ref.name': image.name,
    // The containerd store names an image by this one.
    'io.containerd.image.name': image.name,
  };
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, annotations }],
  };
  const dockerManifest = [
    {
      Config: blobName(image.configDigest),
      RepoTags: [image.name],
      Layers: image.layers.map(blobName),
    },
  ];
  const bytes = Buffer.concat([
    archiveEntry(blobName(image.configDigest), image.config),
    archiveEntry(blobName(manifest.digest), image.manifest),
    jsonEntry('oci-layout', { imageLayoutVersion: '1.0.0' }),
    jsonEntry('index.json', index),
    jsonEntry('manifest.json', dockerManifest),
    TAR_END,
  ]);
  return { bytes, manifestDigest: manifest.digest };
}

function jsonEntry(name: string, value: unknown): Buffer {
  return archiveEntry(name, Buffer.from(JSON.stringify(value)));
}

function descriptor(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}
