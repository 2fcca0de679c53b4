# The state: stamps of loads that were finished, and intents of those that were begun. Every file
# appears by rename, whole and synced.

# Every store of a device has stamps and intents of its own: what was loaded into one, or cut there, is still
# so when a package comes back to it with the user or the storage driver that it had before. Sets `stamp`.
stamp_file() {
  stamp=$STATE/$STORE-$driver-$key.stamp
}

# The stamp of the load of a reference that was finished last. What is damaged does not hold.
read_record() {
  recorded_id=''
  stamp_file
  read_fields "$stamp"
  ! is_stamp_of_store || recorded_id=$noted_id
}

# Whether this package has ever found or loaded an image there.
has_stamps() {
  for stamp in "$STATE/$STORE-$driver"-*.stamp; do
    [ ! -e "$stamp" ] || return 0
  done
  return 1
}

is_stamp_of_store() {
  [ "$noted_engine/$noted_driver" = "$STORE/$driver" ] && is_digest "$noted_id"
}

# The fields of a stamp or an intent.
read_fields() {
  noted_engine='' noted_driver='' noted_package='' noted_reference='' noted_config=''
  noted_manifest='' noted_id='' noted_layers='' noted_replaced='' noted_brings=''
  [ -f "$1" ] || return 0
  while IFS='=' read -r field value; do
    case $field in
      engine) noted_engine=$value ;;
      driver) noted_driver=$value ;;
      package) noted_package=$value ;;
      reference) noted_reference=$value ;;
      config) noted_config=$value ;;
      manifest) noted_manifest=$value ;;
      id) noted_id=$value ;;
      layers) noted_layers=$value ;;
      replaced) noted_replaced=$value ;;
      brings) noted_brings=$value ;;
    esac
  done <"$1"
}

# The package of this kind that put the image there which the engine has under the reference.
other_loader() {
  for stamp in "${STATE%/*}"/*/"$STORE-$driver-$key.stamp"; do
    read_fields "$stamp"
    if is_stamp_of_store && [ "$noted_id" = "$id" ]; then
      basename "${stamp%/*}"
      return
    fi
  done
}

# Images that are there though we never loaded them are noted as they are; from then on a package
# upgrade may move their tags.
note_present() {
  # Who loaded them may not have synced.
  [ "$(count present)" -eq 0 ] || sync_engine
  drafts=''
  why=$({ each draft_stamp present && settle; } 2>&1) || say "the state cannot be written: $why" >&2
}

# Of what the engine shows now, `id`.
draft_stamp() {
  stamp_file
  read_fields "$stamp"
  all_layers=$layers
  case $state in
    # Of layers that we did not bring nothing is known: not in which compression the engine has them.
    present) all_layers=- ;;
    *) ! is_replaced || noted_replaced="$noted_replaced$noted_id " ;;
  esac
  draft "$stamp" "engine=$STORE" "driver=$driver" "reference=$reference" "config=$config" "manifest=$manifest" \
    "id=$id" "layers=$all_layers" "replaced=$noted_replaced"
}

# Whether the stamp that was read is of another image, which we loaded under this name and may remove.
is_replaced() {
  [ "$remove_replaced" = yes ] && is_stamp_of_store && [ "$noted_layers" != - ] &&
    [ "$noted_id" != "$config" ] && [ "$noted_id" != "$manifest" ]
}

# Named by the image and its name: an intent never takes the place of another one.
intent_file() {
  printf '%s\n' "$INTENTS/$STORE-$driver-$key-${config#*:}"
}

write_intent() {
  drafts=''
  draft_intent && settle
}

draft_intent() {
  list_new_items
  draft "$(intent_file)" "engine=$STORE" "driver=$driver" "package=$NAME" "reference=$reference" "config=$config" \
    "manifest=$manifest" "brings=$new"
}

# Sets `new` to what a load of the image adds to the engine, and with that what a cut can damage; but not what
# another image had before.
list_new_items() {
  list_items
  new=''
  for item in $items; do
    if has "$suspects" "$item" || ! has "$present" "$item"; then
      new="$new$item "
    fi
  done
}

# Sets `suspects`: what the loads that are not finished were to add to the engine.
read_intents() {
  suspects=''
  each_intent add_suspects
}

add_suspects() {
  suspects="$suspects$noted_brings "
}

# each_intent ACTION: for each open intent of this store, the file in `intent`, its fields in noted_….
# A damaged one still has its image's ID, in its name.
each_intent() {
  for intent in "$INTENTS/$STORE-$driver"-*[0-9a-f]; do
    [ -f "$intent" ] || continue
    read_fields "$intent"
    if ! is_intent; then
      noted_reference='' noted_brings="${intent##*-} "
    elif [ "$noted_engine/$noted_driver" != "$STORE/$driver" ]; then
      # The store of a user whose name begins as this one's.
      continue
    fi
    "$1"
  done
}

is_intent() {
  is_reference "$noted_reference" && is_digest "$noted_config" && is_digest "$noted_manifest" || return
  for item in $noted_brings; do
    is_digits "$item" || return
  done
}

# An image that is there though a load of it was begun proves nothing until its intent is gone; so
# the intent is dropped last, and a stamp may stay beside it.
finish() {
  drafts=''
  draft_stamp && settle && each_intent absolve && drop_intents "$(intent_file)"
}

# An image that this package has loaded since is whole, and so is what it shares with a cut load.
absolve() {
  [ "$intent" != "$(intent_file)" ] || return 0
  list_items
  take_away "$noted_brings" "$items"
  [ "$left" != "$noted_brings" ] || return 0
  [ -n "$left" ] || {
    drop_intents "$intent"
    return
  }
  record "$intent" "$(sed "s/^brings=.*/brings=$left/" "$intent")"
}

