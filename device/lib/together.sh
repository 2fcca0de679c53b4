# Several images in one stream: the layers that they share pass once, and the engine is called and synced once. It takes
# room for all of them at once, and nothing of it is sure before all of it is.

# Loads the images that the engine lacks, and adds their keys to `together`; where the stream fails nothing is left of
# it, and they are still to be loaded. An image that replaces another is not among them: if it can't be loaded the
# other stays as it was. And where a load was cut, all go one by one: what is done then stays done,
# however often the power goes.
load_together() {
  [ "$roomy" = yes ] && [ "$(count interrupted)" -eq 0 ] || return 0
  gather absent
  if ! are_several; then
    number=0
    return
  fi
  say "loading $number images in one stream, each layer once ($(megabytes "$bytes")):$announcements"
  if reason=$(load_gathered); then
    each_gathered note_loaded
    together=$gathered
  else
    say "one stream was not possible, so image by image: $reason" >&2
    abandon_gathered || true
    number=0
  fi
}

# Loads the images of cut loads to remove them, as `load_for_removal` does with one.
load_together_for_removal() {
  gather interrupted
  [ "$roomy" = yes ] && are_several && look && stream_gathered >/dev/null
}

# gather STATES: sets `gathered`, the keys of images whose files are there, and what is to be loaded of them, as
# take_image does for one.
gather() {
  number=0 gathered='' announcements='' stream='' bytes=0 brought='' ends=''
  each gather_image "$1"
}

gather_image() {
  ! has "$blocked" "$key" && find_fragments >/dev/null || return 0
  find_base
  bytes_before=$bytes
  add_layers
  announce "$((bytes - bytes_before))"
  announcements="$announcements$newline$announcement"
  gathered="$gathered $key" ends="$ends $image"
  brought="$brought $key $reference $config $manifest"
}

are_several() {
  case $gathered in
    ' '*' '*) ;;
    *) return 1 ;;
  esac
}

each_gathered() {
  gathered_action=$1
  each act_on_gathered any
}

act_on_gathered() {
  ! has "$gathered" "$key" || "$gathered_action"
}

# All of them from their intents to their stamps; says why where that fails.
load_gathered() {
  stream_gathered && sync_engine 2>&1 || return
  if ! are_there; then
    echo "$ENGINE does not show all of them after the load"
  elif ! why=$(finish_gathered 2>&1); then
    echo "the state cannot be written: $why"
  else
    return 0
  fi
  return 1
}

stream_gathered() {
  drafts=''
  if ! why=$({ each_gathered draft_intent; settle; } 2>&1); then
    echo "$INTENTS cannot be written: $why"
    return 1
  fi
  join_ends 2>&1 && stream_image
}

# Sets `end` to one end of an archive for all images: configs and manifests as they are in the ends of the single ones,
# and the two lists of images, index.json and manifest.json, joined.
join_ends() {
  folder=$WORK/ends descriptors='' archives=''
  rm -rf "$folder" && mkdir "$folder" || return
  for fragment in $ends; do
    case $fragment in
      *.zst) zstd -dcq -- "$SHARE/$fragment" ;;
      *) cat -- "$SHARE/$fragment" ;;
    esac >"$WORK/end.tar" && tar -x -f "$WORK/end.tar" -C "$folder" || return
    descriptors=$descriptors,$(sed 's/^.*"manifests":\[//; s/\]}$//' "$folder/index.json") || return
    archives=$archives,$(sed 's/^\[//; s/\]$//' "$folder/manifest.json") || return
  done
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' "${descriptors#,}" >"$folder/index.json" &&
    printf '[%s]' "${archives#,}" >"$folder/manifest.json" &&
    (cd "$folder" && tar -c -f "$WORK/end.tar" blobs/sha256/* oci-layout index.json manifest.json) || return
  case $ends in
    *.zst) zstd -q -1 --force --rm "$WORK/end.tar" && end=$WORK/end.tar.zst ;;
    *) end=$WORK/end.tar ;;
  esac
}

# No other intent names anything of these images: they would be interrupted.
finish_gathered() {
  drafts=''
  each_gathered stamp_gathered
  # shellcheck disable=SC2046 # paths of ours
  settle && drop_intents $(each_gathered intent_file)
}

stamp_gathered() {
  id=${ids%%"$newline"*} ids=${ids#*"$newline"}
  draft_stamp
}

# All are removed before it is looked at what is left, since they share layers.
abandon_gathered() {
  read_intents
  each_gathered remove_image
  sync_engine && each_gathered drop_if_removed
}

drop_if_removed() {
  ! is_removed >/dev/null || drop_intents "$(intent_file)"
}
