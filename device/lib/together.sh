# Several images in one stream: the layers that they share pass once, and the engine is called and synced once. It takes
# room for all of them at once, and nothing of it is sure before all of it is.

# Loads the images that the engine lacks, and adds their keys to `together`; where the stream fails nothing is left of
# it, and they are still to be loaded. An image that replaces another is not among them: if it can't be loaded the
# other stays as it was. Nor is one whose load was cut: one by one, what is done stays done, however often the
# power goes.
load_together() {
  gather absent
  if [ "$roomy" = no ] || ! are_several; then
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

# Whether the engine shows what the stream brought under its names.
are_there() {
  # shellcheck disable=SC2086 # digits, references and digests
  set -- $brought
  names=''
  while [ $# -gt 0 ]; do
    names="$names $2"
    shift 4
  done
  # shellcheck disable=SC2086 # references
  ids=$(inspect $names 2>/dev/null) || return
  # shellcheck disable=SC2086 # digits, references and digests
  set -- $brought
  for id in $ids; do
    [ "$id" = "$3" ] || [ "$id" = "$4" ] || return
    shift 4
  done
  [ $# -eq 0 ]
}

stream_gathered() {
  drafts=''
  if ! why=$({ each_gathered draft_intent; settle; } 2>&1); then
    echo "$INTENTS cannot be written: $why"
    return 1
  fi
  join_ends 2>&1 && stream_image
}

# Sets `end` to one end of an archive for all images: the configs and manifests of their own ends, and the two
# lists of images, index.json and manifest.json, each one list of all.
join_ends() {
  folder=$WORK/ends ends_tar=$WORK/ends.tar
  rm -rf "$folder" && mkdir "$folder" || return
  set --
  for fragment in $ends; do
    set -- "$@" "$SHARE/$fragment"
  done
  case $ends in
    *.zst) zstd -dcq -- "$@" ;;
    *) cat -- "$@" ;;
  esac >"$ends_tar" && tar -x -i -f "$ends_tar" -C "$folder" &&
    join_lists index.json 's/\]}{[^[]*\[/,/g' && join_lists manifest.json 's/\]\[/,/g' &&
    (cd "$folder" && tar -c -f "$ends_tar" blobs/sha256/* oci-layout index.json manifest.json) || return
  case $ends in
    *.zst) zstd -q -1 --force --rm "$ends_tar" && end=$ends_tar.zst ;;
    *) end=$ends_tar ;;
  esac
}

# join_lists FILE EXPRESSION: that makes one list of those that stand one behind the other.
join_lists() {
  tar -x -i -O -f "$ends_tar" "$1" >"$WORK/lists" && sed "$2" "$WORK/lists" >"$folder/$1"
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
