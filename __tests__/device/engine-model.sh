#!/bin/sh
# A model of an engine and of a disk, called as `docker`, `podman`, `sync`, `tar` and `id`. ROOT is filled in.
#
# engine/images/REF holds "ID LAYER…", engine/layers/LAYER holds `fresh` (not yet on the disk), `whole` or
# `damaged`. A layer that is there is taken as it is, and goes with the last image that has it, as in
# real engines. The file `cut` asks for a power cut at the n-th step: fresh layers become damaged, and in
# the way `lost` the names and contents that were not synced are gone too.
set -eu
root=@ROOT@
engine=$root/engine
notes="$root/var/lib/demo $root/var/lib/container-preload/intents"

main() {
  program=$(basename "$0")
  echo "$program $*" >>"$root/calls"
  case $program in
    id) echo 0 ;;
    sync) step && synchronise "$@" && step ;;
    tar) "tar_${1#-}" "$@" ;;
    *) "engine_$1" "$@" ;;
  esac
}

step() {
  [ -e "$root/cut" ] || return 0
  read -r way at <"$root/cut"
  if [ "$at" -gt 1 ]; then
    echo "$way $((at - 1))" >"$root/cut"
    return
  fi
  rm "$root/cut"
  damage_fresh_layers
  [ "$way" = kept ] || lose_what_is_not_synced
  kill -9 0
}

damage_fresh_layers() {
  grep -lx fresh "$engine/layers/"* 2>/dev/null | while read -r layer; do echo damaged >"$layer"; done
}

lose_what_is_not_synced() {
  rm -rf "$engine/images"
  cp -a "$root/disk/images" "$engine/images"
  for folder in $notes; do
    rm -rf "$folder"
    cp -a "$root/disk/${folder##*/}" "$folder"
    # Copies have other inodes.
    stat -c %i "$folder"/*
  done >"$root/disk/inodes" 2>/dev/null || true
}

# `-f` or nothing is the engine's file system; a folder keeps its names, files keep their bytes.
synchronise() {
  if [ $# -eq 0 ] || [ "$1" = -f ]; then
    grep -lx fresh "$engine/layers/"* 2>/dev/null | while read -r layer; do echo whole >"$layer"; done
    rm -rf "$root/disk/images"
    cp -a "$engine/images" "$root/disk/images"
  elif [ -d "$1" ]; then
    saved=$root/disk/${1##*/}
    rm -rf "$saved"
    cp -a "$1" "$saved"
    for file in "$1"/*; do
      [ ! -f "$file" ] || grep -qx "$(stat -c %i "$file")" "$root/disk/inodes" ||
        : >"$saved/${file##*/}"
    done
  else
    stat -c %i "$@" >>"$root/disk/inodes"
  fi
}

# The end of an archive is a line of text here, which stands for the one item of its manifest.json.
tar_x() {
  case $3 in
    -O) sed 's/.*/[&]/' "$5" | tr -d '\n' ;;
    *) mkdir -p "$6/blobs/sha256" && touch "$6/blobs/sha256/config" "$6/oci-layout" ;;
  esac
}

tar_c() {
  sed 's/^\[//; s/\]$//' manifest.json | tr , '\n' >"$3"
  echo >>"$3"
}

engine_info() {
  echo "$(cat "$engine/driver") $engine"
}

engine_image() {
  verb=$2
  while [ "$1" != -- ]; do shift; done
  shift
  code=0
  for reference; do
    if [ -e "$engine/unreadable" ]; then
      echo 'Error: the store is damaged' >&2
      exit 125
    elif [ "${reference#sha256:}" != "$reference" ]; then
      grep -l "^$reference" "$engine/images/"* | while read -r file; do
        echo "$(name_of "$file"),$(cut -d ' ' -f 1 "$file") $(cat "$file")"
      done
    elif [ ! -e "$(image_file "$reference")" ]; then
      echo "Error: No such image: $reference" >&2
      code=1
    elif [ "$verb" = inspect ]; then
      cut -d ' ' -f 1 "$(image_file "$reference")"
    fi
  done
  exit "$code"
}

engine_images() {
  cat "$engine/images/"* 2>/dev/null | cut -d ' ' -f 1 | sort -u
}

# As Docker shows it: all images of these tests are docker.io/library/NAME:1.
name_of() {
  name=${1##*/docker.io_library_}
  echo "${name%_1}:1"
}

image_file() {
  echo "$engine/images/$(echo "$1" | tr '/:' '__')"
}

# The archive of these tests: lines `layer HEX`, then `image REFERENCE CONFIG MANIFEST LAYER…`. Layers that
# are there may be left out; but with the file `refuses` none may, and a tag is shown all the same.
engine_load() {
  step
  streamed=
  while read -r kind name config manifest layers; do
    case $kind in
      layer)
        [ -e "$engine/layers/$name" ] || echo fresh >"$engine/layers/$name"
        streamed="$streamed $name"
        ;;
      image)
        echo "stream $name$streamed" >>"$root/calls"
        case $(cat "$engine/driver") in
          *+io.containerd.*) image_id=$manifest ;;
          *) image_id=$config ;;
        esac
        step
        echo "$image_id $layers" >"$(image_file "$name")"
        for layer in $layers; do
          if [ ! -e "$engine/layers/$layer" ] ||
            { [ -e "$engine/refuses" ] && [ "${streamed#* "$layer"}" = "$streamed" ]; }; then
            echo "blob $layer: no such file" >&2
            exit 1
          fi
        done
        ;;
      *)
        echo 'invalid tar header' >&2
        exit 1
        ;;
    esac
    step
  done
}

engine_rmi() {
  step
  image=$(image_file "$4")
  read -r _ layers <"$image"
  rm "$image"
  for layer in $layers; do
    grep -q " $layer" "$engine/images/"* 2>/dev/null || rm -f "$engine/layers/$layer"
  done
  step
}

engine_ps() {
  cat "$engine/containers" 2>/dev/null || true
}

main "$@"
