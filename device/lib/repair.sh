# What cut loads left behind is undone before anything is loaded.

# What a load that was cut left behind is listed and may not run, and loading again does not mend
# it, since the engine takes a damaged layer for present. So the image is removed; and because a
# damaged layer can outlive an image that was never recorded, every image that has such a layer is
# loaded to be removed once more. All go through each step together: they may share the layer.
repair() {
  blocked=''
  each say_repair interrupted
  each remove_reloadable interrupted
  each note_blocked interrupted
  each load_for_removal interrupted
  each remove_reloadable interrupted
}

say_repair() {
  say "an earlier load of $reference, or of layers of it, was interrupted: undoing it"
}

# What can't be loaded again is not removed either.
remove_reloadable() {
  ! find_fragments >/dev/null || remove_image
}

# Removes what stands under the reference, if it is what our load was to put there.
remove_image() {
  id=$(current_id "$reference")
  is_packaged || return 0
  user=$(engine ps --all --quiet --filter "ancestor=${id#sha256:}" </dev/null) || user=''
  # Forced removal would take such a container along.
  if [ -z "$user" ]; then
    engine rmi --force -- "$reference" </dev/null >/dev/null 2>&1 || true
  fi
}

# Of an image that is still held, loading and removing would only lose the tag.
note_blocked() {
  is_removed >/dev/null || blocked="$blocked $key"
}

load_for_removal() {
  if has "$blocked" "$key" || ! find_fragments >/dev/null; then
    return
  fi
  base=0
  take_layers
  if ! why=$({ look && write_intent; } 2>&1 && stream_image); then
    say "$reference cannot be loaded to be removed: $why"
    blocked="$blocked $key"
  fi
}

# Says what still has something of this image that a cut load may have damaged: another tag, an
# image that was built on it, or itself because of a container.
is_removed() {
  list_items
  wanted=''
  for item in $items; do
    ! has "$suspects" "$item" || wanted="$wanted$item "
  done
  [ -n "$wanted" ] || return 0
  if ! look; then
    echo "$ENGINE cannot list its images"
    return 1
  fi
  holder=$(printf '%s\n' "$held" | while read -r name others; do
    for item in $wanted; do
      ! has "$others" "$item" || printf '%s\n' "${name%%,*}"
    done
  done | head -n 1)
  [ -n "$holder" ] || return 0
  echo "an interrupted load can't be undone while $holder, or a container that uses the image, keeps what it left: remove that"
  return 1
}

# Removes the image of a cut load of another package, or of an earlier list. The intent stays for what
# may be left besides, until a load of the same layers has replaced that.
undo_unlisted() {
  key=${intent#"$INTENTS/$STORE-$driver-"} key=${key%-*}
  case "$newline$(list)" in
    *"$newline$noted_reference $key $noted_config "*) return ;;
  esac
  [ -n "$noted_reference" ] || return 0
  reference=$noted_reference config=$noted_config manifest=$noted_manifest contents=-
  remove_image
  if ! why=$(is_removed); then
    say "$reference of the package $noted_package: $why"
  else
    list_items
    take_away "$noted_brings" "$items"
    [ -n "$left" ] || drop_intent "$intent"
  fi
}