# take_away LIST OTHERS: sets `left` to the items of LIST that are not among OTHERS.
take_away() {
  left=''
  for item in $1; do
    has "$2" "$item" || left="$left$item "
  done
}

drop_intents() {
  rm -rf "$@" && sync "$INTENTS"
}

# record FILE LINES: a text.
record() {
  drafts=''
  draft "$1" "$2" && settle
}

# draft FILE LINE…: it has no name yet. FILE goes to `drafts`, and is missing for `settle` if it can't be written.
draft() {
  drafts="$drafts $1" path=$1
  shift
  printf '%s\n' "$@" >"$path.new" || {
    rm -f "$path.new"
    return 1
  }
}

# Gives all `drafts`, which are of one folder, their names, once their bytes are on the disk.
settle() {
  [ -n "$drafts" ] || return 0
  set --
  for path in $drafts; do
    set -- "$@" "$path.new"
  done
  sync "$@" || return
  for path; do
    # What is no file there is none of ours.
    [ ! -d "${path%.new}" ] || rm -rf "${path%.new}"
    mv -f "$path" "${path%.new}" || return
  done
  sync "${path%/*}"
}

# Where the engine's store outlives what is noted here, nothing tells that a load was cut.
warn_of_memory() {
  for folder in "$INTENTS" "$STATE"; do
    if is_in_memory "$folder" && ! is_in_memory "$data_root"; then
      say "$folder is in memory, but $data_root is not: an image that a loss of power damages is not found then, nor what an upgrade may replace; keep $folder on the disk" >&2
      return
    fi
  done
}

# Also in an overlay that keeps in memory what is written.
is_in_memory() {
  case $(stat -f -c %T -- "$1") in
    tmpfs | ramfs) return 0 ;;
    overlayfs) upper=$(upper_folder "$1") ;;
    *) return 1 ;;
  esac
  # What an initrd mounted may be hidden, but not /run, where it is.
  until [ -z "$upper" ] || [ -e "$upper" ]; do
    upper=${upper%/*}
  done
  case $(stat -f -c %T -- "$upper/") in
    tmpfs | ramfs) ;;
    *) return 1 ;;
  esac
}

# proc(5): the mount point is the fifth field, the file system's own options are the last.
upper_folder() {
  awk -v mount="$(stat -c %m -- "$1")" '
    $5 == mount { options = $NF }
    END {
      count = split(options, option, ",")
      for (i = 1; i <= count; i++) if (sub(/^upperdir=/, "", option[i])) print option[i]
    }' /proc/self/mountinfo
}
